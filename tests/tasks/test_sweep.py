"""The sweep: whatever a lost message or a killed worker left lying is picked up from the rows."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import time_machine

from disclosures.actions.load_registry import load_registry
from disclosures.actions.release import ask_release
from disclosures.celery import app
from disclosures.models import AccountingEntry, Answer, MatchRun, ReleaseJob
from disclosures.queries import queued_releases, unfinished_matching
from disclosures.tasks import release_queued, sweep
from requests.actions.hold import ask_to_lift, lift_hold, place_hold
from requests.models import DisclosureRequest, Event
from requests.models.lifecycle import State
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def _worker() -> Iterator[None]:
    """Every message is worked on as it is sent, in this process, at the factories' hour."""
    app.conf.task_always_eager = True
    with time_machine.travel(f.AT, tick=False):
        yield
    app.conf.task_always_eager = False


@pytest.fixture
def _registry() -> None:
    """A registry that agrees with line 1 of the factories, and lives two houses from line 2."""
    rows = ["taxpayer_ref,name,address"]
    for number, house in ((1, 1701), (2, 1704)):
        line = f.a_line(number)
        rows.append(f'T{number},{line["first_name"]} {line["last_name"]},"{house} Wesley Ave, Evanston, IL 60201"')
    load_registry(io.BytesIO("\n".join(rows).encode()), at=f.AT, source_name="registry.csv")


def stay(cast: f.Cast, act: str) -> int:
    """A hold on one act, placed now."""
    hold = place_hold(
        actor=cast.counsel, at=f.AT, order_reference="D.D.C. 25-cv-00457", reason="A stay.", acts=[act],
        starts_on=f.TODAY, agency=cast.agency,
    )  # fmt: skip
    return hold.pk


def times(dr: DisclosureRequest, verb: str) -> int:
    """How often this verb was done, refusals apart."""
    return Event.objects.filter(disclosure_request=dr, verb=verb, is_refused=False).count()


# --- comparisons ---


@pytest.mark.usefixtures("_worker", "_registry")
def test_an_approved_request_whose_message_was_lost_is_compared() -> None:
    dr = f.a_request(f.a_cast(), State.APPROVED)
    assert unfinished_matching() == [dr.pk]
    sweep()
    done = f.again(dr)
    assert (done.state, done.yes_count, done.no_count) == (State.AWAITING_RELEASE, 1, 0)
    assert unfinished_matching() == []


@pytest.mark.usefixtures("_worker", "_registry")
def test_a_second_sweep_compares_nothing_again() -> None:
    dr = f.a_request(f.a_cast(), State.APPROVED)
    sweep()
    sweep()
    assert times(dr, "complete_matching") == times(dr, "compare_lines") == 1
    assert MatchRun.objects.filter(disclosure_request=dr).count() == 1


@pytest.mark.usefixtures("_worker", "_registry")
def test_a_request_that_waits_for_a_matcher_is_left_to_them() -> None:
    dr = f.a_request(f.a_cast(), State.APPROVED, lines=[f.a_line(1), f.a_line(2)])
    sweep()
    assert (f.again(dr).state, f.again(dr).undecided_count) == (State.APPROVED, 1)
    assert unfinished_matching() == []
    sweep()
    assert times(dr, "compare_lines") == 1


@pytest.mark.usefixtures("_worker", "_registry")
def test_a_comparison_that_a_hold_stopped_goes_on_after_it() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.APPROVED)
    hold = stay(cast, "match")
    sweep()
    assert f.again(dr).state == State.APPROVED
    ask_to_lift(hold, actor=cast.counsel, at=f.AT, reference="Vacated")
    lift_hold(hold, actor=cast.director, at=f.AT)
    sweep()
    assert f.again(dr).state == State.AWAITING_RELEASE


def test_a_message_carries_the_id_and_no_data_of_a_subject(broker: str) -> None:
    dr = f.a_request(f.a_cast(), State.APPROVED)
    sweep()
    with contextlib.closing(redis.Redis.from_url(broker)) as client:
        raw = client.lrange("celery", 0, -1)
    messages: list[dict[str, Any]] = [json.loads(each) for each in raw]
    assert [message["headers"]["task"] for message in messages] == ["disclosures.tasks.match_request"]
    assert json.loads(base64.b64decode(messages[0]["body"]))[:2] == [[dr.pk], {}]
    assert b"Okafor" not in b"".join(raw)


# --- releases ---


@pytest.mark.usefixtures("_worker")
def test_an_ordered_release_is_worked_on_once_however_often_the_sweep_comes() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.AWAITING_RELEASE, lines=[f.a_line(1), f.a_line(2)], results={1: f.A_YES})
    job = ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    assert queued_releases() == [job.pk]
    for _ in range(3):
        sweep()
    assert f.again(dr).state == State.RESPONDED
    assert times(dr, "release") == 1
    assert Answer.objects.filter(response__disclosure_request=dr).count() == 2
    assert AccountingEntry.objects.filter(disclosure_request=dr).count() == 2
    assert queued_releases() == []


@pytest.mark.usefixtures("_worker")
def test_a_release_that_is_refused_keeps_none_after_it_waiting() -> None:
    held, free = f.a_cast(), f.a_cast()
    first, second = (f.a_request(cast, State.AWAITING_RELEASE) for cast in (held, free))
    ask_release(first.pk, actor=held.releaser, at=f.AT)
    ask_release(second.pk, actor=free.releaser, at=f.AT)
    stay(held, "release")
    release_queued()
    assert (f.again(first).state, f.again(second).state) == (State.AWAITING_RELEASE, State.RESPONDED)
    assert list(ReleaseJob.objects.order_by("pk").values_list("status", flat=True)) == ["refused", "done"]
    assert Event.objects.filter(disclosure_request=first, verb="release", is_refused=True).count() == 1


# --- the beat ---


def test_the_beat_ticks_every_sweep_at_least_once_a_minute() -> None:
    app.loader.import_default_modules()
    every = {entry["task"]: dt.timedelta(seconds=entry["schedule"]) for entry in app.conf.beat_schedule.values()}
    assert set(every) >= {"disclosures.tasks.sweep", "requests.tasks.remind", "requests.tasks.expire"}
    assert max(every.values()) <= dt.timedelta(minutes=1)
    assert set(every) <= set(app.tasks)
