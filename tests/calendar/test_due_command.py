"""``manage.py due``: its JSON, its words, its exit codes; that it needs no server, and counts as one counts on the wall."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command, execute_from_command_line
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendar.test_days import CLOSED, Span, some_spans

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


# --- against a count with a finger on the calendar, and holidays from the table that was written by hand ---

DAY = dt.timedelta(days=1)
HOLIDAYS = {dt.date.fromisoformat(f"{year}-{day}") for year, days in CLOSED.items() for day in days.split()}


def works(day: dt.date) -> bool:
    """Whether the office is open on this day."""
    return day.isoweekday() <= 5 and day not in HOLIDAYS


def months_on(start: dt.date, months: int) -> dt.date:
    """Turn the leaves: the same day so many months on, or the last of a month that is too short for it."""
    leaf = start.replace(day=1)
    for _ in range(months):
        leaf = (leaf + 31 * DAY).replace(day=1)
    day = leaf
    while day.day < start.day and (day + DAY).month == leaf.month:
        day += DAY
    return day


def counted_by_hand(unit: str, start: dt.date, limit: int, pauses: list[Span]) -> dt.date:
    """The due day as design section 6 words it, one day at a time and by no code of the product."""

    def is_paused(day: dt.date) -> bool:
        return any(first <= day <= last for first, last in pauses)

    day = start
    if unit == "business":
        while limit:
            day += DAY
            limit -= works(day) and not is_paused(day)
        return day
    unpaused = months_on(start, limit) if unit == "months" else start + limit * DAY
    day, added = unpaused, -1
    while added != (found := sum(is_paused(start + n * DAY) for n in range((day - start).days + 1))):
        added, day = found, unpaused + found * DAY  # what is added may reach into a pause again
    while not works(day):
        day += DAY
    return day


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, dt.date, int, list[Span]]:
    """A unit, a start, a limit and pauses that all lie in the years of the table."""
    unit = draw(st.sampled_from(["business", "calendar", "months"]))
    start = draw(st.dates(min_value=dt.date(2020, 2, 1), max_value=dt.date(2026, 1, 31)))
    if draw(st.booleans()):  # months differ at their ends
        start = start.replace(day=1) - DAY
    return unit, start, draw(st.integers(0, 14 if unit == "months" else 60)), draw(some_spans(start))


@settings(max_examples=60, deadline=None)
@given(orders())
def test_the_due_day_is_that_of_a_count_day_by_day(order: tuple[str, dt.date, int, list[Span]]) -> None:
    unit, start, limit, pauses = order
    out = io.StringIO()
    spans = [text for first, last in pauses for text in ("--pause", f"{first}..{last}")]
    call_command("due", "--from", str(start), "--days", str(limit), "--unit", unit, *spans, "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"due": counted_by_hand(unit, start, limit, pauses).isoformat()}
