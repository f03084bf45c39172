"""The keys under which a line of a request and a record of the registry can meet.

A key only brings two rows together; whether they agree is always decided on the text (``join``). Each key is a 64-bit
number over a few readings, made with plain arithmetic on the UTF-8 bytes: the same text gives the same number in every
process, on every machine and with every version of Polars (``Expr.hash`` promises that only within one version), so a
registry that was loaded years ago meets the lines of today.

One pair may differ in one component of the address and be spelled differently in the name (design section 5). Of number,
street and place at least two are then equal, so four keys find it:

===================  ===========================================  ==========================================
key                  made of                                      finds the pairs
===================  ===========================================  ==========================================
``name_key``         last, first, suffix, TIN                     whose name and TIN agree, wherever they live
``place_key``        number, street, ZIP                          at one house, under any name
``town_key``         number, street, city, state                  at one house whose ZIP differs or is missing
``near_street_key``  initials, street, ZIP (else city, state)     on one street, where the number differs
``near_number_key``  initials, number, ZIP (else city, state)     with one number, where the street differs
===================  ===========================================  ==========================================

The initials are those of the last name and of what the first name is kin to (BOB is ROBERT). Not found is only a pair that
differs in the initial of a name (or in its order) and in number or street as well.
"""

from __future__ import annotations

import functools
import operator
from typing import TypeVar

import polars as pl

from disclosures.matching.nicknames import kindred_initial

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

KEYS = ("name_key", "place_key", "town_key", "near_street_key", "near_number_key")
READINGS = (
    "n_first", "n_middle", "n_last", "n_suffix", "a_kind", "a_number", "a_predir", "a_street", "a_type", "a_postdir",
    "a_unit", "a_city", "a_state", "a_zip5",
)  # fmt: skip

UNIT_SEPARATOR = "\x1f"
# One odd factor for each eight bytes of text: digits of pi. They never change: stored keys were made with them.
FACTORS = (
    0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D1, 0x082EFA98EC4E6C89,
    0x452821E638D01377, 0xBE5466CF34E90C6D, 0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917,
)  # fmt: skip
HASHED_BYTES = 8 * len(FACTORS)  # what lies beyond does not enter the key; the text comparison reads all of it


def with_keys(frame: Frame) -> Frame:
    """Add ``tin9 born`` and the keys (Int64, null where a part is missing) to a frame that has been read.

    Needs ``n_…``, ``a_…`` (null counts as empty), ``tin`` and ``date_of_birth`` as given. ``tin9`` holds the digits of the
    TIN, "" if none is given; ``born`` the date as YYYY-MM-DD, else what was given.
    """
    for step in _steps():
        frame = frame.with_columns(step)
    return frame


@functools.cache
def _steps() -> tuple[tuple[pl.Expr, ...], ...]:
    """What is added, one layer upon the other; made once, for the lines of one request are few."""
    read = (
        *(pl.col(column).fill_null("") for column in READINGS),
        _digits("tin").alias("tin9"),
        _born("date_of_birth").alias("born"),
    )
    last, number, street = pl.col("n_last"), pl.col("a_number"), pl.col("a_street")
    initials = last.str.slice(0, 1) + kindred_initial(pl.col("n_first"))
    city = pl.when((pl.col("a_city") != "") & (pl.col("a_state") != "")).then(pl.col("a_city") + " " + pl.col("a_state"))
    zip5 = pl.when(pl.col("a_zip5") != "").then(pl.col("a_zip5"))
    place = pl.coalesce(zip5, city)
    has_tin = (pl.col("tin9").str.len_bytes() == 9) & (last != "")
    octets = (
        _octets(last, pl.col("n_first"), pl.col("n_suffix"), pl.col("tin9"), where=has_tin).alias("name_key"),
        _octets(number, street, zip5, where=(number != "") & (street != "")).alias("place_key"),
        _octets(number, street, city, where=(number != "") & (street != "")).alias("town_key"),
        _octets(initials, street, place, where=(last != "") & (street != "")).alias("near_street_key"),
        _octets(initials, number, place, where=(last != "") & (number != "")).alias("near_number_key"),
    )
    return read, octets, tuple(_number(key).alias(key) for key in KEYS)


def _octets(*parts: pl.Expr, where: pl.Expr) -> pl.Expr:
    """These parts as ``HASHED_BYTES`` bytes or more; null where one of them is null or ``where`` does not hold."""
    text = pl.concat_str(*parts, separator=UNIT_SEPARATOR)
    return pl.when(where).then(text.str.pad_end(HASHED_BYTES, " ")).cast(pl.Binary)


def _number(octets: str) -> pl.Expr:
    """A 64-bit number over a column of bytes."""
    numbers = []
    for place, factor in enumerate(FACTORS):
        word = pl.col(octets).bin.slice(8 * place, 8).bin.reinterpret(dtype=pl.UInt64, endianness="little")
        # The upper half goes into the lower, so that a difference in the last letters is spread over the number as well.
        numbers.append((word ^ (word // pl.lit(1 << 32, dtype=pl.UInt64))) * pl.lit(factor, dtype=pl.UInt64))
    return functools.reduce(operator.add, numbers).reinterpret(signed=True)


def _digits(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.replace_all(r"[^0-9]", "").str.slice(0, 9)


def _born(column: str) -> pl.Expr:
    """A date as YYYY-MM-DD from YYYY-MM-DD, YYYYMMDD or M/D/YYYY; anything else stays as it was given, so that it differs."""
    given = pl.col(column).fill_null("").str.strip_chars()
    american = given.str.extract_groups(r"^([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})$")
    month, day, year = (american.struct.field(name) for name in ("1", "2", "3"))
    turned = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
    joined = given.str.extract_groups(r"^([0-9]{4})([0-9]{2})([0-9]{2})$")
    split = pl.concat_str(*(joined.struct.field(name) for name in ("1", "2", "3")), separator="-")
    return pl.coalesce(turned, split, given).str.slice(0, 10)
