"""Counting days: business, calendar and months, around weekends, holidays, closures and pauses (domain 5.3).

Pure: dates in, dates out. Counting starts the day after the start.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import functools
from collections.abc import Collection, Iterable, Iterator

import holidays

ONE_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """One day of a count: whether it counted, and why in plain words."""

    date: dt.date
    counted: bool
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Count:
    """A count of days: the day on which it ends, and every day of it."""

    due: dt.date
    days: tuple[Day, ...]


@functools.lru_cache(maxsize=64)
def federal_holidays(year: int) -> dict[dt.date, str]:
    """The legal public holidays of 5 U.S.C. 6103(a) in this year, on the day on which offices are closed."""
    found = holidays.country_holidays("US", years=[year, year + 1], observed=True)
    # The library lists both the day itself and the day observed; an office is closed on the latter.
    closed: dict[dt.date, str] = {}
    for day, name in found.items():
        if day.year == year and day.weekday() < 5:
            closed[day] = name.replace(" (observed)", "")
    return closed


def holiday_name(day: dt.date, closures: dict[dt.date, str] | None = None) -> str:
    """The name of the holiday or closure on this day; empty on any other."""
    return (closures or {}).get(day) or federal_holidays(day.year).get(day, "")


def is_business_day(day: dt.date, closures: dict[dt.date, str] | None = None) -> bool:
    """Whether the office works on this day."""
    return day.weekday() < 5 and not holiday_name(day, closures)


def paused_days(pauses: Iterable[tuple[dt.date, dt.date]], *, start: dt.date) -> frozenset[dt.date]:
    """The days of these pauses from the start on: inclusive at both ends, overlaps counted once."""
    return frozenset(
        first + ONE_DAY * index
        for first, last in pauses
        for index in range((last - first).days + 1)
        if first + ONE_DAY * index >= start
    )


def _later(start: dt.date) -> Iterator[dt.date]:
    day = start
    while True:
        day += ONE_DAY
        yield day


def _why_closed(day: dt.date, closures: dict[dt.date, str] | None) -> str:
    if day.weekday() >= 5:
        return "weekend"
    return holiday_name(day, closures)


def count_business(
    start: dt.date, limit: int, *, paused: Collection[dt.date] = (), closures: dict[dt.date, str] | None = None
) -> Count:
    """Count ``limit`` business days after ``start``; a paused day does not count."""
    days: list[Day] = []
    counted = 0
    if limit == 0:
        return Count(start, ())
    for day in _later(start):
        closed = _why_closed(day, closures)
        if closed:
            days.append(Day(day, False, closed))
        elif day in paused:
            days.append(Day(day, False, "stopped"))
        else:
            counted += 1
            days.append(Day(day, True, f"day {counted}"))
            if counted == limit:
                return Count(day, tuple(days))
    raise AssertionError("the calendar has no end")


def count_calendar(
    start: dt.date, limit: int, *, paused: Collection[dt.date] = (), closures: dict[dt.date, str] | None = None
) -> Count:
    """Count ``limit`` calendar days after ``start``; paused days are added, then a closed last day moves on.

    A pause that holds the start day itself counts too: the first day that does not stand still makes up for it.
    """
    days: list[Day] = []
    counted, last, owed = 0, start, start in paused
    while counted < limit or owed:
        last += ONE_DAY
        if last in paused:
            days.append(Day(last, False, "stopped"))
        elif owed:
            owed = False
            days.append(Day(last, False, "makes up for the start day, which was stopped"))
        else:
            counted += 1
            days.append(Day(last, True, f"day {counted}"))
    while closed := _why_closed(last, closures):
        last += ONE_DAY
        days.append(Day(last, False, f"moved on: {closed} on the day before"))
    return Count(last, tuple(days))


def count_months(
    start: dt.date, limit: int, *, paused: Collection[dt.date] = (), closures: dict[dt.date, str] | None = None
) -> Count:
    """Count ``limit`` months after ``start`` (the same day of the month, or its last); then as ``count_calendar``."""
    month = start.month - 1 + limit
    year, month = start.year + month // 12, month % 12 + 1
    end = dt.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return count_calendar(start, (end - start).days, paused=paused, closures=closures)


COUNTS = {"business": count_business, "calendar": count_calendar, "months": count_months}

# How many business days before the due day somebody is reminded; after it, on every business day.
RUNGS = (10, 5, 1, 0)


def business_days_before(day: dt.date, count: int, closures: dict[dt.date, str] | None = None) -> dt.date:
    """The day that lies ``count`` business days before ``day``."""
    while count:
        day -= ONE_DAY
        count -= is_business_day(day, closures)
    return day


def business_days_left(today: dt.date, due: dt.date, closures: dict[dt.date, str] | None = None) -> int:
    """Business days after today up to and including the due day; negative: business days past it."""
    first, last, sign = (today, due, 1) if today <= due else (due, today, -1)
    count, day = 0, first
    while day < last:
        day += ONE_DAY
        count += is_business_day(day, closures)
    return sign * count


def rung_of(today: dt.date, due: dt.date, closures: dict[dt.date, str] | None = None) -> int | None:
    """The rung reached today: 10, 5, 1 or 0 business days before, or minus the business days overdue; else None.

    Rungs that were slept through collapse into the newest: nobody gets three reminders at once after an outage.
    """
    left = business_days_left(today, due, closures)
    if left < 0 or (left == 0 and today > due):
        return left or None
    return next((rung for rung in reversed(RUNGS) if left <= rung), None)


def next_notice_day(due: dt.date, *, after: dt.date, closed: dict[dt.date, str] | None = None) -> dt.date:
    """The next day after ``after`` on which a reminder about this due day falls."""
    days = [business_days_before(due, rung, closed) for rung in RUNGS]
    for day in days:
        if day > after:
            return day
    day = after + ONE_DAY
    while not is_business_day(day, closed):
        day += ONE_DAY
    return day
