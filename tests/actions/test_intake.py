"""What intake passes on and what goes back: split-off lines, letters, counts that reconcile."""

from __future__ import annotations

import pytest

from requests.actions.draft import draft_request
from requests.actions.errors import NotNow, NotYours
from requests.actions.intake import pass_to_legal_review, return_to_agency
from requests.models import Clock, DisclosureRequest, Document, Event, Line
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
MIXED = [f.a_line(1), f.a_defective_line(2), f.a_line_in_question(3)]


def counts(dr: DisclosureRequest) -> tuple[int, ...]:
    now = f.again(dr)
    return now.line_count, now.complete_count, now.questioned_count, now.returned_count, now.defective_count


def test_defective_lines_are_split_off_and_the_rest_goes_to_counsel(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_INTAKE, lines=MIXED)
    assert counts(dr) == (3, 1, 1, 0, 1)
    done = pass_to_legal_review(dr.pk, actor=cast.intake, at=f.AT)
    assert (done.state, done.perfected_at) == ("in_legal_review", f.AT)
    assert counts(dr) == (3, 1, 1, 1, 0)
    assert Line.objects.get(disclosure_request=dr, number=2).standing == "returned"
    assert Event.objects.get(disclosure_request=dr, verb="perfect").detail["split_off"] == 1
    letter = Document.objects.get(disclosure_request=dr, kind="return_letter")
    assert bytes(letter.content).startswith(b"%PDF")
    running = set(Clock.objects.filter(disclosure_request=dr, ended_on__isnull=True).values_list("kind", flat=True))
    assert running == {"response", "legal_review"}


def test_nothing_is_written_to_the_agency_where_every_line_is_complete() -> None:
    dr = f.a_request(f.a_cast(), State.IN_LEGAL_REVIEW)
    assert not Document.objects.filter(disclosure_request=dr, kind="return_letter").exists()


def test_a_request_without_any_complete_line_is_not_passed_on_and_its_lines_stay(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_INTAKE, lines=[f.a_defective_line(1)])
    with pytest.raises(NotNow) as refused:
        pass_to_legal_review(dr.pk, actor=cast.intake, at=f.AT)
    assert [each.name for each in refused.value.unmet] == ["has_a_complete_line"]
    assert counts(dr) == (1, 0, 0, 0, 1)
    assert not Document.objects.filter(disclosure_request=dr, kind="return_letter").exists()


def test_a_request_whose_signatory_is_blocked_goes_back_and_not_on() -> None:
    cast = f.a_cast(title="Special Agent")
    dr = f.a_request(cast, State.IN_INTAKE)
    with pytest.raises(NotNow, match="blocks"):
        pass_to_legal_review(dr.pk, actor=cast.intake, at=f.AT)
    done = return_to_agency(dr.pk, actor=cast.intake, at=f.AT)
    assert (done.state, done.defect_count, done.listed_defect_count) == ("returned", 1, 1)


def test_the_whole_request_goes_back_with_every_defect_listed(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_INTAKE, lines=[f.a_line(1), f.a_defective_line(2), f.a_defective_line(3)])
    done = return_to_agency(dr.pk, actor=cast.intake, at=f.AT, reason="See the letter.")
    assert (done.state, done.returned_version, done.defect_count, done.listed_defect_count) == ("returned", 1, 2, 2)
    event = Event.objects.get(disclosure_request=dr, verb="return_imperfect")
    assert (event.stage, event.reason, event.detail["defects"]) == ("intake", "See the letter.", 2)
    clocks = dict(Clock.objects.filter(disclosure_request=dr).values_list("kind", "ended_by"))
    assert clocks == {"acknowledge": "receive", "completeness": "return_imperfect", "reply": ""}
    assert done.reply_window_ends == Clock.objects.get(disclosure_request=dr, kind="reply").due_on


def test_a_request_without_a_defect_is_not_returned(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_INTAKE)
    with pytest.raises(NotNow) as refused:
        return_to_agency(dr.pk, actor=cast.intake, at=f.AT)
    assert [each.name for each in refused.value.unmet] == ["has_a_defect"]


def test_counsel_returns_out_of_legal_review_and_the_response_clock_ends_on_record(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line(1), f.a_defective_line(2)])
    with pytest.raises(NotYours):
        return_to_agency(dr.pk, actor=cast.intake, at=f.AT)
    done = return_to_agency(dr.pk, actor=cast.counsel, at=f.AT)
    assert (done.state, done.perfected_at) == ("returned", None)
    assert Event.objects.get(disclosure_request=dr, verb="return_imperfect").stage == "legal_review"
    assert Clock.objects.get(disclosure_request=dr, kind="response").ended_by == "return_imperfect"


@pytest.mark.parametrize("act", [pass_to_legal_review, return_to_agency])
@pytest.mark.parametrize("role", [Role.COUNSEL, Role.OFFICIAL, Role.ADMIN, Role.DIRECTOR, Role.AUDITOR])
def test_nobody_but_intake_does_this_in_intake(cast: f.Cast, act, role: Role) -> None:
    dr = f.a_request(cast, State.IN_INTAKE, lines=MIXED)
    with pytest.raises(NotYours):
        act(dr.pk, actor=getattr(cast, role.value), at=f.AT)
    assert counts(dr) == (3, 1, 1, 0, 1)
    assert not Document.objects.filter(disclosure_request=dr).exists()


def test_split_off_lines_come_later_as_a_request_of_their_own(cast: f.Cast) -> None:
    parent = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=MIXED)
    child = draft_request(
        actor=cast.requester, at=f.AT, agency=cast.agency, authority=f.the_authority(), purpose="The mended line.",
        certified_solely=True, parent=parent,
    )  # fmt: skip
    f.load(child, [f.a_line(2)], actor=cast.requester)
    f.sign(cast, child)
    f.receive(cast, child)
    done = pass_to_legal_review(child.pk, actor=cast.intake, at=f.AT)
    assert done.parent_id == parent.pk
    assert Clock.objects.filter(disclosure_request=child, kind="response", ended_on__isnull=True).count() == 1
    assert counts(parent) == (3, 1, 1, 1, 0)
    assert Line.objects.get(disclosure_request=parent, number=2).standing == "returned"
