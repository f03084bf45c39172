"""Sharing one pair of servers among everybody who uses a data folder.

Every user holds a shared flock on ``lease`` for as long as it needs the servers. Starting and stopping happen under
an exclusive flock on ``start.lock``. Who gives the lease back and can then take it exclusively was the last user, and
stops the servers. The kernel drops a flock with its process, so ``kill -9`` leaves no lease behind; it may leave
servers running, and the next user adopts them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from disclosures.embedded import postgres, processes, valkey
from disclosures.embedded.places import Places
from disclosures.embedded.trouble import Trouble

PATIENCE = 150.0  # seconds for somebody else's start or stop


@contextlib.contextmanager
def alone(lock: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Holds an exclusive flock on this file. Raises Trouble when another process keeps it longer than ``patience``."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + patience
        while not _try(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise Trouble(f"Another process has held {lock} for {patience:.0f} seconds: end it and try again.")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Lease:
    """A share in the servers of one data folder. Use it as a context manager.

    ``durable`` False is for tests: faster, and a crash of the machine loses data.
    """

    def __init__(self, data: Path, *, durable: bool = True, needs: frozenset[str] = frozenset({"postgres", "valkey"})):
        self.places = Places(data)
        self.durable = durable
        self.needs = needs
        self.descriptor = -1

    def take(self) -> dict[str, str]:
        """Attaches to the servers, starting those that do not answer. Returns their URLs by setting name.

        Raises Trouble, or OSError for a data folder that cannot be written.
        """
        self.places.make()
        with alone(self.places.start_lock):
            self.descriptor = os.open(self.places.lease, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self.descriptor, fcntl.LOCK_SH)
            try:
                self._start_missing()
            except BaseException:
                self._drop()
                raise
        urls = self.places.urls()
        wanted = {"DATABASE_URL": "postgres", "DATABASE_OWNER_URL": "postgres", "REDIS_URL": "valkey"}
        return {name: url for name, url in urls.items() if wanted[name] in self.needs}

    def mend(self) -> list[str]:
        """Starts again what does not answer any more. Returns the names of what was started."""
        with alone(self.places.start_lock):
            return self._start_missing()

    def give_back(self) -> None:
        """Gives the share back; the last user stops the servers. Calling it twice does no harm."""
        if self.descriptor < 0:
            return
        with alone(self.places.start_lock):
            self._drop()

    def _drop(self) -> None:
        """Under start.lock: lets go, and stops the servers if nobody else holds a share."""
        fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        if _try(self.descriptor, fcntl.LOCK_EX):
            stop(self.places)
        os.close(self.descriptor)
        self.descriptor = -1

    def _start_missing(self) -> list[str]:
        """Under start.lock: adopts, mends or starts each server; returns the names of those it started."""
        places, kept = self.places, processes.read(self.places.servers)
        places.prepare()
        fresh: list[str] = []
        for name, server in (("valkey", valkey), ("postgres", postgres)):
            if name not in self.needs or (name in kept and kept[name].lives() and server.answers(places)):
                continue
            alive = server.running(places, kept.get(name))
            if alive is not None and not _comes_round(server, places):
                # It lives and does not answer: it hangs. Nothing but a new start helps.
                server.stop(alive)
                alive = None
            if alive is None:
                if name in kept:
                    kept[name].reap()
                alive = server.start(places, durable=self.durable)
                fresh.append(name)
            # Written before it answers: whoever comes after a crash right here knows whom to adopt.
            kept[name] = alive
            processes.write(places.servers, kept)
        for name, server in (("valkey", valkey), ("postgres", postgres)):
            if name in fresh:
                kept[name] = server.wait(places, kept[name], durable=self.durable)
                processes.write(places.servers, kept)
        if "postgres" in fresh:
            postgres.furnish(places)
        return fresh

    def __enter__(self) -> dict[str, str]:
        return self.take()

    def __exit__(self, *_error: object) -> None:
        self.give_back()


def _comes_round(server, places: Places) -> bool:  # type: ignore[no-untyped-def]
    """Whether a server that lives answers within some seconds (it may be starting, or busy)."""
    deadline = time.monotonic() + 15
    while not server.answers(places):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def stop(places: Places) -> None:
    """Under start.lock and with nobody holding a share: stops the servers that stand in the record."""
    kept = processes.read(places.servers)
    for name, server in (("postgres", postgres), ("valkey", valkey)):
        alive = server.running(places, kept.get(name))
        if alive is not None:
            server.stop(alive)
    places.servers.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        places.sockets.rmdir()  # empty now, unless somebody put something else there


def in_use(places: Places) -> bool:
    """Whether anybody holds a share in the servers of this data folder now."""
    try:
        descriptor = os.open(places.lease, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)
