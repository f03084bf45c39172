import datetime as dt

import pytest

from requests.rules.base import Verdict
from requests.rules.v09_periods import RULE
from tests.rules.complete_line import line, said


@pytest.mark.parametrize(
    "periods",
    [
        "2023",
        "2021-2023",
        "2022;2023",
        "2022,2023",
        "2022; 2023 ,2021",
        "2023Q1",
        "2023Q4",
        "202306",
        "202312;2021Q2;2019-2020",
    ],
)
def test_the_published_forms_pass(periods):
    assert said(RULE, line(taxable_periods=periods)) == [Verdict.ACCEPT]


@pytest.mark.parametrize(
    "periods",
    ["", "   ", "-", "23", "20233", "2023Q5", "2023Q0", "202313", "202300", "2023-2021", "2023-", "2020-present", "2022;x",
     "2022;", "2022 2023", "2023/2024", "FY2023", "2O23", "２０２３", "0000", "1850"],
)  # fmt: skip
def test_anything_else_is_rejected(periods):
    assert said(RULE, line(taxable_periods=periods)) == [Verdict.REJECT]


@pytest.mark.parametrize("periods", ["all years", "ALL YEARS", "All tax years", "2022;all years"])
def test_open_ended_periods_go_to_counsel(periods):
    assert said(RULE, line(taxable_periods=periods)) == [Verdict.REVIEW]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ("2025", Verdict.ACCEPT),
        ("2026", Verdict.REVIEW),
        ("2026Q3", Verdict.ACCEPT),
        ("2026Q4", Verdict.REVIEW),
        ("202610", Verdict.ACCEPT),
        ("202611", Verdict.REVIEW),
        ("2020-2030", Verdict.REVIEW),
        ("2021;2027", Verdict.REVIEW),
        ("2027;nonsense", Verdict.REJECT),
    ],
)
def test_a_period_that_ends_after_the_day_of_judging_goes_to_counsel(periods, expected):
    assert said(RULE, line(taxable_periods=periods), as_of=dt.date(2026, 11, 23)) == [expected]


@pytest.mark.parametrize(("day", "expected"), [(30, Verdict.REVIEW), (31, Verdict.ACCEPT)])
def test_a_year_is_over_on_its_last_day(day, expected):
    assert said(RULE, line(taxable_periods="2026"), as_of=dt.date(2026, 12, day)) == [expected]


def test_a_leap_day_ends_its_february():
    assert said(RULE, line(taxable_periods="202402"), as_of=dt.date(2024, 2, 28)) == [Verdict.REVIEW]
    assert said(RULE, line(taxable_periods="202402"), as_of=dt.date(2024, 2, 29)) == [Verdict.ACCEPT]
