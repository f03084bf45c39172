"""The pages of the reports: who opens them, what stands on them, that each look is on record, and what a file is called."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from disclosures.reports.catalogue import BY_NAME, REPORTS
from disclosures.views import reports as views
from requests.models import DisclosureRequest, Event
from requests.models.lifecycle import State
from requests.permissions import Role
from tests.factories import A_YES, Cast, a_cast, a_defective_line, a_line, a_person, a_request
from tests.pages.conftest import Browser

PAGES = ["/reports/", "/reports/inventory/", "/reports/inventory.csv", "/reports/accounting/", "/reports/accounting.pdf"]


def exports(**detail: str) -> list[tuple[int | None, dict[str, str]]]:
    """Who opened or exported which report, oldest first."""
    events = Event.objects.filter(verb="export", **{f"detail__{name}": value for name, value in detail.items()})
    return [(event.actor_id, event.detail) for event in events.order_by("pk")]


@pytest.fixture(scope="module", autouse=True)
def story(kept_rows: None) -> tuple[Cast, DisclosureRequest]:
    """A request with a yes, a no and a returned line."""
    cast = a_cast()
    return cast, a_request(cast, State.RESPONDED, lines=[a_line(1), a_line(2), a_defective_line(3)], results={1: A_YES})


# --- who ---


@pytest.mark.parametrize("page", PAGES)
def test_the_director_and_the_auditor_open_the_reports_and_nobody_else(cast: Cast, browser: Browser, page: str) -> None:
    told = {role: browser(getattr(cast, role)).get(page).status_code for role in (each.value for each in Role)}
    assert told == dict.fromkeys((role.value for role in Role), 403) | {"director": 200, "auditor": 200}


@pytest.mark.parametrize("page", PAGES)
def test_a_superuser_without_a_role_and_somebody_without_any_are_turned_away(cast: Cast, browser: Browser, page: str) -> None:
    assert browser(a_person(is_superuser=True)).get(page).status_code == 403
    assert browser(a_person()).get(page).status_code == 403
    assert not exports()


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_sent_to_sign_in(cast: Cast, page: str) -> None:
    response = Client().get(f"{page}?from=2026-10-01")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/reports/")


@pytest.mark.parametrize("page", PAGES)
def test_a_report_is_read_never_posted(cast: Cast, browser: Browser, page: str) -> None:
    assert browser(cast.director).post(page).status_code == 405


@pytest.mark.parametrize("page", ["/reports/backlog/", "/reports/backlog.csv", "/reports/inventory.xml", "/reports/inventory.exe"])
def test_a_report_or_a_form_that_is_none_is_not_found(cast: Cast, browser: Browser, page: str) -> None:
    assert browser(cast.director).get(page).status_code == 404
    assert not exports()


# --- on record ---


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_every_page_and_every_file_is_an_event(cast: Cast, browser: Browser, dr: DisclosureRequest, report: object) -> None:
    name = report.name  # type: ignore[attr-defined]
    director = browser(cast.director)
    days = "from=2026-10-01&to=2026-11-30"
    assert director.get(f"/reports/{name}/?{days}").status_code == 200
    for kind in ("csv", "xlsx", "pdf", "json"):
        response = director.get(f"/reports/{name}.{kind}?{days}")
        assert response.status_code == 200
        assert response["Content-Disposition"] == f'attachment; filename="{name}-2026-10-01-2026-11-30.{kind}"'
        assert "no-store" in response["Cache-Control"]
        assert b"".join(response)
    assert exports() == [
        (cast.director.pk, {"report": name, "from": "2026-10-01", "to": "2026-11-30", "format": kind})
        for kind in ("page", "csv", "xlsx", "pdf", "json")
    ]


def test_csv_and_json_stream_under_their_media_types(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    auditor = browser(cast.auditor)
    table = auditor.get("/reports/accounting.csv")
    assert table.streaming
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode(), newline="")))
    assert [row["request_no"] for row in rows] == [dr.control_number] * 2
    whole = auditor.get("/reports/accounting.json")
    assert whole.streaming
    assert whole["Content-Type"] == "application/json"
    assert [row["name"] for row in json.loads(b"".join(whole.streaming_content))["rows"]] == [row["name"] for row in rows]


# --- what stands on the page ---


def test_a_page_shows_definition_columns_rows_sums_and_the_way_to_each_request(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    response = browser(cast.director).get("/reports/funnel/")
    page = response.content.decode()
    report = BY_NAME["funnel"]
    assert report.definition in page
    for column in report.columns:
        assert f"<code>{column.name}</code>" in page
        assert column.words in page
    assert f'<a href="/requests/{dr.control_number}/">{dr.control_number}</a>' in page
    assert "<tfoot" in page
    (row,) = response.context["rows"]
    assert [cell["text"] for cell in row["cells"]][:4] == [dr.control_number, cast.agency.code, "3", "1"]
    assert [cell["text"] for cell in response.context["sums"]][2:4] == ["3", "1"]


def test_a_page_says_codes_in_words_and_a_file_keeps_them(cast: Cast, browser: Browser) -> None:
    a_request(cast, State.IN_LEGAL_REVIEW)
    director = browser(cast.director)
    assert "Legal review" in director.get("/reports/worklist/").content.decode()
    assert "in_legal_review" in b"".join(director.get("/reports/worklist.csv").streaming_content).decode()


def test_a_figure_opens_the_requests_that_add_up_to_it(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    other = a_request(cast, State.SUBMITTED)
    director = browser(cast.director)
    response = director.get("/reports/inventory/")
    (row,) = response.context["rows"]
    linked = {cell["column"].name: cell for cell in row["cells"] if cell["link"]}
    assert set(linked) == {"received", "perfected", "granted_part", "closing", "subjects_received", "subjects_disclosed"}
    for figure, cell in linked.items():
        behind = director.get(cell["link"])
        assert behind.status_code == 200
        assert behind.context["total"] == int(cell["text"]), figure
    page = director.get(linked["received"]["link"]).content.decode()
    for one in (dr, other):
        assert f'href="/requests/{one.control_number}/"' in page
    assert exports(format="rows")


@pytest.mark.parametrize("address", ["inventory/rows/", "inventory/rows/?figure=nothing", "worklist/rows/?figure=lines"])
def test_a_figure_that_is_none_is_not_found(cast: Cast, browser: Browser, address: str) -> None:
    assert browser(cast.director).get(f"/reports/{address}").status_code == 404
    assert browser(cast.counsel).get(f"/reports/{address}").status_code == 403


def test_the_period_asked_for_goes_on_into_the_files(cast: Cast, browser: Browser) -> None:
    page = browser(cast.director).get("/reports/inventory/?from=2026-10-01&to=2026-10-31").content.decode()
    for kind in ("csv", "xlsx", "pdf", "json"):
        assert f"/reports/inventory.{kind}?from=2026-10-01&amp;to=2026-10-31" in page
    assert 'name="from" value="2026-10-01"' in page
    assert 'name="to" value="2026-10-31"' in page


def test_without_days_it_is_the_year_so_far(cast: Cast, browser: Browser) -> None:
    period = browser(cast.director).get("/reports/inventory/").context["period"]
    assert (period.first, period.last) == (dt.date(2026, 1, 1), dt.date(2026, 11, 23))


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ("from=yesterday", "A day is not written as a day."),
        ("to=2026-02-30", "A day is not written as a day."),
        ("from=%00", "A day is not written as a day."),
        ("from=2026-10-31&to=2026-10-01", "The last day lies before the first."),
        ("to=9999-12-31", "A day lies outside the years 1900 to 2199."),
        ("from=0001-01-01", "A day lies outside the years 1900 to 2199."),
    ],
)
@pytest.mark.parametrize("page", ["/reports/inventory/", "/reports/inventory.csv", "/reports/inventory.pdf"])
def test_days_that_are_none_are_answered_with_a_sentence_and_the_usual_period(
    cast: Cast, browser: Browser, page: str, days: str, sentence: str
) -> None:
    response = browser(cast.director).get(f"{page}?{days}")
    assert response.status_code == 400
    assert f"{sentence} Choose both days again; the usual period is shown." in response.content.decode()
    assert response.context["period"].first == dt.date(2026, 1, 1)


def test_a_long_report_is_cut_on_the_page_and_whole_in_the_file(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        a_request(cast, State.SUBMITTED)
    monkeypatch.setattr(views, "ROWS_ON_A_PAGE", 2)
    director = browser(cast.director)
    response = director.get("/reports/worklist/")
    assert len(response.context["rows"]) == 2
    assert "the files hold all" in response.content.decode()
    assert response.context["sums"] == []  # sums of a part would be no sums
    assert len(b"".join(director.get("/reports/worklist.csv").streaming_content).splitlines()) == 4
    assert [detail["format"] for _, detail in exports(report="worklist")] == ["page", "csv"]


def test_a_report_without_a_row_says_so(cast: Cast, browser: Browser) -> None:
    page = browser(cast.director).get("/reports/funnel/?from=2025-01-01&to=2025-12-31").content.decode()
    assert "Nothing to report in this period." in page


def test_a_reason_that_holds_markup_is_shown_as_text(cast: Cast, browser: Browser) -> None:
    evil = "<script>alert(1)</script>"
    a_request(cast, State.RESPONDED, lines=[a_line(1, reason=f"{a_line(1)['reason']} {evil}")])
    page = browser(cast.director).get("/reports/accounting/").content.decode()
    assert evil not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_page_asks_the_database_as_often_for_thirty_requests_as_for_one(cast: Cast, browser: Browser) -> None:
    director = browser(cast.director)

    def asked() -> dict[str, int]:
        told = {}
        for page in ("/reports/", *(f"/reports/{report.name}/" for report in REPORTS)):
            with CaptureQueriesContext(connection) as queries:
                assert director.get(page).status_code == 200
            told[page] = len(queries)
        return told

    a_request(cast, State.SUBMITTED)
    asked()  # what is cached for good is cached now
    for_one = asked()
    other = a_cast()
    for number in range(29):
        a_request((cast, other)[number % 2], State.SUBMITTED)
    assert asked() == for_one


# --- the catalogue and its charts ---


def test_the_catalogue_lists_every_report_with_its_definition(cast: Cast, browser: Browser) -> None:
    page = browser(cast.director).get("/reports/").content.decode()
    for report in REPORTS:
        assert f'<a href="/reports/{report.name}/">{report.title}</a>' in page
        assert report.definition in page


def test_every_chart_has_a_title_a_description_and_a_table_of_the_same_numbers(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    response = browser(cast.director).get("/reports/")
    page = response.content.decode()
    charts = response.context["charts"]
    assert [chart.id for chart in charts] == ["months", "ages", "stages", "rules"]
    for chart in charts:
        assert f'role="img" aria-labelledby="{chart.id}-t {chart.id}-d"' in page
        assert f'<title id="{chart.id}-t">{chart.title}</title>' in page
        assert f'<desc id="{chart.id}-d">{chart.description}</desc>' in page
        assert f'<caption class="unseen">{chart.title}</caption>' in page
        for row in chart.table:
            cells = "".join(f'<td class="num">{cell}</td>' for cell in row[1:])
            assert f'<th scope="row">{row[0]}</th>{cells}</tr>' in page
    assert " style=" not in page
