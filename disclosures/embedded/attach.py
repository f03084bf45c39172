"""What ``manage.py`` does before Django: find the servers, start them if nobody did, and give them back at the end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from disclosures.embedded.lease import Lease, alone
from disclosures.embedded.places import Places, data_folder
from disclosures.embedded.trouble import Trouble, of_os_error

LOCAL = "disclosures.settings.local"
# These read no row: starting servers for them would only be slow.
SERVERLESS = frozenset({"help", "version", "check_batch", "due", "collectstatic", "findstatic", "diffsettings"})
# These look after the tables themselves.
UNMIGRATED = frozenset({"migrate", "makemigrations", "check", "showmigrations", "sqlmigrate", "squashmigrations"})


def missing_servers(arguments: Sequence[str]) -> frozenset[str]:
    """Which embedded servers this command line needs: those that no URL names, and none where nothing is asked of them.

    ``arguments`` is the command line without the program's name.
    """
    command = next((word for word in arguments if not word.startswith("-")), "help")
    if command in SERVERLESS or {"--help", "-h", "--version"} & set(arguments):
        return frozenset()
    if command == "check" and "--database" not in arguments:
        return frozenset()
    if settings_module(arguments) != LOCAL:
        return frozenset()
    absent = {"DATABASE_URL": "postgres", "REDIS_URL": "valkey"}
    return frozenset(server for name, server in absent.items() if not os.environ.get(name))


def settings_module(arguments: Sequence[str]) -> str:
    """The settings that this command line will use."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word.startswith("--settings="):
            return word.partition("=")[2]
        if word == "--settings":
            return following
    return os.environ.get("DJANGO_SETTINGS_MODULE", LOCAL)


def manage(arguments: Sequence[str]) -> int:
    """Runs one management command (the program's name first). Returns its exit code; 2 with one line for trouble."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", LOCAL)
    # SIGTERM ends a command as Ctrl-C does, so that the lease is given back.
    signal.signal(signal.SIGTERM, end_on_signal)
    lease = None
    try:
        needs = missing_servers(arguments[1:])
        if needs:
            lease = Lease(data_folder(os.environ), needs=needs)
            os.environ.update(lease.take())
        _run(arguments, fresh="postgres" in needs)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except OSError as error:
        if lease is not None and lease.descriptor >= 0:
            raise
        print(of_os_error(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        if lease is not None:
            lease.give_back()
    return 0


def end_on_signal(number: int, _frame: object) -> None:
    """A signal handler that lets every ``finally`` run. The exit code is the shell's for this signal."""
    sys.exit(128 + number)


def _run(arguments: Sequence[str], *, fresh: bool) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    command = next((word for word in arguments[1:] if not word.startswith("-")), "help")
    try:
        if fresh and command not in UNMIGRATED:
            import django

            django.setup()
            migrate_if_behind()
        execute_from_command_line(list(arguments))
    except ImproperlyConfigured as error:
        raise Trouble(str(error)) from error


def migrate_if_behind() -> None:
    """Brings the embedded database up to the code. Two commands at once wait for each other. Django must be set up."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    def behind() -> bool:
        executor = MigrationExecutor(connections["owner"])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    if behind():
        with alone(Places(data_folder(os.environ)).data / "migrate.lock"):
            if behind():
                call_command("migrate", verbosity=0)
    connections["owner"].close()
