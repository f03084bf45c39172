"""The one door: what it does in one piece, what it refuses, and what it leaves written."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from requests.actions.advance import advance
from requests.actions.approve import approve_scope
from requests.actions.draft import draft_request
from requests.actions.errors import Missing, NotNow, NotYours, Stale
from requests.actions.finish import withdraw_request
from requests.actions.record import record_refusal
from requests.actions.submit import submit_request
from requests.models import Approval, DisclosureRequest, Event
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f
from tests.conftest import OwnDatabase

AT_ONCE = 50
AT_A_TIME = 10  # connections: the server of the tests has a few dozen


@pytest.mark.django_db
def test_an_unknown_verb_or_request_is_missing() -> None:
    dr = f.draft(f.a_cast())
    for request_id, verb in ((dr.pk, "reopen"), (dr.pk, "save"), (dr.pk, "__init__"), (dr.pk + 1, "submit")):
        with pytest.raises(Missing):
            advance(request_id, verb, actor=None, at=f.AT)


@pytest.mark.django_db
def test_a_refusal_carries_every_unmet_condition_with_its_source_and_who_mends_it() -> None:
    cast = f.a_cast()
    dr = f.draft(cast, certified_solely=False)
    with pytest.raises(NotNow) as refused:
        advance(dr.pk, "submit", actor=cast.official, at=f.AT)
    assert [each.name for each in refused.value.unmet] == ["is_certified_for_sole_use", "is_signed_over_these_lines"]
    for each in refused.value.unmet:
        assert each.text in str(refused.value)
        assert each.source
        assert each.mended_by
    assert not Event.objects.filter(disclosure_request=dr, verb="submit").exists()


@pytest.mark.django_db
def test_whether_it_can_be_done_is_said_before_whose_it_is() -> None:
    cast = f.a_cast()
    dr = f.draft(cast)
    with pytest.raises(NotNow):
        advance(dr.pk, "submit", actor=cast.auditor, at=f.AT)


@pytest.mark.django_db
def test_the_words_of_a_verb_that_leads_nowhere_name_the_state() -> None:
    dr = f.draft(f.a_cast())
    with pytest.raises(NotNow, match=r"“Draft”.*release"):
        advance(dr.pk, "release", actor=None, at=f.AT)


@pytest.mark.django_db
def test_a_step_leaves_one_event_with_who_in_which_roles_when_why_and_what() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.SUBMITTED)
    at = f.AT + dt.timedelta(hours=1)
    withdraw_request(dr.pk, actor=cast.official, at=at, reason=" The case is closed. ")
    event = Event.objects.get(disclosure_request=dr, verb="withdraw")
    assert (event.from_state, event.to_state, event.state_number, event.stage) == ("submitted", "withdrawn", 2, "agency")
    assert (event.actor, event.actor_roles, event.occurred_at) == (cast.official, "official", at)
    assert (event.reason, event.is_refused) == ("The case is closed.", False)
    assert event.detail["version"] == 1
    assert event.detail["lines_digest"] == dr.lines_digest
    ended = f.again(dr)
    assert (ended.outcome, ended.ended_at, ended.state_number) == ("withdrawn", at, 2)


@pytest.mark.django_db
def test_the_events_of_a_request_count_its_states_without_a_gap() -> None:
    dr = f.a_request(f.a_cast(), State.CLOSED)
    moves = Event.objects.filter(disclosure_request=dr, state_number__isnull=False).order_by("state_number")
    told = list(moves.values_list("state_number", "from_state", "to_state"))
    assert [number for number, _, _ in told] == list(range(10))
    assert [(before, after) for _, before, after in told] == [
        ("", "draft"), ("draft", "submitted"), ("submitted", "in_intake"), ("in_intake", "in_legal_review"),
        ("in_legal_review", "in_impairment_check"), ("in_impairment_check", "awaiting_approval"),
        ("awaiting_approval", "approved"), ("approved", "awaiting_release"), ("awaiting_release", "responded"),
        ("responded", "closed"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_no_event_carries_the_data_of_a_subject() -> None:
    dr = f.a_request(f.a_cast(), State.CLOSED, lines=[f.a_line(1), f.a_defective_line(2)])
    for event in Event.objects.filter(disclosure_request=dr):
        told = f"{event.reason} {event.detail}"
        assert "Okafor" not in told
        assert "Wesley" not in told
        assert "HSI-2025" not in told


@pytest.mark.django_db
def test_a_step_clears_the_assignee_so_that_the_next_stage_takes_it() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.SUBMITTED)
    DisclosureRequest.objects.filter(pk=dr.pk).update(assignee=cast.intake)
    assert f.receive(cast, dr).assignee is None


# --- what is committed: a database of its own ---


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Run all acts at the same time, each on a connection of its own; gives what each returned or raised."""
    results: list[object] = [None] * len(acts)
    gate = threading.Semaphore(AT_A_TIME)
    start = threading.Event()

    def run(number: int) -> None:
        start.wait(30)
        with gate:
            try:
                results[number] = acts[number]()
            except Exception as error:
                results[number] = error
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    start.set()
    for thread in threads:
        thread.join(120)
    return results


