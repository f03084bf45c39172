"""The clocks of a request and the days on which they stood still."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Clock(models.Model):
    """One running or ended clock: a limit in its own unit, counted from a day, with the day on which it is due."""

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Acknowledge"
        COMPLETENESS = "completeness", "Completeness"
        REPLY = "reply", "Reply of the agency"
        RESPONSE = "response", "Answer"
        LEGAL_REVIEW = "legal_review", "Legal review"
        IMPAIRMENT = "impairment", "Impairment check"
        APPROVAL = "approval", "Approval"
        MATCHING = "matching", "Matching"
        RELEASE = "release", "Release"
        RECEIPT = "receipt", "Receipt"

    class Unit(models.TextChoices):
        BUSINESS = "business", "business days"
        CALENDAR = "calendar", "calendar days"

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="clocks"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    version = models.PositiveIntegerField(default=1, help_text="Counts the times its due date was worked out anew.")
    limit = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8, choices=Unit)
    starts_on = models.DateField(help_text="Counting starts the day after.")
    due_on = models.DateField()
    stopped_since = models.DateField(null=True, blank=True, help_text="Stands still since this day.")
    next_notice_on = models.DateField(null=True, blank=True, help_text="The day of the next reminder.")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.CharField(max_length=20, blank=True, help_text="The verb that ended it.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["disclosure_request", "kind"], name="clock_runs_once", condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(name="clock_due_after_start", condition=Q(due_on__gte=models.F("starts_on"))),
            models.CheckConstraint(
                name="clock_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("starts_on")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on", "id"], name="clock_running_by_due",
                condition=Q(ended_on__isnull=True, stopped_since__isnull=True),
            ),
            models.Index(
                fields=["next_notice_on", "id"], name="clock_to_remind",
                condition=Q(ended_on__isnull=True, stopped_since__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} of {self.disclosure_request_id}, due {self.due_on}"


class Pause(models.Model):
    """Days on which a request's clocks stood still, inclusive at both ends; open while ``last_day`` is empty."""

    class Cause(models.TextChoices):
        IMPAIRMENT = "impairment", "Impairment check"
        HOLD = "hold", "Hold"

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="pauses"
    )
    cause = models.CharField(max_length=10, choices=Cause)
    hold = models.ForeignKey("requests.Hold", null=True, blank=True, on_delete=models.PROTECT, related_name="pauses")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["disclosure_request", "cause", "hold"], name="pause_open_once",
                condition=Q(last_day__isnull=True), nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="pause_days_in_order", condition=Q(last_day__isnull=True) | Q(last_day__gte=models.F("first_day"))
            ),
            models.CheckConstraint(
                name="pause_of_a_hold_names_it",
                condition=Q(cause="hold", hold__isnull=False) | Q(cause="impairment", hold__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.cause} from {self.first_day}"


@pghistory.track()
class Closure(models.Model):
    """A day on which the office is closed beside the holidays of 5 U.S.C. 6103(a), such as by executive order."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100)
    order_reference = models.CharField(max_length=200)
    is_on = models.BooleanField(default=False, help_text="Whether this office observes it.")

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"


class Recount(models.Model):
    """Running clocks to be counted anew, because a day of closure or a holiday changed.

    The row is the queue and the proof: a worker takes the requests in the order of their ids, a chunk at a time, and
    ``reached`` says how far it came. Whoever takes it up again goes on from there.
    """

    closure = models.ForeignKey(
        "requests.Closure", null=True, blank=True, on_delete=models.PROTECT, related_name="recounts",
        help_text="Empty where the legal holidays changed.",
    )  # fmt: skip
    days = ArrayField(models.DateField(), help_text="The days that count otherwise than before.")
    asked_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0, help_text="The id of the last request that is counted anew.")
    moved_count = models.PositiveIntegerField(default=0, help_text="Requests of which a due day moved.")
    done_at = models.DateTimeField(null=True, blank=True)
    holidays = ArrayField(
        models.DateField(), default=list, blank=True, help_text="The legal holidays as they were known when it was asked."
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="recount_to_do", condition=Q(done_at__isnull=True)),
            models.Index(fields=["-id"], name="recount_of_holidays", condition=Q(closure__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"Recount of {', '.join(map(str, self.days)) or 'nothing'}"
