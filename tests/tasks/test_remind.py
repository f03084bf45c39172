"""Reminders: which rows are written when and for whom, and that each goes out once, whatever the mail server does.

The clocks start on Monday 23 November 2026. The response clock of 30 days is due on Wednesday 23 December; its rungs are
9, 16, 22 and 23 December, and after it the 24th, the 28th (over Christmas and the weekend) and every business day on.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import io
import json
import smtplib
import threading
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command, execute_from_command_line
from django.db import connection, connections, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from requests.actions.advance import lock
from requests.actions.assign import assign_to
from requests.actions.finish import withdraw_request
from requests.actions.hold import place_hold
from requests.actions.people import close_account, set_leave
from requests.actions.remind import mark_read, skip_the_past, write_notices
from requests.actions.review import clear_legally
from requests.actions.send_notices import GIVE_UP_AFTER, message_of, send_notices, words_of
from requests.models import Clock, DisclosureRequest, Notice, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.tasks import remind
from tests import factories as f
from tests.conftest import OwnDatabase
from tests.lifecycle.test_advance import at_once
from tests.tasks.mail_server import mail_server


@pytest.fixture(scope="module")
def story(kept_rows: None) -> tuple[f.Cast, DisclosureRequest]:
    cast = f.a_cast()
    return cast, f.a_request(cast, State.IN_LEGAL_REVIEW)


def on(month: int, day: int, hour: int = 15, minute: int = 0) -> dt.datetime:
    """An hour of a day of 2026, in UTC; by default ten in the morning at the office."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=dt.UTC)


def notices(dr: DisclosureRequest, kind: str = "response") -> QuerySet[Notice]:
    """The reminders about one kind of clock, in the order of their writing."""
    return Notice.objects.filter(disclosure_request=dr, clock__kind=kind).order_by("pk")


def told(dr: DisclosureRequest, person: Person, kind: str = "response") -> list[tuple[str, int]]:
    """On which day of 2026 this person was reminded, at which rung."""
    rows = notices(dr, kind).filter(person=person)
    return [(f"{notice.created_at:%m-%d}", notice.rung) for notice in rows]


def sweep_daily(first: dt.datetime, days: int) -> None:
    """One sweep of rows a day."""
    for number in range(days):
        write_notices(at=first + dt.timedelta(days=number))


RUNGS = [("12-09", 10), ("12-16", 5), ("12-22", 1), ("12-23", 0)]
OVERDUE = [("12-24", -1), ("12-28", -2), ("12-29", -3), ("12-30", -4), ("12-31", -5)]


# --- which rows ---


