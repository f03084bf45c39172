"""Begin the demonstration anew. The wall lets nobody delete what happened, so the owner drops the whole schema."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections


def reset() -> None:
    """Drop everything in the demonstration's database as its owner, and migrate again."""
    connections["default"].close()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0, interactive=False)
