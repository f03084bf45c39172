"""Tables as CSV, streamed, and as XLSX in constant memory; both are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse

from requests.intake.formulas import guarded

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_ROWS = 1_048_575
NO_FORMULAS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def safe_cell(value: object) -> str:
    """The text of a cell; one that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return text if isinstance(value, int | float) else guarded(text)  # a number is a number, also below zero


class _Echo:
    """Gives back what the csv module writes, so that a row leaves as soon as it is made."""

    def write(self, row: str) -> str:
        """The row itself."""
        return row


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The header and the rows as lines of CSV, guarded against formulas."""
    writer = csv.writer(_Echo())
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A streamed download ``name``; UTF-8, comma, CRLF."""
    response = StreamingHttpResponse(csv_rows(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def write_workbook(
    file: BinaryIO, name: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, is_text: bool = False
) -> None:
    """A workbook of one sheet in constant memory: numbers as numbers, all other cells as text, never as a formula.

    ``is_text`` gives every column the format of text, so that what somebody types there keeps its leading zeros.
    """
    book = xlsxwriter.Workbook(file, NO_FORMULAS)
    sheet = book.add_worksheet(name[:31])
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    text = book.add_format({"num_format": "@"}) if is_text else None
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, 16, text)
    for index, column in enumerate(header):
        sheet.write_string(0, index, column, bold)
    for number, row in enumerate(rows, start=1):
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
                sheet.write_string(number, index, str(cell)[:32767], text)
    book.close()


def xlsx_response(name: str, sheet: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> FileResponse:
    """A download ``name`` of text to be mended; its cells are guarded as those of a CSV, should it become one."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_workbook(file, sheet, header, ([safe_cell(cell) for cell in row] for row in rows), is_text=True)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
