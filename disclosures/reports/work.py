"""Reports about the work: what is open, how old it is, whether deadlines are met, what came and went."""

from __future__ import annotations

from collections.abc import Iterator

from disclosures.reports.base import Behind, Column, Period, Report, Row, count, figure, query
from requests.actions.clocks import NEVER_STOPPED, NOT_STOPPED_BY_IMPAIRMENT
from requests.models import Clock
from requests.models.lifecycle import State

# Where every request that was submitted by the end of the period stood at that end: the last of its moves.
_STOOD = """
    SELECT DISTINCT ON (e.disclosure_request_id) e.disclosure_request_id AS id, e.to_state AS state
    FROM requests_event e
    WHERE e.state_number IS NOT NULL AND e.occurred_at < %(ends)s
    ORDER BY e.disclosure_request_id, e.state_number DESC
"""
# The days on which a request's clocks stood still, counted once where pauses overlap, up to the end of the period.
_TOLLED = """
    (SELECT count(DISTINCT day) FROM requests_pause p,
     generate_series(p.first_day, least(coalesce(p.last_day, %(last)s::date), %(last)s::date), interval '1 day') AS day
     WHERE p.disclosure_request_id = r.id)
"""
OPEN_STATES = (
    "submitted", "in_intake", "returned", "in_legal_review", "in_impairment_check", "awaiting_approval", "approved",
    "awaiting_release",
)  # fmt: skip

_WORKLIST = f"""
WITH stood AS ({_STOOD})
SELECT r.control_number, a.code, u.citation, s.state, coalesce(p.username, ''), r.received_date,
       CASE WHEN s.state = r.state THEN r.due_date END, r.line_count,
       EXISTS (SELECT 1 FROM requests_pause h WHERE h.disclosure_request_id = r.id AND h.cause = 'hold'
               AND h.first_day <= %(last)s AND (h.last_day IS NULL OR h.last_day >= %(last)s))
FROM stood s JOIN requests_disclosurerequest r ON r.id = s.id
JOIN requests_agency a ON a.id = r.agency_id JOIN requests_authority u ON u.id = r.authority_id
LEFT JOIN requests_person p ON p.id = r.assignee_id
WHERE s.state = ANY(%(open)s)
ORDER BY r.due_date NULLS LAST, r.id
"""  # noqa: S608 - the parts are the constants above


def _worklist(period: Period) -> Iterator[Row]:
    for row in query(_WORKLIST, period, open=list(OPEN_STATES)):
        yield (*row[:8], "yes" if row[8] else "no")


WORKLIST = Report(
    "worklist", "Open requests",
    "Every request that was submitted and had not ended at the end of the last day, most urgent first.",
    (
        Column("control_no", "Request"), Column("agency", "Agency"), Column("authority", "Authority"),
        Column("state", "State", "Where it stood at the end of the last day.", labels=dict(State.choices)),
        Column("assignee", "With", "Who has it now."), Column("received", "Received"),
        Column("due", "Due", "The nearest running clock now; empty where none runs."),
        count("lines", "Lines"), Column("hold", "Hold", "Whether a hold stopped its clocks on the last day."),
    ),
    _worklist,
)  # fmt: skip

BANDS = ((10, "0-10"), (20, "11-20"), (30, "21-30"), (60, "31-60"), (90, "61-90"))

_AGEING = f"""
WITH stood AS ({_STOOD})
SELECT r.control_number, a.code, u.citation, s.state, coalesce(p.username, ''), r.received_date,
       (r.perfected_at AT TIME ZONE %(zone)s)::date,
       %(last)s::date - coalesce(r.received_date, (r.submitted_at AT TIME ZONE %(zone)s)::date),
       {_TOLLED}, CASE WHEN s.state = r.state THEN r.due_date END,
       EXISTS (SELECT 1 FROM requests_pause h WHERE h.disclosure_request_id = r.id AND h.cause = 'hold'
               AND h.first_day <= %(last)s AND (h.last_day IS NULL OR h.last_day >= %(last)s))
FROM stood s JOIN requests_disclosurerequest r ON r.id = s.id
JOIN requests_agency a ON a.id = r.agency_id JOIN requests_authority u ON u.id = r.authority_id
LEFT JOIN requests_person p ON p.id = r.assignee_id
WHERE s.state = ANY(%(open)s)
ORDER BY 8 DESC, r.id
"""  # noqa: S608 - the parts are the constants above


