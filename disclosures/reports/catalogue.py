"""The catalogue: every report by its name, in the order of design section 6, and the period it takes by default."""

from __future__ import annotations

import datetime as dt

from disclosures.reports import accounts, outcomes, standing, work
from disclosures.reports.base import Period, Report

REPORTS: tuple[Report, ...] = (
    work.WORKLIST, work.AGEING, work.DEADLINES, work.INVENTORY, outcomes.RETURNED_DENIED, outcomes.FUNNEL,
    accounts.ACCOUNTING, accounts.FORM5466B, accounts.RECIPIENTS, accounts.CONGRESS_PUBLIC,
    accounts.CONGRESS_CONFIDENTIAL, standing.HOLDS, standing.SAFEGUARDS, standing.DELEGATIONS,
)  # fmt: skip
BY_NAME = {report.name: report for report in REPORTS}


def default_period(report: Report, *, today: dt.date) -> Period:
    """The calendar year so far; for a report of a year, the last whole one in the first quarter."""
    if report.is_of_a_year and today.month <= 3:
        return Period(dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31))
    return Period(dt.date(today.year, 1, 1), today)
