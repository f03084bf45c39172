"""The inventory: what was open, what came, how it ended and what is open add up, in every period."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from disclosures.reports.base import Period
from requests.models import Event
from tests.reports.conftest import NOVEMBER, OCTOBER, October, rows_of, sums_of

ENDS = ("granted_full", "granted_part", "no_record", "denied", "withdrawn", "lapsed")
OF_OCTOBER = {
    "AAA": {
        "opening": 2, "received": 1, "perfected": 1, "returned": 0, "resubmitted": 0, "granted_full": 0, "granted_part": 1,
        "no_record": 0, "denied": 0, "withdrawn": 0, "lapsed": 0, "closing": 2, "subjects_received": 1,
        "subjects_disclosed": 2,
    },
    "BBB": {
        "opening": 1, "received": 5, "perfected": 3, "returned": 1, "resubmitted": 1, "granted_full": 1, "granted_part": 0,
        "no_record": 1, "denied": 1, "withdrawn": 1, "lapsed": 1, "closing": 1, "subjects_received": 6,
        "subjects_disclosed": 3,
    },
}  # fmt: skip


def test_each_agency_s_october_is_counted_by_what_became_of_its_requests(october: October) -> None:
    rows = rows_of("inventory", OCTOBER)
    assert [(row.pop("agency"), row.pop("authority")) for row in rows] == [
        ("AAA", october.requests["held"].authority.citation), ("BBB", october.requests["held"].authority.citation),
    ]  # fmt: skip
    assert dict(zip(OF_OCTOBER, rows, strict=True)) == OF_OCTOBER


def test_the_sums_are_those_of_the_rows(october: October) -> None:
    sums = sums_of("inventory", OCTOBER)
    assert sums == {name: OF_OCTOBER["AAA"][name] + OF_OCTOBER["BBB"][name] for name in OF_OCTOBER["AAA"]}


MONTHS = [Period(dt.date(2026, month, 1), dt.date(2026, month + 1, 1) - dt.timedelta(days=1)) for month in range(8, 12)]
DAYS = [Period(dt.date(2026, 10, day), dt.date(2026, 10, day)) for day in (5, 9, 13, 14, 20, 26, 27, 28, 31)]


@pytest.mark.parametrize("period", [*MONTHS, *DAYS, Period(dt.date(2026, 9, 1), dt.date(2026, 11, 30))], ids=str)
def test_opening_and_received_are_what_ended_and_what_is_left(october: October, period: Period) -> None:
    for row in rows_of("inventory", period):
        assert row["opening"] + row["received"] == sum(row[end] for end in ENDS) + row["closing"]


def test_what_closes_a_month_opens_the_next(october: October) -> None:
    for month, after in itertools.pairwise(MONTHS):
        closing = {row["agency"]: row["closing"] for row in rows_of("inventory", month) if row["closing"]}
        opening = {row["agency"]: row["opening"] for row in rows_of("inventory", after) if row["opening"]}
        assert closing == opening


def test_a_request_that_came_at_half_past_eleven_on_the_last_evening_is_of_that_day(october: October) -> None:
    last_day, next_day = Period(dt.date(2026, 10, 31), dt.date(2026, 10, 31)), Period(dt.date(2026, 11, 1), dt.date(2026, 11, 1))
    assert sums_of("inventory", last_day)["received"] == 1
    assert sums_of("inventory", next_day)["received"] == 1
    assert Event.objects.get(disclosure_request=october.requests["late_evening"], verb="submit").occurred_at.day == 1


def test_a_draft_and_a_draft_withdrawn_are_not_counted(october: October) -> None:
    everything = sums_of("inventory", Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    assert everything["received"] == len(october.requests) - 2
    assert everything["withdrawn"] == 1


def test_the_figures_are_those_of_the_events(october: October) -> None:
    moves = Event.objects.filter(
        state_number__isnull=False, occurred_at__gte=OCTOBER.begins, occurred_at__lt=OCTOBER.ends
    ).exclude(disclosure_request=october.requests["given_up"])
    sums = sums_of("inventory", OCTOBER)
    for column, verb in (("received", "submit"), ("perfected", "perfect"), ("returned", "return_imperfect"),
                         ("resubmitted", "resubmit"), ("denied", "deny"), ("withdrawn", "withdraw"), ("lapsed", "lapse")):  # fmt: skip
        assert sums[column] == moves.filter(verb=verb).count(), column
    assert sums["granted_full"] + sums["granted_part"] + sums["no_record"] == moves.filter(verb="release").count()


def test_an_answer_of_a_later_month_is_not_of_this_one(october: October) -> None:
    row = rows_of("inventory", NOVEMBER)[0]
    assert (row["agency"], row["opening"], row["received"], row["no_record"], row["closing"]) == ("AAA", 2, 1, 1, 2)
