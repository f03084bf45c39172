"""English words of which, as far as is known, no street's name of several words is made. Data: the two files beside this one.

They are the common words of English (SCOWL) without those that any known street, town or surname of the United States bears; WordNet
tells of which kind each is. ``tests/rules/choose_common_words.py`` chose them, docs/address-gate.md tells what it costs.
"""

from __future__ import annotations

import functools
from pathlib import Path

import polars as pl

_HERE = Path(__file__).parent
# Verbs, adverbs, adjectives and abstract nouns: one of them among several words tells that no street is meant ("Anonymous Tip").
ONE_TELLS = frozenset((_HERE / "one_tells.txt").read_text("ascii").split())
# Things and people: of two words both must be such ("Suitcase Stapler"), of more one is enough ("Red Suitcase Hill").
TWO_TELL = frozenset((_HERE / "two_tell.txt").read_text("ascii").split())
# Names of three words and more that one of these joins may hold anything ("Garden of the Gods").
JOINS = frozenset(("OF", "DE", "A"))
_JOINED = rf" (?:{'|'.join(sorted(JOINS))}) "


@functools.cache
def _columns() -> tuple[pl.Series, pl.Series]:
    """Both for Polars; made when first asked for, since its threads do not outlive a fork."""
    one, two = (pl.Series(sorted(words), dtype=pl.String).implode() for words in (ONE_TELLS, TWO_TELL))
    return one, two


def are_common(text: pl.Expr) -> pl.Expr:
    """True where a name of several words, in capitals and parted by single blanks, is told by them to be no street's or town's."""
    one, two = _columns()
    words = text.str.split(" ")
    weight = pl.element().is_in(one).cast(pl.Int32) * 2 + pl.element().is_in(two).cast(pl.Int32)
    enough = pl.when((words.list.len() > 2) & ~text.str.contains(_JOINED)).then(1).otherwise(2)
    return (words.list.len() > 1) & (words.list.eval(weight).list.sum() >= enough)


def is_common(word: pl.Expr) -> pl.Expr:
    """True where the whole text is one such word."""
    one, two = _columns()
    return word.is_in(one) | word.is_in(two)
