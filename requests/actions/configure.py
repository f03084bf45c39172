"""What an administrator or counsel sets up: agencies, officials, recipients, delegations, determinations, numbers.

Each is a recorded act: one event with the id and, where something changed, the old and the new value. None of these
nouns is ever deleted; they end on a day.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Min

from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.actions.record import record
from requests.actions.recount import ask_for_recount
from requests.calendar.office import office_day
from requests.models import (
    Agency,
    Authority,
    Closure,
    ComponentDetermination,
    DelegationGrant,
    EngagedOfficial,
    Official,
    Parameter,
    Person,
    Recipient,
)
from requests.permissions import Role, can_configure, can_record_determination

Noun = TypeVar("Noun", bound=models.Model)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """What may change about an agency; its code stays, because requests and scripts name it."""

    name: str
    kind: str = Agency.Kind.FEDERAL
    parent: Agency | None = None
    head_title: str = ""
    address: str = ""
    accounting_code: str = ""
    is_active: bool = True


@transaction.atomic
def add_agency(*, actor: Person, at: dt.datetime, code: str, facts: AgencyFacts) -> Agency:
    """Add an agency that may ask. Raises NotYours, BadInput."""
    _administrator(actor)
    _check_parent(facts, own_id=None)
    return _keep(Agency(code=code.strip()), "add_agency", dataclasses.asdict(facts) | {"parent": facts.parent},
                 actor=actor, at=at)  # fmt: skip


@transaction.atomic
def change_agency(agency_id: int, *, actor: Person, at: dt.datetime, facts: AgencyFacts) -> Agency:
    """Change an agency's facts. Requests, answers and the accounting keep what they said. Raises NotYours, BadInput."""
    _administrator(actor)
    agency = _locked(Agency, agency_id)
    _check_parent(facts, own_id=agency.pk)
    return _keep(agency, "change_agency", dataclasses.asdict(facts) | {"parent": facts.parent}, actor=actor, at=at)


def _check_parent(facts: AgencyFacts, *, own_id: int | None) -> None:
    if facts.kind == Agency.Kind.COMPONENT and facts.parent is None:
        raise BadInput("Parent: it is empty. A component belongs to an agency.")
    if facts.parent is not None and (facts.parent.pk == own_id or facts.parent.parent_id is not None):
        raise BadInput("Parent: choose an agency that is not itself a component, and not this one.")


@transaction.atomic
def appoint_official(
    *, actor: Person, at: dt.datetime, person: Person, agency: Agency, title: str, valid_from: dt.date,
    valid_to: dt.date | None = None, is_by_direction: bool = False,
) -> Official:  # fmt: skip
    """Record that this person holds an office of their agency in which they sign. Raises NotYours, BadInput."""
    _administrator(actor)
    if person.agency_id != agency.pk:
        raise BadInput(f"Person: {person} is not of {agency}. Set the agency on the person first.")
    if Role.OFFICIAL not in person.role_names:
        raise BadInput(f"Person: {person} does not hold the role official. Give it on the person first.")
    values = {"title": title, "is_by_direction": is_by_direction, "valid_from": valid_from, "valid_to": valid_to}
    return _keep(Official(person=person, agency=agency), "appoint_official", values, actor=actor, at=at)


@transaction.atomic
def change_official(
    official_id: int, *, actor: Person, at: dt.datetime, title: str, valid_from: dt.date,
    valid_to: dt.date | None = None, is_by_direction: bool = False,
) -> Official:  # fmt: skip
    """Change the title or the dates of an office, but never so that a signature that was given loses its ground.

    Raises NotYours, BadInput with the day of the signature that stands in the way.
    """
    _administrator(actor)
    official = _locked(Official, official_id)
    signed = official.signatures.aggregate(first=Min("signed_at"), last=Max("signed_at"))
    if signed["last"] is not None:
        first, last = office_day(signed["first"]), office_day(signed["last"])
        if (title.strip(), is_by_direction) != (official.title, official.is_by_direction):
            raise BadInput("Title: requests are signed under it. End this office and appoint the person to a new one.")
        if valid_to is not None and valid_to < last:
            raise BadInput(f"Until: the end is before a request that this official signed on {last:%-d %b %Y}.")
        if valid_from > first:
            raise BadInput(f"From: the start is after a request that this official signed on {first:%-d %b %Y}.")
    values = {"title": title, "is_by_direction": is_by_direction, "valid_from": valid_from, "valid_to": valid_to}
    return _keep(official, "change_official", values, actor=actor, at=at)


