"""Letters to the agency, as PDF, kept with the request: what came back and how to mend it; that it is denied."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.conf import settings

from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Document, Person
from requests.queries import defective_lines, parameter, upheld_findings
from requests.rules.registry import rule
from requests.typesetting import as_pdf

# A letter of many pages helps nobody: past this, it names the rest by rule and points to the defect file.
LINES_IN_FULL = 400


def keep_return_letter(
    disclosure_request: DisclosureRequest, *, at: dt.datetime, actor: Person, is_whole: bool, reason: str
) -> int:
    """Write and keep the letter of return; returns how many defects it lists: all of them."""
    findings = [
        {"where": "Whole request", "code": finding.code, "wrong": f"{rule(finding.code).wrong} {finding.detail}".strip(),
         "mend": finding.reason or rule(finding.code).mend}
        for finding in upheld_findings(disclosure_request)
    ]  # fmt: skip
    lines: list[dict[str, str]] = []
    by_rule: dict[str, int] = {}
    listed = len(findings)
    returned = defective_lines(disclosure_request).select_related("decision")
    for line in returned.iterator(chunk_size=5000):
        listed += 1
        for code in line.findings:
            by_rule[code] = by_rule.get(code, 0) + 1
        if len(lines) < LINES_IN_FULL:
            decided = getattr(line, "decision", None)
            lines += [
                {"where": f"Line {line.number}", "code": code, "wrong": rule(code).wrong,
                 "mend": decided.reason if decided else rule(code).mend}
                for code in line.findings or [""]
                if code
            ]  # fmt: skip
    agency, today = disclosure_request.agency, office_day(at)
    data = {
        **_head(disclosure_request, today),
        "is_whole": is_whole,
        "reason": reason.strip(),
        "reply_days": parameter("imperfect_reply_days"),
        "defects": findings + lines,
        "by_rule": [
            {"code": code, "title": rule(code).title, "count": count, "mend": rule(code).mend}
            for code, count in sorted(by_rule.items())
        ],
        "listed": listed,
        "is_cut": sum(by_rule.values()) > len(lines),
        "agency_address": agency.address,
    }
    _keep(disclosure_request, Document.Kind.RETURN_LETTER, "return", data, at=at, actor=actor)
    return listed


def keep_denial_letter(disclosure_request: DisclosureRequest, *, ground: str, at: dt.datetime, actor: Person) -> None:
    """Write and keep the letter of denial: the ground of the legal list, and nothing of how it was found."""
    data = {**_head(disclosure_request, office_day(at)), "ground": ground}
    _keep(disclosure_request, Document.Kind.DENIAL_LETTER, "denial", data, at=at, actor=actor)


def _head(disclosure_request: DisclosureRequest, today: dt.date) -> dict[str, Any]:
    return {
        "control_number": disclosure_request.control_number,
        "version": disclosure_request.version,
        "agency": disclosure_request.agency.name,
        "authority": disclosure_request.authority.citation,
        "date": f"{today:%A} {today.day} {today:%B %Y}",
        "line_count": disclosure_request.line_count,
        "is_demo": settings.DEMO,
    }


def _keep(
    disclosure_request: DisclosureRequest, kind: str, template: str, data: dict[str, Any], *, at: dt.datetime, actor: Person
) -> Document:
    content = as_pdf(f"letters/{template}.typ", data)
    return Document.objects.create(
        disclosure_request=disclosure_request, kind=kind, version=disclosure_request.version,
        name=f"{disclosure_request.control_number}-{template}-{disclosure_request.version}.pdf",
        media_type="application/pdf", size=len(content), digest=hashlib.sha256(content).hexdigest(), content=content,
        added_by=actor, added_at=at,
    )  # fmt: skip
