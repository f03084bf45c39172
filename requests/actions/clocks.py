"""Turning the clocks of a request: started, ended, stopped and let go by the verbs of the lifecycle.

Called by ``advance`` under its lock, and by the actions on holds. Limits and units: the office's parameters
(domain section 5.3). The due day of every clock is worked out here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from requests.calendar.days import COUNTS, ONE_DAY, Count, next_notice_day, paused_days
from requests.calendar.office import office_day
from requests.models import Clock, DisclosureRequest, Hold, Pause
from requests.queries import closures, parameters

# clock -> (the office's parameter, its unit)
LIMITS: dict[str, tuple[str, str]] = {
    "acknowledge": ("acknowledge_business_days", "business"),
    "completeness": ("completeness_business_days", "business"),
    "reply": ("imperfect_reply_days", "calendar"),
    "response": ("response_days", "calendar"),
    "legal_review": ("legal_review_business_days", "business"),
    "impairment": ("impairment_business_days", "business"),
    "approval": ("approval_business_days", "business"),
    "matching": ("matching_business_days", "business"),
    "release": ("release_business_days", "business"),
    "receipt": ("receipt_days", "calendar"),
}
# The agency's own window is not ours to stop, and the impairment check does not stop its own target.
NEVER_STOPPED = frozenset({"reply", "receipt"})
NOT_STOPPED_BY_IMPAIRMENT = frozenset({"impairment"}) | NEVER_STOPPED


def turn_clocks(disclosure_request: DisclosureRequest, custom: dict[str, Any], *, verb: str, at: dt.datetime) -> None:
    """End, start, stop and resume what this verb says; sets the request's ``due_date`` and windows, saves no request."""
    today, closed, ends = office_day(at), closures(), custom["ends"]
    pauses, running = list(disclosure_request.pauses.all()), _running(disclosure_request)
    if custom.get("resumes") or "*" in ends:
        pauses = _close_pauses(pauses, today=today, cause=Pause.Cause.IMPAIRMENT)
    for clock in running:
        if clock.kind in ends or "*" in ends:
            _end(clock, verb=verb, pauses=pauses, closed=closed, today=today)
    running = [clock for clock in running if clock.ended_on is None]
    if custom.get("pauses") and not any(_is_open(pause, Pause.Cause.IMPAIRMENT, None) for pause in pauses):
        pauses.append(
            Pause.objects.create(disclosure_request=disclosure_request, cause=Pause.Cause.IMPAIRMENT, first_day=today)
        )
    _rederive(running, pauses=pauses, closed=closed, today=today)
    limits = parameters(LIMITS[kind][0] for kind in custom["starts"])
    for kind in custom["starts"]:
        name, unit = LIMITS[kind]
        clock = Clock(
            disclosure_request=disclosure_request, kind=kind, limit=limits[name], unit=unit,
            starts_on=today, due_on=today,
        )  # fmt: skip
        derive(clock, pauses=pauses, today=today, closed=closed)
        clock.save()
        running.append(clock)
    set_due_days(disclosure_request, running)


def _running(disclosure_request: DisclosureRequest) -> list[Clock]:
    return list(Clock.objects.filter(disclosure_request=disclosure_request, ended_on__isnull=True))


def _end(clock: Clock, *, verb: str, pauses: list[Pause], closed: dict[dt.date, str], today: dt.date) -> None:
    """End it with the due day that it has today: a clock that stood still for long did not grow late by it."""
    clock.version += derive(clock, pauses=pauses, today=today, closed=closed)
    clock.ended_on, clock.ended_by, clock.stopped_since = max(today, clock.starts_on), verb, None
    clock.save(update_fields=["due_on", "version", "ended_on", "ended_by", "stopped_since"])


def _is_open(pause: Pause, cause: str, hold: Hold | None) -> bool:
    return pause.cause == cause and pause.hold_id == (hold.pk if hold else None) and pause.last_day is None


def _close_pauses(pauses: list[Pause], *, today: dt.date, cause: str, hold: Hold | None = None) -> list[Pause]:
    """End the open pauses of this cause; gives those of ``pauses`` that are left."""
    left = []
    for pause in pauses:
        if _is_open(pause, cause, hold):
            # The day on which it goes on counts again, so the pause ends the day before; a pause that began and ended
            # on one day stopped nothing.
            last = today - ONE_DAY
            if last < pause.first_day:
                pause.delete()
                continue
            pause.last_day = last
            pause.save(update_fields=["last_day"])
        left.append(pause)
    return left


