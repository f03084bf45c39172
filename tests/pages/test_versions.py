"""What changed between two versions of a request, as the page shows it."""

from __future__ import annotations

import pytest

from requests.models import Event
from requests.models.lifecycle import State
from tests.factories import Cast, a_defective_line, a_line, a_request, again, load, sign
from tests.pages.conftest import Browser


def test_a_mended_line_shows_what_stood_before_and_what_stands_now(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2), a_line(3)])
    load(dr, [a_line(2, address="1702 Wesley Avenue, Evanston, IL 60201")], actor=cast.requester, replace=False)
    response = browser(cast.counsel).get(f"/requests/{dr.control_number}/versions/")
    (row,) = response.context["rows"]
    assert (row["number"], row["kind"]) == (2, "mended")
    assert row["cells"] == [
        {"column": "address", "before": "Failed to Provide 60608", "now": "1702 Wesley Avenue, Evanston, IL 60201"}
    ]
    page = response.content.decode()
    assert "What changed from version 1 to 2" in page
    assert "Failed to Provide 60608" in page


def test_lines_that_came_and_went_are_named_and_those_sent_again_unchanged_are_not(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_line(2), a_defective_line(3)])
    load(dr, [a_line(1), a_line(3), a_line(4)], actor=cast.requester)
    rows = browser(cast.requester).get(f"/requests/{dr.control_number}/versions/").context["rows"]
    assert [(row["number"], row["kind"]) for row in rows] == [(2, "removed"), (3, "mended"), (4, "added")]


def test_an_empty_assurance_is_told_from_a_file_without_that_column(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    load(dr, [a_line(1, under_investigation="Y"), a_defective_line(2)], actor=cast.requester)
    rows = browser(cast.requester).get(f"/requests/{dr.control_number}/versions/").context["rows"]
    assert [row["cells"] for row in rows] == [
        [{"column": "under investigation", "before": "no such column", "now": now}] for now in ("Y", "")
    ]


def test_a_changed_tin_is_named_and_never_shown(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1, tin="900-70-1234"), a_defective_line(2)])
    load(dr, [a_line(1, tin="900-70-9999")], actor=cast.requester, replace=False)
    response = browser(cast.counsel).get(f"/requests/{dr.control_number}/versions/")
    page = response.content.decode()
    assert "Tin:" in page
    assert "900-70" not in page
    assert "given, not shown" in page


def test_any_two_versions_can_be_chosen(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.IN_INTAKE, lines=[a_line(1), a_line(2)])
    load(dr, [a_line(2, case_number="HSI-2025-111111")], actor=cast.requester, replace=False)
    sign(cast, again(dr))
    load(dr, [a_line(1, case_number="HSI-2025-222222")], actor=cast.requester, replace=False)
    client = browser(cast.requester)
    seen = {}
    for query in ("?from=1&to=2", "?from=2&to=3", "?from=1&to=3", "?from=3&to=3"):
        rows = client.get(f"/requests/{dr.control_number}/versions/{query}").context["rows"]
        seen[query] = [row["number"] for row in rows]
    assert seen == {"?from=1&to=2": [2], "?from=2&to=3": [1], "?from=1&to=3": [1, 2], "?from=3&to=3": []}


@pytest.mark.parametrize("query", ["?from=9&to=9", "?from=-1&to=x", "?to=99999999999999", "?after=abc"])
def test_versions_that_do_not_exist_fall_back_to_the_newest(cast: Cast, browser: Browser, query: str) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    load(dr, [a_line(2)], actor=cast.requester, replace=False)
    context = browser(cast.requester).get(f"/requests/{dr.control_number}/versions/{query}").context
    assert (context["older"], context["newer"]) == (1, 2)


def test_a_request_with_one_version_says_that_nothing_changed(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.SUBMITTED)
    page = browser(cast.intake).get(f"/requests/{dr.control_number}/versions/").content.decode()
    assert "There is one version only" in page


def test_each_signature_stands_with_its_version(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.SUBMITTED)
    page = browser(cast.intake).get(f"/requests/{dr.control_number}/versions/").content.decode()
    assert str(cast.office) in page
    assert again(dr).signed_digest in page


def test_a_long_list_of_changes_comes_in_pages(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_defective_line(number, last_name=f"Name{number}") for number in range(1, 61)])
    load(dr, [a_line(number) for number in range(1, 61)], actor=cast.requester)
    client = browser(cast.requester)
    first = client.get(f"/requests/{dr.control_number}/versions/").context
    assert ([row["number"] for row in first["rows"]], first["next"]) == (list(range(1, 51)), 50)
    second = client.get(f"/requests/{dr.control_number}/versions/?after=50").context
    assert ([row["number"] for row in second["rows"]], second["next"]) == (list(range(51, 61)), None)


def test_the_lines_shown_are_recorded(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    load(dr, [a_line(2)], actor=cast.requester, replace=False)
    browser(cast.auditor).get(f"/requests/{dr.control_number}/versions/")
    event = Event.objects.get(disclosure_request=dr, verb="view", actor=cast.auditor)
    assert event.detail == {"first": 2, "last": 2}
