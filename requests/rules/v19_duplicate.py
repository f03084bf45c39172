"""V19: one person, one address, one case, one line."""

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, Verdict


def expression(judging: Judging) -> pl.Expr:
    """Reject a line that repeats another; of the same lines the one with the lowest number stays."""
    return pl.when(pl.col("c_duplicate_of").is_not_null()).then(Verdict.REJECT.value).otherwise(0)


RULE = LineRule(
    code="V19",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(p)(3)(A)",
    title="Repeats another line",
    wrong="The same name, address and case number stand on an earlier line.",
    mend="Leave this line out; the first of them is answered.",
    expression=expression,
)
