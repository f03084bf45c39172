"""What came back and how to mend it: as a page, and as a file that the agency mends and sends again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests.actions.view import record_view
from requests.intake.columns import BATCH
from requests.models import DisclosureRequest, Line, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.queries import CONTENT_COLUMNS, counts_by_rule, defective_lines, upheld_findings
from requests.rules.registry import LINE_RULES, rule
from requests.views.doors import find, sees_whole_requests
from requests.views.downloads import csv_response, xlsx_response
from requests.views.guard import guarded_by

LINES_A_PAGE = 50
# A request of more lines is not counted while somebody waits for the page, and its report is no workbook: a workbook
# leaves only when its last row is written, a CSV with its first.
MOST_COUNTED = 20_000
MOST_IN_A_WORKBOOK = 50_000
MENDABLE = (State.DRAFT, State.RETURNED, State.IN_INTAKE)


@require_safe
@guarded_by(sees_whole_requests)
def defects(request: HttpRequest, control_number: str) -> HttpResponse:
    """The lines that would come back or came back, with the words of every rule; a page at a time by line number."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    after, code = request.GET.get("after", "0"), request.GET.get("rule", "")
    first = int(after) if after.isdigit() and len(after) < 10 else 0
    lines, (by_rule, is_of_these) = defective_lines(dr), _by_rule(dr)
    if code in {each.code for each in LINE_RULES}:
        lines = lines.exclude(verdict=Line.Verdict.ACCEPT).filter(findings__contains=[code])
    else:
        code = ""
    count = _to_mend(dr)
    shown_of = {each["rule"].code: each["count"] for each in by_rule}.get(code, 0) if code else count
    page = list(lines.filter(number__gt=first).select_related("decision")[: LINES_A_PAGE + 1])
    shown = page[:LINES_A_PAGE]
    if shown:
        record_view(dr, actor=person, at=timezone.now(), first=shown[0].number, last=shown[-1].number)
    is_agencys = person.agency_id is not None and bool(person.role_names & {Role.REQUESTER, Role.OFFICIAL})
    context = {
        "dr": dr, "rows": [{"line": line, "faults": faults(line)} for line in shown], "is_first": first == 0,
        "findings": [{"finding": each, "rule": rule(each.code)} for each in upheld_findings(dr)],
        "count": count, "code": code, "by_rule": by_rule, "is_of_these": is_of_these,
        "shown_of": shown_of if is_of_these or not code else None, "most_in_a_workbook": MOST_IN_A_WORKBOOK,
        "fits_a_workbook": count <= MOST_IN_A_WORKBOOK, "next": shown[-1].number if len(page) > LINES_A_PAGE else None,
        "can_mend": is_agencys and dr.state in MENDABLE,
        "can_follow_up": is_agencys and dr.returned_count > 0 and dr.state not in MENDABLE,
    }  # fmt: skip
    return render(request, "requests/defects.html", context)


def _to_mend(dr: DisclosureRequest) -> int:
    return dr.defective_count + dr.blocked_count + dr.returned_count


def _by_rule(dr: DisclosureRequest) -> tuple[list[dict[str, Any]], bool]:
    """On how many lines each rule spoke, with its words; and whether these are the lines to mend alone.

    The request keeps the counts of all its lines. Where some of those are with counsel, or accepted by counsel, the lines
    to mend are counted apart, unless there are too many for a page.
    """
    if not _to_mend(dr):
        return [], True
    others = dr.questioned_count + dr.accepted_count
    is_counted = bool(others) and dr.line_count <= MOST_COUNTED
    counts = counts_by_rule(defective_lines(dr)) if is_counted else dr.finding_counts
    return [{"rule": rule(code), "count": count} for code, count in sorted(counts.items())], is_counted or not others


def faults(line: Line) -> list[dict[str, str]]:
    """Every fault of a line: code, what is wrong, how to mend it. Counsel's own words stand where counsel returned it."""
    decided = getattr(line, "decision", None)
    mend = decided.reason if decided is not None and decided.decision == "return" else ""
    return [{"code": code, "wrong": rule(code).wrong, "mend": mend or rule(code).mend} for code in line.findings]


@require_safe
@guarded_by(sees_whole_requests)
def defects_csv(request: HttpRequest, control_number: str) -> HttpResponseBase:
    """One row a line: its number, the codes, the words, and the row as the agency gave it, formulas disarmed."""
    dr = _to_file(request, control_number)
    columns = _columns(dr)
    return csv_response(f"{dr.control_number}-defects-{dr.version}.csv", _header(columns), _rows(dr, columns))


@require_safe
@guarded_by(sees_whole_requests)
def defects_xlsx(request: HttpRequest, control_number: str) -> HttpResponseBase:
    """The same rows as a workbook whose cells are all text, so that a ZIP code keeps its zeros while it is mended."""
    person: Person = request.user  # type: ignore[assignment]
    if _to_mend(find(person, control_number)) > MOST_IN_A_WORKBOOK:
        messages.error(request, f"The report has more than {MOST_IN_A_WORKBOOK:,} lines: take the CSV, which comes at once.")
        return HttpResponseRedirect(reverse("defects", args=[control_number]))
    dr = _to_file(request, control_number)
    columns = _columns(dr)
    name = f"{dr.control_number}-defects-{dr.version}.xlsx"
    return xlsx_response(name, "defects", _header(columns), _rows(dr, columns))


def _to_file(request: HttpRequest, control_number: str) -> DisclosureRequest:
    """The request whose lines to mend leave as a file, which is recorded."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    ends = defective_lines(dr).order_by().aggregate(first=Min("number"), last=Max("number"))
    if ends["first"] is not None:
        record_view(dr, actor=person, at=timezone.now(), first=ends["first"], last=ends["last"])
    return dr


def _columns(dr: DisclosureRequest) -> tuple[str, ...]:
    """What the agency set forth. An assurance that no line has a column for is none: an empty one would say something (V15)."""
    has_assurance = defective_lines(dr).order_by().filter(under_investigation__isnull=False).exists()
    return CONTENT_COLUMNS if has_assurance else tuple(each for each in CONTENT_COLUMNS if each != "under_investigation")


def _header(columns: tuple[str, ...]) -> tuple[str, ...]:
    return ("line", *BATCH.remarks, *columns)


def _rows(dr: DisclosureRequest, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    empty = ("",) * len(columns)
    for finding in upheld_findings(dr):
        words = rule(finding.code)
        wrong = f"Whole request: {words.wrong} {finding.detail}".strip()
        yield ("", finding.code, wrong, finding.reason or words.mend, *empty)
    for line in defective_lines(dr).select_related("decision").iterator(chunk_size=5000):
        found = faults(line)
        yield (
            line.number,
            ";".join(each["code"] for each in found),
            " ".join(each["wrong"] for each in found),
            " ".join(dict.fromkeys(each["mend"] for each in found)),
            *(getattr(line, column) for column in columns),
        )
