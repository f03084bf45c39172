"""The sweep: whatever a lost message or a killed worker left lying is picked up from the rows."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
import redis
import time_machine

from disclosures.actions.release import ask_release
from disclosures.celery import app
from disclosures.models import Answer, MatchRun, ReleaseJob
from disclosures.queries import queued_releases, unfinished_matching
from disclosures.tasks import release_queued, sweep
from requests.actions.hold import place_hold
from requests.models import Event
from requests.models.lifecycle import State
from requests.rules.addresses import read_addresses
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once() -> Iterator[None]:
    """Every message is worked on as it is sent, in this process, at the factories' hour."""
    app.conf.task_always_eager = True
    with time_machine.travel(f.AT, tick=False):
        yield
    app.conf.task_always_eager = False


def waiting(broker: str) -> list[tuple[str, list[object]]]:
    """The messages that lie in the broker: task and arguments."""
    with contextlib.closing(redis.Redis.from_url(broker)) as client:
        messages = [json.loads(raw) for raw in client.lrange("celery", 0, -1)]
    return sorted((message["headers"]["task"], json.loads(message["headers"]["argsrepr"].replace("'", '"').replace("(", "[").replace(",)", "]"))) for message in messages)
