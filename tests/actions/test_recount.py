"""A closure switched on or off, or another calendar of holidays: which running clocks move, once, and what says so.

Monday 23 November 2026 is day 0. An answer of thirty calendar days is due on Wednesday 23 December, a legal review of
ten business days on Tuesday 8 December.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests.actions import recount as counting
from requests.actions.configure import list_closure, switch_closure
from requests.actions.errors import NotNow, NotYours
from requests.actions.expire import expire
from requests.actions.recount import foresee_switch, look_for_changed_holidays, recount
from requests.actions.remind import write_notices
from requests.calendar import days as calendar_days
from requests.models import Clock, Closure, DisclosureRequest, Event, Notice, Recount
from requests.models.lifecycle import State
from requests.views.timeline import entries
from tests import factories as f
from tests.actions.test_clocks import a_hold, clock, day, lift, on, running

NOV, DEC = 11, 12


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.IN_LEGAL_REVIEW)


def a_closure(cast: f.Cast, month: int, number: int, *, at: dt.datetime = f.AT) -> Closure:
    """A day of closure, listed and off."""
    return list_closure(
        actor=cast.admin, at=at, day=day(month, number), name="Day of mourning", order_reference="Executive Order 14999"
    )


def switch(cast: f.Cast, closure: Closure, *, on: bool, at: dt.datetime = f.AT) -> None:
    """The administrator switches it, and a worker comes."""
    switch_closure(closure.pk, actor=cast.admin, at=at, is_on=on)
    assert recount(at=at)


def moves(dr: DisclosureRequest) -> list[dict[str, list[str]]]:
    """What the request's events say about due days that moved."""
    return [event.detail["moved"] for event in Event.objects.filter(disclosure_request=dr, verb="move_due_days").order_by("pk")]


