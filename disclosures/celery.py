"""Background work. Redis only wakes the workers up; what is to be done stands in rows of PostgreSQL."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, setup_logging, worker_ready
from celery.worker import state
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "disclosures.settings.local")


@setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """Django has set it up already; with somebody listening here Celery leaves it as it is."""


@beat_embedded_init.connect
def end_with_the_worker(**_: Any) -> None:
    """The beat inside a worker ends when that worker is killed; Celery itself would leave it ticking for ever."""
    worker = os.getppid()

    def watch() -> None:
        while os.getppid() == worker:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


app = Celery("disclosures")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
# Beat only ticks; every tick is idempotent, so two beats are harmless and a missed tick is only late.
app.conf.beat_schedule = {
    "heartbeat": {"task": "disclosures.tasks.heartbeat", "schedule": 20.0},
    "sweep": {"task": "disclosures.tasks.sweep", "schedule": 30.0},
    "sweep-loads": {"task": "requests.tasks.sweep_loads", "schedule": 30.0},
    "remind": {"task": "requests.tasks.remind", "schedule": 60.0},
    "recount": {"task": "requests.tasks.recount", "schedule": 30.0},
    "expire": {"task": "requests.tasks.expire", "schedule": 60.0},
}


@worker_ready.connect
def say_alive(**_: Any) -> None:
    """Tell ``/readyz`` at once, not with the first tick."""
    app.send_task("disclosures.tasks.heartbeat")


@worker_ready.connect
def end_with_the_beat(sender: Any, **_: Any) -> None:
    """A worker whose beat was killed finishes its tasks and ends, so that whoever keeps it starts both again.

    Celery itself would go on without a tick: nothing would be swept, and nobody reminded.
    """
    beat = getattr(sender.controller, "beat", None)
    if beat is None:
        return

    def watch() -> None:
        while beat.is_alive():
            time.sleep(1)
        if state.should_stop is None:
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
