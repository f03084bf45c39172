"""The desk and the list of requests: what waits and why, counts that open exactly their rows, one's own leave."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests.models import DisclosureRequest, Event, Person
from requests.models.lifecycle import State
from tests.factories import AT, Cast, a_cast, a_line_in_question, a_request
from tests.pages.conftest import Browser

COUNT = re.compile(r'<a href="([^"]+)"><b>([\d,]+)</b>([^<]+)</a>')
ROW = re.compile(r'<a class="strong nowrap" href="/requests/([^/]+)/">')


def counts_of(client: Client) -> list[tuple[str, str, int]]:
    """The counts of the desk: words, address, number."""
    page = client.get("/").content.decode()
    return [(words, address.replace("&amp;", "&"), int(number.replace(",", ""))) for address, number, words in COUNT.findall(page)]


def test_each_count_opens_exactly_its_rows_and_an_agency_sees_its_own_alone(cast: Cast, browser: Browser) -> None:
    other = a_cast()
    for state in (State.DRAFT, State.SUBMITTED, State.IN_LEGAL_REVIEW, State.AWAITING_APPROVAL, State.RETURNED):
        a_request(cast, state)
        a_request(other, state)
    foreign = set(DisclosureRequest.objects.filter(agency=other.agency).values_list("control_number", flat=True))
    for person in (cast.requester, cast.official, cast.intake, cast.counsel, cast.approver, cast.director, cast.auditor):
        client, seen = browser(person), set()
        found = counts_of(client)
        assert found, person
        for words, address, number in found:
            rows = ROW.findall(client.get(address).content.decode())
            assert len(rows) == number, (person, words, address)
            seen |= set(rows)
        assert bool(seen & foreign) == (person.agency_id is None), person


def test_the_desk_says_what_each_request_waits_for(cast: Cast, browser: Browser) -> None:
    a_request(cast, State.IN_LEGAL_REVIEW, lines=[a_line_in_question(1)])
    a_request(cast, State.SUBMITTED)
    a_request(cast, State.RETURNED)
    assert "1 line to decide; analysis to write." in browser(cast.counsel).get("/").content.decode()
    assert "Receive it." in browser(cast.intake).get("/").content.decode()
    theirs = browser(cast.requester).get("/").content.decode()
    assert "Mend 1 line and sign again." in theirs
    assert "to decide" not in theirs


def test_the_desk_asks_as_often_for_many_rows_as_for_few(cast: Cast, browser: Browser) -> None:
    client = browser(cast.counsel)
    a_request(cast, State.IN_LEGAL_REVIEW)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for _ in range(4):
        a_request(cast, State.IN_LEGAL_REVIEW)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)


def test_everybody_sets_their_own_leave(cast: Cast, browser: Browser) -> None:
    client, until = browser(cast.counsel), (AT + dt.timedelta(days=9)).date()
    assert client.post("/leave/", {"away_until": until.isoformat(), "stands_in": cast.intake.pk}).status_code == 302
    person = Person.objects.get(pk=cast.counsel.pk)
    assert (person.away_until, person.stands_in_id) == (until, cast.intake.pk)
    assert Event.objects.get(verb="set_leave", actor=cast.counsel).detail["until"] == until.isoformat()
    assert client.post("/leave/", {"away_until": "", "stands_in": ""}).status_code == 302
    assert Person.objects.get(pk=cast.counsel.pk).away_until is None


def test_a_leave_that_has_passed_or_a_stranger_standing_in_is_refused(cast: Cast, browser: Browser) -> None:
    client = browser(cast.counsel)
    passed = client.post("/leave/", {"away_until": "2001-01-01", "stands_in": ""})
    assert passed.status_code == 400
    assert "this day has passed" in passed.content.decode()
    until = (AT + dt.timedelta(days=9)).date().isoformat()
    assert client.post("/leave/", {"away_until": until, "stands_in": cast.requester.pk}).status_code == 400
    assert Person.objects.get(pk=cast.counsel.pk).away_until is None
