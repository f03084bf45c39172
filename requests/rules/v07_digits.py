"""V07: digits instead of an address, or a ZIP code that is not the state's."""

import datetime as dt

import polars as pl

from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict
from requests.rules.places import NO_SUCH_ZIP, ZIP_STATES, ZIP_STATES_BY_CODE

_PAIRS = [f"{prefix} {state}" for prefix, states in ZIP_STATES.items() for state in states]
_CODES = [f"{code} {state}" for code, states in ZIP_STATES_BY_CODE.items() for state in states]


def expression(judging: Judging) -> pl.Expr:
    """Reject digits alone, one digit repeated, and a ZIP code that does not exist or lies in another state."""
    plain, zip5, state = pl.col("a_plain"), pl.col("a_zip5"), pl.col("a_state")
    digits_only = plain.str.contains(r"^[0-9 ,#/-]*[0-9][0-9 ,#/-]*$")
    prefix = zip5.str.head(3)
    unknown = zip5.is_in(NO_SUCH_ZIP) | ~prefix.is_in(list(ZIP_STATES))
    elsewhere = (state != "") & ~(prefix + " " + state).is_in(_PAIRS) & ~(zip5 + " " + state).is_in(_CODES)
    return pl.when(digits_only | ((zip5 != "") & (unknown | elsewhere))).then(Verdict.REJECT.value).otherwise(0)


RULE = LineRule(
    code="V07",
    version=2,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(i)",
    title="Digits only, or a ZIP code not of the state",
    wrong="The address is digits alone, or its ZIP code does not exist or does not lie in its state.",
    mend="Give the whole address, and check the ZIP code against the state.",
    expression=expression,
    changes=(
        Change(
            on=dt.date(2026, 11, 28),
            what="Gives a ZIP code of New England, New Jersey and the islands back the zero that a spreadsheet took.",
        ),
    ),
)
