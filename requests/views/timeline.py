"""The history in plain words: the same rows that auditors replay."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from requests.models import Clock, DisclosureRequest, Event, Person

CHANNELS = {channel.value: str(channel.label) for channel in DisclosureRequest.Channel}
# The clocks that an agency sees of its own request.
AGENCY_CLOCKS = frozenset({"acknowledge", "reply", "response", "receipt"})
# verb -> what happened, said after the actor's name
WORDS: dict[str, str] = {
    "draft": "began a draft",
    "change_draft": "changed the facts",
    "load_lines": "put lines in: {lines}",
    "take_in_file": "let a file be taken in ({bytes} bytes)",
    "cancel_file": "cancelled the file that was on its way in",
    "submit": "signed and submitted it",
    "resubmit": "signed and resubmitted it as version {version}",
    "join_mended_lines": "signed mended lines, which joined as version {version}",
    "receive": "received it; it truly came on {received_date} ({channel})",
    "return_imperfect": "returned it to the agency; defects listed: {defects}",
    "perfect": "passed the complete lines to legal review; lines returned: {split_off}",
    "decide_lines": "decided lines in question ({lines}): {decision}",
    "undo_line_decision": "took back the decision about line {line}",
    "undo_decision": "took back a decision about lines ({lines})",
    "decide_finding": "decided {code} in writing: {decision}",
    "write_analysis": "wrote the analysis",
    "clear_legally": "cleared it legally",
    "clear_impairment": "concluded the impairment check",
    "renew_impairment": "renewed the impairment determination",
    "approve": "approved the scope",
    "send_back": "sent it back to legal review",
    "deny": "denied it",
    "begin_matching": "began to compare the lines with the records",
    "compare_lines": "compared {compared} lines; undecided: {undecided}",
    "complete_matching": "completed the matching",
    "decide_match": "decided undecided line {line}: {choice}",
    "undo_match_decision": "took back the decision about undecided line {line}",
    "ask_release": "ordered the release",
    "release": "released the answers: yes {yes}, no {no}, not answered {not_answered}",
    "fetch_answers": "fetched answers: {lines}",
    "acknowledge_receipt": "acknowledged receipt",
    "close": "closed it",
    "withdraw": "withdrew it",
    "lapse": "let it lapse after the reply window",
    "assign": "changed who works on it",
    "view": "looked at it",
    "place_hold": "placed hold {hold}",
    "hold_began": "stopped the clocks: hold {hold} began",
    "ask_to_lift_hold": "asked to lift hold {hold}",
    "lift_hold": "lifted hold {hold}",
    "hold_ended": "let the clocks go on: hold {hold} ended",
    "move_due_days": "counted the days anew, since {because}: {moved}",
    "send_notice_again": "let the reminder to {person} go out again",
    "export": "exported it",
}
# What an agency sees of its own request: its own acts and the moves of the request, with the same words for everybody.
AGENCY_SEES = frozenset({
    "draft", "change_draft", "load_lines", "take_in_file", "cancel_file", "submit", "resubmit", "join_mended_lines",
    "receive", "return_imperfect",
    "perfect", "clear_legally", "clear_impairment", "approve", "deny", "complete_matching", "release", "close",
    "withdraw", "lapse", "acknowledge_receipt", "hold_began", "hold_ended",
    "move_due_days",
})  # fmt: skip
AGENCY_WORDS = {
    "release": "released the answers",
    "clear_legally": "moved it on: impairment check",
    "clear_impairment": "moved it on: approval",
    "approve": "moved it on: matching",
    "complete_matching": "moved it on: release",
}
# Views are kept for the record; the timeline shows them only to those who ask for all events.
QUIET = frozenset({"view"})


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def _said(name: str, value: object) -> object:
    """A detail as people write it: days in words, the channel by its name, counts with their commas."""
    if name == "received_date":
        day = dt.date.fromisoformat(str(value))
        return f"{day:%a} {day.day} {day:%b %Y}"
    if name == "channel":
        return CHANNELS.get(str(value), value)
    return f"{value:,}" if isinstance(value, int) else value


def _assigned(event: Event, names: dict[int, str]) -> str:
    given_to = event.detail.get("assignee")
    if given_to is None:
        return "gave it back to all who could take it"
    return "took it" if given_to == event.actor_id else f"assigned it to {names.get(given_to, 'somebody')}"


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    who: str
    what: str
    reason: str
    at: dt.datetime
    is_refused: bool


def entries(events: Iterable[Event], *, for_agency: bool) -> list[Entry]:
    """The timeline of these events, in their order; an agency sees its own acts and the moves alone."""
    found, events = [], list(events)
    given_to = [event.detail.get("assignee") for event in events if event.verb == "assign" and not event.is_refused]
    names = {person.pk: str(person) for person in Person.objects.filter(pk__in=[pk for pk in given_to if pk])}
    for event in events:
        if for_agency and (event.verb not in AGENCY_SEES or event.is_refused):
            continue
        office = event.actor is not None and event.actor.agency_id is None
        who = "The system" if event.actor is None else "The office" if for_agency and office else str(event.actor)
        words = (AGENCY_WORDS if for_agency else {}).get(event.verb) or WORDS.get(event.verb, event.verb.replace("_", " "))
        if event.verb == "assign":
            words = _assigned(event, names)
        detail = {name: _said(name, value) for name, value in event.detail.items()}
        if event.verb == "move_due_days":
            moved = event.detail["moved"]
            moved = {kind: dates for kind, dates in moved.items() if not for_agency or kind in AGENCY_CLOCKS}
            if not moved:
                continue
            detail["moved"] = _moved(moved)
        what = words.format_map(_Blank(detail))
        reason = event.reason if not for_agency or event.verb in ("withdraw", "return_imperfect") else ""
        if event.is_refused:
            what = f"tried “{event.verb.replace('_', ' ')}”: {event.detail.get('refused', '')} Nothing changed"
        found.append(Entry(who, what, reason, event.occurred_at, event.is_refused))
    return found


def _moved(moved: dict[str, list[str]]) -> str:
    return "; ".join(
        f"{Clock.Kind(kind).label.lower()} due {_day(after)} instead of {_day(before)}" for kind, (before, after) in moved.items()
    )


def _day(iso: str) -> str:
    return f"{dt.date.fromisoformat(iso):%a %-d %b %Y}"
