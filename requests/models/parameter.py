"""The numbers that the office may set, each with its basis: domain section 5.3, kept in one place."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q


@pghistory.track()
class Parameter(models.Model):
    """One number, its unit and where it comes from. Changed only by a recorded act of an administrator."""

    class Basis(models.TextChoices):
        LAW = "law", "Law"
        PROCEDURE = "procedure", "Published procedure"
        DEFAULT = "default", "Default of this office"

    name = models.CharField(max_length=50, primary_key=True)
    value = models.PositiveIntegerField()
    unit = models.CharField(max_length=30)
    basis = models.CharField(max_length=10, choices=Basis)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="parameter_basis_known", condition=Q(basis__in=["law", "procedure", "default"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value} {self.unit}"
