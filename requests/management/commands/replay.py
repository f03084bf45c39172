"""``manage.py replay``: judge the lines of a request again as they were judged, beside what is stored."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError

from requests.management.base import NEGATIVE, TrackerCommand
from requests.models import DisclosureRequest, Line
from requests.replay import replay_request


class Command(TrackerCommand):
    """Say whether every stored verdict comes out again, or which does not and why."""

    help = "Judge the lines of a request again, on the day and with the parameters of then. Nothing is changed."
    example = "manage.py replay 26-7KQM-X4TD --line 17"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Which request, and which of its lines."""
        parser.add_argument("control_number", metavar="CONTROL-NUMBER")
        parser.add_argument("--line", type=int, metavar="N", help="This line alone; all, if it is left out.")

    def act(self, **options: Any) -> int:
        """0 where all agrees, 1 with what differs."""
        dr = DisclosureRequest.objects.filter(control_number=options["control_number"]).first()
        if dr is None:
            raise CommandError(f"There is no request {options['control_number']}.")
        number = options["line"]
        standing = Line.objects.filter(disclosure_request=dr, until_version__isnull=True)
        if number is not None and not standing.filter(number=number).exists():
            raise CommandError(f"--line: there is no line {number} in {dr.control_number}.")
        found = replay_request(dr, number=number, kept=None)
        if options["json"]:
            self.print_json(
                {
                    "control_number": dr.control_number, "agrees": found.agrees, "lines": found.lines,
                    "exact": not found.changed, "changed": found.changed, "findings": list(found.findings),
                    "differences": [
                        {"line": each.number, "stored": each.stored, "again": each.again, "why": list(each.why)}
                        for each in found.differences
                    ],
                }
            )  # fmt: skip
            return 0 if found.agrees else NEGATIVE
        for then in found.versions:
            self.stdout.write(f"Version {then.version}: judged on {then.on} with rule set {then.rule_set.digest}")
        for code, what in found.changed.items():
            self.stdout.write(f"Not exact: {code}, {what}")
        for each in found.differences:
            self.stdout.write(f"Line {each.number}: {' '.join(each.why)}")
        for text in found.findings:
            self.stdout.write(text)
        self.stdout.write(f"{found.lines - found.differing:,} of {found.lines:,} lines agree.")
        return 0 if found.agrees else NEGATIVE
