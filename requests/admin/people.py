"""Accounts: invited, given roles, sent on leave, closed; through actions, and never one's own roles."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from requests.actions import people
from requests.admin.office import Act, OfficeAdmin
from requests.forms import LeaveForm
from requests.models import Person
from requests.permissions import CONFLICTING_ROLES, Role, can_configure

ROLES = [(role.value, role.value.capitalize()) for role in Role]


class RolesFilter(admin.SimpleListFilter):
    """People by role."""

    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All roles, and none."""
        return [*ROLES, ("none", "No role")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those who hold it."""
        if self.value() == "none":
            return queryset.filter(groups__isnull=True)
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class PersonForm(forms.ModelForm):
    """Who somebody is, and what they may do. Which roles exclude each other is said before it is refused."""

    roles = forms.MultipleChoiceField(
        label="Roles", choices=ROLES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Requester, official and recipient need an agency; the others are of this office and have none.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = sorted(self.instance.role_names)


@admin.register(Person)
class PersonAdmin(OfficeAdmin):
    """The people who sign in. No password, hash or superuser flag stands on any page."""

    readers = frozenset({Role.ADMIN, Role.AUDITOR})
    adders = changers = (can_configure,)
    add_verb, change_verb = "invite_person", "change_person"
    form = PersonForm
    list_display = ("username", "first_name", "last_name", "agency", "roles_held", "away_until", "is_active")
    list_filter = (RolesFilter, "is_active", "agency")
    search_fields = ("username", "first_name", "last_name", "email", "agency__code")
    list_select_related = ("agency",)
    ordering = ("username",)
    fields = ("username", "first_name", "last_name", "email", "agency", "roles")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "leave", "set_leave", "Set the leave", can_configure,
            lambda person, actor, at, data: people.set_leave(person.pk, actor=actor, at=at, **data),
            "The leave is set.", LeaveForm, lambda person: person.is_active, "No day: the leave is over.",
        ),
        Act(
            "password", "reset_password", "Make a new password link", can_configure,
            lambda person, actor, at, data: people.reset_password(person.pk, actor=actor, at=at),
            "The old password is void.", is_open=lambda person: person.is_active,
            says="The old password is void at once, and every session ends. The link is shown once.",
        ),
        Act(
            "second-factor", "remove_second_factor", "Remove the second factor", can_configure,
            lambda person, actor, at, data: people.remove_second_factor(person.pk, actor=actor, at=at),
            "The second factor is removed.", is_open=lambda person: person.is_active,
            says="For somebody who lost both the device and the recovery codes.",
        ),
        Act(
            "close", "close_account", "Close the account", can_configure,
            lambda person, actor, at, data: people.close_account(person.pk, actor=actor, at=at),
            "The account is closed.", is_open=lambda person: person.is_active,
            says="The person cannot sign in any more. What they did stays under their name.",
        ),
        Act(
            "reopen", "reopen_account", "Open the account again", can_configure,
            lambda person, actor, at, data: people.reopen_account(person.pk, actor=actor, at=at),
            "The account is open again.", is_open=lambda person: not person.is_active,
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With the roles, in one query for all."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """With leave and standing, once there is an account; roles as words for those who only read."""
        if obj is None:
            return self.fields
        known = ("away_until", "stands_in", "is_active", "last_login")
        mine = self.fields if self._may_edit_roles(request, obj) else (*self.fields[:-1], "roles_held")
        return (*mine, *known)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The user name stays for good; one's own roles and agency are somebody else's to set."""
        if obj is None:
            return ()
        fixed = ("username", "away_until", "stands_in", "is_active", "last_login")
        return fixed if self._may_edit_roles(request, obj) else (*fixed, "agency", "roles_held")

    def _may_edit_roles(self, request: HttpRequest, person: Person) -> bool:
        return self.has_change_permission(request) and person.pk != request.user.pk

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Without the field of roles where it is not shown."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and not self._may_edit_roles(request, obj):
            form.base_fields.pop("roles", None)
        return form

    @admin.display(description="Roles")
    def roles_held(self, person: Person) -> str:
        """The roles in words."""
        return ", ".join(sorted(person.role_names)) or "None yet"

    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Person:
        """Invites."""
        return people.invite_person(actor=actor, at=at, **data)

    def change_through(self, thing: Person, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        """Renames; sets roles and agency, unless they are one's own."""
        names = {name: data[name] for name in ("first_name", "last_name", "email")}
        people.rename_person(thing.pk, actor=actor, at=at, **names)
        if "roles" in data:
            people.set_roles(thing.pk, actor=actor, at=at, roles=data["roles"], agency=data["agency"])

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """With the pairs of roles that nobody holds at once."""
        pairs = sorted(" and ".join(sorted(pair)) for pair in CONFLICTING_ROLES)
        context = {**(extra_context or {}), "conflicting_roles": pairs}
        return super().changeform_view(request, object_id, form_url, context)

    def response_add(self, request: HttpRequest, obj: Person, post_url_continue: str | None = None) -> HttpResponse:
        """The page that shows the link for the first password, once."""
        return self._password_link(request, Person.objects.get(pk=obj.pk))

    def after(self, request: HttpRequest, act: Act, outcome: Any) -> HttpResponse | None:
        """The page that shows the link for a new password, once."""
        return self._password_link(request, outcome) if act.name == "password" else None

    def offered(self, request: HttpRequest, object_id: str | None) -> list[dict[str, Any]]:
        """On one's own page only the leave, which everybody may set."""
        every = super().offered(request, object_id)
        if object_id == str(request.user.pk):
            return [each for each in every if each["act"].name == "leave"]
        return every

    def _password_link(self, request: HttpRequest, person: Person) -> HttpResponse:
        key = default_token_generator.make_token(person)
        address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
        context = {
            **self.admin_site.each_context(request), "title": f"Password link for {person.username}", "opts": self.opts,
            "person": person, "link": request.build_absolute_uri(address),
        }  # fmt: skip
        return TemplateResponse(request, "admin/password_link.html", context)
