"""Reminders as rows: the row is the queue and the proof; Celery only wakes the sending."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One reminder to one person about one clock at one rung. The unique constraint is what makes it go out once."""

    class Status(models.TextChoices):
        QUEUED = "queued", "To be sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"
        PASSED = "passed", "Overtaken"  # before it went out its clock ended, stopped or moved, or a newer one was written

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="notices"
    )
    clock = models.ForeignKey("requests.Clock", on_delete=models.PROTECT, related_name="notices")
    clock_version = models.PositiveIntegerField()
    rung = models.SmallIntegerField(help_text="Business days left; negative: business days overdue.")
    person = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="notices")
    is_escalation = models.BooleanField(default=False)
    due_on = models.DateField()
    created_at = models.DateTimeField()
    status = models.CharField(max_length=6, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["disclosure_request", "clock", "rung", "clock_version", "person"], name="notice_once"
            ),
            models.CheckConstraint(
                name="notice_sent_iff_time",
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], name="notice_to_send", condition=Q(status="queued")),
            models.Index(fields=["person", "-id"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["-id"], name="notice_given_up", condition=Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.disclosure_request_id} to {self.person_id} at {self.rung}"
