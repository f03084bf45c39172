"""The page of reminders: who opens it, what its filters leave, the error in plain words, and sending one again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests.actions.errors import Missing, NotNow, NotYours
from requests.actions.finish import withdraw_request
from requests.actions.people import close_account
from requests.actions.remind import write_notices
from requests.actions.send_notices import GIVE_UP_AFTER, send_again
from requests.models import Event, Notice
from requests.models.lifecycle import State
from tests import factories as f
from tests.factories import Cast
from tests.pages.conftest import Browser

pytestmark = pytest.mark.django_db
DUE_IN_FIVE = f.AT + dt.timedelta(days=8)  # 1 December: legal review is due in five business days


@pytest.fixture
def given_up(cast: Cast) -> Notice:
    """A reminder to counsel that no mail server took."""
    f.a_request(cast, State.IN_LEGAL_REVIEW)
    assert write_notices(at=DUE_IN_FIVE) == 1
    Notice.objects.update(status="failed", attempts=GIVE_UP_AFTER, error="ConnectionRefusedError")
    return Notice.objects.get()


def test_director_administrator_and_auditor_read_it_and_nobody_else(cast: Cast, browser: Browser, given_up: Notice) -> None:
    for person in (cast.director, cast.admin, cast.auditor):
        page = browser(person).get("/reminders/?status=failed")
        assert page.status_code == 200
        words = page.content.decode()
        assert "The mail server did not answer." in words
        assert given_up.disclosure_request.control_number in words
        assert ("Send again" in words) is (person != cast.auditor)
    for person in (cast.counsel, cast.official, cast.intake):
        assert browser(person).get("/reminders/").status_code == 403
    assert browser(cast.auditor).post(f"/reminders/{given_up.pk}/again/").status_code == 403


def test_the_desk_counts_what_was_given_up_and_leads_to_exactly_those(cast: Cast, browser: Browser, given_up: Notice) -> None:
    for person in (cast.director, cast.admin):
        page = browser(person).get("/").content.decode()
        assert '<a href="/reminders/?status=failed"><b>1</b>Reminders given up</a>' in page
    assert "Reminders given up" not in browser(cast.counsel).get("/").content.decode()


def test_the_filters_stand_in_the_address(cast: Cast, browser: Browser, given_up: Notice) -> None:
    client, number = browser(cast.director), given_up.disclosure_request.control_number
    for query, is_there in {
        "status=failed": True, "status=sent": False, "rung=before": True, "rung=late": False, f"q={number.lower()}": True,
        f"q={cast.counsel.last_name}": True, "q=nobody-of-that-name": False, "status=x&rung=y": True, "before=1": False,
        "q=%00": True, "before=%C2%B2": True,
    }.items():  # fmt: skip
        page = client.get(f"/reminders/?{query}")
        assert page.status_code == 200
        assert (f"{number} (" in page.content.decode()) is is_there, query


def test_one_act_lets_it_go_out_again_with_one_event(cast: Cast, browser: Browser, given_up: Notice) -> None:
    answer = browser(cast.director).post(f"/reminders/{given_up.pk}/again/", {"status": "failed", "q": "x"})
    assert (answer.status_code, answer["Location"]) == (302, "/reminders/?status=failed&q=x")
    given_up.refresh_from_db()
    assert (given_up.status, given_up.attempts, given_up.error) == ("queued", 0, "")
    event = Event.objects.get(verb="send_notice_again")
    assert (event.actor, event.disclosure_request, event.is_refused) == (cast.director, given_up.disclosure_request, False)
    browser(cast.director).post(f"/reminders/{given_up.pk}/again/")  # again: it waits already
    assert list(Event.objects.filter(verb="send_notice_again").order_by("pk").values_list("is_refused", flat=True)) == [False, True]


def test_a_form_from_elsewhere_sends_nothing(cast: Cast, browser: Browser, given_up: Notice) -> None:
    client = browser(cast.director)
    client.handler.enforce_csrf_checks = True
    assert client.post(f"/reminders/{given_up.pk}/again/").status_code == 403
    assert client.get(f"/reminders/{given_up.pk}/again/").status_code == 405
    assert not Event.objects.filter(verb="send_notice_again").exists()


def test_nothing_goes_again_for_another_role_for_a_closed_account_or_for_what_has_ended(cast: Cast, given_up: Notice) -> None:
    with pytest.raises(NotYours):
        send_again(given_up.pk, actor=cast.auditor, at=DUE_IN_FIVE)
    with pytest.raises(Missing):
        send_again(0, actor=cast.director, at=DUE_IN_FIVE)
    withdraw_request(given_up.disclosure_request_id, actor=cast.official, at=DUE_IN_FIVE, reason="It ended.")
    with pytest.raises(NotNow, match="nothing left"):
        send_again(given_up.pk, actor=cast.director, at=DUE_IN_FIVE)
    close_account(cast.counsel.pk, actor=cast.admin, at=DUE_IN_FIVE)
    with pytest.raises(NotNow, match="closed"):
        send_again(given_up.pk, actor=cast.director, at=DUE_IN_FIVE)


def test_the_page_asks_as_many_questions_for_many_reminders_as_for_one(cast: Cast, browser: Browser, given_up: Notice) -> None:
    client, asked = browser(cast.director), []
    for more in (0, 4):
        for _ in range(more):
            f.a_request(cast, State.IN_LEGAL_REVIEW)
        write_notices(at=DUE_IN_FIVE)
        with CaptureQueriesContext(connection) as queries:
            client.get("/reminders/")
        asked.append(len(queries))
    assert Notice.objects.count() == 5
    assert asked[0] == asked[1]


def test_a_reminder_leaves_the_desk_when_its_clock_has_ended(cast: Cast, browser: Browser, given_up: Notice) -> None:
    words = "legal review is due in 5 business days or less"
    assert words in browser(cast.counsel).get("/").content.decode()
    withdraw_request(given_up.disclosure_request_id, actor=cast.official, at=DUE_IN_FIVE, reason="It ended.")
    assert words not in browser(cast.counsel).get("/").content.decode()


def test_of_one_clock_the_desk_shows_the_newest_and_reading_it_reads_the_earlier_ones(cast: Cast, browser: Browser) -> None:
    f.a_request(cast, State.IN_LEGAL_REVIEW)
    for days in (8, 14):
        write_notices(at=f.AT + dt.timedelta(days=days))  # the 1st and the 7th of December
    client = browser(cast.counsel)
    page = client.get("/").content.decode()
    assert page.count("legal review is due in") == 1
    newest = Notice.objects.latest("pk")
    assert f'name="notice" value="{newest.pk}"' in page
    client.post("/reminders/read/", {"notice": newest.pk})
    assert not Notice.objects.filter(read_at=None).exists()
    assert "legal review is due in" not in client.get("/").content.decode()


