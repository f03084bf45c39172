"""Counsel's decisions about lines in question and findings about the whole request."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.audit.replay import replay
from requests.actions.approve import send_back
from requests.actions.decide import decide_finding, decide_group, decide_lines, undo_decision, undo_line_decision
from requests.actions.errors import ActionError, BadInput, Missing, NotNow, NotYours, Stale
from requests.actions.intake import pass_to_legal_review
from requests.groups import By, Group, Shown, entries, members, shown
from requests.models import DisclosureRequest, Event, Finding, Line, LineDecision
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.queries import line_counts
from tests import factories as f

pytestmark = pytest.mark.django_db
SAME_HOUSE = {"address": "12 Elm Street, Evanston, IL 60201"}


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    """Eleven subjects at one address and one at General Delivery, all in question; line 13 is complete."""
    cast = f.a_cast()
    lines = [f.a_line(number, **SAME_HOUSE) for number in range(1, 12)]
    return cast, f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[*lines, f.a_line_in_question(12), f.a_line(13)])


def decide(cast: f.Cast, dr: DisclosureRequest, **changes: object) -> int:
    given = {"actor": cast.counsel, "at": f.AT, "numbers": [1], "decision": "accept", "reason": "A shelter."}
    return decide_lines(dr.pk, **(given | changes))  # type: ignore[arg-type]


def standings(dr: DisclosureRequest) -> dict[int, str]:
    return dict(Line.objects.filter(disclosure_request=dr).values_list("number", "standing"))


def test_lines_are_accepted_or_returned_with_one_reason(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert decide(cast, dr, numbers=range(1, 6)) == 5
    assert decide(cast, dr, numbers=[6, 12], decision="return") == 2
    now = f.again(dr)
    assert (now.accepted_count, now.returned_count, now.questioned_count, now.complete_count) == (5, 2, 5, 1)
    assert standings(dr)[1] == "accepted"
    assert standings(dr)[12] == "returned"
    event = Event.objects.filter(disclosure_request=dr, verb="decide_lines").first()
    assert (event.stage, event.reason, event.detail["lines"], event.detail["decision"]) == (
        "legal_review", "A shelter.", 5, "accept",
    )  # fmt: skip
    decision = LineDecision.objects.get(line__disclosure_request=dr, line__number=1)
    assert (decision.decided_by, decision.reason) == (cast.counsel, "A shelter.")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"reason": " "}, BadInput, "Reason: it is empty"), ({"decision": "maybe"}, BadInput, "Decision: "),
        ({"numbers": []}, BadInput, "Lines: none is chosen"),
        ({"numbers": [1, 99]}, BadInput, "Line 99 is not a line of this request"),
        ({"numbers": [1, 13]}, NotNow, "Line 13 is not in question"),
    ],
)  # fmt: skip
def test_a_wrong_decision_says_where_and_how_to_mend_it_and_decides_nothing(
    cast: f.Cast, dr: DisclosureRequest, changes: dict[str, object], error: type[ActionError], words: str
) -> None:
    with pytest.raises(error, match=words):
        decide(cast, dr, **changes)
    assert f.again(dr).questioned_count == 12
    assert not LineDecision.objects.exists()


def test_a_line_without_a_delivery_line_is_never_accepted(cast: f.Cast) -> None:
    homeless = f.a_line(2, address="Homeless, Evanston, IL 60201")
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(1), homeless])
    assert standings(dr)[2] == "questioned"
    with pytest.raises(BadInput, match="Line 2 has no delivery line"):
        decide(cast, dr, numbers=[2])
    assert decide(cast, dr, numbers=[2], decision="return") == 1


def test_a_line_is_decided_once(cast: f.Cast, dr: DisclosureRequest) -> None:
    decide(cast, dr)
    with pytest.raises(NotNow, match="Line 1 is not in question any more"):
        decide(cast, dr, decision="return")


def test_a_decision_is_taken_back_by_the_one_who_made_it(cast: f.Cast, dr: DisclosureRequest) -> None:
    decide(cast, dr)
    with pytest.raises(NotYours, match="Only the person who decided"):
        undo_line_decision(dr.pk, actor=f.a_person(Role.COUNSEL), at=f.AT, number=1)
    undo_line_decision(dr.pk, actor=cast.counsel, at=f.AT, number=1)
    assert f.again(dr).questioned_count == 12
    with pytest.raises(NotNow, match="no decision to take back"):
        undo_line_decision(dr.pk, actor=cast.counsel, at=f.AT, number=1)
    assert decide(cast, dr, decision="return") == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNSEL])
def test_nobody_but_counsel_decides(cast: f.Cast, role: Role) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line_in_question(1)])
    with pytest.raises(NotYours):
        decide(cast, dr, actor=getattr(cast, role.value))


@pytest.mark.parametrize("state", [state for state in State if state != State.IN_LEGAL_REVIEW])
def test_nothing_is_decided_outside_legal_review(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow):
        decide(cast, dr)
    with pytest.raises(NotNow):
        decide_finding(dr.pk, actor=cast.counsel, at=f.AT, code="V13", decision="accept", reason="x")


def test_a_finding_about_the_request_is_decided_in_writing(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(number) for number in range(1, 52)])
    given = {"actor": cast.counsel, "at": f.AT, "code": "V13", "decision": "accept", "reason": "A task force."}
    for wrong, words in (
        ({"reason": ""}, "Reason"), ({"code": "V77"}, "no finding V77"), ({"decision": "maybe"}, "Decision"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=words):
            decide_finding(dr.pk, **(given | wrong))  # type: ignore[arg-type]
    found = decide_finding(dr.pk, **given)  # type: ignore[arg-type]
    assert (found.decision, found.decided_by, found.reason) == ("accept", cast.counsel, "A task force.")


def test_what_blocks_the_request_is_never_waved_through(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    Finding.objects.create(
        disclosure_request=dr, version=1, code="V14", verdict="block",
        rule_set=Line.objects.filter(disclosure_request=dr).first().rule_set,
    )  # fmt: skip
    given = {"actor": cast.counsel, "at": f.AT, "code": "V14", "reason": "x"}
    with pytest.raises(BadInput, match="V14 blocks the request"):
        decide_finding(dr.pk, decision="accept", **given)  # type: ignore[arg-type]
    assert decide_finding(dr.pk, decision="return", **given).decision == "return"  # type: ignore[arg-type]


# --- a group at a time ---

SHELTER = Group("V08", By.ADDRESS, 1)


def group_of(dr: DisclosureRequest, group: Group = SHELTER) -> Shown:
    return shown(members(dr.pk, group))


def decide_shelter(cast: f.Cast, dr: DisclosureRequest, **changes: object) -> int:
    given = {
        "actor": cast.counsel, "at": f.AT, "group": SHELTER, "seen": group_of(dr).digest, "decision": "accept",
        "reason": "A shelter.",
    }  # fmt: skip
    return decide_group(dr.pk, **(given | changes))  # type: ignore[arg-type]


def test_a_group_is_decided_whole_by_one_act_with_one_reason(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert decide_shelter(cast, dr) == 11
    now = f.again(dr)
    assert (now.accepted_count, now.questioned_count, now.returned_count, now.complete_count) == (11, 1, 0, 1)
    assert line_counts(dr.pk)[0]["accepted"] == 11
    assert standings(dr)[12] == "questioned"
    event = Event.objects.get(disclosure_request=dr, verb="decide_lines")
    assert (event.actor, event.stage, event.reason) == (cast.counsel, "legal_review", "A shelter.")
    assert (event.detail["lines"], event.detail["first"], event.detail["last"], event.detail["left"]) == (11, 1, 11, 0)
    decided = LineDecision.objects.filter(line__disclosure_request=dr)
    assert set(decided.values_list("decision", "reason", "decided_by", "decided_at")) == {
        ("accept", "A shelter.", cast.counsel.pk, f.AT)
    }


def test_a_group_holds_what_reads_alike_however_it_was_typed_and_nothing_else(cast: f.Cast) -> None:
    parts = {"address": "", "street": "12 Elm  Street", "city": "EVANSTON", "state": "il", "zip": "60201"}
    lines = [f.a_line(number, **SAME_HOUSE) for number in range(1, 11)]
    dr = f.a_request(
        cast, State.IN_LEGAL_REVIEW,
        lines=[*(line | dict.fromkeys(parts, "") | {"address": line["address"]} for line in lines), f.a_line(11, **parts),
               *(f.a_line(number, **parts | {"street": "14 Elm Street"}) for number in range(12, 24))],
    )  # fmt: skip
    assert set(members(dr.pk, SHELTER).values_list("number", flat=True)) == set(range(1, 12))
    assert group_of(dr, Group("V08", By.RULE, 0)).count == 23
    found = entries(dr.pk, "V08", By.ADDRESS, most=5)
    assert [(each.count, each.first.number) for each in found] == [(12, 12), (11, 1)]
    assert [each.first.number for each in entries(dr.pk, "V08", By.ADDRESS, most=5, after=(12, 12))] == [1]


def test_lines_without_a_delivery_line_stay_when_their_group_is_accepted(cast: f.Cast) -> None:
    nowhere = [f.a_line(number, address="Homeless, Evanston, IL 60201") for number in (2, 3)]
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line_in_question(1), *nowhere])
    both = Group("V06", By.RULE, 0)
    assert (group_of(dr, both).count, group_of(dr, both).without_delivery_line) == (3, 2)
    assert decide_shelter(cast, dr, group=both, seen=group_of(dr, both).digest) == 1
    assert standings(dr) == {1: "accepted", 2: "questioned", 3: "questioned"}
    assert Event.objects.get(verb="decide_lines").detail["left"] == 2
    with pytest.raises(BadInput, match="none of these lines has a delivery line"):
        decide_shelter(cast, dr, group=both, seen=group_of(dr, both).digest)
    assert decide_shelter(cast, dr, group=both, seen=group_of(dr, both).digest, decision="return") == 2
    assert standings(dr) == {1: "accepted", 2: "returned", 3: "returned"}


def test_a_group_that_is_not_as_it_was_shown_is_not_decided(cast: f.Cast, dr: DisclosureRequest) -> None:
    seen = group_of(dr).digest
    decide(cast, dr, numbers=[4])
    with pytest.raises(Stale, match="10 of its lines are in question now"):
        decide_shelter(cast, dr, seen=seen)
    assert LineDecision.objects.count() == 1


def test_a_line_that_joined_after_the_page_was_shown_refuses_the_decision(cast: f.Cast) -> None:
    lines = [f.a_line(number, **SAME_HOUSE) for number in range(1, 12)]
    dr = f.a_request(cast, State.IN_INTAKE, lines=[*lines, f.a_defective_line(12)])
    seen = group_of(dr).digest
    f.load(dr, [f.a_line(12, **SAME_HOUSE)], actor=cast.requester, replace=False)
    f.sign(cast, dr)
    pass_to_legal_review(dr.pk, actor=cast.intake, at=f.AT)
    with pytest.raises(Stale, match="12 of its lines are in question now"):
        decide_shelter(cast, dr, seen=seen)
    assert decide_shelter(cast, dr) == 12


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"reason": " "}, BadInput, "Reason: it is empty"), ({"decision": "maybe"}, BadInput, "Decision: "),
        ({"seen": ""}, Stale, "not the one that was shown"),
        ({"group": Group("V10", By.STATUTE, 1), "seen": ""}, NotNow, "No line of this group"),
    ],
)  # fmt: skip
def test_a_wrong_decision_about_a_group_decides_nothing(
    cast: f.Cast, dr: DisclosureRequest, changes: dict[str, object], error: type[ActionError], words: str
) -> None:
    with pytest.raises(error, match=words):
        decide_shelter(cast, dr, **changes)
    assert f.again(dr).questioned_count == 12


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNSEL])
def test_nobody_but_counsel_decides_a_group(cast: f.Cast, role: Role) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line_in_question(1)])
    group = Group("V06", By.ADDRESS, 1)
    with pytest.raises(NotYours):
        decide_shelter(cast, dr, actor=getattr(cast, role.value), group=group, seen=group_of(dr, group).digest)


def test_who_approved_or_sent_back_decides_no_group(cast: f.Cast) -> None:
    both = f.a_person(Role.APPROVER, Role.COUNSEL)  # no account holds both; the act refuses it all the same
    f.a_grant(both)
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    send_back(dr.pk, actor=both, at=f.AT, reason="Look again.")
    with pytest.raises(NotYours):
        decide_shelter(cast, dr, actor=both, seen="")


def test_a_decision_about_a_group_is_taken_back_whole_by_the_one_who_made_it(cast: f.Cast, dr: DisclosureRequest) -> None:
    decide(cast, dr, numbers=[12], decision="return")
    decide_shelter(cast, dr, at=f.AT + dt.timedelta(minutes=1))
    made = Event.objects.get(verb="decide_lines", detail__lines=11)
    undo_line_decision(dr.pk, actor=cast.counsel, at=f.AT, number=3)
    with pytest.raises(NotYours, match="Only the person who decided"):
        undo_decision(dr.pk, actor=f.a_person(Role.COUNSEL), at=f.AT, event_id=made.pk)
    with pytest.raises(Missing):
        undo_decision(f.a_request(cast, State.IN_LEGAL_REVIEW).pk, actor=cast.counsel, at=f.AT, event_id=made.pk)
    assert undo_decision(dr.pk, actor=cast.counsel, at=f.AT, event_id=made.pk) == 10
    now = f.again(dr)
    assert (now.questioned_count, now.accepted_count, now.returned_count) == (11, 0, 1)
    assert [LineDecision.objects.get().line.number, standings(dr)[12]] == [12, "returned"]
    with pytest.raises(NotNow, match="Nothing of this decision is left"):
        undo_decision(dr.pk, actor=cast.counsel, at=f.AT, event_id=made.pk)


def test_counts_that_follow_decisions_are_those_of_the_lines(cast: f.Cast, dr: DisclosureRequest) -> None:
    decide_shelter(cast, dr)
    undo_line_decision(dr.pk, actor=cast.counsel, at=f.AT, number=5)
    decide(cast, dr, numbers=[5, 12], decision="return")
    assert replay(f.again(dr)) == []
