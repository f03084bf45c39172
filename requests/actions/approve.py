"""The approver's three verbs: approve the scope in writing, send it back, deny it on a legal ground."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from requests.actions.advance import advance, advance_locked, lock
from requests.actions.errors import BadInput, NotNow, NotYours, Stale
from requests.actions.letters import keep_denial_letter
from requests.calendar.office import office_day
from requests.models import Approval, DelegationGrant, DisclosureRequest, Line, Person
from requests.models.lifecycle import State
from requests.models.review import DenialCode
from requests.permissions import can_approve
from requests.queries import lines_digest


def scope_text(disclosure_request: DisclosureRequest) -> str:
    """The words that an approver signs: which lines, to whom, which kind of answer. Nothing else is approved."""
    dr = disclosure_request
    lines = dr.complete_count + dr.accepted_count
    recipients = count_recipients(dr)
    return (
        f"I approve that, under {dr.authority.citation}, this office compares lines of request {dr.control_number}, version "
        f"{dr.version}, of {dr.agency.name} ({lines:,} of {dr.line_count:,}) with its records, and answers each with yes or no "
        f"and nothing else, to the engaged officials whom those lines name ({recipients:,}), each for the lines that name "
        f"them. Lines that are returned and not answered: {dr.returned_count:,}."
    )


def count_recipients(disclosure_request: DisclosureRequest) -> int:
    """How many engaged officials the lines to be answered name."""
    return (
        Line.objects.filter(
            disclosure_request=disclosure_request, until_version__isnull=True, standing__in=["complete", "accepted"]
        )
        .values("engaged_by")
        .distinct()
        .count()
    )


@transaction.atomic
def approve_scope(
    request_id: int, *, actor: Person, at: dt.datetime, digest_seen: str, reason: str = ""
) -> DisclosureRequest:
    """Approve in writing what the page showed: ``digest_seen`` is the digest of the lines on that page.

    Raises Stale where the lines changed since, NotNow with every unmet condition (no live delegation among them).
    """
    disclosure_request = lock(request_id)
    if disclosure_request.state == State.AWAITING_APPROVAL:
        if not can_approve(disclosure_request, actor):
            raise NotYours("Only an approver who acts in no other stage of this request, and decided none of its lines.")
        if digest_seen != lines_digest(request_id) or digest_seen != disclosure_request.lines_digest:
            raise Stale("The lines changed after you read the scope. Read it again, then sign.")
        grant = _live_grant(disclosure_request, actor=actor, at=at)
        text = scope_text(disclosure_request)
        Approval.objects.create(
            disclosure_request=disclosure_request, version=disclosure_request.version, approver=actor, grant=grant,
            scope_text=text, scope_digest=digest_seen,
            line_count=disclosure_request.complete_count + disclosure_request.accepted_count,
            recipient_count=count_recipients(disclosure_request), response_kind=disclosure_request.response_kind,
            approved_at=at, approved_on=office_day(at),
        )  # fmt: skip
        disclosure_request.approved_digest = digest_seen
    return advance_locked(disclosure_request, "approve", actor=actor, at=at, reason=reason, scope_digest=digest_seen)


def _live_grant(disclosure_request: DisclosureRequest, *, actor: Person, at: dt.datetime) -> DelegationGrant:
    today = office_day(at)
    for grant in DelegationGrant.objects.filter(person=actor, authority_id=disclosure_request.authority_id):
        if grant.is_live(on=today, at=at):
            return grant
    raise NotNow(
        f"You hold no live delegation for {disclosure_request.authority.citation} (Delegation Order 11-2). "
        "The administrator records a grant, or an approver who holds one approves."
    )


def send_back(request_id: int, *, actor: Person, at: dt.datetime, reason: str) -> DisclosureRequest:
    """Ask counsel to look again, with a reason."""
    return advance(request_id, "send_back", actor=actor, at=at, reason=reason.strip())


@transaction.atomic
def deny_request(request_id: int, *, actor: Person, at: dt.datetime, code: str, reason: str) -> DisclosureRequest:
    """Deny on a ground of the closed list, with a neutral letter to the agency. Raises BadInput for any other ground."""
    if code not in DenialCode.values:
        raise BadInput("Ground: choose one of the legal list. Workload and policy are not grounds.")
    disclosure_request = lock(request_id)
    disclosure_request.denial_code = code
    if disclosure_request.state == State.AWAITING_APPROVAL and can_approve(disclosure_request, actor):
        keep_denial_letter(disclosure_request, ground=DenialCode(code).label, at=at, actor=actor)
    return advance_locked(disclosure_request, "deny", actor=actor, at=at, reason=reason.strip(), code=code)
