"""The servers of a test run: one pair for all its workers, in a temporary folder that goes when the run ends."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from disclosures.embedded.attach import end_on_signal
from disclosures.embedded.lease import Lease, alone, in_use, stop
from disclosures.embedded.places import Places
from disclosures.embedded.trouble import Trouble, of_os_error

PREFIX = "tracker-test-"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own in it, as in the temporary folder
ROOM = 2 * 2**30  # bytes that must be free there; a run takes a tenth of them


def start_servers() -> None:
    """Gives this test run a data folder, and servers where no URL names any, by way of the environment.

    The workers of pytest-xdist inherit both. Ends the process with one sentence if the servers do not come up.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    _sweep()
    data = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_roof()))
    if os.geteuid() == 0:
        data.chmod(0o711)
    lease = Lease(data, durable=False, needs=_absent())
    atexit.register(_end, lease, os.getpid())
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, end_on_signal)
    try:
        urls = lease.take()
    except Trouble as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        sys.exit(str(of_os_error(error)))
    os.environ.update(urls)
    os.environ["TRACKER_DATA"] = str(data)
    os.environ["TRACKER_TEST_RUN"] = data.name.removeprefix(PREFIX)


def _roof() -> Path:
    """Where the run's folder is made: in memory, or in the temporary folder that TMPDIR names or memory has no room for.

    Databases come and go by the dozen, each of them a thousand files; on a disk that takes three times as long.
    """
    with contextlib.suppress(OSError):
        if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
            return MEMORY
    return Path(tempfile.gettempdir())


def _absent() -> frozenset[str]:
    named = {"DATABASE_URL": "postgres", "REDIS_URL": "valkey"}
    return frozenset(server for name, server in named.items() if not os.environ.get(name))


def _end(lease: Lease, owner: int) -> None:
    """Stops the servers and removes the folder; not in a process that a test forked."""
    if os.getpid() == owner:
        lease.give_back()
        lease.places.forget()


def _sweep() -> None:
    """Removes what test runs left behind that were killed: their lease is free, and the folder is ours."""
    for folder in (folder for roof in (MEMORY, Path(tempfile.gettempdir())) for folder in roof.glob(f"{PREFIX}*")):
        places = Places(folder)
        with contextlib.suppress(OSError, Trouble):
            if folder.lstat().st_uid != os.geteuid() or not places.lease.exists():
                continue
            with alone(places.start_lock, patience=0):  # whoever is only starting holds it
                if not in_use(places):
                    stop(places)
                    places.forget()
