"""Finding placeholders (V05), also in disguise: spaced out, in look-alike digits, run together, letters repeated."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from requests.rules.placeholders import (
    KEYBOARD_RUNS,
    NEVER_ALONE,
    NEVER_STREETS,
    NEVER_TOWNS,
    NO_STREETS,
    PHRASES,
    PLAIN_WORDS,
    WORDS,
)

# Digits that look like letters. They count as letters only beside one: "1234 unkn0wn".
_LOOKALIKES = {"0": "O", "1": "I", "3": "E", "4": "A", "5": "S", "7": "T"}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ZIP = r"(?: [0-9]{5}(?: ?-? ?[0-9]{4})?)?"


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))


def _single(word: str) -> str:
    """The word with each run of a letter made one letter."""
    return "".join(letter for before, letter in zip(" " + word, word, strict=False) if letter != before)


_PHRASES = rf" (?:{_any(PHRASES)}) "
_WORDS = _any(WORDS)
# "Unknown, 10 Main St, Chicago IL 60622".
IN_FRONT = rf"^(?:{_WORDS}), "
_RUN_TOGETHER = _any(_single(phrase.replace(" ", "")) for phrase in PHRASES if len(phrase) > 9)
_STRETCHED = _any(_single(word) for word in WORDS if len(_single(word)) > 3)
_JOINED = _any(phrase.replace(" ", "") for phrase in PHRASES if len(phrase) > 9)
_NAMELESS = rf"\b(?:{_any(NEVER_STREETS)})\b|{_JOINED}|^(?:(?:{_any([*WORDS, *NEVER_ALONE])})(?: |$))+$"
_SAME = "|".join(f"{letter}{{4,}}(?: {letter}+)*" for letter in _LETTERS)
NO_STREET = rf"^(?:(?:(?:{_any(NO_STREETS)}|(?:{_any(KEYBOARD_RUNS)})[A-Z]*)(?: |$))+|{_SAME}|X{{3,}})$"


def find_placeholders(read: pl.DataFrame) -> pl.DataFrame:
    """Add ``a_placeholder`` to texts that were taken apart. Rows may change their order.

    A street with its type is searched for phrases alone; only what has none is searched for disguises.
    """
    plain = pl.col("a_plain").str.replace_all(r"[/&#-]", " ").str.replace_all("  +", " ").str.strip_chars(" ")
    plain = plain.str.replace_all(r"\bN A\b", "NA")
    read = read.with_columns(plain.alias("words"))
    suspect = (
        (pl.col("a_type") == "")
        | pl.col("words").str.contains(r"\b[A-Z] [A-Z] [A-Z] [A-Z]\b|[A-Z][013457]+[A-Z]|\b0+[A-Z]? ")
        | pl.col("a_city").is_in(NEVER_TOWNS)
        | pl.col("a_street").str.contains(NO_STREET)
        | (pl.col("a_city") == pl.col("a_street"))
        | pl.col("words").str.contains(IN_FRONT)
    )
    read = read.with_columns(suspect.alias("suspect"))
    clear, doubted = read.filter(~pl.col("suspect")), read.filter(pl.col("suspect"))
    clear = clear.with_columns(_says(pl.col("words")).alias("a_placeholder"))
    if doubted.is_empty():  # building the patterns takes a multiple of what a single line takes
        return clear
    return pl.concat([clear, doubted.with_columns(_disguised().alias("a_placeholder"))])


def _disguised() -> pl.Expr:
    words, none = pl.col("words"), pl.col("a_kind").is_in(["none", "institution"])
    bare = none | (pl.col("a_type") == "")
    decoded = words
    for digit, letter in _LOOKALIKES.items():
        decoded = decoded.str.replace_all(rf"([A-Z]){digit}+", f"${{1}}{letter}").str.replace_all(
            rf"{digit}([A-Z])", f"{letter}$1"
        )
    closed = words.str.replace_all(r"\b([A-Z0-9]) ", "$1")
    single = words.str.replace_all("[^A-Z]", "")
    for letter in _LETTERS:
        single = single.str.replace_all(f"{letter}{{2,}}", letter)
    no_digits = words.str.replace_all(r"[0-9]+", " ").str.replace_all("  +", " ").str.strip_chars(" ,")
    same_letter = "|".join(f"{letter}{{3,}}(?: ?{letter}{{2,}})*" for letter in _LETTERS)
    return (
        _says(words)
        | _says(decoded)
        | _says(closed)
        | pl.col("a_city").is_in(NEVER_TOWNS)
        | words.str.contains(IN_FRONT)
        | words.str.contains(rf"^0+[A-Z]? (?:[NSEW] )?(?:{_WORDS})\b")
        | pl.col("a_street").str.contains(NO_STREET)
        | ((pl.col("a_type") == "") & (pl.col("a_street").str.contains(_NAMELESS) | _line().str.contains(_NAMELESS)))
        | ((pl.col("a_city") == pl.col("a_street")) & pl.col("a_street").is_in(WORDS))
        | (bare & (_word(words) | _word(decoded) | _word(closed)))
        | (bare & words.str.contains(rf"(?:^|, )(?:[0-9]+ )?(?:{same_letter}){_ZIP}(?:$|, )"))
        | (none & words.str.contains(rf"^[0-9]+ (?:{_WORDS})\b"))
        | (none & (_word(no_digits) | single.str.contains(_RUN_TOGETHER) | single.str.contains(rf"^(?:{_STRETCHED})$")))
    )


def _line() -> pl.Expr:
    """The street as it was typed, "No" before its name too, which reads as a direction."""
    return pl.col("l").str.replace("^[0-9]+ ", "").str.replace_all(",", "", literal=True)


def _says(text: pl.Expr) -> pl.Expr:
    """A placeholder of several words anywhere."""
    return (" " + text.str.replace_all(",", "", literal=True) + " ").str.contains(_PHRASES)


def _word(text: pl.Expr) -> pl.Expr:
    """A placeholder of one word: as a component (a ZIP may follow), or at the head of a street without a type."""
    component = text.str.contains(rf"(?:^|, )(?:[0-9]+ )?(?:(?:{_WORDS}),? ?)+(?: [A-Z]{{2}})?{_ZIP}(?:$|, )")
    first = text.str.contains(rf"^(?:[0-9]+ )?(?:{_any(PLAIN_WORDS)})\b")
    keys = text.str.contains(rf"\b(?:{_any(KEYBOARD_RUNS)})")
    return component | first | keys
