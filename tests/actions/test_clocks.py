"""Clocks on real requests: which verb starts, ends, stops and resumes which, and when each is due. Dates worked out by hand.

Monday 23 November 2026 is day 0 unless a test says otherwise; Thanksgiving is the 26th, Christmas a Friday.
"""

from __future__ import annotations

import datetime as dt

import pytest

from requests.actions.configure import set_parameter
from requests.actions.decide import decide_lines
from requests.actions.expire import expire
from requests.actions.finish import withdraw_request
from requests.actions.hold import ask_to_lift, lift_hold, place_hold
from requests.actions.intake import pass_to_legal_review, return_to_agency
from requests.actions.review import clear_legally
from requests.models import Clock, DisclosureRequest, Hold, Pause
from requests.models.lifecycle import State
from tests import factories as f
from tests.conftest import OwnDatabase

NOV, DEC = 11, 12


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.IN_LEGAL_REVIEW)


def on(month: int, day: int, hour: int = 15) -> dt.datetime:
    """An hour of a day of 2026, in UTC; by default ten in the morning at the office."""
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


def day(month: int, number: int) -> dt.date:
    """A day of 2026."""
    return dt.date(2026, month, number)


def running(dr: DisclosureRequest) -> dict[str, dt.date]:
    """The clocks that have not ended, and when each is due."""
    return {clock.kind: clock.due_on for clock in Clock.objects.filter(disclosure_request=dr, ended_on__isnull=True)}


def clock(dr: DisclosureRequest, kind: str) -> Clock:
    """The newest clock of this kind."""
    return Clock.objects.filter(disclosure_request=dr, kind=kind).latest("pk")


def pauses(dr: DisclosureRequest) -> list[tuple[str, dt.date, dt.date | None]]:
    """What stopped the request's clocks, from and to."""
    found = Pause.objects.filter(disclosure_request=dr).order_by("first_day", "pk")
    return [(pause.cause, pause.first_day, pause.last_day) for pause in found]


def a_hold(cast: f.Cast, at: dt.datetime, *, starts_on: dt.date | None = None, **scope: object) -> Hold:
    """A court's stay of approvals, placed by counsel."""
    return place_hold(
        actor=cast.counsel, at=at, order_reference="D.D.C. 25-cv-00457", reason="The court stays approvals.",
        acts=["approve"], starts_on=starts_on or at.date(), **scope,
    )  # type: ignore[arg-type] # fmt: skip


def lift(cast: f.Cast, hold: Hold, at: dt.datetime) -> None:
    """Two people lift it."""
    ask_to_lift(hold.pk, actor=cast.counsel, at=at, reference="Order of vacatur")
    lift_hold(hold.pk, actor=cast.director, at=at)


# --- which clock runs in which state, and when it is due ---

FIVE, TEN, THIRTY = day(DEC, 1), day(DEC, 8), day(DEC, 23)  # business, business, calendar days after Monday 23 November
RUNNING = {
    State.DRAFT: {},
    State.SUBMITTED: {"acknowledge": FIVE},
    State.IN_INTAKE: {"completeness": TEN},
    State.RETURNED: {"reply": THIRTY},
    State.IN_LEGAL_REVIEW: {"response": THIRTY, "legal_review": TEN},
    # Stopped on the day on which it began: that day is added (and 24 December is a Thursday).
    State.IN_IMPAIRMENT_CHECK: {"response": day(DEC, 24), "impairment": TEN},
    State.AWAITING_APPROVAL: {"response": THIRTY, "approval": FIVE},
    State.APPROVED: {"response": THIRTY, "matching": FIVE},
    State.AWAITING_RELEASE: {"response": THIRTY, "release": FIVE},
    State.RESPONDED: {"receipt": THIRTY},
    State.CLOSED: {},
    State.DENIED: {},
    State.WITHDRAWN: {},
    State.LAPSED: {},
}


@pytest.mark.django_db
@pytest.mark.parametrize("state", State.values)
def test_in_each_state_the_clocks_of_its_verb_run_and_the_request_shows_the_nearest(state: str) -> None:
    dr = f.a_request(f.a_cast(), State(state))
    expected = RUNNING[State(state)]
    assert running(dr) == expected
    nearest = {kind: due for kind, due in expected.items() if state != "in_impairment_check" or kind != "response"}
    assert dr.due_date == min(nearest.values(), default=None)


