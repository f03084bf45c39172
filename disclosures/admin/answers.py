"""Comparison, answers and accounting for auditors. Nothing here can be written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from disclosures.models import (
    AccountingEntry,
    Answer,
    MatchDecision,
    MatchResult,
    MatchRun,
    Receipt,
    ReleaseJob,
    Response,
)
from requests.admin.cases import RowsOfLines
from requests.admin.long_tables import LongTable


@admin.register(MatchRun)
class MatchRunAdmin(LongTable):
    """The comparisons."""

    list_display = ("disclosure_request", "started_at", "last_line", "compared_count", "completed_at")
    list_select_related = ("disclosure_request",)


@admin.register(MatchResult)
class MatchResultAdmin(LongTable):
    """What the comparison says of each line."""

    path = "run__disclosure_request"
    list_display = ("line", "result", "cause", "name_agrees", "address_agrees", "resolution")
    list_select_related = ("line", "run")


@admin.register(MatchDecision)
class MatchDecisionAdmin(LongTable):
    """The matchers' decisions."""

    path = "result__run__disclosure_request"
    list_display = ("result", "matcher", "choice", "decided_at", "undone_at")
    list_select_related = ("result", "matcher")


@admin.register(ReleaseJob)
class ReleaseJobAdmin(LongTable):
    """Orders to release."""

    list_display = ("disclosure_request", "asked_by", "asked_at", "status", "finished_at")
    list_select_related = ("disclosure_request", "asked_by")


@admin.register(Response)
class ResponseAdmin(LongTable):
    """What was released, with its sums."""

    list_display = ("disclosure_request", "released_by", "released_at", "yes_count", "no_count", "not_answered_count")
    list_select_related = ("disclosure_request", "released_by")


@admin.register(Answer)
class AnswerAdmin(LongTable):
    """The answer to each line."""

    path = "response__disclosure_request"
    list_display = ("response", "line_number", "answer", "reason", "engaged_by")
    list_select_related = ("response", "engaged_by__agency")


@admin.register(Receipt)
class ReceiptAdmin(LongTable):
    """Acknowledged receipts."""

    path = "response__disclosure_request"
    list_display = ("response", "recipient", "acknowledged_at")
    list_select_related = ("response", "recipient__person", "recipient__engaged_official__agency")


@admin.register(AccountingEntry)
class AccountingEntryAdmin(RowsOfLines):
    """The accounting of disclosures. A TIN shows as given or not, never in digits."""

    line_number = "line_number"
    list_display = ("__str__", "name", "recipient_name", "recipient_agency", "nature", "disclosed_at")
    list_select_related = ("disclosure_request",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column but the TIN's digits."""
        return [*(field.name for field in self.opts.fields if field.name not in ("id", "tin")), "tin_given"]

    @admin.display(description="TIN")
    def tin_given(self, entry: AccountingEntry) -> str:
        """Whether a TIN was given."""
        return "Given" if entry.tin else "Not given"
