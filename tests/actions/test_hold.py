"""Holds: dated, scoped, with their order; they freeze and pause, and two people lift them."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.actions.release import ask_release
from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.actions.hold import ask_to_lift, lift_hold, place_hold
from requests.models import Clock, DisclosureRequest, Event, Hold, Pause
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


def place(cast: f.Cast, **changes: object) -> Hold:
    given = {
        "actor": cast.counsel, "at": f.AT, "order_reference": "D.D.C. 25-0457", "reason": "Stay pending appeal.",
        "acts": ["approve", "release"], "starts_on": f.TODAY,
    }  # fmt: skip
    return place_hold(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", Role)
def test_counsel_or_the_director_places_a_hold_and_nobody_else(cast: f.Cast, role: Role) -> None:
    if role in (Role.COUNSEL, Role.DIRECTOR):
        assert place(cast, actor=getattr(cast, role.value)).acts == ["approve", "release"]
    else:
        with pytest.raises(NotYours):
            place(cast, actor=getattr(cast, role.value))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"order_reference": " "}, "Order and reason"), ({"reason": ""}, "Order and reason"), ({"acts": []}, "Acts: "),
        ({"acts": ["approve", "breathe"]}, "Acts: "),
    ],
)  # fmt: skip
def test_a_hold_carries_its_order_its_reason_and_what_it_stops(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        place(f.a_cast(), **changes)


def test_holds_are_numbered_within_their_year(cast: f.Cast) -> None:
    numbers = [place(cast).number, place(cast).number, place(cast, starts_on=dt.date(2027, 1, 4)).number]
    assert numbers == ["H-2026-01", "H-2026-02", "H-2027-01"]


def test_the_clocks_of_what_it_covers_stop_and_go_on_where_they_stood() -> None:
    cast, other = f.a_cast(), f.a_cast()
    held, free, ended = f.a_request(cast, State.IN_LEGAL_REVIEW), f.a_request(other, State.IN_LEGAL_REVIEW), (
        f.a_request(cast, State.WITHDRAWN)
    )
    due = Clock.objects.get(disclosure_request=held, kind="response").due_on
    hold = place(cast, agency=cast.agency)
    assert set(Pause.objects.values_list("disclosure_request", flat=True)) == {held.pk}
    assert f.again(held).state == "in_legal_review"  # a hold erases no state
    assert f.again(held).due_date is None
    assert Clock.objects.get(disclosure_request=held, kind="response").stopped_since == f.TODAY
    assert Clock.objects.get(disclosure_request=free, kind="response").stopped_since is None
    assert not Pause.objects.filter(disclosure_request=ended).exists()
    later = f.AT + dt.timedelta(days=14)
    ask_to_lift(hold.pk, actor=cast.counsel, at=later, reference="Order of 7 December")
    lift_hold(hold.pk, actor=cast.director, at=later)
    response = Clock.objects.get(disclosure_request=held, kind="response")
    assert response.stopped_since is None
    assert response.due_on >= due + dt.timedelta(days=14)
    assert f.again(held).due_date is not None


def test_a_hold_of_a_department_covers_its_components() -> None:
    department = f.an_agency()
    cast = f.a_cast(f.an_agency(kind="component", parent=department))
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    place(cast, agency=department)
    assert Pause.objects.filter(disclosure_request=dr).count() == 1


def test_a_hold_that_begins_later_stops_nothing_before(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    place(cast, starts_on=f.TODAY + dt.timedelta(days=1))
    assert not Pause.objects.filter(cause="hold").exists()
    assert f.approve(cast, dr).state == "approved"


def test_two_people_lift_a_hold(cast: f.Cast) -> None:
    hold = place(cast)
    with pytest.raises(NotNow, match="Nobody has asked"):
        lift_hold(hold.pk, actor=cast.director, at=f.AT)
    with pytest.raises(BadInput, match=r"^Order: it is empty"):
        ask_to_lift(hold.pk, actor=cast.director, at=f.AT, reference=" ")
    ask_to_lift(hold.pk, actor=cast.director, at=f.AT, reference="Order of 24 November")
    with pytest.raises(NotYours, match="second person"):
        lift_hold(hold.pk, actor=cast.director, at=f.AT)
    for role in set(Role) - {Role.COUNSEL, Role.DIRECTOR}:
        with pytest.raises(NotYours):
            lift_hold(hold.pk, actor=getattr(cast, role.value), at=f.AT)
    lifted = lift_hold(hold.pk, actor=cast.counsel, at=f.AT)
    assert (lifted.lifted_by, lifted.lifted_on, lifted.lift_asked_by) == (cast.counsel, f.TODAY, cast.director)
    for act in (
        lambda: lift_hold(hold.pk, actor=cast.counsel, at=f.AT),
        lambda: ask_to_lift(hold.pk, actor=cast.counsel, at=f.AT, reference="x"),
    ):
        with pytest.raises(NotNow, match="lifted already"):
            act()
    with pytest.raises(Missing):
        lift_hold(hold.pk + 1, actor=cast.counsel, at=f.AT)


def test_a_hold_placed_after_the_approval_stops_the_comparison_and_the_release(cast: f.Cast) -> None:
    compared, waiting = f.a_request(cast, State.APPROVED), f.a_request(cast, State.AWAITING_RELEASE)
    f.start_comparison(compared)
    hold = place(cast, acts=["match", "release"])
    with pytest.raises(NotNow, match="comparison"):
        f.finish_comparison(compared)
    with pytest.raises(NotNow, match="release of answers"):
        ask_release(waiting.pk, actor=cast.releaser, at=f.AT)
    ask_to_lift(hold.pk, actor=cast.counsel, at=f.AT, reference="Order")
    lift_hold(hold.pk, actor=cast.director, at=f.AT)
    assert f.finish_comparison(compared).state == "awaiting_release"
    assert f.release(cast, waiting).state == "responded"


def test_the_history_of_a_request_tells_of_its_holds(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.SUBMITTED)
    hold = place(cast)
    ask_to_lift(hold.pk, actor=cast.counsel, at=f.AT, reference="Order")
    lift_hold(hold.pk, actor=cast.director, at=f.AT)
    verbs = Event.objects.filter(disclosure_request=dr, verb__startswith="hold").values_list("verb", flat=True)
    assert list(verbs.order_by("pk")) == ["hold_began", "hold_ended"]
    assert DisclosureRequest.objects.get(pk=dr.pk).state == "submitted"
