"""One line of a request: one taxpayer, the elements the statute demands, and what the gate found."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class RuleSet(models.Model):
    """The versions of all rules and the parameters that judged: kept, so that an old verdict can be replayed."""

    digest = models.CharField(max_length=16, primary_key=True)
    versions = models.JSONField(help_text="Rule code to version.")
    parameters = models.JSONField(help_text="Parameter to value.")
    first_used_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest


class Line(models.Model):
    """One taxpayer as the agency set them forth; nothing here is corrected by us."""

    class Verdict(models.TextChoices):
        ACCEPT = "accept", "Complete"
        REVIEW = "review", "To a person"
        REJECT = "reject", "Defective"
        BLOCK = "block", "Blocks"

    class Standing(models.TextChoices):
        DEFECTIVE = "defective", "Defective"
        COMPLETE = "complete", "Complete"
        QUESTIONED = "questioned", "To decide"
        ACCEPTED = "accepted", "Accepted by counsel"
        RETURNED = "returned", "Returned"

    # Three foreign keys are checked a statement at a time, not a row at a time (migration 0004): a batch has a million lines.
    # Keys and findings stand before the texts, so that indexes and filters need not step over these.
    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    since_version = models.PositiveIntegerField(default=1)
    until_version = models.PositiveIntegerField(null=True, blank=True, help_text="Last version it stood in; empty: stands.")
    engaged_by = models.ForeignKey(
        "requests.EngagedOfficial", null=True, blank=True, on_delete=models.PROTECT, related_name="lines",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    has_delivery_line = models.BooleanField(help_text="Whether the address says where a letter would be put.")
    verdict = models.CharField(max_length=6, choices=Verdict)
    standing = models.CharField(max_length=10, choices=Standing)
    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    findings = ArrayField(models.CharField(max_length=3), default=list)

    name = models.TextField(blank=True)
    first_name = models.TextField(blank=True)
    middle_name = models.TextField(blank=True)
    last_name = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    address = models.TextField(blank=True)
    street = models.TextField(blank=True)
    unit = models.TextField(blank=True)
    city = models.TextField(blank=True)
    state = models.TextField(blank=True)
    zip = models.TextField(blank=True)
    country = models.TextField(blank=True)
    taxable_periods = models.TextField(blank=True)
    statutory_authority = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    case_number = models.TextField(blank=True)
    engaged_official = models.TextField(blank=True)
    engaged_title = models.TextField(blank=True)
    tin = models.TextField(blank=True)
    date_of_birth = models.TextField(blank=True)
    order_date = models.TextField(blank=True)
    under_investigation = models.TextField(null=True, blank=True, help_text="Empty in the database: no such column.")  # noqa: DJ001

    class Meta:
        constraints: ClassVar = [
            # One standing line a number, and one for each version in which it ended; also the way to a request's lines.
            models.UniqueConstraint(
                fields=["disclosure_request", "number", "until_version"], name="line_once", nulls_distinct=False
            ),
            models.CheckConstraint(name="line_number_positive", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="line_versions_in_order",
                condition=Q(until_version__isnull=True) | Q(until_version__gte=models.F("since_version")),
            ),
            models.CheckConstraint(
                name="line_standing_follows_verdict",
                condition=(
                    Q(verdict="accept", standing__in=["complete", "returned"])
                    | Q(verdict="review", standing__in=["questioned", "accepted", "returned"])
                    | Q(verdict__in=["reject", "block"], standing__in=["defective", "returned"])
                ),
            ),
            models.CheckConstraint(
                name="line_accepted_has_delivery_line", condition=~Q(standing="accepted") | Q(has_delivery_line=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["disclosure_request", "number"], name="line_by_verdict", condition=~Q(verdict="accept")
            ),
            GinIndex(fields=["findings"], name="line_by_finding", condition=~Q(verdict="accept")),
        ]

    def __str__(self) -> str:
        return f"{self.disclosure_request_id}, line {self.number}"

    @property
    def given_name(self) -> str:
        """The name as the agency wrote it, whichever columns it used."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return self.name or " ".join(part for part in parts if part)

    @property
    def given_address(self) -> str:
        """The address as the agency wrote it, whichever columns it used."""
        delivery = " ".join(part for part in (self.street, self.unit) if part)
        place = " ".join(part for part in (self.city, self.state, self.zip, self.country) if part)
        return self.address or ", ".join(part for part in (delivery, place) if part)


class LineDecision(models.Model):
    """What counsel decided about a line in question, with the reason."""

    class Decision(models.TextChoices):
        ACCEPT = "accept", "Accept"
        RETURN = "return", "Return"

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="decision")
    decision = models.CharField(max_length=6, choices=Decision)
    reason = models.TextField()
    decided_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="line_decision_known", condition=Q(decision__in=["accept", "return"])),
            models.CheckConstraint(name="line_decision_reasoned", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.decision}"


class Finding(models.Model):
    """A finding about the whole request, and what counsel decided about it in writing."""

    class Decision(models.TextChoices):
        ACCEPT = "accept", "Proceed"
        RETURN = "return", "Return"

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="findings"
    )
    version = models.PositiveIntegerField()
    code = models.CharField(max_length=3)
    verdict = models.CharField(max_length=6, choices=Line.Verdict)
    count = models.PositiveIntegerField(default=0)
    detail = models.TextField(blank=True)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=6, choices=Decision, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["disclosure_request", "version", "code"], name="finding_once"),
            models.CheckConstraint(name="finding_verdict_known", condition=Q(verdict__in=["review", "reject", "block"])),
            models.CheckConstraint(
                name="finding_block_is_never_accepted", condition=~(Q(verdict="block") & Q(decision="accept"))
            ),
            models.CheckConstraint(
                name="finding_decided_by_somebody",
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="") & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.disclosure_request_id}, version {self.version}"
