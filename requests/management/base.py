"""The base of every command: exit codes, one plain line for what went wrong, ``--json`` and progress alike everywhere."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any, NoReturn

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
    handle_default_options,
)
from django.db import connections

from requests.intake.errors import BatchError

NEGATIVE = 1
COULD_NOT = 2


class ExampleFormatter(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Django's order of options; the example keeps its lines."""


class PlainParser(CommandParser):
    """Says what is wrong with the arguments in one line, without the page of usage."""

    def error(self, message: str) -> NoReturn:
        """Leave with 2, or raise ``CommandError`` for ``call_command``. ``message`` is argparse's own."""
        text = _one_line(f"{message[:1].upper()}{message[1:]}. See --help.")
        if self.called_from_command_line:
            self.exit(COULD_NOT, f"{self.prog.split()[-1]}: {text}\n")
        raise CommandError(text, returncode=COULD_NOT)


class TrackerCommand(BaseCommand):
    """A command of the tracker: implement ``act``, which gives the exit code.

    0 fine, 1 a negative finding, 2 could not do it. Whatever is raised becomes 2 and one plain line on standard error
    (``--traceback`` shows the rest). ``example`` is printed by ``--help``. ``needs_server = False`` says that the command
    works without a database and a broker. ``refusals`` are the errors whose own text is that plain line.
    """

    example: str = ""
    needs_server: bool = True
    refusals: tuple[type[Exception], ...] = (BatchError, CommandError)
    requires_system_checks: Any = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Build Django's parser with the example, ``--json`` and errors of one line."""
        kwargs.setdefault("formatter_class", ExampleFormatter)
        if self.example:
            kwargs.setdefault("epilog", f"example:\n  {self.example}")
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # Django names its parser's class in the method itself and leaves no other way to give our own.
        parser.__class__ = PlainParser
        parser.add_argument("--json", action="store_true", help="Print JSON on standard output and nothing else.")
        return parser

    def act(self, **options: Any) -> int:
        """Do the work; give 0 or 1. Raise one of ``refusals`` with a plain sentence where it cannot be done."""
        raise NotImplementedError("a command says what it does in act")

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Run ``act`` and turn its answer into an exit code: called by Django, raises ``SystemExit`` on a finding."""
        code = self.act(**options) if options.get("traceback") else self._act_plainly(**options)
        if code:
            self.stdout.flush()
            raise SystemExit(code)

    def _act_plainly(self, **options: Any) -> int:
        try:
            return self.act(**options)
        except self.refusals as error:
            said = str(error)
        except BrokenPipeError:
            # Python writes what is left at its own end: into nothing, since whoever read it has gone.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            said = "The reader of the output closed it."
        except KeyboardInterrupt:
            said = "Stopped."
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            said = f"{error.strerror or type(error).__name__}{where}."
        except Exception as error:
            said = f"Something unexpected went wrong ({type(error).__name__}). --traceback shows where."
        raise CommandError(_one_line(said), returncode=COULD_NOT)

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from a command line: as Django does, with our exit codes and one plain line of error."""
        self._called_from_command_line = True
        parsed = self.create_parser(argv[0], argv[1]).parse_args(argv[2:])
        handle_default_options(parsed)
        options = vars(parsed)
        arguments = options.pop("args", ())
        try:
            self.execute(*arguments, **options)
        except CommandError as error:
            if options.get("traceback"):
                raise
            self.clear_progress()
            self.stderr.write(f"{argv[1]}: {_one_line(str(error))}")
            raise SystemExit(COULD_NOT) from None
        finally:
            connections.close_all()

    def print_json(self, value: Any) -> None:
        """Print one value as one line of JSON on standard output."""
        self.stdout.write(json.dumps(value, ensure_ascii=False))

    def progress(self, text: str) -> None:
        """Show how far the work is: on standard error, on a terminal only, each text over the last one."""
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[2K{text}", ending="")
            self.stderr.flush()

    def clear_progress(self) -> None:
        """Wipe the line of progress."""
        self.progress("")


def _one_line(text: str) -> str:
    return " ".join(text.split())
