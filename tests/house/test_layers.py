"""The floor plan is kept: import-linter reads the contracts of pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN_ROOMS = {"utils", "helpers", "common"}


def test_every_layer_imports_only_what_lies_to_its_right() -> None:
    program = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    linted = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "0 broken" in linted.stdout


def test_no_room_is_called_utils_helpers_or_common() -> None:
    found = [
        path.relative_to(ROOT)
        for app in ("requests", "disclosures", "tests")
        for path in (ROOT / app).rglob("*")
        if path.stem in FORBIDDEN_ROOMS
    ]
    assert found == []


def test_no_folder_of_tests_is_called_like_the_app() -> None:
    assert not [path for path in (ROOT / "tests").rglob("requests") if path.is_dir()]
