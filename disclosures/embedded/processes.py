"""Which process is which. A pid alone is reused by the system; a pid with its start time is not."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import time
from pathlib import Path


def started(pid: int) -> str | None:
    """When this process started, as a text that is compared and never read; None if it is gone or only a zombie."""
    try:
        # The command's name may hold spaces and brackets, so the fields are counted after the last bracket.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return None
    else:
        return None if fields[0] in "ZX" else f"{fields[19]}@{_boot()}"
    # macOS has no /proc; LC_ALL keeps the date's form the same for everybody.
    command = ["ps", "-o", "lstart=,stat=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    text = shown.stdout.strip()
    return None if not text or text.split()[-1].startswith("Z") else text.rsplit(None, 1)[0]


def _boot() -> str:
    """Which boot of the machine this is: ticks since boot mean nothing without it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        return ""


@dataclasses.dataclass(frozen=True, slots=True)
class Identity:
    """One process, for ever."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Identity | None:
        """The identity of a process that lives now; None if it does not."""
        when = started(pid)
        return cls(pid, when) if when else None

    def lives(self) -> bool:
        """Whether this very process, not a later one with its number, is running."""
        return started(self.pid) == self.started

    def end(self, *, first: int = signal.SIGTERM, patience: float = 10.0) -> None:
        """Asks the process to end, waits ``patience`` seconds, then kills it. Does nothing to any other process."""
        for number, seconds in ((first, patience), (signal.SIGKILL, 5.0)):
            if not self._tell(number):
                return
            deadline = time.monotonic() + seconds
            while self.lives():
                self.reap()
                if time.monotonic() > deadline:
                    break
                time.sleep(0.02)
            else:
                self.reap()
                return

    def _tell(self, number: int) -> bool:
        if not self.lives():
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def reap(self) -> None:
        """Takes the exit status where the process was our own child: a zombie would still count as somebody's lock."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)


def read(record: Path) -> dict[str, Identity]:
    """The processes written in a record of the data folder, by name; empty if there is none or it is torn."""
    try:
        found = json.loads(record.read_text())
        return {name: Identity(int(pid), str(when)) for name, (pid, when) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write(record: Path, processes: dict[str, Identity]) -> None:
    """Replaces the record in one step: a reader sees the old one or the new one, never half."""
    fresh = record.with_name(record.name + ".new")
    fresh.write_text(json.dumps({name: [one.pid, one.started] for name, one in processes.items()}))
    fresh.replace(record)
