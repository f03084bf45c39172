"""Receiving: the true date and channel, and whether the official who signed may ask (V02)."""

from __future__ import annotations

import datetime as dt

import pytest

from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.hold import place_hold
from requests.actions.receive import receive_request
from requests.models import Clock, ComponentDetermination, DisclosureRequest, Event, Finding
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.SUBMITTED)


def receive(cast: f.Cast, dr: DisclosureRequest, **changes: object) -> DisclosureRequest:
    given = {"actor": cast.intake, "at": f.AT, "received_date": f.TODAY, "channel": "letter"}
    return receive_request(dr.pk, **(given | changes))  # type: ignore[arg-type]


def test_intake_receives_it_with_its_true_date_and_channel(cast: f.Cast, dr: DisclosureRequest) -> None:
    true_date = f.TODAY - dt.timedelta(days=4)
    done = receive(cast, dr, received_date=true_date)
    assert (done.state, done.received_date, done.channel) == ("in_intake", true_date, "letter")
    assert done.signatory_judged_version == 1
    event = Event.objects.get(disclosure_request=dr, verb="receive")
    assert (event.stage, event.detail["received_date"]) == ("intake", true_date.isoformat())
    clocks = dict(Clock.objects.filter(disclosure_request=dr).values_list("kind", "ended_by"))
    assert clocks == {"acknowledge": "receive", "completeness": ""}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.INTAKE])
def test_nobody_else_receives(cast: f.Cast, dr: DisclosureRequest, role: Role) -> None:
    with pytest.raises(NotYours):
        receive(cast, dr, actor=getattr(cast, role.value))
    assert f.again(dr).received_date is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "telephone"}, "Channel: "),
        ({"received_date": f.TODAY + dt.timedelta(days=1)}, "lies in the future"),
        ({"received_date": f.TODAY - dt.timedelta(days=400)}, "more than a year back"),
    ],
)
def test_a_wrong_date_or_channel_says_how_to_mend_it(cast: f.Cast, changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        receive(cast, f.a_request(cast, State.SUBMITTED), **changes)


def test_the_day_is_the_offices_and_not_that_of_greenwich(cast: f.Cast, dr: DisclosureRequest) -> None:
    late = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)  # ten in the evening of the 23rd at the office
    with pytest.raises(BadInput, match="future"):
        receive(cast, dr, at=late, received_date=dt.date(2026, 11, 24))


def test_a_draft_is_not_received(cast: f.Cast) -> None:
    with pytest.raises((NotNow, BadInput)):
        receive(cast, f.draft(cast))


def test_a_hold_on_taking_in_stops_the_receipt(cast: f.Cast, dr: DisclosureRequest) -> None:
    place_hold(
        actor=cast.director, at=f.AT, order_reference="D.D.C. 25-0457", reason="Stay.", acts=["submit"],
        starts_on=f.TODAY, disclosure_request=dr,
    )  # fmt: skip
    with pytest.raises(NotNow, match="hold"):
        receive(cast, dr)


def finding_after_receipt(cast: f.Cast, **official: object) -> str:
    """The verdict of V02, empty where there is none."""
    dr = f.draft(cast)
    cast.office.__class__.objects.filter(pk=cast.office.pk).update(**official)
    cast.office.refresh_from_db()
    f.sign(cast, dr)
    receive(cast, dr)
    found = Finding.objects.filter(disclosure_request=dr, code="V02").first()
    return found.verdict if found else ""


@pytest.mark.parametrize(
    ("official", "verdict"),
    [
        ({}, ""), ({"title": "Deputy Attorney General"}, ""), ({"title": "Inspector General"}, ""),
        ({"is_by_direction": True}, "review"), ({"title": "Special Agent in Charge"}, "block"),
        ({"title": "Assistant United States Attorney"}, "block"),
    ],
)  # fmt: skip
def test_the_signatory_is_judged_by_the_statutes_list(official: dict[str, object], verdict: str) -> None:
    assert finding_after_receipt(f.a_cast(), **official) == verdict


def test_the_head_of_a_component_is_for_counsel_until_a_determination_names_it() -> None:
    component = f.an_agency(kind="component", parent=f.an_agency(), head_title="Director of the Enforcement Bureau")
    cast = f.a_cast(component, title="Director of the Enforcement Bureau")
    assert finding_after_receipt(cast) == "review"
    ComponentDetermination.objects.create(
        agency=component, authority=f.the_authority(), reason="It is an agency of 5 U.S.C. 551(1).",
        made_by=cast.counsel, valid_from=f.TODAY,
    )  # fmt: skip
    assert finding_after_receipt(cast) == ""
    ComponentDetermination.objects.update(valid_from=f.FROM, valid_to=f.TODAY - dt.timedelta(days=1))
    assert finding_after_receipt(cast) == "review"


def test_a_state_agency_is_told_its_route() -> None:
    cast = f.a_cast(f.an_agency(kind="state"), title="Attorney General")
    assert finding_after_receipt(cast) == "block"
