"""Release: ordered, worked on in the background, every check repeated, everything in one commit or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group

from disclosures.actions.release import ask_release, run_release, years_later
from disclosures.models import AccountingEntry, Answer, ReleaseJob, Response
from requests.actions.approve import send_back
from requests.actions.errors import NotNow, NotYours
from requests.actions.hold import place_hold
from requests.actions.safeguards import record_safeguards
from requests.models import Clock, DelegationGrant, DisclosureRequest, Event, Line
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
LINES = [
    f.a_line(1), f.a_line(2, engaged_official="Ann Lee"), f.a_defective_line(3), f.a_line(4), f.a_line(5),
]  # fmt: skip
RESULTS = {1: f.A_YES, 4: f.AN_UNDECIDED | {"resolution": "return"}}


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    """Lines 1 yes, 2 no, 3 returned by the gate, 4 returned by a matcher, 5 no; all that was asked is compared."""
    cast = f.a_cast()
    request = f.a_request(cast, State.APPROVED, lines=LINES)
    f.start_comparison(request, RESULTS)
    return cast, f.finish_comparison(request)


def answers(dr: DisclosureRequest) -> list[tuple[int, str, str]]:
    found = Answer.objects.filter(response__disclosure_request=dr).order_by("line_number")
    return list(found.values_list("line_number", "answer", "reason"))


def refusal(dr: DisclosureRequest, cast: f.Cast) -> list[str]:
    """Order at once what the door lets through, break it with what the test did, and give the job's refusal."""
    job = ReleaseJob.objects.get(disclosure_request=dr)
    done = run_release(job.pk, at=f.AT)
    assert done.status == "refused"
    assert f.again(dr).state == "awaiting_release"
    assert not Response.objects.filter(disclosure_request=dr).exists()
    assert not AccountingEntry.objects.filter(disclosure_request=dr).exists()
    event = Event.objects.get(disclosure_request=dr, verb="release")
    assert (event.is_refused, event.actor) == (True, cast.releaser)
    f.check_deferred()
    return [each["text"] for each in done.refusal]


def test_every_line_gets_one_word_and_nothing_but_codes_beside_it(cast: f.Cast, dr: DisclosureRequest) -> None:
    done = f.release(cast, dr)
    f.check_deferred()
    returned = ";".join(Line.objects.get(disclosure_request=dr, number=3).findings)
    assert "V05" in returned
    assert answers(dr) == [
        (1, "yes", ""), (2, "no", ""), (3, "not_answered", returned), (4, "not_answered", "cannot_be_furnished"),
        (5, "no", ""),
    ]  # fmt: skip
    assert (done.state, done.outcome, done.responded_at, done.ended_at) == ("responded", "answered", f.AT, f.AT)
    assert (done.accounted_count, len(done.answers_digest)) == (3, 64)
    running = Clock.objects.filter(disclosure_request=dr, ended_on__isnull=True).values_list("kind", flat=True)
    assert list(running) == ["receipt"]
    event = Event.objects.get(disclosure_request=dr, verb="release")
    assert (event.detail["yes"], event.detail["no"], event.detail["not_answered"]) == (1, 2, 2)
    assert (event.actor, event.stage) == (cast.releaser, "release")


def test_yes_and_no_are_both_accounted_for_at_the_time_of_disclosure(cast: f.Cast, dr: DisclosureRequest) -> None:
    f.release(cast, dr)
    entries = {entry.line_number: entry for entry in AccountingEntry.objects.filter(disclosure_request=dr)}
    assert set(entries) == {1, 2, 5}
    assert [entries[number].taxpayer_ref for number in (1, 2, 5)] == ["T1", "", ""]
    yes = entries[1]
    assert (yes.control_number, yes.request_date, yes.disclosed_at) == (dr.control_number, f.TODAY, f.AT)
    assert (yes.recipient_name, yes.recipient_agency) == ("Nadia Patel", cast.agency.name)
    assert entries[2].recipient_name == "Ann Lee"
    assert (yes.recipient_address, yes.agency_code) == (cast.agency.address, "FBI")
    assert (yes.authority, yes.taxable_periods, yes.is_releasable_to_subject) == ("26 U.S.C. 6103(i)(2)", "2023", False)
    assert yes.name == "Maria Okaforba"
    assert yes.retain_until == dt.date(2031, 11, 23)


def test_the_order_is_an_act_and_is_given_once(cast: f.Cast, dr: DisclosureRequest) -> None:
    job = ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    assert (job.status, f.again(dr).state) == ("queued", "awaiting_release")
    assert Event.objects.get(disclosure_request=dr, verb="ask_release").stage == "release"
    with pytest.raises(NotNow, match="being released already"):
        ask_release(dr.pk, actor=cast.releaser, at=f.AT)


def test_a_job_that_runs_twice_releases_once(cast: f.Cast, dr: DisclosureRequest) -> None:
    job = ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    assert run_release(job.pk, at=f.AT).status == "done"
    assert run_release(job.pk, at=f.AT + dt.timedelta(hours=1)).finished_at == f.AT
    assert Response.objects.filter(disclosure_request=dr).count() == 1


def test_nobody_but_a_releaser_orders_it(cast: f.Cast, dr: DisclosureRequest) -> None:
    for role in set(Role) - {Role.RELEASER}:
        with pytest.raises(NotYours):
            ask_release(dr.pk, actor=getattr(cast, role.value), at=f.AT)


@pytest.mark.parametrize("state", [state for state in State if state != State.AWAITING_RELEASE])
def test_nothing_is_released_from_another_state(state: State) -> None:
    cast = f.a_cast()
    with pytest.raises(NotNow):
        ask_release(f.a_request(cast, state).pk, actor=cast.releaser, at=f.AT)


