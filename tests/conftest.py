"""Servers, databases and broker of the tests. Migrations run once; every database is a copy of their result."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import gc
import os
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections, transaction
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:  # no model before the settings are set up
    from requests.models import DisclosureRequest
    from tests.factories import Cast

ALIASES = ("default", "owner")
# Folders and files of the slowest tests, the slowest first. The first one needs no database: it runs while another
# worker makes the template.
SLOW = (
    "tests/house/test_mypy.py", "tests/journeys/", "tests/faults/", "tests/house/test_start.py",
    "tests/house/test_migrations.py",
)  # fmt: skip
# One name for the whole run: the parallel workers share the template that the first of them makes.
RUN = os.environ["TRACKER_TEST_RUN"]
TEMPLATE = f"test_{RUN}_template"
# What Django adds to the parameters of a connection and libpq does not know, or what belongs to one database.
NOT_THE_SERVER = {"dbname", "options", "cursor_factory", "context", "prepare_threshold", "isolation_level", "pool"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--long`` adds the long fault campaign."""
    parser.addoption("--long", action="store_true", help="also run the long fault campaign")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the tests marked ``long`` out, unless ``--long`` is given; lets parallel workers begin with the slow ones."""
    long = [item for item in items if item.get_closest_marker("long")]
    if long and not config.getoption("--long"):
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    if "PYTEST_XDIST_WORKER_COUNT" in os.environ:
        items[:] = _slow_first(items, workers=int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))


def _slow_first(items: list[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """The same items, in the equal shares that ``--dist worksteal`` cuts; each share opens with its part of the slow ones.

    A test of half a minute that begins last would keep one worker busy while the others have nothing left to steal.
    """
    slow = [item for name in SLOW for item in items if item.nodeid.startswith(name)]
    others = [item for item in items if not item.nodeid.startswith(SLOW)]
    shares = []
    for worker in range(workers):
        share = slow[worker::workers]
        room = max(0, len(items) // workers + (worker < len(items) % workers) - len(share))
        shares.append(share + others[:room])
        others = others[room:]
    return [item for share in shares for item in share] + others


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the collector of garbage need not look through it each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _server() -> psycopg.Connection:
    """A connection of the owner to the server itself, outside every database that comes and goes."""
    every = connections["owner"].get_connection_params()
    parameters = {name: value for name, value in every.items() if name not in NOT_THE_SERVER}
    return psycopg.connect(**parameters, dbname="postgres", autocommit=True)


@contextlib.contextmanager
def _database(name: str) -> Iterator[str]:
    """A copy of the template under this name, dropped at the end with whoever still sits in it."""
    with _server() as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        )
    try:
        yield name
    finally:
        with _server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """Points both aliases at this database, in every thread that connects from now on; this thread's connections wait."""
    before = {alias: (connections[alias], connections.settings[alias]["NAME"]) for alias in ALIASES}
    for alias in ALIASES:
        del connections[alias]
        connections.settings[alias]["NAME"] = name
    try:
        yield
    finally:
        for alias in ALIASES:
            connections[alias].close()
            connections[alias], connections.settings[alias]["NAME"] = before[alias]


def _make_template() -> None:
    """Migrates the template, once for all workers: who holds the server's advisory lock makes it, the others wait."""
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        with _connected_to(TEMPLATE):
            call_command("migrate", verbosity=0)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Removes the template: the server may be one that outlives the run. The workers have ended by now."""
    if not hasattr(session.config, "workerinput"):
        with contextlib.suppress(psycopg.Error), _server() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(TEMPLATE)))


@pytest.fixture(scope="session")
def template(django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the database that holds what the migrations make. Nobody connects to it any more."""
    with django_db_blocker.unblock():
        _make_template()
    return TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(template: str, django_test_environment: None) -> Iterator[None]:
    """The database of this worker for tests that are rolled back (``db``); they run as the application's role."""
    with _database(f"test_{RUN}_{os.getpid()}") as name, _connected_to(name):
        yield


@dataclasses.dataclass(frozen=True, slots=True)
class OwnDatabase:
    """A database that one test has for itself, and how a program of its own gets there."""

    name: str
    url: str
    owner_url: str  # empty where one URL serves both

    def environment(self) -> dict[str, str]:
        """The environment for a subprocess (a command, a worker, a web server) on this database and this broker."""
        return os.environ | {
            "DATABASE_URL": self.url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": settings.REDIS_URL,
            "DJANGO_SETTINGS_MODULE": "disclosures.settings.local",
        }


def _url(variable: str, name: str) -> str:
    """The server's URL with another database in it; empty if there is no such URL."""
    given = os.environ.get(variable, "")
    return given and urlunsplit(urlsplit(given)._replace(path=f"/{name}"))


@pytest.fixture
def own_database(
    template: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """A fresh database in which the test really commits, from as many threads and programs as it likes.

    Instead of ``db`` and ``transaction=True``, never beside them: nothing is rolled back or truncated, the database
    is dropped. ``default`` and ``owner`` lead to it for as long as the test runs.
    """
    name = f"test_{RUN}_{os.getpid()}_{secrets.token_hex(4)}"
    urls = {"url": _url("DATABASE_URL", name), "owner_url": _url("DATABASE_OWNER_URL", name)}
    with django_db_blocker.unblock(), _database(name), _connected_to(name):
        yield OwnDatabase(name=name, **urls)


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What fixtures of a module write on top of this, all its tests see as it was written; gone when the module ends.

    Each test still has a transaction of its own, within this one, which is rolled back. Objects go to a test as a copy.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[Cast, DisclosureRequest]:
    """Where all tests of a module begin: a cast and their draft; a module may say another request."""
    from tests import factories

    cast = factories.a_cast()
    return cast, factories.draft(cast)


@pytest.fixture
def cast(story: tuple[Cast, DisclosureRequest], db: None) -> Cast:
    """The people of ``story``."""
    return copy.deepcopy(story[0])


@pytest.fixture
def dr(story: tuple[Cast, DisclosureRequest], db: None) -> DisclosureRequest:
    """The request of ``story``."""
    return copy.deepcopy(story[1])


@pytest.fixture
def broker() -> Iterator[str]:
    """The URL of this worker's own, empty Redis database: the one that Celery uses in this test."""
    with contextlib.closing(redis.Redis.from_url(settings.REDIS_URL)) as client:
        client.flushdb()
        yield settings.REDIS_URL
        client.flushdb()


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """No counter of sign-in attempts, nor anything else, goes from one test to the next. Pure rules keep nothing."""
    yield
    if "tests/rules/" not in request.node.nodeid:
        cache.clear()
