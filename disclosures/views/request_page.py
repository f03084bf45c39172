"""The page of one request: facts, findings, lines, clock, history, who acts next, and every act or why not."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from disclosures import tasks
from disclosures.models import Answer, MatchRun, Response
from disclosures.views.acts import BY_NAME, Offer, new_form, offers
from requests.actions.advance import prepare
from requests.actions.approve import scope_text
from requests.actions.assign import WORK
from requests.actions.clocks import count_of, stops
from requests.actions.errors import ActionError, BadInput, Missing, NotNow, NotYours
from requests.actions.record import record_refusal
from requests.actions.view import record_view
from requests.calendar.office import office_day
from requests.forms import ActForm
from requests.models import DisclosureRequest, Line, Person
from requests.models.lifecycle import State
from requests.permissions import Role, can_draft, can_read_notices, enters_paper, holds
from requests.queries import closures
from requests.rules.registry import rule
from requests.tasks import wake
from requests.views.doors import find, sees_whole_requests, status_of
from requests.views.guard import anyone_signed_in, guarded_by
from requests.views.ledger import weeks
from requests.views.notices import on_a_request
from requests.views.timeline import AGENCY_CLOCKS, QUIET, entries

LINES_A_PAGE = 50
EVENTS_A_PAGE = 40
STEPS = (
    ("Received", State.SUBMITTED), ("Complete", State.IN_INTAKE), ("Legal review", State.IN_LEGAL_REVIEW),
    ("Impairment", State.IN_IMPAIRMENT_CHECK), ("Approval", State.AWAITING_APPROVAL), ("Match", State.APPROVED),
    ("Release", State.AWAITING_RELEASE), ("Responded", State.RESPONDED), ("Closed", State.CLOSED),
)  # fmt: skip


@require_safe
@guarded_by(anyone_signed_in)
def request_page(request: HttpRequest, control_number: str) -> HttpResponse:
    """Show one request; what is shown of its lines is recorded."""
    return show(request, find(request.user, control_number))


def show(
    request: HttpRequest,
    dr: DisclosureRequest,
    *,
    bound: ActForm | None = None,
    refused: ActionError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a refused form and the reasons for the refusal where there are any."""
    person: Person = request.user  # type: ignore[assignment]
    at = timezone.now()
    today = office_day(at)
    prepare(dr, at=at)
    can_mend = dr.state in (State.DRAFT, State.RETURNED, State.IN_INTAKE) and may_mend(dr, person)
    file = dr.loads.filter(ended_at__isnull=True).first() if can_mend else None
    lines = page_of_lines(request, dr, person)
    if lines["rows"]:
        record_view(dr, actor=person, at=at, first=lines["rows"][0].number, last=lines["rows"][-1].number)
    acts = offers(dr, person, today=today, bound=bound)
    for_agency = person.agency_id is not None
    context = {
        "dr": dr,
        "person": person,
        "for_agency": for_agency,
        "steps": steps(dr),
        "offers": [offer for offer in acts if offer.is_open],
        "closed_offers": [offer for offer in acts if not offer.is_open],
        "main": next((offer for offer in acts if offer.is_open and offer.act.is_main), None),
        "next_words": next_words(dr, acts),
        "scope": scope_text(dr) if dr.state == State.AWAITING_APPROVAL and not for_agency else "",
        "findings": findings(dr),
        "line_findings": line_findings(dr),
        "lines": lines,
        "clocks": clocks(dr, today=today, for_agency=for_agency),
        "timeline": timeline(request, dr, for_agency=for_agency),
        "sees_whole": sees_whole_requests(None, person),
        "documents": dr.documents.defer("content").order_by("pk") if sees_whole_requests(None, person) else [],
        "reviews": [] if for_agency else dr.reviews.filter(version=dr.version).select_related("written_by"),
        "people": [] if for_agency else people(dr),
        "holds": dr.holds_on("release") or dr.holds_on("approve") or dr.holds_on("submit"),
        "run": None if for_agency else MatchRun.objects.filter(disclosure_request=dr).first(),
        "response": Response.objects.filter(disclosure_request=dr).first(),
        "release_job": None if for_agency else dr.release_jobs.order_by("-pk").first(),
        "replays": holds(Role.AUDITOR, Role.COUNSEL)(dr, person) and dr.line_count > 0,
        "reminders": on_a_request(dr) if can_read_notices(None, person) else None,
        "can_mend": can_mend,
        "children": DisclosureRequest.objects.visible_to(person).filter(parent=dr).order_by("pk").values_list("control_number", flat=True),
        "file": file,
        "decides_groups": dr.questioned_count > 0 and holds(Role.COUNSEL)(dr, person),
        "refused": refused,
        "is_stopped": dr.pauses.filter(last_day__isnull=True).exists(),
        "today": today,
    }
    return render(request, "requests/request.html", context, status=status)


