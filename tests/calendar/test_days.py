"""Counting days. Every date of the tables was worked out by hand on the calendar and 5 U.S.C. 6103, not from the code."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests.calendar.days import (
    COUNTS,
    Count,
    business_days_before,
    business_days_left,
    federal_holidays,
    is_business_day,
    next_notice_day,
    paused_days,
    rung_of,
)

Span = tuple[dt.date, dt.date]

# --- holidays: the days on which offices are closed, those of a Saturday the day before, of a Sunday the day after ---

CLOSED = {
    2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
}


@pytest.mark.parametrize(("year", "days"), CLOSED.items())
def test_the_office_is_closed_on_the_legal_public_holidays_of(year: int, days: str) -> None:
    assert sorted(federal_holidays(year)) == [dt.date.fromisoformat(f"{year}-{day}") for day in days.split()]


def test_juneteenth_is_a_holiday_from_2021_on() -> None:
    assert is_business_day(dt.date(2020, 6, 19))
    assert federal_holidays(2021)[dt.date(2021, 6, 18)].startswith("Juneteenth")


@pytest.mark.parametrize("day", ["2026-12-24", "2026-11-27", "2025-01-09", "2025-01-20"])
def test_a_day_closed_by_executive_order_only_is_no_holiday_of_a_new_installation(day: str) -> None:
    on = dt.date.fromisoformat(day)
    assert is_business_day(on) is (day != "2025-01-20")  # that one is also the birthday of Martin Luther King


def test_a_closure_that_the_office_switched_on_does_not_count() -> None:
    closed = {dt.date(2026, 12, 24): "Christmas Eve, by executive order"}
    count = COUNTS["business"](dt.date(2026, 12, 23), 1, closures=closed)
    assert count.due == dt.date(2026, 12, 28)
    assert count.days[0].why == "Christmas Eve, by executive order"
    assert COUNTS["calendar"](dt.date(2026, 11, 24), 30, closures=closed).due == dt.date(2026, 12, 28)


# --- the table: start, how many, due, pauses ---

BUSINESS = """
    2026-11-12  1 2026-11-13
    2026-11-12 10 2026-11-27
    2026-11-13  1 2026-11-16
    2026-11-14  1 2026-11-16
    2026-11-15  1 2026-11-16
    2026-11-10  1 2026-11-12
    2026-11-11  1 2026-11-12
    2026-11-25  1 2026-11-27
    2026-11-25  2 2026-11-30
    2026-11-23  0 2026-11-23
    2026-11-23  5 2026-12-01
    2026-12-24  1 2026-12-28
    2026-12-31  1 2027-01-04
    2026-12-18 10 2027-01-05
    2026-07-01  1 2026-07-02
    2026-07-01  2 2026-07-06
    2026-06-18  1 2026-06-22
    2026-05-22  1 2026-05-26
    2026-09-04  5 2026-09-14
    2026-10-09  5 2026-10-19
    2026-01-16  5 2026-01-26
    2026-02-13  5 2026-02-23
    2026-01-02 20 2026-02-02
    2025-12-24  1 2025-12-26
    2025-12-31  1 2026-01-02
    2021-12-23  1 2021-12-27
    2021-12-23  5 2022-01-03
    2021-12-30  1 2022-01-03
    2022-12-23  1 2022-12-27
    2022-12-30  1 2023-01-03
    2020-06-18  1 2020-06-19
    2021-06-17  1 2021-06-21
    2022-06-17  1 2022-06-21
    2023-11-09  1 2023-11-13
    2024-02-28  1 2024-02-29
    2024-02-28  2 2024-03-01
    2027-06-17  1 2027-06-21
    2027-07-02  1 2027-07-06
    2027-12-30  1 2028-01-03
    2026-11-12 10 2026-12-01 2026-11-17..2026-11-18
    2026-11-12 10 2026-12-01 2026-11-17..2026-11-17 2026-11-18..2026-11-18
    2026-11-12 10 2026-12-01 2026-11-17..2026-11-18 2026-11-18..2026-11-18 2026-11-17..2026-11-18
    2026-11-12 10 2026-11-27 2026-11-14..2026-11-15
    2026-11-12 10 2026-11-27 2026-11-26..2026-11-26
    2026-11-12 10 2026-11-27 2026-11-02..2026-11-11
    2026-11-12 10 2026-11-27 2026-11-12..2026-11-12
    2026-11-12 10 2026-11-30 2026-11-09..2026-11-13
    2026-11-12 10 2026-11-30 2026-11-27..2026-11-27
    2026-11-12 10 2026-11-27 2026-11-28..2026-12-10
    2026-11-12 10 2026-12-10 2026-11-16..2026-11-27
    2026-11-23  0 2026-11-23 2026-11-23..2026-11-24
