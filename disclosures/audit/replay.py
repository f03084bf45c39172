"""Replay every request's events: state, outcome, counts, answers and accounting must follow from them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from disclosures.models import Response
from requests.models import DisclosureRequest, Event
from requests.models.lifecycle import ENDED, State
from requests.permissions import APART, Stage
from requests.queries import line_counts, lines_digest, move

OUTCOMES = {State.RESPONDED: "answered", State.DENIED: "denied", State.WITHDRAWN: "withdrawn", State.LAPSED: "lapsed"}


@dataclasses.dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that does not follow from the events."""

    control_number: str
    what: str


def replay_all() -> Iterator[Discrepancy]:
    """Every discrepancy of every request, oldest request first; memory does not grow with their number."""
    for dr in DisclosureRequest.objects.order_by("pk").iterator(chunk_size=500):
        yield from (Discrepancy(dr.control_number, what) for what in replay(dr))


def replay(dr: DisclosureRequest) -> list[str]:
    """What does not follow from the events of one request; empty where all does."""
    events = list(Event.objects.filter(disclosure_request=dr).order_by("pk"))
    moves = [event for event in events if event.state_number is not None]
    wrong = _moves(dr, moves) + _four_eyes(events) + _lines(dr, moves)
    if any(event.verb == "release" for event in moves) or Response.objects.filter(disclosure_request=dr).exists():
        wrong += _answers(dr, moves)
    return wrong


def _moves(dr: DisclosureRequest, moves: list[Event]) -> list[str]:
    wrong = []
    if [event.state_number for event in moves] != list(range(len(moves))):
        wrong.append("The events of its moves are not numbered without a gap.")
    if not moves or moves[0].verb != "draft" or moves[0].to_state != State.DRAFT:
        return [*wrong, "It has no event of its beginning."]
    state = str(State.DRAFT)
    for event in moves[1:]:
        step = move(event.verb, event.from_state) if event.verb != "draft" else None
        if event.from_state != state or step is None or str(step.target) != event.to_state:
            wrong.append(f"Event {event.pk} ({event.verb}) is no move from {state}.")
        state = event.to_state
    if state != dr.state:
        wrong.append(f"Its events lead to {state}, it stands at {dr.state}.")
    ended = next((event.to_state for event in moves if event.to_state in OUTCOMES), "")
    if dr.outcome != OUTCOMES.get(State(ended), "") if ended else dr.outcome != "":
        wrong.append(f"Its outcome is “{dr.outcome}”, its events say “{ended}”.")
    if (dr.state in ENDED) != (dr.ended_at is not None):
        wrong.append("The day of its end does not fit its state.")
    return wrong


def _four_eyes(events: list[Event]) -> list[str]:
    stages: dict[int, set[str]] = {}
    for event in events:
        if event.actor_id is not None and event.stage and not event.is_refused:
            stages.setdefault(event.actor_id, set()).add(event.stage)
    wrong = []
    for actor_id, acted in stages.items():
        clashes = {other for stage in acted for other in APART[Stage(stage)] if other in acted}
        if clashes:
            wrong.append(f"Person {actor_id} acted in {' and '.join(sorted(clashes))}.")
    return wrong


def _lines(dr: DisclosureRequest, moves: list[Event]) -> list[str]:
    if dr.takes_lines_in:
        return []  # they do not stand yet; counts, digest and event come with the last of them
    wrong = []
    counts, by_rule = line_counts(dr.pk)
    stored = {
        "complete": dr.complete_count, "questioned": dr.questioned_count, "accepted": dr.accepted_count,
        "returned": dr.returned_count, "defective": dr.defective_count, "block": dr.blocked_count,
    }  # fmt: skip
    if counts != stored or sum(counts.values()) != dr.line_count or by_rule != dr.finding_counts:
        wrong.append("Its counts are not those of its lines.")
    digest = lines_digest(dr.pk)
    if digest != dr.lines_digest:
        wrong.append("The digest of its lines is not the one that stands with it.")
    signed = [event for event in moves if event.verb in ("submit", "resubmit")]
    joined = Event.objects.filter(disclosure_request=dr, verb="join_mended_lines").order_by("pk").last()
    last = max([event for event in [*signed[-1:], joined] if event is not None], key=lambda event: event.pk, default=None)
    if last is not None and dr.signed_version == dr.version and last.detail.get("lines_digest") != digest:
        wrong.append("Its lines are not those that were signed.")
    return wrong