def may_mend(dr: DisclosureRequest, person: Person) -> bool:
    """Whether the person may change what is asked: the agency's people, and intake for what came on paper."""
    return can_draft(dr, person) or enters_paper(dr, person)


def steps(dr: DisclosureRequest) -> list[dict[str, Any]]:
    """The life of the request as the page shows it."""
    order = [state for _, state in STEPS]
    here = order.index(dr.state) if dr.state in order else None
    return [
        {"label": label, "is_done": here is not None and index < here, "is_here": index == here}
        for index, (label, _) in enumerate(STEPS)
    ]


def next_words(dr: DisclosureRequest, acts: list[Offer]) -> str:
    """Who acts next, in one sentence."""
    mine = next((offer for offer in acts if offer.is_open and offer.act.is_main), None)
    if mine:
        return f"You can {mine.act.label[0].lower()}{mine.act.label[1:]}."
    if dr.state in (State.DRAFT, State.RETURNED):
        return "The agency acts next."
    if dr.state == State.IN_INTAKE and dr.version > dr.signed_version:
        return "The agency acts next: an official signs the mended lines."
    if dr.state == State.APPROVED:
        if dr.undecided_count:
            lines = "one line is" if dr.undecided_count == 1 else f"{dr.undecided_count:,} lines are"
            return f"Matchers act next: {lines} undecided."
        return "The comparison runs in the background."
    work = WORK.get(dr.state)
    if work is None or dr.state in (State.RESPONDED, State.DENIED):
        return "Nothing is left to do but to close it." if dr.state in (State.RESPONDED, State.DENIED) else "It has ended."
    name = {Role.RELEASER: "A releaser", Role.COUNSEL: "Counsel", Role.INTAKE: "Intake",
            Role.APPROVER: "An approver", Role.IMPAIRMENT: "The impairment officer"}.get(work[0], "Somebody")  # fmt: skip
    return f"{name} acts next." if dr.assignee is None else f"{name} acts next: {dr.assignee} has it."


def findings(dr: DisclosureRequest) -> list[dict[str, Any]]:
    """The findings about the whole request, with their words."""
    rows = dr.findings.filter(version=dr.version).select_related("decided_by").order_by("code")
    return [{"finding": each, "rule": rule(each.code)} for each in rows]


def line_findings(dr: DisclosureRequest) -> list[dict[str, Any]]:
    """How many standing lines each rule found something in, with the rule's words."""
    return [{"rule": rule(code), "count": count} for code, count in dr.finding_counts.items()]