def band(age: int) -> str:
    """The band of an age in days."""
    return next((words for limit, words in BANDS if age <= limit), "over 90")


def category(state: str, *, is_held: bool) -> str:
    """Why it is open: with the agency, on hold, tolled for the impairment check, or with the office."""
    if is_held:
        return "hold"
    return {"returned": "with the agency", "in_impairment_check": "tolled"}.get(state, "with the office")


def _ageing(period: Period) -> Iterator[Row]:
    for row in query(_AGEING, period, open=list(OPEN_STATES)):
        age, tolled, due, is_held = max(row[7], 0), row[8], row[9], row[10]
        net = max(age - tolled, 0)
        yield (*row[:7], age, tolled, net, due, band(net), category(row[3], is_held=is_held), "yes" if is_held else "no")


AGEING = Report(
    "ageing", "Age of open requests",
    "Every open request with its age in calendar days at the end of the last day; net of the days on which its clocks "
    "stood still. Bands are of the net age.",
    (
        Column("control_no", "Request"), Column("agency", "Agency"), Column("authority", "Authority"),
        Column("state", "State", labels=dict(State.choices)),
        Column("assignee", "With"), Column("received", "Received"),
        Column("perfected", "Complete", "The day on which the response clock began."),
        figure("age_days", "Age", "Calendar days since the true date of receipt."),
        figure("tolled_days", "Stopped", "Days under a hold or in the impairment check, counted once."),
        figure("net_age", "Net age", "Age without the stopped days."), Column("due", "Due"), Column("band", "Band"),
        Column("backlog_category", "Category", "With the office, with the agency, tolled, or on hold."),
        Column("hold", "Hold"),
    ),
    _ageing,
)  # fmt: skip

_DEADLINES_PARTS = """
SELECT c.kind AS stage, u.citation AS authority, r.control_number, 1 AS cases, (c.ended_on <= c.due_on)::int AS on_time,
       (c.ended_on > c.due_on)::int AS late, c."limit", c.unit, c.ended_on - c.starts_on AS days,
       EXISTS (
           SELECT 1 FROM requests_pause p WHERE p.disclosure_request_id = c.disclosure_request_id
           AND p.first_day < c.ended_on AND (p.last_day IS NULL OR p.last_day >= c.starts_on)
           AND c.kind <> ALL(%(never)s) AND (p.cause = 'hold' OR c.kind <> ALL(%(not_by_check)s)))::int AS tolled_cases
FROM requests_clock c JOIN requests_disclosurerequest r ON r.id = c.disclosure_request_id
JOIN requests_authority u ON u.id = r.authority_id
WHERE c.ended_on BETWEEN %(first)s AND %(last)s
"""
_DEADLINES = f"""
SELECT stage, authority, min("limit") || CASE WHEN unit = 'business' THEN ' business days' ELSE ' calendar days' END,
       sum(cases), sum(on_time), sum(late), round(100.0 * sum(on_time) / sum(cases), 1)::float,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY days)::numeric, 1)::float,
       round(percentile_cont(0.9) WITHIN GROUP (ORDER BY days)::numeric, 1)::float, max(days), sum(tolled_cases)
FROM ({_DEADLINES_PARTS}) AS parts GROUP BY stage, authority, unit ORDER BY authority, stage
"""  # noqa: S608 - the part is the constant above
_TOLLED_BY = {"never": sorted(NEVER_STOPPED), "not_by_check": sorted(NOT_STOPPED_BY_IMPAIRMENT)}
DEADLINES = Report(
    "deadlines", "Deadlines kept",
    "Every clock that ended in the period: on time where it ended on or before its due day, whatever stopped it on "
    "the way. Median, 90th percentile and longest are calendar days from start to end.",
    (
        Column("stage", "Clock", labels=dict(Clock.Kind.choices)),
        Column("authority", "Authority"), Column("limit", "Limit"), count("cases", "Cases"),
        count("on_time", "On time"), count("late", "Late"), figure("pct_on_time", "On time, %"),
        figure("median", "Median days"), figure("p90", "90th percentile"), figure("max", "Longest"),
        count("tolled_cases", "Stopped", "Cases whose clocks stood still for a time."),
    ),
    lambda period: query(_DEADLINES, period, **_TOLLED_BY),
    behind=Behind(
        ("stage", "authority"), ("cases", "on_time", "late", "tolled_cases"), _DEADLINES_PARTS, _TOLLED_BY
    ),
)  # fmt: skip

