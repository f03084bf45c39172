"""Where the servers of a test run keep their data."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from disclosures.embedded import testing


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(testing, "MEMORY", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=testing.ROOM))
    monkeypatch.delenv("TMPDIR", raising=False)


def test_a_run_lives_in_memory_where_there_is_room(tmp_path: Path) -> None:
    assert testing._roof() == tmp_path


def test_a_named_temporary_folder_goes_before_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/somewhere")
    assert testing._roof() == Path(tempfile.gettempdir())


def test_memory_without_room_or_without_any_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=testing.ROOM - 1))
    assert testing._roof() == Path(tempfile.gettempdir())
    monkeypatch.undo()
    monkeypatch.setattr(testing, "MEMORY", tmp_path / "none")
    monkeypatch.delenv("TMPDIR", raising=False)
    assert testing._roof() == Path(tempfile.gettempdir())
