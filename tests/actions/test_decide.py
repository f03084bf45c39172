"""Counsel's decisions about lines in question and findings about the whole request."""

from __future__ import annotations

import pytest

from requests.actions.decide import decide_finding, decide_lines, undo_line_decision
from requests.actions.errors import ActionError, BadInput, NotNow, NotYours
from requests.models import DisclosureRequest, Event, Finding, Line, LineDecision
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
SAME_HOUSE = {"address": "12 Elm Street, Evanston, IL 60201"}


def in_review(cast: f.Cast) -> DisclosureRequest:
    """Eleven subjects at one address and one at General Delivery, all in question; line 13 is complete."""
    lines = [f.a_line(number, **SAME_HOUSE) for number in range(1, 12)]
    return f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[*lines, f.a_line_in_question(12), f.a_line(13)])


def decide(cast: f.Cast, dr: DisclosureRequest, **changes: object) -> int:
    given = {"actor": cast.counsel, "at": f.AT, "numbers": [1], "decision": "accept", "reason": "A shelter."}
    return decide_lines(dr.pk, **(given | changes))  # type: ignore[arg-type]


def standings(dr: DisclosureRequest) -> dict[int, str]:
    return dict(Line.objects.filter(disclosure_request=dr).values_list("number", "standing"))


def test_lines_are_accepted_or_returned_with_one_reason() -> None:
    cast = f.a_cast()
    dr = in_review(cast)
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
    changes: dict[str, object], error: type[ActionError], words: str
) -> None:
    cast = f.a_cast()
    dr = in_review(cast)
    with pytest.raises(error, match=words):
        decide(cast, dr, **changes)
    assert f.again(dr).questioned_count == 12
    assert not LineDecision.objects.exists()


def test_a_line_without_a_delivery_line_is_never_accepted() -> None:
    cast = f.a_cast()
    homeless = f.a_line(2, address="Homeless, Evanston, IL 60201")
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(1), homeless])
    assert standings(dr)[2] == "questioned"
    with pytest.raises(BadInput, match="Line 2 has no delivery line"):
        decide(cast, dr, numbers=[2])
    assert decide(cast, dr, numbers=[2], decision="return") == 1


def test_a_line_is_decided_once() -> None:
    cast = f.a_cast()
    dr = in_review(cast)
    decide(cast, dr)
    with pytest.raises(NotNow, match="Line 1 is not in question any more"):
        decide(cast, dr, decision="return")


def test_a_decision_is_taken_back_by_the_one_who_made_it() -> None:
    cast = f.a_cast()
    dr = in_review(cast)
    decide(cast, dr)
    with pytest.raises(NotYours, match="Only the person who decided"):
        undo_line_decision(dr.pk, actor=f.a_person(Role.COUNSEL), at=f.AT, number=1)
    undo_line_decision(dr.pk, actor=cast.counsel, at=f.AT, number=1)
    assert f.again(dr).questioned_count == 12
    with pytest.raises(NotNow, match="no decision to take back"):
        undo_line_decision(dr.pk, actor=cast.counsel, at=f.AT, number=1)
    assert decide(cast, dr, decision="return") == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNSEL])
def test_nobody_but_counsel_decides(role: Role) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line_in_question(1)])
    with pytest.raises(NotYours):
        decide(cast, dr, actor=getattr(cast, role.value))


@pytest.mark.parametrize("state", [state for state in State if state != State.IN_LEGAL_REVIEW])
def test_nothing_is_decided_outside_legal_review(state: State) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow):
        decide(cast, dr)
    with pytest.raises(NotNow):
        decide_finding(dr.pk, actor=cast.counsel, at=f.AT, code="V13", decision="accept", reason="x")


def test_a_finding_about_the_request_is_decided_in_writing() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(number) for number in range(1, 52)])
    given = {"actor": cast.counsel, "at": f.AT, "code": "V13", "decision": "accept", "reason": "A task force."}
    for wrong, words in (
        ({"reason": ""}, "Reason"), ({"code": "V77"}, "no finding V77"), ({"decision": "maybe"}, "Decision"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=words):
            decide_finding(dr.pk, **(given | wrong))  # type: ignore[arg-type]
    found = decide_finding(dr.pk, **given)  # type: ignore[arg-type]
    assert (found.decision, found.decided_by, found.reason) == ("accept", cast.counsel, "A task force.")


def test_what_blocks_the_request_is_never_waved_through() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    Finding.objects.create(
        disclosure_request=dr, version=1, code="V14", verdict="block",
        rule_set=Line.objects.filter(disclosure_request=dr).first().rule_set,
    )  # fmt: skip
    given = {"actor": cast.counsel, "at": f.AT, "code": "V14", "reason": "x"}
    with pytest.raises(BadInput, match="V14 blocks the request"):
        decide_finding(dr.pk, decision="accept", **given)  # type: ignore[arg-type]
    assert decide_finding(dr.pk, decision="return", **given).decision == "return"  # type: ignore[arg-type]
