"""Cells that hold words and say nothing: "N/A" for a reason, "TBD" for an official, "unknown" for a case."""

from __future__ import annotations

import polars as pl

from requests.rules.address_towns import any_of
from requests.rules.address_words import phrases
from requests.rules.placeholders import PHRASES, WORDS

# Beside the placeholders of addresses: what is typed into a cell that must not be empty.
_ALONE = phrases(
    "N A|NO|YES|NO REASON|REASON|REASONS|PURPOSE|TO FOLLOW|SEE CASE|SEE LETTER|SEE REQUEST|SEE COVER LETTER|SEE ATTACHED LETTER|AS NEEDED|"
    "REQUIRED|NEEDED|NOT SURE|ANY|ALL|OTHER|MISC|VARIOUS|MULTIPLE|CONFIDENTIAL|CLASSIFIED|NUMBER|CASE|CASE NUMBER|NO CASE|NO CASE NUMBER"
)
EMPTY = rf"^(?:(?:{any_of((*PHRASES, *WORDS, *_ALONE))})(?: |$))+$"
# No placeholder is longer, nor has one a figure: a reason of a sentence and an ordinary case number need not be looked at.
LONGEST_BYTES = 64
FIGURE = "[0-9]"
SIGNS = r"[\W_]+"
TWO_LETTERS = r"[^\W\d_].*[^\W\d_]"


def says_nothing(text: pl.Expr) -> pl.Expr:
    """True where a text is absent, only signs, or placeholders alone, in any case and with any signs between."""
    return ~text.fill_null("").str.contains(r"[\p{L}\p{N}]") | words_of(text).str.contains(EMPTY).fill_null(False)


def has_no_word(text: pl.Expr) -> pl.Expr:
    """True where no two letters stand in a text: "x", "123"."""
    return ~_short(text).str.contains(TWO_LETTERS).fill_null(True)


def words_of(text: pl.Expr) -> pl.Expr:
    """The capitals of a short text without figures, with single blanks between; null of others, which are no placeholder."""
    may_be = pl.when(~_short(text).str.contains(FIGURE)).then(text)
    return may_be.str.to_uppercase().str.replace_all(SIGNS, " ").str.strip_chars(" ")


def _short(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_bytes() <= LONGEST_BYTES).then(text)
