"""The approver's three verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from requests.actions.approve import approve_scope, deny_request, scope_text, send_back
from requests.actions.errors import BadInput, NotNow, NotYours, Stale
from requests.actions.hold import place_hold
from requests.models import Approval, Clock, DelegationGrant, DisclosureRequest, Document, Event
from requests.models.lifecycle import State
from requests.models.review import DenialCode
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    lines = [f.a_line(1), f.a_line(2, engaged_official="Ann Lee"), f.a_defective_line(3)]
    return cast, f.a_request(cast, State.AWAITING_APPROVAL, lines=lines)


def approve(cast: f.Cast, dr: DisclosureRequest, **changes: object) -> DisclosureRequest:
    given = {"actor": cast.approver, "at": f.AT, "digest_seen": dr.lines_digest}
    return approve_scope(dr.pk, **(given | changes))  # type: ignore[arg-type]


def test_the_scope_is_approved_in_writing_and_bound_to_the_lines(cast: f.Cast, dr: DisclosureRequest) -> None:
    done = approve(cast, dr)
    assert (done.state, done.approved_digest) == ("approved", dr.lines_digest)
    approval = Approval.objects.get(disclosure_request=dr)
    assert (approval.approver, approval.grant, approval.scope_digest) == (cast.approver, cast.grant, dr.lines_digest)
    assert (approval.line_count, approval.recipient_count, approval.response_kind) == (2, 2, "match_flag_only")
    assert (approval.approved_at, approval.approved_on) == (f.AT, f.TODAY)
    assert approval.scope_text == scope_text(dr)
    assert Event.objects.get(disclosure_request=dr, verb="approve").detail["scope_digest"] == dr.lines_digest


def test_the_words_name_lines_recipients_and_the_kind_of_answer(dr: DisclosureRequest) -> None:
    words = scope_text(dr)
    for part in (dr.control_number, "26 U.S.C. 6103(i)(2)", "(2 of 3)", "officials whom those lines name (2)",
                 "yes or no", "returned and not answered: 1."):  # fmt: skip
        assert part in words


def test_lines_that_changed_since_the_page_was_read_are_not_approved(cast: f.Cast, dr: DisclosureRequest) -> None:
    with pytest.raises(Stale, match="Read it again"):
        approve(cast, dr, digest_seen="0" * 64)
    DisclosureRequest.objects.filter(pk=dr.pk).update(lines_digest="1" * 64)
    with pytest.raises(Stale):
        approve(cast, dr)
    with pytest.raises(Stale):
        approve(cast, dr, digest_seen="1" * 64)
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"valid_to": f.TODAY - dt.timedelta(days=1)}, {"valid_from": f.TODAY + dt.timedelta(days=1)},
        {"revoked_at": f.AT}, {"revoked_at": f.AT - dt.timedelta(days=9)},
    ],
)  # fmt: skip
def test_a_delegation_that_is_not_live_approves_nothing(
    cast: f.Cast, dr: DisclosureRequest, change: dict[str, object]
) -> None:
    DelegationGrant.objects.filter(pk=cast.grant.pk).update(**change)
    with pytest.raises(NotNow, match="no live delegation"):
        approve(cast, dr)
    assert not Approval.objects.exists()


def test_a_delegation_for_another_authority_or_of_another_person_approves_nothing(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    DelegationGrant.objects.filter(pk=cast.grant.pk).update(authority=f.the_authority("i1"))
    with pytest.raises(NotNow, match="no live delegation"):
        approve(cast, dr)
    f.a_grant(f.a_person(Role.APPROVER))
    with pytest.raises(NotNow, match="no live delegation"):
        approve(cast, dr)


def test_a_hold_stops_at_the_approval_and_leaves_no_signature(cast: f.Cast, dr: DisclosureRequest) -> None:
    place_hold(
        actor=cast.counsel, at=f.AT, order_reference="D.D.C. 25-0457", reason="Stay.", acts=["approve"],
        starts_on=f.TODAY, disclosure_request=dr,
    )  # fmt: skip
    with pytest.raises(NotNow) as refused:
        approve(cast, dr)
    assert [each.name for each in refused.value.unmet] == ["is_free_of_holds_on_approve"]
    assert not Approval.objects.exists()
    assert f.again(dr).approved_digest == ""


ACTS: dict[str, Callable[[DisclosureRequest, object], object]] = {
    "approve": lambda dr, who: approve_scope(dr.pk, actor=who, at=f.AT, digest_seen=dr.lines_digest),
    "send_back": lambda dr, who: send_back(dr.pk, actor=who, at=f.AT, reason="x"),
    "deny": lambda dr, who: deny_request(dr.pk, actor=who, at=f.AT, code="civil_purpose", reason="x"),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_an_approver_does_it(cast: f.Cast, dr: DisclosureRequest, act: str) -> None:
    for role in set(Role) - {Role.APPROVER}:
        with pytest.raises(NotYours):
            ACTS[act](dr, getattr(cast, role.value))
    assert f.again(dr).state == "awaiting_approval"
    assert not Document.objects.filter(disclosure_request=dr, kind="denial_letter").exists()


@pytest.mark.parametrize("act", ACTS)
def test_it_is_done_in_no_other_state(act: str) -> None:
    cast = f.a_cast()
    for state in (State.IN_LEGAL_REVIEW, State.APPROVED, State.DENIED):
        dr = f.a_request(cast, state)
        with pytest.raises(NotNow):
            ACTS[act](dr, cast.approver)


def test_a_sending_back_needs_a_reason_and_keeps_the_response_clock(cast: f.Cast, dr: DisclosureRequest) -> None:
    with pytest.raises(NotNow, match="reason"):
        send_back(dr.pk, actor=cast.approver, at=f.AT, reason=" ")
    assert send_back(dr.pk, actor=cast.approver, at=f.AT, reason="Look again.").state == "in_legal_review"
    running = set(Clock.objects.filter(disclosure_request=dr, ended_on__isnull=True).values_list("kind", flat=True))
    assert running == {"response", "legal_review"}


def test_a_denial_rests_on_a_ground_of_the_legal_list(cast: f.Cast, dr: DisclosureRequest) -> None:
    for code in ("workload", "policy", "", "Civil purpose"):
        with pytest.raises(BadInput, match="legal list"):
            deny_request(dr.pk, actor=cast.approver, at=f.AT, code=code, reason="x")
    with pytest.raises(NotNow, match="reason"):
        deny_request(dr.pk, actor=cast.approver, at=f.AT, code="civil_purpose", reason="")
    done = deny_request(dr.pk, actor=cast.approver, at=f.AT, code="civil_purpose", reason="It is civil.")
    assert (done.state, done.outcome, done.denial_code, done.ended_at) == ("denied", "denied", "civil_purpose", f.AT)
    letter = Document.objects.get(disclosure_request=dr, kind="denial_letter")
    assert bytes(letter.content).startswith(b"%PDF")
    assert not Clock.objects.filter(disclosure_request=dr, ended_on__isnull=True).exists()


def test_workload_and_policy_are_no_grounds() -> None:
    words = " ".join(f"{code} {label}" for code, label in DenialCode.choices).lower()
    assert "workload" not in words
    assert "policy" not in words
    assert len(DenialCode.values) == 16