def test_of_fifty_who_submit_at_once_one_does_and_all_others_are_told_not_now(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.draft(cast)
    results = at_once(
        [
            lambda: submit_request(dr.pk, actor=cast.official, at=f.AT, official=cast.office, authenticated_at=f.AT)
            for _ in range(AT_ONCE)
        ]
    )
    assert Counter(type(result) for result in results) == {DisclosureRequest: 1, NotNow: AT_ONCE - 1}
    assert Event.objects.filter(disclosure_request=dr, verb="submit").count() == 1
    assert f.again(dr).state == "submitted"


def test_of_fifty_approvers_at_once_one_approves(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    approvers = f.people(*(("approver", (Role.APPROVER,), None) for _ in range(AT_ONCE)))
    for approver in approvers:
        f.a_grant(approver)
    acts = [
        lambda actor=actor: approve_scope(dr.pk, actor=actor, at=f.AT, digest_seen=dr.lines_digest)
        for actor in approvers
    ]
    results = at_once(acts)
    assert Counter(type(result) for result in results) == {DisclosureRequest: 1, NotNow: AT_ONCE - 1}
    assert Approval.objects.filter(disclosure_request=dr).count() == 1
    approved = Event.objects.get(disclosure_request=dr, verb="approve")
    assert approved.actor_id == Approval.objects.get(disclosure_request=dr).approver_id


def test_fifty_drafts_at_once_get_fifty_control_numbers(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    authority = f.the_authority()

    def begin() -> DisclosureRequest:
        return draft_request(
            actor=cast.requester, at=f.AT, agency=cast.agency, authority=authority, purpose="To locate subjects."
        )

    results = at_once([begin] * AT_ONCE)
    numbers = [result.control_number for result in results if isinstance(result, DisclosureRequest)]
    assert len(numbers) == len(set(numbers)) == AT_ONCE
    assert all(number.startswith("26-") and len(number) == 12 for number in numbers)


def test_withdrawing_and_receiving_at_once_ends_in_one_order_of_the_two(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.SUBMITTED)
    received, withdrawn = at_once(
        [
            lambda: f.receive(cast, dr),
            lambda: withdraw_request(dr.pk, actor=cast.official, at=f.AT, reason="The case is closed."),
        ]
    )
    assert isinstance(withdrawn, DisclosureRequest)
    assert isinstance(received, DisclosureRequest | NotNow)
    verbs = list(Event.objects.filter(disclosure_request=dr, state_number__gte=2).order_by("pk").values_list("verb", flat=True))
    assert verbs in (["withdraw"], ["receive", "withdraw"])
    assert f.again(dr).state == "withdrawn"


def test_a_refusal_is_recorded_after_the_rollback_with_every_unmet_condition(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.draft(cast)
    before = f.again(dr).purpose
    with pytest.raises(NotNow) as refused, transaction.atomic():
        DisclosureRequest.objects.filter(pk=dr.pk).update(purpose="changed in the same breath")
        advance(dr.pk, "submit", actor=cast.official, at=f.AT)
    record_refusal("submit", actor=cast.official, at=f.AT, request_id=dr.pk, error=refused.value, reason="Now.")
    assert f.again(dr).purpose == before
    event = Event.objects.get(disclosure_request=dr, verb="submit")
    assert (event.is_refused, event.state_number, event.actor, event.reason) == (True, None, cast.official, "Now.")
    assert (event.from_state, event.to_state) == ("draft", "draft")
    assert event.detail["unmet"] == ["is_signed_over_these_lines"]
    assert event.detail["refused"] == str(refused.value)


def test_a_refusal_of_what_is_not_theirs_and_of_what_is_not_there_is_recorded_too(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    record_refusal("approve", actor=cast.auditor, at=f.AT, request_id=None, error=NotYours("Your role does not."))
    record_refusal("approve", actor=None, at=f.AT, request_id=999_999, error=Missing("There is no such request."))
    first, second = Event.objects.filter(verb="approve").order_by("pk")
    assert (first.actor, first.detail) == (cast.auditor, {"refused": "Your role does not.", "unmet": []})
    assert (second.disclosure_request, second.actor_roles) == (None, "")


def test_a_step_that_fails_after_the_move_leaves_nothing(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    with pytest.raises(Stale):
        approve_scope(dr.pk, actor=cast.approver, at=f.AT, digest_seen="0" * 64)
    with pytest.raises(RuntimeError), transaction.atomic():
        f.approve(cast, dr)
        raise RuntimeError("the machine stops here")
    assert f.again(dr).state == "awaiting_approval"
    assert not Approval.objects.exists()
    assert not Event.objects.filter(verb="approve").exists()
    assert f.approve(cast, dr).state == "approved"
