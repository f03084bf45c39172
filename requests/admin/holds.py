"""Holds and safeguards: placed, lifted by two, recorded and overridden through their actions alone."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from requests.actions.hold import ask_to_lift, lift_hold, place_hold
from requests.actions.safeguards import override_safeguards, record_safeguards
from requests.admin.office import Act, DayInput, OfficeAdmin
from requests.models import DisclosureRequest, Hold, Person, SafeguardStatus
from requests.permissions import Role, can_direct, can_lift_hold, can_place_hold, holds

READERS = frozenset({Role.AUDITOR, Role.COUNSEL, Role.DIRECTOR})


class LiveFilter(admin.SimpleListFilter):
    """Whether a hold still stands."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("live", "Stands"), ("asked", "Somebody asked to lift it"), ("lifted", "Lifted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        if self.value() == "live":
            return queryset.filter(lifted_at__isnull=True)
        if self.value() == "asked":
            return queryset.filter(lifted_at__isnull=True, lift_asked_at__isnull=False)
        if self.value() == "lifted":
            return queryset.filter(lifted_at__isnull=False)
        return queryset


class HoldForm(forms.ModelForm):
    """What a hold rests on, and what it stops for whom."""

    acts = forms.MultipleChoiceField(label="Stops", choices=Hold.Act.choices, widget=forms.CheckboxSelectMultiple)
    control_number = forms.CharField(
        label="One request", required=False, max_length=12,
        help_text="Its control number. Empty: every request of the agency and authority above; all empty: everybody.",
    )  # fmt: skip

    def clean_control_number(self) -> DisclosureRequest | None:
        """The request of that number, or nothing."""
        number = self.cleaned_data["control_number"].strip().upper()
        if not number:
            return None
        found = DisclosureRequest.objects.exclude(state="draft").filter(control_number=number).first()
        if found is None:
            raise forms.ValidationError("There is no such request.")
        return found


class OrderForm(forms.Form):
    """The order that ends a hold."""

    reference = forms.CharField(label="Order or direction that ends it", max_length=200)


@admin.register(Hold)
class HoldAdmin(OfficeAdmin):
    """A court's stay or a suspension. Two people lift it."""

    readers = READERS
    adders = (can_place_hold,)
    add_verb = "place_hold"
    form = HoldForm
    list_display = ("number", "order_reference", "scope_words", "starts_on", "placed_by", "lifted_on")
    list_filter = (LiveFilter, "authority", "agency")
    search_fields = ("number", "order_reference", "agency__code", "disclosure_request__control_number")
    list_select_related = ("authority", "agency", "disclosure_request", "placed_by")
    ordering = ("-placed_at",)
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "ask-to-lift", "ask_to_lift_hold", "Ask to lift", can_lift_hold,
            lambda hold, actor, at, data: ask_to_lift(hold.pk, actor=actor, at=at, reference=data["reference"]),
            "You asked to lift it. A second person, counsel or director, lifts it.", OrderForm,
            lambda hold: hold.lifted_at is None, "You are the first of the two people who lift a hold.",
        ),
        Act(
            "lift", "lift_hold", "Lift it", can_lift_hold,
            lambda hold, actor, at, data: lift_hold(hold.pk, actor=actor, at=at),
            "The hold is lifted; the clocks go on from today.",
            is_open=lambda hold: hold.lifted_at is None and hold.lift_asked_by_id is not None,
            says="You are the second of the two people: not the one who asked.",
        ),
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is asked when it is placed; afterwards all that is known."""
        if obj is None:
            return ("order_reference", "reason", "authority", "agency", "control_number", "acts", "starts_on")
        return (
            "number", "order_reference", "reason", "scope_words", "starts_on", "placed_by", "placed_at", "lift_reference",
            "lift_asked_by", "lift_asked_at", "lifted_by", "lifted_on",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The scope in words is worked out, not typed."""
        return ("scope_words",) if obj else ()

    @admin.display(description="Stops")
    def scope_words(self, hold: Hold) -> str:
        """The scope in plain words."""
        return hold.scope_words

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Hold:
        """Places it."""
        given = {name: value for name, value in data.items() if name != "control_number"}
        return place_hold(actor=actor, at=at, disclosure_request=data["control_number"], **given)


class OverrideForm(forms.Form):
    """The director's decision in writing."""

    reason = forms.CharField(label="Reason", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    until = forms.DateField(label="Up to and including", widget=DayInput)


@admin.register(SafeguardStatus)
class SafeguardStatusAdmin(OfficeAdmin):
    """What the safeguard reviews of each agency found: 26 U.S.C. 6103(p)(4)."""

    readers = READERS
    adders = (holds(Role.DIRECTOR, Role.COUNSEL),)
    add_verb = "record_safeguards"
    list_display = ("agency", "status", "reviewed_on", "valid_until", "open_findings", "override_until")
    list_filter = ("status", "agency")
    search_fields = ("agency__code", "agency__name", "note")
    list_select_related = ("agency",)
    ordering = ("-reviewed_on", "-pk")
    fields = ("agency", "status", "reviewed_on", "valid_until", "open_findings", "note")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "decide", "override_safeguards", "Decide that answers may leave", can_direct,
            lambda status, actor, at, data: override_safeguards(status.pk, actor=actor, at=at, **data),
            "Your decision is kept.", OverrideForm, says="The director decides in writing, up to a day.",
        ),
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """With who recorded it and the director's decision, once it is recorded."""
        more = ("recorded_by", "override_reason", "override_by", "override_at", "override_until")
        return (*self.fields, *more) if obj else self.fields

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> SafeguardStatus:
        """Records it."""
        return record_safeguards(actor=actor, at=at, **data)
