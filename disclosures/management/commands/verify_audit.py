"""``manage.py verify_audit``: prove that what stands follows from what was recorded."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from disclosures.audit.replay import agrees_with, heads, replay_all
from requests.management.base import TrackerCommand


class Command(TrackerCommand):
    """Replay each request's events; with --against, hold the record against a head exported earlier."""

    help = "Replay every request's events and list what does not follow from them. Exit 1 if anything does not."
    example = "manage.py verify_audit --json > head.json; later: manage.py verify_audit --against head.json"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """FILE is the JSON that an earlier run printed."""
        parser.add_argument("--against", metavar="FILE", help="A head that an earlier run printed with --json.")

    def act(self, **options: Any) -> int:
        """0 where everything follows, 1 with the list where something does not."""
        earlier = _read_head(options["against"]) if options["against"] else None
        found = [{"request": each.control_number, "what": each.what} for each in replay_all()]
        if earlier is not None and not agrees_with(earlier):
            found.append({"request": "", "what": "The events up to the earlier head are not those that it was made of."})
        head = heads()
        if options["json"]:
            self.print_json({"ok": not found, "discrepancies": found, **head})
        else:
            for each in found:
                self.stdout.write(f"{each['request'] or 'record'}: {each['what']}")
            verdict = "Everything follows." if not found else f"{len(found)} discrepancies."
            self.stdout.write(f"{head['events']:,} events replayed. {verdict}\nHead: {head['digest']}")
        return 1 if found else 0


def _read_head(file: str) -> dict[str, Any]:
    try:
        head = json.loads(Path(file).read_text())
        return {"events": int(head["events"]), "last_event": int(head["last_event"]), "digest": str(head["digest"])}
    except (ValueError, KeyError, TypeError):
        raise CommandError(f"{file} is no head that verify_audit --json printed.") from None
