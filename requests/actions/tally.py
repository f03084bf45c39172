"""Counts and digest of lines that were just judged, from their frames: reading a million fresh rows back takes seconds.

Both are what ``line_counts`` and ``lines_digest`` find in the table; approval, release and the audit hold them against it.
"""

from __future__ import annotations

import hashlib

import polars as pl

from requests.actions.lines import STANDING
from requests.models import Line
from requests.queries import COLUMN_END, CONTENT_COLUMNS, NO_SUCH_COLUMN

_TEXT = pl.concat_str(
    pl.col("line").cast(pl.String),
    # The table holds null in one column alone (see ``copy_lines``).
    *(pl.col(name).fill_null(NO_SUCH_COLUMN if name == "under_investigation" else "") for name in CONTENT_COLUMNS),
    separator=COLUMN_END,
)


def outcome(judged: pl.DataFrame) -> pl.DataFrame:
    """What is kept of each judged line until all are stored: ``line``, ``digest`` (its SHA-256), ``verdict``, ``findings``."""
    texts = judged.select(_TEXT.cast(pl.Binary)).to_series().to_list()
    digests = [hashlib.sha256(text).digest() for text in texts]
    return judged.select("line", pl.Series("digest", digests, dtype=pl.Binary), "verdict", "findings")


def tally(outcomes: pl.DataFrame) -> tuple[dict[str, int], dict[str, int], str]:
    """All lines of a request by standing, on how many each rule spoke, and their digest; from what ``outcome`` gave."""
    standings = dict.fromkeys([*Line.Standing.values, "block"], 0)
    for verdict, count in outcomes["verdict"].value_counts().iter_rows():
        standings["block" if verdict == Line.Verdict.BLOCK else STANDING[verdict]] += count
    spoken_on = outcomes.filter(pl.col("verdict") != Line.Verdict.ACCEPT)["findings"]
    codes = dict(spoken_on.list.unique().explode(empty_as_null=False).value_counts().iter_rows())
    in_order = outcomes.select("line", "digest").sort("line")["digest"].to_list()
    digest = hashlib.sha256(b"".join(in_order)).hexdigest() if in_order else ""
    return standings, dict(sorted(codes.items())), digest
