"""The code is as ruff wants it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_ruff_finds_nothing() -> None:
    program = [str(Path(sys.executable).parent / "ruff"), "check", "--no-cache", "."]
    checked = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout[-5000:]
