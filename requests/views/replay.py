"""An old verdict, judged again: for one line or for all lines of a request, beside what is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from requests import permissions as may
from requests.actions.view import record_view
from requests.models import Line, Parameter, Person
from requests.permissions import Role
from requests.replay import circumstances, replay_request
from requests.rules.registry import rule
from requests.views.doors import find
from requests.views.guard import guarded_by

# More lines take longer than a page may; the command has the time.
MOST_LINES = 20_000


@require_safe
@guarded_by(may.holds(Role.AUDITOR, Role.COUNSEL))
def replay(request: HttpRequest, control_number: str) -> HttpResponse:
    """Judge again on the day and with the parameters of then; nothing is changed by it."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    text = request.GET.get("line", "").strip()
    number = int(text) if text.isdigit() and len(text) < 10 else None
    line = Line.objects.filter(disclosure_request=dr, until_version__isnull=True, number=number).first() if number else None
    wrong = f"There is no line “{text[:20]}” in this request. Give the number of a line that stands." if text and line is None else ""
    is_too_long, versions = dr.line_count > MOST_LINES, circumstances(dr)
    found = None if wrong or is_too_long or not versions else replay_request(dr, number=line.number if line else None)
    seen = [line.number] if line else [each.number for each in found.differences] if found else []
    if seen:
        record_view(dr, actor=person, at=timezone.now(), first=min(seen), last=max(seen))
    # A decided line that agrees does so with the version that was decided on, the last one tried.
    used = (found.versions[::-1] if line and found.agrees else found.versions) if found else versions
    then: Any = used[0] if used else None
    now = dict(Parameter.objects.values_list("name", "value"))
    context = {
        "dr": dr, "line": line, "text": text, "wrong": wrong, "is_too_long": is_too_long, "most": MOST_LINES, "found": found, "then": then,
        "rules": [{"rule": rule(code), "version": version, "changed": then.changed.get(code, "")}
                  for code, version in sorted(then.rule_set.versions.items()) if _is_known(code)] if then else [],
        "parameters": [(name.replace("_", " "), value, now.get(name))
                       for name, value in sorted(then.rule_set.parameters.items())] if then else [],
    }  # fmt: skip
    return render(request, "requests/replay.html", context, status=400 if wrong else 200)


def _is_known(code: str) -> bool:
    try:
        rule(code)
    except KeyError:
        return False
    return True
