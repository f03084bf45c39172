"""How a request ends without an answer, or after one: withdraw, close, lapse."""

from __future__ import annotations

import datetime as dt

from requests.actions.advance import advance
from requests.models import DisclosureRequest, Person


def withdraw_request(request_id: int, *, actor: Person, at: dt.datetime, reason: str) -> DisclosureRequest:
    """Take it back by written notice, at any time before the response. It stays in the accounting of requests."""
    return advance(request_id, "withdraw", actor=actor, at=at, reason=reason.strip())


def close_request(request_id: int, *, actor: Person | None, at: dt.datetime) -> DisclosureRequest:
    """Close it once receipt is acknowledged or its window has passed; a denied one at any time."""
    return advance(request_id, "close", actor=actor, at=at)


def lapse_request(request_id: int, *, at: dt.datetime) -> DisclosureRequest:
    """Let a returned request lapse after its reply window. Only the system does this."""
    return advance(request_id, "lapse", actor=None, at=at)
