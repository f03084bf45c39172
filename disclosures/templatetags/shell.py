"""What every page shows around its content: the main links, the person's roles, states and dates in plain words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from requests.calendar.days import business_days_left
from requests.calendar.office import office_day, office_zone
from requests.models import Clock
from requests.permissions import AGENCY_ROLES, CASE_ROLES, Role
from requests.queries import closures

register = template.Library()

# (name of the address, words, who sees it)
LINKS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("desk", "Desk", frozenset(Role)),
    ("worklist", "Requests", frozenset(Role) - {Role.ADMIN}),
    ("undecided", "Undecided", frozenset({Role.MATCHER})),
    ("reports", "Reports", frozenset({Role.DIRECTOR, Role.AUDITOR})),
    ("notices", "Reminders", frozenset({Role.DIRECTOR, Role.AUDITOR, Role.ADMIN})),
    ("admin:index", "Admin", frozenset({Role.ADMIN, Role.DIRECTOR, Role.AUDITOR, *CASE_ROLES})),
)

# state -> the shape of the mockups
SHAPES = {
    "draft": "new", "submitted": "new", "in_intake": "work", "returned": "back", "in_legal_review": "work",
    "in_impairment_check": "wait", "awaiting_approval": "wait", "approved": "work", "awaiting_release": "wait",
    "responded": "yes", "denied": "no", "withdrawn": "no", "lapsed": "no", "closed": "yes",
}  # fmt: skip
VERDICT_SHAPES = {"accept": "yes", "review": "ask", "reject": "back", "block": "no"}
STANDING_SHAPES = {"complete": "yes", "questioned": "ask", "accepted": "yes", "returned": "back", "defective": "back"}
ANSWER_SHAPES = {"yes": "yes", "no": "no", "not_answered": "hold"}

READINGS = {
    "utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252", ",": "comma", ";": "semicolon", "\t": "tab",
    "|": "vertical bar",
}  # fmt: skip


@register.simple_tag(takes_context=True)
def main_links(context: dict[str, Any]) -> SafeString:
    """The links of the navigation that this person's roles open, with where they are now."""
    request = context.get("request")
    user = context["user"]
    path = request.path if request else ""
    items = []
    for name, words, roles in LINKS:
        if not user.role_names & roles or (name == "admin:index" and not user.is_staff):
            continue
        address = reverse(name)
        here = path == address if address == "/" else path.startswith(address)
        items.append((address, SafeString(' aria-current="page"') if here else "", words))
    return format_html_join("", '<li><a href="{}"{}>{}</a></li>', items)


@register.simple_tag
def roles_of(person: Any) -> str:
    """The person's roles in plain words, with the agency of an agency's people."""
    roles = ", ".join(name.capitalize() for name in sorted(person.role_names)) or "No role yet"
    return f"{roles}, {person.agency.code}" if person.agency_id else roles


@register.simple_tag
def state_mark(disclosure_request: Any) -> SafeString:
    """The state as shape and word."""
    return format_html(
        '<span class="state {}">{}</span>', SHAPES[disclosure_request.state], disclosure_request.get_state_display()
    )


@register.filter
def verdict_shape(verdict: str) -> str:
    """The shape of a verdict."""
    return VERDICT_SHAPES.get(verdict, "plain")


@register.filter
def standing_shape(standing: str) -> str:
    """The shape of a line's standing."""
    return STANDING_SHAPES.get(standing, "plain")


@register.filter
def answer_shape(answer: str) -> str:
    """The shape of an answer."""
    return ANSWER_SHAPES.get(answer, "plain")


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A date as ``Thu 26 Nov 2026``; a moment as the office's day."""
    if value is None:
        return ""
    on = office_day(value) if isinstance(value, dt.datetime) else value
    return f"{on:%a} {on.day} {on:%b %Y}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A moment as ``Thu 26 Nov 2026 14:05`` in the office's time."""
    if value is None:
        return ""
    local = value.astimezone(office_zone())
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


@register.simple_tag(takes_context=True)
def due_mark(
    context: template.Context, due: dt.date | None, today: dt.date, unit: str, is_open: bool = True, is_stopped: bool = False
) -> SafeString:
    """``2 days late``, ``Today``, ``5 business days left`` or ``Stopped``, in words and shape; empty once it has ended.

    Days are those of the clock, whose ``unit`` it is; where no business day lies between, those of the calendar.
    """
    if not is_open:
        return SafeString("")
    if due is None:
        if is_stopped:
            return format_html('<span class="state hold">{}</span>', "Stopped")
        return format_html('<span class="soft">{}</span>', "No clock runs")
    if due == today:
        return format_html('<span class="state soon">{}</span>', "Today")
    days, word = abs((due - today).days), "day"
    if unit == Clock.Unit.BUSINESS and (counted := business_days_left(today, due, _closures(context["request"]))):
        days, word = abs(counted), "business day"
    words = f"{days} {word}{'s' if days != 1 else ''}"
    if due < today:
        return format_html('<span class="state late">{} late</span>', words)
    return format_html('<span class="state plain">{} left</span>', words)


def _closures(request: Any) -> dict[dt.date, str]:
    """The office's closures, asked for once a page."""
    if not hasattr(request, "closures"):
        request.closures = closures()
    days: dict[dt.date, str] = request.closures
    return days


@register.filter
def is_agency(person: Any) -> bool:
    """Whether the person is of an agency that asks."""
    return bool(person.role_names & AGENCY_ROLES)


@register.filter
def holds_role(person: Any, role: str) -> bool:
    """Whether the person holds this role."""
    return role in person.role_names


@register.filter
def unlocalized(value: float) -> str:
    """A number as SVG takes it, whatever the language of the page."""
    return f"{value:g}"


@register.simple_tag
def reading_words(code: str) -> str:
    """How a file was read, by the name that people know: an encoding, or the sign between cells."""
    return READINGS.get(code, code)


@register.simple_tag
def about_time(seconds: int) -> str:
    """A stretch of time that is only known about: “about 1 min 50 s”."""
    rounded = max(5, round(seconds / 5) * 5)
    minutes, rest = divmod(rounded, 60)
    if minutes >= 60:
        return f"about {minutes // 60} h {minutes % 60} min"
    return f"about {minutes} min {rest} s" if minutes and rest else f"about {minutes} min" if minutes else f"about {rest} s"
