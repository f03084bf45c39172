"""Signed-in browsers for the tests of pages, and the hour in which they happen."""

from __future__ import annotations

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
def story(kept_rows: None) -> tuple[Cast, None]:
    """The people alone: most tests of pages ask something of their own."""
    return a_cast(), None


@pytest.fixture
def cast(cast: Cast, _later: None) -> Cast:
    """The people of ``story``, an hour after what they did there."""
    return cast


@pytest.fixture
def browser(_later: None) -> Browser:
    """A browser in which this person has signed in."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in
