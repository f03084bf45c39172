"""The two sides of an undecided line, component by component, as a matcher sees them. No digit of a TIN is among it."""

from __future__ import annotations

import dataclasses
import re

from disclosures.models import MatchResult, TaxpayerRecord
from requests.intake.lines import frame_of_lines
from requests.models import Line
from requests.queries import CONTENT_COLUMNS
from requests.rules.judge import read

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COMPONENTS: tuple[tuple[str, str], ...] = (
    ("n_first", "First name"), ("n_middle", "Middle"), ("n_last", "Last name"), ("n_suffix", "Suffix"),
    ("a_number", "Number"), ("a_predir", "Direction"), ("a_street", "Street"), ("a_type", "Type"),
    ("a_postdir", "Direction after"), ("a_unit", "Unit"), ("a_city", "City"), ("a_state", "State"), ("a_zip5", "ZIP"),
)  # fmt: skip
# status -> the words and the shape of the mockups
WORDS = {
    "equal": ("same", "yes"), "equivalent": ("equivalent", "yes"), "different": ("differs", "ask"),
    "missing": ("missing on one side", "ask"), "not_given": ("not given", "plain"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One component of both sides, and how they compare."""

    label: str
    ours: str
    theirs: str
    words: str
    shape: str

    @property
    def differs(self) -> bool:
        """Whether a matcher has to look at it."""
        return self.shape == "ask"


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """One candidate record beside the line."""

    letter: str
    taxpayer_ref: str
    name: str
    address: str
    rows: tuple[Row, ...]


def sides(result: MatchResult) -> list[Side]:
    """The candidates of a result in their stored order; what the comparison said decides the words."""
    refs = list(result.candidate_refs)
    records = {
        record.taxpayer_ref: record
        for record in TaxpayerRecord.objects.filter(snapshot_id=result.run.snapshot_id, taxpayer_ref__in=refs)
    }
    ours = readings(result.line)
    found = []
    for place, ref in enumerate(refs):
        record = records.get(ref)
        if record is not None:
            said = statuses(result, ref=ref, is_first=place == 0)
            found.append(
                Side(LETTERS[len(found) % 26], ref, record.given_name, record.given_address, _rows(result.line, ours, record, said))
            )
    return found


def readings(line: Line) -> dict[str, str]:
    """The line's name and address as they are read for the comparison."""
    given = {column: getattr(line, column) for column in CONTENT_COLUMNS if getattr(line, column)}
    frame = frame_of_lines([{**dict.fromkeys(CONTENT_COLUMNS, ""), **given}])
    row = read(frame).row(0, named=True)
    return {name: row[name] or "" for name, _ in COMPONENTS}


def statuses(result: MatchResult, *, ref: str, is_first: bool) -> dict[str, str]:
    """Component to status as the comparison wrote them for this candidate; the first one's carry no reference."""
    said: dict[str, str] = {}
    for each in result.comparison:
        if each.get("taxpayer_ref", ref if is_first else "") == ref:
            said[str(each["component"])] = str(each["status"])
    return said


def _rows(line: Line, ours: dict[str, str], record: TaxpayerRecord, said: dict[str, str]) -> tuple[Row, ...]:
    rows = []
    for name, label in COMPONENTS:
        mine, theirs = ours[name], getattr(record, name)
        if not mine and not theirs:
            continue
        status = said.get(name) or said.get(name[2:]) or _status(mine, theirs)
        rows.append(Row(label, mine, theirs, *WORDS.get(status, (status, "ask"))))
    for label, mine, theirs in (
        ("TIN", re.sub(r"\D", "", line.tin), re.sub(r"\D", "", record.tin)),
        ("Date of birth", line.date_of_birth.strip(), record.date_of_birth.strip()),
    ):
        status = "not_given" if not mine or not theirs else _status(mine, theirs)
        rows.append(Row(label, *("not shown" if side else "" for side in (mine, theirs)), *WORDS[status]))
    return tuple(rows)


def _status(mine: str, theirs: str) -> str:
    if mine == theirs:
        return "equal"
    return "missing" if not mine or not theirs else "different"
