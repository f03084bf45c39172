"""What the office decided on the way: legal review, impairment determination, approval."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class LegalReview(models.Model):
    """Counsel's written analysis of code, authority and procedure (the CAP analysis of IRM 11.3.41)."""

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="reviews"
    )
    version = models.PositiveIntegerField()
    code_analysis = models.TextField(help_text="Which section and paragraph, and why it reaches this request.")
    authority_analysis = models.TextField(help_text="Why this official may ask, and for which investigation.")
    procedure_analysis = models.TextField(help_text="Whether every line sets forth what (i)(2)(B) demands.")
    written_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="review_is_written",
                condition=~Q(code_analysis="") & ~Q(authority_analysis="") & ~Q(procedure_analysis=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.disclosure_request_id}, version {self.version}"


class ImpairmentDetermination(models.Model):
    """Whether an answer would identify a confidential informant or seriously impair a tax investigation: (i)(6).

    For the whole request (``line_number`` empty) or for one line. Restricted: no agency and nobody outside the
    impairment check, release and audit reads what it says.
    """

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="impairment_determinations"
    )
    version = models.PositiveIntegerField()
    line_number = models.PositiveIntegerField(null=True, blank=True)
    bars_answer = models.BooleanField()
    reason = models.TextField()
    determined_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    determined_date = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="impairment_reasoned", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"Determination for {self.disclosure_request_id} of {self.determined_date}"


class Approval(models.Model):
    """The written approval of a scope: which lines, to whom, which kind of answer; bound to a digest and a grant."""

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="approvals"
    )
    version = models.PositiveIntegerField()
    approver = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    grant = models.ForeignKey("requests.DelegationGrant", on_delete=models.PROTECT, related_name="approvals")
    scope_text = models.TextField(help_text="The words that were signed.")
    scope_digest = models.CharField(max_length=64)
    line_count = models.PositiveIntegerField()
    recipient_count = models.PositiveIntegerField()
    response_kind = models.CharField(max_length=20)
    approved_at = models.DateTimeField()
    approved_on = models.DateField(help_text="The office's day.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="approval_only_yes_or_no", condition=Q(response_kind="match_flag_only")),
        ]

    def __str__(self) -> str:
        return f"Approval of {self.disclosure_request_id} by {self.approver_id}"
