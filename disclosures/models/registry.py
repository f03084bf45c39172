"""The registry: another office's records, as a snapshot that was loaded here. One narrow table, read by matching alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class RegistrySnapshot(models.Model):
    """One loaded file of taxpayer records. Exactly one is in use; a replaced one is swapped out in one commit."""

    source_name = models.CharField(max_length=200)
    source_digest = models.CharField(max_length=64)
    record_count = models.PositiveBigIntegerField(default=0)
    loaded_by = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    reading_digest = models.CharField(
        max_length=64, help_text="How names and addresses were read: matching refuses a snapshot that was read otherwise."
    )
    is_in_use = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_in_use"], name="registry_one_in_use", condition=Q(is_in_use=True)),
        ]

    def __str__(self) -> str:
        return f"{self.source_name}, {self.record_count} records"


class TaxpayerRecord(models.Model):
    """One taxpayer of the snapshot, as given and as read. The keys are those of ``disclosures.matching.keys``.

    No index stands on the keys, and none is wanted: ``disclosures.matching.join`` says why.
    """

    # The unique constraint begins with the snapshot, so that it needs no index of its own.
    snapshot = models.ForeignKey(RegistrySnapshot, on_delete=models.CASCADE, related_name="records", db_index=False)
    # Every row of the table is asked for these: they stand before the texts, which would have to be walked over.
    name_key = models.BigIntegerField(null=True, help_text="Name and TIN.")
    place_key = models.BigIntegerField(null=True, help_text="Number, street and ZIP.")
    town_key = models.BigIntegerField(null=True, help_text="Number, street, city and state.")
    near_street_key = models.BigIntegerField(null=True, help_text="Initials, street and place: the number may differ.")
    near_number_key = models.BigIntegerField(null=True, help_text="Initials, number and place: the street may differ.")
    taxpayer_ref = models.CharField(max_length=40)
    given_name = models.TextField()
    given_address = models.TextField()
    tin = models.CharField(max_length=9, blank=True)
    date_of_birth = models.CharField(max_length=10, blank=True)
    n_first = models.TextField(blank=True)
    n_middle = models.TextField(blank=True)
    n_last = models.TextField(blank=True)
    n_suffix = models.TextField(blank=True)
    a_kind = models.CharField(max_length=20, blank=True)
    a_number = models.TextField(blank=True)
    a_predir = models.TextField(blank=True)
    a_street = models.TextField(blank=True)
    a_type = models.TextField(blank=True)
    a_postdir = models.TextField(blank=True)
    a_unit = models.TextField(blank=True)
    a_city = models.TextField(blank=True)
    a_state = models.TextField(blank=True)
    a_zip5 = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["snapshot", "taxpayer_ref"], name="record_once")]

    def __str__(self) -> str:
        return self.taxpayer_ref