def a_hold(cast: f.Cast, dr: DisclosureRequest) -> None:
    place_hold(
        actor=cast.director, at=f.AT, order_reference="D.D.C. 25-0457", reason="Stay.", acts=["release"],
        starts_on=f.TODAY, agency=dr.agency,
    )  # fmt: skip


def lost_safeguards(cast: f.Cast, dr: DisclosureRequest) -> None:
    record_safeguards(
        actor=cast.director, at=f.AT, agency=dr.agency, status="suspended", reviewed_on=f.TODAY,
        valid_until=dt.date(2028, 1, 1),
    )  # fmt: skip


def a_revoked_delegation(cast: f.Cast, dr: DisclosureRequest) -> None:
    DelegationGrant.objects.filter(pk=cast.grant.pk).update(revoked_at=f.AT - dt.timedelta(minutes=1))


def an_old_determination(cast: f.Cast, dr: DisclosureRequest) -> None:
    DisclosureRequest.objects.filter(pk=dr.pk).update(impairment_determined_date=f.TODAY - dt.timedelta(days=31))


def another_scope(cast: f.Cast, dr: DisclosureRequest) -> None:
    DisclosureRequest.objects.filter(pk=dr.pk).update(approved_digest="0" * 64)


def a_smuggled_line(cast: f.Cast, dr: DisclosureRequest) -> None:
    line = Line.objects.get(disclosure_request=dr, number=1)
    line.pk, line.number = None, 999
    line._state.adding = True
    line.save(force_insert=True)


def an_undecided_line(cast: f.Cast, dr: DisclosureRequest) -> None:
    DisclosureRequest.objects.filter(pk=dr.pk).update(undecided_count=1)


BREAKS: dict[str, tuple[Callable[[f.Cast, DisclosureRequest], None], str]] = {
    "a hold": (a_hold, "A hold stops the release"),
    "safeguards": (lost_safeguards, "safeguards of the agency are not current"),
    "delegation": (a_revoked_delegation, "does not rest on a live delegation"),
    "impairment": (an_old_determination, "older than the office allows"),
    "digest": (another_scope, "not bound to the lines"),
    "smuggled line": (a_smuggled_line, "not bound to the lines"),
    "undecided": (an_undecided_line, "Not every line is compared or decided"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_every_check_is_repeated_when_the_job_runs(cast: f.Cast, dr: DisclosureRequest, what: str) -> None:
    breaks, words = BREAKS[what]
    ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    breaks(cast, dr)
    assert any(words in text for text in refusal(dr, cast))


@pytest.mark.parametrize("what", [what for what in BREAKS if what != "smuggled line"])
def test_every_check_is_made_when_it_is_ordered(cast: f.Cast, dr: DisclosureRequest, what: str) -> None:
    breaks, words = BREAKS[what]
    breaks(cast, dr)
    with pytest.raises(NotNow, match=words):
        ask_release(dr.pk, actor=cast.releaser, at=f.AT)


def test_a_releaser_who_lost_the_role_since_the_order_releases_nothing(cast: f.Cast, dr: DisclosureRequest) -> None:
    ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    cast.releaser.groups.remove(Group.objects.get(name="releaser"))
    assert any("Your role" in text for text in refusal(dr, cast))


def test_counts_that_do_not_reconcile_release_nothing(cast: f.Cast, dr: DisclosureRequest) -> None:
    DisclosureRequest.objects.filter(pk=dr.pk).update(yes_count=2, no_count=1)
    ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    assert any("V21" in text for text in refusal(dr, cast))


def test_a_refused_order_can_be_given_again_once_it_is_mended(cast: f.Cast, dr: DisclosureRequest) -> None:
    ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    an_old_determination(cast, dr)
    refusal(dr, cast)
    f.determine(cast, dr)
    assert f.release(cast, dr).state == "responded"


@pytest.mark.parametrize(
    ("inputs", "answered"), [({"barred_lines": [1]}, [2, 5]), ({"barred_lines": [1, 2]}, [5]), ({"bars_all": True}, [])]
)
def test_what_a_renewed_determination_bars_is_not_answered_and_reads_like_every_other_cause(
    cast: f.Cast, dr: DisclosureRequest, inputs: dict[str, object], answered: list[int]
) -> None:
    f.determine(cast, dr, **inputs)
    done = f.release(cast, dr)
    f.check_deferred()
    assert [number for number, answer, _ in answers(dr) if answer != "not_answered"] == answered
    assert {reason for number, _, reason in answers(dr) if number not in answered} == {
        "cannot_be_furnished", ";".join(Line.objects.get(disclosure_request=dr, number=3).findings),
    }  # fmt: skip
    assert (done.accounted_count, done.yes_count + done.no_count + done.not_answered_count) == (len(answered), 5)
    assert AccountingEntry.objects.filter(disclosure_request=dr).count() == len(answered)


def test_a_request_that_was_sent_back_is_not_released_on_its_old_approval(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    send_back(dr.pk, actor=cast.approver, at=f.AT, reason="Look again.")
    with pytest.raises(NotNow):
        ask_release(dr.pk, actor=cast.releaser, at=f.AT)
    assert f.again(dr).approved_digest == ""


@pytest.mark.parametrize(
    ("day", "later"), [(dt.date(2026, 11, 23), dt.date(2031, 11, 23)), (dt.date(2024, 2, 29), dt.date(2029, 3, 1))]
)
def test_retention_ends_years_later_on_the_same_day(day: dt.date, later: dt.date) -> None:
    assert years_later(day, 5) == later