@transaction.atomic
def bind_recipient(
    *, actor: Person, at: dt.datetime, person: Person, engaged_official: EngagedOfficial, valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> Recipient:  # fmt: skip
    """Bind an account to one engaged official that an agency's lines name; for good. Raises NotYours, BadInput."""
    _administrator(actor)
    if person.agency_id != engaged_official.agency_id:
        raise BadInput(f"Person: {person} is not of {engaged_official.agency}, whose lines name this official.")
    if Role.RECIPIENT not in person.role_names:
        raise BadInput(f"Person: {person} does not hold the role recipient. Give it on the person first.")
    bound = Recipient(person=person, engaged_official=engaged_official)
    return _keep(bound, "bind_recipient", {"valid_from": valid_from, "valid_to": valid_to}, actor=actor, at=at)


@transaction.atomic
def change_recipient(
    recipient_id: int, *, actor: Person, at: dt.datetime, valid_from: dt.date, valid_to: dt.date | None
) -> Recipient:
    """Change the days in which a recipient may fetch answers. Raises NotYours, BadInput."""
    _administrator(actor)
    values = {"valid_from": valid_from, "valid_to": valid_to}
    return _keep(_locked(Recipient, recipient_id), "change_recipient", values, actor=actor, at=at)


@transaction.atomic
def grant_delegation(
    *, actor: Person, at: dt.datetime, person: Person, authority: Authority, order_reference: str, valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> DelegationGrant:  # fmt: skip
    """Record the power to approve answers under one authority, as the order gives it (Delegation Order 11-2).

    Raises NotYours, BadInput where the order is not named or the person is no approver.
    """
    _administrator(actor)
    if Role.APPROVER not in person.role_names:
        raise BadInput(f"Person: {person} does not hold the role approver. Give it on the person first.")
    values = {"order_reference": order_reference, "valid_from": valid_from, "valid_to": valid_to}
    return _keep(DelegationGrant(person=person, authority=authority), "grant_delegation", values, actor=actor, at=at)


@transaction.atomic
def revoke_delegation(grant_id: int, *, actor: Person, at: dt.datetime, reason: str) -> DelegationGrant:
    """End a grant now, for good; a new one needs a new order. Raises NotYours, BadInput without a reason, NotNow."""
    _administrator(actor)
    grant = _locked(DelegationGrant, grant_id)
    if grant.revoked_at is not None:
        raise NotNow("This delegation is revoked already.")
    return _keep(grant, "revoke_delegation", {"revoked_at": at}, actor=actor, at=at, reason=_reason(reason))


@transaction.atomic
def record_determination(
    *, actor: Person, at: dt.datetime, agency: Agency, authority: Authority, reason: str, valid_from: dt.date,
    valid_to: dt.date | None = None,
) -> ComponentDetermination:  # fmt: skip
    """Keep counsel's determination that a component may ask in its own name (domain 1.2, note 3). Raises NotYours, BadInput."""
    _counsel(actor)
    if agency.kind != Agency.Kind.COMPONENT:
        raise BadInput(f"Agency: {agency} is not a component of an agency, so it needs no determination.")
    made = ComponentDetermination(agency=agency, authority=authority, made_by=actor)
    values = {"reason": _reason(reason), "valid_from": valid_from, "valid_to": valid_to}
    return _keep(made, "record_determination", values, actor=actor, at=at, reason=reason.strip())


@transaction.atomic
def end_determination(
    determination_id: int, *, actor: Person, at: dt.datetime, valid_to: dt.date, reason: str
) -> ComponentDetermination:
    """Set the last day of a determination. Raises NotYours, BadInput for a day that has passed or without a reason."""
    _counsel(actor)
    made = _locked(ComponentDetermination, determination_id)
    if valid_to < office_day(at):
        raise BadInput("Last day: it has passed. What was decided under the determination stays decided.")
    return _keep(made, "end_determination", {"valid_to": valid_to}, actor=actor, at=at, reason=_reason(reason))


@transaction.atomic
def set_parameter(name: str, *, actor: Person, at: dt.datetime, value: int, reason: str) -> Parameter:
    """Set one number of the office. Verdicts and clocks that stand keep the number they were made with.

    Raises NotYours, BadInput for a number below 1, one that the law sets, or without a reason.
    """
    _administrator(actor)
    parameter = _locked(Parameter, name)
    if parameter.basis == Parameter.Basis.LAW:
        raise BadInput(f"Value: the law sets it ({parameter.source}); the office cannot.")
    if value < 1:
        raise BadInput("Value: it must be 1 or more.")
    return _keep(parameter, "set_parameter", {"value": value}, actor=actor, at=at, reason=_reason(reason))


@transaction.atomic
def set_authority_dates(
    authority_id: int, *, actor: Person, at: dt.datetime, valid_from: dt.date, valid_to: dt.date | None, reason: str
) -> Authority:
    """Set the days in which a paragraph of the statute is in force. Raises NotYours, BadInput."""
    _administrator(actor)
    authority = _locked(Authority, authority_id)
    values = {"valid_from": valid_from, "valid_to": valid_to}
    return _keep(authority, "set_authority_dates", values, actor=actor, at=at, reason=_reason(reason))


@transaction.atomic
def list_closure(*, actor: Person, at: dt.datetime, day: dt.date, name: str, order_reference: str) -> Closure:
    """Put a day of closure on the list, with the order it rests on; it counts once it is switched on. Raises NotYours, BadInput."""
    _administrator(actor)
    values = {"name": name, "order_reference": order_reference}
    return _keep(Closure(day=day), "list_closure", values, actor=actor, at=at)


@transaction.atomic
def switch_closure(closure_id: int, *, actor: Person, at: dt.datetime, is_on: bool) -> Closure:
    """Say whether this office observes a day of closure; the running clocks that count it are counted anew after the commit.

    Raises NotYours, NotNow where it stands so already.
    """
    _administrator(actor)
    closure = _locked(Closure, closure_id)
    if closure.is_on == is_on:
        raise NotNow(f"This closure is switched {'on' if is_on else 'off'} already.")
    _keep(closure, "switch_closure", {"is_on": is_on}, actor=actor, at=at)
    ask_for_recount(closure, at=at)
    return closure


def _administrator(actor: Person) -> None:
    if not can_configure(None, actor):
        raise NotYours("Only an administrator sets this.")


def _counsel(actor: Person) -> None:
    if not can_record_determination(None, actor):
        raise NotYours("Only counsel makes a legal determination.")


def _reason(text: str) -> str:
    if not text.strip():
        raise BadInput("Reason: it is empty. Say why, and where it is written down.")
    return text.strip()


def _locked(noun: type[Noun], key: Any) -> Noun:
    found = noun._default_manager.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise Missing(f"There is no such {noun._meta.verbose_name}.")
    return found


def _keep(
    instance: Noun, verb: str, values: dict[str, Any], *, actor: Person, at: dt.datetime, reason: str = ""
) -> Noun:
    """Put the values in, let the model check them, save, and append the event with what changed. No change, no event."""
    is_new = instance._state.adding
    changed: dict[str, list[str]] = {}
    for name, given in values.items():
        value = given.strip() if isinstance(given, str) else given
        before = getattr(instance, name)
        if is_new or before != value:
            changed[name] = [_text(before), _text(value)]
            setattr(instance, name, value)
    if not changed:
        return instance
    try:
        instance.full_clean()
    except ValidationError as error:
        raise BadInput(_sentence(instance, error)) from None
    instance.save()
    record(
        verb, actor=actor, at=at, reason=reason,
        detail={"id": instance.pk} | ({} if is_new else {"changed": changed}),
    )  # fmt: skip
    return instance


def _text(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


def _sentence(instance: models.Model, error: ValidationError) -> str:
    """The first of the model's complaints: where, and what is wrong."""
    field, problems = next(iter(error.message_dict.items()))
    if field == "__all__":
        names = {"agency_component_has_parent": "Parent: a component belongs to an agency."}
        ordered = next((text for name, text in names.items() if name in problems[0]), "")
        return ordered or ("Dates: the last day lies before the first." if "dates_in_order" in problems[0] else problems[0])
    return f"{field.replace('_', ' ').capitalize()}: {problems[0]}"
