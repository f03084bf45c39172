"""What freezes a request without erasing its state: holds of a court or the office, and an agency's safeguards."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from requests.models.request import DisclosureRequest


class HoldQuerySet(models.QuerySet["Hold"]):
    """Questions about holds."""

    def live(self, on: dt.date | None = None) -> Self:
        """Holds that are not lifted, and have begun by this day (any day, if none is given)."""
        holds = self.filter(lifted_at__isnull=True)
        return holds if on is None else holds.filter(starts_on__lte=on)


@pghistory.track()
class Hold(models.Model):
    """A court's stay or a suspension: dated, scoped, with its order; two people lift it."""

    class Act(models.TextChoices):
        SUBMIT = "submit", "Taking in"
        APPROVE = "approve", "Approval"
        MATCH = "match", "Comparison"
        RELEASE = "release", "Release"
        DOWNLOAD = "download", "Download of answers"

    number = models.CharField(max_length=12, unique=True, help_text="Such as H-2026-04.")
    order_reference = models.CharField(max_length=200, help_text="Court and docket, or the direction of the office.")
    reason = models.TextField()
    authority = models.ForeignKey("requests.Authority", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("requests.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="holds")
    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    acts = ArrayField(models.CharField(max_length=10, choices=Act))
    starts_on = models.DateField()
    placed_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lift_reference = models.CharField(max_length=200, blank=True, help_text="The order or direction that ends it.")
    lift_asked_by = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = HoldQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="hold_names_an_act", condition=Q(acts__len__gt=0)),
            models.CheckConstraint(
                name="hold_lifted_by_two",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_on__isnull=True)
                | (
                    Q(lifted_at__isnull=False, lifted_by__isnull=False, lifted_on__isnull=False)
                    & Q(lift_asked_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                    & ~Q(lift_reference="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def covers(self, disclosure_request: DisclosureRequest) -> bool:
        """Whether its scope holds this request. An empty part of a scope covers everything; an agency its components."""
        dr = disclosure_request
        if self.authority_id not in (None, dr.authority_id) or self.disclosure_request_id not in (None, dr.pk):
            return False
        return self.agency_id in (None, dr.agency_id) or self.agency_id == dr.agency.parent_id

    @property
    def scope_words(self) -> str:
        """The scope in plain words: what it stops, for whom."""
        acts = ", ".join(self.Act(act).label.lower() for act in self.acts)
        whom = str(self.disclosure_request) if self.disclosure_request_id else (
            f"{self.agency} under {self.authority}" if self.agency_id and self.authority_id
            else f"{self.agency}" if self.agency_id
            else f"everybody under {self.authority}" if self.authority_id
            else "everybody"
        )  # fmt: skip
        return f"{acts} for {whom}"


class SafeguardStatusQuerySet(models.QuerySet["SafeguardStatus"]):
    """Questions about safeguards."""

    def allow(self, agency_id: int, *, on: dt.date) -> bool:
        """Whether the newest status of the agency on this day allows a release to it. No status at all does not."""
        newest = self.filter(agency_id=agency_id, reviewed_on__lte=on).order_by("-reviewed_on", "-pk").first()
        return newest is not None and newest.allows_release(on)


@pghistory.track()
class SafeguardStatus(models.Model):
    """Whether an agency meets section 6103(p)(4); if not, the director may still decide in writing."""

    class Status(models.TextChoices):
        CURRENT = "current", "Current"
        OPEN_FINDINGS = "open_findings", "Open findings"
        SUSPENDED = "suspended", "Suspended"

    agency = models.ForeignKey("requests.Agency", on_delete=models.PROTECT, related_name="safeguards")
    status = models.CharField(max_length=15, choices=Status)
    reviewed_on = models.DateField()
    valid_until = models.DateField()
    open_findings = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    override_reason = models.TextField(blank=True, help_text="Why the director lets answers leave all the same.")
    override_by = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    override_at = models.DateTimeField(null=True, blank=True)
    override_until = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = SafeguardStatusQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "safeguard statuses"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="safeguard_dates_in_order", condition=Q(valid_until__gte=F("reviewed_on"))
            ),
            models.CheckConstraint(
                name="safeguard_override_in_writing",
                condition=Q(override_by__isnull=True, override_at__isnull=True, override_until__isnull=True)
                | (
                    Q(override_by__isnull=False, override_at__isnull=False, override_until__isnull=False)
                    & ~Q(override_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_status_display()}, reviewed {self.reviewed_on}"

    def allows_release(self, on: dt.date) -> bool:
        """Current and not run out on this day; or overridden by the director up to a day that has not passed."""
        if self.override_until is not None and on <= self.override_until:
            return True
        return self.status == self.Status.CURRENT and on <= self.valid_until
