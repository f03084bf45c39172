"""A matcher decides an undecided line; a yes needs a second one who agrees on the same record."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from disclosures.actions.match import pass_on_if_decided
from disclosures.matching.compare import can_be_yes
from disclosures.models import MatchDecision, MatchResult
from requests.actions.advance import lock, prepare
from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.actions.record import record
from requests.models import DisclosureRequest, Person
from requests.models.lifecycle import State
from requests.permissions import Stage, can_decide_matches

YES = MatchResult.Resolution.YES
# Under which count of the request a line stands, by its resolution. A returned line is not answered.
COUNTS = {"": "undecided_count", "yes": "yes_count", "no": "no_count", "return": "not_answered_count"}


@transaction.atomic
def decide_match(
    result_id: int, *, actor: Person, at: dt.datetime, choice: str, reason: str, taxpayer_ref: str = ""
) -> MatchResult:
    """Decide one undecided line: yes, no or return, with the reason.

    No and return stand at once. A yes names one of the candidates (the only one, if ``taxpayer_ref`` is empty), is open only
    where every component of that pair agrees, and stands when a second matcher says yes to the same record. Deciding the last
    line passes the request on. Raises Missing, NotNow, NotYours, BadInput.
    """
    result, disclosure_request = _locked(result_id, actor=actor, at=at)
    if choice not in MatchResult.Resolution.values:
        raise BadInput("Choice: it must be yes, no or return.")
    if not reason.strip():
        raise BadInput("Reason: it is empty. Write why the line is decided so.")
    if result.resolution:
        raise NotNow(f"It is decided already: {result.get_resolution_display().lower()}.")
    live = list(result.decisions.filter(undone_at__isnull=True))
    if any(decision.matcher_id == actor.pk for decision in live):
        raise NotNow("You decided this line already. Take your decision back first, or leave the rest to a second matcher.")
    ref = _agreed_record(result, taxpayer_ref, live) if choice == YES else ""
    MatchDecision.objects.create(
        result=result, matcher=actor, choice=choice, taxpayer_ref=ref, reason=reason.strip(), decided_at=at
    )
    if choice != YES or any(decision.choice == YES for decision in live):
        _resolve(result, disclosure_request, choice, at=at, taxpayer_ref=ref)
    _keep(result, disclosure_request, verb="decide_match", actor=actor, at=at, choice=choice)
    pass_on_if_decided(disclosure_request.pk, at=at)
    return result


@transaction.atomic
def undo_match_decision(result_id: int, *, actor: Person, at: dt.datetime) -> MatchResult:
    """Take one's own decision back, as long as the request still waits for matchers; the decision stays on record.

    Raises Missing, NotNow, NotYours.
    """
    result, disclosure_request = _locked(result_id, actor=actor, at=at)
    decision = result.decisions.filter(undone_at__isnull=True, matcher=actor).first()
    if decision is None:
        raise NotNow("You have no decision about this line that could be taken back.")
    decision.undone_at = at
    decision.save(update_fields=["undone_at"])
    if result.resolution:
        _resolve(result, disclosure_request, "", at=None)
    _keep(result, disclosure_request, verb="undo_match_decision", actor=actor, at=at, choice=decision.choice)
    return result


def _locked(result_id: int, *, actor: Person, at: dt.datetime) -> tuple[MatchResult, DisclosureRequest]:
    """The undecided line and its request, both locked, if this person may decide it now."""
    known = MatchResult.objects.filter(pk=result_id, run__completed_at__isnull=False)
    request_id = known.values_list("run__disclosure_request_id", flat=True).first()
    if request_id is None:
        raise Missing("There is no such undecided line.")
    disclosure_request = prepare(lock(request_id), at=at)
    result = MatchResult.objects.select_for_update(of=("self",)).select_related("line").get(pk=result_id)
    if result.result != MatchResult.Result.UNDECIDED:
        raise Missing("There is no such undecided line.")
    if disclosure_request.state != State.APPROVED:
        raise NotNow(f"It is in “{disclosure_request.get_state_display()}”; its lines are not decided there.")
    if not can_decide_matches(disclosure_request, actor):
        raise NotYours("Only a matcher who did not act in approval or release of this request decides its lines.")
    if disclosure_request.holds_on("match"):
        raise NotNow("A hold stops the comparison with the records for this request.")
    return result, disclosure_request


def _agreed_record(result: MatchResult, taxpayer_ref: str, live: list[MatchDecision]) -> str:
    """The record that this yes means. Raises where none, or another one than the first matcher meant."""
    if not result.can_be_yes:
        raise BadInput("A component differs or is missing, so the choices are no and return.")
    ref = taxpayer_ref or (result.candidate_refs[0] if len(result.candidate_refs) == 1 else "")
    if ref not in result.candidate_refs:
        raise BadInput("Record: say which of the candidates a yes means.")
    statuses = {
        each["component"]: each["status"] for each in result.comparison if each.get("taxpayer_ref", ref) == ref
    }
    if not can_be_yes(statuses):
        raise BadInput("A component of this record differs or is missing, so the choices are no and return.")
    if any(decision.choice == YES and decision.taxpayer_ref != ref for decision in live):
        raise NotNow("The first matcher said yes to another record. Two matchers have to agree on one; else no or return.")
    return ref


def _resolve(
    result: MatchResult, disclosure_request: DisclosureRequest, resolution: str, *, at: dt.datetime | None,
    taxpayer_ref: str = "",
) -> None:  # fmt: skip
    """Resolve the line, or open it again, and move it from one count of the request to the other."""
    before, after = COUNTS[result.resolution], COUNTS[resolution]
    setattr(disclosure_request, before, getattr(disclosure_request, before) - 1)
    setattr(disclosure_request, after, getattr(disclosure_request, after) + 1)
    disclosure_request.save()
    result.resolution, result.resolved_at, result.taxpayer_ref = resolution, at, taxpayer_ref
    result.save(update_fields=["resolution", "resolved_at", "taxpayer_ref"])


def _keep(
    result: MatchResult, disclosure_request: DisclosureRequest, *, verb: str, actor: Person, at: dt.datetime, choice: str
) -> None:
    record(
        verb, actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.MATCHING,
        detail={"line": result.line.number, "choice": choice, "resolution": result.resolution},
    )  # fmt: skip
