"""``manage.py report``: what it prints and writes, its exit codes and its one plain line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.core.management import execute_from_command_line

from disclosures.reports.catalogue import REPORTS
from requests.models import Event
from tests.reports.conftest import OCTOBER, October, rows_of

DAYS = ("--from", "2026-10-01", "--to", "2026-10-31")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The command as a shell runs it: exit code, standard output, standard error."""
    code = 0
    try:
        execute_from_command_line(["manage.py", "report", *arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def exports() -> list[dict[str, str]]:
    """What was recorded of the exports so far, oldest first."""
    return list(Event.objects.filter(verb="export", actor=None).order_by("pk").values_list("detail", flat=True))


def test_the_list_names_every_report_with_its_definition(october: October, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--list")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [report.name for report in REPORTS]
    for line, report in zip(out.splitlines(), REPORTS, strict=True):
        assert report.definition in line


def test_the_list_as_json_holds_the_columns_too(october: October, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--list", "--json")
    assert (code, err) == (0, "")
    listed = json.loads(out)
    assert [each["name"] for each in listed] == [report.name for report in REPORTS]
    assert listed[3]["columns"][:4] == ["agency", "authority", "opening", "received"]


def test_csv_goes_to_standard_output_by_default(october: October, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "funnel", *DAYS)
    assert (code, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [row["batch"] for row in rows] == [row["batch"] for row in rows_of("funnel", OCTOBER)]


@pytest.mark.parametrize("arguments", [("--json",), ("--format", "json"), ("--format", "json", "--json")])
def test_json_is_one_object_and_nothing_else(
    october: October, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, "inventory", *DAYS, *arguments)
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["report"], told["from"], told["to"]) == ("inventory", "2026-10-01", "2026-10-31")
    assert told["totals"]["received"] == 6


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf", "json"])
def test_every_form_goes_to_a_file(october: October, capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"inventory.{kind}"
    code, out, err = run(capsys, "inventory", *DAYS, "--format", kind, "--out", str(file))
    assert (code, out, err) == (0, "", "")
    if kind == "xlsx":
        assert openpyxl.load_workbook(file).worksheets[0]["A2"].value == "AAA"
    elif kind == "pdf":
        assert "AAA" in pypdf.PdfReader(file).pages[0].extract_text()
    else:
        assert "AAA" in file.read_text(encoding="utf-8")


def test_every_report_that_leaves_is_an_event(october: October, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(exports())
    run(capsys, "inventory", *DAYS)
    run(capsys, "--list")
    assert exports()[before:] == [{"report": "inventory", "from": "2026-10-01", "to": "2026-10-31", "format": "csv"}]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "--list"),
        (("backlog",), "backlog"),
        (("inventory", "--from", "1 October"), "1 October"),
        (("inventory", "--to", "2026-02-30"), "2026-02-30"),
        (("inventory", "--from", "2026-10-31", "--to", "2026-10-01"), "before"),
        (("inventory", "--to", "9999-12-31"), "years"),
        (("inventory", "--format", "xml"), "--format"),
        (("inventory", "--format", "xlsx"), "--out"),
        (("inventory", "--format", "pdf"), "--out"),
        (("inventory", "--format", "csv", "--json"), "--json"),
        (("inventory", "--out", "/no/such/folder/inventory.csv"), "/no/such/folder/inventory.csv"),
        (("inventory", "--format", "xlsx", "--out", "/no/such/folder/inventory.xlsx"), "/no/such/folder/inventory.xlsx"),
        (("inventory", "--format", "pdf", "--out", "/no/such/folder/inventory.pdf"), "/no/such/folder/inventory.pdf"),
    ],
)
def test_what_is_wrong_is_one_plain_line_and_exit_two(
    october: October, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("report: ")
    assert named in err
    assert "unexpected" not in err


def test_help_shows_an_example(october: October, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "manage.py report inventory" in out
