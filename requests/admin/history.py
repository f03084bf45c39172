"""The history of a small noun: what changed, from what to what, by whom; from the tables that the database keeps itself."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from requests.models import DisclosureRequest, Event, Person

MOST = 200
# Nouns without a table of their own for it are told by the events of the actions that write them.
VERBS = {
    "agency": ("add_agency", "change_agency"),
    "closure": ("list_closure", "switch_closure"),
    "authority": ("set_authority_dates",),
    "componentdetermination": ("record_determination", "end_determination"),
}
# Nouns with a table of their own, whose actions ask for a reason: it stands with the event.
REASONED = {"parameter": ("set_parameter",)}
# Events of people that touch no column of theirs: roles are groups, passwords are not kept.
PEOPLES_VERBS = (
    "invite_person", "set_roles", "rename_person", "set_leave", "close_account", "reopen_account", "reset_password",
    "remove_second_factor",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One change: when, by whom, what was done, and each value before and after."""

    at: dt.datetime
    who: str
    what: str
    values: tuple[tuple[str, str, str], ...]
    reason: str = ""


def changes(thing: Model) -> list[Change]:
    """The newest changes of one thing, newest first, at most ``MOST``."""
    name = thing._meta.model_name or ""
    kept = _from_events(VERBS.get(name, ()), "id", thing.pk)
    if name == "person":
        kept = _from_events(PEOPLES_VERBS, "person", thing.pk)
    if isinstance(thing, DisclosureRequest):
        kept = _told(thing.events.filter(is_refused=False).exclude(verb="view").select_related("actor"), skip="")
    kept += _from_table(thing)
    kept = _with_reasons(kept, _from_events(REASONED.get(name, ()), "id", thing.pk))
    return sorted(kept, key=lambda change: change.at, reverse=True)[:MOST]


def _with_reasons(kept: list[Change], told: list[Change]) -> list[Change]:
    """The changes, each with the reason of the act that made it; both come the newest first."""
    found = []
    for change in kept:
        act = next((each for each in told if each.values == change.values), None)
        if act is not None:
            told.remove(act)
        found.append(change if act is None else dataclasses.replace(change, reason=act.reason))
    return found


def _from_events(verbs: tuple[str, ...], key: str, pk: Any) -> list[Change]:
    if not verbs:
        return []
    found = Event.objects.filter(verb__in=verbs, is_refused=False, **{f"detail__{key}": pk}).select_related("actor")
    return _told(found, skip=key)


def _told(events: QuerySet[Event], *, skip: str) -> list[Change]:
    return [
        Change(
            event.occurred_at, str(event.actor or "The system"), event.verb.replace("_", " ").capitalize(),
            _values(event.detail, skip=skip), event.reason,
        )
        for event in events.order_by("-pk")[:MOST]
    ]  # fmt: skip


def _values(detail: dict[str, Any], *, skip: str) -> tuple[tuple[str, str, str], ...]:
    if isinstance(detail.get("changed"), dict):
        return tuple((name.replace("_", " "), old, new) for name, (old, new) in detail["changed"].items())
    shown = {name: value for name, value in detail.items() if name != skip and value not in ("", [], None)}
    return tuple(
        (name.replace("_", " "), "", ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in shown.items()
    )


def _from_table(thing: Model) -> list[Change]:
    """From the history table of pghistory, if this noun has one: each row beside the one before it."""
    named = f"{thing._meta.object_name}Event"
    try:
        table = apps.get_model(thing._meta.app_label, named)
    except LookupError:
        return []
    rows = list(table._default_manager.filter(pgh_obj_id=thing.pk).select_related("pgh_context").order_by("-pgh_id")[:MOST])
    people = dict(_names({_user(row) for row in rows}))
    columns = [field for field in table._meta.fields if not field.name.startswith("pgh_") and field.name != "id"]
    found = []
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        differs = tuple(
            (str(field.verbose_name), _text(before, field), _text(row, field))
            for field in columns
            if before is not None and getattr(before, field.attname) != getattr(row, field.attname)
        )
        if before is None or differs:
            who, what = people.get(_user(row), "The system"), "Changed" if before else "First kept"
            found.append(Change(row.pgh_created_at, who, what, differs))
    return found


def _user(row: Any) -> int:
    """The id of who was signed in when the row was written; 0 for the system."""
    metadata = row.pgh_context.metadata if row.pgh_context else None
    return int((metadata or {}).get("user") or 0)


def _names(ids: set[int]) -> list[tuple[int, str]]:
    return [(person.pk, str(person)) for person in Person.objects.filter(pk__in=ids)]


def _text(row: Any, field: Any) -> str:
    value = getattr(row, field.name) if field.is_relation else getattr(row, field.attname)
    return "" if value is None else str(value)
