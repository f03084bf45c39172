"""Gate and match of a batch against a registry file; nothing stored, nothing disclosed."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from disclosures.actions.rehearse import Rehearsal, rehearse
from requests.actions.errors import ActionError
from requests.calendar.office import office_day
from requests.intake.errors import BatchError
from requests.management.base import NEGATIVE, TrackerCommand
from requests.queries import rule_parameters
from requests.rules.base import Judging


class Command(TrackerCommand):
    """Says how many lines would be answered yes, no or not at all. Exit 1 unless all lines are accepted."""

    help = (
        "Judge a batch and compare its accepted lines with a registry file; store nothing and disclose nothing. "
        "Exit code 0: all accepted; 1: not all; 2: a file cannot be read."
    )
    example = "manage.py rehearse batch.csv --registry registry.csv --as-of 2026-11-23 --out answers/"
    refusals = (BatchError, ActionError, CommandError)

    def add_arguments(self, parser: CommandParser) -> None:
        """The two files, the day of judging, and where the answers go."""
        parser.add_argument("file", metavar="FILE", help="The batch: CSV or XLSX, columns as published.")
        parser.add_argument("--registry", metavar="FILE", required=True, help="The registry: CSV, columns as published.")
        parser.add_argument(
            "--as-of", type=_day, metavar="D", default=None, help="The day of judging, YYYY-MM-DD; today if left out."
        )
        parser.add_argument("--out", metavar="DIR", default=None, help="Write answers.csv into this folder.")

    def act(self, **options: Any) -> int:
        """Rehearse, write the answers where asked, and print the sums."""
        judging = Judging(as_of=options["as_of"] or office_day(timezone.now()), parameters=rule_parameters())
        rehearsal = rehearse(
            options["file"], registry=options["registry"], judging=judging, progress=self.progress
        )
        self.clear_progress()
        if options["out"] is not None:
            folder = Path(options["out"])
            folder.mkdir(parents=True, exist_ok=True)
            # An empty text would be written as "", a null as nothing.
            rehearsal.answers.with_columns(pl.col("reason").replace("", None)).write_csv(folder / "answers.csv")
        if options["json"]:
            self.print_json(rehearsal.summary())
        else:
            self._tell(rehearsal)
        return 0 if rehearsal.all_accepted else NEGATIVE

    def _tell(self, rehearsal: Rehearsal) -> None:
        sums = rehearsal.summary()
        self.stdout.write(f"{sums['received']:,} lines received, {sums['compared']:,} compared.")
        for name in ("yes", "no", "undecided", "not_answered"):
            self.stdout.write(f"  {name.replace('_', ' '):14}{sums[name]:>10,}")
        for code, count in sums["by_rule"].items():
            self.stdout.write(f"{code}: {count:,} lines")
        for finding in rehearsal.request_findings:
            self.stdout.write(f"{finding.code} (the whole request, {finding.verdict.word}): {finding.detail}")
        self.stdout.write("Nothing was stored and nothing was disclosed.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from None
