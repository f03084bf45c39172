"""A worker's process that is killed at one commit of its work: before it reaches the database, or right after.

``python -m tests.faults.dying_worker`` reads lines ``match|release|load ID NUMBER before|after`` and answers each with an exit
code. Each line gets a process of its own, which does what the task does and ends by SIGKILL at the commit of that number;
with fewer commits it ends by itself, with 0. Only the start of Django is shared: no connection and no thread is.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
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


def main() -> None:
    """Start Django, then read lines and give each a process of its own."""
    django.setup()
    from django.utils import timezone

    from disclosures.actions.match import match_request
    from disclosures.actions.release import run_release
    from requests.actions.work_on_load import work_on
    from requests.intake import limits

    works: dict[str, Callable[[int], object]] = {
        "match": lambda identity: match_request(identity, at=timezone.now(), chunk=2),
        "load": lambda identity: work_on(identity, clock=timezone.now),
        "release": lambda identity: run_release(identity, at=timezone.now()),
    }
    limits.CHUNK_LINES = 3
    for line in sys.stdin:
        work, identity, number, moment = line.split()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                die_at(int(number), moment)
                works[work](int(identity))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