@pytest.mark.django_db
def test_every_clock_that_ended_says_when_and_by_which_verb() -> None:
    dr = f.a_request(f.a_cast(), State.RESPONDED)
    ended = dict(Clock.objects.filter(disclosure_request=dr, ended_on=f.TODAY).values_list("kind", "ended_by"))
    assert ended == {
        "acknowledge": "receive", "completeness": "perfect", "legal_review": "clear_legally",
        "impairment": "clear_impairment", "approval": "approve", "matching": "complete_matching", "release": "release",
        "response": "release",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_clock_starts_on_the_day_of_the_office_not_of_utc(cast: f.Cast) -> None:
    dr = f.draft(cast, at=on(NOV, 23))
    f.sign(cast, dr, at=on(NOV, 24, 4))  # eleven in the evening of the 23rd in New York
    assert clock(dr, "acknowledge").starts_on == day(NOV, 23)
    assert clock(dr, "acknowledge").due_on == FIVE


@pytest.mark.django_db
def test_a_new_limit_of_the_office_holds_for_clocks_that_start_after_it(cast: f.Cast) -> None:
    before = f.a_request(cast, State.SUBMITTED)
    set_parameter("acknowledge_business_days", actor=cast.admin, at=f.AT, value=1, reason="The office promised it.")
    after = f.a_request(cast, State.SUBMITTED)
    assert running(before) == {"acknowledge": FIVE}
    assert running(after) == {"acknowledge": day(NOV, 24)}


# --- the impairment check stops the response clock ---


@pytest.mark.django_db
def test_the_response_clock_stands_still_during_the_impairment_check_and_goes_on_after_it(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    f.analyse(cast, dr, at=on(NOV, 25))
    clear_legally(dr.pk, actor=cast.counsel, at=on(NOV, 25))
    assert clock(dr, "response").stopped_since == day(NOV, 25)
    assert f.again(dr).due_date == clock(dr, "impairment").due_on == day(DEC, 10)
    f.determine(cast, dr, at=on(NOV, 30))
    # 25 to 29 November are five days; the 30th counts again. 23 December and five is Monday the 28th.
    assert pauses(dr) == [("impairment", day(NOV, 25), day(NOV, 29))]
    response = clock(dr, "response")
    assert (response.stopped_since, response.due_on, response.starts_on) == (None, day(DEC, 28), day(NOV, 23))
    assert f.again(dr).due_date == clock(dr, "approval").due_on == day(DEC, 7)


@pytest.mark.django_db
def test_a_check_that_ends_on_the_day_on_which_it_began_stops_nothing() -> None:
    dr = f.a_request(f.a_cast(), State.AWAITING_APPROVAL)
    assert pauses(dr) == []
    assert clock(dr, "response").due_on == THIRTY


@pytest.mark.django_db
def test_each_recalculation_counts_the_version_up(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert clock(dr, "response").version == 1
    f.analyse(cast, dr, at=on(NOV, 25))
    clear_legally(dr.pk, actor=cast.counsel, at=on(NOV, 25))
    f.determine(cast, dr, at=on(NOV, 30))
    assert clock(dr, "response").version == 3
    assert clock(dr, "approval").version == 1


# --- a return ends the response clock, on record; the next perfection starts a new one ---


@pytest.mark.django_db
def test_a_return_out_of_legal_review_ends_the_response_clock_and_a_new_perfection_starts_another(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(1), f.a_line_in_question(2)])
    at = on(NOV, 25)
    decide_lines(dr.pk, actor=cast.counsel, at=at, numbers=[2], decision="return", reason="No delivery line.")
    return_to_agency(dr.pk, actor=cast.counsel, at=at)
    first = clock(dr, "response")
    assert (first.ended_on, first.ended_by, first.due_on) == (day(NOV, 25), "return_imperfect", THIRTY)
    assert running(dr) == {"reply": day(DEC, 28)}  # the 25th is Christmas, then a weekend
    assert f.again(dr).reply_window_ends == day(DEC, 28)

    f.load(dr, [f.a_line(1), f.a_line(2)], actor=cast.official, at=on(NOV, 30))
    f.sign(cast, dr, at=on(NOV, 30))
    assert running(dr) == {"acknowledge": day(DEC, 7)}
    f.receive(cast, dr, at=on(DEC, 1))
    pass_to_legal_review(dr.pk, actor=cast.intake, at=on(DEC, 2))
    second = clock(dr, "response")
    assert second.pk != first.pk
    assert (second.starts_on, second.due_on) == (day(DEC, 2), dt.date(2027, 1, 4))  # 1 January is closed, then a weekend
    assert Clock.objects.filter(disclosure_request=dr, kind="response").count() == 2


@pytest.mark.django_db
def test_a_withdrawal_ends_every_clock_and_whatever_stopped_it(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_IMPAIRMENT_CHECK)
    withdraw_request(dr.pk, actor=cast.official, at=on(NOV, 30), reason="The investigation ended.")
    assert running(dr) == {}
    assert f.again(dr).due_date is None
    assert pauses(dr) == [("impairment", day(NOV, 23), day(NOV, 29))]
    assert set(Clock.objects.filter(disclosure_request=dr, ended_by="withdraw").values_list("kind", flat=True)) == {
        "response", "impairment",
    }  # fmt: skip


# --- holds stop clocks ---


@pytest.mark.django_db
def test_a_hold_stops_the_clocks_until_two_people_lift_it(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    hold = a_hold(cast, on(NOV, 24), agency=cast.agency)
    assert f.again(dr).due_date is None
    assert {each.stopped_since for each in Clock.objects.filter(disclosure_request=dr, ended_on=None)} == {day(NOV, 24)}
    ask_to_lift(hold.pk, actor=cast.counsel, at=on(NOV, 30), reference="Order of vacatur")
    assert f.again(dr).due_date is None
    lift_hold(hold.pk, actor=cast.director, at=on(DEC, 1))
    assert pauses(dr) == [("hold", day(NOV, 24), day(NOV, 30))]
    # approval: 1, 2, 3, 4 and 7 December count. response: 23 December and seven days.
    assert running(dr) == {"approval": day(DEC, 7), "response": day(DEC, 30)}
    assert f.again(dr).due_date == day(DEC, 7)


@pytest.mark.django_db
def test_two_stops_that_overlap_count_once(cast: f.Cast, dr: DisclosureRequest) -> None:
    f.analyse(cast, dr, at=on(NOV, 25))
    clear_legally(dr.pk, actor=cast.counsel, at=on(NOV, 25))
    hold = a_hold(cast, on(NOV, 27), disclosure_request=f.again(dr))
    f.determine(cast, dr, at=on(NOV, 30))
    assert clock(dr, "response").stopped_since == day(NOV, 27)
    assert f.again(dr).due_date is None
    lift(cast, hold, on(DEC, 2))
    assert pauses(dr) == [("impairment", day(NOV, 25), day(NOV, 29)), ("hold", day(NOV, 27), day(DEC, 1))]
    # 25 November to 1 December are seven days: 23 December becomes the 30th. Approval, from the 30th on: 2, 3, 4, 7, 8.
    assert running(dr) == {"response": day(DEC, 30), "approval": day(DEC, 8)}


@pytest.mark.django_db
def test_two_holds_at_once_stop_the_clocks_until_the_last_is_lifted(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.SUBMITTED)
    first = a_hold(cast, on(NOV, 24), agency=cast.agency)
    second = a_hold(cast, on(NOV, 24), authority=f.the_authority())
    lift(cast, first, on(NOV, 25))
    assert clock(dr, "acknowledge").stopped_since == day(NOV, 24)
    lift(cast, second, on(NOV, 27))
    assert running(dr) == {"acknowledge": day(DEC, 3)}  # 27, 30, 1, 2, 3: Thanksgiving fell into the stop


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "kind"), [(State.RETURNED, "reply"), (State.RESPONDED, "receipt")])
def test_the_agency_s_own_windows_are_not_ours_to_stop(cast: f.Cast, state: State, kind: str) -> None:
    dr = f.a_request(cast, state)
    a_hold(cast, on(NOV, 24), agency=cast.agency)
    assert clock(dr, kind).stopped_since is None
    assert running(dr) == {kind: THIRTY}


@pytest.mark.django_db
def test_a_hold_stops_only_what_its_scope_covers() -> None:
    cast, other = f.a_cast(), f.a_cast()
    part = f.an_agency(parent=cast.agency, kind="component", head_title="")
    held, free = f.a_request(cast, State.SUBMITTED), f.a_request(other, State.SUBMITTED)
    of_the_part = f.a_request(f.a_cast(part), State.SUBMITTED)
    a_hold(cast, on(NOV, 24), agency=cast.agency)
    assert clock(held, "acknowledge").stopped_since == day(NOV, 24)
    assert clock(of_the_part, "acknowledge").stopped_since == day(NOV, 24)
    assert clock(free, "acknowledge").stopped_since is None


def test_a_hold_of_a_later_day_stops_the_clocks_once_when_that_day_comes(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.SUBMITTED)
    a_hold(cast, on(NOV, 23), starts_on=day(NOV, 27), agency=cast.agency)
    assert [expire(at=on(NOV, number))["holds_begun"] for number in (24, 25, 27, 27, 30)] == [0, 0, 1, 0, 0]
    assert pauses(dr) == [("hold", day(NOV, 27), None)]
    assert clock(dr, "acknowledge").stopped_since == day(NOV, 27)


def test_a_request_that_comes_under_a_standing_hold_is_stopped_by_the_next_sweep(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    hold = a_hold(cast, on(NOV, 20), agency=cast.agency)
    dr = f.a_request(cast, State.SUBMITTED)
    assert expire(at=on(NOV, 23, 16))["holds_begun"] == 1
    assert pauses(dr) == [("hold", day(NOV, 23), None)]
    lift(cast, hold, on(NOV, 24))
    assert running(dr) == {"acknowledge": FIVE}
    assert expire(at=on(NOV, 24, 16))["holds_begun"] == 0


@pytest.mark.django_db
def test_a_hold_does_not_stop_a_draft(cast: f.Cast) -> None:
    dr = f.draft(cast)
    a_hold(cast, on(NOV, 24), agency=cast.agency)
    assert pauses(dr) == []


@pytest.mark.django_db
def test_windows_that_end_by_themselves_stand_on_the_request(cast: f.Cast) -> None:
    assert f.a_request(cast, State.RETURNED).reply_window_ends == THIRTY
    assert f.a_request(cast, State.RESPONDED).receipt_window_ends == THIRTY
