"""Looking is an act: every view of a taxpayer's lines is recorded with the name of who looked."""

from __future__ import annotations

import datetime as dt

from requests.actions.record import record
from requests.models import DisclosureRequest, Person


def record_view(
    disclosure_request: DisclosureRequest, *, actor: Person, at: dt.datetime, first: int | None, last: int | None
) -> None:
    """Record that this person saw these lines of this request."""
    record("view", actor=actor, at=at, disclosure_request=disclosure_request, detail={"first": first, "last": last})
