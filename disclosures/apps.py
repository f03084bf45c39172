"""The answer: what was found, sent, and owed an account of; and the shell of the project."""

import importlib

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    """The second of the two apps; it imports ``requests`` and is never imported by it."""

    name = "disclosures"
    verbose_name = "Disclosures (the answer)"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make our Celery app the current one, so that tasks go to its broker; hear every sign-in and sign-out."""
        importlib.import_module("disclosures.celery")
        importlib.import_module("disclosures.accounts")
