"""The registry as an auditor sees it: what was loaded, and single records without any digit of a TIN."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from disclosures.models import RegistrySnapshot, TaxpayerRecord
from requests.actions.record import record
from requests.admin.long_tables import CappedPaginator
from requests.admin.office import CaseAdmin
from requests.models import Person


@admin.register(RegistrySnapshot)
class RegistrySnapshotAdmin(CaseAdmin):
    """The files of taxpayer records that were loaded."""

    list_display = ("source_name", "record_count", "loaded_by", "loaded_at", "is_in_use")
    list_filter = ("is_in_use",)
    search_fields = ("source_name", "source_digest")
    list_select_related = ("loaded_by",)
    ordering = ("-loaded_at",)


@admin.register(TaxpayerRecord)
class TaxpayerRecordAdmin(CaseAdmin):
    """Records of the snapshot in use: found by their reference alone, and every look is recorded."""

    paginator = CappedPaginator
    list_display = ("taxpayer_ref", "given_name", "given_address", "tin_held")
    search_fields = ("taxpayer_ref__exact",)
    search_help_text = "The whole reference. The first 2,000 records are shown."
    list_select_related = ("snapshot",)
    ordering = ("pk",)
    fields = ("taxpayer_ref", "snapshot", "given_name", "given_address", "a_kind", "tin_held")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxpayerRecord]:
        """Those of the snapshot in use, without TIN and date of birth."""
        held = super().get_queryset(request).filter(snapshot__is_in_use=True)
        return held.annotate(has_tin=~Q(tin="")).defer("tin", "date_of_birth")

    @admin.display(description="TIN")
    def tin_held(self, taxpayer: Any) -> str:
        """Whether the registry holds a TIN."""
        return "Held" if taxpayer.has_tin else "Not held"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; which records it shows is recorded."""
        response = super().changelist_view(request, extra_context)
        if hasattr(response, "context_data") and "cl" in (response.context_data or {}):
            self._record(request, [row.pk for row in response.context_data["cl"].result_list])
        return response

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """One record; that it was looked at is recorded."""
        response = super().change_view(request, object_id, form_url, extra_context)
        if hasattr(response, "context_data") and (row := (response.context_data or {}).get("original")):
            self._record(request, [row.pk])
        return response

    def _record(self, request: HttpRequest, ids: list[int]) -> None:
        actor: Person = request.user  # type: ignore[assignment]
        if ids:
            record("view_registry", actor=actor, at=timezone.now(), detail={"records": ids})
