"""The safeguards of an agency: what a review found, and the director's decision in writing."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from requests.actions.errors import BadInput, Missing, NotYours
from requests.actions.record import record
from requests.models import Agency, Person, SafeguardStatus
from requests.permissions import Role, can_direct, holds


@transaction.atomic
def record_safeguards(
    *,
    actor: Person,
    at: dt.datetime,
    agency: Agency,
    status: str,
    reviewed_on: dt.date,
    valid_until: dt.date,
    open_findings: int = 0,
    note: str = "",
) -> SafeguardStatus:
    """Keep the result of a safeguard review: 26 U.S.C. 6103(p)(4). Raises BadInput, NotYours."""
    if not holds(Role.DIRECTOR, Role.COUNSEL)(None, actor):
        raise NotYours("Counsel or the director records a safeguard review.")
    if status not in SafeguardStatus.Status.values:
        raise BadInput("Status: choose one of the list.")
    if valid_until < reviewed_on:
        raise BadInput("Valid until: it lies before the day of the review.")
    kept = SafeguardStatus.objects.create(
        agency=agency, status=status, reviewed_on=reviewed_on, valid_until=valid_until, open_findings=open_findings,
        note=note.strip(), recorded_by=actor,
    )  # fmt: skip
    record("record_safeguards", actor=actor, at=at, detail={"agency": agency.code, "status": status, "id": kept.pk})
    return kept


@transaction.atomic
def override_safeguards(
    status_id: int, *, actor: Person, at: dt.datetime, reason: str, until: dt.date
) -> SafeguardStatus:
    """The director decides in writing that answers may leave all the same, up to a day."""
    if not can_direct(None, actor):
        raise NotYours("Only the director decides this.")
    if not reason.strip():
        raise BadInput("Reason: it is empty. The decision is in writing.")
    status = SafeguardStatus.objects.select_for_update(of=("self",)).filter(pk=status_id).first()
    if status is None:
        raise Missing("There is no such safeguard status.")
    status.override_reason, status.override_by = reason.strip(), actor
    status.override_at, status.override_until = at, until
    status.save()
    record(
        "override_safeguards", actor=actor, at=at, reason=reason.strip(),
        detail={"agency": status.agency.code, "until": until.isoformat(), "id": status.pk},
    )  # fmt: skip
    return status
