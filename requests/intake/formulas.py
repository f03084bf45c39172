"""The apostrophe before a cell that a spreadsheet would run as a formula: put there in files that leave, taken off in our own.

The sign is put before every cell that begins with apostrophes and then like a formula, too: taking one off always gives
back what was there.
"""

from __future__ import annotations

import re

import polars as pl

# A cell that begins with one of these would be run as a formula, or break its row, in a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")
_RUNS = rf"\s*[{re.escape(''.join(FORMULA_STARTS))}]"
_TO_GUARD = re.compile(rf"'*{_RUNS}")
_GUARDED = rf"^'('*{_RUNS})"


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguarded(cells: pl.DataFrame) -> pl.DataFrame:
    """These text cells without the apostrophes that ``guarded`` put before them."""
    return cells.with_columns(pl.all().str.replace(_GUARDED, "${1}"))
