"""Every address of the site is guarded, or stands on a short list with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from requests.models import Person

# What anybody may open, and why.
OPEN = {
    "healthz": "the load balancer asks whether the process is alive",
    "readyz": "the load balancer asks whether the site is ready",
}
# Packages that guard their own pages: allauth signs people in, Django's admin asks for staff on every page.
OTHERS = ("accounts/", "admin/")
SAMPLES = {"control_number": "26-0000-0000", "name": "submit", "pk": "1", "slug": "x", "report": "worklist"}


def every_pattern(patterns: list, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from every_pattern(each.url_patterns, route)
        else:
            yield route, each


def ours() -> dict[str, URLPattern]:
    return {
        route: pattern
        for route, pattern in every_pattern(get_resolver().url_patterns)
        if not route.lstrip("^").startswith(OTHERS) and pattern.name not in OPEN
    }


def address(pattern: URLPattern, route: str) -> str:
    """An address that this pattern answers: samples stand for its parameters."""
    path = route
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        sample = SAMPLES.get(name, "1" if kind == "int" else "x")
        path = path.replace(f"<{kind}:{name}>", sample).replace(f"<{name}>", sample).replace(f"<str:{name}>", sample)
    return "/" + path


def test_every_view_of_ours_carries_its_guard() -> None:
    unguarded = [route for route, pattern in ours().items() if not callable(getattr(pattern.callback, "guard", None))]
    assert unguarded == []
    assert len(ours()) >= 10


def test_no_guard_lets_a_visitor_pass_who_is_not_signed_in() -> None:
    assert [route for route, pattern in ours().items() if pattern.callback.guard(None, AnonymousUser())] == []


@pytest.mark.django_db
def test_a_visitor_is_sent_to_the_sign_in_from_every_page_of_ours() -> None:
    client = Client()
    for route, pattern in ours().items():
        for method in (client.get, client.post):
            answer = method(address(pattern, route))
            assert answer.status_code in (302, 405), route
            if answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/"), route


@pytest.mark.django_db
def test_the_administration_and_the_account_pages_let_no_visitor_in() -> None:
    client = Client()
    for path in ("/admin/", "/admin/requests/person/", "/accounts/password/change/", "/accounts/2fa/"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert "login" in answer["Location"], path


@pytest.mark.django_db
def test_nobody_signs_up_or_changes_an_address_on_their_own() -> None:
    for path in ("/accounts/email/", "/accounts/login/code/confirm/"):
        assert Client().get(path).status_code == 404, path
    password = "correct horse battery staple"
    Client().post("/accounts/signup/", {"username": "mallory", "password1": password, "password2": password})
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_the_open_pages_tell_nothing_but_their_state() -> None:
    assert Client().get("/healthz").status_code == 200
    assert len(Client().get("/healthz").content) < 200
