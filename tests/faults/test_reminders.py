"""Reminders under real kills: each goes out once, none is lost. Processes, mail server, broker and kills are real.

A message whose receipt the killed process did not live to read goes out again under the same Message-ID: that is the one
case in which a wire carries it twice, and a mail program can tell that it is one.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.utils import timezone

from requests.actions.remind import write_notices
from requests.models import Clock, Notice
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f
from tests.conftest import OwnDatabase
from tests.tasks.mail_server import MailServer, mail_server

ROOT = Path(__file__).resolve().parents[2]
COUNSELS = 6


def eventually(true: Callable[[], object], seconds: float = 40.0) -> bool:
    """Whether it becomes true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@contextlib.contextmanager
def program(*arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ours in a group of processes of its own; all of it is killed at the end."""
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as started:  # fmt: skip
        try:
            yield started
        finally:
            kill(started)


def kill(started: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the program and all its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait(10)


def worker(environment: dict[str, str]) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """A real worker on this database and broker, with one process for tasks."""
    return program(
        "-m", "celery", "-A", "disclosures.celery", "worker", "--concurrency", "1", "--without-gossip",
        "--without-mingle", "--loglevel", "ERROR", environment=environment,
    )  # fmt: skip


def by_mail(own_database: OwnDatabase, server: MailServer) -> dict[str, str]:
    """The environment of a program that sends its mail to this server."""
    return own_database.environment() | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}", "LOG_LEVEL": "CRITICAL"}


def some_reminders(wanted: int) -> list[str]:
    """Reminders to be sent, written at a rung that was reached today; gives their Message-IDs."""
    cast = f.a_cast()
    f.people(*(("counsel", (Role.COUNSEL,), None) for _ in range(COUNSELS - 1)))
    for _ in range(wanted // COUNSELS):
        f.a_request(cast, State.IN_LEGAL_REVIEW)
    Clock.objects.filter(kind="response").update(ended_on=f.TODAY, ended_by="test")
    # The requests begin at the factories' hour; the reminders are due whenever this test runs.
    write_notices(at=f.AT + (f.AT.replace(day=30) - f.AT) * 2 if timezone.now() < f.AT else timezone.now())
    Notice.objects.update(next_try_at=timezone.now())
    ids = [f"<notice-{pk}@disclosures.invalid>" for pk in Notice.objects.order_by("pk").values_list("pk", flat=True)]
    assert len(ids) >= wanted
    return ids
