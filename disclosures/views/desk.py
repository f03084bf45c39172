"""The signed-in person's desk and the list of requests: what waits for me, and where everything stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from requests import worklist as lists
from requests.actions.remind import mark_read
from requests.actions.send_notices import words_of
from requests.calendar.days import holiday_name
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Event, Notice
from requests.permissions import CASE_ROLES, Role, can_read_notices
from requests.queries import closures
from requests.views.guard import anyone_signed_in, guarded_by
from requests.views.notices import count_given_up, given_up_address
from requests.views.timeline import entries
from requests.worklist import Filters

DESK_ROWS = 12
WATCHERS = frozenset({Role.DIRECTOR, Role.AUDITOR})
NOTICES_SHOWN, NOTICES_LOOKED_AT = 8, 60


@require_safe
@guarded_by(anyone_signed_in)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me by urgency, what I passed on and where it stands, reminders, and the next to take."""
    person: Any = request.user
    today = office_day(timezone.now())
    waiting, more = lists.page(lists.waiting_for(person), size=DESK_ROWS)
    passed_on, more_passed_on = lists.page(lists.scoped("passed_on", person), size=DESK_ROWS)
    roles = person.role_names
    late, more_late = ([], "") if not roles & WATCHERS else lists.page(
        lists.matching(Filters(due="late"), person, today=today), size=DESK_ROWS
    )  # fmt: skip
    lists.explained([*waiting, *passed_on, *late], person)
    untaken = [row for row in waiting if row.assignee_id is None] if roles & CASE_ROLES else []
    context = {
        "counts": desk_counts(person, today=today),
        "waiting": waiting, "more": more, "passed_on": passed_on, "more_passed_on": more_passed_on,
        "late": late, "more_late": more_late, "is_watcher": bool(roles & WATCHERS),
        "holds": lists.live_holds(person, today=today), "take_next": untaken[0] if untaken else None,
        "work": lists.open_work(person) if roles & (CASE_ROLES | {Role.DIRECTOR}) else [],
        "notices": unread_notices(person),
        "answered": answered_for(person) if Role.RECIPIENT in roles else [],
        "refusals": refusals() if roles & WATCHERS else [],
        "holiday": holiday_name(today, closures()),
        "can_ask": bool(roles & {Role.REQUESTER, Role.OFFICIAL, Role.INTAKE}),
        "is_case_worker": bool(roles & (CASE_ROLES | {Role.OFFICIAL, Role.REQUESTER})),
    }  # fmt: skip
    return render(request, "disclosures/desk.html", context)


def desk_counts(person: Any, *, today: Any) -> list[dict[str, Any]]:
    """The numbers at the top of the desk; each is a link to exactly those rows."""
    roles = person.role_names
    kinds: list[tuple[str, Filters, bool]] = []
    if roles & (CASE_ROLES | {Role.OFFICIAL, Role.REQUESTER}):
        kinds += [
            ("Waiting for you", Filters(scope="waiting", state="any"), False),
            ("Late, waiting for you", Filters(scope="waiting", due="late"), True),
            ("Due within 7 days", Filters(scope="waiting", due="week"), False),
            ("Passed on, still open", Filters(scope="passed_on"), False),
        ]
    if roles & {Role.OFFICIAL, Role.REQUESTER}:
        kinds += [("All open, of your agency", Filters(), False)]
    if roles & (CASE_ROLES | WATCHERS):
        kinds += [
            ("All open", Filters(), False), ("Late, all", Filters(due="late"), True),
            ("Clock stopped, all", Filters(due="stopped"), False),
        ]  # fmt: skip
    counts = [
        (words, lists.count(lists.matching(filters, person, today=today)), f"{reverse('worklist')}?{filters.address()}", is_bad)
        for words, filters, is_bad in kinds
    ]
    if can_read_notices(None, person):
        counts.append(("Reminders given up", count_given_up(), given_up_address(), True))
    return [
        {"words": words, "number": number, "address": address, "is_bad": is_bad and number != "0"}
        for words, number, address, is_bad in counts
    ]


def unread_notices(person: Any) -> list[dict[str, Any]]:
    """The newest reminder about each clock that still runs, unread; read or not, what has ended is left in peace."""
    newest = (
        Notice.objects.filter(person=person, read_at__isnull=True)
        .select_related("disclosure_request__agency", "clock")
        .order_by("-pk")[:NOTICES_LOOKED_AT]
    )
    by_clock: dict[int, Notice] = {}
    for notice in newest:
        if notice.clock.ended_on is None and notice.clock.stopped_since is None:
            by_clock.setdefault(notice.clock_id, notice)
    return [{"notice": each, "words": words_of(each)} for each in list(by_clock.values())[:NOTICES_SHOWN]]


def answered_for(person: Any) -> list[DisclosureRequest]:
    """The newest requests with answers for this recipient."""
    return list(DisclosureRequest.objects.visible_to(person).select_related("agency", "assignee").order_by("-pk")[:DESK_ROWS])


def refusals() -> list[Any]:
    """What was refused lately, for those who watch."""
    events = Event.objects.filter(is_refused=True).select_related("actor", "disclosure_request").order_by("-pk")[:8]
    return [
        {"entry": entry, "control_number": event.disclosure_request.control_number if event.disclosure_request else ""}
        for event in events
        for entry in entries([event], for_agency=False)
    ]


@require_POST
@guarded_by(anyone_signed_in)
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark the reminders shown on one's own desk as read."""
    ids = [int(value) for value in request.POST.getlist("notice") if value.isdigit() and len(value) < 19]
    person: Any = request.user
    mark_read(actor=person, at=timezone.now(), notice_ids=ids)
    return HttpResponseRedirect(reverse("desk"))


@require_safe
@guarded_by(anyone_signed_in)
def worklist(request: HttpRequest) -> HttpResponse:
    """All requests that the person may know of by urgency, narrowed by filters that stand in the address."""
    person: Any = request.user
    filters = Filters.from_address(request.GET)
    today = office_day(timezone.now())
    rows, following = lists.page(lists.matching(filters, person, today=today), after=request.GET.get("after", "")[:40])
    lists.explained(rows, person)
    context = {
        "rows": rows, "next": f"?{filters.address()}&after={following}" if following else "", "filters": filters,
        "is_first": not request.GET.get("after"),
        "choices": {
            "scope": lists.SCOPES, "state": lists.STATES, "due": lists.DUES, "age": lists.AGES, "lines": lists.SIZES,
        },
        "agencies": lists.agencies(person),
    }  # fmt: skip
    return render(request, "disclosures/worklist.html", context)
