"""A file of lines on its way in: what was sent, how it was read, how far it is. Its rows are the queue; Celery only wakes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class BatchLoad(models.Model):
    """One file for one request, from its first byte to its last line stored.

    The file and what is read from it lie in a folder of their own (``folder``) until it is done, cancelled or refused.
    """

    class Phase(models.TextChoices):
        ARRIVING = "arriving", "Arriving"
        ARRIVED = "arrived", "To be looked at"
        SHOWN = "shown", "Waits for your word"
        PARSING = "parsing", "The file is read"
        CHECKING = "checking", "Names and addresses are read"
        COUNTING = "counting", "Lines are held against each other"
        STORING = "storing", "Lines are judged and stored"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        REFUSED = "refused", "Refused"

    class Replaces(models.TextChoices):
        ALL = "all", "All lines"
        MENDED = "mended", "The lines with the same numbers"

    disclosure_request = models.ForeignKey("requests.DisclosureRequest", on_delete=models.PROTECT, related_name="loads")
    sent_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    phase = models.CharField(max_length=9, choices=Phase)
    replaces = models.CharField(max_length=6, choices=Replaces, default=Replaces.ALL)
    once = models.CharField(max_length=32, blank=True, help_text="Drawn once a page: one page sent twice is one file.")
    folder = models.CharField(max_length=32, unique=True, help_text="Where its file lies, below the office's batch folder.")
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="Bytes of the whole file.")
    arrived = models.PositiveBigIntegerField(default=0, help_text="Bytes that are here.")
    file_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file.")
    looks = models.JSONField(default=dict, help_text="Kind, encoding, separator, columns, as it was understood.")

    phase_since = models.DateTimeField()
    # Taken down when the reading begins, so that every chunk is judged alike, whoever judges it and on whichever day.
    begun_at = models.DateTimeField(null=True, blank=True)
    rule_set = models.ForeignKey("requests.RuleSet", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version_before = models.PositiveIntegerField(null=True, blank=True, help_text="The request's version before it.")
    line_count = models.PositiveIntegerField(default=0, help_text="Lines of the file, once it is read.")
    findings = models.JSONField(default=list, help_text="Findings about the whole request that the lines together show.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Times a worker began without getting further.")
    cancel_asked = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True, help_text="Why it was refused: the sentence for whoever sent it.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["disclosure_request"], name="load_one_at_a_time", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="load_ended_iff_over",
                condition=Q(phase__in=["done", "cancelled", "refused"], ended_at__isnull=False)
                | (~Q(phase__in=["done", "cancelled", "refused"]) & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(name="load_arrived_within_size", condition=Q(arrived__lte=models.F("size"))),
            models.CheckConstraint(name="load_refused_with_reason", condition=~Q(phase="refused") | ~Q(refusal="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="load_to_work_on", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["disclosure_request", "-id"], name="load_of_request"),
        ]

    WORKED_ON = (Phase.ARRIVED, Phase.PARSING, Phase.CHECKING, Phase.COUNTING, Phase.STORING)

    def __str__(self) -> str:
        return f"file {self.pk} of {self.disclosure_request_id}, {self.phase}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.ended_at is not None

    @property
    def is_worked_on(self) -> bool:
        """Whether it is a worker's turn."""
        return self.phase in self.WORKED_ON


class LoadChunk(models.Model):
    """Some lines of a file that one worker handles in one transaction; locked while it does."""

    load = models.ForeignKey(BatchLoad, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    is_read = models.BooleanField(default=False, help_text="Its names and addresses are read.")
    is_stored = models.BooleanField(default=False)
    verdicts = models.JSONField(default=dict, help_text="How many of its lines got which verdict.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["load", "number"], name="chunk_once"),
            models.CheckConstraint(name="chunk_read_before_stored", condition=Q(is_read=True) | Q(is_stored=False)),
        ]

    def __str__(self) -> str:
        return f"chunk {self.number} of {self.load_id}"
