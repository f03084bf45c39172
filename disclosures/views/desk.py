"""The signed-in person's desk and the list of requests: what waits for me, and where everything stands."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests.actions.assign import WORK
from requests.models import DisclosureRequest, Event
from requests.models.lifecycle import State
from requests.permissions import APART, Role
from requests.views.guard import anyone_signed_in, guarded_by

ROWS = 25


def waiting_for(person: Any) -> QuerySet[DisclosureRequest]:
    """The requests whose next step this person may take: role and state fit, four eyes are kept, nobody else has them."""
    wanted = Q(pk__in=[])
    for state, (role, stage) in WORK.items():
        if role not in person.role_names or state in (State.RESPONDED, State.DENIED):
            continue
        acted = Event.objects.filter(
            actor=person, is_refused=False, stage__in=[str(each) for each in APART[stage]]
        ).values("disclosure_request_id")
        fits = Q(state=state) & ~Q(pk__in=acted)
        if state == State.APPROVED:
            fits &= Q(undecided_count__gt=0)
        wanted |= fits
    if person.role_names & {Role.OFFICIAL, Role.REQUESTER} and person.agency_id:
        wanted |= Q(agency_id=person.agency_id, state__in=[State.DRAFT, State.RETURNED])
    visible = DisclosureRequest.objects.visible_to(person)
    return visible.filter(wanted).filter(Q(assignee__isnull=True) | Q(assignee=person))


@require_safe
@guarded_by(anyone_signed_in)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me by urgency, and what I passed on and where it stands."""
    person = request.user
    waiting = waiting_for(person).select_related("agency", "assignee").order_by("due_date", "pk")[: ROWS + 1]
    passed_on = (
        DisclosureRequest.objects.visible_to(person)
        .open()
        .filter(pk__in=Event.objects.filter(actor=person, state_number__isnull=False).values("disclosure_request_id"))
        .exclude(pk__in=waiting_for(person).values("pk"))
        .select_related("agency", "assignee")
        .order_by("-pk")[:ROWS]
    )
    mine = []
    if Role.RECIPIENT in person.role_names:  # type: ignore[union-attr]
        mine = list(DisclosureRequest.objects.visible_to(person).select_related("agency").order_by("-pk")[:ROWS])
    return render(
        request,
        "disclosures/desk.html",
        {"waiting": list(waiting)[:ROWS], "has_more": len(waiting) > ROWS, "passed_on": passed_on, "answered": mine},
    )


@require_safe
@guarded_by(anyone_signed_in)
def worklist(request: HttpRequest) -> HttpResponse:
    """All requests that the person may know of, newest or most urgent first, with filters in the address."""
    person = request.user
    rows = DisclosureRequest.objects.visible_to(person).select_related("agency", "assignee", "authority")
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    if state in State.values:
        rows = rows.filter(state=state)
    elif state != "any" and not text:
        rows = rows.open()
    if text:
        rows = rows.filter(Q(control_number__istartswith=text) | Q(agency__code__iexact=text) | Q(agency__name__istartswith=text))
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows.order_by("-pk")[: ROWS + 1])
    return render(
        request,
        "disclosures/worklist.html",
        {
            "rows": page[:ROWS], "next": page[ROWS - 1].pk if len(page) > ROWS else None, "state": state, "q": text,
            "states": State.choices,
        },
    )  # fmt: skip