def stops(pause: Pause, kind: str) -> bool:
    """Whether this pause stops this kind of clock."""
    if pause.cause == Pause.Cause.IMPAIRMENT:
        return kind not in NOT_STOPPED_BY_IMPAIRMENT
    return kind not in NEVER_STOPPED


def count_of(clock: Clock, *, pauses: Iterable[Pause], today: dt.date, closed: dict[dt.date, str]) -> Count:
    """Every day of a clock as it stands today, or as it stood on the day on which it ended."""
    until = clock.ended_on or today
    spans = [
        (pause.first_day, min(pause.last_day or until, until))
        for pause in pauses
        if pause.first_day <= until and stops(pause, clock.kind)
    ]
    paused = paused_days(spans, start=clock.starts_on)
    return COUNTS[clock.unit](clock.starts_on, clock.limit, paused=paused, closures=closed)


def derive(clock: Clock, *, pauses: list[Pause], today: dt.date, closed: dict[dt.date, str]) -> bool:
    """Work the clock's due day out anew from its start, limit and pauses. Returns whether anything changed; saves nothing."""
    due = count_of(clock, pauses=pauses, today=today, closed=closed).due
    standing = [
        pause.first_day for pause in pauses if pause.last_day is None and pause.first_day <= today and stops(pause, clock.kind)
    ]
    stopped = max(min(standing), clock.starts_on) if standing else None
    has_moved, changed = due != clock.due_on, due != clock.due_on or stopped != clock.stopped_since
    clock.due_on, clock.stopped_since = due, stopped
    if clock.next_notice_on is None:
        clock.next_notice_on = next_notice_day(due, after=today, closed=closed)
    elif has_moved:  # a rung of the new due day that falls on today is one of those to come
        clock.next_notice_on = next_notice_day(due, after=today - ONE_DAY, closed=closed)
    elif clock.next_notice_on > today:  # else the next sweep is about to write it, and moves the day on itself
        clock.next_notice_on = next_notice_day(due, after=today, closed=closed)
    return changed


def rederive(disclosure_request: DisclosureRequest, *, today: dt.date) -> None:
    """Work out every running clock of the request anew and set its ``due_date``; saves the clocks, not the request."""
    running = _running(disclosure_request)
    _rederive(running, pauses=list(disclosure_request.pauses.all()), closed=closures(), today=today)
    set_due_days(disclosure_request, running)


def _rederive(running: list[Clock], *, pauses: list[Pause], closed: dict[dt.date, str], today: dt.date) -> None:
    for clock in running:
        if derive(clock, pauses=pauses, today=today, closed=closed):
            clock.version += 1
            clock.save(update_fields=["due_on", "stopped_since", "version", "next_notice_on"])


def set_due_days(disclosure_request: DisclosureRequest, running: Iterable[Clock]) -> None:
    """Set what the request itself says of its running clocks: the nearest due day, and the windows; saves nothing."""
    ticking = [(clock.due_on, clock.unit) for clock in running if clock.stopped_since is None]
    disclosure_request.due_date, disclosure_request.due_unit = min(ticking, default=(None, ""))
    for clock in running:
        if clock.kind == "reply":
            disclosure_request.reply_window_ends = clock.due_on
        elif clock.kind == "receipt":
            disclosure_request.receipt_window_ends = clock.due_on


def pause_for_hold(disclosure_request: DisclosureRequest, hold: Hold, *, today: dt.date) -> None:
    """Stop the request's clocks for this hold, from the hold's first day or today, whichever is later."""
    Pause.objects.get_or_create(
        disclosure_request=disclosure_request, cause="hold", hold=hold, last_day=None,
        defaults={"first_day": max(today, hold.starts_on)},
    )  # fmt: skip
    rederive(disclosure_request, today=today)


def resume_after_hold(disclosure_request: DisclosureRequest, hold: Hold, *, today: dt.date) -> None:
    """Let the request's clocks go on after this hold."""
    _close_pauses(list(disclosure_request.pauses.all()), today=today, cause=Pause.Cause.HOLD, hold=hold)
    rederive(disclosure_request, today=today)
