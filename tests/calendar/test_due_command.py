"""``manage.py due``: its JSON, its words, its exit codes; and that it needs no server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import execute_from_command_line

ROOT = Path(__file__).resolve().parents[2]
MOCKUP = ("--from", "2026-11-12", "--pause", "2026-11-17..2026-11-18")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The command as a shell runs it: exit code, standard output, standard error."""
    code = 0
    try:
        execute_from_command_line(["manage.py", "due", *arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(
    ("days", "unit", "due"), [("10", "business", "2026-12-01"), ("30", "calendar", "2026-12-14"), ("1", "months", "2026-12-14")]
)
def test_the_due_day_is_one_json_object_and_nothing_else(
    capsys: pytest.CaptureFixture[str], days: str, unit: str, due: str
) -> None:
    code, out, err = run(capsys, *MOCKUP, "--days", days, "--unit", unit, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"due": due}


def test_explain_adds_every_day_with_whether_it_counted_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *MOCKUP, "--days", "3", "--unit", "business", "--explain", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "due": "2026-11-19",
        "days": [
            {"date": "2026-11-13", "counted": True, "why": "day 1"},
            {"date": "2026-11-14", "counted": False, "why": "weekend"},
            {"date": "2026-11-15", "counted": False, "why": "weekend"},
            {"date": "2026-11-16", "counted": True, "why": "day 2"},
            {"date": "2026-11-17", "counted": False, "why": "stopped"},
            {"date": "2026-11-18", "counted": False, "why": "stopped"},
            {"date": "2026-11-19", "counted": True, "why": "day 3"},
        ],
    }


def test_pauses_may_be_given_many_times_and_overlap(capsys: pytest.CaptureFixture[str]) -> None:
    more = ("--pause", "2026-11-18..2026-11-18", "--pause", "2026-11-16..2026-11-17")
    _, out, _ = run(capsys, *MOCKUP, *more, "--days", "10", "--unit", "business", "--json")
    assert json.loads(out) == {"due": "2026-12-02"}


def test_people_read_the_day_in_words_and_why_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--from", "2026-11-25", "--days", "1", "--unit", "business", "--explain")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == 3
    assert "Thu 2026-11-26" in lines[0]
    assert "Thanksgiving" in lines[0]
    assert "Fri 2026-11-27" in lines[1]
    assert lines[2] == "Due Friday 2026-11-27"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "--from"),
        (("--from", "2026-11-12", "--days", "ten", "--unit", "business"), "--days"),
        (("--from", "2026-11-12", "--days", "10", "--unit", "weeks"), "--unit"),
        (("--from", "12/11/2026", "--days", "10", "--unit", "business"), "12/11/2026"),
        (("--from", "2026-02-29", "--days", "10", "--unit", "business"), "2026-02-29"),
        (("--from", "2026-11-12", "--days", "-1", "--unit", "business"), "--days"),
        (("--from", "2026-11-12", "--days", "1000000000", "--unit", "calendar"), "--days"),
        (("--from", "2026-11-12", "--days", "1", "--unit", "business", "--pause", "2026-11-17"), "2026-11-17"),
        (("--from", "2026-11-12", "--days", "1", "--unit", "business", "--pause", "2026-11-18..2026-11-17"), "before it begins"),
        (("--from", "2026-11-12", "--days", "1", "--unit", "business", "--pause", "..2026-11-17"), "--pause"),
        (("--from", "9999-12-30", "--days", "20", "--unit", "business"), "calendar"),
        (("--from", "9999-12-30", "--days", "20", "--unit", "calendar"), "calendar"),
        (("--from", "9999-12-30", "--days", "20", "--unit", "months"), "calendar"),
        (("--from", "2026-11-12", "--days", "1", "--unit", "business", "--pause", "2026-11-12..9999-12-31"), "too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_plain_line_and_exit_two(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("due: ")
    assert named in err
    assert "unexpected" not in err


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "manage.py due --from" in out


def test_the_command_needs_no_server_and_leaves_no_data_behind(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "REDIS", "TRACKER", "PYTEST"))}
    kept |= {"TRACKER_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "disclosures.settings.local"}
    told = subprocess.run(
        [sys.executable, "manage.py", "due", *MOCKUP, "--days", "10", "--unit", "business", "--json"],
        cwd=ROOT, env=kept, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout) == {"due": "2026-12-01"}
    assert not (tmp_path / "data").exists()
