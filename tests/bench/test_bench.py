"""bench measures in a database of its own, by the same acts as people, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from disclosures.bench.files import batch_frame, registry_frame, write_batch
from disclosures.bench.measure import measure
from requests.models import DisclosureRequest
from tests.conftest import OwnDatabase, _server


def databases() -> set[str]:
    with _server() as server:
        return {row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench_%'")}


def test_a_small_run_measures_every_piece_and_leaves_nothing(
    own_database: OwnDatabase, settings: object, tmp_path: Path
) -> None:
    settings.BATCH_FOLDER = tmp_path / "batches"  # type: ignore[attr-defined]
    surroundings = dict(os.environ)
    figures = measure(subjects=400, registry=200, folder=tmp_path, workers=False)
    assert (figures.lines, figures.registry) == (400, 200)
    pieces = (figures.copy_s, figures.parse_s, figures.gate_s, figures.store_s, figures.match_s)
    assert all(seconds is not None and seconds > 0 for seconds in pieces)
    assert figures.ratio_store == pytest.approx(figures.one_worker_s / figures.copy_s, rel=0.01)
    assert (figures.plain_lines, figures.ratio_plain > 0) == (400, True)
    assert figures.peak_mib > 0
    assert databases() == set()
    assert dict(os.environ) == surroundings
    assert not DisclosureRequest.objects.exists()
    assert list((tmp_path / "batches").iterdir()) == []


def test_the_same_seed_makes_the_same_lines_whatever_the_pieces(tmp_path: Path) -> None:
    whole = batch_frame(1, 50, seed=1)
    assert whole.equals(pl.concat([batch_frame(1, 20, seed=1), batch_frame(21, 30, seed=1)]))
    assert not whole.equals(batch_frame(1, 50, seed=2))
    known = registry_frame(1, 5000, seed=1, lines=5000).join(
        batch_frame(1, 5000, seed=1), on=["first_name", "last_name", "address"]
    )
    assert 5 < known.height < 60, "about four of a thousand agree on name and address"
    write_batch(tmp_path / "lines.csv", lines=50)
    assert pl.read_csv(tmp_path / "lines.csv", infer_schema=False).height == 50


@pytest.mark.parametrize("options", [("--subjects", "0"), ("--registry", "-1")])
def test_numbers_that_make_no_sense_are_refused(options: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="--subjects and --registry"):
        call_command("bench", *options)
