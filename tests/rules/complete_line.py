"""One complete line, and lines that differ from it: what the rule tests judge."""

from __future__ import annotations

import datetime as dt

import polars as pl

from requests.intake.lines import frame_of_lines
from requests.rules.base import Judging, LineRule, Verdict

AS_OF = dt.date(2026, 11, 23)
COMPLETE_LINE = {
    "first_name": "Maria",
    "middle_name": "Luis",
    "last_name": "Okafor",
    "suffix": "",
    "address": "1710 Wesley Avenue, Evanston, IL 60201",
    "taxable_periods": "2023",
    "statutory_authority": "8 USC 1253(a)(1)",
    "reason": "Subject of criminal investigation HSI-2025-000001 for failure to depart after a final order; an address is "
    "needed to locate and charge the subject.",
    "case_number": "HSI-2025-000001",
    "engaged_official": "Nadia Patel",
}


def line(**changes: str) -> dict[str, str]:
    """The complete line with these cells in place of its own."""
    return {**COMPLETE_LINE, **changes}


def said(rule: LineRule, *lines: dict[str, str], as_of: dt.date = AS_OF, **counts: int | None) -> list[Verdict]:
    """What one rule says of each line. ``counts`` are the cross-line columns, the same on every line."""
    frame = frame_of_lines(lines).with_columns(
        pl.lit(value, dtype=pl.Int64).alias(name) for name, value in counts.items()
    )
    return [Verdict(value) for value in frame.select(rule.expression(Judging(as_of=as_of)).cast(pl.Int32)).to_series()]
