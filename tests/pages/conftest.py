"""Signed-in browsers for the tests of pages, and the hour in which they happen."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from requests.models import Person
from tests.factories import AT, Cast, a_cast

Browser = Callable[[Person], Client]


@pytest.fixture
def _later() -> Iterator[None]:
    """An hour after the factories' moment, so that what a page does comes after what they did."""
    with time_machine.travel(AT + dt.timedelta(hours=1), tick=True):
        yield


@pytest.fixture(scope="module")
def _cast(kept_rows: None) -> Cast:
    return a_cast()


@pytest.fixture
def cast(_cast: Cast, db: None, _later: None) -> Cast:
    """An agency, its office and one person per role; the same for all tests of a module."""
    return copy.deepcopy(_cast)


@pytest.fixture
def browser(_later: None) -> Browser:
    """A browser in which this person has signed in."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in
