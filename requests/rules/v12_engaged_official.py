"""V12: who is personally and directly engaged in this subject's investigation."""

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, Verdict, blank


def expression(judging: Judging) -> pl.Expr:
    """Reject a line that names nobody: an answer may go only to a person, never to an office."""
    return pl.when(blank("engaged_official")).then(Verdict.REJECT.value).otherwise(0)


RULE = LineRule(
    code="V12",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(A)",
    title="No engaged official",
    wrong="The line names no official who is personally and directly engaged in this investigation.",
    mend="Name the officer or employee who works on this case, one person by first and last name.",
    expression=expression,
)
