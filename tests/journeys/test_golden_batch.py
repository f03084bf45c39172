"""The main job, through the pages and with a real worker: a file of names comes in, five yes go out."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from disclosures.actions.load_registry import load_registry
from disclosures.demo.people import PASSWORD
from disclosures.models import AccountingEntry, Answer, MatchResult
from requests.models import Event
from requests.models.lifecycle import State
from tests.conftest import OwnDatabase
from tests.journeys.golden import DATA, Office, expected

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@pytest.fixture
def worker(own_database: OwnDatabase, broker: str) -> Iterator[None]:
    """A real worker on the real broker and this test's own database."""
    command = [sys.executable, "-m", "celery", "--app", "disclosures.celery", "worker", "--pool", "solo", "--loglevel", "ERROR"]
    process = subprocess.Popen(command, cwd=ROOT, env=own_database.environment())
    yield
    process.kill()
    process.wait()


@pytest.fixture
def office(own_database: OwnDatabase) -> Office:
    """The demonstration's people, and the sample's registry."""
    everybody = Office()
    load_registry(DATA / "golden_registry.csv", at=timezone.now())
    return everybody


def wait_for(office: Office, *states: State) -> None:
    """Until the worker has brought the request there."""
    until = time.monotonic() + PATIENCE
    while office.request.state not in states:
        assert time.monotonic() < until, f"still {office.request.state}"
        time.sleep(0.2)


def wait_for_matching(office: Office) -> None:
    """Until every line is compared."""
    until = time.monotonic() + PATIENCE
    while not getattr(getattr(office.request, "match_run", None), "completed_at", None):
        assert time.monotonic() < until
        time.sleep(0.2)


def test_the_golden_batch_is_answered_with_exactly_five_yes(
    office: Office, worker: None, own_database: OwnDatabase
) -> None:
    office.ask("official", "golden_batch.csv")
    office.bring_to_counsel("official")
    dr = office.request
    assert (dr.line_count, dr.complete_count, dr.questioned_count, dr.returned_count) == (1280, 1182, 12, 86)
    office.review()
    signed = {"has_read": "on", "password": PASSWORD}
    assert office.act("approver", "approve", **signed).status_code == 302
    wait_for_matching(office)

    matcher = office.browser("matcher")
    for result in MatchResult.objects.filter(result="undecided"):
        page = matcher.get(f"/undecided/{result.pk}/")
        assert page.status_code == 200
        assert result.line.tin == "" or result.line.tin not in page.content.decode()
        sent = {"choice": "no", "reason": "The address of the record is another one."}
        assert matcher.post(f"/undecided/{result.pk}/", sent).status_code == 302
    assert office.request.state == State.AWAITING_RELEASE

    assert office.act("releaser", "release").status_code == 302
    wait_for(office, State.RESPONDED)

    whole = b"".join(office.browser("releaser").get(f"/requests/{office.control_number}/answers.csv")).decode()
    answers = {int(row["line"]): row["answer"] for row in csv.DictReader(io.StringIO(whole))}
    sample = expected()
    assert list(answers.values()).count("yes") == 5
    assert {number for number, word in answers.items() if word == "yes"} == {
        number for number, row in sample.items() if row["answer"] == "yes"
    }
    assert list(answers.values()).count("not_answered") == 98
    assert all(answers[number] != "yes" for number, row in sample.items() if row["answer"] == "no|undecided")
    answered = Answer.objects.filter(answer__in=["yes", "no"])
    assert answered.count() == AccountingEntry.objects.count() == 1182
    assert not answered.filter(accounting_entry=None).exists()

    fetched = office.browser("recipient2").get(f"/requests/{office.control_number}/answers.csv")
    assert fetched.status_code == 404, "a recipient of another agency reads nothing of it"
    audit = subprocess.run(
        [sys.executable, "manage.py", "verify_audit", "--json"], cwd=ROOT, capture_output=True, text=True, check=False,
        env=own_database.environment(),
    )  # fmt: skip
    assert audit.returncode == 0, audit.stdout + audit.stderr
    assert json.loads(audit.stdout)["ok"] is True


def test_one_official_for_1280_lines_stops_until_counsel_decides_in_writing(office: Office) -> None:
    office.ask("official", "one_official.csv")
    office.bring_to_counsel("official")
    finding = office.request.findings.get()
    assert (finding.code, finding.verdict, finding.count) == ("V13", "review", 1280)

    questioned = office.request.lines.filter(standing="questioned").values_list("number", flat=True)
    lines = ", ".join(map(str, questioned))
    assert office.act("counsel", "decide_lines", lines=lines, decision="return", reason="No place.").status_code == 302
    words = {"code": "(i)(2) reaches it.", "authority": "Listed by name.", "procedure": "Every line sets it forth."}
    assert office.act("counsel", "write_analysis", **words).status_code == 302
    refused = office.act("counsel", "clear_legally")
    assert refused.status_code == 409
    assert "A finding about the whole request has no decision in writing." in refused.content.decode()
    assert office.request.state == State.IN_LEGAL_REVIEW
    refusal = Event.objects.get(is_refused=True)
    assert refusal.detail["unmet"] == ["has_every_request_finding_decided"]

    silent = office.act("counsel", "decide_finding", code="V13", decision="accept", reason=" ")
    assert silent.status_code == 400
    reason = "Morgan leads the unit; the agency named her deputies for each case in the letter of 3 November."
    assert office.act("counsel", "decide_finding", code="V13", decision="accept", reason=reason).status_code == 302
    assert office.act("counsel", "clear_legally").status_code == 302
    assert office.request.state == State.IN_IMPAIRMENT_CHECK
