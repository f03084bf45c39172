"""An old verdict comes out again, or the replay says which does not, and why."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from requests.actions.configure import set_parameter
from requests.actions.decide import decide_lines
from requests.actions.intake import return_to_agency
from requests.models import DisclosureRequest, Line, RuleSet
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.replay import circumstances, replay_request
from requests.rules.registry import rule
from tests import factories as f

pytestmark = pytest.mark.django_db
HOUSE = {"address": "12 Elm Street, Evanston, IL 60201"}


def a_mixed_request(cast: f.Cast) -> DisclosureRequest:
    """Eleven subjects of one house, a defective line, the same line twice and more lines than one official should have."""
    house = [f.a_line(number, **HOUSE) for number in range(1, 12)]
    return f.a_request(
        cast, State.IN_INTAKE,
        lines=[*house, f.a_defective_line(12), f.a_line(13), f.a_line(13) | {"line": "14"}, *(f.a_line(n) for n in range(15, 60))],
    )  # fmt: skip


def a_later_parameter(cast: f.Cast) -> None:
    set_parameter("max_subjects_per_address", actor=cast.admin, at=f.AT, value=100, reason="Memo 4.")


def test_every_verdict_comes_out_again_with_the_counts_of_the_whole_version(cast: f.Cast) -> None:
    dr = a_mixed_request(cast)
    assert Line.objects.filter(disclosure_request=dr, findings=["V08"]).count() == 11
    found = replay_request(dr)
    assert (found.agrees, found.lines, found.changed) == (True, 59, {})
    assert dr.findings.filter(code="V13").exists()
    assert found.findings == ()
    assert replay_request(dr, number=14).agrees  # a duplicate of line 13, which is not asked for


def test_a_changed_parameter_leaves_past_verdicts_and_their_replay_alone(cast: f.Cast) -> None:
    dr = a_mixed_request(cast)
    before = list(Line.objects.filter(disclosure_request=dr).order_by("pk").values())
    a_later_parameter(cast)
    assert list(Line.objects.filter(disclosure_request=dr).order_by("pk").values()) == before
    assert circumstances(dr)[0].judging.parameters.max_subjects_per_address == 10
    assert replay_request(dr).agrees
    assert f.a_request(cast, lines=[f.a_line(number, **HOUSE) for number in range(1, 12)]).complete_count == 11


def test_the_day_of_judging_is_the_one_of_then(cast: f.Cast) -> None:
    dr = f.a_request(cast, lines=[f.a_line(1, taxable_periods="2026")], at=f.AT)
    assert Line.objects.get(disclosure_request=dr).findings == ["V09"]
    assert circumstances(dr)[0].on == f.TODAY
    assert replay_request(dr).agrees


def test_a_decided_line_is_held_against_the_judgement_that_was_decided_on(cast: f.Cast) -> None:
    lines = [f.a_line(number, **HOUSE) for number in range(1, 12)]
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=lines)
    decide_lines(dr.pk, actor=cast.counsel, at=f.AT, numbers=[1], decision="accept", reason="A shelter.")
    decide_lines(dr.pk, actor=cast.counsel, at=f.AT, numbers=range(2, 12), decision="return", reason="Which floor?")
    return_to_agency(dr.pk, actor=cast.counsel, at=f.AT)
    a_later_parameter(cast)
    f.load(dr, [f.a_line(2)], actor=cast.requester, at=f.AT + dt.timedelta(days=1), replace=False)
    found = replay_request(f.again(dr))
    assert (found.agrees, [each.version for each in found.versions]) == (True, [2, 1])


def test_a_difference_says_which_rule_and_why(cast: f.Cast) -> None:
    dr = a_mixed_request(cast)
    Line.objects.filter(disclosure_request=dr, number=13).update(verdict="review", standing="questioned", findings=["V08"])
    found = replay_request(dr)
    assert (found.agrees, found.differing) == (False, 1)
    (difference,) = found.differences
    assert (difference.number, difference.stored, difference.again) == (13, ("review", ("V08",)), ("accept", ()))
    assert "V08 found something then and does not now, though its version is the same" in difference.why[0]
    older = RuleSet.objects.get(pk=circumstances(dr)[0].rule_set.pk)
    RuleSet.objects.filter(pk=older.pk).update(versions=older.versions | {"V08": rule("V08").version + 1, "V99": 3})
    found = replay_request(dr)
    assert set(found.changed) == {"V08", "V99"}
    assert f"version {rule('V08').version + 1} then, version {rule('V08').version} now" in found.differences[0].why[0]


def test_the_command_lists_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    dr = a_mixed_request(f.a_cast())
    call_command("replay", dr.control_number, "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["agrees"], said["lines"], said["exact"], said["differences"]) == (True, 59, True, [])
    Line.objects.filter(disclosure_request=dr, number=13).update(verdict="review", standing="questioned", findings=["V08"])
    with pytest.raises(SystemExit) as left:
        call_command("replay", dr.control_number)
    assert left.value.code == 1
    assert "58 of 59 lines agree." in capsys.readouterr().out
    for wrong in (["26-0000-0000"], [dr.control_number, "--line", "99"]):
        with pytest.raises(CommandError, match="here is no"):
            call_command("replay", *wrong)


# --- the page ---


def open_page(person: f.Person, dr: DisclosureRequest, query: str = "") -> tuple[int, str]:
    client = Client()
    client.force_login(person)
    answer = client.get(f"/requests/{dr.control_number}/replay/{query}")
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_auditor_and_counsel_open_the_page_and_nobody_else(cast: f.Cast, role: Role) -> None:
    status, page = open_page(getattr(cast, role.value), f.a_request(cast, State.IN_INTAKE))
    assert status == (200 if role in (Role.AUDITOR, Role.COUNSEL) else 403)
    assert ("It agrees." in page) == (status == 200)


def test_the_page_of_a_decided_line_names_what_judged_it(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(number, **HOUSE) for number in range(1, 12)])
    decide_lines(dr.pk, actor=cast.counsel, at=f.AT, numbers=[1], decision="accept", reason="A shelter.")
    decide_lines(dr.pk, actor=cast.counsel, at=f.AT, numbers=range(2, 12), decision="return", reason="Which floor?")
    return_to_agency(dr.pk, actor=cast.counsel, at=f.AT)
    a_later_parameter(cast)
    f.load(dr, [f.a_line(2)], actor=cast.requester, at=f.AT + dt.timedelta(days=1), replace=False)
    newest, first = circumstances(f.again(dr))
    client = Client()
    client.force_login(cast.auditor)
    for number, then, most in ((1, first, 10), (2, newest, 100)):
        page = client.get(f"/requests/{dr.control_number}/replay/?line={number}")
        assert "It agrees." in page.content.decode()
        assert page.context["then"] == then
        assert f"with rule set <code>{then.rule_set.digest}</code>, version {then.version}." in page.content.decode()
        assert ("max subjects per address", most, 100) in page.context["parameters"]


def test_the_page_of_one_line_and_of_a_request_too_long_for_it(cast: f.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    dr = a_mixed_request(cast)
    assert "Line 12, judged again" in open_page(cast.auditor, dr, "?line=12")[1]
    assert open_page(cast.auditor, dr, "?line=x")[0] == 400
    assert open_page(cast.auditor, dr, "?line=99")[0] == 400
    Line.objects.filter(disclosure_request=dr, number=13).update(verdict="review", standing="questioned", findings=["V08"])
    assert "It differs on 1 of 59 lines" in open_page(cast.auditor, dr)[1]
    monkeypatch.setattr("requests.views.replay.MOST_LINES", 58)
    assert f"manage.py replay {dr.control_number}" in open_page(cast.auditor, dr)[1]
