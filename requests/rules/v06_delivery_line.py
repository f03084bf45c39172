"""V06: a letter needs a delivery line and a place."""

import datetime as dt

import polars as pl

from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict

COUNSEL = ("general_delivery", "homeless", "foreign")


def expression(judging: Judging) -> pl.Expr:
    """Reject a line without delivery line or place; send General Delivery, homeless and foreign forms to review.

    Silent where there is no address at all (V04) and where an institution stands without its building (V08).
    """
    kind = pl.col("a_kind")
    silent = (kind == "institution") | ~pl.col("a_plain").str.contains(r"[\p{L}\p{N}]")
    return (
        pl.when(silent).then(0)
        .when(kind.is_in(COUNSEL)).then(Verdict.REVIEW.value)
        .when((kind == "none") | ~has_place()).then(Verdict.REJECT.value)
        .otherwise(0)
    )  # fmt: skip


def has_place() -> pl.Expr:
    """True where the address says in which town it lies: city and state, or a ZIP code."""
    return ((pl.col("a_city") != "") & (pl.col("a_state") != "")) | (pl.col("a_zip5") != "")


RULE = LineRule(
    code="V06",
    version=2,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(i); (b)(6)",
    title="No delivery line or no place",
    wrong="A letter could not be delivered: there is no house number and street (or box or route), or no city, state or ZIP.",
    mend="Give number and street, PO Box, rural route or military box, and city and state or ZIP code.",
    expression=expression,
    changes=(
        Change(
            on=dt.date(2026, 11, 28),
            what=(
                "Reads the blocks, flats and kilometres of Puerto Rico, tribal routes, and a unit before the number. A number before "
                "a town, a street type or a direction alone, and a box 0, deliver nothing."
            ),
        ),
    ),
)
