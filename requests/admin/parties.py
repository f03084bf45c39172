"""Agencies, the officials who sign for them, the officials engaged in their cases, and those who receive answers."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from requests.actions import configure
from requests.admin.office import Act, DayInput, OfficeAdmin
from requests.calendar.office import office_day
from requests.models import Agency, ComponentDetermination, EngagedOfficial, Official, Person, Recipient
from requests.permissions import Role, can_configure, can_record_determination

CONFIGURED = frozenset({Role.ADMIN, Role.AUDITOR})


class NowFilter(admin.SimpleListFilter):
    """Whether the dates hold today."""

    title = "now"
    parameter_name = "now"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("holds", "Holds today"), ("ended", "Ended"), ("later", "Begins later")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        today = office_day(timezone.now())
        if self.value() == "ended":
            return queryset.filter(valid_to__lt=today)
        if self.value() == "later":
            return queryset.filter(valid_from__gt=today)
        if self.value() == "holds":
            return queryset.filter(valid_from__lte=today).exclude(valid_to__lt=today)
        return queryset


@admin.register(Agency)
class AgencyAdmin(OfficeAdmin):
    """The agencies that ask."""

    readers = CONFIGURED
    adders = changers = (can_configure,)
    add_verb, change_verb = "add_agency", "change_agency"
    list_display = ("code", "name", "kind", "parent", "head_title", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code", "name", "head_title")
    list_select_related = ("parent",)
    ordering = ("code",)
    fields = ("code", "name", "kind", "parent", "head_title", "address", "accounting_code", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The code stays, because requests and scripts name it."""
        return ("code",) if obj else ()

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Agency:
        """Adds an agency."""
        facts = {name: value for name, value in data.items() if name != "code"}
        return configure.add_agency(actor=actor, at=at, code=data["code"], facts=configure.AgencyFacts(**facts))

    def change_through(self, thing: Agency, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        """Changes its facts."""
        return configure.change_agency(thing.pk, actor=actor, at=at, facts=configure.AgencyFacts(**data))


@admin.register(Official)
class OfficialAdmin(OfficeAdmin):
    """The people who may sign, in which office and in which days."""

    readers = CONFIGURED
    adders = changers = (can_configure,)
    add_verb, change_verb = "appoint_official", "change_official"
    list_display = ("person", "title", "agency", "is_by_direction", "valid_from", "valid_to")
    list_filter = (NowFilter, "is_by_direction", "agency")
    search_fields = ("person__first_name", "person__last_name", "person__username", "title", "agency__code")
    list_select_related = ("person", "agency")
    ordering = ("agency__code", "title")
    fields = ("person", "agency", "title", "is_by_direction", "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who and for whom stays: another person or agency is another office."""
        return ("person", "agency", "signed") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """With the count of signatures, once there can be some."""
        return (*self.fields, "signed") if obj else self.fields

    @admin.display(description="Requests signed")
    def signed(self, official: Official) -> str:
        """How many signatures were given in this office, and the last one's day."""
        last = official.signatures.order_by("-signed_at").first()
        count = official.signatures.count()
        return f"{count}, the last on {office_day(last.signed_at):%-d %b %Y}" if last else "None"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only open accounts that hold the role official."""
        if db_field.name == "person":
            kwargs["queryset"] = Person.objects.filter(is_active=True, groups__name=Role.OFFICIAL).order_by("last_name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Official:
        """Appoints."""
        return configure.appoint_official(actor=actor, at=at, **data)

    def change_through(self, thing: Official, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        """Changes title or dates."""
        return configure.change_official(thing.pk, actor=actor, at=at, **data)


@admin.register(EngagedOfficial)
class EngagedOfficialAdmin(OfficeAdmin):
    """The officials that agencies' lines name. They come with the lines, so nobody writes them here."""

    readers = CONFIGURED
    list_display = ("name", "title", "agency", "recipient_account")
    list_filter = ("agency",)
    search_fields = ("name", "title", "agency__code")
    list_select_related = ("agency", "recipient__person")
    ordering = ("agency__code", "name_key")
    fields = ("name", "title", "agency", "recipient_account")
    readonly_fields = ("recipient_account",)

    @admin.display(description="Account")
    def recipient_account(self, official: EngagedOfficial) -> str:
        """The account that is bound to this official, if there is one."""
        bound = getattr(official, "recipient", None)
        return str(bound.person) if bound else "None yet"


@admin.register(Recipient)
class RecipientAdmin(OfficeAdmin):
    """The accounts that answers reach, each bound to one engaged official."""

    readers = CONFIGURED
    adders = changers = (can_configure,)
    add_verb, change_verb = "bind_recipient", "change_recipient"
    list_display = ("person", "engaged_official", "valid_from", "valid_to")
    list_filter = (NowFilter,)
    search_fields = ("person__first_name", "person__last_name", "person__username", "engaged_official__name")
    list_select_related = ("person", "engaged_official__agency")
    fields = ("person", "engaged_official", "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The binding is for good; its days may end."""
        return ("person", "engaged_official") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only what is not bound yet, and accounts that hold the role recipient."""
        if db_field.name == "person":
            found = Person.objects.filter(is_active=True, groups__name=Role.RECIPIENT, recipient__isnull=True)
            kwargs["queryset"] = found.order_by("last_name")
        if db_field.name == "engaged_official":
            free = EngagedOfficial.objects.filter(recipient__isnull=True).select_related("agency")
            kwargs["queryset"] = free.order_by("agency__code", "name_key")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Recipient:
        """Binds."""
        return configure.bind_recipient(actor=actor, at=at, **data)

    def change_through(self, thing: Recipient, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        """Changes the days."""
        return configure.change_recipient(thing.pk, actor=actor, at=at, **data)


class EndForm(forms.Form):
    """The last day of a determination, and why."""

    valid_to = forms.DateField(label="Last day", widget=DayInput)
    reason = forms.CharField(label="Reason", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(ComponentDetermination)
class ComponentDeterminationAdmin(OfficeAdmin):
    """Counsel's determinations that a component may ask in its own name."""

    readers = CONFIGURED | {Role.COUNSEL}
    adders = (can_record_determination,)
    add_verb = "record_determination"
    list_display = ("agency", "authority", "made_by", "valid_from", "valid_to")
    list_filter = (NowFilter, "agency")
    search_fields = ("agency__code", "agency__name", "reason")
    list_select_related = ("agency", "authority", "made_by")
    fields = ("agency", "authority", "reason", "valid_from", "valid_to")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "end", "end_determination", "End it", can_record_determination,
            lambda made, actor, at, data: configure.end_determination(made.pk, actor=actor, at=at, **data),
            "Its last day is set.", EndForm, says="What was decided under it stays decided.",
        ),
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """With who made it and when, once it is made."""
        return (*self.fields, "made_by", "recorded_at") if obj else self.fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only components need one."""
        if db_field.name == "agency":
            kwargs["queryset"] = Agency.objects.filter(kind=Agency.Kind.COMPONENT).order_by("code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> ComponentDetermination:
        """Records it."""
        return configure.record_determination(actor=actor, at=at, **data)
