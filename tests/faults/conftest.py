"""Workers that are killed at a commit of their work."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import OwnDatabase

ROOT = Path(__file__).parents[2]
Dying = Callable[[str, int, int, str], int]


@pytest.fixture
def run_dying(own_database: OwnDatabase) -> Iterator[Dying]:
    """Runs a work in a process that is killed at a commit: work, id, number, moment. Gives its exit code (negative: signal)."""
    command = [sys.executable, "-m", "tests.faults.dying_worker"]
    with subprocess.Popen(
        command, cwd=ROOT, env=own_database.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None

        def run(work: str, identity: int, number: int, moment: str) -> int:
            parent.stdin.write(f"{work} {identity} {number} {moment}\n")
            parent.stdin.flush()
            code = int(parent.stdout.readline())
            assert code in (0, -signal.SIGKILL), "what the process said stands in the captured stderr"
            return code

        yield run
