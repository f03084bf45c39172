"""How a request ends: withdrawn, closed, lapsed."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.actions.fetch import acknowledge_receipt
from disclosures.actions.release import ask_release, run_release
from requests.actions.errors import NotNow, NotYours
from requests.actions.finish import close_request, lapse_request, withdraw_request
from requests.models import Clock, DisclosureRequest, Event
from requests.models.lifecycle import BEFORE_RESPONSE, State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.RESPONDED)


@pytest.mark.parametrize("state", BEFORE_RESPONSE)
def test_an_official_withdraws_it_from_every_state_before_the_response(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow, match="reason"):
        withdraw_request(dr.pk, actor=cast.official, at=f.AT, reason=" ")
    with pytest.raises(NotYours):
        withdraw_request(dr.pk, actor=cast.requester, at=f.AT, reason="x")
    done = withdraw_request(dr.pk, actor=cast.official, at=f.AT, reason="The case is closed.")
    f.check_deferred()
    assert (done.state, done.outcome, done.ended_at) == ("withdrawn", "withdrawn", f.AT)
    assert not Clock.objects.filter(disclosure_request=dr, ended_on__isnull=True).exists()
    assert (done.due_date, done.assignee) == (None, None)


@pytest.mark.parametrize("state", [State.RESPONDED, State.DENIED, State.LAPSED, State.WITHDRAWN, State.CLOSED])
def test_what_has_ended_is_not_withdrawn(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow):
        withdraw_request(dr.pk, actor=cast.official, at=f.AT, reason="x")


def test_a_withdrawal_overtakes_a_release_that_was_ordered(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_RELEASE)
    job = ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    withdraw_request(dr.pk, actor=cast.official, at=f.AT, reason="The case is closed.")
    assert run_release(job.pk, at=f.AT).status == "refused"
    assert f.again(dr).state == "withdrawn"
    f.check_deferred()


def test_a_response_is_closed_once_receipt_is_acknowledged(cast: f.Cast, dr: DisclosureRequest) -> None:
    with pytest.raises(NotNow, match="Receipt"):
        close_request(dr.pk, actor=cast.intake, at=f.AT)
    acknowledge_receipt(dr.pk, actor=cast.recipient, at=f.AT)
    done = close_request(dr.pk, actor=cast.intake, at=f.AT)
    assert (done.state, done.outcome) == ("closed", "answered")
    assert Clock.objects.get(disclosure_request=dr, kind="receipt").ended_by == "close"


def test_a_response_is_closed_by_the_system_once_its_window_has_passed_and_not_on_its_last_day(dr: DisclosureRequest) -> None:
    after = f.after_window(dr, "receipt")
    with pytest.raises(NotNow):
        close_request(dr.pk, actor=None, at=after - dt.timedelta(days=1))
    done = close_request(dr.pk, actor=None, at=after)
    assert done.state == "closed"
    assert Event.objects.get(disclosure_request=dr, verb="close").actor is None


def test_a_denial_is_closed_at_any_time_by_intake(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.DENIED)
    for role in set(Role) - {Role.INTAKE}:
        with pytest.raises(NotYours):
            close_request(dr.pk, actor=getattr(cast, role.value), at=f.AT)
    done = close_request(dr.pk, actor=cast.intake, at=f.AT)
    assert (done.state, done.outcome, done.ended_at) == ("closed", "denied", f.AT)


def test_a_returned_request_lapses_after_its_reply_window_and_not_on_its_last_day() -> None:
    dr = f.a_request(f.a_cast(), State.RETURNED)
    after = f.after_window(dr, "reply")
    with pytest.raises(NotNow, match="reply window"):
        lapse_request(dr.pk, at=after - dt.timedelta(days=1))
    done = lapse_request(dr.pk, at=after)
    assert (done.state, done.outcome, done.ended_at) == ("lapsed", "lapsed", after)


def test_a_lapsed_request_is_not_resubmitted(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.LAPSED)
    with pytest.raises(NotNow):
        f.sign(cast, dr)
