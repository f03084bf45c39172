"""Legal review and the impairment check: what is written down before a request moves on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from requests.actions.advance import advance, advance_locked, lock
from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, ImpairmentDetermination, LegalReview, Line, Person
from requests.models.lifecycle import State
from requests.permissions import Stage, can_clear_impairment, can_clear_legally


@transaction.atomic
def write_analysis(
    request_id: int, *, actor: Person, at: dt.datetime, code: str, authority: str, procedure: str
) -> LegalReview:
    """Keep counsel's written analysis: code, authority, procedure. A later one stands beside the earlier."""
    disclosure_request = lock(request_id)
    if disclosure_request.state != State.IN_LEGAL_REVIEW:
        raise NotNow("It is not in legal review, so its analysis is not written now.")
    if not can_clear_legally(disclosure_request, actor):
        raise NotYours("Only counsel who acts in no other stage of this request writes its analysis.")
    for field, text in (("Code", code), ("Authority", authority), ("Procedure", procedure)):
        if not text.strip():
            raise BadInput(f"{field}: it is empty. The analysis needs all three parts.")
    review = LegalReview.objects.create(
        disclosure_request=disclosure_request, version=disclosure_request.version, code_analysis=code.strip(),
        authority_analysis=authority.strip(), procedure_analysis=procedure.strip(), written_by=actor, written_at=at,
    )  # fmt: skip
    record(
        "write_analysis", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.LEGAL_REVIEW,
        detail={"version": disclosure_request.version},
    )  # fmt: skip
    return review


def clear_legally(request_id: int, *, actor: Person, at: dt.datetime, reason: str = "") -> DisclosureRequest:
    """Find the request legally sufficient. Raises NotNow with every unmet condition, NotYours."""
    return advance(request_id, "clear_legally", actor=actor, at=at, reason=reason)


@transaction.atomic
def determine_impairment(
    request_id: int,
    *,
    actor: Person,
    at: dt.datetime,
    determined_date: dt.date,
    reason: str,
    barred_lines: Collection[int] = (),
    bars_all: bool = False,
) -> DisclosureRequest:
    """Record the determination of (i)(6), for the request or for single lines, and conclude the check.

    Whatever it says, the agency sees the same words and the same clock. Raises BadInput, NotNow, NotYours.
    While the request awaits its release, the same act renews a determination that has grown old; nothing moves then.
    """
    disclosure_request = lock(request_id)
    if determined_date > office_day(at):
        raise BadInput("Date of determination: it lies in the future. Give the day on which it was made.")
    if not reason.strip():
        raise BadInput("Reason: it is empty. Write what was asked of whom, and the answer.")
    renews = disclosure_request.state in (State.AWAITING_APPROVAL, State.APPROVED, State.AWAITING_RELEASE)
    if renews and not can_clear_impairment(disclosure_request, actor):
        raise NotYours("Only an impairment officer who acts in no other stage of this request determines this.")
    known = set(
        Line.objects.filter(
            disclosure_request=disclosure_request, until_version__isnull=True, number__in=set(barred_lines)
        ).values_list("number", flat=True)
    )
    if set(barred_lines) - known:
        raise BadInput(f"Line {min(set(barred_lines) - known)} is not a line of this request.")
    _keep(disclosure_request, None, bars_all, actor=actor, at=at, determined_date=determined_date, reason=reason)
    for number in sorted(known):
        _keep(disclosure_request, number, True, actor=actor, at=at, determined_date=determined_date, reason=reason)
    disclosure_request.impairment_determined_date = determined_date
    if renews:
        disclosure_request.save()
        record(
            "renew_impairment", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.IMPAIRMENT,
            detail={"determined_date": determined_date.isoformat()},
        )  # fmt: skip
        return disclosure_request
    return advance_locked(
        disclosure_request, "clear_impairment", actor=actor, at=at, determined_date=determined_date.isoformat()
    )


def _keep(
    disclosure_request: DisclosureRequest,
    line_number: int | None,
    bars_answer: bool,
    *,
    actor: Person,
    at: dt.datetime,
    determined_date: dt.date,
    reason: str,
) -> None:
    ImpairmentDetermination.objects.create(
        disclosure_request=disclosure_request, version=disclosure_request.version, line_number=line_number,
        bars_answer=bars_answer, reason=reason.strip(), determined_by=actor, determined_date=determined_date,
        recorded_at=at,
    )  # fmt: skip
