"""Undecided lines: what waits for matchers, and one line decided at a time, with the way to the next and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from disclosures.actions.decide_match import decide_match, undo_match_decision
from disclosures.forms import DecideMatchForm
from disclosures.models import MatchDecision, MatchResult
from disclosures.views.request_page import find
from disclosures.views.sides import Side, sides
from requests import permissions as may
from requests.actions.errors import ActionError, NotYours
from requests.actions.record import record_refusal
from requests.actions.view import record_view
from requests.models import DisclosureRequest, Event, Person
from requests.models.lifecycle import State
from requests.permissions import APART, Role, Stage
from requests.views.doors import status_of
from requests.views.guard import guarded_by

LINES_A_PAGE = 100
JUST_DECIDED = 5
is_matcher = may.holds(Role.MATCHER)


def open_results() -> QuerySet[MatchResult]:
    """Undecided lines without a resolution, of comparisons that are complete."""
    return MatchResult.objects.filter(
        result=MatchResult.Result.UNDECIDED, resolution="", run__completed_at__isnull=False,
        run__disclosure_request__state=State.APPROVED,
    )  # fmt: skip


def waiting_for(person: Person) -> QuerySet[MatchResult]:
    """The open ones that this matcher has not decided yet; a yes waits for somebody else."""
    mine = MatchDecision.objects.filter(result=OuterRef("pk"), matcher=person, undone_at__isnull=True)
    return open_results().filter(~Exists(mine))


@require_safe
@guarded_by(is_matcher)
def undecided(request: HttpRequest) -> HttpResponse:
    """The requests with undecided lines, most urgent first; those are left out in which four eyes forbid it."""
    person: Person = request.user  # type: ignore[assignment]
    acted = Event.objects.filter(
        actor=person, is_refused=False, stage__in=[str(each) for each in APART[Stage.MATCHING]]
    ).values("disclosure_request_id")
    counts = dict(
        open_results().values_list("run__disclosure_request").annotate(count=Count("pk")).values_list(
            "run__disclosure_request", "count"
        )
    )
    mine = dict(
        waiting_for(person).values_list("run__disclosure_request").annotate(count=Count("pk")).values_list(
            "run__disclosure_request", "count"
        )
    )
    requests = (
        DisclosureRequest.objects.visible_to(person).filter(pk__in=list(counts)).exclude(pk__in=acted)
        .select_related("agency").order_by("due_date", "pk")
    )  # fmt: skip
    rows = [{"dr": dr, "count": counts[dr.pk], "mine": mine.get(dr.pk, 0)} for dr in requests]
    return render(request, "disclosures/undecided.html", {"requests": rows})


@require_safe
@guarded_by(may.is_office)
def undecided_of(request: HttpRequest, control_number: str) -> HttpResponse:
    """The undecided lines of one request: why each is undecided, and whether one has decided it already."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    after = request.GET.get("after", "0")
    first = int(after) if after.isdigit() and len(after) < 10 else 0
    page = list(
        open_results().filter(run__disclosure_request=dr, line__number__gt=first).select_related("line")
        .order_by("line__number").prefetch_related("decisions")[: LINES_A_PAGE + 1]
    )  # fmt: skip
    shown = page[:LINES_A_PAGE]
    if shown:
        record_view(dr, actor=person, at=timezone.now(), first=shown[0].line.number, last=shown[-1].line.number)
    rows = [{"result": each, "is_mine": _live_by(each, person), "has_first": _has_first(each)} for each in shown]
    following = _next(dr, person, after=0) if may.can_decide_matches(dr, person) else None
    context = {
        "dr": dr, "rows": rows, "is_first": first == 0, "can_decide": may.can_decide_matches(dr, person),
        "next": shown[-1].line.number if len(page) > LINES_A_PAGE else None, "following": following,
    }  # fmt: skip
    return render(request, "disclosures/undecided.html", context)


def _live_by(result: MatchResult, person: Person) -> bool:
    return any(each.matcher_id == person.pk and each.undone_at is None for each in result.decisions.all())


def _has_first(result: MatchResult) -> bool:
    return any(each.undone_at is None for each in result.decisions.all())


