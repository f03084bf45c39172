"""Reports about what became of requests and lines: returned and denied, the funnel."""

from __future__ import annotations

from collections.abc import Iterator

from disclosures.reports.base import Behind, Column, Period, Report, Row, count, figure, query
from requests.models.review import DenialCode
from requests.rules.registry import LINE_RULES

_REASONS = """
WITH returned AS (
    SELECT DISTINCT e.disclosure_request_id AS id, (e.detail->>'version')::int AS version FROM requests_event e
    WHERE e.verb IN ('return_imperfect', 'perfect') AND e.state_number IS NOT NULL
      AND e.occurred_at >= %(begins)s AND e.occurred_at < %(ends)s
), reasons AS (
    SELECT code, r.agency_id, r.authority_id, r.id, count(DISTINCT l.id) AS subjects
    FROM returned b JOIN requests_disclosurerequest r ON r.id = b.id
    JOIN requests_line l ON l.disclosure_request_id = r.id AND l.standing IN ('returned', 'defective')
     AND l.since_version <= b.version AND (l.until_version IS NULL OR l.until_version >= b.version)
    CROSS JOIN LATERAL unnest(l.findings) AS code
    GROUP BY code, r.agency_id, r.authority_id, r.id
    UNION ALL
    SELECT r.denial_code, r.agency_id, r.authority_id, r.id, r.line_count
    FROM requests_disclosurerequest r JOIN requests_event e ON e.disclosure_request_id = r.id
    WHERE e.verb = 'deny' AND e.state_number IS NOT NULL AND e.occurred_at >= %(begins)s AND e.occurred_at < %(ends)s
)
"""
_RETURNED = f"""{_REASONS}
SELECT x.code, a.code, u.citation, count(DISTINCT x.id), sum(subjects)::int,
       round(100.0 * sum(subjects) / nullif(sum(sum(subjects)) OVER (), 0), 1)::float,
       round(100.0 * count(DISTINCT x.id) FILTER (WHERE EXISTS (
           SELECT 1 FROM requests_event v WHERE v.disclosure_request_id = x.id AND v.verb = 'resubmit'))
           / count(DISTINCT x.id), 1)::float
FROM reasons x JOIN requests_agency a ON a.id = x.agency_id JOIN requests_authority u ON u.id = x.authority_id
GROUP BY x.code, a.code, u.citation ORDER BY sum(subjects) DESC, x.code, a.code
"""  # noqa: S608 - the part is the constant above
_RETURNED_PARTS = f"""{_REASONS}
SELECT x.code AS reason_code, a.code AS agency, u.citation AS authority, r.control_number, 1 AS requests, x.subjects
FROM reasons x JOIN requests_agency a ON a.id = x.agency_id JOIN requests_authority u ON u.id = x.authority_id
JOIN requests_disclosurerequest r ON r.id = x.id
"""  # noqa: S608 - the part is the constant above
_REASON_WORDS = {each.code: f"{each.code} {each.title}" for each in LINE_RULES} | dict(DenialCode.choices)
RETURNED_DENIED = Report(
    "returned_denied", "Why lines come back, why requests are denied",
    "Lines returned in the period, by rule, and requests denied, by ground. A line with two findings counts under both.",
    (
        Column("reason_code", "Reason", labels=_REASON_WORDS), Column("agency", "Agency"), Column("authority", "Authority"),
        count("requests", "Requests"), count("subjects", "Lines"), figure("share", "Share, %", "Of all lines of the report."),
        figure("repeat_rate", "Resubmitted, %", "Share of these requests that came again."),
    ),
    lambda period: query(_RETURNED, period),
    behind=Behind(("reason_code", "agency", "authority"), ("requests", "subjects"), _RETURNED_PARTS),
)  # fmt: skip

RULES = ("V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10", "V11", "V12", "V14", "V15", "V16", "V19")
_BY_RULE = ",\n       ".join(f"count(l.id) FILTER (WHERE l.standing = 'returned' AND '{code}' = ANY(l.findings))" for code in RULES)
_FUNNEL = f"""
SELECT r.control_number, a.code, count(l.id), count(l.id) FILTER (WHERE l.standing IN ('returned', 'defective')),
       {_BY_RULE},
       count(l.id) FILTER (WHERE l.standing IN ('complete', 'accepted')), count(m.id),
       count(x.id) FILTER (WHERE x.answer = 'yes'), count(x.id) FILTER (WHERE x.answer = 'no'),
       count(m.id) FILTER (WHERE m.result = 'undecided'),
       count(x.id) FILTER (WHERE x.answer = 'not_answered' AND l.standing IN ('complete', 'accepted')),
       count(x.id), count(l.id) - count(x.id)
FROM requests_disclosurerequest r JOIN requests_agency a ON a.id = r.agency_id
JOIN requests_line l ON l.disclosure_request_id = r.id AND l.until_version IS NULL
LEFT JOIN disclosures_matchresult m ON m.line_id = l.id
LEFT JOIN disclosures_answer x ON x.line_id = l.id
WHERE r.responded_at >= %(begins)s AND r.responded_at < %(ends)s
GROUP BY r.id, a.code ORDER BY r.responded_at, r.id
"""  # noqa: S608 - the parts are the constants above


def _funnel(period: Period) -> Iterator[Row]:
    yield from query(_FUNNEL, period)


FUNNEL = Report(
    "funnel", "From line to answer",
    "Every request answered in the period, line by line: received = returned + answered + not answered. The last column "
    "must be 0.",
    (
        Column("batch", "Request"), Column("agency", "Agency"), count("received", "Received"),
        count("returned", "Returned"), *(count(code, code, f"Returned with finding {code}.") for code in RULES),
        count("perfected", "Complete"), count("compared", "Compared"), count("yes", "Yes"), count("no", "No"),
        count("ambiguous", "Undecided at first", "Lines that a matcher decided."),
        count("withheld", "Complete, not answered", "Not furnished, for whatever cause."),
        count("released", "Answers", "One a line."), count("delta", "Difference", "Must be 0 (V21)."),
    ),
    _funnel,
)  # fmt: skip
