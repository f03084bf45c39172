"""Place a hold, ask for its end, lift it as the second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from requests.actions.advance import lock
from requests.actions.clocks import pause_for_hold, resume_after_hold
from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.models import Agency, Authority, DisclosureRequest, Hold, Pause, Person
from requests.permissions import can_lift_hold, can_place_hold


@transaction.atomic
def place_hold(
    *,
    actor: Person,
    at: dt.datetime,
    order_reference: str,
    reason: str,
    acts: Sequence[str],
    starts_on: dt.date,
    authority: Authority | None = None,
    agency: Agency | None = None,
    disclosure_request: DisclosureRequest | None = None,
) -> Hold:
    """Place a dated, scoped hold that carries its order. Clocks of the open requests it covers stop.

    Raises BadInput where the order, the reason or the acts are missing, NotYours.
    """
    if not can_place_hold(None, actor):
        raise NotYours("Counsel or the director places a hold.")
    if not order_reference.strip() or not reason.strip():
        raise BadInput("Order and reason: a hold carries the order that it rests on, and says why.")
    if not acts or set(acts) - set(Hold.Act.values):
        raise BadInput("Acts: choose at least one thing that the hold stops.")
    year = starts_on.year
    with connection.cursor() as cursor:  # one at a time, so that two holds never draw the same number
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('hold number'))")
    taken = Hold.objects.filter(number__startswith=f"H-{year}-").count()
    hold = Hold.objects.create(
        number=f"H-{year}-{taken + 1:02d}", order_reference=order_reference.strip(), reason=reason.strip(),
        authority=authority, agency=agency, disclosure_request=disclosure_request, acts=sorted(set(acts)),
        starts_on=starts_on, placed_by=actor, placed_at=at,
    )  # fmt: skip
    record(
        "place_hold", actor=actor, at=at, disclosure_request=disclosure_request, reason=reason.strip(),
        detail={"hold": hold.number, "acts": hold.acts},
    )  # fmt: skip
    if starts_on <= office_day(at):
        stop_clocks(hold, at=at)
    return hold


def stop_clocks(hold: Hold, *, at: dt.datetime) -> int:
    """Stop the clocks of every open request that a hold covers and has not stopped yet; returns how many.

    The caller holds the lock on the hold, so that nobody lifts it in between.
    """
    today, stopped = office_day(at), 0
    for covered in _covered(hold):
        pause_for_hold(covered, hold, today=today)
        covered.save()
        record("hold_began", actor=None, at=at, disclosure_request=covered, detail={"hold": hold.number})
        stopped += 1
    return stopped


@transaction.atomic
def begin_hold(hold_id: int, *, at: dt.datetime) -> int:
    """Stop what a live hold covers and has not stopped: its first day has come, or a request came under it since."""
    hold = Hold.objects.live(office_day(at)).select_for_update(of=("self",)).filter(pk=hold_id).first()
    return 0 if hold is None else stop_clocks(hold, at=at)


def _covered(hold: Hold) -> Iterator[DisclosureRequest]:
    open_ones = DisclosureRequest.objects.open().exclude(state="draft").exclude(pauses__hold=hold)
    if hold.disclosure_request_id:
        open_ones = open_ones.filter(pk=hold.disclosure_request_id)
    if hold.authority_id:
        open_ones = open_ones.filter(authority_id=hold.authority_id)
    if hold.agency is not None:
        open_ones = open_ones.filter(agency_id__in=[hold.agency.pk, *hold.agency.components.values_list("pk", flat=True)])
    for pk in list(open_ones.order_by("pk").values_list("pk", flat=True)):
        yield lock(pk)


@transaction.atomic
def ask_to_lift(hold_id: int, *, actor: Person, at: dt.datetime, reference: str) -> Hold:
    """The first of the two people: name the order or direction that ends the hold. Nothing is lifted yet."""
    hold = _live(hold_id, actor=actor)
    if not reference.strip():
        raise BadInput("Order: it is empty. Name the order or direction that ends the hold.")
    hold.lift_reference, hold.lift_asked_by, hold.lift_asked_at = reference.strip(), actor, at
    hold.save()
    record(
        "ask_to_lift_hold", actor=actor, at=at, disclosure_request=hold.disclosure_request,
        detail={"hold": hold.number},
    )  # fmt: skip
    return hold


@transaction.atomic
def lift_hold(hold_id: int, *, actor: Person, at: dt.datetime) -> Hold:
    """The second person lifts it; the clocks go on from today."""
    hold = _live(hold_id, actor=actor)
    if hold.lift_asked_by_id is None:
        raise NotNow("Nobody has asked to lift this hold yet. Two people lift a hold; be the first by naming the order.")
    if hold.lift_asked_by_id == actor.pk:
        raise NotYours("You asked to lift it. A second person, counsel or director, lifts it.")
    today = office_day(at)
    hold.lifted_by, hold.lifted_at, hold.lifted_on = actor, at, today
    hold.save()
    record(
        "lift_hold", actor=actor, at=at, disclosure_request=hold.disclosure_request,
        detail={"hold": hold.number, "asked_by": hold.lift_asked_by_id},
    )  # fmt: skip
    stopped = Pause.objects.filter(hold=hold, last_day__isnull=True).order_by("disclosure_request_id")
    for pk in list(stopped.values_list("disclosure_request_id", flat=True)):
        covered = lock(pk)
        resume_after_hold(covered, hold, today=today)
        covered.save()
        record("hold_ended", actor=None, at=at, disclosure_request=covered, detail={"hold": hold.number})
    return hold


def _live(hold_id: int, *, actor: Person) -> Hold:
    if not can_lift_hold(None, actor):
        raise NotYours("Counsel or the director lifts a hold, two of them together.")
    hold = Hold.objects.select_for_update(of=("self",)).filter(pk=hold_id).first()
    if hold is None:
        raise Missing("There is no such hold.")
    if hold.lifted_at is not None:
        raise NotNow("This hold is lifted already.")
    return hold