@pytest.mark.django_db
def test_people_are_reminded_at_every_rung_and_after_it_every_business_day_with_the_directors(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    sweep_daily(on(11, 23), 39)  # to 31 December, weekends included
    assert told(dr, cast.counsel) == RUNGS + OVERDUE
    assert told(dr, cast.director) == OVERDUE
    assert set(notices(dr).values_list("person", flat=True)) == {cast.counsel.pk, cast.director.pk}
    assert set(notices(dr).filter(is_escalation=True).values_list("person", flat=True)) == {cast.director.pk}
    assert not notices(dr).filter(is_escalation=False, person=cast.director).exists()
    assert set(notices(dr).values_list("due_on", "clock_version")) == {(dt.date(2026, 12, 23), 1)}


@pytest.mark.django_db
def test_a_reminder_is_one_row_for_a_request_a_clock_a_rung_a_version_and_a_person(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    second = f.a_person(Role.COUNSEL)
    assert [write_notices(at=on(12, 1, hour)) for hour in (14, 15, 16)] == [2, 0, 0]  # legal review, 5 days before
    assert [write_notices(at=on(12, 9, hour)) for hour in (14, 15, 16)] == [5, 0, 0]  # and 1 late, with the director
    assert told(dr, second) == told(dr, cast.counsel) == [("12-09", 10)]
    assert told(dr, second, "legal_review") == [("12-01", 5), ("12-09", -1)]


@pytest.mark.django_db
def test_rungs_that_were_slept_through_collapse_into_the_newest(cast: f.Cast, dr: DisclosureRequest) -> None:
    write_notices(at=on(12, 17))
    assert told(dr, cast.counsel) == [("12-17", 5)]
    assert told(dr, cast.counsel, "legal_review") == [("12-17", -7)]  # 9, 10, 11, 14, 15, 16, 17 December
    write_notices(at=on(12, 30))
    assert told(dr, cast.counsel) == [("12-17", 5), ("12-30", -4)]


@pytest.mark.django_db
def test_on_a_weekend_nobody_is_told_that_a_friday_passed(cast: f.Cast) -> None:
    dr = f.a_request(
        cast, State.IN_LEGAL_REVIEW, at=on(11, 20)
    )  # a Friday: legal review is due on 7 December, a Monday
    clock = Clock.objects.get(disclosure_request=dr, kind="legal_review")
    assert clock.due_on == dt.date(2026, 12, 7)
    sweep_daily(on(12, 7), 1)
    assert told(dr, cast.counsel, "legal_review") == [("12-07", 0)]
    sweep_daily(on(12, 12), 2)  # the weekend after: the newest rung is that of Friday the 11th
    assert told(dr, cast.counsel, "legal_review") == [("12-07", 0), ("12-12", -4)]


@pytest.mark.django_db
def test_the_day_of_a_reminder_is_that_of_the_office(cast: f.Cast, dr: DisclosureRequest) -> None:
    write_notices(at=on(12, 9, 4, 59))  # a minute to midnight of the 8th in New York
    assert told(dr, cast.counsel) == []
    write_notices(at=on(12, 9, 5))
    assert told(dr, cast.counsel) == [("12-09", 10)]


@pytest.mark.django_db
def test_a_stopped_clock_reminds_nobody_and_after_its_stop_it_reminds_anew(cast: f.Cast, dr: DisclosureRequest) -> None:
    write_notices(at=on(12, 9))
    assert told(dr, cast.counsel) == [("12-09", 10)]
    f.analyse(cast, dr, at=on(12, 10))
    clear_legally(dr.pk, actor=cast.counsel, at=on(12, 10))
    sweep_daily(on(12, 11), 20)
    assert notices(dr).count() == 1
    f.determine(cast, dr, at=on(12, 31))  # 21 days stopped: 13 January, and the rung of ten days is reached again
    clock = Clock.objects.get(disclosure_request=dr, kind="response")
    assert (clock.due_on, clock.version) == (dt.date(2027, 1, 13), 3)
    sweep_daily(on(12, 31), 1)
    write_notices(at=dt.datetime(2027, 1, 6, 15, tzinfo=dt.UTC))
    rows = notices(dr).filter(person=cast.approver)
    assert list(rows.values_list("rung", "clock_version", "due_on")) == [(5, 3, dt.date(2027, 1, 13))]


@pytest.mark.django_db
def test_a_held_request_reminds_nobody(cast: f.Cast, dr: DisclosureRequest) -> None:
    place_hold(
        actor=cast.counsel, at=on(12, 1), order_reference="D.D.C. 25-cv-00457", reason="A stay.", acts=["approve"],
        starts_on=dt.date(2026, 12, 1), agency=cast.agency,
    )  # fmt: skip
    sweep_daily(on(12, 1), 40)
    assert not Notice.objects.filter(disclosure_request=dr).exists()


@pytest.mark.django_db
def test_an_ended_clock_reminds_nobody(cast: f.Cast, dr: DisclosureRequest) -> None:
    withdraw_request(dr.pk, actor=cast.official, at=on(11, 24), reason="The case is closed.")
    sweep_daily(on(11, 25), 40)
    assert not Notice.objects.filter(disclosure_request=dr).exists()


# --- for whom ---


@pytest.mark.django_db
def test_the_reply_window_of_the_agency_reminds_its_officials_and_nobody_of_the_office(dr: DisclosureRequest) -> None:
    cast, other = f.a_cast(), f.a_cast()
    returned = f.a_request(cast, State.RETURNED)
    sweep_daily(on(11, 23), 38)
    assert told(returned, cast.official, "reply")[:5] == [*RUNGS, OVERDUE[0]]
    reminded = Notice.objects.exclude(disclosure_request=dr).values_list("person", flat=True)
    assert set(reminded) == {cast.official.pk}
    assert other.official.pk != cast.official.pk


@pytest.mark.django_db
def test_the_window_of_receipt_closes_by_itself_and_reminds_nobody() -> None:
    dr = f.a_request(f.a_cast(), State.RESPONDED)
    sweep_daily(on(12, 9), 20)
    assert not Notice.objects.filter(disclosure_request=dr).exists()


@pytest.mark.django_db
def test_whoever_has_the_request_is_reminded_alone_and_during_a_leave_who_stands_in(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    other = f.a_person(Role.COUNSEL)
    assign_to(dr.pk, actor=cast.director, at=f.AT, assignee=cast.counsel)
    set_leave(cast.counsel.pk, actor=cast.counsel, at=f.AT, away_until=dt.date(2026, 12, 16), stands_in=other)
    for day in (9, 16, 22):
        write_notices(at=on(12, day))
    assert told(dr, other) == [("12-09", 10), ("12-16", 5)]  # the last day of the leave is one of it
    assert told(dr, cast.counsel) == [("12-22", 1)]


@pytest.mark.django_db
def test_where_the_account_of_who_has_it_is_closed_all_who_could_take_it_are_reminded(
    cast: f.Cast, dr: DisclosureRequest
) -> None:
    other = f.a_person(Role.COUNSEL)
    assign_to(dr.pk, actor=cast.director, at=f.AT, assignee=cast.counsel)
    close_account(cast.counsel.pk, actor=cast.admin, at=f.AT)
    write_notices(at=on(12, 9))
    assert set(notices(dr).values_list("person", flat=True)) == {other.pk}


@pytest.mark.django_db
def test_nobody_is_reminded_of_a_step_that_four_eyes_keep_from_them(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.AWAITING_APPROVAL)
    cast.counsel.groups.add(*cast.approver.groups.all())  # who cleared it legally is an approver now
    write_notices(at=on(12, 9))
    assert set(notices(dr).values_list("person", flat=True)) == {cast.approver.pk}


# --- twice, at once, from the past ---


def test_two_sweeps_at_once_write_and_send_each_reminder_once(own_database: OwnDatabase, settings: Settings) -> None:
    cast = f.a_cast()
    f.people(*(("counsel", (Role.COUNSEL,), None) for _ in range(9)))
    for _ in range(3):
        f.a_request(cast, State.IN_LEGAL_REVIEW)
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port

        def sweep() -> tuple[int, int]:
            return write_notices(at=on(12, 1)), send_notices(at=on(12, 1))

        results = [result for result in at_once([sweep] * 4) if isinstance(result, tuple)]
        assert len(results) == 4
        assert sum(written for written, _ in results) == 30  # three requests, ten counsels
        send_notices(at=on(12, 1))
        assert len(server.accepted) == len(set(server.message_ids())) == 30
    assert Notice.objects.filter(status="sent").count() == Notice.objects.count() == 30


def test_a_sweep_waits_for_nobody_who_acts_on_the_request(own_database: OwnDatabase) -> None:
    dr = f.a_request(f.a_cast(), State.IN_LEGAL_REVIEW)
    written: list[object] = []
    with transaction.atomic():
        lock(dr.pk).save()
        sweep = threading.Thread(target=lambda: written.extend(at_once([lambda: write_notices(at=on(12, 1))])))
        sweep.start()
        sweep.join(20)  # else it would hold its clock and wait for the request, while the act waits for the clock
        assert written == [1]


def test_who_moves_a_request_keeps_out_nobody_who_names_it(own_database: OwnDatabase) -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    with transaction.atomic():
        withdraw_request(dr.pk, actor=cast.official, at=f.AT, reason="The investigation ended.")
        with connections["owner"].cursor() as other:  # what a foreign key asks when a row that names it is committed
            other.execute("SELECT 1 FROM requests_disclosurerequest WHERE id = %s FOR KEY SHARE NOWAIT", [dr.pk])
            assert other.fetchone() == (1,)


@pytest.mark.django_db
def test_skipping_the_past_lets_no_old_reminder_out_and_every_later_one(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert skip_the_past(at=on(12, 10)) == 2
    assert skip_the_past(at=on(12, 10)) == 0
    assert write_notices(at=on(12, 10)) == 0
    sweep_daily(on(12, 11), 6)
    assert told(dr, cast.counsel) == [("12-16", 5)]


# --- what it says ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "words"),
    [
        (9, "is due in 10 business days or less, on Wednesday 23 December 2026."),
        (22, "is due in 1 business day or less, on Wednesday 23 December 2026."),
        (23, "is due today, Wednesday 23 December 2026."),
        (24, "is 1 business day late; it was due on Wednesday 23 December 2026."),
        (30, "is 4 business days late; it was due on Wednesday 23 December 2026."),
    ],
)
def test_a_reminder_says_in_words_what_is_due_when_or_how_late_it_is(
    cast: f.Cast, dr: DisclosureRequest, day: int, words: str
) -> None:
    write_notices(at=on(12, day))
    notice = notices(dr).get(person=cast.counsel)
    assert words_of(notice) == f"{dr.control_number} ({cast.agency.code}): answer {words}"


@pytest.mark.django_db
def test_a_message_holds_the_number_and_the_address_and_no_data_of_a_subject(
    cast: f.Cast, dr: DisclosureRequest, settings: Settings
) -> None:
    settings.SITE_ADDRESS = "https://tracker.example.gov/"
    write_notices(at=on(12, 24))
    for notice in notices(dr):
        message = message_of(notice)
        text = message.message().as_string()
        assert message.to == [notice.person.email]
        assert f"https://tracker.example.gov/requests/{dr.control_number}/" in message.body
        assert ("director" in message.body) is notice.is_escalation
        for secret in ("Okafor", "Maria", "Wesley", "Evanston", "HSI-2025", "1253", "locate", "charge"):
            assert secret not in text


@pytest.mark.django_db
def test_the_message_id_is_that_of_the_row_so_that_a_repeated_delivery_is_known_as_one(dr: DisclosureRequest) -> None:
    write_notices(at=on(12, 24))
    ids = [message_of(notice).message()["Message-ID"] for notice in Notice.objects.order_by("pk")]
    again = [message_of(notice).message()["Message-ID"] for notice in Notice.objects.order_by("pk")]
    assert ids == again
    assert len(set(ids)) == len(ids) > 1


# --- sending ---


@pytest.mark.django_db
def test_without_a_mail_server_each_reminder_is_a_file_of_its_own(cast: f.Cast, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "disclosures.mail.FolderOfMails", str(tmp_path / "mail")
    assert write_notices(at=on(12, 24)) == 4  # two clocks, counsel and director
    assert [send_notices(at=on(12, 24)), send_notices(at=on(12, 25))] == [4, 0]
    files = sorted((tmp_path / "mail").glob("*.eml"))
    messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert {message["Message-ID"] for message in messages} == {
        f"<notice-{pk}@disclosures.invalid>" for pk in Notice.objects.values_list("pk", flat=True)
    }
    assert {message["To"] for message in messages} == {cast.counsel.email, cast.director.email}
    assert set(Notice.objects.values_list("status", "attempts", "sent_at", "error")) == {("sent", 1, on(12, 24), "")}


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_retried_as_a_mail_server_that_is_down(
    dr: DisclosureRequest, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "disclosures.mail.FolderOfMails", str(tmp_path / "mail")
    write_notices(at=on(12, 1))
    assert send_notices(at=on(12, 1)) == 0
    assert Notice.objects.get().error == "FileExistsError"
    (tmp_path / "mail").unlink()
    assert send_notices(at=on(12, 1, 16)) == 1


@pytest.fixture
def by_smtp(settings: Settings) -> Settings:
    """Settings that send by SMTP to a port on which nobody listens, until a test names another."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 5
    return settings


@pytest.fixture
def due(dr: DisclosureRequest) -> Notice:
    """One reminder, to be sent."""
    assert write_notices(at=on(12, 1)) == 1
    return Notice.objects.get()


def test_a_mail_server_that_is_down_delays_a_reminder_longer_each_time(by_smtp: Settings, due: Notice) -> None:
    at, waits = on(12, 1), []
    for number in range(1, GIVE_UP_AFTER):
        assert send_notices(at=at) == 0
        due.refresh_from_db()
        assert (due.status, due.attempts, due.error) == ("queued", number, "ConnectionRefusedError")
        waits.append((due.next_try_at - at).total_seconds() / 60)
        assert send_notices(at=due.next_try_at - dt.timedelta(seconds=1)) == 0  # not before its time
        at = due.next_try_at
    assert waits == sorted(waits)
    assert waits[0] == 2
    assert waits[-1] == 240
    assert due.attempts == 11
    assert send_notices(at=at) == 0
    due.refresh_from_db()
    assert (due.status, due.attempts) == ("failed", GIVE_UP_AFTER)
    assert send_notices(at=at + dt.timedelta(days=9)) == 0
    due.refresh_from_db()
    assert (due.status, due.attempts) == ("failed", GIVE_UP_AFTER)  # given up, and still there to be read


def test_a_reminder_goes_out_once_the_server_is_back(by_smtp: Settings, due: Notice) -> None:
    assert send_notices(at=on(12, 1)) == 0
    with mail_server() as server:
        by_smtp.EMAIL_PORT = server.port
        assert [send_notices(at=on(12, 1, 15, minute)) for minute in (1, 2, 3)] == [0, 1, 0]
        assert server.message_ids() == [f"<notice-{due.pk}@disclosures.invalid>"]
    due.refresh_from_db()
    assert (due.status, due.attempts, due.error, due.sent_at) == ("sent", 2, "", on(12, 1, 15, 2))


def test_after_three_days_without_mail_each_person_gets_the_newest_reminder_and_not_three(
    cast: f.Cast, dr: DisclosureRequest, by_smtp: Settings
) -> None:
    for number in (24, 28, 29):  # one, two and three business days late
        write_notices(at=on(12, number))
        assert send_notices(at=on(12, number)) == 0
    with mail_server() as server:
        by_smtp.EMAIL_PORT = server.port
        send_notices(at=on(12, 29, 23))
        about = [message for message in server.accepted if "answer is" in str(message.get_payload())]
        assert sorted(str(message["To"]) for message in about) == sorted([cast.counsel.email, cast.director.email])
        assert all("3 business days late" in str(message.get_payload()) for message in about)
    assert list(notices(dr).filter(person=cast.counsel).values_list("rung", "status")) == [
        (-1, "passed"), (-2, "passed"), (-3, "sent"),
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["ended", "stopped", "account closed"])
def test_what_was_written_is_not_sent_once_there_is_nothing_to_remind_of(
    cast: f.Cast, by_smtp: Settings, due: Notice, what: str
) -> None:
    assert send_notices(at=on(12, 1)) == 0
    if what == "ended":
        official = f.a_person(Role.OFFICIAL, agency=due.disclosure_request.agency)
        withdraw_request(due.disclosure_request_id, actor=official, at=on(12, 2), reason="It ended.")
    elif what == "stopped":
        place_hold(
            actor=cast.counsel, at=on(12, 2), order_reference="D.D.C. 25-cv-00457", reason="A stay.", acts=["approve"],
            starts_on=dt.date(2026, 12, 2), disclosure_request=due.disclosure_request,
        )  # fmt: skip
    else:
        close_account(due.person_id, actor=cast.admin, at=on(12, 2))
    with mail_server() as server:
        by_smtp.EMAIL_PORT = server.port
        assert send_notices(at=on(12, 2)) == 0
        assert server.came == []
    due.refresh_from_db()
    assert due.status == "passed"


@pytest.mark.django_db
def test_a_sweep_asks_as_many_questions_for_many_clocks_as_for_one(cast: f.Cast) -> None:
    asked = []
    for more, written in ((0, 1), (5, 5)):
        for _ in range(more):
            f.a_request(cast, State.IN_LEGAL_REVIEW)
        with CaptureQueriesContext(connection) as queries:
            assert write_notices(at=on(12, 1)) == written
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_server_that_refuses_the_person_is_retried_too(by_smtp: Settings, due: Notice) -> None:
    with mail_server() as server:
        by_smtp.EMAIL_PORT, server.refuses = server.port, True
        assert send_notices(at=on(12, 1)) == 0
        due.refresh_from_db()
        assert (due.status, due.error) == ("queued", smtplib.SMTPRecipientsRefused.__name__)
        server.refuses = False
        assert send_notices(at=on(12, 2)) == 1


def test_a_line_cut_before_the_receipt_repeats_the_message_under_the_same_id(by_smtp: Settings, due: Notice) -> None:
    with mail_server() as server:
        by_smtp.EMAIL_PORT, server.dies = server.port, True
        assert send_notices(at=on(12, 1)) == 0
        server.dies = False
        assert send_notices(at=on(12, 2)) == 1
        assert len({message["Message-ID"] for message in server.came}) == 1
        assert len(server.accepted) == 1


def test_one_address_that_is_none_does_not_keep_the_others_from_being_sent(cast: f.Cast, by_smtp: Settings) -> None:
    Person.objects.filter(pk=cast.counsel.pk).update(email="counsel@example.gov\nBcc: everybody@example.com")
    other, silent = f.a_person(Role.COUNSEL), f.a_person(Role.COUNSEL)
    Person.objects.filter(pk=silent.pk).update(email="")
    with mail_server() as server:
        by_smtp.EMAIL_PORT = server.port
        assert write_notices(at=on(12, 1)) == 3
        assert send_notices(at=on(12, 1)) == 2  # one by mail, one stands in the application only
        assert [message["To"] for message in server.accepted] == [other.email]
    assert dict(Notice.objects.values_list("person", "status")) == {
        cast.counsel.pk: "queued", other.pk: "sent", silent.pk: "sent",
    }  # fmt: skip


def test_a_mail_server_that_hangs_holds_nobody_longer_than_seconds(settings: Settings) -> None:
    assert 0 < settings.EMAIL_TIMEOUT <= 30


def test_reading_marks_one_s_own_reminders_only(due: Notice) -> None:
    stranger = f.a_person(Role.COUNSEL)
    assert mark_read(actor=stranger, at=on(12, 2), notice_ids=[due.pk]) == 0
    assert [mark_read(actor=due.person, at=on(12, 2), notice_ids=[due.pk]) for _ in range(2)] == [1, 0]


# --- the doors: the task and the command ---


@pytest.mark.django_db
def test_the_task_writes_and_sends_what_is_due_now(dr: DisclosureRequest, settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "disclosures.mail.FolderOfMails", str(tmp_path)
    with time_machine.travel(on(12, 1), tick=False):
        remind()
        remind()
    assert list(Notice.objects.values_list("status", "sent_at")) == [("sent", on(12, 1))]
    assert len(list(tmp_path.glob("*.eml"))) == 1


@pytest.mark.django_db
def test_the_command_sweeps_once_as_of_a_moment_of_the_office(
    dr: DisclosureRequest, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "disclosures.mail.FolderOfMails", str(tmp_path)
    said = []
    for at in ("2026-11-30T23:59:00", "2026-12-01T00:01:00", "2026-12-01T00:01:00"):
        out = io.StringIO()
        call_command("send_reminders", "--at", at, "--json", stdout=out)
        said.append(json.loads(out.getvalue()))
    assert said == [{"written": 0, "sent": 0}, {"written": 1, "sent": 1}, {"written": 0, "sent": 0}]


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01T00:00:00", "2026-12-01T25:00"])
def test_a_moment_that_is_none_is_one_plain_line_and_exit_two(capsys: pytest.CaptureFixture[str], moment: str) -> None:
    with pytest.raises(SystemExit) as left:
        execute_from_command_line(["manage.py", "send_reminders", "--at", moment])
    said = capsys.readouterr()
    assert (left.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert moment in said.err
