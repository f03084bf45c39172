"""The day of each role, from sign-in to sign-out, in a real browser: one request walks through all of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from django.utils import timezone

from disclosures import tasks
from disclosures.actions.load_registry import load_registry
from disclosures.demo.people import PASSWORD, gather
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Event, Person
from requests.models.lifecycle import State
from tests.journeys.browser import Visitor
from tests.journeys.golden import DATA

pytestmark = pytest.mark.browser

# Line 1 agrees with one record, line 2 with two of them, line 3 names a place where counsel has to look.
REGISTRY = b"""taxpayer_ref,first_name,middle_name,last_name,suffix,street,unit,city,state,zip,tin
T1,Maria,,Okafor,,1710 Wesley Avenue,,Evanston,IL,60201,
T2,Jonas,,Lindqvist,,2018 Brummel Street,,Evanston,IL,60202,
T3,Jonas,,Lindqvist,,2018 Brummel Street,,Evanston,IL,60202,
"""
REST = {
    "taxable_periods": "2022-2023", "statutory_authority": "21 USC 841(a)(1)", "engaged_official": "Sara Kowalski",
    "engaged_title": "Special Agent",
}  # fmt: skip
REASON = "Subject of criminal investigation {}; a current address is needed to serve and charge the subject."
MORE_LINES = [
    {"line": "2", "first_name": "Jonas", "last_name": "Lindqvist", "address": "2018 Brummel Street, Evanston, IL 60202",
     "reason": REASON.format("DEA-2026-0002"), "case_number": "DEA-2026-0002", "under_investigation": "Y", **REST},
    {"line": "3", "first_name": "Ngozi", "last_name": "Morales", "address": "General Delivery, Evanston, IL 60201",
     "reason": REASON.format("DEA-2026-0003"), "case_number": "DEA-2026-0003", "under_investigation": "Y", **REST},
]  # fmt: skip


def test_one_request_walks_through_the_day_of_every_role(visitor: Visitor, tmp_path: Path) -> None:
    gather(since=office_day(timezone.now()) - dt.timedelta(days=365))
    load_registry(io.BytesIO(REGISTRY), source_name="registry.csv", at=timezone.now())
    number = requester(visitor, tmp_path)
    official(visitor, number)
    intake(visitor, number)
    counsel_by_keyboard(visitor, number)
    impairment(visitor, number)
    approver(visitor, number)
    matcher(visitor, number)
    releaser(visitor, number)
    recipient(visitor, number)
    auditor(visitor, number)
    director(visitor)
    admin(visitor, number)
    assert visitor.complaints == []


def standing(number: str) -> State:
    """The state in which the request is."""
    return State(DisclosureRequest.objects.get(control_number=number).state)


def requester(visitor: Visitor, tmp_path: Path) -> str:
    """Check a file, draft a request with one line, add two more by file. Returns its control number."""
    page = visitor.page
    visitor.sign_in("requester")
    visitor.follow("Check a file…", heading="Check a file", narrow=True)
    visitor.choose_file(DATA / "clean_12.csv")
    visitor.press("Check", says="No line would be returned.")
    visitor.look(heading="Check a file", narrow=True)

    visitor.follow("New request…", heading="New request", narrow=True)
    visitor.fill(purpose="To locate and charge the subjects of these investigations.")
    visitor.tick("is used solely for this criminal investigation")
    visitor.open("Or fill in one line here")
    visitor.fill(
        line__first_name="Maria", line__last_name="Okafor", line__street="1710 Wesley Ave", line__city="Evanston",
        line__state="IL", line__zip="60201", line__reason=REASON.format("DEA-2026-0001"), line__case_number="DEA-2026-0001",
        **{f"line__{name}": value for name, value in REST.items()},
    )  # fmt: skip
    visitor.tick("This person is under criminal investigation")
    visitor.look(heading="New request", narrow=True)
    visitor.press("Keep the draft")
    visitor.look(heading="Draft", narrow=True)
    number = page.url.strip("/").rsplit("/", 1)[-1]

    visitor.follow("Change lines or facts…", heading=number, narrow=True)
    more = tmp_path / "more.csv"
    with more.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(MORE_LINES[0]))
        writer.writeheader()
        writer.writerows(MORE_LINES)
    visitor.choose_file(more)
    visitor.tick("The lines with the same numbers")
    visitor.press("Put the file in")
    visitor.look(heading="more.csv", narrow=True)
    visitor.press("Take these lines in")
    visitor.look(heading=number)
    dr = DisclosureRequest.objects.get(control_number=number)
    assert (dr.line_count, dr.complete_count, dr.questioned_count) == (3, 2, 1)
    visitor.sign_out()
    return number


def official(visitor: Visitor, number: str) -> None:
    """Read what is asked, sign with the password, hand in."""
    visitor.sign_in("official")
    visitor.follow("Requests", heading="Requests", narrow=True)
    visitor.follow(number, heading=number, narrow=True)
    office = visitor.page.locator('[name="submit-official"] option:checked').inner_text()
    assert office == "Helen Marsh, Administrator of the Drug Enforcement Administration, DEA"
    visitor.fill(submit__password=PASSWORD)
    visitor.press("Sign and submit", says="It is signed and submitted.")
    visitor.look(heading="Submitted")
    visitor.sign_out()


def intake(visitor: Visitor, number: str) -> None:
    """Take the next one from the desk, receive it, pass it on."""
    visitor.sign_in("intake")
    visitor.press(f"Take {number}", says="It is yours.")
    visitor.look(heading=number, narrow=True)
    visitor.press("Receive", says="It is received.")
    visitor.look(heading=number)
    visitor.press("Pass the complete lines to legal review", says="The complete lines are with counsel")
    visitor.look(heading=number)
    assert standing(number) == State.IN_LEGAL_REVIEW
    visitor.sign_out()


def counsel_by_keyboard(visitor: Visitor, number: str) -> None:
    """Decide the line in question, write the analysis, clear it, all without a mouse."""
    page = visitor.page
    visitor.go("/accounts/login/", heading="Sign in")
    visitor.reach_field("login", "counsel")
    visitor.reach_field("password", PASSWORD)
    visitor.reach_and_enter("button", "Sign in")
    visitor.look(heading="Your desk", narrow=True)
    visitor.reach_and_enter("button", f"Take {number}")
    visitor.look(heading=number, narrow=True)

    visitor.reach_and_open("Decide lines in question")
    visitor.look(heading=number)
    visitor.reach_field("decide_lines-lines", "3")
    visitor.reach_field("decide_lines-decision", "Return")
    visitor.reach_field("decide_lines-reason", "Nobody lives at a counter: a letter would not find the person.")
    visitor.reach_and_enter("button", "Decide lines in question")
    page.get_by_role("status").filter(has_text="The lines are decided.").wait_for()

    visitor.reach_and_open("Write the analysis")
    visitor.reach_field("write_analysis-code", "Paragraph (i)(2) reaches it.")
    visitor.reach_field("write_analysis-authority", "The Administrator is on the list by name.")
    visitor.reach_field("write_analysis-procedure", "Every line sets forth what (i)(2)(B) demands.")
    visitor.reach_and_enter("button", "Write the analysis")
    page.get_by_role("status").filter(has_text="The analysis is kept.").wait_for()
    visitor.look(heading=number)
    visitor.reach_and_enter("button", "Clear legally")
    visitor.look(heading=number)
    assert standing(number) == State.IN_IMPAIRMENT_CHECK

    visitor.reach_and_open("Ruth Feldman")
    visitor.reach_and_enter("link", "Sign out")
    visitor.reach_and_enter("button", "Sign out")
    visitor.left()


def impairment(visitor: Visitor, number: str) -> None:
    """Record that an answer harms no investigation."""
    visitor.sign_in("impairment")
    visitor.follow(number, heading=number, narrow=True)
    visitor.fill(clear_impairment__reason="Asked CI and the field: nothing is known that speaks against an answer.")
    visitor.press("Record the determination", says="The determination is kept.")
    visitor.look(heading=number)
    visitor.sign_out()


def approver(visitor: Visitor, number: str) -> None:
    """Read the scope, tick, sign with the password. The comparison runs beside the web server."""
    visitor.sign_in("approver")
    visitor.follow(number, heading=number, narrow=True)
    visitor.tick("I have read the scope")
    visitor.fill(approve__password=PASSWORD)
    visitor.press("Approve", says="It is approved.")
    visitor.page.goto("/")
    tasks.match_request(DisclosureRequest.objects.get(control_number=number).pk)
    visitor.go(f"/requests/{number}/", heading=number)
    visitor.sign_out()


def matcher(visitor: Visitor, number: str) -> None:
    """Find the undecided line in the list, compare side by side, decide."""
    visitor.sign_in("matcher")
    visitor.follow("Undecided", heading="Undecided", narrow=True)
    visitor.follow(number, heading=number, narrow=True)
    visitor.follow("Decide line 2", heading="Line 2: several records agree", narrow=True)
    visitor.tick("No: not shown to agree")
    visitor.fill(reason="Two people of this name are recorded there; nothing tells them apart.")
    visitor.press("Save, next line", says="Line 2: no, kept.")
    visitor.look()
    assert standing(number) == State.AWAITING_RELEASE
    visitor.sign_out()


def releaser(visitor: Visitor, number: str) -> None:
    """Order the release; the job does it; the answers stand on a page."""
    visitor.sign_in("releaser")
    visitor.follow(number, heading=number, narrow=True)
    visitor.press("Release the answers", says="The release is ordered")
    tasks.sweep()
    visitor.page.locator("h1").filter(has_text="Responded").wait_for()  # the page looks again by itself
    visitor.page.wait_for_load_state()
    visitor.look(heading="Responded", narrow=True)
    visitor.follow("Answers", heading=f"Answers to {number}", narrow=True)
    visitor.sign_out()


def recipient(visitor: Visitor, number: str) -> None:
    """Fetch the lines that name this recipient, and acknowledge them."""
    visitor.sign_in("recipient")
    visitor.follow(number, heading=number, narrow=True)
    visitor.follow("Answers", heading=f"Answers to {number}", narrow=True)
    rows = list(csv.DictReader(io.StringIO(visitor.download("Answers (CSV)"))))
    assert {row["line"]: row["answer"] for row in rows} == {"1": "yes", "2": "no", "3": "not_answered"}
    visitor.press("Acknowledge receipt", says="Receipt is acknowledged.")
    visitor.look(heading=number)
    visitor.sign_out()


def auditor(visitor: Visitor, number: str) -> None:
    """Read a request, a report and the history; find no act, and every act that is tried refused."""
    page = visitor.page
    visitor.sign_in("auditor")
    visitor.follow("Requests", heading="Requests")
    visitor.go(f"/requests/{number}/", heading=number, narrow=True)
    assert page.locator("form[action*='/do/']").count() == 0
    before = Event.objects.filter(is_refused=True).count()
    for act in ("close", "withdraw", "acknowledge"):
        assert visitor.post(f"/requests/{number}/do/{act}/") in (403, 409), act
    assert standing(number) == State.RESPONDED
    assert Event.objects.filter(is_refused=True).count() == before + 3
    visitor.follow("Reports", heading="Reports", narrow=True)
    visitor.follow(page.locator("main table a").first.inner_text(), narrow=True)
    visitor.follow("Admin")
    visitor.go("/admin/requests/event/")
    assert page.get_by_role("link", name="Add").count() == 0
    visitor.go("/admin/requests/event/add/", status=403)
    page.goto("/")
    visitor.sign_out()


def director(visitor: Visitor) -> None:
    """Look at the charts, open a report, take it along as a file."""
    visitor.sign_in("director")
    visitor.follow("Reports", heading="Reports", narrow=True)
    assert visitor.page.locator("main svg").count() > 0
    links = visitor.page.locator("main table a")
    reports = [(link.inner_text(), link.get_attribute("href") or "") for link in links.all()]
    for words, path in reports:
        visitor.go(path, heading=words, narrow=True)
    visitor.go("/reports/inventory/")
    assert "," in visitor.download("CSV").splitlines()[0]
    visitor.sign_out()


def admin(visitor: Visitor, number: str) -> None:
    """Invite somebody and give roles; see no case."""
    page = visitor.page
    visitor.sign_in("admin")
    visitor.go("/requests/", heading="Requests")
    assert page.get_by_text(number).count() == 0
    visitor.go(f"/requests/{number}/", status=404)
    visitor.go("/admin/", narrow=True)
    visitor.go("/admin/requests/person/", narrow=True)
    visitor.go("/admin/requests/person/add/", narrow=True)
    visitor.fill(username="new.counsel", first_name="Vera", last_name="Stone", email="vera.stone@example.invalid")
    visitor.tick("Counsel")
    visitor.press("Save")
    visitor.look(heading="Password link")
    invited = Person.objects.get(username="new.counsel")
    assert invited.role_names == {"counsel"}
    visitor.go(f"/admin/requests/person/{invited.pk}/change/", narrow=True)
    visitor.tick("Matcher")
    visitor.press("Save")
    assert Person.objects.get(username="new.counsel").role_names == {"counsel", "matcher"}
    visitor.look()
    page.goto("/")
    visitor.sign_out()
