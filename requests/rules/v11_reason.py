"""V11: the specific reason why disclosure is, or may be, relevant to the investigation."""

import datetime as dt

import polars as pl

from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict
from requests.rules.empty_words import has_no_word, says_nothing


def expression(judging: Judging) -> pl.Expr:
    """Reject a line without a reason, or with a placeholder for one; to review words that stand on too many lines to be specific."""
    reason = pl.col("reason")
    return (
        pl.when(says_nothing(reason) | has_no_word(reason))
        .then(Verdict.REJECT.value)
        .when(pl.col("c_reason").fill_null(0) > judging.parameters.boilerplate_reason_threshold)
        .then(Verdict.REVIEW.value)
        .otherwise(0)
    )


RULE = LineRule(
    code="V11",
    version=2,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(iv)",
    title="Reason missing or not specific",
    wrong="The line gives no reason why disclosure may be relevant, a placeholder, or the same words as very many other lines.",
    mend="Say for this person, in this case, why the information may be relevant to the investigation.",
    expression=expression,
    changes=(Change(on=dt.date(2026, 11, 29), what="Takes a placeholder for no reason: “N/A”, “see file”, “TBD”, “x”."),),
)
