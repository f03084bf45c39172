"""The table of design section 3, written out by hand and walked: every state, every verb, everybody.

Where a verb does not lead out of a state it is refused to everybody alike, as not now. Where it does, and everything
that must hold holds, it is done for whom the table names and refused to all others, as not theirs.
"""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import transaction

from requests.actions.advance import advance, prepare, refuse_unless_allowed
from requests.actions.errors import NotNow, NotYours
from requests.models import Approval, DisclosureRequest, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.queries import sources, transitions
from tests import factories as f

pytestmark = pytest.mark.django_db

STATES = [
    "draft", "submitted", "in_intake", "returned", "in_legal_review", "in_impairment_check", "awaiting_approval",
    "approved", "awaiting_release", "responded", "denied", "withdrawn", "lapsed", "closed",
]  # fmt: skip
VERBS = [
    "submit", "receive", "return_imperfect", "resubmit", "perfect", "clear_legally", "clear_impairment", "approve",
    "send_back", "deny", "complete_matching", "release", "close", "withdraw", "lapse",
]  # fmt: skip
ROLES = [
    "requester", "official", "intake", "counsel", "impairment", "approver", "matcher", "releaser", "auditor",
    "director", "admin", "recipient",
]  # fmt: skip
# Besides one person of each role: the system, a superuser without a role, an official of another agency, somebody with
# no role at all, and an intake officer whose account is closed.
ACTORS = [*ROLES, "system", "superuser", "foreign official", "nobody", "closed account"]

# (state, verb) -> where it leads, and who may. Nothing else is possible.
TABLE = {
    ("draft", "submit"): ("submitted", {"official"}),
    ("submitted", "receive"): ("in_intake", {"intake"}),
    ("in_intake", "return_imperfect"): ("returned", {"intake"}),
    ("in_legal_review", "return_imperfect"): ("returned", {"counsel"}),
    ("returned", "resubmit"): ("submitted", {"official"}),
    ("in_intake", "perfect"): ("in_legal_review", {"intake"}),
    ("in_legal_review", "clear_legally"): ("in_impairment_check", {"counsel"}),
    ("in_impairment_check", "clear_impairment"): ("awaiting_approval", {"impairment"}),
    ("awaiting_approval", "approve"): ("approved", {"approver"}),
    ("awaiting_approval", "send_back"): ("in_legal_review", {"approver"}),
    ("awaiting_approval", "deny"): ("denied", {"approver"}),
    ("approved", "complete_matching"): ("awaiting_release", {"system"}),
    ("awaiting_release", "release"): ("responded", {"releaser"}),
    ("responded", "close"): ("closed", {"intake", "system"}),
    ("denied", "close"): ("closed", {"intake", "system"}),
    ("returned", "lapse"): ("lapsed", {"system"}),
    ("draft", "withdraw"): ("withdrawn", {"official"}),
    ("submitted", "withdraw"): ("withdrawn", {"official"}),
    ("in_intake", "withdraw"): ("withdrawn", {"official"}),
    ("returned", "withdraw"): ("withdrawn", {"official"}),
    ("in_legal_review", "withdraw"): ("withdrawn", {"official"}),
    ("in_impairment_check", "withdraw"): ("withdrawn", {"official"}),
    ("awaiting_approval", "withdraw"): ("withdrawn", {"official"}),
    ("approved", "withdraw"): ("withdrawn", {"official"}),
    ("awaiting_release", "withdraw"): ("withdrawn", {"official"}),
}
OUTCOMES = {"responded": "answered", "denied": "denied", "withdrawn": "withdrawn", "lapsed": "lapsed"}


def actors(cast: f.Cast) -> dict[str, Person | None]:
    """Everybody of ``ACTORS``: people who have not yet acted on the request that ``cast`` brought here."""
    agency_roles = {"requester", "official", "recipient"}
    fresh = f.people(*((role, (Role(role),), cast.agency if role in agency_roles else None) for role in ROLES))
    everybody: dict[str, Person | None] = dict(zip(ROLES, fresh, strict=True))
    closed = f.a_person(Role.INTAKE)
    closed.is_active = False
    return everybody | {
        "system": None, "superuser": f.a_person(is_superuser=True), "nobody": f.a_person(), "closed account": closed,
        "foreign official": f.a_person(Role.OFFICIAL, agency=f.an_agency()),
    }  # fmt: skip


