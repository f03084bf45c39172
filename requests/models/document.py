"""What is kept in writing: the signed letter, orders, and who signed which lines."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """A file kept with a request, with the digest of its bytes. Stored in the database, so that it commits with the rest."""

    class Kind(models.TextChoices):
        SIGNED_LETTER = "signed_letter", "Signed letter of the agency"
        RETURN_LETTER = "return_letter", "Letter of return"
        DENIAL_LETTER = "denial_letter", "Letter of denial"

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes.")
    content = models.BinaryField()
    added_by = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} of {self.disclosure_request_id}"


class Signature(models.Model):
    """One official's signature under one version: by letter or by a fresh sign-in; bound to the digest of the lines."""

    class Method(models.TextChoices):
        LETTER = "letter", "Signed letter"
        ELECTRONIC = "electronic", "Electronic, with a fresh sign-in"

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", on_delete=models.PROTECT, related_name="signatures"
    )
    version = models.PositiveIntegerField()
    official = models.ForeignKey("requests.Official", on_delete=models.PROTECT, related_name="signatures")
    method = models.CharField(max_length=10, choices=Method)
    lines_digest = models.CharField(max_length=64)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    authenticated_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["disclosure_request", "version", "lines_digest"], name="signature_once"),
            models.CheckConstraint(
                name="signature_has_its_proof",
                condition=Q(method="letter", document__isnull=False)
                | Q(method="electronic", authenticated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.official}, version {self.version}"
