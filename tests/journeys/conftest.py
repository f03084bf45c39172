"""The browser of the journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import OwnDatabase
from tests.journeys.browser import Visitor, chromium, served


@pytest.fixture
def visitor(own_database: OwnDatabase, broker: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    """A browser window before this test's own database; the entrance is not opened yet."""
    # Playwright keeps an event loop in this thread; the test asks the database between two pages, and waits for it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with served() as address, chromium() as browser:
        yield Visitor(browser, address)
