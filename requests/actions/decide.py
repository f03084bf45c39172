"""Counsel decides what the gate put to a person: lines in question and findings about the whole request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from requests.actions.advance import lock
from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.lines import recount
from requests.actions.receive import has_determination
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.models import Agency, DisclosureRequest, Finding, Line, LineDecision, Person
from requests.models.lifecycle import State
from requests.permissions import Stage, can_decide_findings


def _enter(request_id: int, *, actor: Person, reason: str) -> DisclosureRequest:
    disclosure_request = lock(request_id)
    if disclosure_request.state != State.IN_LEGAL_REVIEW:
        raise NotNow("It is not in legal review, so nothing of it is decided now.")
    if not can_decide_findings(disclosure_request, actor):
        raise NotYours("Only counsel who acts in no other stage of this request decides its findings.")
    if not reason.strip():
        raise BadInput("Reason: it is empty. Write why, in a sentence that can be read in five years.")
    return disclosure_request


@transaction.atomic
def decide_lines(
    request_id: int, *, actor: Person, at: dt.datetime, numbers: Collection[int], decision: str, reason: str
) -> int:
    """Accept or return lines in question, with one reason; returns how many. All or nothing.

    Raises BadInput where a line is not in question, or has no delivery line and would be accepted.
    """
    disclosure_request = _enter(request_id, actor=actor, reason=reason)
    if decision not in LineDecision.Decision.values:
        raise BadInput("Decision: choose accept or return.")
    lines = list(
        Line.objects.filter(
            disclosure_request=disclosure_request, until_version__isnull=True, number__in=set(numbers)
        ).order_by("number")
    )
    _refuse_wrong_lines(lines, wanted=set(numbers), decision=decision)
    standing = Line.Standing.ACCEPTED if decision == "accept" else Line.Standing.RETURNED
    LineDecision.objects.bulk_create(
        [
            LineDecision(line=line, decision=decision, reason=reason.strip(), decided_by=actor, decided_at=at)
            for line in lines
        ],
        batch_size=2000,
    )
    Line.objects.filter(pk__in=[line.pk for line in lines]).update(standing=standing)
    recount(disclosure_request)
    disclosure_request.save()
    codes = sorted({code for line in lines for code in line.findings})
    record(
        "decide_lines", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.LEGAL_REVIEW,
        reason=reason.strip(),
        detail={"decision": decision, "lines": len(lines), "first": lines[0].number, "last": lines[-1].number, "codes": codes},
    )  # fmt: skip
    return len(lines)


def _refuse_wrong_lines(lines: list[Line], *, wanted: set[int], decision: str) -> None:
    if not wanted:
        raise BadInput("Lines: none is chosen. Choose the lines that this decision is for.")
    missing = wanted - {line.number for line in lines}
    if missing:
        raise BadInput(f"Line {min(missing)} is not a line of this request.")
    settled = [line.number for line in lines if line.standing != Line.Standing.QUESTIONED]
    if settled:
        raise NotNow(f"Line {settled[0]} is not in question any more. Load the page again.")
    if decision == "accept":
        nowhere = [line.number for line in lines if not line.has_delivery_line]
        if nowhere:
            raise BadInput(
                f"Line {nowhere[0]} has no delivery line, so it cannot be accepted: "
                "return it, or have the agency supply the place."
            )


@transaction.atomic
def undo_line_decision(request_id: int, *, actor: Person, at: dt.datetime, number: int) -> None:
    """Take back one's own decision about a line while the request is still in legal review."""
    disclosure_request = _enter(request_id, actor=actor, reason="undo")
    found = (
        LineDecision.objects.select_related("line")
        .filter(line__disclosure_request=disclosure_request, line__until_version__isnull=True, line__number=number)
        .first()
    )
    if found is None:
        raise NotNow(f"Line {number} has no decision to take back.")
    if found.decided_by_id != actor.pk:
        raise NotYours("Only the person who decided it can take it back.")
    found.line.standing = Line.Standing.QUESTIONED
    found.line.save(update_fields=["standing"])
    found.delete()
    recount(disclosure_request)
    disclosure_request.save()
    record(
        "undo_line_decision", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.LEGAL_REVIEW,
        detail={"line": number},
    )  # fmt: skip


@transaction.atomic
def decide_finding(
    request_id: int, *, actor: Person, at: dt.datetime, code: str, decision: str, reason: str
) -> Finding:
    """Decide a finding about the whole request in writing: proceed, or return. A block can only be returned."""
    disclosure_request = _enter(request_id, actor=actor, reason=reason)
    finding = Finding.objects.filter(
        disclosure_request=disclosure_request, version=disclosure_request.version, code=code
    ).first()
    if finding is None:
        raise BadInput(f"There is no finding {code} about this request.")
    if decision not in Finding.Decision.values:
        raise BadInput("Decision: choose proceed or return.")
    if finding.verdict == Line.Verdict.BLOCK and decision == "accept":
        raise BadInput(f"{code} blocks the request: the law leaves nothing to decide. Return it to the agency.")
    if code == "V02" and decision == "accept":
        _refuse_without_determination(disclosure_request, at=at)
    finding.decision, finding.reason = decision, reason.strip()
    finding.decided_by, finding.decided_at = actor, at
    finding.save()
    record(
        "decide_finding", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.LEGAL_REVIEW,
        reason=reason.strip(), detail={"code": code, "decision": decision},
    )  # fmt: skip
    return finding


def _refuse_without_determination(disclosure_request: DisclosureRequest, *, at: dt.datetime) -> None:
    """A component asks in its own name only once a recorded legal determination names it (design section 5, V02)."""
    agency = disclosure_request.agency
    if agency.kind == Agency.Kind.COMPONENT and not has_determination(disclosure_request, office_day(at)):
        raise NotNow(
            f"{agency.code} is a component of {agency.parent}: no recorded legal determination says that it may ask in "
            "its own name. Record one first, or return the request."
        )
