"""The types hold: mypy with Django's plugin over both apps."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Beside the environment, so that the next run only looks at what changed; never in the checkout.
CACHE = Path(sys.prefix) / "mypy-cache"


def test_mypy_finds_nothing() -> None:
    cache = CACHE if CACHE.parent.is_dir() else Path(tempfile.mkdtemp())
    program = [sys.executable, "-m", "mypy", "--cache-dir", str(cache)]
    checked = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout[-5000:] + checked.stderr[-2000:]
