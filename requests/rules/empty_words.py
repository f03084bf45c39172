"""Cells that hold words and say nothing: "N/A" for a reason, "TBD" for an official, "unknown" for a case."""

from __future__ import annotations

import polars as pl

from requests.rules.address_towns import any_of
from requests.rules.address_words import phrases
from requests.rules.base import blank
from requests.rules.placeholders import PHRASES, WORDS

# Beside the placeholders of addresses: what is typed into a cell that must not be empty.
_ALONE = phrases(
    "N A|NO|YES|NO REASON|REASON|REASONS|PURPOSE|TO FOLLOW|SEE CASE|SEE LETTER|SEE REQUEST|SEE COVER LETTER|SEE ATTACHED LETTER|AS NEEDED|"
    "REQUIRED|NEEDED|NOT SURE|ANY|ALL|OTHER|MISC|VARIOUS|MULTIPLE|CONFIDENTIAL|CLASSIFIED|NUMBER|CASE|CASE NUMBER|NO CASE|NO CASE NUMBER"
)
EMPTY = rf"^(?:(?:{any_of((*PHRASES, *WORDS, *_ALONE))})(?: |$))+$"
# No placeholder is longer; a reason of a whole sentence need not be looked at.
LONGEST_BYTES = 64
SIGNS = r"[\W_]+"
TWO_LETTERS = r"[^\W\d_].*[^\W\d_]"


def says_nothing(column: str) -> pl.Expr:
    """True where a text column is blank or holds placeholders alone, in any case and with any signs between."""
    return blank(column) | words_of(column).str.contains(EMPTY).fill_null(False)


def words_of(column: str) -> pl.Expr:
    """The capitals and figures of a short text, with single blanks between; null where it is longer than any placeholder."""
    short = pl.when(pl.col(column).str.len_bytes() <= LONGEST_BYTES).then(pl.col(column))
    return short.str.to_uppercase().str.replace_all(SIGNS, " ").str.strip_chars(" ")
