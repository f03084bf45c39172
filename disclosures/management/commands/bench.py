"""``manage.py bench``: the batch path beside a bare COPY of the same file, in a scratch database of the same server."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError

from disclosures.bench.measure import Figures, measure
from requests.management.base import TrackerCommand

WORDS = {
    "copy_s": "bare COPY of the file", "parse_s": "parse", "gate_s": "gate: names, addresses, counts across lines",
    "store_s": "judge, store, digest", "ratio_store": "parse, gate and store / bare COPY (at most 8, heading for 4)",
    "two_workers_s": "the same by two workers", "ratio_two_workers": "one worker / two workers (over 1 is faster)",
    "one_on_a_core_s": "the same by one worker on one core", "two_on_a_core_each_s": "by two workers, one core each",
    "ratio_on_a_core_each": "one on a core / two on one each (over 1 is faster)",
    "plain_lines": "lines of the sample for the same rules in plain Python", "plain_s": "the same rules in plain Python",
    "ratio_plain": "plain Python / the gate, on the sample (at least 5)",
    "match_s": "compare with the registry, write the results", "ratio_match": "comparison / parse, gate and store (under 2)",
    "peak_mib": "most memory of one process, MiB (at most 2,048)",
}  # fmt: skip


class Command(TrackerCommand):
    """Measure, print, leave nothing behind."""

    help = "Time the batch path beside a bare COPY: same file, same server, same run, a scratch database that is dropped."
    example = "manage.py bench --subjects 1280000 --registry 5800000 --json"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """As design section 6 fixes them."""
        parser.add_argument("--subjects", type=int, default=100_000, metavar="N", help="Lines of the batch (default 100,000).")
        parser.add_argument("--registry", type=int, default=400_000, metavar="M", help="Records; 0 leaves the comparison out.")

    def act(self, **options: Any) -> int:
        """0 with the figures."""
        if options["subjects"] < 1 or options["registry"] < 0:
            raise CommandError("--subjects and --registry: give numbers that are not negative, and at least one line.")
        with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
            settings.BATCH_FOLDER = Path(folder) / "batches"
            try:
                figures = measure(
                    subjects=options["subjects"], registry=options["registry"], folder=Path(folder), say=self.progress
                )
            except DatabaseError as error:
                raise CommandError(f"The scratch database could not be used: {error}") from None
        self.clear_progress()
        if options["json"]:
            self.print_json(figures.rounded())
        else:
            self._tell(figures)
        return 0

    def _tell(self, figures: Figures) -> None:
        self.stdout.write(f"{figures.lines:,} lines, {figures.registry:,} records")
        rounded = figures.rounded()
        for name, words in WORDS.items():
            if rounded[name] is not None:
                self.stdout.write(f"{rounded[name]:>12,} {name:18} {words}")
