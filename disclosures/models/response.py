"""What left: the response and its answers. Yes, no or not answered, and nothing else can be written down."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class ReleaseJob(models.Model):
    """A releaser's order to release, worked on in the background. The row is the queue; Celery only wakes it."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Releasing"
        DONE = "done", "Released"
        REFUSED = "refused", "Refused"

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="release_jobs"
    )
    asked_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    finished_at = models.DateTimeField(null=True, blank=True)
    refusal = models.JSONField(default=list, blank=True, help_text="The unmet conditions, as the page shows them.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["disclosure_request"], name="release_one_at_a_time", condition=Q(status="queued")
            ),
        ]

    def __str__(self) -> str:
        return f"Release of {self.disclosure_request_id}: {self.status}"


class Response(models.Model):
    """The response to one request: who released it, when, and its sums."""

    disclosure_request = models.OneToOneField(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="response"
    )
    released_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()
    yes_count = models.PositiveIntegerField()
    no_count = models.PositiveIntegerField()
    not_answered_count = models.PositiveIntegerField()
    transaction_number = models.BigIntegerField(default=0, help_text="The database's transaction; overwritten by it.")

    def __str__(self) -> str:
        return f"Response to {self.disclosure_request_id}"


class Answer(models.Model):
    """The answer to one line. Append-only; a word and a code, so that nothing else can leave with it."""

    class Word(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_ANSWERED = "not_answered", "Not answered"

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="answers")
    line = models.OneToOneField("requests.Line", on_delete=models.PROTECT, related_name="answer")
    line_number = models.PositiveIntegerField()
    engaged_by = models.ForeignKey(
        "requests.EngagedOfficial", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=12, choices=Word)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "line_number"], name="answer_once"),
            models.CheckConstraint(name="answer_known", condition=Q(answer__in=["yes", "no", "not_answered"])),
            models.CheckConstraint(
                name="answer_reason_is_a_code",
                condition=(Q(answer__in=["yes", "no"], reason=""))
                | Q(answer="not_answered", reason__regex=r"^(V[0-9]{2}(;V[0-9]{2})*|withdrawn|cannot_be_furnished)$"),
            ),
            models.CheckConstraint(
                name="answer_goes_to_somebody", condition=Q(answer="not_answered") | Q(engaged_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.line_number}: {self.answer}"


class Receipt(models.Model):
    """A recipient's acknowledgement that the answers reached them."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="receipts")
    recipient = models.ForeignKey("requests.Recipient", on_delete=models.PROTECT, related_name="receipts")
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["response", "recipient"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.recipient} has {self.response}"
