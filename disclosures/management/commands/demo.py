"""``manage.py demo``: people in every role and requests in every state, with true histories."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from disclosures.demo.people import PASSWORD
from disclosures.demo.reset import reset
from disclosures.demo.scene import play
from requests.management.base import TrackerCommand
from requests.models import DisclosureRequest


class Command(TrackerCommand):
    """Fill an empty database. It refuses one that holds requests, so that invented data never joins real data."""

    help = "Fill an empty database with the demonstration; no reminder of the past is sent."
    example = "manage.py demo --requests 300 --seed 1"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """As design section 6 fixes them."""
        parser.add_argument("--requests", type=int, default=300, metavar="N", help="How many requests (default 300).")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="The same seed tells the same stories.")
        parser.add_argument("--reset", action="store_true", help="Empty the demonstration's database first.")

    def act(self, **options: Any) -> int:
        """0 when it is filled; refuses outside a demonstration and beside existing requests."""
        if not settings.DEMO:
            raise CommandError("This is no demonstration (DEMO is off): invented data does not go here.")
        if options["requests"] < 0:
            raise CommandError("--requests: give a number that is not negative.")
        if options["reset"]:
            reset()
        if DisclosureRequest.objects.exists():
            raise CommandError("There are requests already. Use --reset to begin anew, or an empty database.")
        told = play(
            requests=options["requests"], seed=options["seed"], now=timezone.now(),
            progress=lambda done: self.progress(f"{done} requests told"),
        )  # fmt: skip
        self.clear_progress()
        if options["json"]:
            self.print_json({"requests": told})
        else:
            self.stdout.write(f"{told} requests of demonstration. Every login has the password “{PASSWORD}”.")
        return 0
