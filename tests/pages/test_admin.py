"""The administration: who opens what, that everything is written through actions, and that case data is never written."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import disclosures.models
import requests.models
from requests.actions.recount import recount
from requests.models import (
    Agency,
    Authority,
    Closure,
    ComponentDetermination,
    DelegationGrant,
    DisclosureRequest,
    EngagedOfficial,
    Event,
    Hold,
    Line,
    Official,
    Parameter,
    Person,
    Recipient,
    SafeguardStatus,
)
from requests.models.lifecycle import State
from requests.permissions import Role
from tests.factories import (
    A_YES,
    AT,
    a_cast,
    a_line,
    a_person,
    a_request,
    a_snapshot,
    again,
    an_agency,
    an_engaged_official,
    current_safeguards,
    the_authority,
)

pytestmark = pytest.mark.django_db

NOUNS = [getattr(requests.models, name) for name in requests.models.__all__ if name not in ("Outcome", "State")] + [
    getattr(disclosures.models, name) for name in disclosures.models.__all__
]
SMALL = {Agency, Closure, Official, Recipient, EngagedOfficial, DelegationGrant, ComponentDetermination, Parameter, Authority,
         SafeguardStatus, Hold, Person}  # fmt: skip
CASE = [noun for noun in NOUNS if noun not in SMALL]


def place(noun: type[Model], page: str, *args: Any) -> str:
    """The address of a page of the administration."""
    return reverse(f"admin:{noun._meta.app_label}_{noun._meta.model_name}_{page}", args=[quote(arg) for arg in args])


def staff(*roles: Role, is_superuser: bool = False) -> Person:
    """Somebody who gets into the administration, with these roles."""
    person = a_person(*roles, is_superuser=is_superuser)
    person.is_staff = True
    person.save()
    return person


def as_(person: Person) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def rows() -> dict[str, list[Any]]:
    """Every row of every noun, as the database has it, without the events that looking and refusals leave."""
    found = {}
    with connection.cursor() as cursor:
        for noun in NOUNS:
            if noun is Event:
                continue
            cursor.execute(f"SELECT * FROM {noun._meta.db_table} ORDER BY 1")
            found[noun._meta.db_table] = cursor.fetchall()
        cursor.execute("SELECT * FROM requests_event WHERE state_number IS NOT NULL ORDER BY 1")
        found["moves"] = cursor.fetchall()
        cursor.execute("SELECT * FROM requests_person_groups ORDER BY 1")
        found["roles"] = cursor.fetchall()
    return found


@pytest.fixture(scope="module", autouse=True)
def _story(kept_rows: None) -> DisclosureRequest:
    cast = a_cast()
    a_snapshot({"taxpayer_ref": "T1", "given_name": "Maria Okafor", "given_address": "1701 Wesley Avenue",
                "tin": "123456789", "date_of_birth": "1970-01-02"})  # fmt: skip
    return a_request(cast, State.RESPONDED, lines=[a_line(1, tin="987654321", date_of_birth="1980-05-06")],
                     results={1: A_YES})  # fmt: skip


@pytest.fixture
def story(_story: DisclosureRequest) -> DisclosureRequest:
    """A request with an answer, its accounting, and one row of nearly every noun."""
    return copy.deepcopy(_story)


def test_every_noun_stands_in_the_administration_and_no_others_that_hold_secrets():
    registered = set(admin.site._registry)
    assert set(NOUNS) <= registered
    assert registered == set(NOUNS)


def test_the_administration_sends_strangers_to_the_one_sign_in():
    for address in ("/admin/", "/admin/login/", place(Line, "changelist")):
        response = Client().get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")
        assert "User name" in response.content.decode()


def test_people_without_the_staff_flag_do_not_get_in():
    client = as_(a_person(Role.COUNSEL))
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get(place(Hold, "changelist"), follow=True).status_code == 403


def test_an_auditor_opens_every_list_and_every_row_and_changes_nothing_by_reading(story: DisclosureRequest):
    before = rows()
    client = as_(staff(Role.AUDITOR))
    for noun in NOUNS:
        assert client.get(place(noun, "changelist")).status_code == 200, noun
        thing = noun._default_manager.first()
        if thing is not None:
            page = client.get(place(noun, "change", thing.pk))
            assert page.status_code == 200, noun
            assert 'name="_save"' not in page.content.decode(), noun
            assert client.get(place(noun, "history", thing.pk)).status_code == 200, noun
    after = rows()
    after["requests_person"] = before["requests_person"]  # the auditor, and the time of signing in
    after["roles"] = before["roles"]
    assert after == before
    assert again(story).state == State.RESPONDED


READ = {
    Role.ADMIN: {Agency, Official, Recipient, EngagedOfficial, DelegationGrant, ComponentDetermination, Parameter,
                 Authority, Closure, Person},
    Role.COUNSEL: {Hold, SafeguardStatus, ComponentDetermination, DisclosureRequest},
    Role.DIRECTOR: {Hold, SafeguardStatus, DelegationGrant, DisclosureRequest},
    Role.AUDITOR: set(NOUNS),
    Role.INTAKE: {DisclosureRequest},
    Role.APPROVER: {DisclosureRequest},
    Role.RELEASER: {DisclosureRequest},
    Role.MATCHER: {DisclosureRequest},
    Role.IMPAIRMENT: {DisclosureRequest},
}  # fmt: skip


@pytest.mark.parametrize("role", READ)
def test_a_role_reads_what_is_its_own_and_nothing_else(role: Role):
    client = as_(staff(role))
    for noun in NOUNS:
        expected = 200 if noun in READ[role] else 403
        assert client.get(place(noun, "changelist")).status_code == expected, (role, noun)


ADD = {
    Role.ADMIN: {Agency, Closure, Official, Recipient, DelegationGrant, Person},
    Role.COUNSEL: {Hold, SafeguardStatus, ComponentDetermination},
    Role.DIRECTOR: {Hold, SafeguardStatus},
    Role.AUDITOR: set(),
}  # fmt: skip


@pytest.mark.parametrize("role", ADD)
def test_a_role_adds_what_its_actions_let_it_add_and_deletes_nothing(role: Role, story: DisclosureRequest):
    client = as_(staff(role))
    for noun in NOUNS:
        expected = 200 if noun in ADD[role] else 403
        assert client.get(place(noun, "add")).status_code == expected, (role, noun)
        thing = noun._default_manager.first()
        if thing is not None:
            assert client.post(place(noun, "delete", thing.pk), {"post": "yes"}).status_code == 403, (role, noun)
            assert noun._default_manager.filter(pk=thing.pk).exists()


def test_a_superuser_without_a_role_reads_and_writes_nothing(story: DisclosureRequest):
    client = as_(staff(is_superuser=True))
    assert client.get("/admin/").status_code == 200
    for noun in NOUNS:
        assert client.get(place(noun, "changelist")).status_code == 403, noun
        assert client.get(place(noun, "add")).status_code == 403, noun


@pytest.mark.parametrize("role", [None, Role.ADMIN, Role.AUDITOR, Role.COUNSEL, Role.DIRECTOR])
def test_a_superuser_changes_no_case_data_whatever_the_form_carries(role: Role | None, story: DisclosureRequest):
    client = as_(staff(*([role] if role else []), is_superuser=True))
    before = rows()
    for noun in CASE:
        for thing in noun._default_manager.all()[:3]:
            stuffed = {field.name: "1" for field in noun._meta.fields} | {
                "state": "closed", "outcome": "answered", "answer": "no", "verdict": "accept", "standing": "accepted",
                "result": "yes", "_save": "Save",
            }  # fmt: skip
            assert client.post(place(noun, "change", thing.pk), stuffed).status_code == 403, noun
        assert client.post(place(noun, "add"), {"state": "draft"}).status_code == 403, noun
        acted = client.post(
            place(noun, "changelist"), {"action": "delete_selected", "_selected_action": ["1"], "index": "0", "post": "yes"}
        )
        assert acted.status_code in (200, 302, 403), noun
    assert rows() == before


def test_extra_fields_change_nothing_of_a_person_but_what_the_form_shows():
    person = a_person(Role.INTAKE)
    before = Person.objects.values().get(pk=person.pk)
    response = as_(staff(Role.ADMIN)).post(
        place(Person, "change", person.pk),
        {"first_name": "Ines", "last_name": "Kay", "email": "kay@example.gov", "roles": ["intake"], "agency": "",
         "is_superuser": "on", "is_staff": "on", "password": "x", "username": "root", "is_active": "", "last_login": "",
         "user_permissions": ["1"], "groups": ["1"], "away_until": "2030-01-01", "date_joined_0": "2020-01-01"},
    )  # fmt: skip
    assert response.status_code == 302
    after = Person.objects.values().get(pk=person.pk)
    assert after == before | {"first_name": "Ines", "last_name": "Kay", "email": "kay@example.gov"}
    assert Person.objects.get(pk=person.pk).role_names == {"intake"}
    assert not Person.objects.get(pk=person.pk).user_permissions.exists()


def test_a_request_is_read_only_and_leads_to_the_page_where_it_moves(story: DisclosureRequest):
    page = as_(staff(Role.AUDITOR)).get(place(DisclosureRequest, "change", story.pk)).content.decode()
    assert f'href="/requests/{story.control_number}/"' in page
    assert 'name="state"' not in page


def test_a_move_is_a_button_that_posts_to_the_one_door_with_a_reason():
    dr = a_request(a_cast(), State.AWAITING_APPROVAL)
    page = place(DisclosureRequest, "change", dr.pk)
    for role in (Role.AUDITOR, Role.DIRECTOR, Role.COUNSEL):
        assert "/do/send_back/" not in as_(staff(role)).get(page).content.decode(), role
    client = as_(staff(Role.APPROVER))
    assert f'action="/requests/{dr.control_number}/do/send_back/"' in client.get(page).content.decode()
    door = f"/requests/{dr.control_number}/do/send_back/"
    assert client.post(door, {"send_back-state_number": dr.state_number}).status_code == 400  # no reason
    assert again(dr).state == State.AWAITING_APPROVAL
    client.post(door, {"send_back-state_number": dr.state_number, "send_back-reason": "Line 1 again."})
    assert again(dr).state == State.IN_LEGAL_REVIEW
    assert "Line 1 again." in client.get(place(DisclosureRequest, "history", dr.pk)).content.decode()


def test_a_related_thing_is_a_link_only_for_those_who_may_read_it():
    status = current_safeguards(an_agency(), a_person(Role.DIRECTOR))
    page, link = place(SafeguardStatus, "change", status.pk), place(Agency, "change", status.agency_id)
    assert link in as_(staff(Role.AUDITOR)).get(page).content.decode()
    assert link not in as_(staff(Role.COUNSEL)).get(page).content.decode()


def test_no_page_shows_or_searches_the_digits_of_a_tin(story: DisclosureRequest):
    client = as_(staff(Role.AUDITOR))
    for noun in NOUNS:
        for thing in noun._default_manager.all()[:3]:
            page = client.get(place(noun, "change", thing.pk)).content.decode()
            assert "123456789" not in page, noun
            assert "987654321" not in page, noun
        for query in ("?tin=123456789", "?tin__startswith=1", "?password__startswith=p", "?line__tin__startswith=9"):
            field = query[1:].split("=")[0].split("__")[0]
            if any(field == each.name for each in noun._meta.fields):
                assert client.get(place(noun, "changelist") + query).status_code == 400, (noun, query)
    found = client.get(place(disclosures.models.TaxpayerRecord, "changelist") + "?q=123456789").content.decode()
    assert "Maria Okafor" not in found
    found = client.get(place(disclosures.models.TaxpayerRecord, "changelist") + "?q=T1").content.decode()
    assert "Maria Okafor" in found
    assert "Held" in found


def test_no_page_shows_a_password_hash():
    person = a_person(Role.INTAKE)
    person.set_password("a password that nobody has")
    person.save()
    for role in (Role.ADMIN, Role.AUDITOR):
        page = as_(staff(role)).get(place(Person, "change", person.pk)).content.decode()
        assert person.password not in page
        assert "pbkdf2" not in page
        assert "superuser" not in page.lower()


def test_looking_at_lines_and_records_is_recorded(story: DisclosureRequest):
    auditor = staff(Role.AUDITOR)
    client = as_(auditor)
    client.get(place(Line, "changelist"))
    line = Line.objects.get(disclosure_request=story)
    client.get(place(Line, "change", line.pk))
    seen = Event.objects.filter(verb="view", actor=auditor, disclosure_request=story)
    assert [event.detail for event in seen.order_by("pk")] == [{"first": 1, "last": 1}] * 2
    client.get(place(disclosures.models.AccountingEntry, "changelist"))
    assert seen.count() == 3
    client.get(place(disclosures.models.TaxpayerRecord, "changelist"))
    assert Event.objects.filter(verb="view_registry", actor=auditor).count() == 1


def test_long_lists_are_searched_by_control_number_and_never_counted_whole(story: DisclosureRequest):
    client = as_(staff(Role.AUDITOR))
    for noun in (Line, Event, disclosures.models.TaxpayerRecord, disclosures.models.Answer,
                 disclosures.models.AccountingEntry, disclosures.models.MatchResult, DisclosureRequest):  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            assert client.get(place(noun, "changelist")).status_code == 200
        assert not [query["sql"] for query in captured if "COUNT(" in query["sql"].upper()], noun
        if noun is not disclosures.models.TaxpayerRecord:
            hit = client.get(place(noun, "changelist") + f"?q={story.control_number}")
            assert hit.context["cl"].result_count >= 1, noun
            miss = client.get(place(noun, "changelist") + "?q=99-AAAA-AAAA")
            assert miss.context["cl"].result_count == 0, noun


def test_an_admin_invites_a_person_who_sets_a_password_by_a_link_that_works_once():
    boss = staff(Role.ADMIN)
    response = as_(boss).post(
        place(Person, "add"),
        {"username": "ines", "first_name": "Ines", "last_name": "Kay", "email": "kay@example.gov", "agency": "",
         "roles": ["counsel"]},
    )  # fmt: skip
    assert response.status_code == 200
    made = Person.objects.get(username="ines")
    assert made.role_names == {"counsel"}
    assert made.is_staff
    assert not made.is_superuser
    assert not made.has_usable_password()
    link = response.context["link"]
    assert link in response.content.decode()
    assert Event.objects.get(verb="invite_person", actor=boss).detail == {
        "person": made.pk, "roles": ["counsel"], "agency": "",
    }  # fmt: skip
    stranger = Client()
    form = stranger.get(link, follow=True)
    new = "seven crates of honey"
    done = stranger.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert done.status_code == 302
    made.refresh_from_db()
    assert made.check_password(new)
    assert "used up" in Client().get(link, follow=True).content.decode()


def test_a_conflicting_role_is_refused_with_one_sentence_and_recorded():
    boss, person = staff(Role.ADMIN), a_person(Role.COUNSEL)
    client, before = as_(boss), rows()
    response = client.post(
        place(Person, "change", person.pk),
        {"first_name": "X", "last_name": "Y", "email": "", "agency": "", "roles": ["counsel", "approver"]},
    )
    assert response.status_code == 400
    page = response.content.decode()
    assert "nobody holds approver and counsel at once" in page
    assert "related-widget-wrapper-link" not in page
    assert rows() == before
    refusal = Event.objects.get(verb="change_person", is_refused=True, actor=boss)
    assert "approver and counsel" in refusal.detail["refused"]


def test_nobody_changes_their_own_roles_in_the_form():
    boss = staff(Role.ADMIN)
    page = as_(boss).get(place(Person, "change", boss.pk)).content.decode()
    assert 'name="roles"' not in page
    assert 'name="agency"' not in page
    response = as_(boss).post(
        place(Person, "change", boss.pk),
        {"first_name": "Own", "last_name": "Name", "email": "", "roles": ["director"], "agency": ""},
    )
    assert response.status_code == 302
    kept = Person.objects.get(pk=boss.pk)
    assert kept.role_names == {"admin"}
    assert kept.first_name == "Own"
    for act in ("close", "password"):
        as_(boss).post(f"/admin/requests/person/{boss.pk}/do/{act}/")
    kept.refresh_from_db()
    assert kept.is_active
    assert Event.objects.filter(actor=boss, is_refused=True).count() == 2


def test_leave_closing_reopening_and_a_new_password_are_buttons_of_an_administrator():
    boss, person, other = staff(Role.ADMIN), a_person(Role.INTAKE), a_person(Role.INTAKE)
    client = as_(boss)
    base = f"/admin/requests/person/{person.pk}/do"
    client.post(f"{base}/leave/", {"leave-away_until": "2099-01-31", "leave-stands_in": other.pk})
    person.refresh_from_db()
    assert (person.away_until, person.stands_in) == (dt.date(2099, 1, 31), other)
    assert "link" in client.post(f"{base}/password/").context
    client.post(f"{base}/close/")
    person.refresh_from_db()
    assert not person.is_active
    client.post(f"{base}/reopen/")
    person.refresh_from_db()
    assert person.is_active
    for role in (Role.AUDITOR, Role.COUNSEL, Role.DIRECTOR):
        assert as_(staff(role)).post(f"{base}/close/").status_code == 403, role
    person.refresh_from_db()
    assert person.is_active
    verbs = set(Event.objects.filter(actor=boss, is_refused=False).values_list("verb", flat=True))
    assert {"set_leave", "reset_password", "close_account", "reopen_account"} <= verbs


def test_an_agency_is_added_and_changed_through_its_action_with_a_history_of_old_and_new():
    boss = staff(Role.ADMIN)
    client = as_(boss)
    facts = {"name": "Secret Service", "kind": "federal", "parent": "", "head_title": "Director", "address": "",
             "accounting_code": "USSS", "is_active": "on"}  # fmt: skip
    assert client.post(place(Agency, "add"), {"code": "USSS", **facts}).status_code == 302
    made = Agency.objects.get(code="USSS")
    changed = facts | {"head_title": "Acting Director"}
    assert client.post(place(Agency, "change", made.pk), {"code": "OTHER", **changed}).status_code == 302
    made.refresh_from_db()
    assert (made.code, made.head_title) == ("USSS", "Acting Director")
    assert Event.objects.get(verb="change_agency").detail == {
        "id": made.pk, "changed": {"head_title": ["Director", "Acting Director"]},
    }  # fmt: skip
    history = client.get(place(Agency, "history", made.pk)).content.decode()
    assert "<del>Director</del> → Acting Director" in history
    assert as_(staff(Role.COUNSEL)).post(place(Agency, "change", made.pk), facts).status_code == 403


def test_a_component_without_its_agency_is_refused_beside_the_form():
    response = as_(staff(Role.ADMIN)).post(
        place(Agency, "add"), {"code": "HSI", "name": "HSI", "kind": "component", "is_active": "on"}
    )
    assert response.status_code in (200, 400)
    assert "omponent" in response.content.decode()
    assert not Agency.objects.filter(code="HSI").exists()


def test_officials_recipients_and_delegations_are_set_through_their_actions():
    cast, boss = a_cast(), staff(Role.ADMIN)
    client = as_(boss)
    second = a_person(Role.OFFICIAL, agency=cast.agency)
    given = {"person": second.pk, "agency": cast.agency.pk, "title": "Inspector General", "valid_from": "2026-01-01"}
    assert client.post(place(Official, "add"), given | {"valid_to": ""}).status_code == 302
    office = Official.objects.get(person=second)
    ended = {"title": "Inspector General", "valid_from": "2026-01-01", "valid_to": "2026-06-30"}
    assert client.post(place(Official, "change", office.pk), ended).status_code == 302
    office.refresh_from_db()
    assert office.valid_to == dt.date(2026, 6, 30)
    history = client.get(place(Official, "history", office.pk))
    change, first = history.context["changes"]
    assert (change.who, change.values) == (str(boss), (("valid to", "", "2026-06-30"),))
    assert first.what == "First kept"
    assert "valid to: 2026-06-30" in history.content.decode()
    reads = a_person(Role.RECIPIENT, agency=cast.agency)
    engaged = an_engaged_official(cast.agency, "Omar Reed")
    bound = {"person": reads.pk, "engaged_official": engaged.pk, "valid_from": "2026-01-01", "valid_to": ""}
    assert client.post(place(Recipient, "add"), bound).status_code == 302
    assert Recipient.objects.get(person=reads).engaged_official == engaged
    approver = a_person(Role.APPROVER)
    order = {"person": approver.pk, "authority": the_authority().pk, "order_reference": "DO 11-2, row 3",
             "valid_from": "2026-01-01", "valid_to": ""}  # fmt: skip
    assert client.post(place(DelegationGrant, "add"), order).status_code == 302
    grant = DelegationGrant.objects.get(person=approver)
    address = f"/admin/requests/delegationgrant/{grant.pk}/do/revoke/"
    client.post(address, {"revoke-reason": ""})
    grant.refresh_from_db()
    assert grant.revoked_at is None
    client.post(address, {"revoke-reason": "The order was replaced."})
    grant.refresh_from_db()
    assert grant.revoked_at is not None
    assert client.post(place(DelegationGrant, "change", grant.pk), order).status_code == 403


def test_an_end_of_office_before_a_signature_is_refused(story: DisclosureRequest):
    office = Official.objects.get(pk=story.signed_by_id)
    response = as_(staff(Role.ADMIN)).post(
        place(Official, "change", office.pk),
        {"title": office.title, "valid_from": "2020-01-01", "valid_to": "2026-11-01"},
    )
    assert response.status_code == 400
    assert "the end is before a request that this official signed" in response.content.decode()
    office.refresh_from_db()
    assert office.valid_to is None


def test_a_number_of_the_office_is_set_with_a_reason_and_the_laws_number_is_not():
    boss = staff(Role.ADMIN)
    client = as_(boss)
    name = "max_subjects_per_address"
    assert client.post(place(Parameter, "change", name), {"value": "12", "reason": ""}).status_code == 200
    assert Parameter.objects.get(name=name).value == 10
    assert client.post(place(Parameter, "change", name), {"value": "12", "reason": "Memo 4.", "unit": "x"}).status_code == 302
    kept = Parameter.objects.get(name=name)
    assert (kept.value, kept.unit) == (12, "lines")
    event = Event.objects.get(verb="set_parameter")
    assert (event.reason, event.detail["changed"]) == ("Memo 4.", {"value": ["10", "12"]})
    page = client.get(place(Parameter, "change", name)).content.decode()
    for words in (str(kept.unit), kept.get_basis_display(), kept.source, "<del>10</del> → 12", "Memo 4.", str(event.actor)):
        assert words in page
    law = place(Parameter, "change", "accounting_retention_years")
    assert client.post(law, {"value": "1", "reason": "Shorter."}).status_code == 400
    assert Parameter.objects.get(name="accounting_retention_years").value == 5


def test_only_the_dates_of_an_authority_are_set():
    client, authority = as_(staff(Role.ADMIN)), the_authority("i1")
    response = client.post(
        place(Authority, "change", authority.pk),
        {"valid_from": "1977-01-01", "valid_to": "2030-12-31", "reason": "Repealed.", "is_open": "on", "code": "x"},
    )
    assert response.status_code == 302
    kept = Authority.objects.get(pk=authority.pk)
    assert (kept.valid_to, kept.is_open, kept.code) == (dt.date(2030, 12, 31), False, "i1")


def test_a_closure_is_listed_shows_what_it_would_move_and_is_switched_on_and_off():
    client, cast = as_(staff(Role.ADMIN)), a_cast()
    given = {"day": "2026-12-01", "name": "Day of mourning", "order_reference": "Executive Order 14999", "is_on": "on"}
    assert client.post(place(Closure, "add"), given).status_code == 302
    listed = Closure.objects.get(day="2026-12-01")
    assert not listed.is_on  # listing it moves nothing yet
    with time_machine.travel(AT, tick=False):
        dr = a_request(cast, State.SUBMITTED)  # acknowledge: five business days, due on 1 December
        page = client.get(place(Closure, "change", listed.pk)).content.decode()
        assert "1 running clock</span> would move" in page
        assert "Tue 1 Dec 2026</td><td>Wed 2 Dec 2026" in page
        address = f"/admin/requests/closure/{listed.pk}/do/switch-on/"
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 302  # a second time changes nothing
        page = client.get(place(Closure, "change", listed.pk)).content.decode()
        assert "They are being counted anew; 0 requests moved so far." in page
        assert recount(at=AT)
        page = client.get(place(Closure, "change", listed.pk)).content.decode()
        assert "Counted anew on 23 Nov 2026 at 10:00; 1 request moved." in page
        assert "Wed 2 Dec 2026</td><td>Tue 1 Dec 2026" in page  # what switching it off would do
    assert again(dr).due_date == dt.date(2026, 12, 2)
    assert [event.is_refused for event in Event.objects.filter(verb="switch_closure").order_by("pk")] == [False, True]
    assert as_(staff(Role.AUDITOR)).post(address).status_code == 403


def test_a_page_of_a_closure_asks_as_many_questions_for_many_clocks_as_for_one():
    client, cast = as_(staff(Role.ADMIN)), a_cast()
    closure = Closure.objects.create(day=dt.date(2026, 12, 1), name="Day of mourning", order_reference="E.O. 14999")
    asked = []
    with time_machine.travel(AT, tick=False):
        client.get(place(Closure, "change", closure.pk))  # the first page of a process asks for content types too
        for more in (1, 4):
            for _ in range(more):
                a_request(cast, State.SUBMITTED)
            with CaptureQueriesContext(connection) as queries:
                client.get(place(Closure, "change", closure.pk))
            asked.append(len(queries))
    assert asked[0] == asked[1]


def test_counsel_records_a_determination_and_the_administrator_does_not():
    component = an_agency(kind="component", parent=an_agency())
    given = {"agency": component.pk, "authority": the_authority().pk, "reason": "Its statute names its head.",
             "valid_from": "2026-01-01", "valid_to": ""}  # fmt: skip
    assert as_(staff(Role.ADMIN)).post(place(ComponentDetermination, "add"), given).status_code == 403
    counsel = staff(Role.COUNSEL)
    assert as_(counsel).post(place(ComponentDetermination, "add"), given).status_code == 302
    made = ComponentDetermination.objects.get(agency=component)
    assert made.made_by == counsel
    address = f"/admin/requests/componentdetermination/{made.pk}/do/end/"
    as_(counsel).post(address, {"end-valid_to": "2099-01-01", "end-reason": "The statute changed."})
    made.refresh_from_db()
    assert made.valid_to == dt.date(2099, 1, 1)


def test_a_hold_is_placed_and_lifted_by_two(story: DisclosureRequest):
    first, second = staff(Role.COUNSEL), staff(Role.DIRECTOR)
    given = {"order_reference": "D.D.C. 25-457", "reason": "The court stays it.", "authority": "", "agency": "",
             "control_number": story.control_number, "acts": ["download"], "starts_on": "2026-01-02"}  # fmt: skip
    assert as_(first).post(place(Hold, "add"), given).status_code == 302
    hold = Hold.objects.get()
    assert (hold.disclosure_request, hold.acts, hold.placed_by) == (story, ["download"], first)
    lift, ask = (f"/admin/requests/hold/{hold.pk}/do/{name}/" for name in ("lift", "ask-to-lift"))
    too_soon = as_(second).post(lift, follow=True)
    assert "Nobody has asked to lift this hold yet" in too_soon.content.decode()
    as_(first).post(ask, {"ask-to-lift-reference": "Order of 3 March"})
    own = as_(first).post(lift, follow=True)
    assert "A second person" in own.content.decode()
    hold.refresh_from_db()
    assert hold.lifted_at is None
    assert Event.objects.filter(verb="lift_hold", is_refused=True).count() == 2
    as_(second).post(lift)
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lift_asked_by) == (second, first)
    assert as_(second).post(place(Hold, "change", hold.pk), {"lifted_at": "", "reason": "x"}).status_code == 403


def test_a_hold_without_an_act_is_refused():
    given = {"order_reference": "D.D.C. 25-457", "reason": "Stay.", "starts_on": "2026-01-02"}
    response = as_(staff(Role.COUNSEL)).post(place(Hold, "add"), given)
    assert response.status_code == 200
    assert not Hold.objects.exists()


def test_safeguards_are_recorded_and_only_the_director_overrides():
    agency, counsel, director = an_agency(), staff(Role.COUNSEL), staff(Role.DIRECTOR)
    given = {"agency": agency.pk, "status": "open_findings", "reviewed_on": "2026-02-01", "valid_until": "2027-02-01",
             "open_findings": "3", "note": "Three."}  # fmt: skip
    assert as_(counsel).post(place(SafeguardStatus, "add"), given).status_code == 302
    kept = SafeguardStatus.objects.get(agency=agency)
    assert kept.recorded_by == counsel
    address = f"/admin/requests/safeguardstatus/{kept.pk}/do/decide/"
    decision = {"decide-reason": "The findings do not touch this.", "decide-until": "2026-12-31"}
    assert as_(counsel).post(address, decision).status_code == 403
    as_(director).post(address, decision)
    kept.refresh_from_db()
    assert (kept.override_by, kept.override_until) == (director, dt.date(2026, 12, 31))
    wrong = as_(counsel).post(place(SafeguardStatus, "add"), given | {"valid_until": "2025-01-01"})
    assert wrong.status_code in (200, 400)
    assert SafeguardStatus.objects.filter(agency=agency).count() == 1


def test_a_button_takes_only_posts_with_a_token(story: DisclosureRequest):
    director = staff(Role.DIRECTOR)
    kept = SafeguardStatus.objects.get(agency=story.agency)
    address = f"/admin/requests/safeguardstatus/{kept.pk}/do/decide/"
    assert as_(director).get(address).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(director)
    assert strict.post(address, {"decide-reason": "x", "decide-until": "2027-01-01"}).status_code == 403
    kept.refresh_from_db()
    assert kept.override_by is None
