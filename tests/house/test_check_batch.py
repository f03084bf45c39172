import io
import json
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command, execute_from_command_line

from requests.management.base import TrackerCommand
from requests.management.commands import check_batch
from tests.rules.complete_line import COMPLETE_LINE, line

AS_OF = "2026-11-23"


def batch_file(folder: Path, *lines: dict[str, str]) -> str:
    path = folder / "batch.csv"
    rows = [list(lines[0]), *(list(cells.values()) for cells in lines)]
    path.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    """The command as a shell runs it: exit code, standard output, standard error."""
    code = 0
    try:
        execute_from_command_line(["manage.py", "check_batch", *arguments])
    except SystemExit as left:
        code = left.code or 0
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def summary_of(out: str) -> dict:
    return json.loads(out.splitlines()[-1])["summary"]


def test_a_clean_batch_leaves_with_zero_and_a_line_of_json_a_row(capsys, tmp_path):
    code, out, err = run(capsys, batch_file(tmp_path, COMPLETE_LINE), "--as-of", AS_OF, "--json")

    assert (code, err) == (0, "")
    rows = [json.loads(row) for row in out.splitlines()]
    assert rows[0] == {"line": 1, "verdict": "accept", "findings": []}
    assert rows[1] == {
        "summary": {
            "lines": 1,
            "by_verdict": {"accept": 1, "review": 0, "reject": 0, "block": 0},
            "by_rule": {},
            "request_findings": [],
            "not_judged": ["V01", "V02", "V17", "V18", "certification"],
            "verdict": "accept",
        }
    }


def test_findings_leave_with_one_and_are_summed_up(capsys, tmp_path):
    lines = [
        line(),
        line(engaged_official="", case_number="7"),
        line(engaged_official="", case_number="", last_name="B"),
    ]
    code, out, err = run(capsys, batch_file(tmp_path, *lines), "--as-of", AS_OF, "--json")

    assert (code, err) == (1, "")
    assert [json.loads(row)["findings"] for row in out.splitlines()[:-1]] == [[], ["V12"], ["V12", "V15"]]
    summary = summary_of(out)
    assert summary["by_verdict"] == {"accept": 1, "review": 0, "reject": 2, "block": 0}
    assert summary["by_rule"] == {"V12": 2, "V15": 1}
    assert summary["verdict"] == "reject"


def test_a_finding_of_the_request_alone_leaves_with_one(capsys, tmp_path):
    lines = [
        line(case_number=f"C{number}", reason=f"Case {number}", address=f"{number + 1} Main St, Evanston IL 60201")
        for number in range(51)
    ]
    code, out, _ = run(capsys, batch_file(tmp_path, *lines), "--as-of", AS_OF, "--json")

    assert code == 1
    summary = summary_of(out)
    assert summary["by_verdict"]["accept"] == 51
    assert summary["verdict"] == "review"
    (finding,) = summary["request_findings"]
    assert (finding["code"], finding["verdict"], finding["count"]) == ("V13", "review", 51)
    assert "Nadia Patel" in finding["detail"]


def test_people_read_which_rule_spoke_where_and_how_to_mend_it(capsys, tmp_path):
    lines = [line(engaged_official="", case_number=str(number)) for number in range(7)]
    code, out, _ = run(capsys, batch_file(tmp_path, *lines), "--as-of", AS_OF)

    assert code == 1
    assert "V12 No engaged official: 7 lines (1, 2, 3, 4, 5, …)" in out
    assert "Mend: Name the officer" in out
    assert "6103(i)(2)(A)" in out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere.csv",),
        ("--as-of",),
        ("x.csv", "--as-of", "23.11.2026"),
        ("x.csv", "--as-of", "2026-02-30"),
        ("x.csv", "--what"),
    ],
)
def test_what_cannot_be_done_leaves_with_two_and_one_plain_line(capsys, arguments):
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (2, "")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert err.startswith("check_batch: ")


@pytest.mark.parametrize("text", ["", "name\nx\n", "a\0b\n", '"'])
def test_a_file_that_cannot_be_read_leaves_with_two_and_prints_no_json(capsys, tmp_path, text):
    path = tmp_path / "batch.csv"
    path.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, str(path), "--json")

    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_an_unexpected_error_is_one_plain_line_too(capsys, tmp_path, monkeypatch):
    def break_down(*arguments, **options):
        raise RuntimeError("inner\nworkings")

    monkeypatch.setattr(check_batch, "judge", break_down)
    code, _, err = run(capsys, batch_file(tmp_path, COMPLETE_LINE))

    assert code == 2
    assert err.count("\n") == 1
    assert "inner" not in err


def test_help_shows_an_example(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "manage.py check_batch batch.csv --as-of 2026-11-23 --json" in out


def test_it_needs_no_server():
    assert check_batch.Command.needs_server is False
    assert list(check_batch.Command.requires_system_checks) == []


def test_code_may_call_it_too(tmp_path):
    out = io.StringIO()
    call_command("check_batch", batch_file(tmp_path, COMPLETE_LINE), "--as-of", AS_OF, "--json", stdout=out)
    assert summary_of(out.getvalue())["verdict"] == "accept"
    with pytest.raises(CommandError) as caught:
        call_command("check_batch", "nowhere.csv")
    assert caught.value.returncode == 2


def test_the_day_is_todays_in_the_office_when_none_is_given(capsys, tmp_path):
    path = batch_file(tmp_path, line(taxable_periods="2025"))
    # Four in the morning in London is still the day before in Washington. 2025 is over on its last day.
    with time_machine.travel("2025-12-31T04:00:00Z", tick=False):
        assert run(capsys, path, "--json")[0] == 1
    with time_machine.travel("2026-01-01T04:00:00Z", tick=False):
        assert run(capsys, path, "--json")[0] == 0


def test_progress_is_shown_on_a_terminal_only():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, pipe = Terminal(), io.StringIO()
    TrackerCommand(stderr=terminal).progress("half")
    TrackerCommand(stderr=pipe).progress("half")
    assert "half" in terminal.getvalue()
    assert pipe.getvalue() == ""