@pytest.mark.django_db
def test_a_closure_moves_the_due_days_that_count_it_and_off_again_moves_them_back(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    closure = a_closure(cast, DEC, 4)
    switch(cast, closure, on=True)
    assert running(dr) == {"response": day(DEC, 23), "legal_review": day(DEC, 9)}
    assert f.again(dr).due_date == day(DEC, 9)
    assert (clock(dr, "legal_review").version, clock(dr, "response").version) == (2, 1)
    assert moves(dr) == [{"legal_review": ["2026-12-08", "2026-12-09"]}]
    switch(cast, closure, on=False)
    assert running(dr) == {"response": day(DEC, 23), "legal_review": day(DEC, 8)}
    assert moves(dr)[1:] == [{"legal_review": ["2026-12-09", "2026-12-08"]}]
    assert clock(dr, "legal_review").version == 3


@pytest.mark.django_db
def test_no_clock_is_due_on_a_closure_and_the_windows_of_the_agency_follow(cast: f.Cast) -> None:
    returned, responded = f.a_request(cast, State.RETURNED), f.a_request(cast, State.RESPONDED)
    switch(cast, a_closure(cast, DEC, 23), on=True)
    assert f.again(returned).reply_window_ends == f.again(returned).due_date == day(DEC, 24)
    assert f.again(responded).receipt_window_ends == day(DEC, 24)
    assert expire(at=on(DEC, 24))["lapsed"] == 0
    assert expire(at=on(DEC, 25))["lapsed"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("month", "number"), [(NOV, 23), (NOV, 20), (DEC, 5), (NOV, 26), (DEC, 24)])
def test_a_closure_before_the_count_on_a_weekend_on_a_holiday_or_after_the_due_day_moves_nothing(
    cast: f.Cast, dr: DisclosureRequest, month: int, number: int
) -> None:
    switch(cast, a_closure(cast, month, number), on=True)
    assert running(dr) == {"response": day(DEC, 23), "legal_review": day(DEC, 8)}
    assert {each.version for each in Clock.objects.filter(disclosure_request=dr, ended_on=None)} == {1}
    assert moves(dr) == []


@pytest.mark.django_db
def test_an_ended_clock_keeps_its_due_day(cast: f.Cast, dr: DisclosureRequest) -> None:
    before = clock(dr, "completeness").due_on
    switch(cast, a_closure(cast, NOV, 30), on=True)
    assert clock(dr, "completeness").due_on == before == day(DEC, 8)
    assert clock(dr, "legal_review").due_on == day(DEC, 9)


@pytest.mark.django_db
def test_a_stopped_clock_stays_stopped_and_a_pause_and_a_closure_on_one_day_count_once(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.SUBMITTED)
    hold = a_hold(cast, on(NOV, 24), agency=cast.agency)
    switch(cast, a_closure(cast, NOV, 25), on=True, at=on(NOV, 24))
    assert f.again(dr).due_date is None
    lift(cast, hold, on(NOV, 27))
    assert running(dr) == {"acknowledge": day(DEC, 3)}  # 27, 30, 1, 2, 3, as without the closure


@pytest.mark.django_db
def test_reminders_follow_the_due_day_that_moved(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert write_notices(at=on(DEC, 1)) == 1  # legal review, five business days before 8 December
    switch(cast, a_closure(cast, DEC, 4), on=True, at=on(DEC, 1))
    sent = []
    for number in range(1, 11):
        write_notices(at=on(DEC, number))
    for notice in Notice.objects.filter(clock=clock(dr, "legal_review"), person=cast.counsel).order_by("pk"):
        sent.append((notice.created_at.day, notice.rung, notice.due_on.day, notice.clock_version))
    # With the 4th closed the 1st is five business days before the 9th as well: the new day is told on it.
    assert sent == [(1, 5, 8, 1), (1, 5, 9, 2), (8, 1, 9, 2), (9, 0, 9, 2), (10, -1, 9, 2)]


@pytest.mark.django_db
def test_the_rung_before_a_due_day_that_stays_moves_over_a_closure_too(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert clock(dr, "response").next_notice_on == day(DEC, 9)
    switch(cast, a_closure(cast, DEC, 15), on=True)
    response = clock(dr, "response")
    assert (response.due_on, response.next_notice_on, response.version) == (day(DEC, 23), day(DEC, 8), 1)


@pytest.mark.django_db
def test_the_history_says_it_in_words_to_the_office_and_to_the_agency_of_its_own_clocks_alone(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    switch(cast, a_closure(cast, DEC, 4), on=True)
    switch(cast, a_closure(cast, DEC, 23), on=True)
    events = list(Event.objects.filter(disclosure_request=dr, verb="move_due_days").order_by("pk"))
    told = [entry.what for entry in entries(events, for_agency=False)]
    assert told == [
        "counted the days anew, since the office is closed on 4 Dec 2026 (Day of mourning): "
        "legal review due Wed 9 Dec 2026 instead of Tue 8 Dec 2026",
        "counted the days anew, since the office is closed on 23 Dec 2026 (Day of mourning): "
        "answer due Thu 24 Dec 2026 instead of Wed 23 Dec 2026",
    ]
    assert [entry.what for entry in entries(events, for_agency=True)] == told[1:]
    act = Event.objects.filter(verb="switch_closure").latest("pk")
    assert (act.actor, act.detail["changed"]) == (cast.admin, {"is_on": ["False", "True"]})


@pytest.mark.django_db
def test_only_an_administrator_switches_and_nobody_twice(cast: f.Cast) -> None:
    closure = a_closure(cast, DEC, 4)
    with pytest.raises(NotYours):
        switch_closure(closure.pk, actor=cast.director, at=f.AT, is_on=True)
    switch_closure(closure.pk, actor=cast.admin, at=f.AT, is_on=True)
    with pytest.raises(NotNow):
        switch_closure(closure.pk, actor=cast.admin, at=f.AT, is_on=True)
    assert Recount.objects.filter(closure=closure).count() == 1


@pytest.mark.django_db
def test_what_is_foreseen_is_what_then_happens(cast: f.Cast) -> None:
    f.a_request(cast, State.SUBMITTED)
    closure = a_closure(cast, NOV, 30)
    seen = foresee_switch(closure, at=f.AT)
    assert [(move.clock.kind, move.clock.due_on, move.due_on) for move in seen.first] == [
        ("acknowledge", day(DEC, 1), day(DEC, 2)), ("legal_review", day(DEC, 8), day(DEC, 9)),
    ]  # fmt: skip
    assert (seen.moved, seen.grow_late, seen.is_all) == (2, 0, True)
    assert not Event.objects.filter(verb="move_due_days").exists()
    switch(cast, closure, on=True)
    for move in seen.first:
        assert Clock.objects.get(pk=move.clock.pk).due_on == move.due_on
    assert foresee_switch(Closure.objects.get(), at=on(DEC, 2)).grow_late == 1  # off again: 1 December has passed by then


@pytest.mark.django_db
def test_it_goes_on_where_it_was_cut_short_and_moves_nothing_twice(
    cast: f.Cast, dr: DisclosureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = [f.a_request(cast, State.SUBMITTED) for _ in range(5)]
    drs = [dr, *submitted]
    closure = a_closure(cast, NOV, 30)
    switch_closure(closure.pk, actor=cast.admin, at=f.AT, is_on=True)
    monkeypatch.setattr(counting, "CHUNK", 2)
    turns = iter([True, False])
    assert not recount(at=f.AT, has_time=lambda: next(turns))
    assert [len(moves(dr)) for dr in drs] == [1, 1, 0, 0, 0, 0]
    assert recount(at=f.AT)
    assert recount(at=f.AT)
    assert [len(moves(dr)) for dr in drs] == [1] * 6
    assert {clock(dr, "acknowledge").version for dr in submitted} == {2}
    assert clock(dr, "legal_review").version == 2
    done = Recount.objects.get(closure=closure)
    assert (done.moved_count, done.done_at) == (6, f.AT)


@pytest.mark.django_db
def test_a_chunk_asks_as_many_questions_for_many_requests_as_for_one() -> None:
    cast, asked = f.a_cast(), []
    for number, more in ((27, 1), (30, 6)):
        for _ in range(more):
            f.a_request(cast, State.SUBMITTED)
        closure = a_closure(cast, NOV, number)
        switch_closure(closure.pk, actor=cast.admin, at=f.AT, is_on=True)
        with CaptureQueriesContext(connection) as queries:
            recount(at=f.AT)
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.django_db
def test_another_calendar_of_the_law_is_noticed_and_counted(cast: f.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    dr = f.a_request(cast, State.SUBMITTED)
    assert look_for_changed_holidays(at=f.AT) is None  # the first look keeps what is known
    assert look_for_changed_holidays(at=f.AT) is None
    assert Recount.objects.count() == 1
    real = calendar_days.federal_holidays

    def with_another(year: int) -> dict[dt.date, str]:
        return real(year) | ({day(NOV, 30): "Day of a new law"} if year == 2026 else {})

    for module in (calendar_days, counting):
        monkeypatch.setattr(module, "federal_holidays", with_another)
    asked = look_for_changed_holidays(at=f.AT)
    assert asked is not None
    assert asked.days == [day(NOV, 30)]
    assert look_for_changed_holidays(at=f.AT) is None
    assert recount(at=f.AT)
    assert running(dr) == {"acknowledge": day(DEC, 2)}
    (event,) = Event.objects.filter(disclosure_request=dr, verb="move_due_days")
    assert event.detail["because"] == "the legal holidays changed"
    assert Event.objects.get(verb="change_holidays").detail == {"days": ["2026-11-30"]}


@pytest.mark.django_db
def test_a_new_year_in_sight_is_no_change() -> None:
    look_for_changed_holidays(at=f.AT)
    assert look_for_changed_holidays(at=f.AT + dt.timedelta(days=60)) is None
    assert look_for_changed_holidays(at=f.AT + dt.timedelta(days=4000)) is None
    assert not Recount.objects.filter(done_at=None).exists()
