"""Safeguards of an agency: what a review found, and the director's decision in writing."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.actions.release import ask_release
from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.actions.safeguards import override_safeguards, record_safeguards
from requests.models import SafeguardStatus
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


def review(cast: f.Cast, **changes: object) -> SafeguardStatus:
    given = {
        "actor": cast.director, "at": f.AT, "agency": cast.agency, "status": "open_findings", "reviewed_on": f.TODAY,
        "valid_until": dt.date(2028, 1, 1), "open_findings": 3,
    }  # fmt: skip
    return record_safeguards(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_counsel_or_the_director_records_a_review_and_only_the_director_decides_otherwise(role: Role) -> None:
    cast = f.a_cast()
    who = getattr(cast, role.value)
    if role in (Role.COUNSEL, Role.DIRECTOR):
        review(cast, actor=who)
    else:
        with pytest.raises(NotYours):
            review(cast, actor=who)
    status = review(cast)
    if role == Role.DIRECTOR:
        override_safeguards(status.pk, actor=who, at=f.AT, reason="x", until=f.TODAY)
    else:
        with pytest.raises(NotYours):
            override_safeguards(status.pk, actor=who, at=f.AT, reason="x", until=f.TODAY)


def test_a_wrong_review_says_how_to_mend_it() -> None:
    cast = f.a_cast()
    with pytest.raises(BadInput, match="Status: "):
        review(cast, status="fine")
    with pytest.raises(BadInput, match="Valid until: "):
        review(cast, valid_until=f.TODAY - dt.timedelta(days=1))


def test_a_decision_against_the_review_is_in_writing() -> None:
    cast = f.a_cast()
    status = review(cast)
    with pytest.raises(BadInput, match="Reason: "):
        override_safeguards(status.pk, actor=cast.director, at=f.AT, reason=" ", until=f.TODAY)
    with pytest.raises(Missing):
        override_safeguards(status.pk + 1, actor=cast.director, at=f.AT, reason="x", until=f.TODAY)


@pytest.mark.parametrize("status", ["open_findings", "suspended"])
def test_a_release_waits_for_current_safeguards_or_for_the_directors_written_decision(status: str) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.AWAITING_RELEASE)
    found = review(cast, status=status)
    with pytest.raises(NotNow) as refused:
        ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    assert [each.name for each in refused.value.unmet] == ["has_current_safeguards"]
    override_safeguards(found.pk, actor=cast.director, at=f.AT, reason="A court ordered it.", until=f.TODAY)
    assert f.release(cast, dr).state == "responded"


def test_the_directors_decision_ends_with_its_day() -> None:
    cast = f.a_cast()
    found = review(cast)
    override_safeguards(found.pk, actor=cast.director, at=f.AT, reason="A court ordered it.", until=f.TODAY)
    assert SafeguardStatus.objects.allow(cast.agency.pk, on=f.TODAY)
    assert not SafeguardStatus.objects.allow(cast.agency.pk, on=f.TODAY + dt.timedelta(days=1))
