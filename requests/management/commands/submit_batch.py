"""``manage.py submit_batch``: a submitted request from a file, through the same actions as the pages."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from requests.actions.advance import prepare
from requests.actions.draft import draft_request
from requests.actions.errors import ActionError, NotNow
from requests.actions.receive_file import announce_file, look_at, receive_whole
from requests.actions.submit import refuse_unless_letter, submit_request
from requests.actions.take_in import cancel_load, take_in
from requests.actions.work_on_load import work_on
from requests.calendar.office import office_day
from requests.intake.errors import BatchError
from requests.intake.files import open_batch
from requests.intake.load_folder import blocks_of
from requests.management.base import TrackerCommand
from requests.models import Agency, Authority, BatchLoad, DisclosureRequest, Official, Person
from requests.models.lifecycle import State
from requests.queries import load_steps, unmet_conditions
from requests.tasks import wake_for_load

# What a request can only meet once its lines are in and signed.
AFTER_THE_LINES = {"takes_no_lines_in", "has_a_line", "is_signed_over_these_lines"}


class Command(TrackerCommand):
    """Draft, take the file in, sign and submit. Workers that are up share the work; Ctrl-C cancels the file.

    Killed at any point, the same command with the same file goes on where it stopped.
    """

    help = "Make a submitted request from a file of lines. The same command again goes on with one that was cut off."
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
            refuse_unless_letter(letter[1])
        load = self._load(options, agency=agency, authority=authority, person=person, at=at)
        self._take_in(load, person)
        # Whoever runs this command on the server stands for the fresh sign-in; the event says that it was a command.
        submitted = submit_request(
            load.disclosure_request_id, actor=person, at=timezone.now(), official=official, letter=letter,
            authenticated_at=None if letter else timezone.now(),
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

    def _load(
        self, options: dict[str, Any], *, agency: Agency, authority: Authority, person: Person, at: dt.datetime
    ) -> BatchLoad:
        """The file's row: the one of an earlier run that was cut off, or a new one with its draft."""
        file = Path(options["file"])
        with open_batch(file) as batch:  # the whole file, so that one with a fault leaves no draft behind
            lines = 0
            for frame in batch.chunks():
                lines += frame.height
                self.progress(f"{lines:,} lines read")
        digest = hashlib.sha256()
        for block in blocks_of(file):
            digest.update(block)
        for part in (agency.code, authority.code, options["purpose"], str(options["certify_solely"])):
            digest.update(f"\0{part}".encode())
        once = digest.hexdigest()[:32]
        cut_off = BatchLoad.objects.filter(
            sent_by=person, once=once, disclosure_request__state=State.DRAFT, disclosure_request__drafted_by=person
        ).exclude(phase__in=[BatchLoad.Phase.CANCELLED, BatchLoad.Phase.REFUSED])
        known = cut_off.order_by("-pk").first()
        if known is not None and known.phase != BatchLoad.Phase.ARRIVING:
            return known
        with transaction.atomic():
            if known is None:
                drafted = draft_request(
                    actor=person, at=at, agency=agency, authority=authority, purpose=options["purpose"],
                    certified_solely=options["certify_solely"],
                )  # fmt: skip
                _refuse_what_cannot_be_submitted(drafted, at=at)
                known = announce_file(
                    drafted.pk, actor=person, at=at, name=file.name, size=file.stat().st_size, once=once
                )
            return receive_whole(known.pk, actor=person, at=at, blocks=blocks_of(file))

    def _take_in(self, load: BatchLoad, person: Person) -> None:
        """Work on the file until it is in. Raises CommandError where it is refused or cancelled."""
        shown = [0.0]

        def tell() -> None:
            if time.monotonic() - shown[0] > 0.5:  # the terminal needs no more
                shown[0] = time.monotonic()
                self.progress(_words(BatchLoad.objects.get(pk=load.pk)))

        try:
            look_at(load.pk, at=timezone.now())
            if not BatchLoad.objects.get(pk=load.pk).is_over:
                take_in(load.pk, actor=person, at=timezone.now())
                wake_for_load(load.pk)
            while not work_on(load.pk, clock=timezone.now, tell=tell):
                time.sleep(0.2)  # others hold what is left
                tell()
        except KeyboardInterrupt:
            cancel_load(load.pk, actor=person, at=timezone.now())
            while not work_on(load.pk, clock=timezone.now):
                time.sleep(0.2)
            raise CommandError("Cancelled: nothing of the file is kept.") from None
        load.refresh_from_db()
        if load.phase == BatchLoad.Phase.REFUSED:
            raise CommandError(load.refusal)
        if load.phase == BatchLoad.Phase.CANCELLED:
            raise CommandError("Somebody cancelled the file: nothing of it is kept.")


def _refuse_what_cannot_be_submitted(drafted: DisclosureRequest, *, at: dt.datetime) -> None:
    """Raise NotNow at once where signing would be refused after all lines are in."""
    prepare(drafted, at=at)
    unmet = [each for each in unmet_conditions(drafted, "submit") if each.name not in AFTER_THE_LINES]
    if unmet:
        raise NotNow(" ".join(each.text for each in unmet), unmet)


def _words(load: BatchLoad) -> str:
    """How far the file is, in one line."""
    here = next((step for step in load_steps(load, at=timezone.now()) if step.is_here), None)
    if here is None:
        return load.get_phase_display()
    words = f"{here.label}: {here.done:,}" + (f" of {here.total:,} lines" if here.total else " lines")
    if here.rate:
        words += f", {here.rate:,} a second"
    return words + (f", about {here.seconds_left} s left" if here.seconds_left is not None else "")
