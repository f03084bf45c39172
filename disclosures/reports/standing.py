"""Reports about what stands over the requests: holds, safeguards, delegations."""

from __future__ import annotations

from disclosures.reports.base import Column, Report, count, query

_HOLDS = """
SELECT h.number, h.order_reference, h.starts_on, coalesce(u.citation, 'every authority'), coalesce(a.code, 'every agency'),
       coalesce(r.control_number, 'every request'), array_to_string(h.acts, ' '),
       (SELECT count(DISTINCT p.disclosure_request_id) FROM requests_pause p WHERE p.hold_id = h.id)::int,
       coalesce(one.username, ''), coalesce(two.username, ''), h.lifted_on
FROM requests_hold h LEFT JOIN requests_authority u ON u.id = h.authority_id
LEFT JOIN requests_agency a ON a.id = h.agency_id
LEFT JOIN requests_disclosurerequest r ON r.id = h.disclosure_request_id
LEFT JOIN requests_person one ON one.id = h.lift_asked_by_id LEFT JOIN requests_person two ON two.id = h.lifted_by_id
WHERE h.starts_on <= %(last)s AND (h.lifted_on IS NULL OR h.lifted_on >= %(first)s)
ORDER BY h.starts_on, h.number
"""
HOLDS = Report(
    "holds", "Holds and stays", "Every hold that stood on a day of the period, with what it stopped and who lifted it.",
    (
        Column("hold", "Hold"), Column("order", "Order"), Column("from", "From"), Column("scope_authority", "Authority"),
        Column("scope_agency", "Agency"), Column("scope_request", "Request"), Column("acts_frozen", "Stops"),
        count("requests_affected", "Requests stopped"), Column("lift_asked_by", "Asked to lift"),
        Column("lifted_by", "Lifted by"), Column("lifted", "Lifted"),
    ),
    lambda period: query(_HOLDS, period),
)  # fmt: skip

_SAFEGUARDS = """
SELECT DISTINCT ON (a.code) a.code, a.name, s.reviewed_on, s.open_findings, s.valid_until,
       CASE WHEN s.status = 'current' AND s.valid_until < %(last)s THEN 'run out' ELSE coalesce(s.status, 'never reviewed') END,
       coalesce(p.username, ''), s.override_until
FROM requests_agency a LEFT JOIN requests_safeguardstatus s ON s.agency_id = a.id AND s.reviewed_on <= %(last)s
LEFT JOIN requests_person p ON p.id = s.override_by_id
ORDER BY a.code, s.reviewed_on DESC NULLS LAST, s.id DESC
"""
SAFEGUARDS = Report(
    "safeguards", "Safeguard status", "The newest safeguard review of every agency on the last day: 26 U.S.C. 6103(p)(4).",
    (
        Column("agency", "Agency"), Column("name", "Name"), Column("last_review", "Reviewed"),
        count("open_findings", "Open findings"), Column("valid_until", "Valid until"), Column("status", "Status"),
        Column("override_by", "Director's decision by"), Column("override_until", "Until"),
    ),
    lambda period: query(_SAFEGUARDS, period),
)  # fmt: skip

_DELEGATIONS = """
SELECT p.username, trim(p.first_name || ' ' || p.last_name), u.citation, g.order_reference, g.valid_from, g.valid_to,
       (g.revoked_at AT TIME ZONE %(zone)s)::date,
       (SELECT count(*) FROM requests_approval a WHERE a.grant_id = g.id
        AND a.approved_at >= %(begins)s AND a.approved_at < %(ends)s)::int
FROM requests_delegationgrant g JOIN requests_person p ON p.id = g.person_id
JOIN requests_authority u ON u.id = g.authority_id
WHERE g.valid_from <= %(last)s AND (g.valid_to IS NULL OR g.valid_to >= %(first)s)
  AND (g.revoked_at IS NULL OR g.revoked_at >= %(begins)s)
ORDER BY p.username, g.valid_from
"""
DELEGATIONS = Report(
    "delegations", "Delegations", "Every grant of power to approve that stood on a day of the period, and its use.",
    (
        Column("user", "User"), Column("name", "Name"), Column("authority", "Authority"), Column("order", "Written in"),
        Column("valid_from", "From"), Column("valid_to", "To"), Column("revoked", "Revoked"),
        count("approvals", "Approvals", "Given under it in the period."),
    ),
    lambda period: query(_DELEGATIONS, period),
)  # fmt: skip