"""
CALENDAR = """
    2026-11-12  1 2026-11-13
    2026-11-13  1 2026-11-16
    2026-11-12 30 2026-12-14
    2026-11-23 30 2026-12-23
    2026-11-25 30 2026-12-28
    2026-12-02 30 2027-01-04
    2026-10-12 30 2026-11-12
    2026-06-03 30 2026-07-06
    2026-01-30 30 2026-03-02
    2024-01-30 30 2024-02-29
    2021-12-01 30 2022-01-03
    2022-12-03 30 2023-01-03
    2027-05-19 30 2027-06-21
    2026-11-23  0 2026-11-23
    2026-11-21  0 2026-11-23
    2026-11-12 30 2026-12-14 2026-11-17..2026-11-18
    2026-11-23 30 2026-12-24 2026-11-23..2026-11-23
    2026-11-23 30 2026-12-28 2026-11-20..2026-11-24
    2026-11-23 30 2026-12-23 2026-11-20..2026-11-22
    2026-11-23 30 2026-12-24 2026-12-23..2026-12-23
    2026-11-23 30 2026-12-23 2026-12-24..2026-12-31
    2026-11-23 30 2026-12-31 2026-12-01..2026-12-05 2026-12-04..2026-12-08
    2026-11-23 30 2026-12-29 2026-11-28..2026-11-29 2026-12-05..2026-12-06 2026-12-12..2026-12-13
"""
MONTHS = """
    2026-11-23  0 2026-11-23
    2026-11-23  1 2026-12-23
    2026-01-31  1 2026-03-02
    2024-01-31  1 2024-02-29
    2026-05-31  1 2026-06-30
    2026-08-31  6 2027-03-01
    2026-11-30  3 2027-03-01
    2026-12-15 12 2027-12-15
    2024-02-29 12 2025-02-28
    2026-11-25  1 2026-12-28
    2026-10-01  3 2027-01-04
    2026-11-12  1 2026-12-14 2026-11-17..2026-11-18
    2026-11-23  1 2026-12-28 2026-12-01..2026-12-02
