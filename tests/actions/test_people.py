"""Accounts and roles: who changes them, which go together, and that each change is an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from requests.actions import people
from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.models import Event, Person
from requests.permissions import AGENCY_ROLES, CONFLICTING_ROLES, OFFICE_ROLES, Role
from tests.factories import AT, TODAY, a_person, an_agency

pytestmark = pytest.mark.django_db

FACTS = {"username": "ines", "first_name": "Ines", "last_name": "Kay"}


def fresh(person: Person) -> Person:
    """As the database has it, without cached roles."""
    return Person.objects.get(pk=person.pk)


def test_an_invited_person_has_roles_and_no_password():
    boss = a_person(Role.ADMIN)
    made = people.invite_person(actor=boss, at=AT, roles=["intake", "matcher"], **FACTS)
    kept = fresh(made)
    assert kept.role_names == {"intake", "matcher"}
    assert not kept.has_usable_password()
    assert (kept.is_staff, kept.is_superuser, kept.agency) == (False, False, None)
    event = Event.objects.get(verb="invite_person")
    assert (event.actor, event.occurred_at) == (boss, AT)
    assert event.detail == {"person": made.pk, "roles": ["intake", "matcher"], "agency": ""}


@pytest.mark.parametrize("role", ["admin", "auditor", "counsel", "director"])
def test_roles_with_work_in_the_administration_open_it(role: str):
    assert people.invite_person(actor=a_person(Role.ADMIN), at=AT, roles=[role], **FACTS).is_staff


def test_the_system_makes_the_first_administrator():
    made = people.invite_person(actor=None, at=AT, roles=["admin"], **FACTS)
    assert fresh(made).role_names == {"admin"}
    assert Event.objects.get(verb="invite_person").actor is None


@pytest.mark.parametrize("pair", sorted(sorted(pair) for pair in CONFLICTING_ROLES))
def test_conflicting_roles_are_refused_at_assignment(pair: list[str]):
    boss, person = a_person(Role.ADMIN), a_person()
    with pytest.raises(BadInput, match=f"nobody holds {pair[0]} and {pair[1]} at once"):
        people.set_roles(person.pk, actor=boss, at=AT, roles=pair, agency=an_agency())
    assert fresh(person).role_names == frozenset()
    assert not Event.objects.filter(verb="set_roles").exists()


def test_a_conflict_with_a_role_that_is_held_already_counts():
    boss, person = a_person(Role.ADMIN), a_person(Role.COUNSEL)
    with pytest.raises(BadInput):
        people.set_roles(person.pk, actor=boss, at=AT, roles=["counsel", "releaser"], agency=None)
    people.set_roles(person.pk, actor=boss, at=AT, roles=["releaser"], agency=None)
    assert fresh(person).role_names == {"releaser"}


@pytest.mark.parametrize("role", sorted(AGENCY_ROLES))
def test_a_role_of_an_agency_needs_the_agency(role: str):
    boss = a_person(Role.ADMIN)
    with pytest.raises(BadInput, match="Agency: it is empty"):
        people.invite_person(actor=boss, at=AT, roles=[role], **FACTS)
    assert people.invite_person(actor=boss, at=AT, roles=[role], agency=an_agency(), **FACTS).agency is not None


@pytest.mark.parametrize("role", sorted(OFFICE_ROLES))
def test_a_role_of_the_office_goes_with_no_agency(role: str):
    with pytest.raises(BadInput, match="whose people carry no agency"):
        people.invite_person(actor=a_person(Role.ADMIN), at=AT, roles=[role], agency=an_agency(), **FACTS)


def test_an_unknown_role_is_refused():
    with pytest.raises(BadInput, match="there is no role king"):
        people.invite_person(actor=a_person(Role.ADMIN), at=AT, roles=["king"], **FACTS)


def test_the_event_names_what_was_given_and_taken():
    boss, person = a_person(Role.ADMIN), a_person(Role.INTAKE)
    people.set_roles(person.pk, actor=boss, at=AT, roles=["matcher"], agency=None)
    assert Event.objects.get(verb="set_roles").detail == {
        "person": person.pk, "given": ["matcher"], "taken": ["intake"], "roles": ["matcher"], "agency_before": "",
        "agency": "",
    }  # fmt: skip


def test_the_same_roles_again_are_no_event():
    person = a_person(Role.INTAKE)
    people.set_roles(person.pk, actor=a_person(Role.ADMIN), at=AT, roles=["intake"], agency=None)
    assert not Event.objects.filter(verb="set_roles").exists()


def test_a_person_moves_from_the_office_to_an_agency_in_one_step():
    person, agency = a_person(Role.COUNSEL), an_agency()
    people.set_roles(person.pk, actor=a_person(Role.ADMIN), at=AT, roles=["requester"], agency=agency)
    kept = fresh(person)
    assert (kept.role_names, kept.agency, kept.is_staff) == ({"requester"}, agency, False)


CHANGES: dict[str, Callable[[Person, Person | None], object]] = {
    "invite": lambda person, actor: people.invite_person(actor=actor, at=AT, **FACTS),
    "roles": lambda person, actor: people.set_roles(person.pk, actor=actor, at=AT, roles=["matcher"], agency=None),
    "rename": lambda person, actor: people.rename_person(
        person.pk, actor=actor, at=AT, first_name="A", last_name="B", email=""
    ),
    "leave": lambda person, actor: people.set_leave(person.pk, actor=actor, at=AT, away_until=TODAY, stands_in=None),
    "close": lambda person, actor: people.close_account(person.pk, actor=actor, at=AT),
    "reset": lambda person, actor: people.reset_password(person.pk, actor=actor, at=AT),
    "factor": lambda person, actor: people.remove_second_factor(person.pk, actor=actor, at=AT),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN} - AGENCY_ROLES))
def test_only_an_administrator_changes_accounts(change: str, role: Role):
    person = a_person(Role.INTAKE)
    before = Person.objects.values().get(pk=person.pk)
    with pytest.raises(NotYours):
        CHANGES[change](person, a_person(role))
    assert Person.objects.values().get(pk=person.pk) == before
    assert fresh(person).role_names == {"intake"}


@pytest.mark.parametrize("change", CHANGES)
def test_a_superuser_without_the_role_changes_no_account(change: str):
    with pytest.raises(NotYours):
        CHANGES[change](a_person(Role.INTAKE), a_person(is_superuser=True))


@pytest.mark.parametrize("change", ["roles", "close", "reset", "factor"])
def test_nobody_does_it_to_themselves(change: str):
    boss = a_person(Role.ADMIN)
    with pytest.raises(NotYours):
        CHANGES[change](boss, boss)
    assert fresh(boss).role_names == {"admin"}
    assert fresh(boss).is_active


def test_a_user_name_is_taken_in_whatever_capitals():
    boss = a_person(Role.ADMIN)
    people.invite_person(actor=boss, at=AT, **FACTS)
    with pytest.raises(BadInput, match="INES is taken"):
        people.invite_person(actor=boss, at=AT, **{**FACTS, "username": "INES"})


@pytest.mark.parametrize(
    ("changes", "where"),
    [({"username": "two words"}, "Username"), ({"username": ""}, "Username"), ({"last_name": " "}, "Last name"),
     ({"email": "no address"}, "Email")],
)  # fmt: skip
def test_unfit_facts_are_refused_where_they_stand(changes: dict[str, str], where: str):
    with pytest.raises(BadInput, match=where):
        people.invite_person(actor=a_person(Role.ADMIN), at=AT, **{**FACTS, **changes})


def test_everybody_sets_their_own_leave():
    person, other = a_person(Role.INTAKE), a_person(Role.INTAKE)
    people.set_leave(person.pk, actor=person, at=AT, away_until=TODAY + dt.timedelta(days=9), stands_in=other)
    kept = fresh(person)
    assert (kept.away_until, kept.stands_in) == (TODAY + dt.timedelta(days=9), other)
    assert Event.objects.get(verb="set_leave").detail == {"person": person.pk, "until": "2026-12-02", "stands_in": other.pk}
    people.set_leave(person.pk, actor=person, at=AT, away_until=None, stands_in=None)
    assert fresh(person).away_until is None


def test_a_leave_that_cannot_be_is_refused():
    person, closed = a_person(Role.INTAKE), a_person(Role.INTAKE)
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    outsider = a_person(Role.REQUESTER, agency=an_agency())
    for until, who in (
        (TODAY - dt.timedelta(days=1), None), (None, outsider), (TODAY, person), (TODAY, fresh(closed)), (TODAY, outsider)
    ):  # fmt: skip
        with pytest.raises(BadInput):
            people.set_leave(person.pk, actor=person, at=AT, away_until=until, stands_in=who)
    assert fresh(person).away_until is None


def test_a_closed_account_is_opened_again_with_its_roles():
    boss, person = a_person(Role.ADMIN), a_person(Role.INTAKE)
    people.close_account(person.pk, actor=boss, at=AT)
    assert not fresh(person).is_active
    with pytest.raises(NotNow):
        people.close_account(person.pk, actor=boss, at=AT)
    people.reopen_account(person.pk, actor=boss, at=AT)
    with pytest.raises(NotNow):
        people.reopen_account(person.pk, actor=boss, at=AT)
    assert fresh(person).is_active
    assert Event.objects.get(verb="reopen_account").detail == {"person": person.pk, "roles": ["intake"]}


def test_a_reset_voids_the_password_and_the_second_factor_is_removed_apart():
    boss, person = a_person(Role.ADMIN), a_person(Role.INTAKE)
    person.set_password("seven crates of honey")
    person.save()
    people.reset_password(person.pk, actor=boss, at=AT)
    assert not fresh(person).has_usable_password()
    with pytest.raises(NotNow):
        people.remove_second_factor(person.pk, actor=boss, at=AT)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    people.remove_second_factor(person.pk, actor=boss, at=AT)
    assert not Authenticator.objects.filter(user=person).exists()
    assert set(Event.objects.values_list("verb", flat=True)) == {"reset_password", "remove_second_factor"}


def test_there_is_no_password_reset_for_a_closed_account_nor_for_nobody():
    boss, person = a_person(Role.ADMIN), a_person(Role.INTAKE)
    people.close_account(person.pk, actor=boss, at=AT)
    with pytest.raises(NotNow):
        people.reset_password(person.pk, actor=boss, at=AT)
    with pytest.raises(Missing):
        people.reset_password(0, actor=boss, at=AT)


def test_password_links_go_to_the_one_address_that_the_office_keeps():
    boss = a_person(Role.ADMIN)
    made = people.invite_person(actor=boss, at=AT, email="old@example.gov", **FACTS)
    assert list(EmailAddress.objects.filter(user=made).values_list("email", "verified", "primary")) == [
        ("old@example.gov", True, True)
    ]
    people.rename_person(made.pk, actor=boss, at=AT, first_name="Ines", last_name="Kay", email="new@example.gov")
    assert [each.email for each in EmailAddress.objects.filter(user=made)] == ["new@example.gov"]
    with pytest.raises(BadInput, match="another account has this address"):
        people.invite_person(actor=boss, at=AT, **{**FACTS, "username": "other", "email": "NEW@example.gov"})
