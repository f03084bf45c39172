"""Who works on a request."""

from __future__ import annotations

import pytest

from requests.actions.assign import WORK, assign_to, can_work_on, take
from requests.actions.errors import NotNow, NotYours
from requests.actions.review import clear_legally
from requests.models import DisclosureRequest, Event
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.SUBMITTED)


@pytest.mark.parametrize("state", WORK)
def test_the_role_of_the_state_takes_it_and_no_other(cast: f.Cast, state: str) -> None:
    dr = f.a_request(cast, State(state))
    role, _ = WORK[state]
    for other in set(Role) - {role}:
        with pytest.raises((NotNow, NotYours)):
            take(dr.pk, actor=getattr(cast, other.value), at=f.AT)
    assert take(dr.pk, actor=getattr(cast, role.value), at=f.AT).assignee == getattr(cast, role.value)
    assert Event.objects.filter(disclosure_request=dr, verb="assign").count() == 1


@pytest.mark.parametrize("state", [state for state in State if state not in WORK])
def test_where_the_office_has_nothing_to_do_nobody_takes_it(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    for role in Role:
        assert not can_work_on(dr, getattr(cast, role.value))
    with pytest.raises(NotNow):
        take(dr.pk, actor=cast.intake, at=f.AT)


def test_what_somebody_took_is_theirs_to_give(cast: f.Cast, dr: DisclosureRequest) -> None:
    second = f.a_person(Role.INTAKE)
    take(dr.pk, actor=cast.intake, at=f.AT)
    with pytest.raises(NotNow, match="has it already"):
        take(dr.pk, actor=second, at=f.AT)
    assert assign_to(dr.pk, actor=cast.intake, at=f.AT, assignee=None).assignee is None
    assert take(dr.pk, actor=second, at=f.AT).assignee == second
    assert assign_to(dr.pk, actor=cast.director, at=f.AT, assignee=cast.intake).assignee == cast.intake


def test_nobody_outside_the_case_work_assigns(cast: f.Cast, dr: DisclosureRequest) -> None:
    for role in (Role.AUDITOR, Role.ADMIN, Role.REQUESTER, Role.OFFICIAL, Role.RECIPIENT):
        with pytest.raises(NotYours):
            assign_to(dr.pk, actor=getattr(cast, role.value), at=f.AT, assignee=cast.intake)


def test_it_is_not_assigned_to_somebody_whom_four_eyes_forbid(cast: f.Cast) -> None:
    person = f.a_person(Role.COUNSEL, Role.IMPAIRMENT)
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    dr.events.create(verb="write_analysis", stage="legal_review", actor=person, occurred_at=f.AT, recorded_at=f.AT)
    f.analyse(cast, dr)
    clear_legally(dr.pk, actor=cast.counsel, at=f.AT)
    with pytest.raises(NotNow, match="four eyes"):
        assign_to(dr.pk, actor=cast.director, at=f.AT, assignee=person)
