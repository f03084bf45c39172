"""V15: a case to which the subject belongs, and the agency's word that it is open."""

import datetime as dt

import polars as pl

from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict
from requests.rules.empty_words import says_nothing

YES = r"(?i)^\s*(?:y|yes)\s*$"


def expression(judging: Judging) -> pl.Expr:
    """To review without a case number, or where the file has the assurance and this line does not give it."""
    is_withheld = pl.col("under_investigation").is_not_null() & ~pl.col("under_investigation").fill_null(
        ""
    ).str.contains(YES)
    return pl.when(says_nothing(pl.col("case_number")) | is_withheld).then(Verdict.REVIEW.value).otherwise(0)


RULE = LineRule(
    code="V15",
    version=2,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REVIEW,
    citation="26 U.S.C. 6103(i)(2)(A), (i)(1)(A)(ii)",
    title="No case, or no assurance of an investigation",
    wrong="The line has no case number, or does not say Y that this person is under criminal investigation.",
    mend="Give the case number, and Y under under_investigation when the criminal investigation of this person is open.",
    expression=expression,
    changes=(Change(on=dt.date(2026, 11, 29), what="Takes a placeholder for no case number: “N/A”, “pending”."),),
)
