"""Doors for Celery: an id in, one action called. Messages only wake workers up; rows say what is to be done."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from disclosures.actions import match, release
from disclosures.queries import queued_releases, unfinished_matching
from requests.actions.errors import ActionError

log = structlog.get_logger(__name__)
HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 90


@shared_task
def heartbeat() -> None:
    """A worker is alive and consumes: ``/readyz`` looks for this."""
    cache.set(HEARTBEAT_KEY, timezone.now().isoformat(), timeout=HEARTBEAT_SECONDS)


@shared_task
def match_request(request_id: int) -> None:
    """Compare an approved request with the registry, from where it stands; what is in the way is logged, and the row waits."""
    try:
        match.match_request(request_id, at=timezone.now())
    except ActionError as error:
        log.warning("matching_waits", request=request_id, why=str(error))


@shared_task
def release_queued() -> None:
    """Work on every release that is ordered and not done."""
    for job_id in queued_releases():
        try:
            release.run_release(job_id, at=timezone.now())
        except Exception:  # one that fails must not hold up those behind it; its row stays and is tried again
            log.exception("release_failed", job=job_id)


@shared_task
def sweep() -> None:
    """Pick up what a lost message or a killed worker left lying: unfinished comparisons and ordered releases."""
    for request_id in unfinished_matching():
        match_request.delay(request_id)
    release_queued()
