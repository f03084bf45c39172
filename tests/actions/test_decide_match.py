"""Undecided lines: what one matcher may say, what needs two, and what is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from disclosures.actions.decide_match import decide_match, undo_match_decision
from disclosures.actions.match import match_request
from disclosures.models import MatchDecision, MatchResult
from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.actions.hold import place_hold
from requests.models import Event, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from tests.actions.registry_rows import line_about, person, registry_of
from tests.factories import AT, TODAY, Cast, a_cast, a_line, a_person, a_request, again

WHY = "Looked at both sides."
SPELLED_OTHERWISE = {"last_name": "Okafer", "tin": ""}
OTHER_UNIT = {"unit": "Apt 4", "tin": ""}


@pytest.fixture
def cast(db: None) -> Cast:
    return a_cast()


@pytest.fixture
def second(db: None) -> Person:
    return a_person(Role.MATCHER)


def compared(cast: Cast, folder: Path, *changes: dict[str, str], records: tuple[dict[str, str], ...] = (person(),)) -> Any:
    """A request whose lines differ from the record like this, compared; it waits for a matcher."""
    registry_of(folder, *records)
    lines = [line_about(number, person(**change)) for number, change in enumerate(changes, start=1)]
    dr = a_request(cast, State.APPROVED, lines=[*lines, a_line(9)])
    match_request(dr.pk, at=AT)
    assert again(dr).state == State.APPROVED
    return dr


def result(dr: Any, number: int = 1) -> MatchResult:
    return MatchResult.objects.get(run__disclosure_request=dr, line__number=number)


def decide(dr: Any, who: Person, choice: str, *, number: int = 1, **inputs: str) -> MatchResult:
    return decide_match(result(dr, number).pk, actor=who, at=AT, choice=choice, **{"reason": WHY, **inputs})


def counts(dr: Any) -> tuple[int, int, int, int]:
    now = again(dr)
    return now.yes_count, now.no_count, now.undecided_count, now.not_answered_count


@pytest.mark.parametrize(("choice", "expected"), [("no", (0, 2, 0, 0)), ("return", (0, 1, 0, 1))])
def test_one_matcher_decides_no_or_return_at_once(
    cast: Cast, tmp_path: Path, choice: str, expected: tuple[int, int, int, int]
) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT)
    decided = decide(dr, cast.matcher, choice)
    assert (decided.resolution, decided.taxpayer_ref) == (choice, "")
    assert counts(dr) == expected
    assert again(dr).state == State.AWAITING_RELEASE


def test_a_yes_waits_for_a_second_matcher_who_agrees(cast: Cast, second: Person, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, SPELLED_OTHERWISE)
    decide(dr, cast.matcher, "yes")
    assert result(dr).resolution == ""
    assert counts(dr) == (0, 1, 1, 0)
    decide(dr, second, "yes")
    assert (result(dr).resolution, result(dr).taxpayer_ref) == ("yes", "T1")
    assert counts(dr) == (1, 1, 0, 0)
    assert again(dr).state == State.AWAITING_RELEASE


def test_a_second_matcher_who_says_no_makes_it_a_no(cast: Cast, second: Person, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, SPELLED_OTHERWISE)
    decide(dr, cast.matcher, "yes")
    decide(dr, second, "no")
    assert result(dr).resolution == "no"


def test_the_same_matcher_cannot_be_both(cast: Cast, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, SPELLED_OTHERWISE)
    decide(dr, cast.matcher, "yes")
    with pytest.raises(NotNow, match="You decided this line already"):
        decide(dr, cast.matcher, "yes")
    assert result(dr).resolution == ""


@pytest.mark.parametrize(
    "change",
    [
        OTHER_UNIT,
        {"street": "1712 N Wesley Ave SW", "tin": ""},
        {"zip": "60202", "tin": ""},
        {"suffix": "", "tin": ""},
        {"street": "77 Hurd Road", "unit": ""},  # name and TIN alone
        {"tin": "900-11-2223"},
        {"date_of_birth": "1980-03-05", "tin": ""},
    ],
)
def test_with_a_component_different_or_missing_nobody_can_say_yes(cast: Cast, tmp_path: Path, change: dict[str, str]) -> None:
    dr = compared(cast, tmp_path, change)
    assert not result(dr).can_be_yes
    with pytest.raises(BadInput, match="no and return"):
        decide(dr, cast.matcher, "yes")
    assert not MatchDecision.objects.exists()


def test_the_database_refuses_such_a_yes_too(cast: Cast, tmp_path: Path) -> None:
    one = result(compared(cast, tmp_path, OTHER_UNIT))
    with pytest.raises(IntegrityError, match="no and return"), transaction.atomic():
        MatchDecision.objects.create(result=one, matcher=cast.matcher, choice="yes", reason=WHY, decided_at=AT)
    with pytest.raises(IntegrityError, match="match_resolved_yes_only"), transaction.atomic():
        MatchResult.objects.filter(pk=one.pk).update(resolution="yes")


def test_of_two_records_that_agree_both_matchers_mean_the_same(cast: Cast, second: Person, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, {"tin": ""}, records=(person(tin=""), person(tin="", date_of_birth="")))
    with pytest.raises(BadInput, match="which of the candidates"):
        decide(dr, cast.matcher, "yes")
    with pytest.raises(BadInput, match="which of the candidates"):
        decide(dr, cast.matcher, "yes", taxpayer_ref="T3")
    decide(dr, cast.matcher, "yes", taxpayer_ref="T2")
    with pytest.raises(NotNow, match="another record"):
        decide(dr, second, "yes", taxpayer_ref="T1")
    decide(dr, second, "yes", taxpayer_ref="T2")
    assert (result(dr).resolution, result(dr).taxpayer_ref) == ("yes", "T2")


def test_a_yes_names_a_record_whose_every_component_agrees(cast: Cast, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, SPELLED_OTHERWISE, records=(person(), person(suffix="Sr")))
    assert result(dr).candidate_refs == ["T1", "T2"]
    with pytest.raises(BadInput, match="no and return"):
        decide(dr, cast.matcher, "yes", taxpayer_ref="T2")
    decide(dr, cast.matcher, "yes", taxpayer_ref="T1")


@pytest.mark.parametrize("choice", ["", "maybe", "YES"])
def test_another_word_is_no_choice(cast: Cast, tmp_path: Path, choice: str) -> None:
    with pytest.raises(BadInput, match="Choice"):
        decide(compared(cast, tmp_path, OTHER_UNIT), cast.matcher, choice)


def test_a_decision_has_a_reason(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Reason"):
        decide(compared(cast, tmp_path, OTHER_UNIT), cast.matcher, "no", reason="  ")


def test_nobody_but_a_matcher_decides(cast: Cast, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT)
    for role in set(Role) - {Role.MATCHER}:
        with pytest.raises(NotYours):
            decide(dr, getattr(cast, role.value), "no")


def test_a_superuser_does_not_decide_either(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(NotYours):
        decide(compared(cast, tmp_path, OTHER_UNIT), a_person(is_superuser=True), "no")


def test_a_line_that_is_not_undecided_is_nothing_to_decide(cast: Cast, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT)
    with pytest.raises(Missing):
        decide(dr, cast.matcher, "no", number=9)


def test_nothing_is_decided_before_all_lines_are_compared(cast: Cast, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT)
    run = result(dr).run
    run.completed_at = None
    run.save()
    with pytest.raises(Missing):
        decide(dr, cast.matcher, "no")


def test_a_decided_line_is_not_decided_again(cast: Cast, second: Person, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT, SPELLED_OTHERWISE)
    decide(dr, cast.matcher, "no")
    with pytest.raises(NotNow, match="decided already"):
        decide(dr, second, "return")


def test_nothing_is_decided_under_a_hold(cast: Cast, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT)
    place_hold(
        actor=cast.counsel, at=AT, order_reference="D.D.C. 26-1", reason="Stay.", acts=["match"], starts_on=TODAY,
        disclosure_request=dr,
    )  # fmt: skip
    with pytest.raises(NotNow, match="hold"):
        decide(dr, cast.matcher, "no")


def test_the_own_decision_can_be_taken_back_while_others_wait(cast: Cast, second: Person, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, SPELLED_OTHERWISE, OTHER_UNIT)
    decide(dr, cast.matcher, "yes")
    decide(dr, second, "yes")
    assert counts(dr) == (1, 1, 1, 0)
    undo_match_decision(result(dr).pk, actor=second, at=AT)
    assert (result(dr).resolution, result(dr).taxpayer_ref) == ("", "")
    assert counts(dr) == (0, 1, 2, 0)
    assert MatchDecision.objects.filter(undone_at__isnull=False).count() == 1
    decide(dr, second, "yes")
    assert result(dr).resolution == "yes"


def test_only_the_own_decision_can_be_taken_back_and_only_in_time(cast: Cast, second: Person, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT, SPELLED_OTHERWISE)
    decide(dr, cast.matcher, "no")
    with pytest.raises(NotNow, match="no decision"):
        undo_match_decision(result(dr).pk, actor=second, at=AT)
    decide(dr, cast.matcher, "no", number=2)
    with pytest.raises(NotNow, match="not decided there"):
        undo_match_decision(result(dr).pk, actor=cast.matcher, at=AT)


def test_each_decision_is_an_event_of_the_matching_stage_without_the_subjects_data(cast: Cast, tmp_path: Path) -> None:
    dr = compared(cast, tmp_path, OTHER_UNIT)
    decide(dr, cast.matcher, "no")
    event = Event.objects.get(disclosure_request=dr, verb="decide_match")
    assert (event.stage, event.actor) == ("matching", cast.matcher)
    assert event.detail == {"line": 1, "choice": "no", "resolution": "no"}
