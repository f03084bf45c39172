"""One worker of the benchmark, in a process of its own, which sets Django up for itself."""

from __future__ import annotations

import time
from multiprocessing.synchronize import Barrier

import django


def work(load_id: int, start: Barrier) -> None:
    """Wait for the others, then do what a worker's task does until nothing is left."""
    django.setup()
    # Only now: models cannot be imported before Django is set up.
    from django.utils import timezone

    from requests.actions.work_on_load import work_on

    start.wait()
    while not work_on(load_id, clock=timezone.now):
        time.sleep(0.05)