_INVENTORY_PARTS = """
WITH moves AS (
    SELECT e.disclosure_request_id AS id,
           min(e.occurred_at) FILTER (WHERE e.verb = 'submit') AS came,
           min(e.occurred_at) FILTER (WHERE e.to_state IN ('responded', 'denied', 'withdrawn', 'lapsed')) AS ended,
           count(*) FILTER (WHERE e.verb = 'perfect' AND e.occurred_at >= %(begins)s AND e.occurred_at < %(ends)s) AS perfected,
           count(*) FILTER (WHERE e.verb = 'return_imperfect' AND e.occurred_at >= %(begins)s
                            AND e.occurred_at < %(ends)s) AS returned,
           count(*) FILTER (WHERE e.verb = 'resubmit' AND e.occurred_at >= %(begins)s AND e.occurred_at < %(ends)s) AS again
    FROM requests_event e WHERE e.state_number IS NOT NULL AND e.occurred_at < %(ends)s
    GROUP BY e.disclosure_request_id
), told AS (
    SELECT m.*, r.control_number, r.agency_id, r.authority_id, r.line_count, r.outcome, r.yes_count, r.no_count, r.not_answered_count,
           m.came < %(begins)s AND (m.ended IS NULL OR m.ended >= %(begins)s) AS was_open,
           m.came >= %(begins)s AS is_new,
           m.ended >= %(begins)s AND m.ended < %(ends)s AS has_ended, m.ended IS NULL AS is_open
    FROM moves m JOIN requests_disclosurerequest r ON r.id = m.id WHERE m.came IS NOT NULL
)
SELECT a.code AS agency, u.citation AS authority, t.control_number, was_open::int AS opening, is_new::int AS received,
       perfected, returned, again AS resubmitted,
       (has_ended AND outcome = 'answered' AND yes_count > 0 AND not_answered_count = 0)::int AS granted_full,
       (has_ended AND outcome = 'answered' AND yes_count > 0 AND not_answered_count > 0)::int AS granted_part,
       (has_ended AND outcome = 'answered' AND yes_count = 0)::int AS no_record,
       (has_ended AND outcome = 'denied')::int AS denied, (has_ended AND outcome = 'withdrawn')::int AS withdrawn,
       (has_ended AND outcome = 'lapsed')::int AS lapsed, t.is_open::int AS closing,
       CASE WHEN is_new THEN line_count ELSE 0 END AS subjects_received,
       CASE WHEN has_ended AND outcome = 'answered' THEN yes_count + no_count ELSE 0 END AS subjects_disclosed
FROM told t JOIN requests_agency a ON a.id = t.agency_id JOIN requests_authority u ON u.id = t.authority_id
"""
_COUNTED = (
    "opening", "received", "perfected", "returned", "resubmitted", "granted_full", "granted_part", "no_record", "denied",
    "withdrawn", "lapsed", "closing", "subjects_received", "subjects_disclosed",
)  # fmt: skip
_INVENTORY = f"""
SELECT agency, authority, {", ".join(f"coalesce(sum({name}), 0)::bigint" for name in _COUNTED)}
FROM ({_INVENTORY_PARTS}) AS parts GROUP BY agency, authority HAVING sum(opening + received) > 0 ORDER BY agency, authority
"""  # noqa: S608 - the parts are the constants above
INVENTORY = Report(
    "inventory", "Inventory by agency",
    "Opening and received together are those that ended and those still open: opening + received = granted in full + "
    "granted in part + no record + denied + withdrawn + lapsed + closing. A request counts once, by its first submission.",
    (
        Column("agency", "Agency"), Column("authority", "Authority"), count("opening", "Opening"),
        count("received", "Received"), count("perfected", "Passed as complete"), count("returned", "Returned"),
        count("resubmitted", "Resubmitted"),
        count("granted_full", "Granted in full", "Every line answered, at least one yes."),
        count("granted_part", "Granted in part", "At least one yes; some lines not answered."),
        count("no_record", "No record", "Answered, and no yes among the answers."), count("denied", "Denied"),
        count("withdrawn", "Withdrawn"), count("lapsed", "Lapsed"), count("closing", "Closing"),
        count("subjects_received", "Lines received"),
        count("subjects_disclosed", "Lines answered", "Yes and no are both a disclosure."),
    ),
    lambda period: query(_INVENTORY, period), behind=Behind(("agency", "authority"), _COUNTED, _INVENTORY_PARTS),
)  # fmt: skip
