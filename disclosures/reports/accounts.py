"""The accounting of 26 U.S.C. 6103(p)(3): per taxpayer, per batch, and the reports to the Joint Committee."""

from __future__ import annotations

from collections.abc import Iterator

from disclosures.reports.base import Behind, Column, Period, Report, Row, count, query
from requests.models.lifecycle import Outcome

_ACCOUNTING = """
SELECT CASE WHEN e.tin <> '' THEN 'given' ELSE '' END, e.name, e.control_number, e.request_date, e.authority, e.reason,
       (e.disclosed_at AT TIME ZONE %(zone)s)::date, e.nature, e.taxpayer_ref, e.taxable_periods, e.recipient_name,
       e.recipient_agency, e.recipient_address, e.agency_code, e.purpose_code, e.source_code,
       e.is_releasable_to_subject, '', e.retain_until
FROM disclosures_accountingentry e
WHERE e.disclosed_at >= %(begins)s AND e.disclosed_at < %(ends)s
ORDER BY e.disclosed_at, e.control_number, e.line_number
"""


def _accounting(period: Period) -> Iterator[Row]:
    for row in query(_ACCOUNTING, period):
        yield (*row[:16], "yes" if row[16] else "no", *row[17:])


ACCOUNTING = Report(
    "accounting", "Accounting of disclosures",
    "One row for each line answered yes or no, written in the same commit as the answer (6103(p)(3)(A), 31 CFR 1.25). "
    "The TIN is said to be given or not, never shown.",
    (
        Column("tin", "TIN"), Column("name", "Taxpayer as named"), Column("request_no", "Request"),
        Column("request_date", "Request of"), Column("authority", "Authority"), Column("reason", "Purpose"),
        Column("disclosed_date", "Disclosed"), Column("nature", "Nature"),
        Column("record", "Record", "The record identified; empty for a no."), Column("taxable_periods", "Periods"),
        Column("recipient_name", "Recipient"), Column("recipient_agency", "Agency"),
        Column("recipient_address", "Address"), Column("agency_code", "Agency code"),
        Column("purpose_code", "Purpose code"), Column("source_code", "Source code"),
        Column("releasable_to_subject", "Releasable", "No for law enforcement: 5 U.S.C. 552a(c)(3)."),
        Column("corrected_by", "Corrected by"), Column("retain_until", "Keep at least until"),
    ),
    _accounting, shows_subjects=True,
)  # fmt: skip

_FORM5466B = """
SELECT e.agency_code, e.recipient_agency, e.purpose_code, (e.disclosed_at AT TIME ZONE %(zone)s)::date, e.control_number,
       e.line_number, e.name, e.taxable_periods, e.source_code
FROM disclosures_accountingentry e
WHERE e.disclosed_at >= %(begins)s AND e.disclosed_at < %(ends)s
ORDER BY e.agency_code, e.disclosed_at, e.control_number, e.line_number
"""
FORM5466B = Report(
    "form5466b", "Multiple record of disclosure",
    "The accounting in the order of Form 5466-B: agency, purpose and date, then the taxpayers of each.",
    (
        Column("agency_code", "Agency code"), Column("agency", "Agency"), Column("purpose_code", "Purpose code"),
        Column("disclosed_date", "Disclosed"), Column("request_no", "Request"), Column("line", "Line"),
        Column("name", "Taxpayer as named"), Column("taxable_periods", "Periods"), Column("source_code", "Source code"),
    ),
    lambda period: query(_FORM5466B, period), shows_subjects=True,
)  # fmt: skip

