"""People and their roles: the only writers. Each change is an event with ids and role names, and nobody does their own.

``actor`` None is the system itself: the command that makes the first administrator, and the demonstration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.models import Agency, Person
from requests.permissions import AGENCY_ROLES, CONFLICTING_ROLES, Role, can_configure

# Roles that have something to do in the administration; whoever holds none of them does not get in.
STAFF_ROLES = frozenset({Role.ADMIN, Role.AUDITOR, Role.COUNSEL, Role.DIRECTOR})


@transaction.atomic
def invite_person(
    *,
    actor: Person | None,
    at: dt.datetime,
    username: str,
    first_name: str,
    last_name: str,
    email: str = "",
    agency: Agency | None = None,
    roles: Collection[str] = (),
) -> Person:
    """Make an account that has no password yet: its owner sets one by a link that is good once.

    Raises NotYours, BadInput where the name is taken or unfit, and where the roles conflict or do not fit the agency.
    """
    _may_configure(actor)
    held = fitting_roles(roles, agency=agency)
    person = Person(
        username=username.strip(), first_name=first_name.strip(), last_name=last_name.strip(), email=email.strip(),
        agency=agency, is_staff=bool(held & STAFF_ROLES),
    )  # fmt: skip
    if Person.objects.filter(username__iexact=person.username).exists():
        raise BadInput(f"User name: {person.username} is taken. Choose another.")
    person.set_unusable_password()
    _check_facts(person)
    person.save()
    _keep_address(person)
    _put_in_groups(person, held)
    record(
        "invite_person", actor=actor, at=at,
        detail={"person": person.pk, "roles": sorted(held), "agency": agency.code if agency else ""},
    )  # fmt: skip
    return person


@transaction.atomic
def set_roles(
    person_id: int, *, actor: Person | None, at: dt.datetime, roles: Collection[str], agency: Agency | None
) -> Person:
    """Set the roles and the agency, together, because each must fit the other.

    Raises NotYours for one's own and for people who do not configure, BadInput where the roles conflict or do not fit.
    """
    person = _locked(person_id, actor=actor)
    _not_oneself(person, actor, "Nobody changes their own roles or agency. Another administrator does it.")
    held, before, agency_before = fitting_roles(roles, agency=agency), person.role_names, person.agency
    if held == before and agency == agency_before:
        return person
    person.agency = agency
    person.is_staff = bool(held & STAFF_ROLES)
    person.save(update_fields=["agency", "is_staff"])
    _put_in_groups(person, held)
    record(
        "set_roles", actor=actor, at=at,
        detail={
            "person": person.pk, "given": sorted(held - before), "taken": sorted(before - held), "roles": sorted(held),
            "agency_before": agency_before.code if agency_before else "", "agency": agency.code if agency else "",
        },
    )  # fmt: skip
    return person


def fitting_roles(roles: Collection[str], *, agency: Agency | None) -> frozenset[Role]:
    """The roles, if one person may hold them all at once. Raises BadInput with the pair that conflicts, or what does not fit."""
    unknown = sorted(set(roles) - set(Role))
    if unknown:
        raise BadInput(f"Roles: there is no role {unknown[0]}.")
    held = frozenset(Role(name) for name in roles)
    for pair in sorted(sorted(each) for each in CONFLICTING_ROLES):
        if held.issuperset(pair):
            raise BadInput(f"Roles: nobody holds {pair[0]} and {pair[1]} at once. Take one of them away.")
    if held & AGENCY_ROLES and agency is None:
        raise BadInput(f"Agency: it is empty, and {min(held & AGENCY_ROLES)} is a role of an agency's people.")
    if held - AGENCY_ROLES and agency is not None:
        raise BadInput(f"Agency: {min(held - AGENCY_ROLES)} is a role of this office, whose people carry no agency.")
    return held


@transaction.atomic
def rename_person(
    person_id: int, *, actor: Person | None, at: dt.datetime, first_name: str, last_name: str, email: str
) -> Person:
    """Change the name that is shown and the e-mail address; the user name stays for good. Raises NotYours, BadInput."""
    person = _locked(person_id, actor=actor)
    given = {"first_name": first_name.strip(), "last_name": last_name.strip(), "email": email.strip()}
    changed = sorted(name for name, value in given.items() if getattr(person, name) != value)
    if not changed:
        return person
    for name in changed:
        setattr(person, name, given[name])
    _check_facts(person)
    person.save(update_fields=changed)
    _keep_address(person)
    record("rename_person", actor=actor, at=at, detail={"person": person.pk, "changed": changed})
    return person


@transaction.atomic
def set_leave(
    person_id: int, *, actor: Person | None, at: dt.datetime, away_until: dt.date | None, stands_in: Person | None
) -> Person:
    """Set the last day of a leave and who stands in; no day ends the leave. Everybody may set their own.

    Raises NotYours, BadInput for a day that has passed or a stand-in who cannot be one.
    """
    own = actor is not None and actor.pk == person_id
    person = _locked(person_id, actor=None if own else actor)
    if away_until is None and stands_in is not None:
        raise BadInput("Away until: it is empty. Somebody stands in only during a leave.")
    if away_until is not None and away_until < office_day(at):
        raise BadInput("Away until: this day has passed.")
    if stands_in is not None and (stands_in.pk == person.pk or not stands_in.is_active):
        raise BadInput("Stands in: choose somebody else whose account is open.")
    if stands_in is not None and stands_in.agency_id != person.agency_id:
        raise BadInput("Stands in: choose somebody of the same agency or, for this office, of this office.")
    person.away_until, person.stands_in = away_until, stands_in
    person.save(update_fields=["away_until", "stands_in"])
    record(
        "set_leave", actor=actor, at=at,
        detail={
            "person": person.pk, "until": away_until.isoformat() if away_until else "",
            "stands_in": stands_in.pk if stands_in else None,
        },
    )  # fmt: skip
    return person


@transaction.atomic
def close_account(person_id: int, *, actor: Person | None, at: dt.datetime) -> Person:
    """The person leaves: they cannot sign in any more, and are signed out with their next page. Raises NotYours, NotNow."""
    person = _locked(person_id, actor=actor)
    _not_oneself(person, actor, "Nobody closes their own account. Another administrator does it.")
    if not person.is_active:
        raise NotNow("This account is closed already.")
    person.is_active = False
    person.save(update_fields=["is_active"])
    record("close_account", actor=actor, at=at, detail={"person": person.pk})
    return person


@transaction.atomic
def reopen_account(person_id: int, *, actor: Person | None, at: dt.datetime) -> Person:
    """The person comes back with the roles they had. Raises NotYours, NotNow."""
    person = _locked(person_id, actor=actor)
    _not_oneself(person, actor, "Nobody opens their own account. Another administrator does it.")
    if person.is_active:
        raise NotNow("This account is open already.")
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("reopen_account", actor=actor, at=at, detail={"person": person.pk, "roles": sorted(person.role_names)})
    return person


@transaction.atomic
def reset_password(person_id: int, *, actor: Person | None, at: dt.datetime) -> Person:
    """Take the password away and end every session; the door shows a link by which the person sets a new one.

    Raises NotYours for one's own, which is changed with the old one, and NotNow for a closed account.
    """
    person = _locked(person_id, actor=actor)
    _not_oneself(person, actor, "Your own password: choose “Change password” in your menu.")
    if not person.is_active:
        raise NotNow("This account is closed. Open it first.")
    person.set_unusable_password()
    person.save(update_fields=["password"])
    record("reset_password", actor=actor, at=at, detail={"person": person.pk})
    return person


@transaction.atomic
def remove_second_factor(person_id: int, *, actor: Person | None, at: dt.datetime) -> Person:
    """Remove the authenticator and the recovery codes of somebody who lost them. Raises NotYours, NotNow without any."""
    person = _locked(person_id, actor=actor)
    _not_oneself(person, actor, "Your own second factor: choose “Second factor” in your menu.")
    removed, _ = Authenticator.objects.filter(user=person).delete()
    if not removed:
        raise NotNow("This person has no second factor.")
    record("remove_second_factor", actor=actor, at=at, detail={"person": person.pk})
    return person


def _may_configure(actor: Person | None) -> None:
    if actor is not None and not can_configure(None, actor):
        raise NotYours("Only an administrator makes and changes accounts.")


def _locked(person_id: int, *, actor: Person | None) -> Person:
    _may_configure(actor)
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise Missing("There is no such person.")
    return person


def _not_oneself(person: Person, actor: Person | None, sentence: str) -> None:
    if actor is not None and actor.pk == person.pk:
        raise NotYours(sentence)


def _put_in_groups(person: Person, roles: Collection[Role]) -> None:
    person.groups.set(Group.objects.filter(name__in=roles))
    person.__dict__.pop("role_names", None)  # cached on the instance


def _keep_address(person: Person) -> None:
    """The office vouches for the one address that it keeps: password links go there, and to no address from before."""
    EmailAddress.objects.filter(user=person).delete()
    if person.email:
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


def _check_facts(person: Person) -> None:
    """The model's own checks of the names and the address, as one sentence."""
    exclude = {field.name for field in Person._meta.fields} - {"username", "first_name", "last_name", "email"}
    if not person.last_name:
        raise BadInput("Last name: it is empty.")
    if person.email and Person.objects.filter(email__iexact=person.email).exclude(pk=person.pk).exists():
        raise BadInput("Email: another account has this address.")
    try:
        person.clean_fields(exclude=exclude)
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise BadInput(f"{field.replace('_', ' ').capitalize()}: {problems[0]}") from None
