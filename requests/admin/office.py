"""What every page of the administration has in common: who opens it, who writes through which action, its history.

Django's own permissions per model play no part, and being a superuser gives nothing: roles decide, as everywhere.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminReadonlyField
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from requests.actions.errors import ActionError, BadInput, Missing, NotNow, NotYours
from requests.actions.record import record_refusal
from requests.admin.history import changes
from requests.calendar.office import office_zone
from requests.models import Person
from requests.permissions import Predicate, Role, holds

STATUS = {BadInput: 400, NotYours: 403, Missing: 404, NotNow: 409}


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """A button on the page of one thing, with what it asks for and the action it calls."""

    name: str  # in its address
    verb: str  # in the record
    label: str
    permission: Predicate
    run: Callable[[Any, Person, dt.datetime, dict[str, Any]], Any]
    done: str
    form: type[forms.Form] = forms.Form
    is_open: Callable[[Any], bool] = lambda thing: True
    says: str = ""
    foresees: Callable[[Any, dt.datetime], Any] | None = None  # what it would do, shown above the button
    shown_by: str = ""  # the template that shows it


class OfficeAdmin(admin.ModelAdmin):
    """Read by some roles, added to and changed by fewer through actions, deleted by nobody."""

    readers: ClassVar[frozenset[Role]] = frozenset({Role.AUDITOR})
    adders: ClassVar[tuple[Predicate, ...]] = ()
    changers: ClassVar[tuple[Predicate, ...]] = ()
    acts: ClassVar[tuple[Act, ...]] = ()
    add_verb, change_verb = "", ""  # what a refusal is recorded as
    shows_changes: ClassVar[bool] = False  # on the page itself, beside the link to its history
    change_form_template = "admin/office_change_form.html"
    object_history_template = "admin/office_history.html"
    actions = None
    list_per_page = 50
    save_as_continue = False
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER  # they count the whole table once per choice
    formfield_overrides: ClassVar[Any] = {models.DateField: {"widget": DayInput}}

    # --- who ---
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those whose role reads this, and those who write it."""
        user = request.user
        return any(may(None, user) for may in (holds(*self.readers), *self.adders, *self.changers))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """A noun stands in the index for those who may read it."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Those whose role adds this."""
        return any(may(None, request.user) for may in self.adders)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those whose role changes this."""
        return any(may(None, request.user) for may in self.changers)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, ever: what was, stays readable."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list offers as a filter: an address that asks for more could spell out a password or a TIN."""
        offered = {item for item in self.list_filter if isinstance(item, str)}
        return lookup.removesuffix("__exact").removesuffix("__isnull").removesuffix("__id") in offered

    # --- writing ---
    def add_through(self, actor: Person, at: dt.datetime, data: dict[str, Any]) -> models.Model:
        """The one action that adds this noun."""
        raise PermissionDenied

    def change_through(self, thing: Any, actor: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        """The one action, or the actions, that change this noun."""
        raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Calls the action. What the form put into ``obj`` is never saved."""
        actor: Person = request.user  # type: ignore[assignment]
        if change:
            self.change_through(obj, actor, timezone.now(), form.cleaned_data)
        else:
            obj.pk = self.add_through(actor, timezone.now(), form.cleaned_data).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs on a noun that its action does not write."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The action's event is the record; a second one would only differ from it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As for an addition."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Without the buttons that open one form out of another; once refused, with the action's sentence."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if sentence := getattr(request, "refused_with", ""):
            form = _refused(form, sentence)  # type: ignore[assignment] # it makes its fields anew
        for field in form.base_fields.values():
            for button in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
                if hasattr(field.widget, button):
                    setattr(field.widget, button, False)
        form.asked_by = request  # type: ignore[attr-defined] # so that a link to another noun stands only where this person may follow it
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The form; where the action refuses, the same form with its one sentence, after the rollback and recorded."""
        context = {**(extra_context or {}), "office_acts": self.offered(request, object_id)}
        thing = self.get_object(request, unquote(object_id)) if self.shows_changes and object_id else None
        context["changes"] = changes(thing) if thing is not None else []
        with timezone.override(office_zone()):
            try:
                return rendered(super().changeform_view(request, object_id, form_url, context))
            except ActionError as error:
                refuse(request, self.change_verb if object_id else self.add_verb, error)
                request.refused_with = str(error)  # type: ignore[attr-defined]
                response = super().changeform_view(request, object_id, form_url, context)
                response.status_code = STATUS.get(type(error), 409)
                return rendered(response)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, under its plain name and with times of the office."""
        with timezone.override(office_zone()):
            title = str(self.opts.verbose_name_plural).capitalize()
            return rendered(super().changelist_view(request, {"title": title, **(extra_context or {})}))

    # --- buttons ---
    def get_urls(self) -> list[URLPattern]:
        """Django's addresses and one for each button."""
        named = f"{self.opts.app_label}_{self.opts.model_name}"
        ours = [
            path(
                f"<path:object_id>/do/{act.name}/", self.admin_site.admin_view(self._view_of(act)),
                name=f"{named}_{act.name.replace('-', '_')}",
            )
            for act in self.acts
        ]  # fmt: skip
        return [*ours, *super().get_urls()]

    def offered(self, request: HttpRequest, object_id: str | None) -> list[dict[str, Any]]:
        """The buttons that this person has on this page."""
        thing = self.get_object(request, unquote(object_id)) if object_id and self.acts else None
        if thing is None:
            return []
        return [
            {
                "act": act, "form": act.form(prefix=act.name, label_suffix=""), "url": self._address(act, thing),
                "foreseen": act.foresees(thing, timezone.now()) if act.foresees else None,
            }
            for act in self.acts
            if act.is_open(thing) and act.permission(None, request.user)
        ]  # fmt: skip

    def _address(self, act: Act, thing: Any) -> str:
        named = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{named}_{act.name.replace('-', '_')}", args=[quote(thing.pk)])

    def _view_of(self, act: Act) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            if request.method != "POST":
                raise Http404
            if not self.has_view_permission(request) or not act.permission(None, request.user):
                raise PermissionDenied
            thing = self.get_object(request, unquote(object_id))
            if thing is None:
                raise Http404
            return self.do(request, act, thing)

        return view

    def do(self, request: HttpRequest, act: Act, thing: Any) -> HttpResponse:
        """Press a button: read its form, call its action, say what came of it on the page it stands on."""
        named = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        back = HttpResponseRedirect(reverse(named, args=[quote(thing.pk)]))
        form = act.form(request.POST, prefix=act.name)
        if not form.is_valid():
            said = "; ".join(f"{form[name].label}: {' '.join(map(str, problems))}" for name, problems in form.errors.items())
            messages.error(request, f"{act.label}: nothing changed. {said}")
            return back
        actor: Person = request.user  # type: ignore[assignment]
        try:
            outcome = act.run(thing, actor, timezone.now(), form.cleaned_data)
        except ActionError as error:
            refuse(request, act.verb, error)
            messages.error(request, str(error))
            return back
        messages.success(request, act.done)
        return self.after(request, act, outcome) or back

    def after(self, request: HttpRequest, act: Act, outcome: Any) -> HttpResponse | None:
        """A page to show after a button, where the one it stands on is not enough."""
        return None

    # --- history ---
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> TemplateResponse:
        """Every change of this thing with its old and new values, by whom and when, the newest first."""
        thing = self.get_object(request, unquote(object_id))
        if thing is None:
            raise Http404
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request), "title": f"History: {thing}", "opts": self.opts, "object": thing,
            "module_name": str(self.opts.verbose_name_plural).capitalize(), "changes": changes(thing),
        }  # fmt: skip
        return TemplateResponse(request, "admin/office_history.html", context)


