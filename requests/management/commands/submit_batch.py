"""``manage.py submit_batch``: a submitted request from a file, through the same actions as the pages."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from requests.actions.draft import draft_request
from requests.actions.errors import ActionError
from requests.actions.lines import load_lines
from requests.actions.submit import submit_request
from requests.calendar.office import office_day
from requests.intake.errors import BatchError
from requests.intake.files import open_batch
from requests.management.base import TrackerCommand
from requests.models import Agency, Authority, Official, Person


class Command(TrackerCommand):
    """Draft, load, sign and submit in one go; all or nothing."""

    help = "Make a submitted request from a file of lines."
    example = (
        "manage.py submit_batch lines.csv --agency ICE --signed-by official --authority i2 "
        '--purpose "Locate and charge" --certify-solely'
    )
    refusals = (BatchError, CommandError, ActionError)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """As design section 6 fixes them."""
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--agency", required=True, metavar="CODE")
        parser.add_argument("--signed-by", required=True, metavar="USER")
        parser.add_argument("--authority", required=True, metavar="CODE", help="Such as i2.")
        parser.add_argument("--purpose", required=True, metavar="TEXT")
        parser.add_argument("--certify-solely", action="store_true", help="The agency certifies use solely for it.")
        parser.add_argument("--letter", metavar="PDF", help="The signed letter.")

    def act(self, **options: Any) -> int:
        """0 and the control number; anything else is raised."""
        at = timezone.now()
        agency = Agency.objects.filter(code=options["agency"], is_active=True).first()
        if agency is None:
            raise CommandError(f"--agency: there is no agency with the code {options['agency']}.")
        authority = Authority.objects.filter(code=options["authority"]).first()
        if authority is None:
            raise CommandError(f"--authority: there is no authority with the code {options['authority']}.")
        person = Person.objects.filter(username=options["signed_by"], is_active=True).first()
        if person is None:
            raise CommandError(f"--signed-by: there is no active user {options['signed_by']}.")
        today = office_day(at)
        offices = Official.objects.filter(person=person, agency=agency, valid_from__lte=today).order_by("-valid_from")
        official = next((each for each in offices if each.valid_to is None or today <= each.valid_to), None)
        if official is None:
            raise CommandError(f"--signed-by: {person.username} holds no office at {agency.code} today.")
        letter = None
        if options["letter"]:
            letter = (Path(options["letter"]).name, Path(options["letter"]).read_bytes())
        with open_batch(options["file"]) as batch, transaction.atomic():
            drafted = draft_request(
                actor=person, at=at, agency=agency, authority=authority, purpose=options["purpose"],
                certified_solely=options["certify_solely"],
            )  # fmt: skip
            load_lines(
                drafted.pk, batch.chunks, actor=person, at=at, detail={"channel": "command"},
                progress=lambda done: self.progress(f"{done:,} lines judged and stored"),
            )  # fmt: skip
            # Whoever runs this command on the server stands for the fresh sign-in; the event says that it was a command.
            submitted = submit_request(
                drafted.pk, actor=person, at=at, official=official, letter=letter,
                authenticated_at=None if letter else at,
            )  # fmt: skip
        self.clear_progress()
        if options["json"]:
            self.print_json({
                "control_number": submitted.control_number, "state": submitted.state, "lines": submitted.line_count,
                "by_standing": {
                    "complete": submitted.complete_count, "questioned": submitted.questioned_count,
                    "defective": submitted.defective_count, "blocked": submitted.blocked_count,
                },
            })  # fmt: skip
        else:
            self.stdout.write(f"{submitted.control_number} is submitted with {submitted.line_count:,} lines.")
        return 0
