"""The accounting of disclosures: 26 U.S.C. 6103(p)(3)(A), 5 U.S.C. 552a(c), 31 CFR 1.25. Append-only, never purged."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AccountingEntry(models.Model):
    """One disclosure: a line answered yes or no. A yes and a no are both a disclosure (6103(b)(8))."""

    answer = models.OneToOneField("disclosures.Answer", on_delete=models.PROTECT, related_name="accounting_entry")
    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="accounting_entries"
    )
    line_number = models.PositiveIntegerField()
    taxpayer_ref = models.CharField(max_length=40, blank=True, help_text="The record identified; empty for a no.")
    name = models.TextField(help_text="The taxpayer as the agency named them.")
    tin = models.CharField(max_length=11, blank=True)
    authority = models.CharField(max_length=60)
    control_number = models.CharField(max_length=12)
    request_date = models.DateField()
    reason = models.TextField(help_text="The purpose: why the agency asked.")
    disclosed_at = models.DateTimeField()
    nature = models.CharField(max_length=100, help_text="What was disclosed.")
    taxable_periods = models.CharField(max_length=200)
    recipient_name = models.CharField(max_length=200)
    recipient_agency = models.CharField(max_length=200)
    recipient_address = models.CharField(max_length=300)
    agency_code = models.CharField(max_length=10, blank=True)
    purpose_code = models.CharField(max_length=10)
    source_code = models.CharField(max_length=10)
    is_releasable_to_subject = models.BooleanField(
        default=False, help_text="False for law-enforcement requests: 5 U.S.C. 552a(c)(3)."
    )
    retain_until = models.DateField(null=True, blank=True, help_text="Never before this day; the entry itself stays.")

    class Meta:
        verbose_name_plural = "accounting entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["disclosure_request", "line_number"], name="accounting_once"),
            models.CheckConstraint(name="accounting_names_a_recipient", condition=~Q(recipient_name="")),
        ]
        indexes: ClassVar = [models.Index(fields=["disclosed_at", "id"], name="accounting_by_time")]

    def __str__(self) -> str:
        return f"{self.control_number}, line {self.line_number}"
