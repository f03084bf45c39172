"""``manage.py due``: work out a due day, and say of every day why it counted. Needs no server."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import CommandError

from requests.calendar.days import COUNTS, paused_days
from requests.management.base import TrackerCommand

MOST_DAYS = 100_000
UNITS = ("business", "calendar", "months")


class Command(TrackerCommand):
    """Count days from a start, around weekends, holidays and pauses."""

    help = "Work out a due day. Counting starts the day after; a new installation knows the legal public holidays."
    example = "manage.py due --from 2026-11-12 --days 10 --unit business --pause 2026-11-17..2026-11-18 --explain"
    needs_server = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """As design section 6 fixes them."""
        parser.add_argument("--from", dest="start", required=True, metavar="D", help="The day to count from.")
        parser.add_argument("--days", required=True, type=int, metavar="N", help="How many, in the unit.")
        parser.add_argument("--unit", required=True, choices=UNITS)
        parser.add_argument(
            "--pause",
            action="append",
            default=[],
            metavar="D1..D2",
            help="Days that stood still, both included; repeatable.",
        )
        parser.add_argument("--explain", action="store_true", help="Say of every day whether it counted, and why.")

    def act(self, **options: Any) -> int:
        """0 and the due day; anything else is raised."""
        start, days, unit = _day("--from", options["start"]), options["days"], options["unit"]
        if not 0 <= days <= (MOST_DAYS if unit != "months" else MOST_DAYS // 30):
            raise CommandError(f"--days: {days} is out of range. Give 0 to {MOST_DAYS:,} days.")
        pauses = [_pause(text) for text in options["pause"]]
        try:
            count = COUNTS[unit](start, days, paused=paused_days(pauses, start=start))
        except (OverflowError, ValueError):
            raise CommandError("The due day lies beyond the end of the calendar. Count fewer days.") from None
        found: dict[str, Any] = {"due": count.due.isoformat()}
        if options["explain"]:
            found["days"] = [
                {"date": each.date.isoformat(), "counted": each.counted, "why": each.why} for each in count.days
            ]
        if options["json"]:
            self.print_json(found)
            return 0
        for each in count.days if options["explain"] else ():
            self.stdout.write(f"{each.date:%a} {each.date}  {'counts' if each.counted else '      '}  {each.why}")
        self.stdout.write(f"Due {count.due:%A} {count.due.isoformat()}")
        return 0


def _day(field: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{field}: “{text}” is no day. Write it as 2026-11-23.") from None


def _pause(text: str) -> tuple[dt.date, dt.date]:
    first, dots, last = text.partition("..")
    if not dots:
        raise CommandError(f"--pause: “{text}” is no span. Write it as 2026-11-17..2026-11-18.")
    start, end = _day("--pause", first), _day("--pause", last)
    if end < start:
        raise CommandError(f"--pause: “{text}” ends before it begins.")
    if (end - start).days >= MOST_DAYS:
        raise CommandError(f"--pause: “{text}” is too long. Give up to {MOST_DAYS:,} days.")
    return start, end
