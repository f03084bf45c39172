"""The legal ground of a request, and the power to approve one."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models


@pghistory.track()
class Authority(models.Model):
    """A paragraph of 26 U.S.C. 6103(i), with the dates in which it is in force (domain 1.2)."""

    code = models.CharField(max_length=10, unique=True, help_text="Short code, such as i2.")
    citation = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    signatory_titles = ArrayField(models.CharField(max_length=150), default=list, blank=True)
    is_open = models.BooleanField(default=False, help_text="Whether a request under it can be submitted here yet.")
    why_closed = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "authorities"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="authority_dates_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.citation

    def is_in_force(self, on: dt.date) -> bool:
        """Whether the paragraph is in force on this day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@pghistory.track()
class DelegationGrant(models.Model):
    """The power of one person to approve answers under one authority, as Delegation Order 11-2 gives it."""

    person = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="grants")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="grants")
    order_reference = models.CharField(max_length=100, help_text="Where the grant is written down.")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="grant_dates_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.authority}, {self.order_reference}"

    def is_live(self, *, on: dt.date, at: dt.datetime) -> bool:
        """Whether the grant holds on this office day and was not revoked before this moment."""
        in_dates = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_dates and (self.revoked_at is None or at < self.revoked_at)
