"""A report as CSV, XLSX, JSON or PDF. Rows stream; no cell can become a formula."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from disclosures.reports.base import Period, Report, cell_words, day_words, totals
from requests import typesetting
from requests.views.downloads import XLSX, csv_rows, write_workbook

FORMATS = ("csv", "xlsx", "pdf", "json")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
    "pdf": "application/pdf",
    "json": "application/json",
}
# A printed table of more rows helps nobody; the sheet says so and the files hold them all.
PDF_ROWS = 3000


def as_csv(report: Report, period: Period) -> Iterator[str]:
    """Lines of CSV: the header and the rows, guarded against formulas."""
    return csv_rows(report.header(), report.rows(period))


def as_json(report: Report, period: Period) -> Iterator[str]:
    """One JSON object, streamed: the report, its period, its rows by column, and its totals."""
    head = {"report": report.name, "title": report.title, "from": period.first.isoformat(), "to": period.last.isoformat()}
    yield json.dumps(head)[:-1] + ', "rows": ['
    sums: list[Any] = [0 if column.is_summed else None for column in report.columns]
    separator = ""
    for row in report.rows(period):
        yield separator + json.dumps({column.name: plain(cell) for column, cell in zip(report.columns, row, strict=True)})
        separator = ",\n"
        sums = [None if total is None else total + (cell or 0) for total, cell in zip(sums, row, strict=True)]
    added = {column.name: total for column, total in zip(report.columns, sums, strict=True) if total is not None}
    yield '], "totals": ' + json.dumps(added) + "}\n"


def plain(cell: Any) -> Any:
    """A cell as JSON has it: numbers as numbers, dates as YYYY-MM-DD, nothing as null."""
    if cell is None or isinstance(cell, bool | int | float | str):
        return cell
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def write_xlsx(report: Report, period: Period, file: BinaryIO) -> None:
    """The report as a workbook of one sheet."""
    write_workbook(file, report.name, report.header(), report.rows(period))


def as_pdf(report: Report, period: Period) -> bytes:
    """The report as PDF/UA: title, definition, period, the table with its sums."""
    rows, sums = totals(report, report.rows(period))
    data = {
        "title": report.title,
        "definition": report.definition,
        "period": f"{day_words(period.first)} to {day_words(period.last)}",
        "columns": [{"words": column.words, "is_number": column.is_number} for column in report.columns],
        "rows": [[column.told(cell) for cell, column in zip(row, report.columns, strict=True)] for row in rows[:PDF_ROWS]],
        "totals": [cell_words(total) for total in sums] if any(total is not None for total in sums) else [],
        "is_cut": len(rows) > PDF_ROWS,
        "is_demo": settings.DEMO,
    }
    return typesetting.as_pdf("reports/report.typ", data, standards=["ua-1"])


def write(report: Report, period: Period, *, kind: str, file: Path) -> None:
    """Write the report to a file in one of ``FORMATS``."""
    if kind == "xlsx":
        with file.open("wb") as book:
            write_xlsx(report, period, book)
    elif kind == "pdf":
        file.write_bytes(as_pdf(report, period))
    else:
        pieces: Iterable[str] = as_csv(report, period) if kind == "csv" else as_json(report, period)
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(pieces)
