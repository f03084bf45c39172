"""The page and the file of what came back: every line, every fault, how to mend it; and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests.intake.formulas import unguarded
from requests.models import DisclosureRequest, Event, Finding, Line
from requests.models.lifecycle import State
from requests.queries import CONTENT_COLUMNS, line_counts
from requests.rules.registry import rule
from requests.views.downloads import safe_cell
from tests.factories import Cast, a_cast, a_defective_line, a_line, a_request, again, sign
from tests.pages.conftest import Browser
from tests.pages.test_submission import NEW, ONCE, confirm, facts, upload


def page_of(dr: DisclosureRequest, query: str = "") -> str:
    """The address of the page."""
    return f"/requests/{dr.control_number}/defects/{query}"


def rows_of(response: HttpResponse) -> list[list[str]]:
    """The rows of the streamed file."""
    assert response.streaming
    text = b"".join(response.streaming_content).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def fetch_file(client: Client, dr: DisclosureRequest) -> list[list[str]]:
    """The rows of the defect file."""
    response = client.get(f"/requests/{dr.control_number}/defects.csv")
    assert response.status_code == 200
    return rows_of(response)


def test_the_page_lists_each_defective_line_with_what_is_wrong_and_how_to_mend_it(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2), a_line(3, taxable_periods="")])
    page = html.unescape(browser(cast.requester).get(page_of(dr)).content.decode())
    for code in ("V05", "V06", "V09"):
        assert rule(code).wrong in page
        assert rule(code).mend in page
    assert "2 lines to mend" in page
    assert f'href="/requests/{dr.control_number}/mend/?line=2#line"' in page
    assert "?line=1#line" not in page


def test_a_request_without_defects_says_so(cast: Cast, browser: Browser) -> None:
    page = browser(cast.requester).get(page_of(a_request(cast))).content.decode()
    assert "No line has a defect." in page


def test_a_long_list_comes_in_pages_by_line_number(cast: Cast, browser: Browser) -> None:
    lines = [a_defective_line(number, last_name=f"Name{number}") for number in range(1, 61)]
    dr = a_request(cast, lines=lines)
    client = browser(cast.requester)
    first = client.get(page_of(dr))
    assert [row["line"].number for row in first.context["rows"]] == list(range(1, 51))
    assert b"?after=50" in first.content
    second = client.get(page_of(dr, "?after=50"))
    assert [row["line"].number for row in second.context["rows"]] == list(range(51, 61))
    assert client.get(page_of(dr, "?after=nonsense")).status_code == 200


def test_what_is_shown_is_recorded_with_the_name_of_who_looked(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2), a_defective_line(5, last_name="Zelenka")])
    client = browser(cast.counsel)
    client.get(page_of(dr))
    fetch_file(client, dr)
    views = Event.objects.filter(disclosure_request=dr, verb="view", actor=cast.counsel)
    assert [event.detail for event in views] == [{"first": 2, "last": 5}] * 2


def test_the_file_has_one_row_a_line_with_the_row_as_it_was_given(cast: Cast, browser: Browser) -> None:
    broken = a_defective_line(2, taxable_periods="", middle_name="Élodie", address="Failed to Provide 60608")
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), broken])
    header, *rows = fetch_file(browser(cast.requester), dr)
    given = tuple(column for column in CONTENT_COLUMNS if column != "under_investigation")  # no line has such a column
    assert tuple(header) == ("line", "code", "what_is_wrong", "how_to_mend_it", *given)
    (row,) = rows
    cells = dict(zip(header, row, strict=True))
    assert (cells["line"], cells["code"]) == ("2", "V05;V06;V09")
    assert rule("V05").wrong in cells["what_is_wrong"]
    assert rule("V09").mend in cells["how_to_mend_it"]
    assert (cells["address"], cells["middle_name"], cells["taxable_periods"]) == ("Failed to Provide 60608", "Élodie", "")


def test_a_cell_that_is_a_formula_is_disarmed_in_the_file(cast: Cast, browser: Browser) -> None:
    evil = '=HYPERLINK("http://evil.example","click")'
    dr = a_request(cast, State.RETURNED, lines=[a_defective_line(2, first_name=evil, middle_name="@SUM(1)", suffix="+1")])
    header, row = fetch_file(browser(cast.requester), dr)
    cells = dict(zip(header, row, strict=True))
    assert cells["first_name"] == f"'{evil}"
    assert cells["middle_name"] == "'@SUM(1)"
    assert cells["suffix"] == "'+1"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠"])
def test_every_sign_that_begins_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert safe_cell(f"{sign}1") == f"'{sign}1"


@pytest.mark.parametrize("text", ["=1", "'=1", "''@SUM(1)", "' +1", "O'Brien", "'", "''", " x", "\n-1", "'tis"])
def test_taking_the_apostrophe_off_gives_back_what_was_there(text: str) -> None:
    assert unguarded(pl.DataFrame({"c0": [safe_cell(text)]})).item() == text


@pytest.mark.parametrize("text", ["", "Maria", "1710 Wesley Avenue", "O'Brien", "a=b", " x"])
def test_an_ordinary_cell_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_a_missing_cell_is_an_empty_cell() -> None:
    assert safe_cell(None) == ""


def test_markup_in_a_name_is_shown_as_text(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_defective_line(1, last_name="<script>alert(1)</script>")])
    page = browser(cast.requester).get(page_of(dr)).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_shows_no_tin(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_defective_line(1, tin="900-70-1234")])
    assert "900-70-1234" not in browser(cast.requester).get(page_of(dr)).content.decode()


def test_after_the_return_window_of_lines_the_page_leads_to_a_follow_up(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.IN_LEGAL_REVIEW, lines=[a_line(1), a_defective_line(2)])
    page = browser(cast.requester).get(page_of(dr)).content.decode()
    assert f"/requests/new/?parent={dr.control_number}" in page
    assert "/mend/" not in page


@pytest.mark.parametrize("address", ["defects/", "defects.csv", "defects.xlsx", "versions/"])
def test_strangers_and_recipients_do_not_get_it(cast: Cast, browser: Browser, address: str) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    full = f"/requests/{dr.control_number}/{address}"
    assert browser(a_cast().requester).get(full).status_code == 404
    assert browser(cast.recipient).get(full).status_code == 403
    assert browser(cast.admin).get(full).status_code == 403
    assert Client().get(full)["Location"].startswith("/accounts/login/")
    assert browser(cast.requester).post(full).status_code == 405


def test_the_office_does_not_see_the_defects_of_a_draft(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_defective_line(1)])
    assert browser(cast.counsel).get(page_of(dr)).status_code == 404


def test_the_page_counts_by_rule_and_leads_to_exactly_those_lines(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_line(1), a_defective_line(2), a_line(3, taxable_periods=""), a_line(4, taxable_periods="")])
    client = browser(cast.requester)
    page = client.get(page_of(dr))
    counts = {row["rule"].code: row["count"] for row in page.context["by_rule"]}
    assert (counts["V05"], counts["V09"]) == (1, 2)
    assert b'href="?rule=V09#lines"' in page.content
    assert [row["line"].number for row in client.get(page_of(dr, "?rule=V09")).context["rows"]] == [3, 4]
    assert [row["line"].number for row in client.get(page_of(dr, "?rule=V09&after=3")).context["rows"]] == [4]
    assert len(client.get(page_of(dr, "?rule=nonsense")).context["rows"]) == 3


def test_lines_in_question_do_not_count_among_those_to_mend(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_line(1), a_line(2, taxable_periods=""), a_line(3, taxable_periods="all years")])
    assert (dr.defective_count, dr.questioned_count, dr.finding_counts) == (1, 1, {"V09": 2})
    page = browser(cast.requester).get(page_of(dr, "?rule=V09"))
    assert [(row["rule"].code, row["count"]) for row in page.context["by_rule"]] == [("V09", 1)]
    assert [row["line"].number for row in page.context["rows"]] == [2]
    assert b"1 of 1 shown" in page.content


def test_the_page_of_a_long_request_counts_no_lines_and_leads_to_those_that_were_counted(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests.views.defects.MOST_COUNTED", 2)
    dr = a_request(cast, lines=[a_line(1), a_line(2, taxable_periods=""), a_line(3, taxable_periods="all years")])
    client = browser(cast.requester)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(page_of(dr))
    assert not [each["sql"] for each in asked if "requests_line" in each["sql"] and "COUNT(" in each["sql"]]
    assert [(row["rule"].code, row["count"]) for row in page.context["by_rule"]] == [("V09", 2)]
    there = f"/requests/{dr.control_number}/?rule=V09"
    assert f'href="{there}#lines"'.encode() in page.content
    assert [line.number for line in client.get(there).context["lines"]["rows"]] == [2, 3]
    assert b"1 shown" in client.get(page_of(dr, "?rule=V09")).content


def test_a_report_too_long_for_a_workbook_comes_as_csv_alone(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests.views.defects.MOST_IN_A_WORKBOOK", 1)
    dr = a_request(cast, lines=[a_defective_line(1), a_defective_line(2)])
    client = browser(cast.requester)
    page = client.get(page_of(dr)).content.decode()
    assert "defects.xlsx" not in page
    assert "Reports of more than 1 lines come as CSV alone." in page
    refused = client.get(f"/requests/{dr.control_number}/defects.xlsx", follow=True)
    assert "take the CSV, which comes at once." in refused.content.decode()
    assert len(fetch_file(client, dr)) == 3


# --- the file goes out, is mended and comes back as it is ---

ODD = {
    "address": "Failed to Provide 02134", "tin": "000-12-3456", "date_of_birth": "1990-01-02", "zip": "02134",
    "engaged_title": "  Special\nAgent ", "reason": 'He said "go", and; went for a visa – Élodie', "order_date": "'=1+1",
    "case_number": "-HSI-0017",
}  # fmt: skip
MENDED = "1710 Wesley Avenue, Evanston, IL 60201"
Mend = Callable[[bytes], bytes]


def mended_csv(content: bytes) -> bytes:
    """The address of every line is put right in a text editor."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    place = header.index("address")
    for row in rows:
        row[place] = MENDED if row[0] else ""
    kept = io.StringIO(newline="")
    csv.writer(kept).writerows([header, *rows])
    return kept.getvalue().encode()


