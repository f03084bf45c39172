"""``migrate`` as the owner of the tables, and then the rights of the role that the application acts as."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections
from psycopg import sql


class Command(migrate.Command):
    """Django's migrate, on the connection ``owner``; afterwards it grants the application exactly what it may do."""

    help = migrate.Command.help + " Runs as the owner, then sets the rights of the application's role."

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's arguments; only the default connection differs."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates, then grants. The rights are set anew each time, so a table that came by hand is covered as well."""
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            grant(options["database"])


def grant(database: str) -> None:
    """Gives the application's role its rights, and takes away what it must not do, on this connection's database.

    The application reads and writes rows; it never truncates, and changes or removes nothing in the append-only
    tables. The role is made, without a login, where it is missing and the owner may make it.
    """
    connection = connections[database]
    role = settings.APPLICATION_ROLE
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s), current_user", [role])
        exists, current = cursor.fetchone()
        if not exists:
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(name))
            cursor.execute(sql.SQL("GRANT {} TO {}").format(name, sql.Identifier(current)))
        if role == current:
            return  # one role for everything: it owns the tables, so there is nothing to grant or to take
        here = sql.Identifier(connection.get_connection_params()["dbname"])
        for statement in (
            "GRANT CONNECT, TEMPORARY ON DATABASE {here} TO {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM {role}",
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=name, here=here))
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {row[0] for row in cursor.fetchall()}
        for table in sorted(tables.intersection(settings.APPEND_ONLY_TABLES)):
            revoke = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}")
            cursor.execute(revoke.format(sql.Identifier(table), name))
