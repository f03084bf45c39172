"""The wall after a commit, and in front of the owner of the tables: a database of its own for each test."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from disclosures.models import AccountingEntry, Answer, Receipt, Response
from requests.models import Approval, DisclosureRequest, Document, Event, Line, Signature
from requests.models.lifecycle import State
from tests import factories as f
from tests.conftest import OwnDatabase

KEPT = {
    Event: "verb = 'x'", Signature: "version = 9", Approval: "scope_text = 'x'", Document: "name = 'x'",
    Response: "yes_count = 9", Answer: "line_number = 9", AccountingEntry: "reason = 'x'",
    Receipt: "acknowledged_at = now()",
}  # fmt: skip
# What the owner may set and the application may not, and the switch that pgtrigger's own triggers obey.
SWITCHES = [
    "SELECT 1", "SET LOCAL session_replication_role = replica", "SET LOCAL session_replication_role = local",
    "SET LOCAL pgtrigger.ignore = '{wall_append_only,wall_no_truncate,wall_request_state,wall_request_event,wall_event}'",
]  # fmt: skip


def a_released_request() -> tuple[f.Cast, DisclosureRequest]:
    """A committed, responded request with a row in every table that only grows."""
    cast = f.a_cast()
    dr = f.a_request(cast, State.RESPONDED, lines=[f.a_line(1), f.a_defective_line(2)], results={1: f.A_YES})
    Receipt.objects.create(response=dr.response, recipient=cast.recipient.recipient, acknowledged_at=f.AT)
    assert all(model.objects.exists() for model in KEPT)
    return cast, dr


def test_the_owner_too_changes_nothing_that_is_kept_whatever_the_session_is_set_to(own_database: OwnDatabase) -> None:
    _, dr = a_released_request()
    draft = f.draft(f.a_cast())
    forbidden = [
        (f"UPDATE requests_disclosurerequest SET state = 'approved' WHERE id = {draft.pk}", "no move leads"),
        (f"UPDATE requests_disclosurerequest SET state = 'submitted' WHERE id = {draft.pk}", "without its event"),
        (f"UPDATE requests_disclosurerequest SET control_number = 'x' WHERE id = {draft.pk}", "never change"),
        (f"DELETE FROM requests_disclosurerequest WHERE id = {draft.pk}", "never deleted"),
        (f"UPDATE requests_line SET address = 'x' WHERE disclosure_request_id = {draft.pk}", "never rewritten"),
        (f"UPDATE requests_line SET standing = 'returned' WHERE disclosure_request_id = {dr.pk}", "frozen"),
    ]
    for model, change in KEPT.items():
        table = model._meta.db_table
        forbidden += [
            (f"UPDATE {table} SET {change}", "only ever added"),
            (f"DELETE FROM {table}", "only ever added"),
            (f"TRUNCATE {table} CASCADE", "only ever added"),
        ]
    with connections["owner"].cursor() as cursor:
        for switch in SWITCHES:
            for statement, words in forbidden:
                with pytest.raises(DatabaseError, match=words), transaction.atomic(using="owner"):
                    cursor.execute(switch)
                    cursor.execute(statement)
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert f.again(draft).state == "draft"
    assert f.again(dr).state == "responded"


def test_a_committed_response_takes_no_further_answer_and_no_further_accounting(own_database: OwnDatabase) -> None:
    _, dr = a_released_request()
    returned = Line.objects.get(disclosure_request=dr, number=2)
    second = Answer.objects.get(line=returned)
    with pytest.raises(DatabaseError, match="only together with their response"):
        Answer.objects.create(
            response=dr.response, line=Line.objects.get(disclosure_request=f.draft(f.a_cast())), line_number=7,
            answer="not_answered", reason="V05",
        )  # fmt: skip
    entry = AccountingEntry.objects.get(answer__response=dr.response)
    entry.pk, entry.answer_id, entry.line_number = None, second.pk, 2
    entry._state.adding = True
    with pytest.raises(DatabaseError, match="only together with its answer"):
        entry.save(force_insert=True)


def test_an_event_of_an_earlier_transaction_moves_no_request(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.draft(cast)
    with pytest.raises(DatabaseError, match="without its event"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE requests_disclosurerequest SET state = 'submitted' WHERE id = %s", [dr.pk])
    with pytest.raises(DatabaseError, match="the request stands at"):
        Event.objects.create(
            disclosure_request=dr, verb="submit", from_state="draft", to_state="submitted", state_number=1,
            occurred_at=f.AT, recorded_at=f.AT,
        )  # fmt: skip
    assert f.again(dr).state == "draft"


def test_two_sessions_cannot_put_one_person_into_two_stages_at_once(own_database: OwnDatabase) -> None:
    dr = f.draft(f.a_cast())
    person = f.a_person()
    insert = (
        "INSERT INTO requests_event (disclosure_request_id, verb, stage, from_state, to_state, is_refused, actor_id, "
        "actor_roles, occurred_at, recorded_at, transaction_number, reason, detail) "
        f"VALUES ({dr.pk}, 'x', %s, '', '', false, {person.pk}, '', now(), now(), 0, '', '{{}}')"
    )
    with psycopg.connect(**_plain_parameters()) as one, psycopg.connect(**_plain_parameters()) as other:
        one.execute(insert, ["legal_review"])
        waits = threading.Thread(target=_expect_refusal, args=(other, insert))
        waits.start()
        waits.join(timeout=0.3)
        one.commit()
        waits.join(timeout=20)
    assert list(Event.objects.filter(disclosure_request=dr, actor=person).values_list("stage", flat=True)) == [
        "legal_review"
    ]


def _plain_parameters() -> dict[str, object]:
    every = connection.get_connection_params()
    return {name: value for name, value in every.items() if name not in ("cursor_factory", "context")}


def _expect_refusal(session: psycopg.Connection, insert: str) -> None:
    with pytest.raises(psycopg.DatabaseError, match="four eyes"):
        session.execute(insert, ["approval"])
    session.rollback()
