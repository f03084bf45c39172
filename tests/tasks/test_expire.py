"""What ends by the passing of time: a returned request lapses, a responded one closes; once, and not a day too early."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from disclosures.actions.fetch import acknowledge_receipt
from requests.actions.expire import expire
from requests.models import Clock, DisclosureRequest, Event
from requests.models.lifecycle import State
from requests.tasks import expire as expire_task
from tests import factories as f
from tests.conftest import OwnDatabase
from tests.lifecycle.test_advance import at_once

# Returned or answered on Monday 23 November 2026: thirty days later is Wednesday 23 December.
LAST_MINUTE = dt.datetime(2026, 12, 24, 4, 59, tzinfo=dt.UTC)  # 23:59 of the 23rd in New York
MIDNIGHT = dt.datetime(2026, 12, 24, 5, 0, tzinfo=dt.UTC)
NOTHING = {"lapsed": 0, "closed": 0, "holds_begun": 0, "files_dropped": 0}


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.RETURNED)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "end", "counted"), [(State.RETURNED, "lapsed", "lapsed"), (State.RESPONDED, "closed", "closed")]
)
def test_a_window_ends_with_its_last_day_in_the_time_zone_of_the_office(state: State, end: str, counted: str) -> None:
    dr = f.a_request(f.a_cast(), state)
    assert expire(at=LAST_MINUTE) == NOTHING
    assert f.again(dr).state == state
    assert expire(at=MIDNIGHT) == NOTHING | {counted: 1}
    assert f.again(dr).state == end
    assert expire(at=MIDNIGHT) == NOTHING


@pytest.mark.django_db
def test_the_end_is_the_system_s_act_with_an_event_an_outcome_and_no_clock_left() -> None:
    returned, responded = (f.a_request(f.a_cast(), state) for state in (State.RETURNED, State.RESPONDED))
    expire(at=MIDNIGHT)
    for dr, verb, outcome, ended in (
        (returned, "lapse", "lapsed", MIDNIGHT),
        (responded, "close", "answered", f.AT),  # its life ended with the answer; the close only puts it away
    ):
        event = Event.objects.get(disclosure_request=dr, verb=verb)
        assert (event.actor, event.occurred_at) == (None, MIDNIGHT)
        assert (f.again(dr).outcome, f.again(dr).ended_at) == (outcome, ended)
        assert not Clock.objects.filter(disclosure_request=dr, ended_on=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "state", [state for state in State if state not in (State.RETURNED, State.RESPONDED, State.LAPSED, State.CLOSED)]
)
def test_nothing_else_ends_by_itself(state: State) -> None:
    dr = f.a_request(f.a_cast(), state)
    assert expire(at=f.AT + dt.timedelta(days=900)) == NOTHING
    assert f.again(dr).state == state


@pytest.mark.django_db
def test_a_request_that_came_again_in_time_does_not_lapse_later(cast: f.Cast, dr: DisclosureRequest) -> None:
    at = f.AT + dt.timedelta(days=29)
    f.load(dr, [f.a_line()], actor=cast.official, at=at)
    f.sign(cast, dr, at=at)
    assert expire(at=MIDNIGHT) == NOTHING
    assert f.again(dr).state == State.SUBMITTED


def test_sweeps_at_the_same_moment_end_each_request_once(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    made = [f.a_request(cast, state) for state in (State.RETURNED, State.RESPONDED) for _ in range(3)]
    results = [result for result in at_once([lambda: expire(at=MIDNIGHT)] * 4) if isinstance(result, dict)]
    assert len(results) == 4
    assert sum(result["lapsed"] for result in results) == sum(result["closed"] for result in results) == 3
    assert Event.objects.filter(verb__in=["lapse", "close"], is_refused=False).count() == len(made)
    assert set(DisclosureRequest.objects.values_list("state", flat=True)) == {"lapsed", "closed"}


@pytest.mark.django_db
def test_the_task_ends_what_is_due_now_and_twice_does_nothing_more(dr: DisclosureRequest) -> None:
    with time_machine.travel(MIDNIGHT, tick=False):
        expire_task()
        expire_task()
    assert f.again(dr).state == State.LAPSED
    assert Event.objects.filter(disclosure_request=dr, verb="lapse").count() == 1


def test_an_acknowledged_response_closes_with_the_next_sweep(cast: f.Cast, db: None) -> None:
    dr = f.a_request(cast, State.RESPONDED)
    acknowledge_receipt(dr.pk, actor=cast.recipient, at=f.AT + dt.timedelta(hours=1))
    assert expire(at=f.AT)["closed"] == 0, "not before it is acknowledged"
    assert expire(at=f.AT + dt.timedelta(hours=2))["closed"] == 1
    assert f.again(dr).state == State.CLOSED
    assert expire(at=f.AT + dt.timedelta(hours=3))["closed"] == 0
