"""The wall of design section 4: what the database refuses, whoever asks and on whatever road."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from disclosures.models import AccountingEntry, Answer, MatchDecision, MatchResult, MatchRun, Response
from requests.actions.advance import advance
from requests.actions.record import record
from requests.models import DisclosureRequest, Event, Line, LineDecision
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def refused(words: str = "wall:") -> Iterator[None]:
    """The database refuses what stands inside, at once or at commit, with these words; and it is undone."""
    with pytest.raises((DatabaseError, psycopg.DatabaseError), match=words), transaction.atomic():
        yield
        f.check_deferred()


def sql(text: str, *values: Any) -> Any:
    """Run one statement as the application does; gives the first row, if there are rows."""
    with connection.cursor() as cursor:
        cursor.execute(text, values or None)
        return cursor.fetchone() if cursor.description else None


# --- the state of a request ---

OUTCOMES = {
    "responded": "answered", "denied": "denied", "withdrawn": "withdrawn", "lapsed": "lapsed", "closed": "answered",
}  # fmt: skip


def test_raw_sql_moves_no_request_to_where_no_move_leads(dr: DisclosureRequest) -> None:
    for state in ("in_intake", "approved", "responded", "closed", "nowhere"):
        with refused("no move leads from draft"):
            sql("UPDATE requests_disclosurerequest SET state = %s WHERE id = %s", state, dr.pk)


def test_raw_sql_moves_no_request_without_its_event(dr: DisclosureRequest) -> None:
    with refused("without its event"):
        sql("UPDATE requests_disclosurerequest SET state = 'submitted' WHERE id = %s", dr.pk)


def test_update_and_bulk_update_meet_the_wall_for_every_state(dr: DisclosureRequest) -> None:
    for target in [state for state in State.values if state != "draft"]:
        ended = {"outcome": OUTCOMES[target], "ended_at": f.AT} if target in OUTCOMES else {}
        with refused():
            DisclosureRequest.objects.filter(pk=dr.pk).update(state=target, **ended)
        copy = f.again(dr)
        copy.__dict__.update({"state": target} | ended)
        with refused():
            DisclosureRequest.objects.bulk_update([copy], ["state", *ended])
    assert f.again(dr).state == "draft"


def test_no_request_is_created_in_a_state_other_than_draft_or_with_an_outcome(cast: f.Cast) -> None:
    fields = {
        "agency": cast.agency, "authority": f.the_authority(), "purpose": "x", "drafted_by": cast.requester,
        "created_at": f.AT, "control_number": "26-AAAA-AAAA",
    }  # fmt: skip
    for state in State.values:
        with refused():
            DisclosureRequest.objects.create(state=state, **fields)  # a draft, too, needs its event
    with refused():
        DisclosureRequest.objects.create(outcome="answered", **fields)
    with refused():
        DisclosureRequest.objects.bulk_create([DisclosureRequest(state="approved", **fields)])


def test_the_shell_meets_the_wall_even_where_it_goes_around_the_model(dr: DisclosureRequest) -> None:
    with pytest.raises(AttributeError):
        dr.state = "approved"  # the field is protected
    dr.__dict__["state"] = "submitted"
    with refused():
        dr.save()
    dr = f.again(dr)
    dr.__dict__["state"] = "submitted"
    dr._state.adding = True
    with refused("requests begins|request begins|already exists|duplicate|draft"):
        dr.save(force_insert=True)
    dr = f.a_request(f.a_cast(), State.SUBMITTED)
    dr.acting_reason, dr.ended_at = "Because.", f.AT
    dr.withdraw()  # the transition alone, without ``advance`` and its event, as a shell could
    with refused("without its event"):
        dr.save()
    assert f.again(dr).state == "submitted"


def test_a_superuser_meets_the_same_wall(dr: DisclosureRequest) -> None:
    everything = f.a_person(*Role, is_superuser=True)
    with refused("the request stands at"):
        record(
            "approve", actor=everything, at=f.AT, disclosure_request=dr, stage="approval", from_state="draft",
            to_state="approved", state_number=1,
        )  # fmt: skip
    with refused():
        DisclosureRequest.objects.filter(pk=dr.pk).update(state="approved")


def test_an_outcome_comes_only_with_a_change_of_state(dr: DisclosureRequest) -> None:
    with refused("outcome"):
        DisclosureRequest.objects.filter(pk=dr.pk).update(outcome="answered", ended_at=f.AT)


def test_what_identifies_a_request_never_changes(dr: DisclosureRequest) -> None:
    other = {
        "control_number": "26-0000-0000", "agency": f.an_agency(), "authority": f.the_authority("i1"),
        "created_at": f.AT - dt.timedelta(days=1),
    }  # fmt: skip
    for field, value in other.items():
        with refused("never change"):
            DisclosureRequest.objects.filter(pk=dr.pk).update(**{field: value})


def test_requests_are_never_deleted_nor_truncated(dr: DisclosureRequest) -> None:
    with refused("never deleted"):
        sql("DELETE FROM requests_disclosurerequest WHERE id = %s", dr.pk)
    with refused("permission denied"):
        sql("TRUNCATE requests_disclosurerequest CASCADE")


def test_the_number_of_a_state_is_counted_by_the_database_alone() -> None:
    dr = f.a_request(f.a_cast(), State.SUBMITTED)
    DisclosureRequest.objects.filter(pk=dr.pk).update(state_number=77)
    assert f.again(dr).state_number == 1


# --- events ---


def an_event(dr: DisclosureRequest, **changes: Any) -> Event:
    fields = {"verb": "note", "occurred_at": f.AT, "recorded_at": f.AT, "actor": None} | changes
    return Event.objects.create(disclosure_request=dr, **fields)


def test_an_event_without_its_change_of_state_is_refused(dr: DisclosureRequest) -> None:
    with refused("the event says submitted, the request stands at draft"):
        an_event(dr, verb="submit", from_state="draft", to_state="submitted", state_number=1)


def test_a_second_event_for_one_change_of_state_is_refused() -> None:
    dr = f.a_request(f.a_cast(), State.SUBMITTED)
    with refused("event_once_per_transition"):
        an_event(dr, verb="submit", from_state="draft", to_state="submitted", state_number=1)


def test_a_change_of_state_with_an_event_that_names_another_origin_is_refused(dr: DisclosureRequest) -> None:
    with refused("without its event"):
        sql("UPDATE requests_disclosurerequest SET state = 'submitted' WHERE id = %s", dr.pk)
        an_event(dr, verb="submit", from_state="returned", to_state="submitted", state_number=1)


def test_the_database_gives_an_event_its_own_id_time_and_transaction(dr: DisclosureRequest) -> None:
    before = timezone.now()
    first = Event.objects.order_by("-pk").first()
    assert first is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_event (id, disclosure_request_id, verb, stage, from_state, to_state, is_refused, "
            "actor_roles, occurred_at, recorded_at, transaction_number, reason, detail) VALUES "
            "(1, %s, 'forged', '', '', '', false, '', now(), '2001-01-01', 1, '', '{}')",
            [dr.pk],
        )
    forged = Event.objects.get(verb="forged")
    assert forged.pk > first.pk
    assert before - dt.timedelta(seconds=5) <= forged.recorded_at <= timezone.now() + dt.timedelta(seconds=5)
    assert forged.transaction_number == sql("SELECT pg_current_xact_id()::text::bigint")[0]


STAGES = ["agency", "intake", "legal_review", "impairment", "approval", "matching", "release"]
# Design section 3, four eyes: no person acts in two of the four, and no line decider approves or releases.
FOUR = {"legal_review", "impairment", "approval", "release"}
APART = {
    (one, other)
    for one, other in itertools.permutations(STAGES, 2)
    if {one, other} <= FOUR or ("matching" in (one, other) and {one, other} & {"approval", "release"})
}


def test_raw_sql_cannot_put_one_person_into_two_stages_that_are_apart(dr: DisclosureRequest) -> None:
    pairs = list(itertools.permutations(STAGES, 2))
    everybody = f.people(*(("everything", tuple(Role), None) for _ in pairs))
    for (one, other), person in zip(pairs, everybody, strict=True):
        an_event(dr, actor=person, stage=one)
        an_event(dr, actor=person, stage=one)  # the same stage again is nobody else's
        if (one, other) in APART:
            with refused("four eyes"):
                an_event(dr, actor=person, stage=other)
        else:
            an_event(dr, actor=person, stage=other)
        an_event(dr, actor=person, stage=other, is_refused=True)  # a refusal is not an act


def test_what_was_refused_to_a_person_does_not_count_as_their_act(dr: DisclosureRequest) -> None:
    person = f.a_person()
    an_event(dr, actor=person, stage="legal_review", is_refused=True)
    an_event(dr, actor=person, stage="approval")


def test_four_eyes_are_kept_within_a_request_and_not_between_two(cast: f.Cast) -> None:
    one, other = f.draft(cast), f.draft(cast)
    person = f.a_person()
    an_event(one, actor=person, stage="legal_review")
    an_event(other, actor=person, stage="approval")


def test_a_person_who_approved_or_released_decides_no_line_afterwards() -> None:
    for stage in ("approval", "release", "impairment"):
        cast = f.a_cast()
        dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line_in_question(1)])
        person = f.a_person(Role.COUNSEL)
        an_event(dr, actor=person, stage=stage)
        line = Line.objects.get(disclosure_request=dr)
        with refused("four eyes"):
            LineDecision.objects.create(
                line=line, decision="accept", reason="x", decided_by=person, decided_at=f.AT
            )


@pytest.mark.parametrize("stage", ["approval", "release"])
def test_who_decided_a_line_neither_approves_nor_releases_even_without_an_event_of_it(cast: f.Cast, stage: str) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW, lines=[f.a_line_in_question(1)])
    person = f.a_person(Role.COUNSEL)
    LineDecision.objects.create(
        line=Line.objects.get(disclosure_request=dr), decision="return", reason="x", decided_by=person, decided_at=f.AT
    )
    with refused("four eyes"):
        an_event(dr, actor=person, stage=stage)


# --- lines ---


SET_FORTH = [
    "name", "first_name", "middle_name", "last_name", "suffix", "address", "street", "unit", "city", "state", "zip",
    "country", "taxable_periods", "statutory_authority", "reason", "case_number", "engaged_official",
    "engaged_title", "tin", "date_of_birth", "order_date", "under_investigation",
]  # fmt: skip


def test_what_an_agency_set_forth_is_never_rewritten(dr: DisclosureRequest) -> None:
    for field in SET_FORTH:
        with refused("never rewritten"):
            Line.objects.filter(disclosure_request=dr).update(**{field: "1710 Wesley Avenue"})


def test_a_line_keeps_its_number_its_version_and_its_request(cast: f.Cast) -> None:
    dr, other = f.draft(cast), f.draft(cast)
    for change in ({"number": 9}, {"since_version": 9}, {"disclosure_request": other}):
        with refused("never rewritten"):
            Line.objects.filter(disclosure_request=dr).update(**change)


FROZEN = ["approved", "awaiting_release", "responded", "denied", "closed", "withdrawn", "lapsed"]


@pytest.mark.parametrize("state", FROZEN)
def test_lines_are_frozen_once_the_scope_is_approved_or_the_request_has_ended(cast: f.Cast, state: str) -> None:
    dr = f.a_request(cast, State(state))
    lines = Line.objects.filter(disclosure_request=dr)
    engaged = f.an_engaged_official(cast.agency, "Somebody Else")
    for change in (
        {"verdict": "reject"}, {"findings": ["V05"]}, {"standing": "returned"}, {"until_version": 1},
        {"engaged_by": engaged},
    ):  # fmt: skip
        with refused("frozen"):
            lines.update(**change)
    with refused("frozen|violates foreign key"):
        sql("DELETE FROM requests_line WHERE disclosure_request_id = %s", dr.pk)


def test_a_signed_line_is_not_deleted_and_an_unsigned_one_is(cast: f.Cast) -> None:
    draft, signed = f.draft(cast), f.a_request(cast, State.RETURNED)
    with refused("frozen"):
        Line.objects.filter(disclosure_request=signed).delete()
    Line.objects.filter(disclosure_request=draft).delete()
    assert not Line.objects.filter(disclosure_request=draft).exists()


# --- what is only ever added ---


KEPT = {
    "requests_event": "verb = 'x'", "requests_signature": "version = 9", "requests_approval": "scope_text = 'x'",
    "requests_document": "name = 'x'", "disclosures_response": "yes_count = 9", "disclosures_answer": "answer = 'no'",
    "disclosures_accountingentry": "reason = 'x'", "disclosures_receipt": "acknowledged_at = now()",
}  # fmt: skip


def test_the_tables_that_only_grow_are_those_of_the_settings() -> None:
    assert set(KEPT) == set(settings.APPEND_ONLY_TABLES)


def test_the_application_may_neither_change_nor_remove_nor_empty_what_is_kept() -> None:
    for table, change in KEPT.items():
        for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with refused("permission denied"):
                sql(statement)


# --- answers ---


def a_matched(cast: f.Cast, **results: Any) -> DisclosureRequest:
    return f.a_request(cast, State.AWAITING_RELEASE, results={1: results} if results else None)


def a_response(cast: f.Cast, dr: DisclosureRequest, *, yes: int = 0, no: int = 0, not_answered: int = 0) -> Response:
    return Response.objects.create(
        disclosure_request=dr, released_by=cast.releaser, released_at=f.AT, yes_count=yes, no_count=no,
        not_answered_count=not_answered,
    )  # fmt: skip


def an_answer(response: Response, cast: f.Cast, answer: str, **changes: Any) -> Answer:
    line = Line.objects.get(disclosure_request=response.disclosure_request)
    fields = {"line": line, "line_number": line.number, "engaged_by": cast.engaged, "answer": answer} | changes
    return Answer.objects.create(response=response, **fields)


def an_entry(answer: Answer) -> AccountingEntry:
    return AccountingEntry.objects.create(
        answer=answer, disclosure_request=answer.response.disclosure_request, line_number=answer.line_number,
        name="Maria Okafor", authority="26 U.S.C. 6103(i)(2)", control_number="x", request_date=f.TODAY, reason="x",
        disclosed_at=f.AT, nature="yes or no", taxable_periods="2023", recipient_name="Nadia Patel",
        recipient_agency="FBI", recipient_address="x", purpose_code="i2", source_code="registry",
    )  # fmt: skip


def test_a_yes_needs_a_record_that_agrees_on_name_and_address(cast: f.Cast) -> None:
    dr = a_matched(cast)  # compared, and no
    with refused("agrees on name and address"):
        an_answer(a_response(cast, dr, yes=1), cast, "yes")


def test_no_result_says_yes_without_a_record_that_agrees_on_both() -> None:
    dr = f.a_request(f.a_cast(), State.APPROVED)
    for lacks in ({"name_agrees": False}, {"address_agrees": False}, {"taxpayer_ref": ""}):
        with refused("match_yes_agrees_on_name_and_address"):
            f.start_comparison(dr, {1: f.A_YES | lacks})


def test_a_result_names_a_comparison_and_a_line_that_are_there_and_keeps_them() -> None:
    dr = a_matched(f.a_cast())
    result = MatchResult.objects.get(run__disclosure_request=dr)
    with refused("wall: a result names a comparison that is not there"):
        MatchResult.objects.create(run_id=result.run_id + 1000, line_id=result.line_id + 1000, result="no")
    with refused("wall: only a line that the gate or counsel accepted is compared"):
        MatchResult.objects.create(run_id=result.run_id, line_id=result.line_id + 1000, result="no")
    other = MatchResult.objects.get(run__disclosure_request=a_matched(f.a_cast()))
    for key in ({"run_id": other.run_id}, {"line_id": other.line_id}):
        with refused("wall: a result keeps its comparison and its line"):
            MatchResult.objects.filter(pk=result.pk).update(**key)


def test_what_a_result_names_is_never_deleted() -> None:
    dr = a_matched(f.a_cast())
    run = MatchRun.objects.get(disclosure_request=dr)
    with refused("wall: comparisons are never deleted"):
        sql("DELETE FROM disclosures_matchrun WHERE id = %s", run.pk)
    with refused():
        sql("DELETE FROM requests_line WHERE id = %s", run.results.get().line_id)


def test_one_matcher_alone_makes_no_yes(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.APPROVED)
    f.start_comparison(dr, {1: f.AN_UNDECIDED | {"can_be_yes": True}})
    result = MatchResult.objects.get(run__disclosure_request=dr)
    decision = {"result": result, "choice": "yes", "taxpayer_ref": "T1", "reason": "x", "decided_at": f.AT}
    MatchDecision.objects.create(matcher=cast.matcher, **decision)
    MatchResult.objects.filter(pk=result.pk).update(resolution="yes", resolved_at=f.AT)
    f.finish_comparison(dr)
    with refused("agrees on name and address"):
        an_answer(a_response(cast, dr, yes=1), cast, "yes")
    with refused("match_decision_once"):
        MatchDecision.objects.create(matcher=cast.matcher, **decision)
    MatchDecision.objects.create(matcher=f.a_person(Role.MATCHER), **decision)
    point = transaction.savepoint()
    assert an_answer(a_response(cast, dr, yes=1), cast, "yes").pk  # two people agree
    transaction.savepoint_rollback(point)  # it lacks its accounting and its release


def test_with_a_component_different_no_matcher_says_yes(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.APPROVED)
    f.start_comparison(dr, {1: f.AN_UNDECIDED})
    result = MatchResult.objects.get(run__disclosure_request=dr)
    with refused("the choices are no and return"):
        MatchDecision.objects.create(
            result=result, matcher=cast.matcher, choice="yes", taxpayer_ref="T1", reason="x", decided_at=f.AT
        )
    with refused("match_resolved_yes_only_where_components_agree"):
        MatchResult.objects.filter(pk=result.pk).update(resolution="yes")


@pytest.mark.parametrize("stage", ["approval", "release"])
def test_who_approved_or_released_decides_no_match_and_the_other_way_round(cast: f.Cast, stage: str) -> None:
    dr = f.a_request(cast, State.APPROVED)
    f.start_comparison(dr, {1: f.AN_UNDECIDED})
    result = MatchResult.objects.get(run__disclosure_request=dr)
    decision = {"result": result, "choice": "no", "reason": "x", "decided_at": f.AT}
    acted, decided = f.a_person(*Role, is_superuser=True), f.a_person(*Role, is_superuser=True)
    an_event(dr, actor=acted, stage=stage)
    with refused("four eyes"):
        MatchDecision.objects.create(matcher=acted, **decision)
    MatchDecision.objects.create(matcher=decided, **decision)
    with refused("four eyes"):
        an_event(dr, actor=decided, stage=stage)


def test_a_line_that_nobody_accepted_is_never_compared(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.APPROVED, lines=[f.a_line(1), f.a_defective_line(2)])
    run = f.start_comparison(dr)
    returned = Line.objects.get(disclosure_request=dr, number=2)
    assert returned.standing == "returned"
    with refused("accepted is compared"):
        MatchResult.objects.create(run=run, line=returned, result="no")


def test_a_line_that_nobody_accepted_is_never_answered_yes_or_no(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_RELEASE, lines=[f.a_line(1), f.a_defective_line(2)])
    returned = Line.objects.get(disclosure_request=dr, number=2)
    with refused("accepted is answered"):
        Answer.objects.create(
            response=a_response(cast, dr, no=2), line=returned, line_number=2, engaged_by=cast.engaged, answer="no"
        )


def test_nothing_but_a_code_leaves_with_an_answer(cast: f.Cast) -> None:
    dr = a_matched(cast)
    for reason in ("address on file: 12 Elm", "informant", "V5", "V05,V06", ""):
        with refused("answer_reason_is_a_code"):
            an_answer(a_response(cast, dr, not_answered=1), cast, "not_answered", reason=reason)
    for answer, reason in (("no", "V05"), ("yes", "withdrawn"), ("perhaps", ""), ("no", "cannot_be_furnished")):
        with refused("answer_reason_is_a_code|answer_known|agrees on name"):
            an_answer(a_response(cast, dr, no=1), cast, answer, reason=reason)


def test_an_answer_to_nobody_is_refused(cast: f.Cast) -> None:
    with refused("answer_goes_to_somebody"):
        an_answer(a_response(cast, a_matched(cast), no=1), cast, "no", engaged_by=None)


def test_an_answer_without_its_accounting_is_refused(cast: f.Cast) -> None:
    dr = a_matched(cast)
    with refused("only with its accounting"):
        an_answer(a_response(cast, dr, no=1), cast, "no")


def test_accounting_of_a_line_that_was_not_answered_is_refused(cast: f.Cast) -> None:
    dr = a_matched(cast)
    with refused("only with its accounting"):
        an_entry(an_answer(a_response(cast, dr, not_answered=1), cast, "not_answered", reason="cannot_be_furnished"))


def test_a_response_whose_counts_are_not_those_of_its_answers_is_refused(cast: f.Cast) -> None:
    dr = a_matched(cast)
    for counts in ({"yes": 1}, {"no": 2}, {"no": 1, "not_answered": 1}, {}):
        with refused("do not reconcile"):
            an_entry(an_answer(a_response(cast, dr, **counts), cast, "no"))


def test_answers_without_the_release_of_their_request_are_refused(cast: f.Cast) -> None:
    dr = a_matched(cast)
    with refused("release"):
        an_entry(an_answer(a_response(cast, dr, no=1), cast, "no"))


def test_a_release_without_answers_is_refused(cast: f.Cast) -> None:
    dr = a_matched(cast)
    DisclosureRequest.objects.filter(pk=dr.pk).update(answers_digest="0" * 64, accounted_count=1)
    with refused("without its response"):
        advance(dr.pk, "release", actor=cast.releaser, at=f.AT)


# --- the ways around it ---


@pytest.mark.parametrize("statement", ["SET session_replication_role = replica", "SET LOCAL session_replication_role = local"])
def test_the_application_cannot_switch_triggers_off_by_the_session(statement: str) -> None:
    with refused("permission denied"):
        sql(statement)


def test_the_ignore_switch_of_pgtrigger_opens_nothing(dr: DisclosureRequest) -> None:
    sql("SELECT set_config('pgtrigger.ignore', '{requests_disclosurerequest:wall_request_state,requests_event}', true)")
    sql("SET LOCAL pgtrigger.ignore = '{wall_request_state,wall_append_only,wall_event}'")
    with refused("no move leads"):
        sql("UPDATE requests_disclosurerequest SET state = 'approved' WHERE id = %s", dr.pk)
    with refused("without its event"):
        sql("UPDATE requests_disclosurerequest SET state = 'submitted' WHERE id = %s", dr.pk)


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE requests_event DISABLE TRIGGER ALL", "DROP TRIGGER wall_event ON requests_event",
     "DROP FUNCTION wall_apart(text, text) CASCADE", "ALTER TABLE requests_event OWNER TO tracker_app",
     "CREATE OR REPLACE FUNCTION wall_apart(one text, other text) RETURNS boolean LANGUAGE sql AS 'SELECT false'"],
)  # fmt: skip
def test_the_application_cannot_take_the_wall_down(statement: str) -> None:
    with refused("must be owner|permission denied"):
        sql(statement)


def test_the_application_owns_nothing_and_is_no_superuser() -> None:
    assert sql("SELECT current_user")[0] == settings.APPLICATION_ROLE
    owned = sql("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")[0]
    owned += sql("SELECT count(*) FROM pg_proc WHERE proowner = current_user::regrole")[0]
    assert owned == 0
    assert sql("SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user")[0] is False


def test_every_trigger_of_the_wall_fires_always() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'wall%'"
        )
        triggers = cursor.fetchall()
    assert len(triggers) >= 30
    assert {name for name, enabled in triggers if enabled not in ("A", b"A")} == set()


