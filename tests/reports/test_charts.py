"""The director's charts: numbers of this October, drawn, printed, described and tabled alike."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from disclosures.reports.charts import HEIGHT, PLOT, TOP, Chart, bar_chart, director_charts
from tests.reports.conftest import October

LAST_DAY = dt.date(2026, 10, 31)


def charts(today: dt.date = LAST_DAY) -> dict[str, Chart]:
    """The four charts by their names."""
    return {chart.id: chart for chart in director_charts(today=today)}


def numbers(text: str) -> list[float]:
    """All numbers of a text."""
    return [float(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def test_each_month_shows_what_came_what_was_answered_and_what_was_open_at_its_end(october: October) -> None:
    months = charts()["months"].rows
    assert len(months) == 13
    assert [row[0] for row in months[-3:]] == ["Aug 26", "Sep 26", "Oct 26"]
    # September: held, partly and lapsed come. October: late_evening and five of B; three answered; three left open.
    assert [row[1:] for row in months[-3:]] == [(0, 0, 0), (3, 0, 3), (6, 3, 3)]


def test_the_ages_are_those_of_the_ageing_report(october: October) -> None:
    assert dict(charts()["ages"].rows) == {"0-10": 1, "11-20": 0, "21-30": 1, "31-60": 1, "61-90": 0, "over 90": 0}


def test_the_days_in_each_state_stand_beside_the_limit_in_calendar_days(october: October) -> None:
    chart = charts()["stages"]
    assert [row[0] for row in chart.rows] == [
        "Intake", "Legal review", "Impairment check", "Approval", "Matching", "Release",
    ]  # fmt: skip
    assert all(row[1] == 0 for row in chart.rows)  # each stage of this October was left on the day on which it was entered
    assert len(chart.marks) == 6
    ten, five = chart.marks[0]["y"], chart.marks[3]["y"]
    assert TOP + PLOT - ten == pytest.approx(2 * (TOP + PLOT - five), abs=0.2)  # 14 calendar days and 7


def test_the_defects_are_counted_by_rule_over_the_lines_that_came(october: October) -> None:
    # partly line 3, lapsed and the first version of again: each a placeholder without a place.
    chart = charts()["rules"]
    assert [(row[0].split()[0], row[1]) for row in chart.rows] == [("V05", 3), ("V06", 3)]
    assert [label["text"] for label in chart.labels] == ["V05", "V06"]


@pytest.mark.parametrize("name", ["months", "ages", "stages", "rules"])
def test_every_chart_says_draws_and_tables_the_same_numbers(october: October, name: str) -> None:
    chart = charts()[name]
    cells = [cell for row in chart.rows for cell in row[1:]]
    assert len(chart.bars) == len(cells)
    assert [bar["value"] for bar in chart.bars] == [told if float(told.replace(",", "")) else "" for row in chart.table for told in row[1:]]
    said = [numbers(part.rpartition(": ")[2]) for part in chart.description.split("; ")]
    assert [number for part in said for number in part if number in map(float, cells)]
    for row in chart.rows:
        assert f"{row[0]}: " in chart.description
    tallest = max((bar["height"] for bar in chart.bars), default=0)
    for bar, cell in zip(chart.bars, cells, strict=True):
        assert (bar["height"] > 0) is (cell > 0)
        assert bar["height"] <= max(tallest, PLOT)
        assert 0 <= bar["x"] < bar["x"] + bar["width"] <= chart.width
        assert TOP <= bar["y"] <= TOP + PLOT < HEIGHT


def test_a_number_of_seven_digits_is_written_out() -> None:
    chart = bar_chart("x", "X", note="", head=("Rule", "Lines"), rows=[("V05", 1_280_000), ("V06", 0)])
    assert chart.bars[0]["value"] == "1,280,000"
    assert chart.table == [["V05", "1,280,000"], ["V06", "0"]]
    assert chart.description == "V05: Lines 1,280,000; V06: Lines 0"
    assert chart.grid[-1]["label"] == "1,280,000"


def test_a_chart_without_a_row_says_that_there_is_nothing_yet() -> None:
    chart = bar_chart("x", "X", note="", head=("Rule", "Lines"), rows=[])
    assert (chart.description, chart.bars, chart.rows) == ("Nothing yet.", (), ())


def test_the_twenty_ninth_of_february_has_a_year_before_it(october: October) -> None:
    assert charts(dt.date(2028, 2, 29))["months"].rows[0][0] == "Feb 27"
