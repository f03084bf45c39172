"""Lines in question for counsel: grouped by rule and by what they share, read, and decided a group at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests import permissions as may
from requests.actions.decide import decide_group, undo_decision
from requests.actions.errors import ActionError, Missing
from requests.actions.record import record_refusal
from requests.actions.view import record_view
from requests.calendar.office import office_day
from requests.forms import DecideGroupForm
from requests.groups import USUAL, By, Group, Shown, entries, in_question, members, shown
from requests.models import DisclosureRequest, Event, Line, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.queries import counts_by_rule
from requests.rules.registry import rule
from requests.views.doors import find, status_of
from requests.views.guard import guarded_by

GROUPS_A_PAGE = 50
LINES_A_PAGE = 50
DECISIONS_SHOWN = 20
is_counsel = may.holds(Role.COUNSEL)


@require_safe
@guarded_by(is_counsel)
def groups(request: HttpRequest, control_number: str) -> HttpResponse:
    """The groups of one rule, the largest first, and the way to the other rules; below, what this person decided."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    counts = counts_by_rule(in_question(dr.pk))
    code = request.GET.get("rule", "")
    if code not in counts:
        code = next(iter(counts), "")
    by = _by(request.GET.get("by", ""), code)
    found = entries(dr.pk, code, by, most=GROUPS_A_PAGE + 1, after=_after(request)) if code else []
    page = found[:GROUPS_A_PAGE]
    if page:
        numbers = [each.first.number for each in page]
        record_view(dr, actor=person, at=timezone.now(), first=min(numbers), last=max(numbers))
    last = page[-1] if len(found) > GROUPS_A_PAGE else None
    context = {
        "dr": dr, "rules": [{"rule": rule(each), "count": count} for each, count in counts.items()],
        "rule": rule(code) if code else None, "count": counts.get(code, 0), "by": by, "ways": [each for each in By if each != By.RULE],
        "rows": [{"entry": each, "shares": shares(each.first, by)} for each in page],
        "is_first": "after" not in request.GET, "next": f"{last.count}-{last.first.number}" if last else "",
        "decisions": decisions(dr, person), "closed": why_closed(dr, person),
    }  # fmt: skip
    return render(request, "requests/groups.html", context)


def _by(text: str, code: str) -> By:
    return By(text) if text in By.values and text != By.RULE else USUAL.get(code, By.ADDRESS)


def _after(request: HttpRequest) -> tuple[int, int] | None:
    count, _, first = request.GET.get("after", "").partition("-")
    return (int(count), int(first)) if all(part.isdigit() and len(part) < 10 for part in (count, first)) else None


def shares(line: Line, by: By) -> str:
    """What the lines of a group share, as the first of them gives it; empty where it is blank."""
    return {
        By.ADDRESS: line.given_address, By.REASON: line.reason, By.OFFICIAL: line.engaged_official,
        By.STATUTE: line.statutory_authority, By.PERIODS: line.taxable_periods, By.NAME: line.given_name,
        By.CASE: line.case_number, By.ASSURANCE: line.under_investigation or "", By.RULE: "",
    }[by]  # fmt: skip


def why_closed(dr: DisclosureRequest, person: Person) -> str:
    """Why this person decides nothing here now; empty where they can."""
    if dr.state != State.IN_LEGAL_REVIEW:
        return f"It is in “{dr.get_state_display()}”: lines in question are decided in legal review."
    if not may.can_decide_findings(dr, person):
        return "You acted in another stage of this request. Four eyes: another counsel decides its lines."
    return ""


def decisions(dr: DisclosureRequest, person: Person) -> list[Event]:
    """What this person decided about lines of this request, the newest first, without what they took back whole."""
    mine = Event.objects.filter(disclosure_request=dr, actor=person, is_refused=False)
    gone = [event.detail["event"] for event in mine.filter(verb="undo_decision")]
    return list(mine.filter(verb="decide_lines").exclude(pk__in=gone).order_by("-pk")[:DECISIONS_SHOWN])


