"""Answers as people fetch them: each recipient the lines that name them, the releaser the whole; every look recorded."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosures.actions.fetch import HEADER, answers_for, fetch_answers, recipient_of
from disclosures.models import Receipt, Response
from disclosures.views.acts import BY_NAME, Offer, new_form
from disclosures.views.request_page import find
from requests.actions.advance import prepare
from requests.actions.errors import ActionError, Missing
from requests.actions.record import record_refusal
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Person
from requests.permissions import Role
from requests.views.doors import status_of
from requests.views.downloads import csv_response
from requests.views.guard import anyone_signed_in, guarded_by

ANSWERS_A_PAGE = 100
VERB = "fetch_answers"


@require_safe
@guarded_by(anyone_signed_in)
def answers(request: HttpRequest, control_number: str) -> HttpResponse:
    """The answers that this person may fetch, a page at a time. Looking is fetching: it is recorded the same way."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    at = timezone.now()
    today = office_day(at)
    try:
        fetch_answers(dr.pk, actor=person, at=at)
    except ActionError as error:
        return refuse(request, dr, error)
    after = request.GET.get("after", "0")
    first = int(after) if after.isdigit() and len(after) < 10 else 0
    mine = answers_for(dr, person, on=today)
    page = list(mine.filter(line_number__gt=first)[: ANSWERS_A_PAGE + 1])
    shown = page[:ANSWERS_A_PAGE]
    response = Response.objects.get(disclosure_request=dr)
    context: dict[str, Any] = {
        "dr": dr, "rows": shown, "count": mine.count(), "is_first": first == 0, "response": response,
        "next": shown[-1].line_number if len(page) > ANSWERS_A_PAGE else None,
        "is_whole": Role.RELEASER in person.role_names, "offer": None, "acknowledged": None,
    }  # fmt: skip
    recipient = recipient_of(person, on=today)
    if recipient is not None and Role.RECIPIENT in person.role_names:
        context["acknowledged"] = Receipt.objects.filter(response=response, recipient=recipient).first()
        act = BY_NAME["acknowledge"]
        prepare(dr, at=at)
        if context["acknowledged"] is None and dr.state in act.states:
            context["offer"] = Offer(act, new_form(act, dr, person, today=today), ())
    return render(request, "disclosures/answers.html", context)


@require_safe
@guarded_by(anyone_signed_in)
def answers_csv(request: HttpRequest, control_number: str) -> HttpResponseBase:
    """``line,answer,reason``, streamed: words and codes, and nothing else leaves."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    try:
        rows = fetch_answers(dr.pk, actor=person, at=timezone.now())
    except ActionError as error:
        return refuse(request, dr, error)
    return csv_response(f"{dr.control_number}-answers.csv", HEADER, rows)


def refuse(request: HttpRequest, dr: DisclosureRequest, error: ActionError) -> HttpResponse:
    """Record the refusal, and say it on the page; what is not there for this person is a 404."""
    person: Person = request.user  # type: ignore[assignment]
    record_refusal(VERB, actor=person, at=timezone.now(), request_id=dr.pk, error=error)
    if isinstance(error, Missing):
        raise Http404(str(error)) from error
    return render(request, "disclosures/answers.html", {"dr": dr, "refused": error}, status=status_of(error))