def _answers(dr: DisclosureRequest, moves: list[Event]) -> list[str]:
    released = next((event for event in moves if event.verb == "release"), None)
    if released is None:
        return ["It has a response without a release."]
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [dr.pk])
        yes, no, not_answered, digest, accounted, unaccounted, unlawful = cursor.fetchone()
    said = released.detail
    wrong = []
    if (yes, no, not_answered) != (said.get("yes"), said.get("no"), said.get("not_answered")):
        wrong.append("Its answers are not as many as the release says.")
    if yes + no + not_answered != dr.line_count:
        wrong.append("Its answers are not one a line (V21).")
    if digest != said.get("answers_digest"):
        wrong.append("Its answers are not those that were released.")
    if accounted != yes + no or accounted != said.get("accounted") or unaccounted:
        wrong.append("Its accounting entries are not one for each line answered.")
    if unlawful:
        wrong.append(f"{unlawful} yes without a record that agrees on name and address.")
    return wrong


_SUMS = """
SELECT (count(*) FILTER (WHERE a.answer = 'yes')), (count(*) FILTER (WHERE a.answer = 'no')),
       (count(*) FILTER (WHERE a.answer = 'not_answered')),
       coalesce(encode(sha256(string_agg(sha256(convert_to(
           a.line_number || ',' || a.answer || ',' || a.reason, 'UTF8')), ''::bytea ORDER BY a.line_number)), 'hex'), ''),
       count(e.id), (count(*) FILTER (WHERE a.answer IN ('yes', 'no') AND e.id IS NULL)),
       (count(*) FILTER (WHERE a.answer = 'yes' AND NOT coalesce(
           (m.result = 'yes' AND m.name_agrees AND m.address_agrees)
           OR (m.resolution = 'yes' AND m.can_be_yes), false)))
FROM disclosures_response r
JOIN disclosures_answer a ON a.response_id = r.id
LEFT JOIN disclosures_accountingentry e ON e.answer_id = a.id
LEFT JOIN disclosures_matchresult m ON m.line_id = a.line_id
WHERE r.disclosure_request_id = %s
"""


def heads() -> dict[str, Any]:
    """The head of the record: how many settled events there are, the last id, and one digest over all of them.

    Settled: every transaction that could still commit an earlier event has ended (a sequence is not an order of
    commits), so the same head comes out of the same record whenever it is asked for.
    """
    digest, count, last = hashlib.sha256(), 0, 0
    for row in settled_events():
        digest.update(canonical(row))
        count, last = count + 1, row[0]
    return {"events": count, "last_event": last, "digest": digest.hexdigest()}


def agrees_with(head: dict[str, Any]) -> bool:
    """Whether the record still holds, unchanged, everything up to a head that was exported earlier."""
    digest, count = hashlib.sha256(), 0
    for row in settled_events(up_to=int(head["last_event"])):
        digest.update(canonical(row))
        count += 1
    return count == head["events"] and digest.hexdigest() == head["digest"]


def settled_events(up_to: int | None = None) -> Iterator[tuple[Any, ...]]:
    """The settled events in the order of their ids, streamed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = cursor.fetchone()[0]
    events = Event.objects.filter(transaction_number__lt=horizon).order_by("pk")
    if up_to is not None:
        events = events.filter(pk__lte=up_to)
    return events.values_list(
        "pk", "disclosure_request_id", "state_number", "verb", "stage", "from_state", "to_state", "is_refused",
        "actor_id", "actor_roles", "occurred_at", "recorded_at", "reason", "detail",
    ).iterator(chunk_size=5000)  # fmt: skip


def canonical(row: tuple[Any, ...]) -> bytes:
    """One event as bytes, the same for the same event always."""
    return json.dumps([str(value) if hasattr(value, "isoformat") else value for value in row], sort_keys=True).encode()
