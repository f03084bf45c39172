"""The clocks on the page of a request: every day of each count and why it counted, running or ended, stopped and by what."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from requests.actions.configure import list_closure, switch_closure
from requests.actions.remind import write_notices
from requests.models.lifecycle import State
from tests.factories import AT, Cast, a_cast, a_request
from tests.pages.test_submission import text_of


def seen_by(cast: Cast, role: str, number: str, *, days: int) -> str:
    """The page as this person reads it so many days after the factories' moment."""
    with time_machine.travel(AT + dt.timedelta(days=days), tick=True):
        client = Client()
        client.force_login(getattr(cast, role))
        return text_of(client.get(f"/requests/{number}/"))


def test_the_office_reads_each_day_what_stopped_it_and_what_ended(db: None) -> None:
    cast = a_cast()
    number = a_request(cast, State.IN_IMPAIRMENT_CHECK).control_number
    page = seen_by(cast, "auditor", number, days=4)
    assert "Legal review: every day of the count that ended" in page
    assert "Acknowledge: every day of the count that ended" in page
    assert "Answer: 30 calendar days from" in page
    assert "to today (impairment check)." in page
    assert "<span>stopped</span>" in page


def test_days_are_counted_in_those_of_the_clock_on_the_page_and_in_the_list(db: None) -> None:
    cast = a_cast()
    dr = a_request(cast, State.IN_LEGAL_REVIEW)  # on Monday 23 November 2026; Thursday is Thanksgiving
    page = seen_by(cast, "counsel", dr.control_number, days=1)
    assert "9 business days left" in page
    assert "29 days left" in page
    assert (dr.due_date, dr.due_unit) == (dt.date(2026, 12, 8), "business")
    for days, words in ((1, "9 business days left"), (14, "1 business day left"), (15, "Today"), (18, "3 business days late")):
        with time_machine.travel(AT + dt.timedelta(days=days), tick=True):
            client = Client()
            client.force_login(cast.counsel)
            assert words in text_of(client.get("/requests/")), days
    assert "30 days left" in seen_by(cast, "official", a_request(cast, State.RETURNED).control_number, days=0)


def test_past_the_due_day_and_before_the_next_business_day_it_is_late_by_days(db: None) -> None:
    cast = a_cast()
    dr = a_request(cast, State.AWAITING_APPROVAL)
    due = dr.due_date
    while due.weekday() != 4:  # a count whose last day is a Friday
        due += dt.timedelta(days=1)
    dr.due_date = due
    dr.save()
    with time_machine.travel(dt.datetime.combine(due + dt.timedelta(days=1), dt.time(17), tzinfo=dt.UTC), tick=True):
        client = Client()
        client.force_login(cast.approver)
        assert "1 day late" in text_of(client.get("/requests/"))


def test_an_agency_reads_its_own_clocks_and_the_same_words_of_every_check(db: None) -> None:
    cast = a_cast()
    number = a_request(cast, State.IN_IMPAIRMENT_CHECK).control_number
    page = seen_by(cast, "official", number, days=4)
    assert "Answer: 30 calendar days from" in page
    assert "(impairment check)." in page
    assert "Legal review: every day" not in page
    assert "Impairment check: 10 business days" not in page


def test_an_ended_count_that_the_calendar_overtook_tells_no_other_story(db: None) -> None:
    cast = a_cast()
    number = a_request(cast, State.IN_LEGAL_REVIEW).control_number
    assert "Completeness: every day of the count that ended" in seen_by(cast, "auditor", number, days=1)
    closure = list_closure(
        actor=cast.admin, at=AT, day=(AT + dt.timedelta(days=1)).date(), name="Closed by order", order_reference="EO 1"
    )
    switch_closure(closure.pk, actor=cast.admin, at=AT, is_on=True)
    page = seen_by(cast, "auditor", number, days=1)
    assert "Completeness: every day of the count that ended" not in page
    assert "Completeness" in page


@pytest.mark.parametrize(("role", "sees"), [("director", True), ("auditor", True), ("counsel", False), ("official", False)])
def test_those_who_watch_reminders_read_those_of_a_request_on_its_page(db: None, role: str, sees: bool) -> None:
    cast = a_cast()
    number = a_request(cast, State.SUBMITTED).control_number
    assert ("No reminder was written about it yet." in seen_by(cast, role, number, days=0)) is sees
    write_notices(at=AT + dt.timedelta(days=9))
    assert ("is due today" in seen_by(cast, role, number, days=9) or "late; it was due" in seen_by(cast, role, number, days=9)) is sees
