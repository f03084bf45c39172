"""How answers reach people, and how receipt is acknowledged."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.actions.fetch import acknowledge_receipt, fetch_answers
from disclosures.models import Receipt
from requests.actions.errors import Missing, NotNow, NotYours
from requests.actions.hold import place_hold
from requests.models import DisclosureRequest, Event, Recipient
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
LINES = [f.a_line(1), f.a_line(2, engaged_official="Ann Lee"), f.a_defective_line(3), f.a_line(4)]


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    """Nadia Patel is named by lines 1, 3 and 4, Ann Lee by line 2."""
    cast = f.a_cast()
    return cast, f.a_request(cast, State.RESPONDED, lines=LINES, results={1: f.A_YES})


def fetch(dr: DisclosureRequest, actor: object, *, at: dt.datetime = f.AT) -> list[tuple[int, str]]:
    return [(number, answer) for number, answer, _ in fetch_answers(dr.pk, actor=actor, at=at)]  # type: ignore[arg-type]


def test_each_recipient_gets_the_lines_that_name_them_and_no_others(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert fetch(dr, cast.recipient) == [(1, "yes"), (3, "not_answered"), (4, "no")]
    assert fetch(dr, f.a_recipient(cast.agency, "Ann Lee").person) == [(2, "no")]


def test_a_recipient_knows_of_requests_by_their_answers_and_not_by_a_line_that_was_mended(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    ann = f.a_recipient(cast.agency, "Ann Lee").person
    mended = f.a_request(cast, State.RETURNED, lines=[f.a_defective_line(1, engaged_official="Ann Lee")])
    f.load(mended, [f.a_line(1)], actor=cast.requester)
    for step in f.THE_WAY[1 : f.THE_WAY.index(State.RESPONDED)]:
        f._take_step(cast, mended, step, results=None, at=f.AT)
    visible = DisclosureRequest.objects.visible_to
    assert [list(visible(person)) for person in (cast.recipient, ann)] == [[dr], [dr]]
    f.release(cast, mended)
    assert set(visible(cast.recipient)) == {dr, mended}
    assert list(visible(ann)) == [dr]
    assert list(visible(f.a_recipient(cast.agency, "Somebody Else").person)) == []


def test_the_releaser_gets_the_whole_file(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert [number for number, _ in fetch(dr, cast.releaser)] == [1, 2, 3, 4]


def test_every_fetch_is_an_event_before_its_first_row(cast: f.Cast, dr: DisclosureRequest) -> None:
    fetch_answers(dr.pk, actor=cast.recipient, at=f.AT)  # nothing is read from it
    event = Event.objects.get(disclosure_request=dr, verb="fetch_answers")
    assert (event.actor, event.detail, event.occurred_at) == (cast.recipient, {"lines": 3}, f.AT)


def test_nobody_else_gets_an_answer(cast: f.Cast, dr: DisclosureRequest) -> None:
    for role in set(Role) - {Role.RECIPIENT, Role.RELEASER}:
        with pytest.raises(NotYours):
            fetch(dr, getattr(cast, role.value))
    unnamed = f.a_recipient(cast.agency, "Somebody Else").person
    with pytest.raises(Missing):
        fetch(dr, unnamed)
    with pytest.raises(Missing):
        fetch(dr, f.a_cast().recipient)  # a Nadia Patel of another agency
    assert not Event.objects.filter(disclosure_request=dr, verb="fetch_answers").exists()


@pytest.mark.parametrize("days", [(-2, -1), (1, 5)])
def test_a_binding_that_is_over_or_not_yet_begun_opens_nothing(
    cast: f.Cast, dr: DisclosureRequest, days: tuple[int, int]
) -> None:
    first, last = (f.TODAY + dt.timedelta(days=each) for each in days)
    Recipient.objects.filter(person=cast.recipient).update(valid_from=first, valid_to=last)
    with pytest.raises(NotYours):
        fetch(dr, cast.recipient)


def test_before_the_release_there_are_no_answers(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_RELEASE)
    for person in (cast.recipient, cast.releaser):
        with pytest.raises(Missing, match="no answers yet"):
            fetch(dr, person)


def test_a_hold_on_downloads_stops_everybody_and_names_its_order(cast: f.Cast, dr: DisclosureRequest) -> None:
    place_hold(
        actor=cast.counsel, at=f.AT, order_reference="D.D.C. 25-0457", reason="Stay.", acts=["download"],
        starts_on=f.TODAY, disclosure_request=dr,
    )  # fmt: skip
    for person in (cast.recipient, cast.releaser):
        with pytest.raises(NotNow, match=r"H-2026-01.*25-0457"):
            fetch(dr, person)


def test_receipt_is_settled_with_the_last_of_those_who_got_an_answer(cast: f.Cast, dr: DisclosureRequest) -> None:
    acknowledge_receipt(dr.pk, actor=cast.recipient, at=f.AT)
    assert f.again(dr).receipt_acknowledged_at is None
    later = f.AT + dt.timedelta(days=2)
    acknowledge_receipt(dr.pk, actor=f.a_recipient(cast.agency, "Ann Lee").person, at=later)
    assert f.again(dr).receipt_acknowledged_at == later
    assert Receipt.objects.filter(response__disclosure_request=dr).count() == 2
    f.check_deferred()


def test_receipt_is_acknowledged_once_and_by_recipients_of_it_alone(cast: f.Cast, dr: DisclosureRequest) -> None:
    acknowledge_receipt(dr.pk, actor=cast.recipient, at=f.AT)
    with pytest.raises(NotNow, match="already"):
        acknowledge_receipt(dr.pk, actor=cast.recipient, at=f.AT)
    for person in (cast.official, cast.releaser, cast.intake, f.a_cast().recipient):
        with pytest.raises(Missing):
            acknowledge_receipt(dr.pk, actor=person, at=f.AT)
