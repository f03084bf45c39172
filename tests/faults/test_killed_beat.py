"""A beat that is killed alone: its worker ends, so that its keeper starts both again, and reminders go on."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from django.core.cache import cache

from disclosures.tasks import HEARTBEAT_KEY
from tests.conftest import OwnDatabase
from tests.faults.test_reminders import eventually, program


def children_of(parent: int) -> list[int]:
    """The processes that this one has begun and that still live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(its_parent) == parent and state != "Z":
                found.append(int(stat.parent.name))
    return found


def test_a_worker_whose_beat_is_killed_ends(own_database: OwnDatabase) -> None:
    command = ("-m", "celery", "-A", "disclosures.celery", "worker", "--beat", "--concurrency", "1", "--without-gossip",
               "--without-mingle", "--loglevel", "ERROR")  # fmt: skip
    cache.delete(HEARTBEAT_KEY)
    with program(*command, environment=own_database.environment()) as worker:
        assert eventually(lambda: cache.get(HEARTBEAT_KEY)), "the worker says that it is ready"
        assert eventually(lambda: len(children_of(worker.pid)) == 2), "one process for tasks, and the beat"
        # The pool begins its own process anew, the beat is begun by nobody.
        for child in children_of(worker.pid):
            os.kill(child, signal.SIGKILL)
        assert worker.wait(30) == 0
