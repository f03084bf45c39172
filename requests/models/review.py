"""What the office decided on the way: legal review, impairment determination, approval."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class DenialCode(models.TextChoices):
    """The closed list of grounds (domain section 5). Workload and policy are not on it."""

    NOT_LISTED_OFFICIAL = "not_listed_official", "Not signed by a listed official"
    NOT_FEDERAL = "not_federal_agency", "Not a Federal agency"
    NOT_WRITTEN = "no_written_request", "No written request"
    ELEMENTS_MISSING = "elements_missing", "Name, address, period, authority or reason missing"
    INCOMPLETE_ADDRESS = "incomplete_address", "Placeholder or incomplete address"
    NOT_CRIMINAL = "not_criminal_statute", "Not a criminal non-tax statute"
    CIVIL_PURPOSE = "civil_purpose", "Civil purpose"
    ORDER_NEEDED = "taxpayer_return_information", "Taxpayer return information: an order is needed"
    ENGAGED_OFFICIALS = "engaged_officials", "Engaged officials missing or implausible"
    NO_ASSURANCE = "no_active_investigation", "No assurance of an active investigation"
    BARRED = "cannot_be_furnished", "No information can be furnished under section 6103(i)"
    SAFEGUARDS = "safeguards_not_met", "Safeguards not met"
    STAYED = "court_stay", "Stay of a court"
    DUPLICATE = "duplicate", "Duplicate of another request"
    WRONG_OFFICE = "wrong_office", "Wrong office"
    SUPERSEDED = "superseded", "Superseded by another request"


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
