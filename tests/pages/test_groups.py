"""Counsel reads lines in question by group and decides a group with one form; nobody else, and nothing unread."""

from __future__ import annotations

import html

import pytest
from django.http import HttpResponse
from django.test import Client

from requests.groups import By, Group, members, shown
from requests.models import DisclosureRequest, Event, Line, LineDecision
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f
from tests.factories import Cast
from tests.pages.conftest import Browser

SAME_HOUSE = {"address": "12 Elm Street, Evanston, IL 60201"}


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[Cast, DisclosureRequest]:
    """Twelve subjects of one house, one at General Delivery, one without a place to live; all in question."""
    cast = f.a_cast()
    house = [f.a_line(number, **SAME_HOUSE) for number in range(1, 13)]
    homeless = f.a_line(14, address="Homeless, Evanston, IL 60201")
    return cast, f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[*house, f.a_line_in_question(13), homeless])


def place(dr: DisclosureRequest, group: str = "") -> str:
    return f"/requests/{dr.control_number}/decide/{group}"


def post(client: Client, dr: DisclosureRequest, group: Group, **changes: str) -> HttpResponse:
    """The form as the page sends it."""
    sent = {"seen": shown(members(dr.pk, group)).digest, "decision": "accept", "reason": "A shelter."} | changes
    data = {f"group-{name}": value for name, value in sent.items()}
    return client.post(place(dr, f"{group.code}/{group.by.value}/{group.number}/"), data)


def text_of(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def test_the_list_leads_to_every_group_with_its_count(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.counsel)
    assert f'href="{place(dr)}"' in client.get(f"/requests/{dr.control_number}/").content.decode()
    page = client.get(place(dr))
    assert [(row["rule"].code, row["count"]) for row in page.context["rules"]] == [("V06", 2), ("V08", 12)]
    house = client.get(place(dr, "?rule=V08"))
    assert [row["entry"].count for row in house.context["rows"]] == [12]
    assert f'href="{place(dr, "V08/address/1/")}"' in house.content.decode()
    assert SAME_HOUSE["address"] in text_of(house)
    by_statute = client.get(place(dr, "?rule=V06&by=statute"))
    assert [(row["entry"].count, row["entry"].without_delivery_line) for row in by_statute.context["rows"]] == [(2, 1)]
    assert client.get(place(dr, "?rule=nonsense&by=nonsense&after=x-y")).status_code == 200


def test_groups_come_in_pages_the_largest_first(
    cast: Cast, browser: Browser, dr: DisclosureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests.views.groups.GROUPS_A_PAGE", 1)
    first = browser(cast.counsel).get(place(dr, "?rule=V06"))
    assert [row["entry"].first.number for row in first.context["rows"]] == [13]
    assert b"after=1-13" in first.content
    second = browser(cast.counsel).get(place(dr, "?rule=V06&after=1-13"))
    assert [row["entry"].first.number for row in second.context["rows"]] == [14]
    assert second.context["next"] == ""


def test_a_group_shows_every_line_and_then_one_form(
    cast: Cast, browser: Browser, dr: DisclosureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("requests.views.groups.LINES_A_PAGE", 10)
    client = browser(cast.counsel)
    first = client.get(place(dr, "V08/address/1/"))
    assert [line.number for line in first.context["rows"]] == list(range(1, 11))
    assert b"?after=10" in first.content
    assert [line.number for line in client.get(place(dr, "V08/address/1/?after=10")).context["rows"]] == [11, 12]
    assert "Accept the 12 lines" in text_of(first)
    view = Event.objects.filter(verb="view", actor=cast.counsel).order_by("pk").first()
    assert view is not None
    assert view.detail == {"first": 1, "last": 10}


def test_a_group_is_decided_and_taken_back(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.counsel)
    answer = post(client, dr, Group("V08", By.ADDRESS, 1))
    assert (answer.status_code, answer["Location"]) == (302, place(dr, "?rule=V08&by=address"))
    assert f.again(dr).accepted_count == 12
    page = client.get(place(dr))
    assert "12 lines are accepted." in text_of(page)
    (made,) = page.context["decisions"]
    assert client.post(place(dr, "undo/"), {"event": made.pk}).status_code == 302
    assert f.again(dr).questioned_count == 14
    page = client.get(place(dr))
    assert "12 lines are in question again." in text_of(page)
    assert page.context["decisions"] == []
    client.post(place(dr, "undo/"), {"event": made.pk})
    assert "Nothing of this decision is left" in text_of(client.get(place(dr)))
    assert client.post(place(dr, "undo/"), {"event": "x"}).status_code == 404


def test_a_group_that_changed_meanwhile_is_shown_again_and_stays(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.counsel)
    group = Group("V08", By.ADDRESS, 1)
    seen = shown(members(dr.pk, group)).digest
    post(client, dr, Group("V08", By.NAME, 3), decision="return")
    answer = post(client, dr, group, seen=seen)
    assert answer.status_code == 409
    assert "11 of its lines are in question now" in text_of(answer)
    assert LineDecision.objects.count() == 1
    assert Event.objects.filter(verb="decide_lines", is_refused=True).count() == 1
    assert post(client, dr, group).status_code == 302


def test_accepting_is_closed_where_no_line_has_a_delivery_line(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.counsel)
    page = text_of(client.get(place(dr, "V06/address/14/")))
    assert "Accepting is closed." in page
    assert 'value="accept"' not in page
    assert post(client, dr, Group("V06", By.ADDRESS, 14)).status_code == 400
    both = Group("V06", By.RULE, 0)
    assert "1 line without one stays to decide" in text_of(client.get(place(dr, "V06/rule/0/")))
    assert [line.number for line in client.get(place(dr, "V06/rule/0/?only=without")).context["rows"]] == [14]
    post(client, dr, both)
    assert "1 line is accepted. 1 without a delivery line stays to decide." in text_of(client.get(place(dr)))
    assert Line.objects.get(disclosure_request=dr, number=14).standing == "questioned"
    assert post(client, dr, both, decision="return").status_code == 302
    assert Line.objects.get(disclosure_request=dr, number=14).standing == "returned"


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"decision": "maybe"}, {"decision": ""}])
def test_a_form_that_is_not_filled_in_comes_back(
    cast: Cast, browser: Browser, dr: DisclosureRequest, wrong: dict[str, str]
) -> None:
    answer = post(browser(cast.counsel), dr, Group("V08", By.ADDRESS, 1), **wrong)
    assert answer.status_code == 400
    assert b"error" in answer.content
    assert not LineDecision.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNSEL])
