"""Reminders: write the rows that are due, send what is unsent. Both may run twice, late, or die half-way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from requests.actions.assign import WORK
from requests.calendar.days import next_notice_day, rung_of
from requests.calendar.office import office_day
from requests.models import Clock, Notice, Person
from requests.models.lifecycle import State
from requests.permissions import APART, Role, has_acted_in
from requests.queries import closures

BATCH = 200
GIVE_UP_AFTER = 12
# The agency's own clocks go to its officials; the others to whoever takes the next step.
AGENCY_CLOCKS = frozenset({"reply"})
SILENT_CLOCKS = frozenset({"receipt"})


def write_notices(*, at: dt.datetime) -> int:
    """Write a row for every running clock that has reached a rung, once per clock, version, rung and person.

    Returns how many were written. Each chunk is a transaction of its own; a clock is locked while its rows are
    written, and its next day is moved on in the same commit, so nothing is written twice or skipped.
    """
    today, closed, written = office_day(at), closures(), 0
    while True:
        with transaction.atomic():
            clocks = list(
                Clock.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(ended_on__isnull=True, stopped_since__isnull=True, next_notice_on__lte=today)
                .select_related("disclosure_request__agency", "disclosure_request__assignee")
                .order_by("next_notice_on", "pk")[:BATCH]
            )
            for clock in clocks:
                written += _remind(clock, today=today, closed=closed, at=at)
                clock.next_notice_on = next_notice_day(clock.due_on, after=today, closed=closed)
                clock.save(update_fields=["next_notice_on"])
        if len(clocks) < BATCH:
            return written


def _remind(clock: Clock, *, today: dt.date, closed: dict[dt.date, str], at: dt.datetime) -> int:
    rung = rung_of(today, clock.due_on, closed)
    if rung is None or clock.kind in SILENT_CLOCKS:
        return 0
    people = {person.pk: False for person in responsible(clock, today=today)}
    if rung < 0 and clock.kind not in AGENCY_CLOCKS:
        for director in _with_role(Role.DIRECTOR):
            people.setdefault(director.pk, True)
    rows = [
        Notice(
            disclosure_request=clock.disclosure_request, clock=clock, clock_version=clock.version, rung=rung,
            person_id=person_id, is_escalation=is_escalation, due_on=clock.due_on, created_at=at, next_try_at=at,
        )
        for person_id, is_escalation in people.items()
    ]  # fmt: skip
    known = set(
        Notice.objects.filter(clock=clock, clock_version=clock.version, rung=rung).values_list("person_id", flat=True)
    )
    fresh = [row for row in rows if row.person_id not in known]
    Notice.objects.bulk_create(fresh)
    return len(fresh)


def responsible(clock: Clock, *, today: dt.date) -> list[Person]:
    """Who is reminded of this clock: who has the request, or stands in today; else all who could take its next step."""
    dr = clock.disclosure_request
    if clock.kind in AGENCY_CLOCKS or dr.state in (State.DRAFT, State.RETURNED):
        return list(_with_role(Role.OFFICIAL).filter(agency_id=dr.agency_id))
    has_it = _who_stands_in(dr.assignee, today=today)
    if has_it is not None:
        return [has_it]
    role, stage = WORK.get(dr.state, (Role.INTAKE, None))
    clash = has_acted_in(APART[stage]) if stage else None
    return [person for person in _with_role(role) if clash is None or not clash(dr, person)]


def _who_stands_in(assignee: Person | None, *, today: dt.date) -> Person | None:
    if assignee is None:
        return None
    is_away = assignee.away_until is not None and today <= assignee.away_until
    person = assignee.stands_in if is_away and assignee.stands_in is not None else assignee
    return person if person.is_active else None


def _with_role(role: Role) -> QuerySet[Person]:
    return Person.objects.filter(groups__name=role.value, is_active=True)


def send_notices(*, at: dt.datetime) -> int:
    """Send what is unsent by e-mail; in the application a row is there as soon as it is written. Returns how many went.

    A row is locked while its message goes out, and marked in the same commit. A mail server that is down delays a row,
    longer each time; after twelve tries it is given up, visibly.
    """
    sent = 0
    while True:
        with transaction.atomic():
            notice = (
                Notice.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(status=Notice.Status.QUEUED, next_try_at__lte=at)
                .select_related("person", "disclosure_request__agency", "clock")
                .order_by("next_try_at", "pk")
                .first()
            )
            if notice is None:
                return sent
            sent += _send(notice, at=at)


def _send(notice: Notice, *, at: dt.datetime) -> int:
    notice.attempts += 1
    if not notice.person.email:
        notice.status, notice.sent_at = Notice.Status.SENT, at  # it stands in the application; there is no address
        notice.save()
        return 1
    try:
        message_of(notice).send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a ValueError is an address that is none
        notice.error = type(error).__name__[:200]
        notice.next_try_at = at + dt.timedelta(minutes=min(2**notice.attempts, 240))
        if notice.attempts >= GIVE_UP_AFTER:
            notice.status = Notice.Status.FAILED
        notice.save()
        return 0
    notice.status, notice.sent_at, notice.error = Notice.Status.SENT, at, ""
    notice.save()
    return 1


def words_of(notice: Notice) -> str:
    """The reminder in one line: what is due when, or how late it is. No name of a subject is in it."""
    dr, what = notice.disclosure_request, notice.clock.get_kind_display().lower()
    when = f"{notice.due_on:%A} {notice.due_on.day} {notice.due_on:%B %Y}"
    if notice.rung < 0:
        late = "1 business day" if notice.rung == -1 else f"{-notice.rung} business days"
        return f"{dr.control_number} ({dr.agency.code}): {what} is {late} late; it was due on {when}."
    if notice.rung == 0:
        return f"{dr.control_number} ({dr.agency.code}): {what} is due today, {when}."
    left = "1 business day" if notice.rung == 1 else f"{notice.rung} business days"
    return f"{dr.control_number} ({dr.agency.code}): {what} is due in {left} or less, on {when}."


def message_of(notice: Notice) -> EmailMessage:
    """The e-mail of a notice. Its Message-ID is the row's, so that a repeated delivery can be told as one."""
    line = words_of(notice)
    address = settings.SITE_ADDRESS.rstrip("/") + reverse("request", args=[notice.disclosure_request.control_number])
    opening = "For your attention as director: " if notice.is_escalation else ""
    return EmailMessage(
        subject=line.split(":")[0] + (": late" if notice.rung < 0 else ": due"),
        body=f"{opening}{line}\n\n{address}\n",
        to=[notice.person.email],
        headers={"Message-ID": f"<notice-{notice.pk}@disclosures.invalid>"},
    )


@transaction.atomic
def skip_the_past(*, at: dt.datetime) -> int:
    """Let no reminder of the past go out (a demonstration, a migration from another system): returns how many clocks."""
    today, closed, skipped = office_day(at), closures(), 0
    for clock in Clock.objects.filter(ended_on__isnull=True, next_notice_on__lte=today):
        clock.next_notice_on = next_notice_day(clock.due_on, after=today, closed=closed)
        clock.save(update_fields=["next_notice_on"])
        skipped += 1
    return skipped


def mark_read(*, actor: Person, at: dt.datetime, notice_ids: Iterable[int]) -> int:
    """Mark one's own notices as read; returns how many were unread."""
    mine = Notice.objects.filter(Q(person=actor), pk__in=list(notice_ids), read_at__isnull=True)
    return mine.update(read_at=at)
