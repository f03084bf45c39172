"""V05: words that stand where an address should stand."""

import datetime as dt

import polars as pl

from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict


def expression(judging: Judging) -> pl.Expr:
    """Reject a placeholder (see ``placeholders``), however it is disguised, and signs hidden in a text."""
    return pl.when(pl.col("a_placeholder")).then(Verdict.REJECT.value).otherwise(0)


RULE = LineRule(
    code="V05",
    version=3,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(i)",
    title="Placeholder instead of an address",
    wrong='Words such as "unknown" or "failed to provide" stand where the address should, or hidden signs stand in it.',
    mend="Give the address that the agency holds for this person, typed plainly; without one, withdraw the line.",
    expression=expression,
    changes=(
        Change(
            on=dt.date(2026, 11, 28),
            what="Refuses wordings that stand as a street without a type, and what no street is called: keys, one letter, Fake.",
        ),
        Change(
            on=dt.date(2026, 11, 29),
            what="Refuses a placeholder in front (“Unknown, 10 Main St”), and “N/A” in a column of its own as the city.",
        ),
    ),
)
