"""The reports about the work: what is open, how old it is, whether deadlines are kept."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.reports.base import Period
from disclosures.reports.work import band
from requests.actions.review import clear_legally
from requests.models import Clock
from tests import factories as f
from tests.reports.conftest import (
    OCTOBER,
    October,
    come,
    on,
    picked,
    rows_of,
    sums_of,
    to_answer,
    to_legal_review,
)


def until(month: int, day: int) -> Period:
    """The year so far, up to and including this day."""
    return Period(dt.date(2026, 1, 1), dt.date(2026, month, day))


# --- worklist ---


def test_the_worklist_is_what_was_open_at_the_end_of_the_last_day_and_where_it_stood(october: October) -> None:
    rows = rows_of("worklist", OCTOBER)
    stood = {row["control_no"]: (row["agency"], row["state"], row["lines"]) for row in rows}
    assert stood == {
        october.number("held"): ("AAA", "in_legal_review", 1),
        october.number("late_evening"): ("AAA", "submitted", 1),
        october.number("again"): ("BBB", "submitted", 1),
    }
    assert len(rows) == len(stood)


def test_a_request_leaves_the_worklist_on_the_day_on_which_it_ends(october: October) -> None:
    def listed(name: str, day: int) -> bool:
        return october.number(name) in {row["control_no"] for row in rows_of("worklist", until(10, day))}

    assert [(name, listed(name, day - 1), listed(name, day)) for name, day in
            (("partly", 20), ("lapsed", 14), ("withdrawn", 27), ("denied", 28), ("fully", 28))] == [
        (name, True, False) for name in ("partly", "lapsed", "withdrawn", "denied", "fully")
    ]  # fmt: skip


def test_the_due_day_of_a_request_that_has_moved_since_is_not_shown_as_that_of_then(october: October) -> None:
    due = {row["control_no"]: row["due"] for row in rows_of("worklist", OCTOBER)}
    assert due[october.number("held")] is None  # answered since
    assert due[october.number("late_evening")] == dt.date(2026, 11, 6)  # five business days after Saturday 31 October
    assert due[october.number("again")] == dt.date(2026, 10, 19)  # after Friday the 9th; Monday the 12th is a holiday


def test_a_hold_shows_on_the_days_on_which_it_stood(october: October) -> None:
    held = {
        day: row["hold"] for day in (9, 10, 19, 20) for row in rows_of("worklist", until(10, day))
        if row["control_no"] == october.number("held")
    }  # fmt: skip
    assert held == {9: "no", 10: "yes", 19: "yes", 20: "no"}


# --- ageing ---


def test_the_age_is_in_calendar_days_since_the_true_receipt_and_net_of_the_days_that_stood_still(october: October) -> None:
    rows = rows_of("ageing", OCTOBER)
    told = picked(rows, "control_no", "received", "age_days", "tolled_days", "net_age", "band", "backlog_category")
    assert told == [
        (october.number("held"), dt.date(2026, 9, 1), 60, 10, 50, "31-60", "with the office"),
        (october.number("again"), dt.date(2026, 10, 5), 26, 0, 26, "21-30", "with the office"),
        (october.number("late_evening"), None, 0, 0, 0, "0-10", "with the office"),
    ]


def test_why_a_request_is_open_is_said_for_the_last_day(october: October) -> None:
    told = {
        (row["control_no"], day): row["backlog_category"]
        for day in (7, 12) for row in rows_of("ageing", until(10, day))
    }  # fmt: skip
    assert told[october.number("again"), 7] == "with the agency"
    assert told[october.number("held"), 12] == "hold"


@pytest.mark.django_db
def test_days_of_an_impairment_check_that_is_under_way_are_stopped_days() -> None:
    cast = f.a_cast()
    dr = come(cast, at=on(10, 1))
    to_legal_review(cast, dr, at=on(10, 1))
    f.analyse(cast, dr, at=on(10, 5))
    clear_legally(dr.pk, actor=cast.counsel, at=on(10, 5))
    (row,) = rows_of("ageing", until(10, 11))
    assert (row["age_days"], row["tolled_days"], row["net_age"], row["backlog_category"]) == (10, 7, 3, "tolled")
    assert row["perfected"] == dt.date(2026, 10, 1)


@pytest.mark.parametrize(
    ("age", "words"),
    [(0, "0-10"), (10, "0-10"), (11, "11-20"), (20, "11-20"), (21, "21-30"), (30, "21-30"), (31, "31-60"), (60, "31-60"),
     (61, "61-90"), (90, "61-90"), (91, "over 90"), (4000, "over 90")],
)  # fmt: skip
def test_every_age_has_one_band(age: int, words: str) -> None:
    assert band(age) == words


# --- deadlines ---


def test_each_clock_that_ended_in_the_period_was_on_time_or_late(october: October) -> None:
    rows = {row["stage"]: row for row in rows_of("deadlines", OCTOBER)}
    told = {stage: tuple(row[name] for name in ("limit", "cases", "on_time", "late", "pct_on_time")) for stage, row in rows.items()}
    assert told == {
        "acknowledge": ("5 business days", 6, 5, 1, 83.3),  # partly was received five weeks after it came
        "completeness": ("10 business days", 5, 5, 0, 100.0),
        "reply": ("30 calendar days", 2, 1, 1, 50.0),  # one lapsed, one came again
        "response": ("30 calendar days", 4, 4, 0, 100.0),
        "legal_review": ("10 business days", 4, 4, 0, 100.0),
        "impairment": ("10 business days", 4, 4, 0, 100.0),
        "approval": ("5 business days", 4, 4, 0, 100.0),
        "matching": ("5 business days", 3, 3, 0, 100.0),
        "release": ("5 business days", 3, 3, 0, 100.0),
    }


def test_the_spread_of_days_is_of_calendar_days_from_start_to_end(october: October) -> None:
    (row,) = (row for row in rows_of("deadlines", OCTOBER) if row["stage"] == "acknowledge")
    # 35 (15 September to 20 October), 2, 2, 2, 1 and 0 days; nine tenths lie halfway between 2 and 35.
    assert (row["median"], row["p90"], row["max"]) == (2.0, 18.5, 35)


def test_the_cases_are_the_clocks_that_ended_in_the_period(october: October) -> None:
    sums = sums_of("deadlines", OCTOBER)
    ended = Clock.objects.filter(ended_on__range=(OCTOBER.first, OCTOBER.last)).count()
    assert sums["cases"] == sums["on_time"] + sums["late"] == ended == 35


@pytest.mark.django_db
def test_only_the_clocks_that_a_stop_stops_are_counted_as_stopped() -> None:
    cast = f.a_cast()
    dr = come(cast, at=on(10, 1))
    to_legal_review(cast, dr, at=on(10, 2))
    f.analyse(cast, dr, at=on(10, 5))
    clear_legally(dr.pk, actor=cast.counsel, at=on(10, 5))
    f.determine(cast, dr, at=on(10, 9))
    to_answer(cast, dr, at=on(10, 14))
    stopped = {row["stage"]: row["tolled_cases"] for row in rows_of("deadlines", OCTOBER)}
    assert stopped == dict.fromkeys(
        ("acknowledge", "completeness", "legal_review", "impairment", "approval", "matching", "release"), 0
    ) | {"response": 1}


@pytest.mark.django_db
def test_a_clock_that_ended_on_its_due_day_after_a_stop_is_on_time() -> None:
    cast = f.a_cast()
    dr = come(cast, at=on(10, 1))
    to_legal_review(cast, dr, at=on(10, 1))
    f.analyse(cast, dr, at=on(10, 5))
    clear_legally(dr.pk, actor=cast.counsel, at=on(10, 5))
    f.determine(cast, dr, at=on(10, 9))  # four days stopped: due 31 October and 4 days, Wednesday 4 November
    to_answer(cast, dr, at=on(11, 4))
    (row,) = (row for row in rows_of("deadlines", Period(dt.date(2026, 11, 4), dt.date(2026, 11, 4))) if row["stage"] == "response")
    assert (row["cases"], row["on_time"], row["late"], row["tolled_cases"]) == (1, 1, 0, 1)
