"""The lifecycle says all of each verb, and what the database repeats of it is the same."""

from __future__ import annotations

import importlib
import itertools
import re

import pytest
from django.db import connection

from requests.actions.clocks import LIMITS
from requests.models import Clock, Parameter
from requests.models.conditions import Condition
from requests.models.lifecycle import ENDED, State
from requests.permissions import APART, CASE_ROLES, OFFICE_ROLES, Role, Stage
from requests.queries import move, sources, transitions

MOVES = [(verb, state) for verb in transitions() for state in sorted(sources(verb))]
WALL = importlib.import_module("requests.migrations.0002_wall")


@pytest.mark.parametrize(("verb", "state"), MOVES)
def test_a_transition_has_a_permission_conditions_a_label_a_stage_and_its_clocks(verb: str, state: str) -> None:
    step = move(verb, state)
    assert callable(step.permission)
    assert all(isinstance(condition, Condition) for condition in step.conditions)
    assert step.custom.keys() <= {"label", "stage", "starts", "ends", "pauses", "resumes"}
    assert step.custom["label"]
    assert step.custom["stage"] in set(Stage)
    assert set(step.custom["starts"]) <= set(LIMITS)
    assert set(step.custom["ends"]) <= set(LIMITS) | {"*"}


def test_every_clock_of_the_lifecycle_is_started_and_ended_by_some_verb_and_has_a_limit() -> None:
    started = {kind for verb, state in MOVES for kind in move(verb, state).custom["starts"]}
    ended = {kind for verb, state in MOVES for kind in move(verb, state).custom["ends"]} - {"*"}
    assert started == ended == set(LIMITS) == set(Clock.Kind.values)


@pytest.mark.django_db
def test_every_limit_is_a_parameter_of_the_office() -> None:
    names = {name for name, _ in LIMITS.values()}
    assert names <= set(Parameter.objects.values_list("name", flat=True))


def test_the_walls_table_of_moves_is_the_lifecycles() -> None:
    table = WALL.STATES[WALL.STATES.index("NOT IN (VALUES") : WALL.STATES.index("RAISE EXCEPTION 'wall: no move")]
    walls = set(re.findall(r"\('(\w+)', '(\w+)'\)", table))
    assert walls == {(state, str(move(verb, state).target)) for verb, state in MOVES}


def test_the_walls_frozen_states_are_those_from_the_approval_on() -> None:
    frozen = re.search(r"r\.state IN \(([^)]*)\)", WALL.LINES)
    assert frozen is not None
    states = set(re.findall(r"'(\w+)'", frozen.group(1)))
    assert states == {State.APPROVED, State.AWAITING_RELEASE, *ENDED}


@pytest.mark.django_db
def test_the_databases_table_of_four_eyes_is_that_of_the_permissions() -> None:
    with connection.cursor() as cursor:
        for one, other in itertools.product(Stage, Stage):
            cursor.execute("SELECT wall_apart(%s, %s)", [one, other])
            assert cursor.fetchone()[0] is (other in APART[one]), (one, other)


def test_four_eyes_work_in_both_directions() -> None:
    for one, others in APART.items():
        assert one not in others
        assert all(one in APART[other] for other in others)


def test_no_one_holds_power_over_cases_and_configuration_or_audit_at_once() -> None:
    assert Role.ADMIN not in CASE_ROLES
    assert Role.AUDITOR not in CASE_ROLES
    assert CASE_ROLES < OFFICE_ROLES


def test_nothing_leads_out_of_a_closed_withdrawn_or_lapsed_request() -> None:
    assert not {state for _, state in MOVES} & {State.CLOSED, State.WITHDRAWN, State.LAPSED}


def test_every_state_is_reached() -> None:
    assert {str(move(verb, state).target) for verb, state in MOVES} == set(State.values) - {State.DRAFT}
