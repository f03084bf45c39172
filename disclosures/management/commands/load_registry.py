"""A snapshot of taxpayer records into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from disclosures.actions.load_registry import load_registry
from requests.actions.errors import ActionError
from requests.intake.errors import BatchError
from requests.management.base import TrackerCommand


class Command(TrackerCommand):
    """Loads a registry file; with ``--replace`` in place of the one in use, in one commit."""

    help = (
        "Load a snapshot of taxpayer records: CSV with taxpayer_ref, a name, an address, and optionally tin and "
        "date_of_birth. Exit code 0: loaded; 2: it cannot be read, or one is in use and --replace is not given."
    )
    example = "manage.py load_registry registry.csv --replace"
    refusals = (BatchError, ActionError, CommandError)

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE and --replace."""
        parser.add_argument("file", metavar="FILE", help="The registry: CSV, columns as published.")
        parser.add_argument("--replace", action="store_true", help="Take the place of the registry in use.")

    def act(self, **options: Any) -> int:
        """Load, then say how many records there are."""
        snapshot = load_registry(
            options["file"],
            at=timezone.now(),
            replace=options["replace"],
            progress=lambda count: self.progress(f"{count:,} records loaded"),
        )
        self.clear_progress()
        if options["json"]:
            self.print_json(
                {"records": snapshot.record_count, "digest": snapshot.source_digest, "file": snapshot.source_name}
            )
        else:
            self.stdout.write(f"{snapshot.record_count:,} records of {snapshot.source_name} are in use.")
        return 0
