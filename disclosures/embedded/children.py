"""A program that ./run keeps going."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from disclosures.embedded.places import ROOT
from disclosures.embedded.processes import Identity

LARGE = 20 * 2**20  # bytes; a longer log is put aside at the next start


class Child:
    """One program, in a session of its own: Ctrl-C at the terminal reaches the supervisor only."""

    def __init__(self, name: str, command: list[str], *, log: Path, environment: Mapping[str, str]):
        self.name = name
        self.command = command
        self.log = log
        self.environment = environment
        self.identity: Identity | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.starts: list[float] = []

    def start(self, *, keep: list[int]) -> None:
        """Starts the program; ``keep`` are descriptors that it inherits. Its output goes to the log."""
        if self.log.exists() and self.log.stat().st_size > LARGE:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=keep,
            )
        self.identity = Identity.of(self.process.pid)
        self.starts.append(time.monotonic())

    @property
    def code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self.process.poll() if self.process else None

    def running(self) -> bool:
        """Whether it runs. What it started itself goes with it."""
        if self.process is None:
            return False
        if self.process.poll() is None:
            return True
        self._end_group(signal.SIGKILL)
        return False

    def how(self) -> str:
        """How it ended, in words."""
        code = self.code or 0
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def ends_too_often(self) -> bool:
        """Five starts within a minute: starting it once more will not help."""
        return len([when for when in self.starts if time.monotonic() - when < 60]) >= 5

    def ask_to_end(self) -> None:
        """Asks politely: what is under way is finished."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """Ends it and all that it started, at once."""
        self._end_group(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def _end_group(self, number: int) -> None:
        # The group bears the program's number for as long as anybody is in it, so it cannot be somebody else's.
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)
