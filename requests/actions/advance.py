"""The one door: every change of state goes through ``advance``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from requests.actions.clocks import turn_clocks
from requests.actions.errors import Missing, NotNow, NotYours
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Person
from requests.models.lifecycle import ENDED, State
from requests.permissions import APART, Stage
from requests.queries import move, transitions, unmet_conditions

MANY_LINES = 50_000


def lock(request_id: int) -> DisclosureRequest:
    """The request, locked until the surrounding transaction ends. Raises Missing where there is none."""
    # A lock that lets rows be added that name the request: a sweep that writes reminders holds its clocks meanwhile.
    found = DisclosureRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if found is None:
        raise Missing("There is no such request.")
    if found.line_count > MANY_LINES:
        without_a_limit_of_time()
    return found


def without_a_limit_of_time() -> None:
    """Let the statements of this transaction take as long as they take: a million lines take longer than a page may."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")


def prepare(disclosure_request: DisclosureRequest, *, at: dt.datetime, reason: str = "") -> DisclosureRequest:
    """Tell the request's conditions when somebody acts, and why; what they saw before is read anew. Returns the same request."""
    disclosure_request.forget()
    disclosure_request.acting_at = at
    disclosure_request.acting_on = office_day(at)
    disclosure_request.acting_reason = reason
    return disclosure_request


def refuse_unless_allowed(disclosure_request: DisclosureRequest, verb: str, *, actor: Person | None) -> None:
    """Raise NotNow with every unmet condition, or NotYours. The order is that of design section 4: can it, may they."""
    step = move(verb, disclosure_request.state)
    if step is None:
        words = next(iter(transitions()[verb].transitions.values())).custom["label"].lower()
        raise NotNow(f"It is in “{disclosure_request.get_state_display()}”; nobody can {words} it there.")
    unmet = unmet_conditions(disclosure_request, verb)
    if unmet:
        raise NotNow(" ".join(condition.text for condition in unmet), unmet)
    if not step.has_perm(disclosure_request, actor):
        raise NotYours(_whose(disclosure_request, verb, actor))


def _whose(disclosure_request: DisclosureRequest, verb: str, actor: Person | None) -> str:
    apart = APART[Stage(stage_of(verb, disclosure_request.state))]
    stages = disclosure_request.people_by_stage
    acted = [stage for stage in apart if actor is not None and actor.pk in stages.get(stage, ())]
    if acted:
        done = ", ".join(stage.replace("_", " ") for stage in sorted(acted))
        return f"You already acted in {done} of this request. Four eyes: somebody else takes this step."
    return "Your role does not take this step."


@transaction.atomic
def advance(
    request_id: int, verb: str, *, actor: Person | None, at: dt.datetime, reason: str = "", **inputs: Any
) -> DisclosureRequest:
    """Move one request by one verb: lock, can it, may they, transition, save, event; all or nothing.

    ``actor`` is the person, or None for the system; ``at`` is the moment of acting; ``inputs`` go into the event's
    detail (ids, codes, counts). Raises Missing, NotNow (with the unmet conditions), NotYours; the door that called
    records the refusal afterwards with ``record_refusal``.
    """
    return advance_locked(lock(request_id), verb, actor=actor, at=at, reason=reason, **inputs)


def advance_locked(
    disclosure_request: DisclosureRequest, verb: str, *, actor: Person | None, at: dt.datetime, reason: str = "", **inputs: Any
) -> DisclosureRequest:
    """The same for a request that the caller's transaction holds locked; what it set on it is saved with the move."""
    if verb not in transitions():
        raise Missing("There is no such step.")
    prepare(disclosure_request, at=at, reason=reason)
    refuse_unless_allowed(disclosure_request, verb, actor=actor)
    before = disclosure_request.state
    custom = move(verb, before).custom
    getattr(disclosure_request, verb)()
    after = disclosure_request.state
    _stamp(disclosure_request, verb, at)
    turn_clocks(disclosure_request, custom, verb=verb, at=at)
    disclosure_request.save()
    disclosure_request.state_number += 1  # the database has counted it up; the event names the same number
    record(
        verb,
        actor=actor,
        at=at,
        disclosure_request=disclosure_request,
        stage=stage_of(verb, before),
        from_state=before,
        to_state=after,
        state_number=disclosure_request.state_number,
        reason=reason,
        detail={"version": disclosure_request.version, "lines_digest": disclosure_request.lines_digest, **inputs},
    )
    return disclosure_request


def stage_of(verb: str, state: str) -> str:
    """The stage in which a verb is an act; a return out of legal review is counsel's."""
    if verb == "return_imperfect" and state == State.IN_LEGAL_REVIEW:
        return Stage.LEGAL_REVIEW
    return str(move(verb, state).custom["stage"])


def _stamp(disclosure_request: DisclosureRequest, verb: str, at: dt.datetime) -> None:
    if verb in ("submit", "resubmit"):
        disclosure_request.submitted_at = at
    elif verb == "perfect":
        disclosure_request.perfected_at = at
    elif verb == "release":
        disclosure_request.responded_at = at
    elif verb == "return_imperfect":
        disclosure_request.returned_version = disclosure_request.version
        disclosure_request.perfected_at = None
        disclosure_request.impairment_determined_date = None
    elif verb == "send_back":
        disclosure_request.approved_digest = ""
        disclosure_request.impairment_determined_date = None
    if disclosure_request.state in ENDED and disclosure_request.ended_at is None:
        disclosure_request.ended_at = at
    disclosure_request.assignee = None
