"""Four eyes (design section 3): said by the permissions for every pair, and met by the actions wherever a pair can occur.

The person who tries holds every role, a live delegation, and is a superuser. None of that helps.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from disclosures.actions.release import ask_release
from requests import permissions as may
from requests.actions.approve import approve_scope, deny_request, send_back
from requests.actions.assign import can_work_on
from requests.actions.decide import decide_lines
from requests.actions.errors import NotYours
from requests.actions.intake import return_to_agency
from requests.actions.record import record
from requests.actions.review import clear_legally, determine_impairment, write_analysis
from requests.models import DisclosureRequest, Person
from requests.models.lifecycle import State
from requests.permissions import Role, Stage
from tests import factories as f

FOUR = ["legal_review", "impairment", "approval", "release"]
RULES = {
    "legal_review": [may.can_clear_legally, may.can_decide_findings], "impairment": [may.can_clear_impairment],
    "approval": [may.can_approve, may.can_send_back, may.can_deny], "release": [may.can_release],
    "matching": [may.can_decide_matches],
}  # fmt: skip


def a_user(pk: int = 7) -> SimpleNamespace:
    return SimpleNamespace(
        pk=pk, is_active=True, is_superuser=True, role_names=frozenset(role.value for role in Role), agency_id=None
    )


def acted_in(*stages: str) -> SimpleNamespace:
    return SimpleNamespace(
        people_by_stage={stage: frozenset({7}) for stage in stages}, agency_id=1, state="in_legal_review"
    )


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(FOUR, 2)))
def test_who_acted_in_one_of_the_four_stages_may_not_act_in_another(one: str, other: str) -> None:
    for rule in RULES[other]:
        assert not rule(acted_in(one), a_user())
        assert rule(acted_in(one), a_user(pk=8))
        assert rule(acted_in(other), a_user())


@pytest.mark.parametrize(("one", "other"), [("matching", "approval"), ("matching", "release"),
                                            ("approval", "matching"), ("release", "matching")])  # fmt: skip
def test_who_decides_lines_neither_approves_nor_releases(one: str, other: str) -> None:
    for rule in RULES[other]:
        assert not rule(acted_in(one), a_user())
        assert rule(acted_in(one), a_user(pk=8))


def test_returning_out_of_legal_review_is_an_act_of_legal_review() -> None:
    for stage in ("impairment", "approval", "release"):
        assert not may.can_return_imperfect(acted_in(stage), a_user())
    assert may.can_return_imperfect(acted_in("legal_review", "intake"), a_user())


def test_intake_stands_apart_from_nobody() -> None:
    for rules in RULES.values():
        for rule in rules:
            assert rule(acted_in("intake"), a_user())


def test_the_roles_that_may_not_be_held_together_hold_the_pairs_of_four_eyes() -> None:
    role_of = {
        "legal_review": Role.COUNSEL, "impairment": Role.IMPAIRMENT, "approval": Role.APPROVER, "release": Role.RELEASER,
        "matching": Role.MATCHER,
    }  # fmt: skip
    for stage, others in may.APART.items():
        for other in others:
            assert frozenset({role_of[stage], role_of[other]}) in may.CONFLICTING_ROLES
    for asking, answering in itertools.product(may.AGENCY_ROLES, may.OFFICE_ROLES):
        assert frozenset({asking, answering}) in may.CONFLICTING_ROLES


# --- by the actions ---

REASON = "Asked, and nothing is known."
ACT: dict[str, Callable[[DisclosureRequest, Person], object]] = {
    "legal_review": lambda dr, person: write_analysis(
        dr.pk, actor=person, at=f.AT, code="x", authority="x", procedure="x"
    ),
    "impairment": lambda dr, person: determine_impairment(
        dr.pk, actor=person, at=f.AT, determined_date=f.TODAY, reason=REASON
    ),
    "approval": lambda dr, person: approve_scope(
        dr.pk, actor=person, at=f.AT, digest_seen=f.again(dr).lines_digest
    ),
    "release": lambda dr, person: ask_release(dr.pk, actor=person, at=f.AT),
}  # fmt: skip
STATE_OF = {
    "legal_review": State.IN_LEGAL_REVIEW, "impairment": State.IN_IMPAIRMENT_CHECK,
    "approval": State.AWAITING_APPROVAL, "release": State.AWAITING_RELEASE,
}  # fmt: skip
WHO = {"legal_review": "counsel", "impairment": "impairment", "approval": "approver", "release": "releaser"}


def somebody_with_everything() -> Person:
    person = f.a_person(*Role, is_superuser=True)
    f.a_grant(person)
    return person


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(FOUR, 2)))
def test_a_person_with_every_role_takes_the_first_stage_and_is_refused_the_later_one(one: str, other: str) -> None:
    person = somebody_with_everything()
    cast = dataclasses.replace(f.a_cast(), **{WHO[one]: person})
    dr = f.a_request(cast, STATE_OF[other])
    assert person.pk in dr.people_by_stage[one]
    with pytest.raises(NotYours):
        ACT[other](dr, person)
    assert not can_work_on(dr, person)
    assert f.again(dr).state == STATE_OF[other]
    ACT[other](dr, somebody_with_everything())


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["impairment", "approval"])
def test_nobody_goes_back_into_legal_review_after_a_later_stage(first: str) -> None:
    person = somebody_with_everything()
    cast = dataclasses.replace(f.a_cast(), **{WHO[first]: person})
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    send_back(dr.pk, actor=cast.approver, at=f.AT, reason="Look at the titles again.")
    for act in (
        lambda: ACT["legal_review"](dr, person),
        lambda: clear_legally(dr.pk, actor=person, at=f.AT),
        lambda: return_to_agency(dr.pk, actor=person, at=f.AT),
        lambda: decide_lines(dr.pk, actor=person, at=f.AT, numbers=[1], decision="accept", reason="x"),
    ):
        with pytest.raises(Exception) as refused:
            act()
        assert type(refused.value).__name__ in ("NotYours", "NotNow")
    with pytest.raises(NotYours):
        ACT["legal_review"](dr, person)


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["approval", "release"])
def test_nobody_renews_the_impairment_determination_of_what_they_approved_or_release(first: str) -> None:
    person = somebody_with_everything()
    cast = dataclasses.replace(f.a_cast(), **{WHO[first]: person})
    dr = f.a_request(cast, State.AWAITING_RELEASE)
    if first == "release":
        ACT["release"](dr, person)
    with pytest.raises(NotYours):
        ACT["impairment"](dr, person)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["approve", "send_back", "deny", "release"])
def test_counsel_who_decided_a_line_neither_approves_nor_releases_it(act: str) -> None:
    person = somebody_with_everything()
    cast = f.a_cast()
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(1), f.a_line_in_question(2)])
    decide_lines(dr.pk, actor=person, at=f.AT, numbers=[2], decision="return", reason="No delivery line.")
    f.analyse(cast, dr)
    clear_legally(dr.pk, actor=cast.counsel, at=f.AT)
    f.determine(cast, dr)
    if act == "release":
        f.approve(cast, dr)
        f.start_comparison(dr)
        f.finish_comparison(dr)
    acts: dict[str, Callable[[], object]] = {
        "approve": lambda: ACT["approval"](dr, person),
        "send_back": lambda: send_back(dr.pk, actor=person, at=f.AT, reason="x"),
        "deny": lambda: deny_request(dr.pk, actor=person, at=f.AT, code="civil_purpose", reason="x"),
        "release": lambda: ACT["release"](dr, person),
    }
    with pytest.raises(NotYours):
        acts[act]()


@pytest.mark.django_db
def test_a_matcher_who_decided_a_line_does_not_release_it() -> None:
    person = somebody_with_everything()
    dr = f.a_request(f.a_cast(), State.AWAITING_RELEASE)
    record("decide_match", actor=person, at=f.AT, disclosure_request=dr, stage=Stage.MATCHING)
    with pytest.raises(NotYours):
        ACT["release"](dr, person)


@pytest.mark.django_db
def test_the_refusal_says_in_which_stage_the_person_acted_before() -> None:
    person = somebody_with_everything()
    cast = dataclasses.replace(f.a_cast(), counsel=person)
    dr = f.a_request(cast, State.IN_IMPAIRMENT_CHECK)
    with pytest.raises(NotYours, match=r"already acted in legal review.*[Ff]our eyes"):
        ACT["impairment"](dr, person)


@pytest.mark.django_db
def test_a_refusal_for_want_of_the_role_does_not_blame_four_eyes() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    f.analyse(cast, dr)
    with pytest.raises(NotYours, match="Your role does not take this step"):
        clear_legally(dr.pk, actor=cast.intake, at=f.AT)