def ready(cast: f.Cast, state: str, verb: str) -> tuple[DisclosureRequest, dt.datetime]:
    """A request in this state for which everything holds that the verb asks for, and the moment to act."""
    at = f.AT
    if verb == "return_imperfect":
        dr = f.a_request(cast, State(state), lines=[f.a_line(1), f.a_defective_line(2)])
        DisclosureRequest.objects.filter(pk=dr.pk).update(defect_count=1, listed_defect_count=1)
        return dr, at
    dr = f.a_request(cast, State(state))
    these = DisclosureRequest.objects.filter(pk=dr.pk)
    if verb == "submit":
        these.update(signed_version=dr.version, signed_digest=dr.lines_digest)
    elif verb == "receive":
        these.update(received_date=f.TODAY, channel="page", signatory_judged_version=dr.version)
    elif verb == "resubmit":
        f.load(dr, [f.a_line()], actor=cast.requester)
        dr = f.again(dr)
        these.update(signed_version=dr.version, signed_digest=dr.lines_digest)
    elif verb == "clear_legally":
        f.analyse(cast, dr)
    elif verb == "clear_impairment":
        these.update(impairment_determined_date=f.TODAY)
    elif verb == "approve":
        Approval.objects.create(
            disclosure_request=dr, version=dr.version, approver=cast.approver, grant=cast.grant,
            scope_text="I approve.", scope_digest=dr.lines_digest, line_count=1, recipient_count=1, response_kind="match_flag_only",
            approved_at=at, approved_on=f.TODAY,
        )  # fmt: skip
        these.update(approved_digest=dr.lines_digest)
    elif verb == "deny":
        these.update(denial_code="civil_purpose")
    elif verb == "complete_matching":
        these.update(no_count=1)
    elif verb == "release":
        these.update(answers_digest="0" * 64, accounted_count=1)
    elif verb in ("lapse", "close") and state != "denied":
        at = f.after_window(dr, "reply" if verb == "lapse" else "receipt")
    return dr, at


def refusal(dr: DisclosureRequest, verb: str, actor: Person | None) -> type[Exception] | None:
    """What ``advance`` raises for this person before it moves anything; None where it would go on."""
    try:
        refuse_unless_allowed(dr, verb, actor=actor)
    except (NotNow, NotYours) as error:
        return type(error)
    return None


@pytest.mark.parametrize(("state", "verb"), TABLE)
def test_a_step_is_taken_by_those_whom_the_table_names_and_refused_to_all_others(state: str, verb: str) -> None:
    cast = f.a_cast()
    dr, at = ready(cast, state, verb)
    target, allowed = TABLE[state, verb]
    everybody = actors(cast)
    assert set(everybody) == set(ACTORS)
    prepared = prepare(f.again(dr), at=at, reason="Because.")
    for who, actor in everybody.items():
        expected = None if who in allowed else NotYours
        assert refusal(prepared, verb, actor) is expected, f"{who}: {verb} from {state}"
    with pytest.raises(NotYours):
        advance(dr.pk, verb, actor=everybody["superuser"], at=at, reason="Because.")
    for who in allowed:
        point = transaction.savepoint()
        reached = advance(dr.pk, verb, actor=everybody[who], at=at, reason="Because.")
        assert (reached.state, reached.outcome) == (target, OUTCOMES.get(target, dr.outcome))
        assert (f.again(dr).state, f.again(dr).outcome) == (reached.state, reached.outcome)
        transaction.savepoint_rollback(point)
    assert f.again(dr).state == state


@pytest.mark.parametrize("state", STATES)
def test_a_verb_that_does_not_lead_out_of_a_state_is_refused_to_everybody_as_not_now(state: str) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State(state))
    everybody = actors(cast)
    prepared = prepare(f.again(dr), at=f.AT, reason="Because.")
    turn = itertools.cycle(everybody.values())
    for verb in [verb for verb in VERBS if (state, verb) not in TABLE]:
        for who, actor in everybody.items():
            assert refusal(prepared, verb, actor) is NotNow, f"{who}: {verb} from {state}"
        with pytest.raises(NotNow):
            advance(dr.pk, verb, actor=next(turn), at=f.AT, reason="Because.")
    assert f.again(dr).state_number == dr.state_number


def test_the_names_of_the_table_are_those_of_the_design_and_the_code_has_no_others() -> None:
    assert set(STATES) == set(State.values)
    assert set(VERBS) == set(transitions())
    assert set(ROLES) == {role.value for role in Role}
    assert {(state, verb) for verb in VERBS for state in sources(verb)} == set(TABLE)


def test_the_outcome_stays_when_an_ended_request_is_closed() -> None:
    cast = f.a_cast()
    answered = f.a_request(cast, State.CLOSED)
    assert answered.outcome == "answered"
    denied = f.a_request(cast, State.DENIED)
    assert advance(denied.pk, "close", actor=cast.intake, at=f.AT).outcome == "denied"
