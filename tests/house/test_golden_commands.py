"""The gate agrees with the sample on every line; the rehearsal does in tests/actions/test_rehearse.py."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from tests.journeys.golden import DATA, expected

AS_OF = "2026-11-23"


def test_check_batch_agrees_with_the_sample_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_batch", str(DATA / "golden_batch.csv"), "--as-of", AS_OF, "--json")
    assert ended.value.code == 1
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    lines = {row["line"]: row for row in said if "line" in row}
    sample = expected()
    assert lines.keys() == sample.keys()
    wrong = [
        number
        for number, row in sample.items()
        if lines[number]["verdict"] != row["verdict"]
        or (row["findings_include"] and not set(row["findings_include"].split("|")) & set(lines[number]["findings"]))
    ]
    assert wrong == []
