"""A count of days as weeks of a calendar, in which every day says why it counted."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from requests.calendar.days import ONE_DAY, Day

LONGEST = 120


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar: its number, its words, and how it looks."""

    date: dt.date
    label: str
    words: str
    looks: str


def weeks(start: dt.date, due: dt.date, days: Sequence[Day], *, today: dt.date) -> list[list[Cell]]:
    """The weeks from the one of ``start`` to the one of ``due``, Monday first; empty where they would fill pages."""
    if (due - start).days > LONGEST:
        return []
    told = {day.date: day for day in days}
    day = start - ONE_DAY * start.weekday()
    last = due + ONE_DAY * (6 - due.weekday())
    cells = []
    while day <= last:
        cells.append(_cell(day, told.get(day), start=start, due=due, today=today))
        day += ONE_DAY
    return [cells[index : index + 7] for index in range(0, len(cells), 7)]


def _cell(day: dt.date, told: Day | None, *, start: dt.date, due: dt.date, today: dt.date) -> Cell:
    label = f"{day.day} {day:%b}" if day.day == 1 else str(day.day)
    words = "" if told is None else told.why.removeprefix("moved on: ")
    if day == start:
        words = "starts"
    looks = ""
    if told is not None:
        looks = "day" if told.counted else "halt" if told.why == "stopped" else "off"
    if day == due:
        looks, words = "due", f"{words}, due" if words else "due"
    if day == today:
        looks, words = f"{looks} now".strip(), f"{words}, today" if words else "today"
    return Cell(day, label, words, looks)
