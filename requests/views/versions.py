"""What changed between two versions of a request: lines that came, went or were mended, side by side."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests.actions.view import record_view
from requests.models import DisclosureRequest, Line, Person
from requests.queries import CONTENT_COLUMNS
from requests.replay import standing_in
from requests.views.doors import find, sees_whole_requests
from requests.views.guard import guarded_by

LINES_A_PAGE = 50
# Never shown, only named: that a TIN or a date of birth changed is enough to know.
NOT_SHOWN = frozenset({"tin", "date_of_birth"})
NO_COLUMN = "\x1e"


@require_safe
@guarded_by(sees_whole_requests)
def versions(request: HttpRequest, control_number: str) -> HttpResponse:
    """Two versions side by side, the newest against the one before unless asked otherwise."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    newer = _number(request.GET.get("to", ""), least=1, most=dr.version, otherwise=dr.version)
    older = _number(request.GET.get("from", ""), least=1, most=newer, otherwise=max(newer - 1, 1))
    after = _number(request.GET.get("after", ""), least=0, most=2_147_483_647, otherwise=0)
    numbers = list(changed_numbers(dr, older=older, newer=newer, after=after)[: LINES_A_PAGE + 1])
    rows = _rows(dr, numbers[:LINES_A_PAGE], older=older, newer=newer)
    if rows:
        record_view(dr, actor=person, at=timezone.now(), first=rows[0]["number"], last=rows[-1]["number"])
    signatures = dr.signatures.select_related("official__person").order_by("-version", "-pk")
    context = {
        "dr": dr, "older": older, "newer": newer, "rows": rows, "is_first": after == 0,
        "choices": range(1, dr.version + 1), "signatures": signatures,
        "next": numbers[LINES_A_PAGE - 1] if len(numbers) > LINES_A_PAGE else None,
    }  # fmt: skip
    return render(request, "requests/versions.html", context)


def _number(text: str, *, least: int, most: int, otherwise: int) -> int:
    number = int(text) if text.isdigit() and len(text) < 11 else otherwise
    return number if least <= number <= most else otherwise


def changed_numbers(dr: DisclosureRequest, *, older: int, newer: int, after: int) -> Any:
    """The numbers of the lines that differ between the versions, in order, beyond ``after``.

    A line that was sent again with every cell as before is no change.
    """
    said = Coalesce("under_investigation", Value(NO_COLUMN), output_field=TextField())
    old = standing_in(dr, older).filter(until_version__lt=newer, number__gt=after).annotate(said=said)
    new = standing_in(dr, newer).filter(since_version__gt=older, number__gt=after).annotate(said=said)
    same = {column: OuterRef(column) for column in ("number", "said", *CONTENT_COLUMNS) if column != "under_investigation"}
    gone = old.filter(~Exists(new.filter(**same)))
    come = new.filter(~Exists(old.filter(**same)))
    return gone.values_list("number", flat=True).union(come.values_list("number", flat=True)).order_by("number")


def _rows(dr: DisclosureRequest, numbers: list[int], *, older: int, newer: int) -> list[dict[str, Any]]:
    old = {line.number: line for line in standing_in(dr, older).filter(number__in=numbers)}
    new = {line.number: line for line in standing_in(dr, newer).filter(number__in=numbers)}
    return [_row(number, old.get(number), new.get(number)) for number in numbers]


def _row(number: int, old: Line | None, new: Line | None) -> dict[str, Any]:
    """One line: what happened to it, and each cell that differs, before and after."""
    kind = "added" if old is None else "removed" if new is None else "mended"
    cells = []
    for column in CONTENT_COLUMNS:
        before, now = _said(old, column), _said(new, column)
        if before != now:
            hidden = column in NOT_SHOWN
            cells.append({
                "column": column.replace("_", " "), "before": _seen(before, hidden), "now": _seen(now, hidden),
            })  # fmt: skip
    line = new or old
    return {"number": number, "kind": kind, "cells": cells, "line": line, "name": line.given_name if line else ""}


def _said(line: Line | None, column: str) -> str:
    """What the agency said; a file without the column of assurance says something else than an empty cell (V15)."""
    if line is None:
        return ""
    text = getattr(line, column)
    return "no such column" if text is None else str(text)


def _seen(text: str, hidden: bool) -> str:
    return "given, not shown" if hidden and text else text
