"""Who works on a request: take it, assign it, give it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from requests.actions.advance import lock
from requests.actions.errors import NotNow, NotYours
from requests.actions.record import record
from requests.models import DisclosureRequest, Person
from requests.models.lifecycle import State
from requests.permissions import APART, Role, Stage, can_assign, has_acted_in, holds

# Which role works on a request in which state, and in which stage that work is an act.
WORK: dict[str, tuple[Role, Stage]] = {
    State.SUBMITTED: (Role.INTAKE, Stage.INTAKE),
    State.IN_INTAKE: (Role.INTAKE, Stage.INTAKE),
    State.IN_LEGAL_REVIEW: (Role.COUNSEL, Stage.LEGAL_REVIEW),
    State.IN_IMPAIRMENT_CHECK: (Role.IMPAIRMENT, Stage.IMPAIRMENT),
    State.AWAITING_APPROVAL: (Role.APPROVER, Stage.APPROVAL),
    State.APPROVED: (Role.MATCHER, Stage.MATCHING),
    State.AWAITING_RELEASE: (Role.RELEASER, Stage.RELEASE),
    State.RESPONDED: (Role.INTAKE, Stage.INTAKE),
    State.DENIED: (Role.INTAKE, Stage.INTAKE),
}


def can_work_on(disclosure_request: DisclosureRequest, person: Person) -> bool:
    """Whether this person could take the request's next step: the role of its state, and four eyes kept."""
    work = WORK.get(disclosure_request.state)
    if work is None:
        return False
    role, stage = work
    return holds(role)(None, person) and not has_acted_in(APART[stage])(disclosure_request, person)


@transaction.atomic
def take(request_id: int, *, actor: Person, at: dt.datetime) -> DisclosureRequest:
    """Take an unassigned request whose next step one may do. Raises NotNow where somebody was quicker."""
    return assign_to(request_id, actor=actor, at=at, assignee=actor)


@transaction.atomic
def assign_to(request_id: int, *, actor: Person, at: dt.datetime, assignee: Person | None) -> DisclosureRequest:
    """Assign to somebody who can do the next step, or give back to the pool with ``assignee`` None."""
    disclosure_request = lock(request_id)
    if not can_assign(disclosure_request, actor):
        raise NotYours("Only the people of the office who work on requests assign them.")
    if assignee is not None and not can_work_on(disclosure_request, assignee):
        whose = "You" if assignee.pk == actor.pk else str(assignee)
        raise NotNow(f"{whose} cannot take its next step: the role does not fit, or four eyes forbid it.")
    taken_by = disclosure_request.assignee_id
    is_mine_to_give = taken_by in (None, actor.pk) or Role.DIRECTOR in actor.role_names
    if not is_mine_to_give:
        raise NotNow(f"{disclosure_request.assignee} has it already.")
    disclosure_request.assignee = assignee
    disclosure_request.save()
    record(
        "assign", actor=actor, at=at, disclosure_request=disclosure_request,
        detail={"assignee": assignee.pk if assignee else None},
    )  # fmt: skip
    return disclosure_request
