"""Doors for Celery on the side of the ask: one action called. Messages only wake workers up; rows say what is due."""

from __future__ import annotations

import functools
import time
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from requests.actions import expire as expiry
from requests.actions import recount as counting
from requests.actions import remind as reminders
from requests.actions.send_notices import send_notices
from requests.actions.work_on_load import work_on
from requests.queries import loads_to_work_on

# A worker turns to other work after so long and comes back: reminders and heartbeats wait no longer than that.
SLICE_SECONDS = 15
MOMENT_SECONDS = 0.2


@shared_task
def remind() -> None:
    """Write the reminders that are due and send those unsent."""
    at = timezone.now()
    reminders.write_notices(at=at)
    send_notices(at=at)


@shared_task
def expire() -> None:
    """End what the passing of time ends."""
    expiry.expire(at=timezone.now())


@shared_task
def recount() -> None:
    """Count clocks anew for a while where the calendar changed; the next tick goes on with what is left then."""
    at, ends = timezone.now(), time.monotonic() + SLICE_SECONDS
    counting.look_for_changed_holidays(at=at)
    if not counting.recount(at=at, has_time=lambda: time.monotonic() < ends) and time.monotonic() >= ends:
        recount.delay()


@shared_task
def work_on_load(load_id: int) -> None:
    """Work on a file of lines for a while; what is left then is taken up again by whoever is free.

    Where another worker holds all that there is to do now, there is more in a moment.
    """
    ends = time.monotonic() + SLICE_SECONDS
    while not work_on(load_id, clock=timezone.now, has_time=lambda: time.monotonic() < ends):
        if time.monotonic() >= ends:
            work_on_load.delay(load_id)
            return
        time.sleep(MOMENT_SECONDS)


@shared_task
def sweep_loads() -> None:
    """Wake the workers for every file that is not done: a message may be lost, a worker may have been killed."""
    for load_id in loads_to_work_on():
        wake_for_load(load_id)


def wake_for_load(load_id: int) -> None:
    """Tell two workers that a file waits, once the transaction is through; each takes the chunks that the other has not."""
    for _ in range(2):
        wake(work_on_load, load_id)


def wake(task: Any, *ids: int) -> None:
    """Send a task with these ids once the transaction is through. A broker that is down is logged, and harms nobody.

    The rows are the queue: a sweep finds what no message told of.
    """
    transaction.on_commit(functools.partial(task.delay, *ids), robust=True)
