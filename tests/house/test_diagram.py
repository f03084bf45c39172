"""The page of the lifecycle is drawn from the lifecycle, and is current."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from requests.management.commands.lifecycle_diagram import PATH, lifecycle_markdown
from requests.models.lifecycle import State
from requests.queries import move, sources, transitions

PAPER = "intake for what they entered from paper"


def row_of(verb: str) -> list[str]:
    (row,) = [line for line in lifecycle_markdown().splitlines() if line.startswith(f"| `{verb}` |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_written_page_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == lifecycle_markdown(), "run manage.py lifecycle_diagram --write"
    call_command("lifecycle_diagram", check=True)


def test_the_diagram_shows_every_state_and_every_move_but_the_withdrawals() -> None:
    page = lifecycle_markdown()
    for state in State:
        assert f"    {state.value}: {state.label}\n" in page
    for verb in transitions():
        for state in sources(verb):
            arrow = f"    {state} --> {State(move(verb, state).target).value}: {verb}\n"
            assert (arrow in page) is (verb != "withdraw")


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("submit", f"official, {PAPER}"), ("receive", "intake"), ("return_imperfect", "Intake: intake; Legal review: counsel"),
        ("resubmit", f"official, {PAPER}"), ("perfect", "intake"), ("clear_legally", "counsel"),
        ("clear_impairment", "impairment"), ("approve", "approver"), ("send_back", "approver"), ("deny", "approver"),
        ("complete_matching", "system"), ("release", "releaser"), ("close", "intake, system"), ("withdraw", "official"),
        ("lapse", "system"),
    ],
)  # fmt: skip
def test_the_table_names_who_may(verb: str, who: str) -> None:
    assert row_of(verb)[3] == who


def test_the_table_names_the_clocks_and_the_conditions() -> None:
    row = row_of("clear_legally")
    assert row[1:3] == ["Legal review", "Impairment check"]
    assert row[5] == "starts impairment; ends legal review; pauses response"
    assert "`has_a_written_analysis`" in row[6]


def test_an_out_of_date_page_is_a_negative_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "lifecycle.md"
    old.write_text("old")
    monkeypatch.setattr("requests.management.commands.lifecycle_diagram.PATH", old)
    with pytest.raises(SystemExit) as left:
        call_command("lifecycle_diagram", check=True)
    assert left.value.code == 1
    call_command("lifecycle_diagram", write=True, verbosity=0)
    assert old.read_text(encoding="utf-8") == lifecycle_markdown()
