"""The two sides of an undecided line, component by component, as a matcher sees them. No digit of a TIN is among it."""

from __future__ import annotations

import dataclasses

from disclosures.matching.compare import can_be_yes
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
    "missing": ("missing", "ask"), "not_given": ("not given", "plain"),
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
    can_be_yes: bool


def sides(result: MatchResult) -> list[Side]:
    """The candidates of a result in their stored order; what the comparison said decides the words."""
    refs = list(result.candidate_refs)
    records = {
        record.taxpayer_ref: record
        for record in TaxpayerRecord.objects.filter(snapshot_id=result.run.snapshot_id, taxpayer_ref__in=refs)
    }
    ours = readings(result.line)
    found = []
    for letter, ref in zip(LETTERS, refs, strict=False):
        record = records.get(ref)
        if record is not None:
            said = {each["component"]: each["status"] for each in result.comparison if each["taxpayer_ref"] == ref}
            rows = _rows(result.line, ours, record, said)
            found.append(Side(letter, ref, record.given_name, record.given_address, rows, can_be_yes(said)))
    return found


def readings(line: Line) -> dict[str, str]:
    """The line's name and address as they are read for the comparison."""
    frame = frame_of_lines([{column: getattr(line, column) or "" for column in CONTENT_COLUMNS}])
    row = read(frame).row(0, named=True)
    return {name: row[name] or "" for name, _ in COMPONENTS}


def _rows(line: Line, ours: dict[str, str], record: TaxpayerRecord, said: dict[str, str]) -> tuple[Row, ...]:
    rows = []
    for name, label in COMPONENTS:
        mine, theirs = ours[name], getattr(record, name)
        if mine or theirs or said.get(name) not in (None, "equal"):
            rows.append(Row(label, mine, theirs, *WORDS[said.get(name, "equal" if mine == theirs else "different")]))
    for name, label in (("tin", "TIN"), ("date_of_birth", "Date of birth")):
        mine, theirs = ("not shown" if getattr(side, name).strip() else "" for side in (line, record))
        rows.append(Row(label, mine, theirs, *WORDS[said.get(name, "not_given")]))
    return tuple(rows)
