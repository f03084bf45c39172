"""When something cannot be shown: one clear sentence, no data, no traceback."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import path

from disclosures.urls import urlpatterns as ours
from requests.permissions import Role
from tests.factories import a_person

pytestmark = pytest.mark.django_db

SECRET = "Maria Okafor 123-45-6789"


def fails(request: HttpRequest, kind: str) -> HttpResponse:
    """Fails in the way that is asked for, with a taxpayer in its words."""
    errors = {
        "400": SuspiciousOperation(SECRET), "bad": BadRequest(SECRET), "403": PermissionDenied(SECRET),
        "404": Http404(SECRET), "500": RuntimeError(SECRET),
    }  # fmt: skip
    raise errors[kind]


urlpatterns = [path("fails/<str:kind>/", fails), *ours]

HEADINGS = {
    "400": (400, "This cannot be read"),
    "bad": (400, "This cannot be read"),
    "403": (403, "This is not open to you"),
    "404": (404, "There is no such page"),
    "500": (500, "Something failed on our side"),
}


@pytest.mark.parametrize("kind", HEADINGS)
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_an_error_has_one_heading_one_sentence_and_no_data(kind: str, is_signed_in: bool):
    status, heading = HEADINGS[kind]
    client = Client(raise_request_exception=False)
    if is_signed_in:
        client.force_login(a_person(Role.INTAKE))
    with override_settings(ROOT_URLCONF=__name__):
        response = client.get(f"/fails/{kind}/")
    page = response.content.decode()
    assert response.status_code == status
    assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
    assert len(re.findall(r'<div class="note[^>]*>\s*<p>', page)) == 1
    for word in ("Maria", "123-45", "Traceback", "SuspiciousOperation", "RuntimeError", "test_error_pages", "fails/"):
        assert word not in page
    assert "<style" not in page
    assert not re.search(r"\son\w+=|style=", page)


def test_a_form_without_its_token_says_how_to_mend_it():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert "open the page again and send it once more" in response.content.decode()


def test_an_unknown_address_is_a_404_in_our_words():
    response = Client().get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


@pytest.mark.parametrize("name", ["409", "429"])
def test_the_other_pages_say_one_sentence(name: str):
    page = render_to_string(f"{name}.html")
    assert page.count("<h1>") == 1
    assert len(re.findall(r'<div class="note[^>]*>\s*<p>', page)) == 1


def test_a_failure_renders_without_anything_that_could_fail_again():
    with open("templates/500.html") as file:
        text = file.read()
    assert "{%" not in text
    assert "{{" not in text
