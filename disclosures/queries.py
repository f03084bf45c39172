"""Questions about the answer side: read only."""

from __future__ import annotations

from disclosures.models import ReleaseJob
from requests.models import DisclosureRequest
from requests.models.lifecycle import State


def queued_releases() -> list[int]:
    """Ids of the releases that are ordered and not done, oldest first."""
    return list(ReleaseJob.objects.filter(status=ReleaseJob.Status.QUEUED).order_by("pk").values_list("pk", flat=True))


def unfinished_matching() -> list[int]:
    """Ids of the approved requests that wait for the comparison itself, not for a matcher."""
    approved = DisclosureRequest.objects.filter(state=State.APPROVED).exclude(
        match_run__completed_at__isnull=False, undecided_count__gt=0
    )
    return list(approved.order_by("pk").values_list("pk", flat=True))
