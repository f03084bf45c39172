"""Reminders written: a row for every clock that has reached a rung. May run twice, late, or die half-way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from requests.actions.assign import WORK
from requests.calendar.days import next_notice_day, rung_of
from requests.calendar.office import office_day
from requests.models import Clock, Event, Notice, Person
from requests.models.lifecycle import State
from requests.permissions import APART, Role, has_acted_in
from requests.queries import closures

BATCH = 200
# The agency's own clocks go to its officials; the others to whoever takes the next step.
AGENCY_CLOCKS = frozenset({"reply"})
SILENT_CLOCKS = frozenset({"receipt"})
OFFICE_ROLES = sorted({role.value for role, _ in WORK.values()} | {Role.DIRECTOR.value})

Holders = dict[str, list[Person]]


def write_notices(*, at: dt.datetime) -> int:
    """Write a row for every running clock that has reached a rung, once per clock, version, rung and person.

    Returns how many were written. Each chunk is a transaction of its own; its clocks are locked while their rows are
    written, and their next day is moved on in the same commit, so nothing is written twice or skipped.
    """
    today, closed, written = office_day(at), closures(), 0
    while True:
        with transaction.atomic():
            clocks = list(
                Clock.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(ended_on__isnull=True, stopped_since__isnull=True, next_notice_on__lte=today)
                .select_related("disclosure_request__agency", "disclosure_request__assignee__stands_in")
                .order_by("next_notice_on", "pk")[:BATCH]
            )
            if clocks:
                written += _remind(clocks, today=today, closed=closed, at=at)
        if len(clocks) < BATCH:
            return written


def _remind(clocks: list[Clock], *, today: dt.date, closed: dict[dt.date, str], at: dt.datetime) -> int:
    _know_who_acted(clocks)
    holders = _holders(clocks)
    # A due day that moved away and back again is told of once.
    known = set(
        Notice.objects.filter(clock__in=clocks).values_list("clock_id", "rung", "due_on", "person_id")
    )  # fmt: skip
    fresh = []
    for clock in clocks:
        rung = rung_of(today, clock.due_on, closed)
        clock.next_notice_on = next_notice_day(clock.due_on, after=today, closed=closed)
        if rung is None or clock.kind in SILENT_CLOCKS:
            continue
        people = {person.pk: False for person in _responsible(clock, holders, today=today)}
        if rung < 0 and clock.kind not in AGENCY_CLOCKS:
            for director in holders.get(Role.DIRECTOR, []):
                people.setdefault(director.pk, True)
        fresh += [
            Notice(
                disclosure_request=clock.disclosure_request, clock=clock, clock_version=clock.version, rung=rung,
                person_id=person_id, is_escalation=is_escalation, due_on=clock.due_on, created_at=at, next_try_at=at,
            )
            for person_id, is_escalation in people.items()
            if (clock.pk, rung, clock.due_on, person_id) not in known
        ]  # fmt: skip
    Notice.objects.bulk_create(fresh)
    Clock.objects.bulk_update(clocks, ["next_notice_on"])
    return len(fresh)


def _know_who_acted(clocks: list[Clock]) -> None:
    """Tell each request who acted in which of its stages, asked for all of them at once."""
    acted: dict[int, dict[str, set[int]]] = {clock.disclosure_request_id: {} for clock in clocks}
    events = Event.objects.filter(disclosure_request_id__in=acted, is_refused=False, actor__isnull=False).exclude(stage="")
    for request_id, stage, actor_id in events.values_list("disclosure_request_id", "stage", "actor_id").distinct():
        acted[request_id].setdefault(stage, set()).add(actor_id)
    for clock in clocks:
        stages = acted[clock.disclosure_request_id]
        clock.disclosure_request.people_by_stage = {stage: frozenset(people) for stage, people in stages.items()}


def _holders(clocks: list[Clock]) -> Holders:
    """Who holds which role, of the office and of the agencies of these clocks, asked once."""
    agencies = {clock.disclosure_request.agency_id for clock in clocks}
    wanted = Q(groups__name__in=OFFICE_ROLES) | Q(groups__name=Role.OFFICIAL.value, agency_id__in=agencies)
    found: Holders = {}
    for person in Person.objects.filter(wanted, is_active=True).distinct().order_by("pk").prefetch_related("groups"):
        for group in person.groups.all():
            found.setdefault(group.name, []).append(person)
    return found


def _responsible(clock: Clock, holders: Holders, *, today: dt.date) -> list[Person]:
    """Who is reminded of this clock: who has the request, or stands in today; else all who could take its next step."""
    dr = clock.disclosure_request
    if clock.kind in AGENCY_CLOCKS or dr.state in (State.DRAFT, State.RETURNED):
        return [person for person in holders.get(Role.OFFICIAL, []) if person.agency_id == dr.agency_id]
    has_it = _who_stands_in(dr.assignee, today=today)
    if has_it is not None:
        return [has_it]
    role, stage = WORK.get(dr.state, (Role.INTAKE, None))
    clash = has_acted_in(APART[stage]) if stage else None
    return [person for person in holders.get(role, []) if clash is None or not clash(dr, person)]


def _who_stands_in(assignee: Person | None, *, today: dt.date) -> Person | None:
    if assignee is None:
        return None
    is_away = assignee.away_until is not None and today <= assignee.away_until
    person = assignee.stands_in if is_away and assignee.stands_in is not None else assignee
    return person if person.is_active else None


@transaction.atomic
def skip_the_past(*, at: dt.datetime, request_id: int | None = None) -> int:
    """Let no reminder of the past go out (a demonstration, a migration from another system): returns how many clocks.

    Of one request where ``request_id`` says which.
    """
    today, closed, skipped = office_day(at), closures(), 0
    past = Clock.objects.filter(ended_on__isnull=True, next_notice_on__lte=today)
    for clock in past if request_id is None else past.filter(disclosure_request_id=request_id):
        clock.next_notice_on = next_notice_day(clock.due_on, after=today, closed=closed)
        clock.save(update_fields=["next_notice_on"])
        skipped += 1
    return skipped


def mark_read(*, actor: Person, at: dt.datetime, notice_ids: Iterable[int]) -> int:
    """Mark one's own notices as read, with the earlier ones about the same clocks; returns how many were unread."""
    shown = Notice.objects.filter(person=actor, pk__in=list(notice_ids))
    newest = dict(shown.order_by("pk").values_list("clock_id", "pk"))
    mine = Notice.objects.filter(person=actor, clock_id__in=newest, pk__lte=max(newest.values(), default=0), read_at__isnull=True)
    return mine.update(read_at=at)
