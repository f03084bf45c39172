"""The gate on an opened batch, nothing stored: verdicts counted, findings by rule with examples, the first lines in full."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from requests.rules.base import Judging, LineRule, RequestFinding, Verdict
from requests.rules.counts import Counts
from requests.rules.judge import judge, read, request_findings
from requests.rules.registry import rule
from requests.rules.request_rule import RequestRule

LINES_IN_FULL = 200
EXAMPLES = 3
NAME = ("name", "first_name", "middle_name", "last_name", "suffix")
ADDRESS = ("address", "street", "unit", "city", "state", "zip", "country")
# What a rule looked at, so that an example shows the cell that is wrong. Never the TIN.
LOOKED_AT: dict[str, tuple[str, ...]] = {
    "V03": NAME, "V04": ADDRESS, "V05": ADDRESS, "V06": ADDRESS, "V07": ADDRESS, "V08": ADDRESS,
    "V09": ("taxable_periods",), "V10": ("statutory_authority",), "V11": ("reason",), "V12": ("engaged_official",),
    "V14": ("reason",), "V15": ("case_number",), "V16": ("reason",), "V19": NAME,
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line with findings: as the agency gave it, and the words of each rule that spoke."""

    number: int
    verdict: str
    name: str
    address: str
    rules: tuple[LineRule | RequestRule, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ByRule:
    """One rule that spoke: on how many lines, with some of what it saw."""

    rule: LineRule | RequestRule
    count: int
    examples: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """What the gate says of a file."""

    lines: int
    by_verdict: dict[str, int]
    by_rule: tuple[ByRule, ...]
    first: tuple[CheckedLine, ...]
    findings: tuple[RequestFinding, ...]
    notes: tuple[str, ...]

    @property
    def with_findings(self) -> int:
        """How many lines at least one rule spoke on."""
        return self.lines - self.by_verdict["accept"]

    @property
    def would_return(self) -> int:
        """How many lines would come back: those that are rejected, and those that block."""
        return self.by_verdict["reject"] + self.by_verdict["block"]


def check(chunks: Callable[[], Iterable[pl.DataFrame]], *, judging: Judging) -> Checked:
    """Judge all lines; ``chunks`` is called twice and gives canonical frames. Raises ``BatchError`` as it does."""
    counts = Counts()
    for frame in chunks():
        counts.add(read(frame))
    verdicts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    first: list[CheckedLine] = []
    for frame in chunks():
        judged = judge(read(frame), judging=judging, counts=counts)
        verdicts.update(dict(judged["verdict"].value_counts().iter_rows()))
        spoken = judged.filter(pl.col("findings").list.len() > 0)
        codes.update(dict(spoken["findings"].explode(empty_as_null=False).value_counts().iter_rows()))
        for code in codes:
            if len(examples.get(code, ())) < EXAMPLES:
                _add_examples(examples.setdefault(code, []), spoken, code)
        for row in spoken.head(LINES_IN_FULL - len(first)).iter_rows(named=True):
            first.append(_line(row))
    return Checked(
        lines=counts.lines,
        by_verdict={verdict.word: verdicts[verdict.word] for verdict in Verdict},
        by_rule=tuple(
            ByRule(rule(code), count, tuple(examples.get(code, ()))) for code, count in sorted(codes.items()) if count
        ),
        first=tuple(first),
        findings=tuple(request_findings(counts, judging=judging)),
        notes=tuple(counts.notes(judging=judging)),
    )


def _add_examples(shown: list[str], spoken: pl.DataFrame, code: str) -> None:
    mine = spoken.filter(pl.col("findings").list.contains(code)).select(LOOKED_AT.get(code, ())).head(50)
    for row in mine.iter_rows():
        text = joined(row)
        if text and text not in shown and len(shown) < EXAMPLES:
            shown.append(text if len(text) <= 80 else text[:79] + "…")


def _line(row: dict[str, Any]) -> CheckedLine:
    codes: list[str] = row["findings"]
    return CheckedLine(
        number=row["line"],
        verdict=row["verdict"],
        name=joined(tuple(row[column] for column in NAME)),
        address=joined(tuple(row[column] for column in ADDRESS)),
        rules=tuple(rule(code) for code in codes),
    )


def joined(parts: tuple[object, ...]) -> str:
    """The given parts in one text, as they were given."""
    return " ".join(str(part).strip() for part in parts if part is not None and str(part).strip())