def page_of_lines(request: HttpRequest, dr: DisclosureRequest, person: Person) -> dict[str, Any]:
    """One keyset page of lines, filtered by finding or standing; a recipient sees only the lines that name them."""
    rows = Line.objects.filter(disclosure_request=dr, until_version__isnull=True)
    if dr.takes_lines_in:
        rows = rows.none()  # those that are in do not stand yet
    roles = person.role_names
    if not sees_whole_requests(None, person):
        rows = rows.filter(answer__engaged_by__recipient__person=person)
    code, standing = request.GET.get("rule", ""), request.GET.get("standing", "")
    if code:
        rows = rows.exclude(verdict=Line.Verdict.ACCEPT).filter(findings__contains=[code[:3]])
    if standing in Line.Standing.values:
        rows = rows.filter(standing=standing)
        if standing in (Line.Standing.DEFECTIVE, Line.Standing.QUESTIONED, Line.Standing.ACCEPTED):
            rows = rows.exclude(verdict=Line.Verdict.ACCEPT)  # as they are not; the index of such lines finds them
    after = request.GET.get("after", "0")
    first = int(after) if after.isdigit() and len(after) < 10 else 0
    page = list(rows.filter(number__gt=first).order_by("number").select_related("decision")[: LINES_A_PAGE + 1])
    shown = page[:LINES_A_PAGE]
    answers = {}
    if Role.RECIPIENT in roles or Role.RELEASER in roles or Role.AUDITOR in roles:
        answers = {
            answer.line_id: answer
            for answer in Answer.objects.filter(line_id__in=[line.pk for line in shown])
        }
    for line in shown:
        line.shown_answer = answers.get(line.pk)  # type: ignore[attr-defined]
    return {
        "rows": shown, "rule": code, "standing": standing, "shows_answers": bool(answers),
        "next": shown[-1].number if len(page) > LINES_A_PAGE else None, "is_first": first == 0,
    }  # fmt: skip


def clocks(dr: DisclosureRequest, *, today: dt.date, for_agency: bool) -> list[dict[str, Any]]:
    """Every clock with its days, running or ended; an agency sees its own reply window and the answer's clock.

    An ended clock keeps the due day that it had. Where the calendar changed since, its days would tell another story, and
    are left out.
    """
    pauses, closed = list(dr.pauses.select_related("hold").order_by("first_day", "pk")), closures()
    found = []
    for clock in dr.clocks.order_by("pk"):
        if for_agency and clock.kind not in AGENCY_CLOCKS:
            continue
        count = count_of(clock, pauses=pauses, today=today, closed=closed)
        days = list(count.days) if clock.ended_on is None or count.due == clock.due_on else []
        until = clock.ended_on or today
        found.append({
            "clock": clock, "due": count.due, "weeks": weeks(clock.starts_on, count.due, days, today=today) if days else [],
            "stops": [
                pause for pause in pauses
                if stops(pause, clock.kind) and pause.first_day <= until and (pause.last_day or until) >= clock.starts_on
            ],
        })  # fmt: skip
    return found


def timeline(request: HttpRequest, dr: DisclosureRequest, *, for_agency: bool) -> dict[str, Any]:
    """The newest events, or all kinds of them where asked for."""
    everything = request.GET.get("events") == "all" and not for_agency
    events = dr.events.select_related("actor")
    if not everything:
        events = events.exclude(verb__in=QUIET)
    events = events.order_by("-occurred_at", "-pk")
    moment, _, pk = request.GET.get("before", "").partition("_")
    earlier = parse_datetime(moment) if len(moment) < 40 and _is_moment(moment) else None
    if earlier is not None and pk.isdigit() and len(pk) < 19:
        events = events.filter(Q(occurred_at__lt=earlier) | Q(occurred_at=earlier, pk__lt=int(pk)))
    page = list(events[: EVENTS_A_PAGE + 1])
    last = page[EVENTS_A_PAGE - 1] if len(page) > EVENTS_A_PAGE else None
    return {
        "entries": entries(page[:EVENTS_A_PAGE], for_agency=for_agency), "is_all": everything,
        "next": urlencode({"before": f"{last.occurred_at.isoformat()}_{last.pk}"}) if last else "",
    }  # fmt: skip


def _is_moment(text: str) -> bool:
    try:
        found = parse_datetime(text)
    except ValueError:
        return False
    return found is not None and found.tzinfo is not None