@require_http_methods(["GET", "HEAD", "POST"])
@guarded_by(is_matcher)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one undecided line beside its records; take a decision or take the own one back; go on to the next."""
    person: Person = request.user  # type: ignore[assignment]
    result = (
        MatchResult.objects.filter(pk=pk, result=MatchResult.Result.UNDECIDED, run__completed_at__isnull=False)
        .select_related("run__disclosure_request", "line").first()
    )  # fmt: skip
    if result is None:
        raise Http404("There is no such undecided line.")
    dr = find(person, result.run.disclosure_request.control_number)
    if request.method != "POST":
        if not may.can_decide_matches(dr, person):
            raise PermissionDenied("You acted in approval or release of this request; somebody else decides its lines.")
        return _show(request, dr, result)
    at = timezone.now()
    if "undo" in request.POST:
        try:
            undo_match_decision(result.pk, actor=person, at=at)
        except ActionError as error:
            return _refuse(request, dr, result, error, verb="undo_match_decision")
        messages.success(request, f"Your decision about line {result.line.number} is taken back.")
        return HttpResponseRedirect(reverse("decide_match", args=[result.pk]))
    shown = sides(result)
    form = _form(result, shown, request.POST)
    if not form.is_valid():
        return _show(request, dr, result, form=form, status=400)
    data = form.cleaned_data
    same = MatchDecision.objects.filter(result=result, matcher=person, undone_at__isnull=True, choice=data["choice"])
    if not same.exists():  # a second click of the same decision is no second decision
        ref = next((side.taxpayer_ref for side in shown if side.letter == data.get("record")), "")
        try:
            decide_match(
                result.pk, actor=person, at=at, choice=data["choice"], reason=data["reason"],
                taxpayer_ref=ref if data["choice"] == MatchResult.Resolution.YES else "",
            )  # fmt: skip
        except ActionError as error:
            return _refuse(request, dr, result, error, verb="decide_match", form=form)
    following = _next(dr, person, after=result.line.number)
    messages.success(request, f"Line {result.line.number}: {MatchResult.Resolution(data['choice']).label.lower()}, kept.")
    if following is None:
        return HttpResponseRedirect(reverse("undecided"))
    return HttpResponseRedirect(reverse("decide_match", args=[following.pk]))


def _form(result: MatchResult, shown: list[Side], data: Any = None) -> DecideMatchForm:
    """Yes is offered only where the comparison found that every component of a record agrees."""
    return DecideMatchForm(data, letters=[side.letter for side in shown if result.can_be_yes and side.can_be_yes])


def _next(dr: DisclosureRequest, person: Person, *, after: int) -> MatchResult | None:
    """The next line that waits for this matcher, beginning again from the first at the end."""
    mine = waiting_for(person).filter(run__disclosure_request=dr).order_by("line__number")
    return mine.filter(line__number__gt=after).first() or mine.first()


def _refuse(
    request: HttpRequest, dr: DisclosureRequest, result: MatchResult, error: ActionError, *, verb: str,
    form: DecideMatchForm | None = None,
) -> HttpResponse:  # fmt: skip
    person: Person = request.user  # type: ignore[assignment]
    record_refusal(verb, actor=person, at=timezone.now(), request_id=dr.pk, error=error)
    if isinstance(error, NotYours):
        raise PermissionDenied(str(error)) from error
    result.refresh_from_db()
    return _show(request, dr, result, form=form, refused=error, status=status_of(error))


def _show(
    request: HttpRequest, dr: DisclosureRequest, result: MatchResult, *, form: DecideMatchForm | None = None,
    refused: ActionError | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    person: Person = request.user  # type: ignore[assignment]
    shown = sides(result)
    number = result.line.number
    record_view(dr, actor=person, at=timezone.now(), first=number, last=number)
    live = list(result.decisions.filter(undone_at__isnull=True))
    mine = next((each for each in live if each.matcher_id == person.pk), None)
    is_open = result.resolution == "" and dr.state == State.APPROVED and mine is None
    every = MatchResult.objects.filter(run=result.run, result=MatchResult.Result.UNDECIDED)
    just = MatchDecision.objects.filter(matcher=person, undone_at__isnull=True, result__run=result.run)
    sums = every.aggregate(total=Count("pk"), done=Count("pk", filter=~Q(resolution="")))
    queue = waiting_for(person).filter(run=result.run).exclude(pk=result.pk).order_by("line__number")
    context = {
        "dr": dr, "result": result, "sides": shown, "line": result.line, "mine": mine, "is_open": is_open,
        "is_second": mine is None and bool(live), "refused": refused, "sums": sums,
        "form": (form or _form(result, shown)) if is_open else None,
        "just": just.select_related("result__line").order_by("-decided_at", "-pk")[:JUST_DECIDED],
        "before": queue.filter(line__number__lt=number).last(), "after": queue.filter(line__number__gt=number).first(),
    }  # fmt: skip
    return render(request, "disclosures/decide.html", context, status=status)