# Both sides keep a row that has nothing to report: every agency that ever asked, under every authority that is open.
_CONGRESS = """
WITH asked AS (
    SELECT r.agency_id, r.authority_id, count(*) AS requests
    FROM requests_disclosurerequest r JOIN requests_event e
      ON e.disclosure_request_id = r.id AND e.verb = 'submit' AND e.state_number IS NOT NULL
    WHERE e.occurred_at >= %(begins)s AND e.occurred_at < %(ends)s GROUP BY r.agency_id, r.authority_id
), told AS (
    SELECT r.agency_id, r.authority_id, count(*) AS instances,
           count(DISTINCT coalesce(nullif(c.taxpayer_ref, ''), upper(c.name))) AS taxpayers
    FROM disclosures_accountingentry c JOIN requests_disclosurerequest r ON r.id = c.disclosure_request_id
    WHERE c.disclosed_at >= %(begins)s AND c.disclosed_at < %(ends)s GROUP BY r.agency_id, r.authority_id
), known AS (SELECT DISTINCT agency_id, authority_id FROM requests_disclosurerequest WHERE state <> 'draft')
SELECT a.name, u.citation, coalesce(q.requests, 0)::int, coalesce(t.instances, 0)::int, coalesce(t.taxpayers, 0)::int,
       CASE WHEN coalesce(q.requests, 0) + coalesce(t.instances, 0) = 0 THEN 'None in the period'
            ELSE 'Criminal investigations of the agency, other than tax administration' END
FROM known k JOIN requests_agency a ON a.id = k.agency_id JOIN requests_authority u ON u.id = k.authority_id
LEFT JOIN asked q ON (q.agency_id, q.authority_id) = (k.agency_id, k.authority_id)
LEFT JOIN told t ON (t.agency_id, t.authority_id) = (k.agency_id, k.authority_id)
ORDER BY a.name, u.citation
"""
_CONGRESS_PARTS = """
SELECT a.name AS agency, u.citation AS authority, r.control_number, (q.id IS NOT NULL)::int AS requests,
       coalesce(t.instances, 0) AS disclosure_instances
FROM requests_disclosurerequest r JOIN requests_agency a ON a.id = r.agency_id
JOIN requests_authority u ON u.id = r.authority_id
LEFT JOIN (
    SELECT e.disclosure_request_id AS id FROM requests_event e WHERE e.verb = 'submit' AND e.state_number IS NOT NULL
    AND e.occurred_at >= %(begins)s AND e.occurred_at < %(ends)s
) q ON q.id = r.id
LEFT JOIN (
    SELECT c.disclosure_request_id AS id, count(*) AS instances FROM disclosures_accountingentry c
    WHERE c.disclosed_at >= %(begins)s AND c.disclosed_at < %(ends)s GROUP BY c.disclosure_request_id
) t ON t.id = r.id
"""
CONGRESS_PUBLIC = Report(
    "congress_public", "Disclosures by agency, 6103(p)(3)(C)",
    "For the Joint Committee on Taxation, public. A request counts once, whatever became of it. An instance is one answer, "
    "yes or no, to one line. A taxpayer counts once per agency and authority. Rows with nothing to report stay, as zero.",
    (
        Column("agency", "Agency"), Column("authority", "Authority"), count("requests", "Requests"),
        count("disclosure_instances", "Instances disclosed"), count("taxpayers", "Taxpayers"),
        Column("general_purposes", "General purposes"),
    ),
    lambda period: query(_CONGRESS, period), is_of_a_year=True,
    behind=Behind(("agency", "authority"), ("requests", "disclosure_instances"), _CONGRESS_PARTS),
)  # fmt: skip

_CONFIDENTIAL = """
SELECT a.name, u.citation, r.control_number, r.received_date, r.purpose, (r.responded_at AT TIME ZONE %(zone)s)::date,
       r.accounted_count, 'Yes or no, per line', coalesce(nullif(r.outcome, ''), 'open')
FROM requests_disclosurerequest r JOIN requests_agency a ON a.id = r.agency_id
JOIN requests_authority u ON u.id = r.authority_id
JOIN requests_event e ON e.disclosure_request_id = r.id AND e.verb = 'submit' AND e.state_number IS NOT NULL
WHERE e.occurred_at >= %(begins)s AND e.occurred_at < %(ends)s
ORDER BY a.name, r.id
"""
CONGRESS_CONFIDENTIAL = Report(
    "congress_confidential", "Requests and disclosures, 6103(p)(3)(B)",
    "For the Joint Committee on Taxation, confidential: every request of the period with its reason and what became of it.",
    (
        Column("agency", "Agency"), Column("authority", "Authority"), Column("request_no", "Request"),
        Column("request_date", "Request of"), Column("reason", "Reason"), Column("disclosed_date", "Disclosed"),
        count("taxpayers", "Lines answered"), Column("information_kind", "Kind"),
        Column("outcome", "Outcome", labels={**dict(Outcome.choices), "open": "Open"}),
    ),
    lambda period: query(_CONFIDENTIAL, period), is_of_a_year=True,
)  # fmt: skip

_RECIPIENTS = """
SELECT o.name, o.title, a.code, r.control_number, string_agg(DISTINCT l.case_number, ' ') FILTER (WHERE l.case_number <> ''),
       (s.released_at AT TIME ZONE %(zone)s)::date, count(x.id),
       min((c.acknowledged_at AT TIME ZONE %(zone)s)::date)
FROM disclosures_answer x JOIN disclosures_response s ON s.id = x.response_id
JOIN requests_disclosurerequest r ON r.id = s.disclosure_request_id
JOIN requests_line l ON l.id = x.line_id
JOIN requests_engagedofficial o ON o.id = x.engaged_by_id JOIN requests_agency a ON a.id = o.agency_id
LEFT JOIN requests_recipient b ON b.engaged_official_id = o.id
LEFT JOIN disclosures_receipt c ON c.response_id = s.id AND c.recipient_id = b.id
WHERE x.answer IN ('yes', 'no') AND s.released_at >= %(begins)s AND s.released_at < %(ends)s
GROUP BY o.id, o.name, o.title, a.code, r.control_number, s.released_at ORDER BY s.released_at, o.name
"""
RECIPIENTS = Report(
    "recipients", "Register of recipients",
    "Who received answers in the period, for which request and investigations, and when they acknowledged them.",
    (
        Column("recipient", "Recipient"), Column("title", "Title"), Column("agency", "Agency"),
        Column("request_no", "Request"), Column("investigation_no", "Investigations"),
        Column("released_at", "Released"), count("subjects_count", "Lines"), Column("received_at", "Acknowledged"),
    ),
    lambda period: query(_RECIPIENTS, period),
)  # fmt: skip
