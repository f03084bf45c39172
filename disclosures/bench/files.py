"""Invented batches and registries of any size for the benchmark, in the proportions of the request of 2025.

Nobody in them exists. Every column is a function of the row's number and the seed, so that a file of a million lines is
made in seconds and the same call makes the same file.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from disclosures.demo.lines import FIRST, LAST, PLACES

AT_ONCE = 100_000
LINES_OF_AN_OFFICIAL = 40
STEMS = ("Ash", "Birch", "Cedar", "Dover", "Elm", "Frank", "Glen", "Hill", "Iron", "Jasper", "Kings", "Lake", "Maple", "North",
         "Oak", "Park", "Quarry", "River", "Spring", "Timber", "Union", "Valley", "West", "York", "Stone", "Mill")  # fmt: skip
ENDINGS = ("wood", "field", "view", "ton", "dale", "ford", "side", "crest", "brook", "mont", "bury", "gate")
TYPES = ("St", "Ave", "Rd", "Blvd", "Dr", "Ln", "Ct", "Pl", "Way", "Ter")
STATUTES = ("8 USC 1253(a)(1)", "18 USC 371", "21 USC 841(a)(1)", "18 USC 1343")
# Of 1,280 lines, as in the sample: placeholders, what goes to a person, and lines with an element missing.
PLACEHOLDERS = ("Failed to Provide 60608", "Unknown Address", "NA NA", "Don't Care 12345", "00000", "Chicago IL 60608", "TBD")
QUESTIONED = ("County Jail", "General Delivery, Laredo TX 78040", "Calle 5 #12, Puebla, MX")
OF_1280 = (70, 82, 96)
# Of a thousand lines, how many the registry knows by name and address, and by name and TIN alone.
KNOWN_OF_1000, TIN_ALONE_OF_1000 = 4, 34


def _pick(words: tuple[str, ...], salt: int, seed: int) -> pl.Expr:
    return pl.lit(pl.Series(words)).gather(_draw(salt, seed) % len(words))


def _draw(salt: int, seed: int) -> pl.Expr:
    """A number that depends on the row, the salt and the seed alone."""
    return pl.col("row").hash(salt, seed)


def _person(seed: int) -> dict[str, pl.Expr]:
    last = pl.concat_str(_pick(STEMS, 11, seed), _pick(ENDINGS, 12, seed))
    place = _draw(17, seed) % len(PLACES)
    street = pl.concat_str(_pick(STEMS, 15, seed), _pick(ENDINGS, 16, seed))
    unit = pl.when(_draw(18, seed) % 5 == 0).then(pl.concat_str(pl.lit(" Apt "), _draw(19, seed) % 400 + 1)).otherwise(pl.lit(""))
    town = pl.lit(pl.Series([f", {city} {state} {zip5}" for city, state, zip5 in PLACES])).gather(place)
    return {
        "first_name": _pick(FIRST, 9, seed), "middle_name": _pick(("", "A", "M", "L", "R", "J"), 10, seed),
        "last_name": pl.when(_draw(13, seed) % 3 == 0).then(_pick(LAST, 14, seed)).otherwise(last),
        "address": pl.concat_str(_draw(20, seed) % 9899 + 100, pl.lit(" "), street, pl.lit(" "), _pick(TYPES, 21, seed), unit, town),
        "tin": pl.concat_str(_draw(22, seed) % 899_999_999 + 100_000_000),
    }  # fmt: skip


def batch_frame(first: int, height: int, *, seed: int) -> pl.DataFrame:
    """Lines ``first`` to ``first + height - 1`` of the batch, as text columns."""
    person = _person(seed)
    kind = _draw(1, seed) % 1280
    address = (
        pl.when(kind < OF_1280[0]).then(_pick(PLACEHOLDERS, 2, seed))
        .when(kind < OF_1280[1]).then(_pick(QUESTIONED, 3, seed))
        .otherwise(person["address"])
    )  # fmt: skip
    case = pl.concat_str(pl.lit("EX-"), pl.col("row"))
    official = pl.col("row") // LINES_OF_AN_OFFICIAL
    return pl.select(row=pl.int_range(first, first + height, dtype=pl.Int64)).select(
        line=pl.col("row"), first_name=person["first_name"], middle_name=person["middle_name"],
        last_name=person["last_name"], address=address,
        tin=pl.when(_draw(4, seed) % 3 == 0).then(person["tin"]).otherwise(pl.lit("")),
        taxable_periods=_pick(("2022;2023", "2023", "2021-2023", "2023Q1"), 5, seed),
        statutory_authority=_pick(STATUTES, 6, seed),
        reason=pl.when((kind >= OF_1280[1]) & (kind < OF_1280[2])).then(pl.lit("")).otherwise(
            pl.concat_str(pl.lit("Subject of criminal investigation "), case, pl.lit("; an address is needed to charge the subject."))
        ),
        case_number=case,
        engaged_official=pl.concat_str(
            pl.lit(pl.Series(FIRST)).gather(official % len(FIRST)), pl.lit(" "), pl.lit(pl.Series(STEMS)).gather(official % 26),
            pl.lit(pl.Series(ENDINGS)).gather(official // 26 % 12), pl.lit(pl.Series(LAST)).gather(official // 312 % 20).str.to_lowercase(),
            pl.lit(pl.Series(ENDINGS)).gather(official // 6240 % 12),
        ),
        engaged_title=pl.lit("Special Agent"), under_investigation=pl.lit("Y"),
    )  # fmt: skip


def registry_frame(first: int, height: int, *, seed: int, lines: int) -> pl.DataFrame:
    """Records ``first`` to ``first + height - 1``: some are people of the batch of ``lines`` lines, the others nobody in it."""
    other = seed + 1_000_003
    mine, theirs = _person(seed), _person(other)
    kind = _draw(8, seed) % 1000
    is_line = pl.col("row") <= lines
    known = is_line & (kind < KNOWN_OF_1000)
    tin_alone = is_line & (kind >= KNOWN_OF_1000) & (kind < KNOWN_OF_1000 + TIN_ALONE_OF_1000)
    named = known | tin_alone
    return pl.select(row=pl.int_range(first, first + height, dtype=pl.Int64)).select(
        taxpayer_ref=pl.concat_str(pl.lit("R"), pl.col("row")),
        **{name: pl.when(named).then(mine[name]).otherwise(theirs[name]) for name in ("first_name", "middle_name", "last_name", "tin")},
        address=pl.when(known).then(mine["address"]).otherwise(theirs["address"]),
    )


def write_batch(file: Path, *, lines: int, seed: int = 1) -> None:
    """Write a batch of ``lines`` lines as CSV."""
    with file.open("wb") as out:
        for first in range(1, lines + 1, AT_ONCE):
            frame = batch_frame(first, min(AT_ONCE, lines + 1 - first), seed=seed)
            frame.write_csv(out, include_header=first == 1)


def write_registry(file: Path, *, records: int, lines: int, seed: int = 1) -> None:
    """Write a registry of ``records`` records as CSV, for a batch of ``lines`` lines with the same seed."""
    with file.open("wb") as out:
        for first in range(1, records + 1, AT_ONCE):
            frame = registry_frame(first, min(AT_ONCE, records + 1 - first), seed=seed, lines=lines)
            frame.write_csv(out, include_header=first == 1)