@require_http_methods(["GET", "HEAD", "POST"])
@guarded_by(is_counsel)
def group(request: HttpRequest, control_number: str, code: str, by: str, number: int) -> HttpResponse:
    """The lines of one group, a page at a time, and below them the one decision about all of them."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    if by not in By.values or number > 2_147_483_647:
        raise Http404("There is no such group.")
    asked = Group(code, By(by), number)
    if request.method != "POST":
        return _show(request, dr, asked)
    at = timezone.now()
    lines = shown(members(dr.pk, asked))
    form = _form(request, dr, lines=lines, data=request.POST)
    sent = {name: request.POST.get(form.add_prefix(name), "") for name in ("seen", "decision", "reason")}
    # A page that is out of date, or closed to this person, is refused by the action, whatever was filled in.
    if sent["seen"] == lines.digest and not why_closed(dr, person) and not form.is_valid():
        return _show(request, dr, asked, form=form, status=400)
    try:
        count = decide_group(dr.pk, actor=person, at=at, group=asked, **sent)
    except ActionError as error:
        record_refusal("decide_lines", actor=person, at=at, request_id=dr.pk, error=error)
        return _show(request, find(person, control_number), asked, refused=error, status=status_of(error))
    messages.success(request, _done(sent["decision"], count, lines.count - count))
    return HttpResponseRedirect(f"{reverse('decide', args=[dr.control_number])}?rule={asked.code}&by={_by(by, code)}")


def _done(decision: str, count: int, left: int) -> str:
    said = f"{count:,} {'line is' if count == 1 else 'lines are'} {'accepted' if decision == 'accept' else 'returned'}."
    return f"{said} {left:,} without a delivery line {'stays' if left == 1 else 'stay'} to decide." if left else said


def _form(request: HttpRequest, dr: DisclosureRequest, *, lines: Shown, data: Any = None) -> DecideGroupForm:
    person: Person = request.user  # type: ignore[assignment]
    today = office_day(timezone.now())
    return DecideGroupForm(data, prefix="group", disclosure_request=dr, person=person, today=today, shown=lines)


def _show(
    request: HttpRequest, dr: DisclosureRequest, asked: Group, *, form: DecideGroupForm | None = None,
    refused: ActionError | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    person: Person = request.user  # type: ignore[assignment]
    lines = members(dr.pk, asked)
    try:
        words = rule(asked.code)
    except KeyError:
        raise Http404("There is no such rule.") from None
    named = Line.objects.filter(disclosure_request=dr, until_version__isnull=True, number=asked.number).first()
    if named is None and asked.by != By.RULE:
        raise Http404("There is no such line.")
    now = shown(lines)
    without = request.GET.get("only") == "without"
    text = request.GET.get("after", "0")
    after = int(text) if text.isdigit() and len(text) < 10 else 0
    found = lines.filter(number__gt=after, **({"has_delivery_line": False} if without else {}))
    page = list(found.order_by("number")[: LINES_A_PAGE + 1])
    rows = page[:LINES_A_PAGE]
    if rows:
        record_view(dr, actor=person, at=timezone.now(), first=rows[0].number, last=rows[-1].number)
    others = {each: count for each, count in counts_by_rule(lines).items() if each != asked.code}
    closed = why_closed(dr, person)
    context = {
        "dr": dr, "asked": asked, "rule": words, "shown": now, "rows": rows, "only_without": without, "is_first": after == 0,
        "shares": shares(named, asked.by) if named else "", "others": others,
        "next": rows[-1].number if len(page) > LINES_A_PAGE else None, "closed": closed, "refused": refused,
        "form": None if closed or now.count == 0 else form or _form(request, dr, lines=now),
    }  # fmt: skip
    return render(request, "requests/group.html", context, status=status)


@require_POST
@guarded_by(is_counsel)
def undo(request: HttpRequest, control_number: str) -> HttpResponse:
    """Take one's own decision back, whole."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    at = timezone.now()
    event = request.POST.get("event", "")
    back = HttpResponseRedirect(reverse("decide", args=[dr.control_number]))
    try:
        if not event.isdigit() or len(event) > 18:
            raise Missing("There is no such decision.")
        count = undo_decision(dr.pk, actor=person, at=at, event_id=int(event))
    except ActionError as error:
        record_refusal("undo_decision", actor=person, at=at, request_id=dr.pk, error=error)
        if isinstance(error, Missing):
            raise Http404(str(error)) from error
        messages.error(request, f"Not done, and nothing changed. {error}")
        return back
    messages.success(request, f"{count:,} {'line is' if count == 1 else 'lines are'} in question again.")
    return back
