"""How answers reach people: each recipient fetches the lines that name them, the releaser the whole file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from disclosures.models import Answer, Receipt, Response
from requests.actions.advance import lock
from requests.actions.errors import Missing, NotNow, NotYours
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Person, Recipient
from requests.permissions import Role, Stage

HEADER = ("line", "answer", "reason")


def recipient_of(person: Person, *, on: dt.date) -> Recipient | None:
    """The binding of this account to an engaged official on this day, if there is one."""
    found = Recipient.objects.filter(person=person, valid_from__lte=on).select_related("engaged_official").first()
    return found if found is not None and (found.valid_to is None or on <= found.valid_to) else None


def answers_for(disclosure_request: DisclosureRequest, person: Person, *, on: dt.date) -> QuerySet[Answer]:
    """The answers that this person may fetch: all for a releaser, their own lines for a recipient. Raises NotYours."""
    answers = Answer.objects.filter(response__disclosure_request=disclosure_request).order_by("line_number")
    if Role.RELEASER in person.role_names:
        return answers
    recipient = recipient_of(person, on=on) if Role.RECIPIENT in person.role_names else None
    if recipient is None:
        raise NotYours("Answers go to the engaged officials whom the lines name, each for their own lines.")
    return answers.filter(engaged_by=recipient.engaged_official)


@transaction.atomic
def fetch_answers(request_id: int, *, actor: Person, at: dt.datetime) -> Iterator[tuple[int, str, str]]:
    """The rows ``line, answer, reason`` that this person may fetch, streamed; the fetch is an event before the first row.

    Raises Missing before the release and for strangers to the request, NotNow under a hold on downloads, NotYours.
    """
    disclosure_request = lock(request_id)
    disclosure_request.acting_on = office_day(at)
    if not Response.objects.filter(disclosure_request=disclosure_request).exists():
        raise Missing("There are no answers yet.")
    held = disclosure_request.holds_on("download")
    if held:
        numbers = ", ".join(hold.number for hold in held)
        raise NotNow(f"Hold {numbers} stops the download of these answers. It says: {held[0].order_reference}.")
    rows = answers_for(disclosure_request, actor, on=office_day(at))
    count = rows.count()
    if count == 0:
        raise Missing("There is no answer for you in this request.")
    record(
        "fetch_answers", actor=actor, at=at, disclosure_request=disclosure_request,
        stage=Stage.RELEASE if Role.RELEASER in actor.role_names else "", detail={"lines": count},
    )  # fmt: skip
    return rows.values_list("line_number", "answer", "reason").iterator(chunk_size=5000)


@transaction.atomic
def acknowledge_receipt(request_id: int, *, actor: Person, at: dt.datetime) -> Receipt:
    """A recipient says that their answers reached them; with the last of them, receipt is settled."""
    disclosure_request = lock(request_id)
    today = office_day(at)
    recipient = recipient_of(actor, on=today)
    response = Response.objects.filter(disclosure_request=disclosure_request).first()
    if response is None or recipient is None:
        raise Missing("There is no answer for you in this request.")
    mine = Answer.objects.filter(response=response, engaged_by=recipient.engaged_official)
    if not mine.exists():
        raise Missing("There is no answer for you in this request.")
    if Receipt.objects.filter(response=response, recipient=recipient).exists():
        raise NotNow("You acknowledged these answers already.")
    receipt = Receipt.objects.create(response=response, recipient=recipient, acknowledged_at=at)
    record(
        "acknowledge_receipt", actor=actor, at=at, disclosure_request=disclosure_request,
        detail={"recipient": recipient.pk},
    )  # fmt: skip
    named = set(
        Answer.objects.filter(response=response, answer__in=["yes", "no"]).values_list("engaged_by", flat=True).distinct()
    )
    acknowledged = set(
        Receipt.objects.filter(response=response).values_list("recipient__engaged_official", flat=True)
    )
    if named <= acknowledged:
        disclosure_request.receipt_acknowledged_at = at
        disclosure_request.save()
    return receipt
