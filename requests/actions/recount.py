"""Counting running clocks anew when the calendar changes: a closure switched on or off, a holiday of the law.

The due days of ended clocks stay as they were. A ``Recount`` is asked for in the commit of the change and worked on by
whoever is free, a chunk of requests in a commit; running it twice, or dying half-way, moves nothing twice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from requests.actions.clocks import derive, set_due_days
from requests.actions.record import record, record_each
from requests.calendar.days import federal_holidays
from requests.calendar.office import office_day
from requests.models import Clock, Closure, DisclosureRequest, Pause, Recount
from requests.queries import closures

CHUNK = 200
MOST_FORESEEN = 1000
FIRST_FORESEEN = 10
YEARS_BACK, YEARS_AHEAD = 1, 3


def ask_for_recount(closure: Closure, *, at: dt.datetime) -> Recount:
    """Let every running clock that counts this day be counted anew. Called in the commit that switches the closure."""
    return Recount.objects.create(closure=closure, days=[closure.day], asked_at=at)


@transaction.atomic
def look_for_changed_holidays(*, at: dt.datetime) -> Recount | None:
    """Ask for a recount where the legal holidays are not those that the clocks were counted by (a newer calendar of
    the software). Returns it, or None."""
    this_year = office_day(at).year
    years = range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1)
    known = sorted(day for year in years for day in federal_holidays(year))
    before = Recount.objects.select_for_update().filter(closure__isnull=True).order_by("-pk").first()
    told = set(before.holidays) if before else set(known)
    common = {day.year for day in told} & set(years)
    changed = sorted(day for day in told.symmetric_difference(known) if day.year in common)
    if before and not changed and before.holidays == known:
        return None
    if changed:
        record("change_holidays", actor=None, at=at, detail={"days": [day.isoformat() for day in changed]})
    asked = Recount.objects.create(days=changed, asked_at=at, holidays=known, done_at=None if changed else at)
    return asked if changed else None


def recount(*, at: dt.datetime, has_time: Callable[[], bool] = lambda: True) -> bool:
    """Work on what is asked, the oldest first, a chunk of requests at a time. Returns whether nothing is left to do."""
    while has_time():
        with transaction.atomic():
            asked = (
                Recount.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(done_at__isnull=True)
                .select_related("closure")
                .order_by("pk")
                .first()
            )
            if asked is None:
                return not Recount.objects.filter(done_at__isnull=True).exists()
            _count_chunk(asked, at=at)
            asked.save(update_fields=["reached", "moved_count", "done_at"])
    return False


def _count_chunk(asked: Recount, *, at: dt.datetime) -> None:
    today, closed = office_day(at), closures()
    ids = list(
        _touched(asked.days, today=today)
        .filter(disclosure_request_id__gt=asked.reached)
        .order_by("disclosure_request_id")
        .values_list("disclosure_request_id", flat=True)
        .distinct()[:CHUNK]
    )
    if not ids:
        asked.done_at = at
        return
    # The requests first and in the order of their ids, as every other writer does.
    requests = list(DisclosureRequest.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))
    clocks, pauses = _by_request(Clock.objects.select_for_update(no_key=True).filter(ended_on=None), ids), _pauses(ids)
    counted: list[Clock] = []
    told: list[tuple[DisclosureRequest, dict[str, object]]] = []
    for disclosure_request in requests:
        running = clocks.get(disclosure_request.pk, [])
        moved: dict[str, list[str]] = {}
        for clock in running:
            before = clock.due_on
            clock.version += derive(clock, pauses=pauses.get(disclosure_request.pk, []), today=today, closed=closed)
            if clock.due_on != before:
                moved[clock.kind] = [before.isoformat(), clock.due_on.isoformat()]
        set_due_days(disclosure_request, running)
        counted += running
        if moved:
            told.append((disclosure_request, {"recount": asked.pk, "because": _why(asked), "moved": moved}))
    Clock.objects.bulk_update(counted, ["due_on", "stopped_since", "version", "next_notice_on"])
    DisclosureRequest.objects.bulk_update(
        [disclosure_request for disclosure_request, _ in told],
        ["due_date", "due_unit", "reply_window_ends", "receipt_window_ends"],
    )
    record_each("move_due_days", told, actor=None, at=at)
    asked.reached, asked.moved_count = ids[-1], asked.moved_count + len(told)


def _touched(days: Iterable[dt.date], *, today: dt.date) -> QuerySet[Clock]:
    """The running clocks whose count, or whose next reminder, these days may change."""
    first, last = min(days), max(days)
    covers = Q(due_on__gte=first)
    if last > today:  # an overdue clock is told of every business day, and this may be one or be none
        covers |= Q(next_notice_on__gte=first)
    return Clock.objects.filter(covers, ended_on__isnull=True, starts_on__lt=last)


def _by_request(rows: QuerySet[Clock], ids: list[int]) -> dict[int, list[Clock]]:
    found: dict[int, list[Clock]] = {}
    for clock in rows.filter(disclosure_request_id__in=ids).order_by("pk"):
        found.setdefault(clock.disclosure_request_id, []).append(clock)
    return found


def _pauses(ids: Iterable[int]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(disclosure_request_id__in=ids).order_by("pk"):
        found.setdefault(pause.disclosure_request_id, []).append(pause)
    return found


def _why(asked: Recount) -> str:
    if asked.closure is None:
        return "the legal holidays changed"
    closure = asked.closure
    return f"the office is {'closed' if closure.is_on else 'not closed'} on {closure.day:%-d %b %Y} ({closure.name})"


# --- before the act ---


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """A clock whose due day would move."""

    clock: Clock
    due_on: dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class Foresight:
    """What switching a closure would move: how many clocks, and the first of them. ``is_all``: every clock was looked at."""

    moved: int
    first: tuple[Move, ...]
    grow_late: int
    is_all: bool


def foresee_switch(closure: Closure, *, at: dt.datetime) -> Foresight:
    """What would move if this closure were switched to what it is not now; writes nothing. Looks at the first 1,000 clocks."""
    today, closed = office_day(at), closures()
    if closed.pop(closure.day, None) is None:
        closed[closure.day] = closure.name
    rows = list(
        _touched([closure.day], today=today).select_related("disclosure_request").order_by("due_on", "pk")[: MOST_FORESEEN + 1]
    )
    looked_at = rows[:MOST_FORESEEN]
    pauses = _pauses({clock.disclosure_request_id for clock in looked_at})
    moves, grow_late = [], 0
    for clock in looked_at:
        before = clock.due_on
        derive(clock, pauses=pauses.get(clock.disclosure_request_id, []), today=today, closed=closed)
        after, clock.due_on = clock.due_on, before
        if after != before:
            moves.append(Move(clock, after))
            grow_late += clock.stopped_since is None and after < today <= before
    return Foresight(len(moves), tuple(moves[:FIRST_FORESEEN]), grow_late, len(rows) <= MOST_FORESEEN)
