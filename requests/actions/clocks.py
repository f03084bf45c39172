"""Turning the clocks of a request: started, ended, stopped and let go by the verbs of the lifecycle.

Called by ``advance`` under its lock, and by the actions on holds. Limits and units: the office's parameters
(domain section 5.3). The due day of every clock is worked out here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from requests.calendar.days import COUNTS, next_notice_day, paused_days
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
    today = office_day(at)
    _end(disclosure_request, custom["ends"], verb=verb, today=today)
    if custom.get("pauses"):
        Pause.objects.get_or_create(
            disclosure_request=disclosure_request, cause="impairment", hold=None, last_day=None,
            defaults={"first_day": today},
        )  # fmt: skip
    if custom.get("resumes") or "*" in custom["ends"]:
        _close_pauses(disclosure_request, today=today, cause="impairment")
    pauses, closed = list(disclosure_request.pauses.all()), closures()
    limits = parameters(LIMITS[kind][0] for kind in custom["starts"])
    for kind in custom["starts"]:
        name, unit = LIMITS[kind]
        clock = Clock(
            disclosure_request=disclosure_request, kind=kind, limit=limits[name], unit=unit,
            starts_on=today, due_on=today,
        )  # fmt: skip
        derive(clock, pauses=pauses, today=today, closed=closed)
        clock.save()
        if kind == "reply":
            disclosure_request.reply_window_ends = clock.due_on
        elif kind == "receipt":
            disclosure_request.receipt_window_ends = clock.due_on
    _rederive(disclosure_request, pauses=pauses, closed=closed, today=today)


def _end(disclosure_request: DisclosureRequest, kinds: list[str], *, verb: str, today: dt.date) -> None:
    running = Clock.objects.filter(disclosure_request=disclosure_request, ended_on__isnull=True)
    if "*" not in kinds:
        running = running.filter(kind__in=kinds)
    for clock in running:
        clock.ended_on, clock.ended_by, clock.stopped_since = max(today, clock.starts_on), verb, None
        clock.save(update_fields=["ended_on", "ended_by", "stopped_since"])


def _close_pauses(
    disclosure_request: DisclosureRequest, *, today: dt.date, cause: str, hold: Hold | None = None
) -> None:
    for pause in Pause.objects.filter(
        disclosure_request=disclosure_request, cause=cause, hold=hold, last_day__isnull=True
    ):
        # The day on which it goes on counts again, so the pause ends the day before; a pause that began and ended
        # on one day stopped nothing.
        last = today - dt.timedelta(days=1)
        if last < pause.first_day:
            pause.delete()
        else:
            pause.last_day = last
            pause.save(update_fields=["last_day"])


def stops(pause: Pause, kind: str) -> bool:
    """Whether this pause stops this kind of clock."""
    if pause.cause == Pause.Cause.IMPAIRMENT:
        return kind not in NOT_STOPPED_BY_IMPAIRMENT
    return kind not in NEVER_STOPPED


def derive(clock: Clock, *, pauses: list[Pause], today: dt.date, closed: dict[dt.date, str]) -> bool:
    """Work the clock's due day out anew from its start, limit and pauses. Returns whether anything changed; saves nothing."""
    mine = [pause for pause in pauses if stops(pause, clock.kind)]
    spans = [(pause.first_day, pause.last_day or max(today, pause.first_day)) for pause in mine]
    paused = paused_days(spans, start=clock.starts_on)
    due = COUNTS[clock.unit](clock.starts_on, clock.limit, paused=paused, closures=closed).due
    standing = [pause.first_day for pause in mine if pause.last_day is None and pause.first_day <= today]
    stopped = max(min(standing), clock.starts_on) if standing else None
    changed = due != clock.due_on or stopped != clock.stopped_since
    clock.due_on, clock.stopped_since = due, stopped
    if changed or clock.next_notice_on is None:
        clock.next_notice_on = next_notice_day(due, after=today, closed=closed)
    return changed


def rederive(disclosure_request: DisclosureRequest, *, today: dt.date) -> None:
    """Work out every running clock of the request anew and set its ``due_date``; saves the clocks, not the request."""
    _rederive(disclosure_request, pauses=list(disclosure_request.pauses.all()), closed=closures(), today=today)


def _rederive(
    disclosure_request: DisclosureRequest, *, pauses: list[Pause], closed: dict[dt.date, str], today: dt.date
) -> None:
    nearest: dt.date | None = None
    for clock in Clock.objects.filter(disclosure_request=disclosure_request, ended_on__isnull=True):
        if derive(clock, pauses=pauses, today=today, closed=closed):
            clock.version += 1
            clock.save(update_fields=["due_on", "stopped_since", "version", "next_notice_on"])
        if clock.stopped_since is None and (nearest is None or clock.due_on < nearest):
            nearest = clock.due_on
    disclosure_request.due_date = nearest


def pause_for_hold(disclosure_request: DisclosureRequest, hold: Hold, *, today: dt.date) -> None:
    """Stop the request's clocks for this hold, from the hold's first day or today, whichever is later."""
    Pause.objects.get_or_create(
        disclosure_request=disclosure_request, cause="hold", hold=hold, last_day=None,
        defaults={"first_day": max(today, hold.starts_on)},
    )  # fmt: skip
    rederive(disclosure_request, today=today)


def resume_after_hold(disclosure_request: DisclosureRequest, hold: Hold, *, today: dt.date) -> None:
    """Let the request's clocks go on after this hold."""
    _close_pauses(disclosure_request, today=today, cause="hold", hold=hold)
    rederive(disclosure_request, today=today)
