"""V09: the taxable periods to which the information relates."""

from __future__ import annotations

import calendar
import datetime as dt

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, Verdict
from requests.rules.costly import once_per_text

# No income tax, and so no taxable period, before the Sixteenth Amendment.
FIRST_TAXABLE_YEAR = 1913

YEAR = r"^([0-9]{4})$"
YEARS = r"^([0-9]{4})-([0-9]{4})$"
QUARTER = r"^([0-9]{4})Q([1-4])$"
MONTH = r"^([0-9]{4})(0[1-9]|1[0-2])$"
OPEN_ENDED = r"(?i)^all(?:\s+available)?(?:\s+tax|\s+taxable)?\s+(?:years|periods)$"


def expression(judging: Judging) -> pl.Expr:
    """Reject what the grammar of design section 6 cannot read; to review what is open-ended or not yet over."""
    return once_per_text("taxable_periods", lambda text: _judge_text(text, as_of=judging.as_of))


def _judge_text(text: pl.Expr, *, as_of: dt.date) -> pl.Expr:
    periods = text.fill_null("").str.replace_all(",", ";", literal=True).str.split(";")
    return periods.list.eval(_judge_period(pl.element(), as_of=as_of)).list.max()


def _judge_period(element: pl.Expr, *, as_of: dt.date) -> pl.Expr:
    """Months are counted from the year 0, so that every form of a period has one last month."""
    period = element.str.strip_chars()

    def number(pattern: str, group: int) -> pl.Expr:
        return period.str.extract(pattern, group).cast(pl.Int32)

    first_year = pl.coalesce(number(YEAR, 1), number(YEARS, 1), number(QUARTER, 1), number(MONTH, 1))
    last_month = pl.coalesce(
        number(YEAR, 1) * 12 + 12,
        number(YEARS, 2) * 12 + 12,
        number(QUARTER, 1) * 12 + number(QUARTER, 2) * 3,
        number(MONTH, 1) * 12 + number(MONTH, 2),
    )
    is_backward = (number(YEARS, 1) > number(YEARS, 2)).fill_null(False)
    return (
        pl.when(period.str.contains(OPEN_ENDED))
        .then(Verdict.REVIEW.value)
        .when(last_month.is_null() | is_backward | (first_year < FIRST_TAXABLE_YEAR))
        .then(Verdict.REJECT.value)
        .when(last_month > _last_whole_month(as_of))
        .then(Verdict.REVIEW.value)
        .otherwise(0)
    )


def _last_whole_month(as_of: dt.date) -> int:
    is_last_day = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
    return as_of.year * 12 + as_of.month - (0 if is_last_day else 1)


RULE = LineRule(
    code="V09",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(ii)",
    title="Taxable periods missing or unclear",
    wrong="The taxable periods are missing or cannot be read, or they are open-ended or not yet over.",
    mend=(
        "Name closed periods, parted by ; or , : a year (2023), years (2021-2023), a quarter (2023Q2), or the month in which "
        "the period ends (202306)."
    ),
    expression=expression,
)
