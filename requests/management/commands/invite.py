"""``manage.py invite``: the first administrator of a new office, and anybody where the admin cannot be reached."""

from __future__ import annotations

import argparse
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from requests.actions.errors import ActionError
from requests.actions.people import invite_person
from requests.intake.errors import BatchError
from requests.management.base import TrackerCommand
from requests.models import Agency
from requests.permissions import Role


class Command(TrackerCommand):
    """Make an account and print where its owner sets the password. The act is an event of the system."""

    help = "Make an account with roles; its owner sets the password by the address that is printed, once."
    example = "manage.py invite ana --first Ana --last Duarte --email ana@example.gov --role admin"
    refusals = (BatchError, CommandError, ActionError)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Who, and with which roles."""
        parser.add_argument("username")
        parser.add_argument("--first", required=True, metavar="NAME")
        parser.add_argument("--last", required=True, metavar="NAME")
        parser.add_argument("--email", default="", metavar="ADDRESS")
        parser.add_argument("--agency", metavar="CODE", help="For the people of an agency.")
        parser.add_argument("--role", action="append", default=[], choices=[role.value for role in Role], help="Repeatable.")

    def act(self, **options: Any) -> int:
        """0 with the address; anything else is raised."""
        agency = None
        if options["agency"]:
            agency = Agency.objects.filter(code=options["agency"]).first()
            if agency is None:
                raise CommandError(f"--agency: there is no agency with the code {options['agency']}.")
        person = invite_person(
            actor=None, at=timezone.now(), username=options["username"], first_name=options["first"],
            last_name=options["last"], email=options["email"], agency=agency, roles=options["role"],
        )  # fmt: skip
        address = password_address(person)
        if options["json"]:
            self.print_json({"username": person.username, "set_password_at": address})
        else:
            self.stdout.write(f"{person.username} sets a password at {address} (good once).")
        return 0


def password_address(person: Any) -> str:
    """The path at which this person sets a password, good once."""
    key = default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
