"""The demonstration as a whole: work is in people's hands, and nobody has what they may not do."""

from __future__ import annotations

from disclosures.demo.scene import hand_out
from requests.actions.assign import can_work_on
from requests.models import DisclosureRequest
from requests.models.lifecycle import State
from tests.factories import AT, a_cast, a_request


def test_two_of_three_that_wait_are_taken_by_somebody_who_may(db: None) -> None:
    cast = a_cast()
    for state in (State.SUBMITTED, State.IN_LEGAL_REVIEW, State.AWAITING_APPROVAL, State.DRAFT):
        a_request(cast, state)
    hand_out(now=AT)
    taken = list(DisclosureRequest.objects.filter(assignee__isnull=False))
    assert len(taken) == 2
    assert all(can_work_on(dr, dr.assignee) for dr in taken)
