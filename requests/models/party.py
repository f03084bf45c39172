"""The parties: agencies, the people who sign in, the officials who sign, those engaged in a case, those who receive."""

from __future__ import annotations

import functools
from typing import ClassVar

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models


@pghistory.track()
class Agency(models.Model):
    """An agency that asks: a requesting agency of 26 U.S.C. 6103(i), or the component of one."""

    class Kind(models.TextChoices):
        FEDERAL = "federal", "Federal agency (5 U.S.C. 551(1))"
        COMPONENT = "component", "Component of a Federal agency"
        STATE = "state", "State or local agency"

    code = models.CharField(max_length=20, unique=True, help_text="Short public name, such as DEA.")
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FEDERAL)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="components")
    head_title = models.CharField(max_length=100, blank=True, help_text="Title of its head, such as Administrator.")
    address = models.CharField(max_length=300, blank=True, help_text="For the accounting of disclosures.")
    accounting_code = models.CharField(max_length=10, blank=True, help_text="Agency code of the accounting record.")
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "agencies"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="agency_component_has_parent", condition=~models.Q(kind="component") | models.Q(parent__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class ComponentDetermination(models.Model):
    """A recorded legal determination that a component agency may ask in its own name (domain 1.2, note 3)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="determinations")
    authority = models.ForeignKey("requests.Authority", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(help_text="The legal reasoning, in full sentences.")
    made_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="determination_dates_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} under {self.authority} from {self.valid_from}"


@pghistory.track(exclude=["password", "last_login"])
class Person(AbstractUser):
    """Somebody who signs in. Roles are groups; an agency's people carry their agency, the office's carry none."""

    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    away_until = models.DateField(null=True, blank=True, help_text="On leave up to and including this day.")
    stands_in = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Who stands in during leave."
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @functools.cached_property
    def role_names(self) -> frozenset[str]:
        """Names of the roles held. Cached on the instance only, so a role taken away is gone with the next request."""
        return frozenset(group.name for group in self.groups.all())


@pghistory.track()
class Official(models.Model):
    """A person in an office that may sign for an agency, with the dates in which they hold it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="officials")
    title = models.CharField(max_length=150)
    is_by_direction = models.BooleanField(default=False, help_text="Signs “for” or “by direction” of somebody else.")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "agency", "title", "valid_from"], name="official_once"),
            models.CheckConstraint(
                name="official_dates_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.title}, {self.agency}"


class EngagedOfficial(models.Model):
    """An officer or employee personally and directly engaged in an investigation, as the agency's lines name them."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="engaged_officials")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=150, blank=True)
    name_key = models.CharField(max_length=200, editable=False, help_text="The name in capitals without accents.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "name_key"], name="engaged_official_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.agency}"


@pghistory.track()
class Recipient(models.Model):
    """An account bound to one named engaged official: the only way in which an answer reaches somebody."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="recipient")
    engaged_official = models.OneToOneField(EngagedOfficial, on_delete=models.PROTECT, related_name="recipient")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="recipient_dates_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.engaged_official}"
