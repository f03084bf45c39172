"""One worker of the benchmark, in a process of its own, which sets Django up for itself."""

from __future__ import annotations

import os
import time
from multiprocessing.synchronize import Barrier

import django


def work(load_id: int, start: Barrier, core: int | None) -> None:
    """Wait for the others, then do what a worker's task does until nothing is left; on one core alone where one is given."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    django.setup()
    # Only now: models cannot be imported before Django is set up.
    from django.utils import timezone

    from requests.actions.work_on_load import work_on

    start.wait()
    while not work_on(load_id, clock=timezone.now):
        time.sleep(0.05)
