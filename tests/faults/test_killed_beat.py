"""A beat that is killed alone: its worker ends, so that its keeper starts both again, and reminders go on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.conftest import OwnDatabase
from tests.faults.test_reminders import eventually, program


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def test_a_worker_whose_beat_is_killed_ends(own_database: OwnDatabase) -> None:
    command = ("-m", "celery", "-A", "disclosures.celery", "worker", "--beat", "--concurrency", "1", "--without-gossip",
               "--without-mingle", "--loglevel", "ERROR")  # fmt: skip
    with program(*command, environment=own_database.environment()) as worker:
        assert eventually(lambda: len(children_of(worker.pid)) == 2), "one process for tasks, and the beat"
        # The pool begins its own process anew, the beat is begun by nobody.
        for child in children_of(worker.pid):
            os.kill(child, signal.SIGKILL)
        assert worker.wait(30) == 0
