"""``manage.py report``: a status report as a file or on standard output."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from disclosures.actions.export import record_export
from disclosures.reports.base import Period
from disclosures.reports.catalogue import BY_NAME, REPORTS, default_period
from disclosures.reports.writers import FORMATS, as_csv, as_json, write
from requests.calendar.office import office_day
from requests.management.base import TrackerCommand


class Command(TrackerCommand):
    """Write a report of the catalogue. Every one is an event, as on the page."""

    help = "Write a report. Days are included, in the office's time zone; xlsx and pdf need --out."
    example = "manage.py report inventory --from 2026-01-01 --to 2026-11-23 --format xlsx --out inventory.xlsx"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """As design section 6 fixes them."""
        parser.add_argument("name", nargs="?", metavar="NAME", help="A name of --list.")
        parser.add_argument("--list", action="store_true", help="List the reports with their definitions.")
        parser.add_argument("--from", dest="first", metavar="D")
        parser.add_argument("--to", dest="last", metavar="D")
        parser.add_argument("--format", choices=FORMATS, default=None)
        parser.add_argument("--out", metavar="FILE")

    def act(self, **options: Any) -> int:
        """0 with the report; anything else is raised."""
        if options["list"]:
            return self._list(as_list=options["json"])
        report = BY_NAME.get(options["name"] or "")
        if report is None:
            raise CommandError(f"There is no report “{options['name'] or ''}”. --list names them.")
        kind = options["format"] or ("json" if options["json"] else "csv")
        if options["json"] and kind != "json":
            raise CommandError("--json prints JSON; it does not go with another --format.")
        if kind in ("xlsx", "pdf") and not options["out"]:
            raise CommandError(f"--out: a report as {kind} needs a file to go to.")
        at = timezone.now()
        usual = default_period(report, today=office_day(at))
        first, last = _day("--from", options["first"]) or usual.first, _day("--to", options["last"]) or usual.last
        try:
            period = Period(first, last)
        except ValueError as error:
            raise CommandError(f"--from and --to: {error}") from None
        record_export(report.name, actor=None, at=at, first=period.first, last=period.last, kind=kind)
        if options["out"]:
            write(report, period, kind=kind, file=Path(options["out"]))
            return 0
        for piece in as_json(report, period) if kind == "json" else as_csv(report, period):
            self.stdout.write(piece, ending="")
        return 0

    def _list(self, *, as_list: bool) -> int:
        if as_list:
            self.stdout.write(
                json.dumps(
                    [
                        {"name": each.name, "title": each.title, "definition": each.definition, "columns": each.header()}
                        for each in REPORTS
                    ]
                )
            )
            return 0
        for each in REPORTS:
            self.stdout.write(f"{each.name:22} {each.title}: {each.definition}")
        return 0


def _day(field: str, text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{field}: “{text}” is no day. Write it as 2026-11-23.") from None
