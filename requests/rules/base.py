"""What every rule of the gate is made of: a code, its source, its words, and one Polars expression.

A rule never sees a database, a clock or a user. A form of one line and a file of 1.28 million lines run the
same expression, so that nobody can get a different judgement by choosing another door.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Callable

import polars as pl


class Verdict(enum.IntEnum):
    """How bad a finding is. A line's verdict is the worst of its own findings (design section 5)."""

    ACCEPT = 0
    REVIEW = 1
    REJECT = 2
    BLOCK = 3

    @property
    def word(self) -> str:
        """The word of the contract: accept, review, reject or block."""
        return self.name.lower()


# Section 6103 as the Tax Reform Act of 1976 wrote it (Pub. L. 94-455, section 1202(i)): since then a request in writing must set
# forth the name, the address, the periods, the authority and the reasons.
STATUTE_SINCE = dt.date(1977, 1, 1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a later version of a rule says differently, and since when the office judges by it."""

    on: dt.date
    what: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The numbers that the office may change. Defaults and bases: domain section 5.3."""

    max_subjects_per_address: int = 10
    max_subjects_per_engaged_official: int = 50
    boilerplate_reason_threshold: int = 25


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """All that a rule may know besides the line itself. ``as_of`` is the day of judging: it is never read from a clock."""

    as_of: dt.date
    parameters: Parameters = dataclasses.field(default_factory=Parameters)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LineRule:
    """A judgement of one line.

    ``expression`` takes the circumstances and returns an expression of integers over the frame's columns: 0 where the
    rule is met, else the ``Verdict``. It must not look at other rows: what needs them stands in ``c_…`` columns
    (see ``counts``). ``valid_from`` is the day since which the law demands it: a judgement as of an earlier day leaves the rule
    out. ``changes`` tells every version after the first; the newest judges, whatever the day, and every verdict keeps its number.
    """

    code: str
    version: int
    valid_from: dt.date
    severity: Verdict
    citation: str
    title: str
    wrong: str
    mend: str
    expression: Callable[[Judging], pl.Expr]
    changes: tuple[Change, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RequestFinding:
    """A judgement of the whole request. It stands beside the lines and leaves their verdicts alone."""

    code: str
    verdict: Verdict
    count: int
    detail: str


def blank(column: str) -> pl.Expr:
    """True where a text column is absent (null), empty, or only white space and punctuation such as ``-`` or ``.``."""
    return ~pl.col(column).fill_null("").str.contains(r"[\p{L}\p{N}]")
