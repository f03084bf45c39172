"""What every report is made of: columns with their meaning, rows of a period, totals. Reports only read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from requests.calendar.office import office_zone

Row = Sequence[Any]
REQUEST_COLUMNS = frozenset({"control_no", "request_no", "batch"})  # cells that are a control number lead to the request
YEARS = range(1900, 2200)  # a day outside them is a slip of the pen


def cell_words(cell: Any) -> str:
    """A cell as people read it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.1f}".removesuffix(".0")
    if isinstance(cell, dt.date):
        return day_words(cell)
    return str(cell)


def day_words(day: dt.date) -> str:
    """A day as ``23 Nov 2026``."""
    return f"{day.day} {day:%b %Y}"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in files, its words on the page, its meaning, and whether it adds up."""

    name: str
    words: str
    meaning: str = ""
    is_number: bool = False
    is_summed: bool = False
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)  # codes in words, on pages and in print only

    def told(self, cell: Any) -> str:
        """A cell as people read it; files keep the code."""
        return self.labels.get(cell, cell) if isinstance(cell, str) else cell_words(cell)


def count(name: str, words: str, meaning: str = "") -> Column:
    """A column of counts, which adds up."""
    return Column(name, words, meaning, is_number=True, is_summed=True)


def figure(name: str, words: str, meaning: str = "") -> Column:
    """A column of numbers that do not add up, such as a share or a median."""
    return Column(name, words, meaning, is_number=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included, in the office's time zone. Raises ValueError with a sentence."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The last day lies before the first.")
        if self.first.year not in YEARS or self.last.year not in YEARS:
            raise ValueError(f"A day lies outside the years {YEARS[0]} to {YEARS[-1]}.")

    @property
    def begins(self) -> dt.datetime:
        """The first moment of the first day."""
        return dt.datetime.combine(self.first, dt.time.min, tzinfo=office_zone())

    @property
    def ends(self) -> dt.datetime:
        """The first moment after the last day."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time.min, tzinfo=office_zone())

    def values(self) -> dict[str, Any]:
        """The parameters that the reports' SQL takes."""
        return {
            "first": self.first, "last": self.last, "begins": self.begins, "ends": self.ends, "zone": str(office_zone()),
        }  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the figures of a report: one SELECT of requests, whose sums by ``keys`` are those figures."""

    keys: tuple[str, ...]
    figures: tuple[str, ...]
    sql: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)

    def rows(self, period: Period, figure: str, where: dict[str, str]) -> Iterator[Row]:
        """The requests that make up one figure, each with its share. ``where`` names a row by its keys; empty: all rows."""
        if figure not in self.figures or set(where) - set(self.keys):
            raise KeyError(figure)
        named = " AND ".join(f"{key} = %(key_{key})s" for key in where) or "true"
        sql = (
            f"SELECT control_number, sum({figure}) FROM ({self.sql}) AS parts WHERE {named} "  # noqa: S608 - checked above
            f"GROUP BY control_number HAVING sum({figure}) > 0 ORDER BY control_number"
        )
        return query(sql, period, **self.values, **{f"key_{key}": value for key, value in where.items()})


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A report of the catalogue."""

    name: str
    title: str
    definition: str
    columns: tuple[Column, ...]
    rows: Callable[[Period], Iterable[Row]]
    is_of_a_year: bool = False
    behind: Behind | None = None
    shows_subjects: bool = False

    def header(self) -> list[str]:
        """The names of the columns, as files carry them."""
        return [column.name for column in self.columns]


def query(sql: str, period: Period, **more: Any) -> Iterator[Row]:
    """Stream the rows of one SELECT through a cursor on the server, so that a long report stays small in memory."""
    with transaction.atomic():
        connection.ensure_connection()
        with connection.connection.cursor(name="report") as cursor:
            cursor.itersize = 5000
            cursor.execute(sql, {**period.values(), **more})
            yield from cursor


def totals(report: Report, rows: Iterable[Row]) -> tuple[list[Row], list[Any]]:
    """All rows and the line of sums: None where a column does not add up."""
    kept = list(rows)
    sums = [
        sum(row[index] or 0 for row in kept) if column.is_summed else None
        for index, column in enumerate(report.columns)
    ]
    return kept, sums
