"""The grounds and powers that the office works with: authorities, delegations to approve, numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from requests.actions import configure
from requests.actions.recount import foresee_switch
from requests.admin.office import Act, OfficeAdmin
from requests.admin.parties import CONFIGURED, NowFilter
from requests.models import Authority, Closure, DelegationGrant, Parameter, Person
from requests.permissions import Role, can_configure

REASON = forms.CharField(
    label="Reason", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
    help_text="Why, and where it is written down. It stands in the history.",
)  # fmt: skip


class ReasonedForm(forms.ModelForm):
    """A change that says why."""

    reason = REASON


@admin.register(Authority)
class AuthorityAdmin(OfficeAdmin):
    """The paragraphs of 26 U.S.C. 6103(i); only the days in which they are in force are the office's to set."""

    readers = CONFIGURED
    changers = (can_configure,)
    change_verb = "set_authority_dates"
    form = ReasonedForm
    list_display = ("citation", "code", "title", "is_open", "valid_from", "valid_to")
    list_filter = (NowFilter, "is_open")
    search_fields = ("code", "citation", "title")
    ordering = ("code",)
    fields = ("code", "citation", "title", "signatory_titles", "is_open", "why_closed", "valid_from", "valid_to", "reason")
    readonly_fields = ("code", "citation", "title", "signatory_titles", "is_open", "why_closed")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The reason is asked of those who change something."""
        return self.fields if self.has_change_permission(request) else self.fields[:-1]

    def change_through(self, thing: Authority, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        """Sets the days."""
        return configure.set_authority_dates(thing.pk, actor=actor, at=at, **data)


class WhyForm(forms.Form):
    """Why something ends."""

    reason = REASON


@admin.register(DelegationGrant)
class DelegationGrantAdmin(OfficeAdmin):
    """Who may approve answers under which authority. Granted and revoked, never rewritten."""

    readers = CONFIGURED | {Role.DIRECTOR}
    adders = (can_configure,)
    add_verb = "grant_delegation"
    list_display = ("person", "authority", "order_reference", "valid_from", "valid_to", "revoked_at")
    list_filter = (NowFilter, "authority")
    search_fields = ("person__first_name", "person__last_name", "person__username", "order_reference")
    list_select_related = ("person", "authority")
    fields = ("person", "authority", "order_reference", "valid_from", "valid_to")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "revoke", "revoke_delegation", "Revoke it", can_configure,
            lambda grant, actor, at, data: configure.revoke_delegation(grant.pk, actor=actor, at=at, **data),
            "The delegation is revoked.", WhyForm, lambda grant: grant.revoked_at is None,
            "From now on nothing is approved or released under it.",
        ),
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """With its end, once it is granted."""
        return (*self.fields, "revoked_at") if obj else self.fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only approvers."""
        if db_field.name == "person":
            kwargs["queryset"] = Person.objects.filter(is_active=True, groups__name=Role.APPROVER).order_by("last_name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> DelegationGrant:
        """Grants."""
        return configure.grant_delegation(actor=actor, at=at, **data)


@admin.register(Parameter)
class ParameterAdmin(OfficeAdmin):
    """The numbers of the office, each with its basis."""

    readers = CONFIGURED
    changers = (can_configure,)
    change_verb = "set_parameter"
    form = ReasonedForm
    list_display = ("name", "value", "unit", "basis", "source")
    list_filter = ("basis", "unit")
    search_fields = ("name", "source")
    ordering = ("name",)
    fields = ("name", "value", "unit", "basis", "source", "reason")
    shows_changes = True
    readonly_fields = ("name", "unit", "basis", "source")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The reason is asked of those who change something."""
        return self.fields if self.has_change_permission(request) else self.fields[:-1]

    def change_through(self, thing: Parameter, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        """Sets the number."""
        return configure.set_parameter(thing.pk, actor=actor, at=at, **data)


@admin.register(Closure)
class ClosureAdmin(OfficeAdmin):
    """Days of closure beside the holidays of 5 U.S.C. 6103(a), each switched on by the office."""

    readers = CONFIGURED
    adders = (can_configure,)
    add_verb = "list_closure"
    list_display = ("day", "name", "order_reference", "is_on")
    list_filter = ("is_on",)
    search_fields = ("name", "order_reference")
    ordering = ("-day",)
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "switch-on", "switch_closure", "Switch it on", can_configure,
            lambda closure, actor, at, data: configure.switch_closure(closure.pk, actor=actor, at=at, is_on=True),
            "The office is closed on that day. Running clocks are being counted anew.",
            is_open=lambda closure: not closure.is_on,
            says="The day then counts for no clock in business days, and no clock is due on it.",
            foresees=lambda closure, at: foresee_switch(closure, at=at), shown_by="admin/closure_moves.html",
        ),
        Act(
            "switch-off", "switch_closure", "Switch it off", can_configure,
            lambda closure, actor, at, data: configure.switch_closure(closure.pk, actor=actor, at=at, is_on=False),
            "The office is open on that day. Running clocks are being counted anew.",
            is_open=lambda closure: closure.is_on,
            says="The day then counts again as any other.",
            foresees=lambda closure, at: foresee_switch(closure, at=at), shown_by="admin/closure_moves.html",
        ),
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The order's day and words; once it is listed, whether it is on and how far the clocks are."""
        asked = ("day", "name", "order_reference")
        return (*asked, "is_on", "counted_anew") if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """How far the clocks are is worked out, not typed."""
        return ("counted_anew",) if obj else ()

    @admin.display(description="Clocks")
    def counted_anew(self, closure: Closure) -> str:
        """How far the newest recount is."""
        newest = closure.recounts.order_by("-pk").first()
        if newest is None:
            return "It was never switched."
        requests = f"{newest.moved_count:,} request{'' if newest.moved_count == 1 else 's'} moved"
        if newest.done_at is None:
            return f"They are being counted anew; {requests} so far. Reload the page to see how far it is."
        return f"Counted anew on {timezone.localtime(newest.done_at):%-d %b %Y at %H:%M}; {requests}."

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Closure:
        """Lists it."""
        return configure.list_closure(actor=actor, at=at, **data)
