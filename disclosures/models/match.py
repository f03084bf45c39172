"""The comparison: one run per approved request, one result per compared line, decided lines by two matchers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class MatchRun(models.Model):
    """The comparison of one approved scope with one snapshot. Chunked and resumable; unreadable until complete."""

    disclosure_request = models.OneToOneField(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="match_run"
    )
    snapshot = models.ForeignKey("disclosures.RegistrySnapshot", null=True, on_delete=models.SET_NULL, related_name="+")
    registry_digest = models.CharField(max_length=64)
    scope_digest = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    last_line = models.PositiveIntegerField(default=0, help_text="Up to which line number chunks are written.")
    compared_count = models.PositiveIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Comparison of {self.disclosure_request_id}"


class MatchResult(models.Model):
    """What the comparison says of one line. ``yes`` needs full agreement; the database says so too."""

    class Result(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        UNDECIDED = "undecided", "Undecided"

    class Cause(models.TextChoices):
        TIN_WITHOUT_ADDRESS = "tin_without_address", "Name and TIN agree, the address does not"
        NEAR_ADDRESS = "near_address", "The name is close and the address is close"
        SEVERAL_RECORDS = "several_records", "Two or more records agree fully"

    class Resolution(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        RETURN = "return", "Return"

    # Both keys are checked a statement at a time, not a row at a time (migration 0003): there are as many as lines.
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="results", db_constraint=False)
    line = models.OneToOneField(
        "requests.Line", on_delete=models.PROTECT, related_name="match_result", db_constraint=False
    )
    result = models.CharField(max_length=9, choices=Result)
    cause = models.CharField(max_length=20, choices=Cause, blank=True)
    taxpayer_ref = models.CharField(max_length=40, blank=True)
    candidate_refs = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    name_agrees = models.BooleanField(default=False)
    address_agrees = models.BooleanField(default=False)
    can_be_yes = models.BooleanField(
        default=False, help_text="Every component is equal or equivalent, so two matchers may say yes."
    )
    comparison = models.JSONField(
        default=list, blank=True, help_text="Component, and whether it is equal, equivalent, different or missing."
    )
    resolution = models.CharField(max_length=6, choices=Resolution, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="match_result_known", condition=Q(result__in=["yes", "no", "undecided"])),
            models.CheckConstraint(
                name="match_yes_agrees_on_name_and_address",
                condition=~Q(result="yes") | (Q(name_agrees=True, address_agrees=True) & ~Q(taxpayer_ref="")),
            ),
            models.CheckConstraint(
                name="match_resolved_yes_only_where_components_agree",
                condition=~Q(resolution="yes") | Q(result="undecided", can_be_yes=True),
            ),
            models.CheckConstraint(
                name="match_only_undecided_is_resolved", condition=Q(resolution="") | Q(result="undecided")
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["run", "line"], name="match_open", condition=Q(result="undecided", resolution="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.result}"


class MatchDecision(models.Model):
    """One matcher's decision about an undecided line. A yes needs two different matchers who agree."""

    result = models.ForeignKey(MatchResult, on_delete=models.PROTECT, related_name="decisions")
    matcher = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=6, choices=MatchResult.Resolution)
    taxpayer_ref = models.CharField(max_length=40, blank=True)
    reason = models.TextField()
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["result", "matcher"], name="match_decision_once", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="match_decision_known", condition=Q(choice__in=["yes", "no", "return"])),
            models.CheckConstraint(name="match_decision_reasoned", condition=~Q(reason="")),
            models.CheckConstraint(
                name="match_decision_undone_after", condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("decided_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.choice}"
