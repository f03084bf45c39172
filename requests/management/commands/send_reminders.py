"""``manage.py send_reminders``: one sweep of what is due and not yet sent, without any worker."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from requests.actions.remind import write_notices
from requests.actions.send_notices import send_notices
from requests.calendar.office import office_zone
from requests.management.base import TrackerCommand


class Command(TrackerCommand):
    """Write the notices that are due and send those unsent."""

    help = "Write and send the reminders that are due and not yet sent; each goes out once, whoever sweeps."
    example = "manage.py send_reminders --at 2026-11-23T09:00:00"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """As design section 6 fixes them."""
        parser.add_argument(
            "--at", metavar="ISO", help="As if it were this moment (the office's time without an offset)."
        )

    def act(self, **options: Any) -> int:
        """0, with how many were written and sent."""
        at = _moment(options["at"]) if options["at"] else timezone.now()
        written = write_notices(at=at)
        sent = send_notices(at=at)
        if options["json"]:
            self.print_json({"written": written, "sent": sent})
        else:
            self.stdout.write(f"{written} reminders written, {sent} sent.")
        return 0


def _moment(text: str) -> dt.datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"--at: “{text}” is no moment. Write it as 2026-11-23T09:00:00.")
    return found if found.tzinfo else found.replace(tzinfo=office_zone())
