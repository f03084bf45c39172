"""A worker's process that is killed at one commit of its work: before it reaches the database, or right after.

Run as ``python -m tests.faults.dying_worker match|release|load ID NUMBER before|after``. It does what the task does and ends
by SIGKILL at the commit of that number; with fewer commits it ends by itself, with 0.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import django


def die_at(number: int, moment: str) -> None:
    """Kill this process at its commit of this number (from 1), before or after it."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit, seen = BaseDatabaseWrapper.commit, [0]

    def counting(self: Any) -> None:
        seen[0] += 1
        if seen[0] == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self)
        if seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    BaseDatabaseWrapper.commit = counting


def main(work: str, identity: int, number: int, moment: str) -> None:
    """Set Django up, arm the kill, do the work."""
    django.setup()
    from django.utils import timezone

    from disclosures.actions.match import match_request
    from disclosures.actions.release import run_release
    from requests.actions.work_on_load import work_on
    from requests.intake import limits

    die_at(number, moment)
    if work == "match":
        match_request(identity, at=timezone.now(), chunk=2)
    elif work == "load":
        limits.CHUNK_LINES = 3
        work_on(identity, clock=timezone.now)
    else:
        run_release(identity, at=timezone.now())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
