"""What intake does after receipt: pass the complete lines on, or return the whole request."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from requests.actions.advance import advance_locked, lock, prepare, refuse_unless_allowed
from requests.actions.letters import keep_return_letter
from requests.actions.lines import recount
from requests.models import DisclosureRequest, Line, Person
from requests.queries import count_defects


@transaction.atomic
def pass_to_legal_review(request_id: int, *, actor: Person, at: dt.datetime) -> DisclosureRequest:
    """Split defective lines out as returned and pass the rest to counsel; the response clock starts.

    Raises NotNow with every unmet condition, NotYours. The agency gets a letter that lists what came back.
    """
    disclosure_request = lock(request_id)
    split = Line.objects.filter(
        disclosure_request=disclosure_request,
        until_version__isnull=True,
        standing=Line.Standing.DEFECTIVE,
        verdict=Line.Verdict.REJECT,
    ).update(standing=Line.Standing.RETURNED)
    if split:
        recount(disclosure_request)
        prepare(disclosure_request, at=at)
        refuse_unless_allowed(disclosure_request, "perfect", actor=actor)
        keep_return_letter(disclosure_request, at=at, actor=actor, is_whole=False, reason="")
    return advance_locked(disclosure_request, "perfect", actor=actor, at=at, split_off=split)


@transaction.atomic
def return_to_agency(request_id: int, *, actor: Person, at: dt.datetime, reason: str = "") -> DisclosureRequest:
    """Return the whole request with a letter that lists every defect and how to mend it. Raises NotNow, NotYours."""
    disclosure_request = lock(request_id)
    disclosure_request.defect_count = count_defects(disclosure_request)
    disclosure_request.listed_defect_count = 0
    if disclosure_request.defect_count:
        disclosure_request.listed_defect_count = keep_return_letter(
            disclosure_request, at=at, actor=actor, is_whole=True, reason=reason
        )
    return advance_locked(
        disclosure_request, "return_imperfect", actor=actor, at=at, reason=reason, defects=disclosure_request.defect_count
    )
