"""One's own leave: until when, and who stands in. Everybody sets their own; an administrator sets anybody's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from requests.actions.errors import BadInput
from requests.actions.people import set_leave
from requests.actions.record import record_refusal
from requests.forms import LeaveForm
from requests.models import Person
from requests.views.guard import anyone_signed_in, guarded_by


@require_http_methods(["GET", "HEAD", "POST"])
@guarded_by(anyone_signed_in)
def leave(request: HttpRequest) -> HttpResponse:
    """The form, and what it sets."""
    person: Person = request.user  # type: ignore[assignment]
    given = {"away_until": person.away_until, "stands_in": person.stands_in_id}
    form = LeaveForm(request.POST or None, initial=given, person=person)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            set_leave(person.pk, actor=person, at=at, **form.cleaned_data)
        except BadInput as error:
            record_refusal("set_leave", actor=person, at=at, request_id=None, error=error)
            form.add_error(None, str(error))
        else:
            is_away = form.cleaned_data["away_until"] is not None
            messages.success(request, "Your leave is set." if is_away else "You are not on leave.")
            return HttpResponseRedirect(reverse("desk"))
    return render(request, "requests/leave.html", {"form": form}, status=400 if form.errors else 200)
