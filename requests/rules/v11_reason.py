"""V11: the specific reason why disclosure is, or may be, relevant to the investigation."""

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, Verdict, blank


def expression(judging: Judging) -> pl.Expr:
    """Reject a line without a reason; to review one whose very words stand on too many lines to be specific."""
    return (
        pl.when(blank("reason"))
        .then(Verdict.REJECT.value)
        .when(pl.col("c_reason").fill_null(0) > judging.parameters.boilerplate_reason_threshold)
        .then(Verdict.REVIEW.value)
        .otherwise(0)
    )


RULE = LineRule(
    code="V11",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(iv)",
    title="Reason missing or not specific",
    wrong="The line gives no reason why disclosure may be relevant, or the same words as very many other lines.",
    mend="Say for this person, in this case, why the information may be relevant to the investigation.",
    expression=expression,
)
