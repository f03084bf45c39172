"""V04: no address was set forth."""

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, Verdict


def expression(judging: Judging) -> pl.Expr:
    """Reject a line whose address holds no letter and no digit."""
    return pl.when(~pl.col("a_plain").str.contains(r"[\p{L}\p{N}]")).then(Verdict.REJECT.value).otherwise(0)


RULE = LineRule(
    code="V04",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(i)",
    title="Address missing",
    wrong="The line gives no address of the taxpayer.",
    mend="Give the street and house number (or PO Box, rural route or military box), city, state and ZIP code.",
    expression=expression,
)
