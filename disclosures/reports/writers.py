"""A report as CSV, XLSX, JSON or PDF. Rows stream; no cell can become a formula."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import typst
import xlsxwriter
from django.conf import settings

from disclosures.reports.base import Period, Report, cell_words, day_words, totals
from requests.views.downloads import csv_rows

FORMATS = ("csv", "xlsx", "pdf", "json")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}
# A printed table of more rows helps nobody; the sheet says so and the files hold them all.
PDF_ROWS = 3000
XLSX_ROWS = 1_048_575


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
    """A workbook of one sheet in constant memory: numbers as numbers, all other cells as text, never as a formula."""
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet(report.name[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(report.columns) - 1, 16)
    for index, column in enumerate(report.columns):
        sheet.write_string(0, index, column.name, bold)
    for number, row in enumerate(report.rows(period), start=1):
        if number > XLSX_ROWS:
            sheet.write_string(XLSX_ROWS, 0, "A sheet holds no more rows; take the CSV.")
            break
        for index, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(number, index, cell)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(number, index, dt.datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a day has no zone
            else:
                sheet.write_string(number, index, str(cell)[:32767])
    book.close()


def as_pdf(report: Report, period: Period) -> bytes:
    """The report as PDF/UA: title, definition, period, the table with its sums. The data goes in as JSON, never as markup."""
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
    return bytes(
        typst.compile(
            str(settings.BASE_DIR / "templates" / "reports" / "report.typ"),
            sys_inputs={"data": json.dumps(data)}, pdf_standards=["ua-1"],
        )
    )  # fmt: skip


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
