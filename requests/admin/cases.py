"""Case data for auditors: requests, lines, findings, decisions, clocks, papers, events. Nothing here can be written.

A request moves by the one door: on its own page, or by a button that posts to the same address with a reason.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from requests.actions.advance import prepare
from requests.actions.view import record_view
from requests.admin.long_tables import CappedPaginator, LongTable
from requests.admin.office import CaseAdmin
from requests.models import (
    Approval,
    Clock,
    DisclosureRequest,
    Document,
    Event,
    Finding,
    ImpairmentDetermination,
    LegalReview,
    Line,
    LineDecision,
    Notice,
    Pause,
    Person,
    Recount,
    RuleSet,
    Signature,
)
from requests.permissions import CASE_ROLES, Role
from requests.queries import count_defects, move, sources, unmet_conditions

# The moves that need no more than a reason, and whose they are. The others need their page.
MOVES = {
    "return_imperfect": ("Return to the agency", "The letter lists every defect and how to mend it."),
    "send_back": ("Send back to legal review", "Counsel looks at it again, and reads your reason."),
}
CONTROL_NUMBER = re.compile(r"\d{2}-[0-9A-Z]{4}-[0-9A-Z]{4}", re.IGNORECASE)


MET_BY_THE_ACT = frozenset({"lists_every_defect", "has_a_reason"})


class Move(NamedTuple):
    """A move as a button shows it."""

    name: str
    label: str
    says: str


class MoveForm(forms.Form):
    """Why, and how often the request had moved when the page was shown."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    state_number = forms.IntegerField(widget=forms.HiddenInput)


