"""Writing the history: every event is made here, so that none is without actor, roles and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from requests.models import DisclosureRequest, Event, Person


def record(
    verb: str,
    *,
    actor: Person | None,
    at: dt.datetime,
    disclosure_request: DisclosureRequest | None = None,
    stage: str = "",
    reason: str = "",
    detail: dict[str, Any] | None = None,
    is_refused: bool = False,
    from_state: str = "",
    to_state: str = "",
    state_number: int | None = None,
) -> Event:
    """Append one event. ``detail`` carries ids, codes and counts; never the data of a subject."""
    return Event.objects.create(
        disclosure_request=disclosure_request,
        state_number=state_number,
        verb=verb,
        stage=stage,
        from_state=from_state,
        to_state=to_state,
        is_refused=is_refused,
        actor=actor,
        actor_roles=" ".join(sorted(actor.role_names)) if actor is not None else "",
        occurred_at=at,
        recorded_at=at,
        reason=reason,
        detail=detail or {},
    )


def record_each(
    verb: str, told: Iterable[tuple[DisclosureRequest, dict[str, Any]]], *, actor: Person | None, at: dt.datetime
) -> None:
    """Append one event to each of these requests, with its own detail, in one statement."""
    roles = " ".join(sorted(actor.role_names)) if actor is not None else ""
    Event.objects.bulk_create(
        Event(
            disclosure_request=disclosure_request, verb=verb, actor=actor, actor_roles=roles, occurred_at=at, recorded_at=at,
            detail=detail,
        )
        for disclosure_request, detail in told
    )  # fmt: skip


def record_refusal(
    verb: str, *, actor: Person | None, at: dt.datetime, request_id: int | None, error: Exception, reason: str = ""
) -> None:
    """Write down that something was refused, in a transaction of its own: the refused one is rolled back already."""
    unmet = [condition.name for condition in getattr(error, "unmet", ())]
    with transaction.atomic():
        found = DisclosureRequest.objects.filter(pk=request_id).first() if request_id is not None else None
        record(
            verb,
            actor=actor,
            at=at,
            disclosure_request=found,
            is_refused=True,
            from_state=found.state if found else "",
            to_state=found.state if found else "",
            reason=reason,
            detail={"refused": str(error), "unmet": unmet},
        )
