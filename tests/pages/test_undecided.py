"""Undecided lines: what a matcher sees of both sides, which choices there are, and what comes after a decision."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client

from disclosures.matching.compare import ADDRESS, NAME
from disclosures.models import MatchDecision, MatchResult, MatchRun
from requests.actions.advance import lock
from requests.models import DisclosureRequest, Event, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from tests.factories import AT, Cast, a_cast, a_line, a_person, a_request, a_snapshot, again, start_comparison
from tests.pages.conftest import Browser

TIN, OTHER_TIN = "900-70-1234", "900709999"


def a_record(number: int, **changes: str) -> dict[str, str]:
    """The taxpayer record that agrees with ``a_line(number)`` in every component."""
    last = a_line(number)["last_name"]
    return {
        "taxpayer_ref": f"T{number}", "given_name": f"MARIA {last}", "given_address": f"{1700 + number} WESLEY AVE",
        "n_first": "MARIA", "n_last": last.upper(), "a_kind": "street", "a_number": str(1700 + number),
        "a_street": "WESLEY", "a_type": "AVE", "a_city": "EVANSTON", "a_state": "IL", "a_zip5": "60201", **changes,
    }  # fmt: skip


def compared(ref: str, **said: str) -> list[dict[str, str]]:
    """What the comparison wrote for one candidate: all equal, TIN and date of birth not given, save what is said."""
    statuses = dict.fromkeys((*NAME, *ADDRESS), "equal") | {"tin": "not_given", "date_of_birth": "not_given"} | said
    return [{"taxpayer_ref": ref, "component": name, "status": status} for name, status in statuses.items()]


def near(number: int, *, can_be_yes: bool, **said: str) -> dict[str, object]:
    """An undecided result with one candidate."""
    return {
        "result": "undecided", "cause": "near_address", "candidate_refs": [f"T{number}"], "can_be_yes": can_be_yes,
        "comparison": compared(f"T{number}", **said),
    }  # fmt: skip


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[Cast, DisclosureRequest]:
    """Four lines: 1 differs in its unit, 2 in spelling alone, 3 has two records that agree, 4 is a plain no."""
    cast = a_cast()
    dr = a_request(cast, State.APPROVED, lines=[a_line(1, tin=TIN), a_line(2), a_line(3), a_line(4)])
    snapshot = a_snapshot(
        a_record(1, a_unit="APT 3", tin=OTHER_TIN), a_record(2, n_first="MARYA"), a_record(3), a_record(3, taxpayer_ref="T33")
    )
    several = {
        "result": "undecided", "cause": "several_records", "candidate_refs": ["T3", "T33"], "can_be_yes": True,
        "comparison": compared("T3") + compared("T33"),
    }  # fmt: skip
    run = start_comparison(dr, {
        1: near(1, can_be_yes=False, a_unit="missing", tin="different"), 2: near(2, can_be_yes=True, n_first="equivalent"),
        3: several,
    })  # fmt: skip
    MatchRun.objects.filter(pk=run.pk).update(snapshot=snapshot, completed_at=AT, compared_count=4)
    locked = lock(dr.pk)
    locked.no_count, locked.undecided_count = 1, 3
    locked.save()
    return cast, again(dr)


def result_of(dr: DisclosureRequest, number: int) -> MatchResult:
    """The result of this line."""
    return MatchResult.objects.get(run__disclosure_request=dr, line__number=number)


def address(dr: DisclosureRequest, number: int) -> str:
    """The page of this line."""
    return f"/undecided/{result_of(dr, number).pk}/"


def decide(client: Client, dr: DisclosureRequest, number: int, choice: str, **sent: str) -> HttpResponse:
    """Send a decision."""
    return client.post(address(dr, number), {"choice": choice, "reason": "Seen side by side.", **sent})


def live(dr: DisclosureRequest, number: int) -> list[tuple[Person, str]]:
    """Who stands by which choice."""
    decisions = MatchDecision.objects.filter(result=result_of(dr, number), undone_at__isnull=True).order_by("pk")
    return [(each.matcher, each.choice) for each in decisions]


# --- the lists ---


def test_the_list_counts_what_waits_for_the_matcher(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    response = browser(cast.matcher).get("/undecided/")
    (row,) = response.context["requests"]
    assert (row["dr"], row["count"], row["mine"]) == (dr, 3, 3)
    assert f"/requests/{dr.control_number}/undecided/" in response.content.decode()


def test_a_comparison_that_still_runs_is_not_shown_and_an_empty_list_says_so(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    MatchRun.objects.filter(disclosure_request=dr).update(completed_at=None)
    client = browser(cast.matcher)
    undecided = client.get("/undecided/")
    assert undecided.context["requests"] == []
    assert b"No line waits for a matcher." in undecided.content
    assert client.get(f"/requests/{dr.control_number}/undecided/").context["rows"] == []
    assert client.get(address(dr, 1)).status_code == 404
    assert decide(client, dr, 1, "no").status_code == 404


def test_the_lines_of_one_request_say_why_and_what_can_be(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    response = browser(cast.matcher).get(f"/requests/{dr.control_number}/undecided/")
    assert [row["result"].line.number for row in response.context["rows"]] == [1, 2, 3]
    page = response.content.decode()
    assert "The name is close and the address is close" in page
    assert "Two or more records agree fully" in page
    assert page.count("yes, no, return") == 2
    assert address(dr, 1) in page


def test_the_office_sees_the_lines_and_only_matchers_the_way_to_decide(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    response = browser(cast.auditor).get(f"/requests/{dr.control_number}/undecided/")
    assert response.status_code == 200
    assert "/undecided/" + str(result_of(dr, 1).pk) not in response.content.decode()


def test_only_matchers_open_the_list_and_the_page(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    for role in ("requester", "official", "counsel", "approver", "releaser", "auditor", "director", "admin", "recipient"):
        client = browser(getattr(cast, role))
        assert client.get("/undecided/").status_code == 403, role
        assert client.get(address(dr, 1)).status_code == 403, role
        assert decide(client, dr, 1, "no").status_code == 403, role
    assert live(dr, 1) == []


def test_agencies_do_not_see_undecided_lines(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    for person in (cast.requester, a_cast().requester, cast.recipient):
        assert browser(person).get(f"/requests/{dr.control_number}/undecided/").status_code == 403
    assert Client().get("/undecided/")["Location"].startswith("/accounts/login/")


def test_a_matcher_who_approved_the_request_neither_sees_nor_decides_its_lines(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    cast.matcher.groups.clear()
    both = a_person(Role.MATCHER)
    Event.objects.create(
        disclosure_request=dr, verb="approve", stage="approval", actor=both, occurred_at=AT, recorded_at=AT
    )
    client = browser(both)
    assert client.get("/undecided/").context["requests"] == []
    assert client.get(address(dr, 1)).status_code == 403
    assert decide(client, dr, 1, "no").status_code == 403
    assert live(dr, 1) == []


# --- one line ---


def test_both_sides_stand_component_by_component(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    response = browser(cast.matcher).get(address(dr, 1))
    (side,) = response.context["sides"]
    rows = {row.label: (row.ours, row.theirs, row.words) for row in side.rows}
    assert rows["First name"] == ("MARIA", "MARIA", "same")
    assert rows["Unit"] == ("", "APT 3", "missing")
    assert rows["Street"] == ("WESLEY", "WESLEY", "same")
    page = response.content.decode()
    assert 'class="compare"' in page
    assert "1701 WESLEY AVE" in page
    assert "1701 Wesley Avenue, Evanston, IL 60201" in page


def test_the_tin_shows_as_different_and_never_as_digits(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    response = browser(cast.matcher).get(address(dr, 1))
    (side,) = response.context["sides"]
    assert [(row.ours, row.theirs, row.words) for row in side.rows if row.label == "TIN"] == [
        ("not shown", "not shown", "differs")
    ]
    page = response.content.decode()
    for digits in (TIN, TIN.replace("-", ""), OTHER_TIN, "900-70-9999", "1234", "9999"):
        assert digits not in page


def test_the_look_is_recorded(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    browser(cast.matcher).get(address(dr, 2))
    event = Event.objects.get(disclosure_request=dr, verb="view", actor=cast.matcher)
    assert event.detail == {"first": 2, "last": 2}


def test_yes_is_no_choice_where_a_component_is_missing(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.matcher)
    form = client.get(address(dr, 1)).context["form"]
    assert [value for value, _ in form.fields["choice"].choices] == ["no", "return"]
    response = decide(client, dr, 1, "yes")
    assert response.status_code == 400
    assert "This line has no such choice" in response.content.decode()
    assert live(dr, 1) == []


def test_a_no_is_kept_and_leads_to_the_next_line(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    response = decide(browser(cast.matcher), dr, 1, "no")
    assert response.status_code == 302
    assert response["Location"] == address(dr, 2)
    assert live(dr, 1) == [(cast.matcher, "no")]
    assert result_of(dr, 1).resolution == "no"


def test_after_the_last_line_the_first_open_one_comes(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    assert decide(browser(cast.matcher), dr, 3, "return")["Location"] == address(dr, 1)


def test_a_yes_of_one_matcher_waits_for_a_second(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    decide(browser(cast.matcher), dr, 2, "yes")
    assert result_of(dr, 2).resolution == ""
    assert live(dr, 2) == [(cast.matcher, "yes")]
    page = browser(cast.matcher).get(address(dr, 2)).content.decode()
    assert "It waits for a second matcher." in page
    second = a_person(Role.MATCHER)
    page = browser(second).get(address(dr, 2)).content.decode()
    assert "Another matcher decided it first" in page
    assert "Seen side by side." not in page
    decide(browser(second), dr, 2, "yes")
    assert (result_of(dr, 2).resolution, result_of(dr, 2).taxpayer_ref) == ("yes", "T2")


def test_a_yes_to_one_of_several_records_says_which(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.matcher)
    response = decide(client, dr, 3, "yes")
    assert response.status_code == 400
    assert "Say which record is the same person." in response.content.decode()
    assert decide(client, dr, 3, "yes", record="C").status_code == 400
    assert live(dr, 3) == []
    assert decide(client, dr, 3, "yes", record="B").status_code == 302
    assert MatchDecision.objects.get().taxpayer_ref == "T33"


@pytest.mark.parametrize(("choice", "reason"), [("no", ""), ("no", "   "), ("", "Why not."), ("maybe", "Why not.")])
def test_a_decision_needs_a_choice_and_a_reason(
    cast: Cast, browser: Browser, dr: DisclosureRequest, choice: str, reason: str
) -> None:
    response = decide(browser(cast.matcher), dr, 2, choice, reason=reason)
    assert response.status_code == 400
    assert live(dr, 2) == []
    if reason.strip():
        assert reason in response.content.decode()


def test_a_double_click_decides_once(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.matcher)
    assert [decide(client, dr, 1, "no")["Location"] for _ in range(2)] == [address(dr, 2)] * 2
    assert live(dr, 1) == [(cast.matcher, "no")]
    assert Event.objects.filter(disclosure_request=dr, verb="decide_match", is_refused=False).count() == 1


def test_a_page_that_is_older_than_the_decision_of_another_changes_nothing(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    late = browser(cast.matcher)
    late.get(address(dr, 1))
    decide(browser(a_person(Role.MATCHER)), dr, 1, "no")
    response = decide(late, dr, 1, "return")
    assert response.status_code == 409
    assert "Not done, and nothing changed." in response.content.decode()
    assert result_of(dr, 1).resolution == "no"
    assert [choice for _, choice in live(dr, 1)] == ["no"]
    assert Event.objects.filter(disclosure_request=dr, verb="decide_match", is_refused=True, actor=cast.matcher).exists()


def test_a_matcher_takes_the_own_decision_back(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.matcher)
    decide(client, dr, 1, "no")
    page = client.get(address(dr, 2)).content.decode()
    assert 'aria-label="Undo line 1"' in page
    response = client.post(address(dr, 1), {"undo": "yes"})
    assert response["Location"] == address(dr, 1)
    assert (live(dr, 1), result_of(dr, 1).resolution) == ([], "")


def test_nobody_takes_back_what_another_decided(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    decide(browser(cast.matcher), dr, 1, "no")
    response = browser(a_person(Role.MATCHER)).post(address(dr, 1), {"undo": "yes"})
    assert response.status_code in (403, 404, 409)
    assert live(dr, 1) == [(cast.matcher, "no")]


def test_a_decided_line_says_how_and_offers_no_form(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    decide(browser(cast.matcher), dr, 1, "no")
    page = browser(a_person(Role.MATCHER)).get(address(dr, 1)).content.decode()
    assert "It is decided" in page
    assert 'name="choice"' not in page


def test_a_line_that_was_never_undecided_has_no_page(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    assert browser(cast.matcher).get(address(dr, 4)).status_code == 404
    assert browser(cast.matcher).get("/undecided/99999999/").status_code == 404


def test_records_that_are_not_loaded_any_more_leave_no_and_return(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    MatchRun.objects.filter(disclosure_request=dr).update(snapshot=None, started_at=AT - dt.timedelta(days=1))
    response = browser(cast.matcher).get(address(dr, 2))
    assert "No record to show" in response.content.decode()
    assert [value for value, _ in response.context["form"].fields["choice"].choices] == ["no", "return"]
