"""Answers as they are fetched: who gets which lines, what leaves, and that every look is on record."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from disclosures.models import Receipt
from requests.actions.hold import place_hold
from requests.models import DisclosureRequest, Event, Recipient
from requests.models.lifecycle import State
from tests.factories import A_YES, AT, Cast, a_cast, a_defective_line, a_line, a_recipient, a_request, again
from tests.pages.conftest import Browser

COVER = "no single record agrees on both name and address; it does not say that the person is unknown."


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[Cast, DisclosureRequest]:
    """Yes for line 1, no for line 2 (of another official), line 3 returned for a placeholder without a place (V05, V06)."""
    cast = a_cast()
    lines = [a_line(1), a_line(2, engaged_official="Omar Reyes"), a_defective_line(3)]
    return cast, a_request(cast, State.RESPONDED, lines=lines, results={1: A_YES})


def address(dr: DisclosureRequest, name: str = "answers/") -> str:
    """Where the answers are."""
    return f"/requests/{dr.control_number}/{name}"


def file_of(client: Client, dr: DisclosureRequest) -> list[str]:
    """The lines of the downloaded file."""
    response = client.get(address(dr, "answers.csv"))
    assert response.status_code == 200
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(response.streaming_content).decode().splitlines()


def fetches(dr: DisclosureRequest) -> list[tuple[int | None, dict[str, object]]]:
    """Who fetched how many lines."""
    events = Event.objects.filter(disclosure_request=dr, verb="fetch_answers", is_refused=False).order_by("pk")
    return [(event.actor_id, event.detail) for event in events]


def test_the_releaser_fetches_the_whole_file(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    assert file_of(browser(cast.releaser), dr) == ["line,answer,reason", "1,yes,", "2,no,", "3,not_answered,V05;V06"]
    assert fetches(dr) == [(cast.releaser.pk, {"lines": 3})]


def test_a_recipient_fetches_only_the_lines_that_name_them(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    other = a_recipient(cast.agency, "Omar Reyes").person
    assert file_of(browser(cast.recipient), dr) == ["line,answer,reason", "1,yes,", "3,not_answered,V05;V06"]
    assert file_of(browser(other), dr) == ["line,answer,reason", "2,no,"]
    assert fetches(dr) == [(cast.recipient.pk, {"lines": 2}), (other.pk, {"lines": 1})]


def test_the_page_shows_line_answer_reason_and_what_a_no_means(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    response = browser(cast.recipient).get(address(dr))
    page = response.content.decode()
    assert COVER in page
    assert [(each.line_number, each.answer, each.reason) for each in response.context["rows"]] == [
        (1, "yes", ""), (3, "not_answered", "V05;V06"),
    ]  # fmt: skip
    assert "Okafor" not in page
    assert "Wesley" not in page


def test_looking_at_the_page_is_a_fetch_on_record(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    browser(cast.recipient).get(address(dr))
    assert fetches(dr) == [(cast.recipient.pk, {"lines": 2})]


def test_answers_come_in_pages(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RESPONDED, lines=[a_line(number, engaged_official="Nadia Patel") for number in range(1, 50)])
    from disclosures.views import answers

    before = answers.ANSWERS_A_PAGE
    answers.ANSWERS_A_PAGE = 20
    try:
        client = browser(cast.releaser)
        first = client.get(address(dr)).context
        last = client.get(address(dr, "answers/?after=40")).context
    finally:
        answers.ANSWERS_A_PAGE = before
    assert ([each.line_number for each in first["rows"]], first["next"]) == (list(range(1, 21)), 20)
    assert ([each.line_number for each in last["rows"]], last["next"]) == (list(range(41, 50)), None)


@pytest.mark.parametrize("name", ["answers/", "answers.csv"])
def test_nobody_else_fetches_answers_and_the_refusal_is_kept(
    cast: Cast, browser: Browser, dr: DisclosureRequest, name: str
) -> None:
    others = ["requester", "official", "counsel", "intake", "matcher", "auditor", "director", "approver"]
    for role in others:
        response = browser(getattr(cast, role)).get(address(dr, name))
        assert response.status_code == 403, role
        assert "each for their own lines" in response.content.decode()
        assert "Yes</span></td>" not in response.content.decode()
    refusals = Event.objects.filter(disclosure_request=dr, verb="fetch_answers", is_refused=True).order_by("pk")
    assert [refusal.actor for refusal in refusals] == [getattr(cast, role) for role in others]
    assert fetches(dr) == []


@pytest.mark.parametrize("name", ["answers/", "answers.csv"])
def test_strangers_do_not_learn_that_answers_exist(
    cast: Cast, browser: Browser, dr: DisclosureRequest, name: str
) -> None:
    stranger = a_cast()
    for person in (stranger.recipient, stranger.requester, cast.admin):
        assert browser(person).get(address(dr, name)).status_code == 404
    assert Client().get(address(dr, name))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("state", [State.AWAITING_RELEASE, State.APPROVED, State.DENIED])
def test_there_are_no_answers_before_the_release(cast: Cast, browser: Browser, state: State) -> None:
    dr = a_request(cast, state)
    assert browser(cast.releaser).get(address(dr)).status_code == 404
    assert browser(cast.releaser).get(address(dr, "answers.csv")).status_code == 404


def test_a_recipient_whose_binding_ended_fetches_nothing(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    Recipient.objects.filter(person=cast.recipient).update(valid_to="2026-11-22")
    assert browser(cast.recipient).get(address(dr, "answers.csv")).status_code == 403


@pytest.mark.parametrize("name", ["answers/", "answers.csv"])
def test_a_hold_on_downloads_refuses_with_its_order(
    cast: Cast, browser: Browser, dr: DisclosureRequest, name: str
) -> None:
    hold = place_hold(
        actor=cast.counsel, at=AT, order_reference="D.D.C. 25-457, order of 20 Nov 2026", reason="Stay of disclosure.",
        acts=["download"], starts_on=AT.date(), agency=cast.agency,
    )  # fmt: skip
    for person in (cast.recipient, cast.releaser):
        response = browser(person).get(address(dr, name))
        assert response.status_code == 409
        page = response.content.decode()
        assert f"Hold {hold.number} stops the download" in page
        assert "D.D.C. 25-457" in page
    assert fetches(dr) == []


def test_a_recipient_acknowledges_receipt_from_the_page(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.recipient)
    offer = client.get(address(dr)).context["offer"]
    assert offer.act.name == "acknowledge"
    field = offer.form["state_number"]
    response = client.post(f"/requests/{dr.control_number}/do/acknowledge/", {field.html_name: field.value()})
    assert response.status_code == 302
    assert Receipt.objects.get().recipient.person == cast.recipient
    page = client.get(address(dr)).content.decode()
    assert "You acknowledged these answers on Mon 23 Nov 2026" in page
    assert "do/acknowledge/" not in page


def test_the_releaser_is_offered_no_acknowledgement(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    assert "do/acknowledge/" not in browser(cast.releaser).get(address(dr)).content.decode()


def test_a_barred_line_reads_like_any_other_that_cannot_be_furnished(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RESPONDED, lines=[a_line(1), a_line(2)],
                   results={2: {"result": "undecided", "cause": "near_address", "resolution": "return"}})  # fmt: skip
    assert file_of(browser(cast.releaser), dr)[2] == "2,not_answered,cannot_be_furnished"
    assert again(dr).state == State.RESPONDED


def test_a_recipient_s_page_leads_to_nothing_that_would_refuse_them(
    cast: Cast, browser: Browser, dr: DisclosureRequest
) -> None:
    client = browser(cast.recipient)
    page = client.get(f"/requests/{dr.control_number}/").content.decode()
    links = {link for link in re.findall(r'href="(/[^"#?]*)', page) if not link.startswith("/static/")}
    assert address(dr) in links
    assert [link for link in sorted(links) if client.get(link).status_code >= 400] == []
