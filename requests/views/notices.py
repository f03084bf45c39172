"""The reminders that were sent, that wait and that were given up: who was told what, when, and why not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from requests.actions.errors import ActionError
from requests.actions.record import record_refusal
from requests.actions.send_notices import error_words, send_again, words_of
from requests.models import DisclosureRequest, Notice, Person
from requests.permissions import can_read_notices, can_resend_notices
from requests.views.doors import sees_whole_requests
from requests.views.guard import guarded_by

PAGE = 50
ON_A_REQUEST = 8
MOST_PEOPLE = 50
MOST_COUNTED = 1000
STATUSES = {"": "Any", **dict(Notice.Status.choices)}
RUNGS = {"": "Any", "before": "Before the due day", "today": "On the due day", "late": "Late", "director": "To a director"}
SHAPES = {"queued": "wait", "sent": "yes", "failed": "late", "passed": "plain"}
_RUNGS = {
    "before": Q(rung__gt=0), "today": Q(rung=0), "late": Q(rung__lt=0, is_escalation=False), "director": Q(is_escalation=True),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeFilters:
    """The filters of the list, as they stand in its address."""

    status: str = ""
    rung: str = ""
    q: str = ""

    @classmethod
    def from_address(cls, given: Mapping[str, str]) -> NoticeFilters:
        """Read them; a value that is no choice counts as none."""
        status, rung = str(given.get("status", "")), str(given.get("rung", ""))
        text = str(given.get("q", ""))[:100].replace("\x00", "").strip()
        return cls(status if status in STATUSES else "", rung if rung in RUNGS else "", text)

    def address(self, **changes: str) -> str:
        """The query string of these filters with some of them changed."""
        values = dataclasses.asdict(self) | changes
        return urlencode({name: value for name, value in values.items() if value})

    def chips(self) -> list[dict[str, str]]:
        """The filters in use, in words, each with the address of the list without it."""
        words = {"status": STATUSES[self.status], "rung": RUNGS[self.rung], "q": f"Search: {self.q}"}
        return [{"words": words[name], "without": self.address(**{name: ""})} for name in words if getattr(self, name)]


def matching(filters: NoticeFilters) -> QuerySet[Notice]:
    """The reminders that these filters leave."""
    rows = Notice.objects.all()
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.rung:
        rows = rows.filter(_RUNGS[filters.rung])
    if filters.q:
        named = Q(username__iexact=filters.q) | Q(last_name__istartswith=filters.q) | Q(email__iexact=filters.q)
        people = list(Person.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE])
        found = DisclosureRequest.objects.filter(control_number=filters.q.upper()).values_list("pk", flat=True)
        rows = rows.filter(Q(person_id__in=people) | Q(disclosure_request_id__in=list(found)))
    return rows


def told(notices: QuerySet[Notice], most: int) -> list[dict[str, Any]]:
    """The newest of these reminders, in words."""
    rows = notices.select_related("person", "clock", "disclosure_request__agency").order_by("-pk")[:most]
    return [
        {
            "notice": each, "words": words_of(each), "error": error_words(each), "shape": SHAPES[each.status],
            "can_go_again": each.status == Notice.Status.FAILED,
        }
        for each in rows
    ]  # fmt: skip


def on_a_request(dr: DisclosureRequest) -> dict[str, Any]:
    """The newest reminders about one request, and the address of all of them where there are more."""
    rows = told(dr.notices.all(), ON_A_REQUEST + 1)
    every = f"{reverse('notices')}?{NoticeFilters(q=dr.control_number).address()}"
    return {"rows": rows[:ON_A_REQUEST], "all": every if len(rows) > ON_A_REQUEST else ""}


def count_given_up() -> str:
    """How many reminders were given up, counted up to a thousand."""
    found = Notice.objects.filter(status=Notice.Status.FAILED).order_by()[: MOST_COUNTED + 1].count()
    return f"{found:,}" if found <= MOST_COUNTED else f"over {MOST_COUNTED:,}"


def given_up_address() -> str:
    """The address of exactly those."""
    return f"{reverse('notices')}?{NoticeFilters(status=Notice.Status.FAILED).address()}"


@require_safe
@guarded_by(can_read_notices)
def notices(request: HttpRequest) -> HttpResponse:
    """All reminders, the newest first, narrowed by filters that stand in the address."""
    filters = NoticeFilters.from_address(request.GET)
    before = request.GET.get("before", "")
    rows = matching(filters)
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    shown = told(rows, PAGE + 1)
    more, shown = len(shown) > PAGE, shown[:PAGE]
    following = filters.address(before=str(shown[-1]["notice"].pk)) if more else ""
    context = {
        "rows": shown, "filters": filters, "statuses": STATUSES, "rungs": RUNGS,
        "next": f"?{following}" if following else "", "is_first": not before,
        "may_send_again": can_resend_notices(None, request.user), "opens_requests": sees_whole_requests(None, request.user),
    }  # fmt: skip
    return render(request, "requests/notices.html", context)


@require_POST
@guarded_by(can_resend_notices)
def send_notice_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one reminder that was given up go out again, and show the list as it was."""
    person: Person = request.user  # type: ignore[assignment]
    at = timezone.now()
    try:
        notice = send_again(pk, actor=person, at=at)
    except ActionError as error:
        record_refusal("send_notice_again", actor=person, at=at, request_id=None, error=error)
        messages.error(request, f"Not sent again. {error}")
    else:
        messages.success(request, f"The reminder to {notice.person} goes out again within a minute.")
    return HttpResponseRedirect(f"{reverse('notices')}?{NoticeFilters.from_address(request.POST).address()}")
