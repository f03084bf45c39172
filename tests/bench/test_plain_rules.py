"""The rules in plain Python say what the gate says: else the benchmark would measure two different things."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from disclosures.bench.files import batch_frame
from disclosures.bench.plain_rules import judge_plainly
from requests.intake.files import open_batch
from requests.intake.lines import frame_of_lines
from requests.rules.base import Judging, Verdict
from requests.rules.judge import judge
from tests.journeys.golden import DATA, expected
from tests.rules.complete_line import line
from tests.rules.measure_addresses import WORDING_FILES, wordings_of

JUDGING = Judging(as_of=dt.date(2026, 11, 23))
# What the sample has none of: one line, or several, for each way that a rule can speak.
ODD_LINES = (
    {"first_name": "O’Brien-Łuk", "last_name": "García Jr."}, {"first_name": "Мaria"}, {"first_name": "Q", "last_name": "O"},
    {"first_name": "John", "last_name": "Doe"}, {"first_name": "", "last_name": "FNU LNU"}, {"last_name": "7"},
    {"address": "Apt 1B 626 E Kilbourn Ave Milwaukee WI 53202"}, {"address": "PSC 3 Box 4120 APO AE 09021"},
    {"address": "RR 2 Box 18, Dover, DE 19901"}, {"address": "Urb Las Lomas, 12 Calle 5, San Juan PR 00921"},
    {"address": "Carr 2 Km 12.4, Bayamon PR 00959"}, {"address": "General Delivery, Laredo TX 78040"}, {"address": "Homeless, Reno NV"},
    {"address": "U N K N O W N"}, {"address": "unkn0wn 60608"}, {"address": "Main\u200b St 5, Reno NV 89501"},
    {"address": "Calle 5 #12, Puebla, MX"}, {"address": "100 Main St, Reno NV 60608"}, {"address": "Cook County Jail, Chicago IL"},
    {"address": "150 North St New Haven CT 06511"}, {"address": "", "reason": "", "case_number": "", "engaged_official": ""},
    {"taxable_periods": "all years"}, {"taxable_periods": "2026Q4;2020-2019"},
    {"statutory_authority": "18 USC 1341, 1343 and 26 USC 7201"}, {"statutory_authority": "INA 276"},
    {"statutory_authority": "42 USC 1983"},
    {"reason": "For civil removal operations."}, {"reason": "Not for any civil purpose."},
    {"reason": "Please send copies of his tax returns for 2023."}, {"under_investigation": "N"}, {"address": "100 Oak Ct 60608"},
    {"reason": "An officer of the civil rights division is threatened; deportation is no purpose."},
    {"address": "123 Asdf, Reno NV 89501"}, {"first_name": "", "last_name": "", "name": "Smith, Jr., Maria de la Cruz"},
)  # fmt: skip


def both(frame: pl.DataFrame) -> tuple[list[tuple[int, str, list[str]]], list[tuple[int, str, list[str]]]]:
    gate = judge(frame, judging=JUDGING).select("line", "verdict", "findings").rows()
    return judge_plainly(frame.to_dicts(), JUDGING), gate


@pytest.mark.parametrize("file", ["golden_batch.csv", "one_official.csv"])
def test_the_plain_rules_agree_with_the_gate_on_every_line_of_the_sample(file: str) -> None:
    with open_batch(str(DATA / file)) as batch:
        plain, gate = both(pl.concat(list(batch.chunks())))
    assert plain == gate


def test_the_plain_rules_agree_with_what_the_sample_says_of_itself() -> None:
    with open_batch(str(DATA / "golden_batch.csv")) as batch:
        plain = judge_plainly(pl.concat(list(batch.chunks())).to_dicts(), JUDGING)
    assert {number: verdict for number, verdict, _ in plain} == {
        number: row["verdict"] for number, row in expected().items()
    }


def test_the_plain_rules_agree_with_the_gate_on_an_invented_batch() -> None:
    lines = batch_frame(1, 2_000, seed=6103).to_dicts()
    plain, gate = both(frame_of_lines([{name: str(cell) for name, cell in row.items()} for row in lines]))
    assert plain == gate


def test_the_plain_rules_agree_with_the_gate_on_lines_that_are_odd() -> None:
    # At the limits and one over them: 10 and 11 at one address, 25 and 26 with one reason, one line twice.
    crowds = [
        line(last_name=f"Okafor{'abcdefghijk'[at]}", address=house, under_investigation="Y")
        for house, people in (("7 Elm St, Reno NV 89501", 10), ("9 Elm St, Reno NV 89501", 11))
        for at in range(people)
    ]
    alike = [
        line(address=f"{at + 10} Oak St, Reno NV 89501", reason=reason, under_investigation="Y", case_number=str(at))
        for reason, lines in (("Once more.", 25), ("Once  too often.", 25))
        for at in range(lines)
    ]
    odd = [
        line(**{"under_investigation": "Y", "reason": f"Case {at}.", **changes}) for at, changes in enumerate(ODD_LINES)
    ]
    plain, gate = both(frame_of_lines([*crowds, *alike, alike[-1], *odd]))
    assert plain == gate
    spoken = {code for _, _, findings in plain for code in findings}
    assert spoken == {f"V{code:02}" for code in (*range(3, 13), 14, 15, 16, 19)}
    assert {verdict for _, verdict, _ in plain} == {verdict.word for verdict in Verdict}


@pytest.mark.parametrize("place", [", Reno NV 89501", " Reno NV 89501", ", 77002", ", San Juan PR 00901"])
def test_the_plain_rules_agree_with_the_gate_on_what_people_type_where_they_have_no_address(place: str) -> None:
    typed = [wording for file in sorted(WORDING_FILES.glob("*.txt")) for wording in wordings_of(file)]
    plain, gate = both(frame_of_lines([line(address=wording + place) for wording in typed]))
    assert len(typed) > 3_000
    assert [(typed[at], *both_say) for at, both_say in enumerate(zip(plain, gate, strict=True)) if both_say[0] != both_say[1]] == []