def mended_xlsx(content: bytes) -> bytes:
    """The address of every line is put right in a spreadsheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("address") + 1
    for row in range(2, sheet.max_row + 1):
        assert all(cell.data_type in ("s", "n", "inlineStr") for cell in sheet[row])
        assert sheet.cell(row, place).number_format == "@"
        if sheet.cell(row, 1).value:
            sheet.cell(row, place).value = MENDED
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


BOTH = pytest.mark.parametrize(("kind", "mend_file"), [("csv", mended_csv), ("xlsx", mended_xlsx)])


@pytest.fixture
def _batch_folder(settings: object, tmp_path: Path) -> None:
    settings.BATCH_FOLDER = tmp_path / "batches"  # type: ignore[attr-defined]


def report_of(client: Client, dr: DisclosureRequest, kind: str) -> bytes:
    response = client.get(f"/requests/{dr.control_number}/defects.{kind}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def content_of(dr: DisclosureRequest, number: int) -> dict[str, object]:
    """What the agency set forth in a standing line, without its address."""
    standing = Line.objects.filter(disclosure_request=dr, until_version__isnull=True, number=number)
    return dict(standing.values(*(column for column in CONTENT_COLUMNS if column != "address")).get())


@BOTH
@pytest.mark.usefixtures("_batch_folder")
def test_the_mended_report_joins_in_intake_as_a_new_version(
    cast: Cast, browser: Browser, kind: str, mend_file: Mend
) -> None:
    dr = a_request(cast, State.IN_INTAKE, lines=[a_line(1), a_defective_line(2, **ODD), a_line(3), a_defective_line(40)])
    before = {number: content_of(dr, number) for number in (2, 40)}
    Finding.objects.create(
        disclosure_request=dr, version=1, code="V14", verdict="block",
        rule_set=Line.objects.filter(disclosure_request=dr).first().rule_set,
    )  # fmt: skip
    client = browser(cast.requester)
    mended = mend_file(report_of(client, dr, kind))
    sent = {"part": "file", "file-file": upload(mended, f"x.{kind}"), "file-replaces": "mended", "file-once": ONCE}
    confirm(client, client.post(f"/requests/{dr.control_number}/mend/", sent))
    now = again(dr)
    assert (now.version, now.line_count, now.complete_count) == (2, 4, 4), list(now.lines.values_list('number', 'findings'))
    assert {number: content_of(dr, number) for number in (2, 40)} == before
    stood = Line.objects.filter(disclosure_request=dr).order_by("number", "since_version")
    assert list(stood.values_list("number", "since_version", "until_version")) == [
        (1, 1, None), (2, 1, 1), (2, 2, None), (3, 1, None), (40, 1, 1), (40, 2, None),
    ]  # fmt: skip
    assert sign(cast, now).signed_version == 2


@BOTH
@pytest.mark.usefixtures("_batch_folder")
def test_the_mended_report_of_split_off_lines_comes_as_a_follow_up(
    cast: Cast, browser: Browser, kind: str, mend_file: Mend
) -> None:
    parent = a_request(cast, State.IN_LEGAL_REVIEW, lines=[a_line(1), a_defective_line(2, **ODD), a_defective_line(40)])
    before = line_counts(parent.pk)
    client = browser(cast.requester)
    mended = mend_file(report_of(client, parent, kind))
    confirm(client, client.post(f"{NEW}?parent={parent.control_number}", facts(file=upload(mended, f"x.{kind}"))))
    child = DisclosureRequest.objects.exclude(pk=parent.pk).get()
    assert (child.parent, child.line_count, child.complete_count) == (parent, 2, 2), list(child.lines.values_list('findings'))
    assert content_of(child, 2) == content_of(parent, 2)
    assert line_counts(parent.pk) == before