def people(dr: DisclosureRequest) -> list[tuple[str, str]]:
    """Who acted in which stage."""
    names = dict(
        Person.objects.filter(pk__in={pk for ids in dr.people_by_stage.values() for pk in ids}).values_list(
            "pk", "username"
        )
    )
    full = {person.pk: str(person) for person in Person.objects.filter(pk__in=list(names))}
    stages = (("intake", "Intake"), ("legal_review", "Legal review"), ("impairment", "Impairment"),
              ("approval", "Approval"), ("matching", "Matching"), ("release", "Release"))  # fmt: skip
    return [
        (label, ", ".join(sorted(full[pk] for pk in dr.people_by_stage.get(stage, ()) if pk in full)) or "nobody yet")
        for stage, label in stages
    ]


@require_POST
@guarded_by(anyone_signed_in)
def act(request: HttpRequest, control_number: str, name: str) -> HttpResponse:
    """Do one act: read the form, make the one call, answer. A refusal is recorded and changes nothing."""
    dr = find(request.user, control_number)
    chosen = BY_NAME.get(name)
    if chosen is None:
        raise Http404("There is no such step.")
    person: Person = request.user  # type: ignore[assignment]
    at = timezone.now()
    form = new_form(chosen, dr, person, today=office_day(at), data=request.POST, files=request.FILES)
    if not form.is_valid():
        if dr.state not in chosen.states or not chosen.permission(dr, person):
            return refuse(request, dr, chosen.name, NotNow(f"“{chosen.label}” is not open to you on this request now."))
        return show(request, dr, bound=form, status=400)
    seen = form.cleaned_data.get("state_number")
    if seen is not None and seen != dr.state_number:
        stale = NotNow("Somebody moved this request after you opened the page. Read it as it stands now; nothing changed.")
        return refuse(request, dr, chosen.name, stale)
    try:
        if not chosen.verb and not chosen.permission(dr, person):
            raise NotYours("Your role does not take this step, or you acted in another stage of this request.")
        if dr.state not in chosen.states:
            raise NotNow(f"It is in “{dr.get_state_display()}”; “{chosen.label}” has no place there.")
        chosen.run(dr, person, at, form.cleaned_data)
    except BadInput as error:
        form.add_error(None, str(error))
        return refuse(request, dr, chosen.name, error, bound=form)
    except ActionError as error:
        return refuse(request, dr, chosen.name, error)
    after_commit(dr, name)
    messages.success(request, chosen.done)
    if dr.__class__.objects.visible_to(person).filter(pk=dr.pk).exists():
        return HttpResponseRedirect(reverse("request", args=[dr.control_number]))
    return HttpResponseRedirect(reverse("desk"))


def after_commit(dr: DisclosureRequest, name: str) -> None:
    """Wake the worker for what now waits; rows are the queue, so a lost wake-up loses nothing."""
    if name == "approve":
        wake(tasks.match_request, dr.pk)
    elif name == "release":
        wake(tasks.release_queued)


def refuse(
    request: HttpRequest, dr: DisclosureRequest, verb: str, error: ActionError, *, bound: ActForm | None = None
) -> HttpResponse:
    """Record the refusal in a transaction of its own, and show the page as it stands with the reasons."""
    person: Person = request.user  # type: ignore[assignment]
    record_refusal(verb, actor=person, at=timezone.now(), request_id=dr.pk, error=error)
    if isinstance(error, Missing):
        raise Http404(str(error)) from error
    current = find(person, dr.control_number)
    return show(request, current, bound=bound, refused=error, status=status_of(error))


@require_safe
@guarded_by(anyone_signed_in)
def document(request: HttpRequest, control_number: str, pk: int) -> HttpResponse:
    """A document of the request, as a download."""
    dr = find(request.user, control_number)
    if not sees_whole_requests(None, request.user):
        raise PermissionDenied("Recipients fetch their answers; documents stay with the agency's officials.")
    found = dr.documents.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such document.")
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{dr.control_number}-{found.kind}-{found.version}.pdf"'
    return response
