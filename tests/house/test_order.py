"""Parallel workers get every test once, and each begins with its part of the slow ones."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import SLOW, _slow_first

ROOT = Path(__file__).resolve().parents[2]
QUICK = [f"tests/rules/test_names.py::test_{number}" for number in range(20)]
HEAVY = [f"{name}::test_{number}" for name in SLOW for number in range(2)]


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 50])
def test_no_test_is_lost_or_run_twice(workers: int) -> None:
    items = [SimpleNamespace(nodeid=name) for name in [*QUICK[:5], *HEAVY, *QUICK[5:]]]
    dealt = _slow_first(items, workers=workers)  # type: ignore[arg-type]
    assert sorted(item.nodeid for item in dealt) == sorted(item.nodeid for item in items)


def test_each_share_begins_with_slow_ones() -> None:
    items = [SimpleNamespace(nodeid=name) for name in [*QUICK, *HEAVY]]
    dealt = [item.nodeid for item in _slow_first(items, workers=2)]  # type: ignore[arg-type]
    assert dealt[0] == HEAVY[0]
    assert dealt[15] == HEAVY[1]
    assert set(dealt[:5] + dealt[15:20]) == set(HEAVY)


@pytest.mark.parametrize("name", SLOW)
def test_what_is_called_slow_exists(name: str) -> None:
    assert (ROOT / name).exists()
