"""The rehearsal: gate and match of a file, nothing stored. The golden batch is the product's promise."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError

from disclosures.actions.rehearse import Rehearsal, rehearse
from requests.intake.errors import BatchError
from requests.rules.base import Judging
from tests.actions.registry_rows import line_about, person, with_refs, write_table
from tests.factories import TODAY, a_defective_line, a_line, a_line_in_question

DATA = Path(__file__).parent.parent / "data"
AS_OF = dt.date(2026, 11, 23)
KEYS = [
    "received", "by_verdict", "by_rule", "compared", "yes", "no", "undecided", "not_answered", "delta",
    "request_findings",
]  # fmt: skip


def stored_rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def of(folder: Path, *lines: dict[str, str]) -> Rehearsal:
    batch = write_table(folder / "batch.csv", *lines)
    registry = write_table(folder / "records.csv", *with_refs(person()))
    return rehearse(batch, registry=registry, judging=Judging(as_of=TODAY))


def answers_in(folder: Path) -> dict[int, tuple[str, str]]:
    with (folder / "answers.csv").open(newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == ["line", "answer", "reason"]
        return {int(row["line"]): (row["answer"], row["reason"]) for row in reader}


def test_the_golden_batch_answers_yes_to_five_lines_and_not_to_48(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        call_command(
            "rehearse", str(DATA / "golden_batch.csv"), registry=str(DATA / "golden_registry.csv"), as_of=AS_OF,
            out=str(tmp_path), json=True,
        )  # fmt: skip
    assert left.value.code == 1
    sums = json.loads(capsys.readouterr().out)
    assert list(sums) == KEYS
    assert (sums["received"], sums["yes"], sums["not_answered"], sums["delta"]) == (1280, 5, 98, 0)
    assert sums["compared"] == sums["yes"] + sums["no"] + sums["undecided"] == 1182
    assert sums["request_findings"] == []
    answers = answers_in(tmp_path)
    with (DATA / "golden_expected.csv").open(newline="") as file:
        expected = {int(row["line"]): row["answer"].split("|") for row in csv.DictReader(file)}
    assert {line: answer for line, (answer, _) in answers.items() if answer not in expected[line]} == {}
    assert len(answers) == len(expected) == 1280


def test_with_one_official_for_all_lines_nothing_is_answered(db: None, tmp_path: Path) -> None:
    rehearsal = rehearse(
        DATA / "one_official.csv", registry=DATA / "golden_registry.csv", judging=Judging(as_of=AS_OF)
    )
    assert Counter(rehearsal.answers["answer"]) == {"not_answered": 1280}
    assert rehearsal.compared == 0
    assert [finding.code for finding in rehearsal.request_findings] == ["V13"]
    assert all("V13" in reason.split(";") for reason in rehearsal.answers["reason"])
    assert not rehearsal.all_accepted


def test_a_clean_batch_leaves_with_0(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "rehearse", str(DATA / "clean_12.csv"), registry=str(DATA / "golden_registry.csv"), as_of=AS_OF, json=True
    )
    sums = json.loads(capsys.readouterr().out)
    assert (sums["received"], sums["compared"], sums["not_answered"]) == (12, 12, 0)
    assert sums["by_verdict"] == {"accept": 12, "review": 0, "reject": 0, "block": 0}


def test_only_accepted_lines_are_compared_and_the_others_say_why(db: None, tmp_path: Path) -> None:
    placeholder = person(street="Failed to Provide", unit="", zip="60608")
    rehearsal = of(
        tmp_path, line_about(1, person()), line_about(2, placeholder), a_line(3), a_defective_line(4), a_line_in_question(5)
    )
    said = {line: (answer, reason) for line, answer, reason in rehearsal.answers.iter_rows()}
    assert said[1] == ("yes", "")
    assert said[3] == ("no", "")
    assert {line: answer for line, (answer, _) in said.items() if line in (2, 4, 5)} == dict.fromkeys((2, 4, 5), "not_answered")
    assert said[5][1] == "V06"
    assert "V05" in said[4][1].split(";")
    assert (rehearsal.compared, rehearsal.summary()["delta"]) == (2, 0)


def test_a_near_miss_is_undecided(db: None, tmp_path: Path) -> None:
    rehearsal = of(tmp_path, line_about(1, person(unit="Apt 4")), line_about(2, person(street="9 Hurd Road", unit="")))
    assert rehearsal.answers["answer"].to_list() == ["undecided", "undecided"]


def test_lines_keep_the_order_and_the_numbers_of_the_file(db: None, tmp_path: Path) -> None:
    rehearsal = of(tmp_path, a_line(7), line_about(3, person()), a_line(12))
    assert list(rehearsal.answers.select("line", "answer").iter_rows()) == [(7, "no"), (3, "yes"), (12, "no")]


def test_nothing_is_stored(db: None, tmp_path: Path) -> None:
    before = stored_rows()
    of(tmp_path, line_about(1, person()), a_line(2))
    assert stored_rows() == before


def test_a_registry_that_will_not_do_leaves_with_2_and_writes_no_answers(db: None, tmp_path: Path) -> None:
    bad = tmp_path / "records.csv"
    bad.write_text("taxpayer_ref,name,address\nT1,Ann Okafor,9 Hurd Rd\nT1,Ben Okafor,9 Hurd Rd\n")
    with pytest.raises(CommandError, match="more than once") as refused:
        call_command("rehearse", str(DATA / "clean_12.csv"), registry=str(bad), as_of=AS_OF, out=str(tmp_path / "out"))
    assert refused.value.returncode == 2
    assert not (tmp_path / "out").exists()


def test_a_batch_that_cannot_be_read_is_refused(db: None, tmp_path: Path) -> None:
    bad = tmp_path / "batch.csv"
    bad.write_text("line,name\n1,Ann\n")
    with pytest.raises(BatchError, match="Missing required column"):
        rehearse(bad, registry=DATA / "golden_registry.csv", judging=Judging(as_of=AS_OF))
