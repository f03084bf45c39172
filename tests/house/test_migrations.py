"""Migrations say what the models say, and apply forwards and backwards."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from tests.conftest import OwnDatabase


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_migration_is_applied() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_our_migrations_go_back_to_nothing_and_forth_again(own_database: OwnDatabase) -> None:
    call_command("migrate", "disclosures", "0001", verbosity=0)
    call_command("migrate", "requests", "0001", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'wall%'")
        assert cursor.fetchone()[0] == 0
    call_command("migrate", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'wall%' AND tgenabled <> 'A'")
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db
def test_every_table_that_only_grows_has_its_triggers() -> None:
    tables = {model._meta.db_table for model in apps.get_models()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname IN "
                       "('wall_append_only', 'wall_no_truncate') AND tgenabled = 'A'")  # fmt: skip
        found = set(cursor.fetchall())
    assert set(settings.APPEND_ONLY_TABLES) <= tables
    assert found == {
        (table, trigger) for table in settings.APPEND_ONLY_TABLES for trigger in ("wall_append_only", "wall_no_truncate")
    }
