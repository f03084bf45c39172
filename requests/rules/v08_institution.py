"""V08: an institution without its building, or too many people at one address."""

import datetime as dt

import polars as pl

from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict


def expression(judging: Judging) -> pl.Expr:
    """Send to review an institution without a building location, and more subjects at one address than the office allows."""
    crowded = pl.col("c_address") > judging.parameters.max_subjects_per_address
    return pl.when((pl.col("a_kind") == "institution") | crowded).then(Verdict.REVIEW.value).otherwise(0)


RULE = LineRule(
    code="V08",
    version=2,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REVIEW,
    citation="26 U.S.C. 6103(i)(2)(B)(i)",
    title="Institution without a location, or a crowded address",
    wrong="A jail, shelter, hospital or office is named without its street address, or many lines share one address.",
    mend="Give the street address of the building; for a crowded address, say why these people live there.",
    expression=expression,
    changes=(
        Change(
            on=dt.date(2026, 11, 28),
            what="An institution behind a number is no street unless the street is named.",
        ),
    ),
)