"""
TABLE = [
    (unit, *line.split()[:3], line.split()[3:])
    for unit, table in (("business", BUSINESS), ("calendar", CALENDAR), ("months", MONTHS))
    for line in table.strip().splitlines()
]


def spans(texts: list[str]) -> list[Span]:
    """Pauses as the command takes them: first..last."""
    return [(dt.date.fromisoformat(text[:10]), dt.date.fromisoformat(text[12:])) for text in texts]


@pytest.mark.parametrize(("unit", "start", "limit", "due", "pauses"), TABLE)
def test_the_due_day_is_that_of_the_calendar_on_the_wall(
    unit: str, start: str, limit: str, due: str, pauses: list[str]
) -> None:
    first = dt.date.fromisoformat(start)
    count = COUNTS[unit](first, int(limit), paused=paused_days(spans(pauses), start=first))
    assert count.due.isoformat() == due


def test_the_table_holds_more_than_sixty_dates() -> None:
    assert len(TABLE) > 60


def test_pauses_are_inclusive_count_once_where_they_overlap_and_only_from_the_start_on() -> None:
    paused = paused_days(spans(["2026-11-10..2026-11-13", "2026-11-13..2026-11-14"]), start=dt.date(2026, 11, 12))
    assert sorted(day.day for day in paused) == [12, 13, 14]


# --- why each day counted ---


def test_each_day_says_why_it_counted_or_not() -> None:
    start = dt.date(2026, 11, 23)
    count = COUNTS["business"](start, 4, paused=paused_days(spans(["2026-11-24..2026-11-24"]), start=start))
    assert [(day.date.day, day.counted, day.why) for day in count.days] == [
        (24, False, "stopped"), (25, True, "day 1"), (26, False, "Thanksgiving Day"), (27, True, "day 2"),
        (28, False, "weekend"), (29, False, "weekend"), (30, True, "day 3"), (1, True, "day 4"),
    ]  # fmt: skip


def test_a_last_day_that_is_closed_says_that_it_moved_on_and_why() -> None:
    count = COUNTS["calendar"](dt.date(2026, 11, 24), 31)
    assert [(day.date.day, day.counted) for day in count.days[-4:]] == [(25, True), (26, False), (27, False), (28, False)]
    assert "Christmas Day" in count.days[-3].why
    assert "weekend" in count.days[-1].why


def test_a_stopped_start_day_is_made_up_for_by_a_day_that_does_not_count() -> None:
    start = dt.date(2026, 11, 23)
    count = COUNTS["calendar"](start, 2, paused={start})
    assert [(day.date.day, day.counted) for day in count.days] == [(24, False), (25, True), (26, True), (27, False)]
    assert "start" in count.days[0].why


# --- properties ---

DAYS = st.dates(min_value=dt.date(2019, 1, 1), max_value=dt.date(2032, 12, 31))
UNITS = st.sampled_from(sorted(COUNTS))


@st.composite
def some_spans(draw: st.DrawFn, around: dt.date) -> list[Span]:
    """Up to four pauses near a day, in any order, overlapping as they like."""
    offsets = draw(st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 25)), max_size=4))
    firsts = [(around + dt.timedelta(days=offset), length) for offset, length in offsets]
    return [(first, first + dt.timedelta(days=length)) for first, length in firsts]


@st.composite
def counts(draw: st.DrawFn) -> tuple[str, dt.date, int, list[Span], list[Span]]:
    """A unit, a start, a limit, some pauses and some more of them."""
    unit, start = draw(UNITS), draw(DAYS)
    limit = draw(st.integers(0, 14 if unit == "months" else 60))
    return unit, start, limit, draw(some_spans(start)), draw(some_spans(start))


def count_of(unit: str, start: dt.date, limit: int, pauses: list[Span]) -> Count:
    """The count with these pauses."""
    return COUNTS[unit](start, limit, paused=paused_days(pauses, start=start))


@settings(max_examples=150, deadline=None)
@given(counts())
def test_no_count_ends_before_its_start_and_more_pause_never_makes_it_end_earlier(case: tuple) -> None:
    unit, start, limit, pauses, more = case
    bare, paused, longer = (count_of(unit, start, limit, each) for each in ([], pauses, pauses + more))
    assert start <= bare.due <= paused.due <= longer.due


@settings(max_examples=150, deadline=None)
@given(counts())
def test_overlapping_pauses_are_worth_their_union(case: tuple) -> None:
    unit, start, limit, pauses, more = case
    union = {first + dt.timedelta(days=n) for first, last in pauses + more for n in range((last - first).days + 1)}
    single = [(day, day) for day in sorted(union)]
    assert count_of(unit, start, limit, pauses + more) == count_of(unit, start, limit, single)


@settings(max_examples=150, deadline=None)
@given(counts())
def test_the_days_explained_are_all_days_to_the_due_day_and_as_many_count_as_the_limit_says(case: tuple) -> None:
    unit, start, limit, pauses, _ = case
    count = count_of(unit, start, limit, pauses)
    assert [day.date for day in count.days] == [start + dt.timedelta(days=n + 1) for n in range((count.due - start).days)]
    paused = paused_days(pauses, start=start)
    counted = [day for day in count.days if day.counted]
    if unit != "months":
        assert len(counted) == limit
    assert not [day for day in counted if day.date in paused]
    assert all(day.why for day in count.days)
    if unit == "business":
        assert all(is_business_day(day.date) for day in counted)
    else:
        assert is_business_day(count.due)


# --- when somebody is reminded ---

DUE = dt.date(2026, 12, 1)  # a Tuesday; the Thursday before is Thanksgiving


@pytest.mark.parametrize(
    ("before", "day"),
    [(0, "2026-12-01"), (1, "2026-11-30"), (2, "2026-11-27"), (3, "2026-11-25"), (5, "2026-11-23"), (10, "2026-11-16")],
)
def test_business_days_are_counted_back_over_weekends_and_holidays(before: int, day: str) -> None:
    on = dt.date.fromisoformat(day)
    assert business_days_before(DUE, before) == on
    assert business_days_left(on, DUE) == before
    assert business_days_left(DUE, on) == -before


@pytest.mark.parametrize(
    ("today", "rung"),
    [
        ("2026-11-13", None),
        ("2026-11-15", None),  # a Sunday, eleven business days before
        ("2026-11-16", 10),
        ("2026-11-17", 10),
        ("2026-11-22", 10),
        ("2026-11-23", 5),
        ("2026-11-29", 5),
        ("2026-11-30", 1),
        ("2026-12-01", 0),
        ("2026-12-02", -1),
        ("2026-12-04", -3),
        ("2026-12-06", -3),  # a Sunday: no business day more
        ("2026-12-07", -4),
    ],
)  # fmt: skip
def test_the_rung_is_the_newest_that_has_been_reached(today: str, rung: int | None) -> None:
    assert rung_of(dt.date.fromisoformat(today), DUE) == rung


def test_nothing_is_late_on_the_weekend_after_a_friday_on_which_it_was_due() -> None:
    friday = dt.date(2026, 12, 4)
    assert [rung_of(friday + dt.timedelta(days=n), friday) for n in range(4)] == [0, None, None, -1]


@pytest.mark.parametrize(
    ("after", "day"),
    [
        ("2026-11-02", "2026-11-16"),
        ("2026-11-16", "2026-11-23"),
        ("2026-11-23", "2026-11-30"),
        ("2026-11-30", "2026-12-01"),
        ("2026-12-01", "2026-12-02"),
        ("2026-12-04", "2026-12-07"),  # over the weekend
        ("2026-12-24", "2026-12-28"),  # over Christmas and the weekend
    ],
)  # fmt: skip
def test_the_next_reminder_is_at_the_next_rung_and_after_the_due_day_on_every_business_day(after: str, day: str) -> None:
    assert next_notice_day(DUE, after=dt.date.fromisoformat(after)) == dt.date.fromisoformat(day)
