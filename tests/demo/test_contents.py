"""The demonstration holds, however small, what somebody who looks at it wants to see. Told once for each worker."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction
from django.db.models import Count
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from disclosures.demo.scene import EVERY_STATE, play
from requests.actions.remind import write_notices
from requests.calendar.days import business_days_left
from requests.calendar.office import office_day
from requests.models import Agency, Clock, DisclosureRequest, Event, Finding, Hold, Notice, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from tests.conftest import RUN, _connected_to, _database

NOW = dt.datetime(2026, 11, 23, 19, 30, tzinfo=dt.UTC)
TODAY = office_day(NOW)


@pytest.fixture(scope="session")
def _told(template: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The database that holds the demonstration."""
    name = f"test_{RUN}_{os.getpid()}_demo"
    with django_db_blocker.unblock(), _database(name):
        with _connected_to(name):
            assert play(requests=len(EVERY_STATE), seed=1, now=NOW) == len(EVERY_STATE)
        yield name


@pytest.fixture(autouse=True)
def _demo(_told: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration, to be read; instead of ``db``, never beside it. What a test writes, a sign-in too, is rolled back."""
    with django_db_blocker.unblock(), _connected_to(_told), transaction.atomic():
        yield
        transaction.set_rollback(True)


def running() -> dict[str, list[Clock]]:
    """The clocks that run, by agency and state."""
    found: dict[str, list[Clock]] = {}
    for clock in Clock.objects.filter(ended_on__isnull=True).select_related("disclosure_request__agency"):
        dr = clock.disclosure_request
        found.setdefault(f"{dr.agency.code} {dr.state}", []).append(clock)
    return found


def test_there_is_a_request_in_every_state() -> None:
    assert set(DisclosureRequest.objects.values_list("state", flat=True)) == set(State.values)


def test_a_clock_is_late_one_is_due_in_these_days_and_some_stand_still_for_the_check_and_for_a_hold() -> None:
    clocks = running()
    (approval,) = (clock for clock in clocks["USAO awaiting_approval"] if clock.kind == "approval")
    assert approval.stopped_since is None
    assert approval.due_on < TODAY
    (acknowledge,) = clocks["FBI submitted"]
    assert 0 <= business_days_left(TODAY, acknowledge.due_on) <= 5
    (response,) = (clock for clock in clocks["DEA in_impairment_check"] if clock.kind == "response")
    (pause,) = response.disclosure_request.pauses.all()
    assert (response.stopped_since, pause.cause, pause.last_day) == (pause.first_day, "impairment", None)
    for clock in clocks["ICE in_legal_review"]:
        (pause,) = clock.disclosure_request.pauses.all()
        assert (clock.stopped_since, pause.cause, pause.first_day) == (TODAY, "hold", TODAY)


def test_one_hold_stands_and_two_people_lifted_another() -> None:
    standing, lifted = Hold.objects.order_by("lifted_at")[::-1]
    assert (standing.agency.code, standing.lifted_at) == ("ICE", None)
    assert lifted.lift_asked_by != lifted.lifted_by
    (pause,) = lifted.pauses.all()
    assert pause.last_day is not None


def test_a_component_waits_for_the_legal_determination_that_would_let_it_ask() -> None:
    finding = Finding.objects.get(code="V02", decision="")
    dr = finding.disclosure_request
    assert (dr.agency.code, dr.state, finding.verdict) == ("ICE", "in_legal_review", "review")


def test_two_people_at_least_hold_each_role() -> None:
    held = dict(Person.objects.filter(is_active=True).values_list("groups__name").annotate(Count("pk")))
    assert {role for role in Role if held.get(role, 0) < 2} == set()


def test_the_agencies_have_their_public_names_and_divisions_that_say_that_they_are_invented() -> None:
    addresses = list(Agency.objects.values_list("address", flat=True))
    assert all("Division" in address and "(invented)" in address for address in addresses)
    assert len(set(addresses)) == len(addresses)
    assert Agency.objects.get(code="DEA").name == "Drug Enforcement Administration"


def test_every_history_runs_forward_and_ends_before_now() -> None:
    assert not Event.objects.filter(occurred_at__gt=NOW).exists()
    for dr in DisclosureRequest.objects.all():
        moments = list(dr.events.order_by("pk").values_list("occurred_at", flat=True))
        assert moments == sorted(moments)
        assert moments[0] == dr.created_at


def test_no_reminder_of_the_past_is_queued_today() -> None:
    write_notices(at=NOW)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("who", "path"),
    [(None, "/accounts/login/"), ("director", "/"), ("counsel", "/requests/"), ("director", "/reports/"), ("admin", "/admin/"),
     ("counsel", "{number}"), ("requester", "/requests/"), ("counsel", "/nowhere/")],
)  # fmt: skip
def test_each_page_says_that_people_and_cases_are_invented(who: str | None, path: str, settings: Settings) -> None:
    settings.DEMO = True
    client = Client()
    with time_machine.travel(NOW, tick=True):
        if who:
            client.force_login(Person.objects.get(username=who))
        number = DisclosureRequest.objects.filter(state="in_legal_review").values_list("control_number", flat=True)[0]
        answer = client.get(path.format(number=f"/requests/{number}/"))
    assert "no person, line or figure here is real" in answer.content.decode()