@admin.register(DisclosureRequest)
class DisclosureRequestAdmin(CaseAdmin):
    """Requests, with a way to the page on which they move, and the moves that a reason is enough for."""

    readers = frozenset({Role.AUDITOR, Role.DIRECTOR, *CASE_ROLES})
    paginator = CappedPaginator
    list_display = ("control_number", "agency", "authority", "state", "outcome", "created_at", "assignee")
    list_filter = ("state", "agency")
    search_fields = ("control_number__exact",)
    search_help_text = "The whole control number. The newest 2,000 rows are shown."
    list_select_related = ("agency", "authority", "assignee")
    ordering = ("-created_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DisclosureRequest]:
        """Those that this person may know of."""
        return DisclosureRequest.objects.visible_to(request.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column, and the way to its page."""
        return ["its_page", *(field.name for field in self.opts.fields if field.name != "id")]

    def offered(self, request: HttpRequest, object_id: str | None) -> list[dict[str, Any]]:
        """The moves that this person can make now; each posts to the address to which its own page posts."""
        found = self.get_object(request, unquote(object_id)) if object_id else None
        if found is None:
            return []
        prepare(found, at=timezone.now())
        found.defect_count = count_defects(found)
        return [
            {"act": Move(verb, *words), "url": reverse("act", args=[found.control_number, verb]),
             "form": MoveForm(prefix=verb, label_suffix="", initial={"state_number": found.state_number})}
            for verb, words in MOVES.items()
            if found.state in sources(verb) and move(verb, found.state).has_perm(found, request.user)
            and all(each.name in MET_BY_THE_ACT for each in unmet_conditions(found, verb))
        ]  # fmt: skip

    @admin.display(description="Its page")
    def its_page(self, disclosure_request: DisclosureRequest) -> SafeString:
        """The page on which it moves."""
        address = reverse("request", args=[disclosure_request.control_number])
        return format_html('<a href="{}">Open {}, where it moves</a>', address, disclosure_request.control_number)


class RowsOfLines(LongTable):
    """A list whose rows show a taxpayer: looking is recorded, a list by its first and last line."""

    line_number = "number"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; what of whose lines it shows is recorded."""
        response = super().changelist_view(request, extra_context)
        if hasattr(response, "context_data") and "cl" in (response.context_data or {}):
            self._record(request, list(response.context_data["cl"].result_list))
        return response

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """One row; that it was looked at is recorded."""
        response = super().change_view(request, object_id, form_url, extra_context)
        if hasattr(response, "context_data") and (row := (response.context_data or {}).get("original")):
            self._record(request, [row])
        return response

    def _record(self, request: HttpRequest, rows: list[Any]) -> None:
        by_request: dict[DisclosureRequest, list[int]] = {}
        for row in rows:
            by_request.setdefault(row.disclosure_request, []).append(getattr(row, self.line_number))
        actor: Person = request.user  # type: ignore[assignment]
        for seen, numbers in by_request.items():
            record_view(seen, actor=actor, at=timezone.now(), first=min(numbers), last=max(numbers))


@admin.register(Line)
class LineAdmin(RowsOfLines):
    """What agencies set forth. A TIN or a date of birth shows as given or not, never in digits."""

    list_display = ("number", "disclosure_request", "given_name", "given_address", "verdict", "standing")
    list_select_related = ("disclosure_request",)
    hidden = frozenset({"id", "tin", "date_of_birth"})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Every column but those that identify beyond need."""
        return [*(field.name for field in self.opts.fields if field.name not in self.hidden), "tin_given", "birth_given"]

    @admin.display(description="TIN")
    def tin_given(self, line: Line) -> str:
        """Whether a TIN was given."""
        return "Given" if line.tin else "Not given"

    @admin.display(description="Date of birth")
    def birth_given(self, line: Line) -> str:
        """Whether a date of birth was given."""
        return "Given" if line.date_of_birth else "Not given"


@admin.register(LineDecision)
class LineDecisionAdmin(LongTable):
    """Counsel's decisions about lines."""

    path = "line__disclosure_request"
    list_display = ("line", "decision", "decided_by", "decided_at")
    list_select_related = ("line", "decided_by")
    raw_id_fields = ("line",)


@admin.register(Finding)
class FindingAdmin(LongTable):
    """Findings about whole requests, with counsel's decisions."""

    list_display = ("code", "disclosure_request", "version", "verdict", "count", "decision", "decided_by")
    list_select_related = ("disclosure_request", "decided_by")


@admin.register(LegalReview)
class LegalReviewAdmin(LongTable):
    """Counsel's written analyses."""

    list_display = ("disclosure_request", "version", "written_by", "written_at")
    list_select_related = ("disclosure_request", "written_by")


@admin.register(ImpairmentDetermination)
class ImpairmentDeterminationAdmin(LongTable):
    """Determinations under (i)(6)."""

    list_display = ("disclosure_request", "version", "line_number", "bars_answer", "determined_by", "determined_date")
    list_select_related = ("disclosure_request", "determined_by")


@admin.register(Approval)
class ApprovalAdmin(LongTable):
    """Written approvals, with the words that were signed and their digest."""

    list_display = ("disclosure_request", "version", "approver", "grant", "line_count", "approved_on")
    list_select_related = ("disclosure_request", "approver", "grant__person", "grant__authority")


@admin.register(Clock)
class ClockAdmin(LongTable):
    """Clocks, running and ended."""

    list_display = ("disclosure_request", "kind", "limit", "unit", "starts_on", "due_on", "stopped_since", "ended_on")
    list_select_related = ("disclosure_request",)


@admin.register(Pause)
class PauseAdmin(LongTable):
    """The days on which clocks stood still."""

    list_display = ("disclosure_request", "cause", "hold", "first_day", "last_day")
    list_select_related = ("disclosure_request", "hold")


@admin.register(Notice)
class NoticeAdmin(LongTable):
    """Reminders: whose, about which clock, and whether they went out."""

    list_display = ("disclosure_request", "person", "rung", "due_on", "is_escalation", "status", "sent_at")
    list_select_related = ("disclosure_request", "person")


@admin.register(Recount)
class RecountAdmin(CaseAdmin):
    """Clocks counted anew because the calendar changed, and how far each of these is."""

    list_display = ("asked_at", "closure", "days", "moved_count", "done_at")
    list_select_related = ("closure",)
    ordering = ("-pk",)


@admin.register(Document)
class DocumentAdmin(LongTable):
    """Letters, by name and digest; their bytes are opened on the request's page."""

    list_display = ("disclosure_request", "kind", "version", "name", "size", "added_by", "added_at")
    list_select_related = ("disclosure_request", "added_by")
    exclude: ClassVar[Any] = ("content",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """Without the bytes."""
        return super().get_queryset(request).defer("content")


@admin.register(Signature)
class SignatureAdmin(LongTable):
    """Signatures, each bound to the digest of the lines."""

    list_display = ("disclosure_request", "version", "official", "method", "signed_at")
    list_select_related = ("disclosure_request", "official__person", "official__agency")


@admin.register(RuleSet)
class RuleSetAdmin(CaseAdmin):
    """The rules and numbers that judged."""

    list_display = ("digest", "first_used_at")
    search_fields = ("digest",)
    ordering = ("-first_used_at",)


@admin.register(Event)
class EventAdmin(LongTable):
    """The history itself: appended to by actions, and by nothing else."""

    list_display = ("occurred_at", "verb", "refused", "actor", "actor_roles", "disclosure_request", "to_state")
    list_select_related = ("actor", "disclosure_request")
    search_help_text = "A control number, a user name or a verb, each whole. The newest 2,000 rows are shown."

    @admin.display(description="Refused")
    def refused(self, event: Event) -> str:
        """In a word: a tick or a cross would read as good or bad."""
        return "Refused" if event.is_refused else ""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """By request, by person or by verb: what an index answers."""
        term = search_term.strip()
        if not term or CONTROL_NUMBER.fullmatch(term):
            return super().get_search_results(request, queryset, term)
        person = Person.objects.filter(username=term).first()
        return (queryset.filter(actor=person) if person else queryset.filter(verb=term)), False
