"""Coming in and going out: plain words for every failure, the lock-out, and the record of each."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client

from requests.models import Event, Person
from requests.permissions import Role
from tests.factories import a_person

pytestmark = pytest.mark.django_db

PASSWORD = "seven crates of honey"
NOON = dt.datetime(2026, 11, 23, 17, 0, 20, tzinfo=dt.UTC)  # 12:00:20 at the office in New York


def somebody(role: Role = Role.INTAKE) -> Person:
    """A person with a password."""
    person = a_person(role)
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client: Client, name: str, password: str):
    """One try on the page."""
    return client.post("/accounts/login/", {"login": name, "password": password})


def alert(response) -> str:
    """What the page says in its alert."""
    found = re.search(r'role="alert"[^>]*>(.*?)</div>', response.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""


def test_the_page_has_its_fields_and_its_warning():
    page = Client().get("/accounts/login/").content.decode()
    assert '<label for="id_login">User name</label>' in page
    assert 'autocomplete="current-password"' in page
    assert "7213A" in page


def test_the_right_password_leads_to_the_desk_and_is_recorded():
    person = somebody()
    response = sign_in(Client(), person.username, PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert Event.objects.get(verb="sign_in").actor == person


def test_the_page_that_was_asked_for_comes_after_the_sign_in():
    person = somebody()
    client = Client()
    page = client.get("/accounts/login/?next=/requests/").content.decode()
    assert 'name="next" value="/requests/"' in page
    response = client.post("/accounts/login/", {"login": person.username, "password": PASSWORD, "next": "/requests/"})
    assert response["Location"] == "/requests/"
    away = client.post("/accounts/logout/")
    assert away.status_code == 302
    outside = client.post(
        "/accounts/login/", {"login": person.username, "password": PASSWORD, "next": "https://example.com/"}
    )
    assert outside["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence():
    person = somebody()
    wrong = alert(sign_in(Client(), person.username, "not it"))
    unknown = alert(sign_in(Client(), "nobody-of-that-name", "not it"))
    assert wrong == unknown
    assert wrong == "User name and password do not agree. You have 4 tries left before a wait of 15 minutes."


def test_a_failed_sign_in_is_recorded_without_what_was_typed():
    person = somebody()
    sign_in(Client(), person.username, "typed password")
    sign_in(Client(), "typed-name", "typed password")
    known, unknown = Event.objects.filter(verb="sign_in_failed").order_by("pk")
    assert (known.detail, known.actor, known.is_refused) == ({"person": person.pk}, None, True)
    assert unknown.detail == {}
    assert "typed" not in str(Event.objects.values_list("detail", "reason"))


@pytest.mark.parametrize("exists", [True, False])
def test_after_five_failures_the_name_is_locked_and_the_page_says_until_when(exists: bool):
    name = somebody().username if exists else "nobody-of-that-name"
    with time_machine.travel(NOON, tick=False):
        said = [alert(sign_in(Client(), name, "not it")) for _ in range(5)]
        assert said[3].endswith("You have 1 try left before a wait of 15 minutes.")
        assert said[4] == "User name and password do not agree. That was the last try: wait until 12:16."
        locked = sign_in(Client(), name, PASSWORD)
        assert alert(locked) == "Too many tries failed for this name. Wait until 12:16, then try again."
        assert "_auth_user_id" not in locked.client.session
    assert Event.objects.filter(verb="sign_in_locked_out").count() == 1
    assert not Event.objects.filter(verb="sign_in").exists()


def test_the_lock_ends_after_its_quarter_of_an_hour():
    person = somebody()
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(6):
            sign_in(Client(), person.username, "not it")
        clock.shift(dt.timedelta(minutes=15, seconds=1))
        assert sign_in(Client(), person.username, PASSWORD).status_code == 302


def test_the_lock_of_one_name_is_not_the_lock_of_another():
    one, other = somebody(), somebody()
    for _ in range(6):
        sign_in(Client(), one.username, "not it")
    assert sign_in(Client(), other.username, PASSWORD).status_code == 302


def test_capitals_do_not_give_a_locked_name_more_tries():
    person = somebody()
    for _ in range(5):
        sign_in(Client(), person.username, "not it")
    assert "Too many tries" in alert(sign_in(Client(), person.username.upper(), PASSWORD))


def test_a_closed_account_does_not_come_in_and_says_so():
    person = somebody()
    person.is_active = False
    person.save()
    client = Client()
    response = sign_in(client, person.username, PASSWORD)
    page = client.get(response["Location"]).content.decode()
    assert "This account is closed" in page
    assert "_auth_user_id" not in client.session


def test_signing_out_is_a_button_and_is_recorded():
    person = somebody()
    client = Client()
    client.force_login(person)
    assert "Sign out" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
    assert Event.objects.get(verb="sign_out").actor == person


def test_the_page_of_the_administration_signs_out_as_well():
    person = somebody(Role.ADMIN)
    person.is_staff = True
    person.save()
    client = Client()
    client.force_login(person)
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    client.post("/admin/logout/")
    assert Event.objects.filter(verb="sign_out", actor=person).count() == 1


def test_a_password_is_changed_after_the_present_one_and_recorded():
    person = somebody()
    client = Client()
    sign_in(client, person.username, PASSWORD)
    page = client.get("/accounts/password/change/")
    assert "Change password" in page.content.decode()
    new = "nine jars of sloe gin"
    wrong = client.post("/accounts/password/change/", {"oldpassword": "no", "password1": new, "password2": new})
    assert "This is not your present password." in wrong.content.decode()
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)
    assert Event.objects.filter(verb="change_password", actor=person).count() == 1


def test_a_short_password_is_refused_in_words():
    person = somebody()
    client = Client()
    sign_in(client, person.username, PASSWORD)
    page = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "short", "password2": "short"})
    assert "at least 14 characters" in page.content.decode()


def test_the_second_factor_is_set_up_without_a_foreign_image_and_recorded(django_capture_on_commit_callbacks):
    person = somebody()
    client = Client()
    sign_in(client, person.username, PASSWORD)
    assert "Not in use" in client.get("/accounts/2fa/").content.decode()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert "<svg" in page.content.decode()
    assert "data:image" not in page.content.decode()
    secret = page.context["form"].secret
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert done.status_code == 302
    assert Authenticator.objects.filter(user=person).count() == 2
    assert Event.objects.filter(verb="add_second_factor", actor=person).exists()
    assert "Recovery codes" in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "In use" in client.get("/accounts/2fa/").content.decode()
    assert "void" in client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "void" in client.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    client.post("/accounts/logout/")
    asked = sign_in(client, person.username, PASSWORD)
    assert asked["Location"] == "/accounts/2fa/authenticate/"
    assert "recovery codes" in client.get("/accounts/2fa/authenticate/").content.decode()
    assert Event.objects.filter(verb="sign_in", actor=person).count() == 1


def test_old_sign_ins_are_asked_to_confirm_before_the_second_factor_is_touched():
    person = somebody()
    client = Client()
    client.force_login(person)
    response = client.get("/accounts/2fa/totp/activate/", follow=True)
    page = response.content.decode()
    assert "Confirm that it is you" in page
    wrong = client.post("/accounts/reauthenticate/", {"password": "not it"})
    assert "This is not your password." in wrong.content.decode()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/accounts/password/reset/", "I cannot sign in"),
        ("/accounts/password/reset/done/", "A link is on its way"),
        ("/accounts/password/reset/key/done/", "Your password is set"),
        ("/accounts/password/reset/key/1-wrong/", "This link is used up"),
        ("/accounts/signup/", "The office gives accounts"),
        ("/accounts/inactive/", "This account is closed"),
    ],
)
def test_every_page_of_the_door_is_in_our_words_and_our_look(address: str, words: str):
    page = Client().get(address).content.decode()
    assert words in page
    assert "tracker.css" in page
    assert "Menu:" not in page


def test_nobody_signs_up():
    page = Client().post("/accounts/signup/", {"username": "x", "password1": PASSWORD, "password2": PASSWORD})
    assert "The office gives accounts" in page.content.decode()
    assert not Person.objects.filter(username="x").exists()
