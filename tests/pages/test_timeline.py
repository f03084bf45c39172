"""What happened to a request, in plain words on its page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from requests.models import DisclosureRequest, Person
from requests.models.lifecycle import State
from tests.factories import AT, Cast, a_line, a_line_in_question, a_request
from tests.pages.conftest import Browser

pytestmark = pytest.mark.django_db


def timeline(browser: Browser, person: Person, dr: DisclosureRequest) -> list[str]:
    """Every entry on the page that this person sees, as text in one line."""
    page = browser(person).get(reverse("request", args=[dr.control_number])).content.decode()
    section = page.split('<section class="panel" id="timeline">')[1].split("</section>")[0]
    return [" ".join(strip_tags(entry).split()) for entry in re.findall(r"<li.*?</li>", section, re.DOTALL)]


def test_a_refused_act_says_why_in_whole_sentences_and_to_the_office_alone(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.IN_LEGAL_REVIEW, lines=[a_line(1), a_line_in_question(2)], at=AT)
    sent = {"decide_lines-lines": "1", "decide_lines-decision": "accept", "decide_lines-reason": "None.",
            "decide_lines-state_number": str(dr.state_number)}  # fmt: skip
    refused = browser(cast.counsel).post(reverse("act", args=[dr.control_number, "decide_lines"]), sent)
    assert refused.status_code == 409
    newest, *before = timeline(browser, cast.auditor, dr)
    assert newest.startswith(f"Refused: {cast.counsel} tried “decide lines”: ")
    assert "Nothing changed." in newest
    assert ".." not in newest
    assert len(before) == len([entry for entry in before if not entry.startswith("Refused")]) > 0
    assert not any("tried" in entry for entry in timeline(browser, cast.requester, dr))
