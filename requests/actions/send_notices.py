"""Reminders sent: what is written and unsent goes out by e-mail, what is overtaken does not, what was given up goes again."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse

from requests.actions.errors import Missing, NotNow, NotYours
from requests.actions.record import record
from requests.models import Notice, Person
from requests.permissions import can_resend_notices

GIVE_UP_AFTER = 12
# What the mail system said, by the name of the error: what is wrong, and how to mend it.
ERROR_WORDS = {
    "ConnectionRefusedError": "The mail server did not answer. See that it runs, and that EMAIL_URL names it.",
    "ConnectionResetError": "The mail server cut the line.",
    "SMTPServerDisconnected": "The mail server cut the line.",
    "TimeoutError": "The mail server took too long to answer.",
    "gaierror": "No mail server of that name is known. See EMAIL_URL.",
    "SMTPAuthenticationError": "The mail server did not accept the office’s name and password. See EMAIL_URL.",
    "SMTPRecipientsRefused": "The mail server refused the person’s address. Mend it on the person’s page in the admin.",
    "SMTPSenderRefused": "The mail server refused the office’s own address. See DEFAULT_FROM_EMAIL.",
    "SMTPDataError": "The mail server refused the message.",
    "BadHeaderError": "The person’s address is none. Mend it on the person’s page in the admin.",
    "ValueError": "The person’s address is none. Mend it on the person’s page in the admin.",
    "FileExistsError": "A file stands where the folder of mails should be.",
    "NotADirectoryError": "A file stands where the folder of mails should be.",
    "PermissionError": "The folder of mails may not be written to.",
}


def send_notices(*, at: dt.datetime) -> int:
    """Send what is unsent by e-mail; in the application a row is there as soon as it is written. Returns how many went.

    A row is locked while its message goes out, and marked in the same commit. A mail server that is down delays a row,
    longer each time; after twelve tries it is given up, visibly.
    """
    sent = 0
    while True:
        with transaction.atomic():
            notice = (
                Notice.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(status=Notice.Status.QUEUED, next_try_at__lte=at)
                .select_related("person", "disclosure_request__agency", "clock")
                .order_by("next_try_at", "pk")
                .first()
            )
            if notice is None:
                return sent
            sent += _send(notice, at=at)


def is_overtaken(notice: Notice) -> bool:
    """Whether it is no longer true or no longer the newest: its clock ended, stands still or is due on another day, or
    the same person was written to about it since. After a day without mail each person gets one reminder, not three."""
    clock = notice.clock
    if clock.ended_on is not None or clock.stopped_since is not None or clock.due_on != notice.due_on:
        return True
    return Notice.objects.filter(clock=clock, person_id=notice.person_id, pk__gt=notice.pk).exists()


def _send(notice: Notice, *, at: dt.datetime) -> int:
    if is_overtaken(notice) or not notice.person.is_active:
        notice.status = Notice.Status.PASSED
        notice.save(update_fields=["status"])
        return 0
    notice.attempts += 1
    if not notice.person.email:
        notice.status, notice.sent_at = Notice.Status.SENT, at  # it stands in the application; there is no address
        notice.save()
        return 1
    try:
        message_of(notice).send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a ValueError is an address that is none
        notice.error = type(error).__name__[:200]
        notice.next_try_at = at + dt.timedelta(minutes=min(2**notice.attempts, 240))
        if notice.attempts >= GIVE_UP_AFTER:
            notice.status = Notice.Status.FAILED
        notice.save()
        return 0
    notice.status, notice.sent_at, notice.error = Notice.Status.SENT, at, ""
    notice.save()
    return 1


def words_of(notice: Notice) -> str:
    """The reminder in one line: what is due when, or how late it is. No name of a subject is in it."""
    dr, what = notice.disclosure_request, notice.clock.get_kind_display().lower()
    when = f"{notice.due_on:%A} {notice.due_on.day} {notice.due_on:%B %Y}"
    if notice.rung < 0:
        late = "1 business day" if notice.rung == -1 else f"{-notice.rung} business days"
        return f"{dr.control_number} ({dr.agency.code}): {what} is {late} late; it was due on {when}."
    if notice.rung == 0:
        return f"{dr.control_number} ({dr.agency.code}): {what} is due today, {when}."
    left = "1 business day" if notice.rung == 1 else f"{notice.rung} business days"
    return f"{dr.control_number} ({dr.agency.code}): {what} is due in {left} or less, on {when}."


def error_words(notice: Notice) -> str:
    """Why the last try failed, in plain words; empty where none did."""
    if not notice.error:
        return ""
    return ERROR_WORDS.get(notice.error, f"It could not be sent ({notice.error}).")


def message_of(notice: Notice) -> EmailMessage:
    """The e-mail of a notice. Its Message-ID is the row's, so that a repeated delivery can be told as one."""
    line = words_of(notice)
    address = settings.SITE_ADDRESS.rstrip("/") + reverse("request", args=[notice.disclosure_request.control_number])
    opening = "For your attention as director: " if notice.is_escalation else ""
    return EmailMessage(
        subject=line.split(":")[0] + (": late" if notice.rung < 0 else ": due"),
        body=f"{opening}{line}\n\n{address}\n",
        to=[notice.person.email],
        headers={"Message-ID": f"<notice-{notice.pk}@disclosures.invalid>"},
    )


@transaction.atomic
def send_again(notice_id: int, *, actor: Person, at: dt.datetime) -> Notice:
    """Let a reminder that was given up go out again, at the next sweep and with all its tries.

    Raises NotYours, Missing, NotNow where it was not given up, or where there is nothing left to remind of.
    """
    if not can_resend_notices(None, actor):
        raise NotYours("The director or an administrator sends a reminder again.")
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("person", "disclosure_request", "clock")
        .filter(pk=notice_id)
        .first()
    )
    if notice is None:
        raise Missing("There is no such reminder.")
    if notice.status != Notice.Status.FAILED:
        raise NotNow(f"It was not given up: “{notice.get_status_display()}”. Only a reminder that was given up goes out again.")
    if not notice.person.is_active:
        raise NotNow(f"The account of {notice.person} is closed. Whoever has the request now gets the next reminder.")
    if is_overtaken(notice):
        raise NotNow("There is nothing left to remind of: the clock ended, stands still or moved, or a newer reminder was written.")
    notice.status, notice.attempts, notice.next_try_at, notice.error = Notice.Status.QUEUED, 0, at, ""
    notice.save(update_fields=["status", "attempts", "next_try_at", "error"])
    record(
        "send_notice_again", actor=actor, at=at, disclosure_request=notice.disclosure_request,
        detail={"notice": notice.pk, "person": str(notice.person)},
    )  # fmt: skip
    return notice
