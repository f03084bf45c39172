"""Counsel decides what the gate put to a person: lines in question and findings about the whole request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from requests.actions.advance import lock
from requests.actions.errors import BadInput, Missing, NotNow, NotYours, Stale
from requests.actions.receive import has_determination
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.groups import Group, ends, members, shown
from requests.models import Agency, DisclosureRequest, Event, Finding, Line, LineDecision, Person
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
    _refuse_unknown(decision)
    standing = Line.objects.filter(
        disclosure_request=disclosure_request, until_version__isnull=True, number__in=set(numbers)
    )
    lines = list(standing.order_by("number"))
    _refuse_wrong_lines(lines, wanted=set(numbers), decision=decision)
    codes = sorted({code for line in lines for code in line.findings})
    return _decide(
        disclosure_request, standing, actor=actor, at=at, decision=decision, reason=reason, detail={"codes": codes}
    )


@transaction.atomic
def decide_group(
    request_id: int, *, actor: Person, at: dt.datetime, group: Group, seen: str, decision: str, reason: str
) -> int:
    """Accept or return all lines of a group that was shown, with one reason; returns how many.

    ``seen`` is the digest of the lines that were shown: the group is decided as it was read, or not at all. Of those
    that would be accepted, lines without a delivery line stay in question. Raises Stale, BadInput, NotNow, NotYours.
    """
    disclosure_request = _enter(request_id, actor=actor, reason=reason)
    _refuse_unknown(decision)
    lines = members(request_id, group)
    now = shown(lines)
    if now.digest != seen:
        raise Stale(
            f"The group is not the one that was shown: {now.count:,} of its lines are in question now. "
            "Read the list again; nothing changed."
        )
    if now.count == 0:
        raise NotNow("No line of this group is in question any more.")
    left = 0
    if decision == LineDecision.Decision.ACCEPT:
        left = now.without_delivery_line
        if now.can_be_accepted == 0:
            raise BadInput(
                "Decision: none of these lines has a delivery line, so none can be accepted: "
                "return them, or have the agency supply the place."
            )
        lines = lines.filter(has_delivery_line=True)
    return _decide(
        disclosure_request, lines, actor=actor, at=at, decision=decision, reason=reason,
        detail={"codes": [group.code], "by": group.by.value, "of_line": group.number, "digest": seen, "left": left},
    )  # fmt: skip


# One statement, whatever the number of lines; the wall looks at each row of it.
_DECIDE = """
    WITH decided AS (UPDATE requests_line SET standing = %s WHERE id IN ({lines}) RETURNING id)
    INSERT INTO requests_linedecision (line_id, decision, reason, decided_by_id, decided_at)
    SELECT id, %s, %s, %s, %s FROM decided
"""


def _decide(
    disclosure_request: DisclosureRequest, lines: QuerySet[Line], *, actor: Person, at: dt.datetime, decision: str,
    reason: str, detail: dict[str, Any],
) -> int:  # fmt: skip
    first, last = ends(lines)
    chosen, parameters = lines.order_by().values("pk").query.sql_with_params()
    standing = Line.Standing.ACCEPTED if decision == LineDecision.Decision.ACCEPT else Line.Standing.RETURNED
    with connection.cursor() as cursor:
        cursor.execute(
            _DECIDE.format(lines=chosen), [standing.value, *parameters, decision, reason.strip(), actor.pk, at]
        )
        count = cursor.rowcount
    _move_counts(disclosure_request, decision, count)
    record(
        "decide_lines", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.LEGAL_REVIEW,
        reason=reason.strip(),
        detail={"decision": decision, "lines": count, "first": first, "last": last, **detail},
    )  # fmt: skip
    return count


def _move_counts(disclosure_request: DisclosureRequest, decision: str, count: int) -> None:
    """So many lines went out of question by this decision; a negative count takes it back. Saves the request."""
    disclosure_request.questioned_count -= count
    if decision == LineDecision.Decision.ACCEPT:
        disclosure_request.accepted_count += count
    else:
        disclosure_request.returned_count += count
    disclosure_request.save()


def _refuse_unknown(decision: str) -> None:
    if decision not in LineDecision.Decision.values:
        raise BadInput("Decision: choose accept or return.")


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
    _move_counts(disclosure_request, found.decision, -1)
    record(
        "undo_line_decision", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.LEGAL_REVIEW,
        detail={"line": number},
    )  # fmt: skip


_UNDO = """
    WITH gone AS (
        DELETE FROM requests_linedecision d USING requests_line l
        WHERE l.id = d.line_id AND l.disclosure_request_id = %s AND l.until_version IS NULL
          AND d.decided_by_id = %s AND d.decided_at = %s AND d.decision = %s AND l.number BETWEEN %s AND %s
        RETURNING d.line_id
    )
    UPDATE requests_line SET standing = 'questioned' WHERE id IN (SELECT line_id FROM gone)
"""


@transaction.atomic
def undo_decision(request_id: int, *, actor: Person, at: dt.datetime, event_id: int) -> int:
    """Take back all that is left of one's own decision about several lines, named by its event; returns how many lines.

    Raises Missing where there is no such decision, NotYours where another person made it, NotNow.
    """
    disclosure_request = _enter(request_id, actor=actor, reason="undo")
    made = Event.objects.filter(
        pk=event_id, disclosure_request=disclosure_request, verb="decide_lines", is_refused=False
    ).first()
    if made is None:
        raise Missing("There is no such decision.")
    if made.actor_id != actor.pk:
        raise NotYours("Only the person who decided it can take it back.")
    said = made.detail
    with connection.cursor() as cursor:
        cursor.execute(
            _UNDO, [request_id, actor.pk, made.occurred_at, said["decision"], said["first"], said["last"]]
        )
        count = cursor.rowcount
    if count == 0:
        raise NotNow("Nothing of this decision is left to take back.")
    _move_counts(disclosure_request, said["decision"], -count)
    record(
        "undo_decision", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.LEGAL_REVIEW,
        detail={"event": made.pk, "lines": count},
    )  # fmt: skip
    return count


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
