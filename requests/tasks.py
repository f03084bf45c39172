"""Doors for Celery on the side of the ask: one action called. Messages only wake workers up; rows say what is due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from requests.actions import expire as expiry
from requests.actions import remind as reminders


@shared_task
def remind() -> None:
    """Write the reminders that are due and send those unsent."""
    at = timezone.now()
    reminders.write_notices(at=at)
    reminders.send_notices(at=at)


@shared_task
def expire() -> None:
    """End what the passing of time ends."""
    expiry.expire(at=timezone.now())
