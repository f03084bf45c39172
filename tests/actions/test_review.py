"""Legal review and the impairment check."""

from __future__ import annotations

import datetime as dt

import pytest

from requests.actions.approve import send_back
from requests.actions.decide import decide_lines
from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.review import clear_legally, determine_impairment, write_analysis
from requests.models import Clock, DisclosureRequest, Event, ImpairmentDetermination, LegalReview, Pause
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
CAP = {"code": "Code.", "authority": "Authority.", "procedure": "Procedure."}


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.IN_IMPAIRMENT_CHECK)


@pytest.mark.parametrize("part", CAP)
def test_an_analysis_has_all_three_parts(cast: f.Cast, part: str) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    with pytest.raises(BadInput, match=f"^{part.title()}: it is empty"):
        write_analysis(dr.pk, actor=cast.counsel, at=f.AT, **(CAP | {part: "  "}))
    write_analysis(dr.pk, actor=cast.counsel, at=f.AT, **CAP)
    write_analysis(dr.pk, actor=cast.counsel, at=f.AT, **CAP)
    assert LegalReview.objects.filter(disclosure_request=dr).count() == 2  # a later one stands beside the earlier


def test_only_counsel_writes_and_only_in_legal_review(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    for role in set(Role) - {Role.COUNSEL}:
        with pytest.raises(NotYours):
            write_analysis(dr.pk, actor=getattr(cast, role.value), at=f.AT, **CAP)
    with pytest.raises(NotNow):
        write_analysis(f.a_request(cast, State.IN_INTAKE).pk, actor=cast.counsel, at=f.AT, **CAP)


def test_nothing_is_cleared_before_every_line_and_finding_is_decided_and_the_analysis_written(cast: f.Cast) -> None:
    lines = [f.a_line(number) for number in range(1, 52)]
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[*lines, f.a_line_in_question(60)])
    with pytest.raises(NotNow) as refused:
        clear_legally(dr.pk, actor=cast.counsel, at=f.AT)
    assert [each.name for each in refused.value.unmet] == [
        "has_a_written_analysis", "has_every_line_decided", "has_every_request_finding_decided",
    ]  # fmt: skip


def test_a_request_whose_every_line_counsel_returned_is_not_cleared(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line_in_question(1)])
    decide_lines(dr.pk, actor=cast.counsel, at=f.AT, numbers=[1], decision="return", reason="No place.")
    f.analyse(cast, dr)
    with pytest.raises(NotNow, match="No line is left"):
        clear_legally(dr.pk, actor=cast.counsel, at=f.AT)


def test_clearing_stops_the_response_clock_until_the_determination(cast: f.Cast, dr: DisclosureRequest) -> None:
    response = Clock.objects.get(disclosure_request=dr, kind="response")
    assert response.stopped_since == f.TODAY
    due = response.due_on
    later = f.AT + dt.timedelta(days=7)
    f.determine(cast, dr, at=later)
    response.refresh_from_db()
    assert response.stopped_since is None
    assert response.due_on > due
    pause = Pause.objects.get(disclosure_request=dr)
    assert (pause.first_day, pause.last_day) == (f.TODAY, f.TODAY + dt.timedelta(days=6))


def test_a_determination_is_kept_for_the_request_and_for_single_lines(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_IMPAIRMENT_CHECK, lines=[f.a_line(1), f.a_line(2)])
    done = f.determine(cast, dr, barred_lines=[2])
    assert (done.state, done.impairment_determined_date) == ("awaiting_approval", f.TODAY)
    kept = ImpairmentDetermination.objects.filter(disclosure_request=dr).order_by("pk")
    assert list(kept.values_list("line_number", "bars_answer")) == [(None, False), (2, True)]


@pytest.mark.parametrize("inputs", [{}, {"bars_all": True}, {"barred_lines": [1]}])
def test_the_agency_sees_the_same_whatever_the_determination_says(
    cast: f.Cast, dr: DisclosureRequest, inputs: dict[str, object]
) -> None:
    done = f.determine(cast, dr, **inputs)
    event = Event.objects.get(disclosure_request=dr, verb="clear_impairment")
    assert (done.state, event.reason) == ("awaiting_approval", "")
    assert set(event.detail) == {"version", "lines_digest", "determined_date"}
    assert done.not_answered_count == 0


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"determined_date": f.TODAY + dt.timedelta(days=1)}, "lies in the future"), ({"reason": " "}, "Reason: "),
        ({"barred_lines": [1, 99]}, "Line 99 is not a line"),
    ],
)  # fmt: skip
def test_a_wrong_determination_says_how_to_mend_it(
    cast: f.Cast, dr: DisclosureRequest, inputs: dict[str, object], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        f.determine(cast, dr, **inputs)
    assert not ImpairmentDetermination.objects.exists()


@pytest.mark.parametrize("state", [State.IN_IMPAIRMENT_CHECK, State.AWAITING_RELEASE])
def test_only_the_impairment_officer_determines_and_renews(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    for role in set(Role) - {Role.IMPAIRMENT}:
        with pytest.raises(NotYours):
            determine_impairment(
                dr.pk, actor=getattr(cast, role.value), at=f.AT, determined_date=f.TODAY, reason="x"
            )
    assert not Event.objects.filter(disclosure_request=dr, verb="renew_impairment").exists()


@pytest.mark.parametrize("state", [State.AWAITING_APPROVAL, State.APPROVED, State.AWAITING_RELEASE])
def test_a_determination_that_grew_old_is_renewed_without_a_change_of_state(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    later = f.AT + dt.timedelta(days=40)
    done = f.determine(cast, dr, at=later)
    assert (done.state, done.impairment_determined_date) == (state, f.TODAY + dt.timedelta(days=40))
    event = Event.objects.get(disclosure_request=dr, verb="renew_impairment")
    assert (event.stage, event.state_number) == ("impairment", None)


@pytest.mark.parametrize("state", [State.IN_LEGAL_REVIEW, State.RESPONDED, State.DENIED, State.DRAFT])
def test_nothing_is_determined_in_another_state(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow):
        f.determine(cast, dr)


def test_after_a_sending_back_the_check_is_made_anew(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    done = send_back(dr.pk, actor=cast.approver, at=f.AT, reason="Look at the title again.")
    assert (done.state, done.impairment_determined_date) == ("in_legal_review", None)
    clear_legally(dr.pk, actor=cast.counsel, at=f.AT)
    assert f.determine(cast, dr).state == "awaiting_approval"
    assert DisclosureRequest.objects.get(pk=dr.pk).impairment_determined_date == f.TODAY