def link_where_open(field: AdminReadonlyField, remote_field: Any, remote: Any) -> Any:
    """The name of a related thing, as a link for those who may read that noun: a link never leads to a refusal."""
    theirs = admin.site._registry.get(remote_field.model)
    asked_by = getattr(field.form, "asked_by", None)
    if theirs is None or asked_by is None or not theirs.has_view_permission(asked_by):
        return str(remote)
    return _link(field, remote_field, remote)


_link = AdminReadonlyField.get_admin_url
AdminReadonlyField.get_admin_url = link_where_open  # type: ignore[method-assign,assignment]


class CaseAdmin(OfficeAdmin):
    """Case data, events, answers, accounting: an auditor reads them here, and nobody writes."""

    show_full_result_count = False


def rendered(response: Any) -> Any:
    """The response, rendered now: while the office's time zone holds."""
    return response.render() if hasattr(response, "render") else response


def refuse(request: HttpRequest, verb: str, error: ActionError) -> None:
    """Record a refusal, after the rollback of what was refused."""
    record_refusal(verb, actor=request.user, at=timezone.now(), request_id=None, error=error)  # type: ignore[arg-type]


def _refused(form: type[forms.BaseForm], sentence: str) -> type[forms.BaseForm]:
    """The same form, which shows this sentence and does not pass."""

    def clean(self: Any) -> None:
        raise forms.ValidationError(sentence)

    return type(form.__name__, (form,), {"clean": clean})