def test_nobody_but_counsel_opens_it(cast: Cast, browser: Browser, dr: DisclosureRequest, role: Role) -> None:
    client = browser(getattr(cast, role.value))
    assert client.get(place(dr)).status_code == 403
    assert client.get(place(dr, "V08/address/1/")).status_code == 403
    assert post(client, dr, Group("V08", By.ADDRESS, 1)).status_code == 403
    assert client.post(place(dr, "undo/"), {"event": 1}).status_code == 403
    assert not LineDecision.objects.exists()


def test_before_legal_review_the_groups_are_read_and_not_decided(cast: Cast, browser: Browser) -> None:
    dr = f.a_request(cast, State.IN_INTAKE, lines=[f.a_line_in_question(1)])
    client = browser(cast.counsel)
    page = client.get(place(dr, "V06/address/1/"))
    assert page.context["form"] is None
    assert "lines in question are decided in legal review" in text_of(page)
    assert post(client, dr, Group("V06", By.ADDRESS, 1)).status_code == 409


def test_what_is_not_there_is_a_404(cast: Cast, browser: Browser, dr: DisclosureRequest) -> None:
    client = browser(cast.counsel)
    for group in ("V99/address/1/", "V08/colour/1/", "V08/address/99/", "V08/address/99999999999/"):
        assert client.get(place(dr, group)).status_code == 404
    assert client.get("/requests/26-0000-0000/decide/").status_code == 404
    assert client.get(place(dr, "undo/")).status_code == 405
