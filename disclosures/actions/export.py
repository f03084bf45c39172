"""Every export is an event: which report, of which days, in which form, for whom."""

from __future__ import annotations

import datetime as dt

from requests.actions.record import record
from requests.models import Person


def record_export(
    report: str, *, actor: Person | None, at: dt.datetime, first: dt.date, last: dt.date, kind: str
) -> None:
    """Record that a report left in this form; a page is a form too."""
    record(
        "export", actor=actor, at=at,
        detail={"report": report, "from": first.isoformat(), "to": last.isoformat(), "format": kind},
    )  # fmt: skip
