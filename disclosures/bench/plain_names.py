"""Reading one name in plain Python; the conventions stand in ``requests.rules.names``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from disclosures.bench.plain_patterns import SAYS, compiled
from requests.rules import names

APOSTROPHES, ACCENTS = compiled(names._APOSTROPHES), compiled(names._ACCENTS)
LETTERS = str.maketrans(names._LETTERS)
ORDINARY = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
ELIDED = re.compile(r"\b([ODL])['`] +")
LONE_O, APART = re.compile(rf"\bO ({names.O_NAMES})\b"), re.compile(r"\b(O|D|MC) ([^\W\d_]{2})")
COMPOUND, OPENING = re.compile(names._COMPOUND), re.compile(r"(JR|SR|II|III|IV|JUNIOR|SENIOR|2ND|3RD|4TH) ")
GIVEN_AND_LAST = re.compile(rf"(\S+(?: \S+)*?) ((?:{names._PARTICLE} )*\S+)")


class Name(NamedTuple):
    """A name taken apart."""

    first: str
    middle: str
    last: str
    suffix: str

    @property
    def full(self) -> str:
        """First, middle, last and suffix."""
        return " ".join(filter(None, self))


def read_name(row: Mapping[str, str | None]) -> Name:
    """The name of a line, from its parts where either says something, else from the one text."""
    first, last, whole = (row.get(column) or "" for column in ("first_name", "last_name", "name"))
    suffix = row.get("suffix") or ""
    if suffix:
        suffix = _clean(suffix).replace(" ", "")
        suffix = names._SUFFIX_CELLS.get(suffix, suffix)
    if SAYS.search(first) or SAYS.search(last) or not SAYS.search(whole):
        return _finished(_clean(first), _clean(row.get("middle_name") or ""), _clean(last), suffix)
    text = _clean(whole, keep=",-")
    read = _by_comma(text, suffix) if "," in text else _by_order(text, suffix)
    first, middle, last = (_single_spaced(part.replace("-", " ")) for part in read[:3])
    return _finished(first, middle, last, read[3])


def _finished(first: str, middle: str, last: str, suffix: str) -> Name:
    last, suffix = _without_suffix(last, suffix)
    return Name(first, "" if middle in names._NO_MIDDLE_NAME else middle, APART.sub(r"\1\2", last), suffix)


def _by_comma(text: str, suffix: str) -> tuple[str, str, str, str]:
    before, _, after = text.partition(",")
    before, after = before.strip(), _single_spaced(after.replace(",", " "))
    if after in names._SUFFIXES or not before or not after:
        return _by_order(f"{before} {after}".strip(), suffix)
    opening = OPENING.match(after)
    if opening and suffix in ("", names._SUFFIXES[opening[1]]):
        after, suffix = after[opening.end() :], names._SUFFIXES[opening[1]]
    given, suffix = _without_suffix(after, suffix)
    first, _, middle = given.partition(" ")
    return first, middle, before, suffix


def _by_order(text: str, suffix: str) -> tuple[str, str, str, str]:
    text, suffix = _without_suffix(LONE_O.sub(r"O\1", text), suffix, words=3)
    read = None if COMPOUND.search(text) else GIVEN_AND_LAST.fullmatch(text)
    if read is None:
        return "", "", text if " " not in text or COMPOUND.search(text) else "", suffix
    first, _, middle = read[1].partition(" ")
    return first, middle, read[2], suffix


def _without_suffix(text: str, suffix: str, *, words: int = 2) -> tuple[str, str]:
    rest, _, last = text.rpartition(" ")
    standard = names._SUFFIXES.get(last)
    if standard is None or suffix not in ("", standard) or not rest.strip(" ") or text.count(" ") < words - 1:
        return text, suffix
    return rest.rstrip(" "), standard


def _clean(typed: str, *, keep: str = "") -> str:
    if ORDINARY.fullmatch(typed):
        return typed.upper()
    text = typed if typed.isascii() else _folded(typed)
    text = ELIDED.sub(r"\1", text.upper()).replace("'", "").replace("`", "")
    text = _single_spaced("".join(sign if _counts(sign) or sign in keep else " " for sign in text))
    if keep:
        text = re.sub(r"[ \-]*,[ \-,]*", ",", text)
        text = re.sub(r"(?: -+)+ | -+|-+ ", " ", text.strip(" ,-"))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _counts(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


def _folded(typed: str) -> str:
    text = unicodedata.normalize("NFKD", APOSTROPHES.sub("'", typed)).upper().translate(LETTERS)
    text = "".join(sign for sign in ACCENTS.sub("", text) if unicodedata.category(sign) != "Cf")
    text = APOSTROPHES.sub("'", text)
    return "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in text)


def _single_spaced(text: str) -> str:
    return " ".join(filter(None, text.split(" ")))
