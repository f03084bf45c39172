"""The reports about what became of lines: why they came back, and the way from line to answer."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.models import Answer
from disclosures.reports.base import Period
from requests.actions.errors import NotNow
from requests.actions.intake import return_to_agency
from requests.actions.record import record_refusal
from requests.models import Line
from tests import factories as f
from tests.reports.conftest import NOVEMBER, OCTOBER, October, answered, come, on, picked, rows_of, sums_of, yes

# --- returned and denied ---


def test_lines_returned_and_requests_denied_are_counted_by_reason(october: October) -> None:
    rows = rows_of("returned_denied", OCTOBER)
    assert sorted(picked(rows, "reason_code", "agency", "requests", "subjects", "share", "repeat_rate")) == [
        ("V05", "AAA", 1, 1, 20.0, 0.0),
        ("V05", "BBB", 1, 1, 20.0, 100.0),
        ("V06", "AAA", 1, 1, 20.0, 0.0),
        ("V06", "BBB", 1, 1, 20.0, 100.0),
        ("civil_purpose", "BBB", 1, 1, 20.0, 0.0),
    ]
    assert sums_of("returned_denied", OCTOBER) == {"requests": 5, "subjects": 5}


def test_nothing_was_returned_in_november(october: October) -> None:
    assert rows_of("returned_denied", NOVEMBER) == []


@pytest.mark.django_db
def test_a_line_counts_in_the_period_in_which_its_version_was_returned() -> None:
    cast = f.a_cast()
    dr = come(cast, at=on(10, 5), lines=[f.a_defective_line(1), f.a_defective_line(2)])
    f.receive(cast, dr, at=on(10, 5))
    return_to_agency(dr.pk, actor=cast.intake, at=on(10, 5))
    f.load(dr, [f.a_line(1), f.a_line(2, reason="")], actor=cast.official, at=on(11, 2))
    f.sign(cast, dr, at=on(11, 2))
    f.receive(cast, dr, at=on(11, 2))
    return_to_agency(dr.pk, actor=cast.intake, at=on(11, 2))
    mended = Line.objects.get(disclosure_request=dr, until_version=None, number=2)
    assert mended.findings == ["V11"]
    assert {row[0] for row in picked(rows_of("returned_denied", OCTOBER), "reason_code")} == {"V05", "V06"}
    of_november = picked(rows_of("returned_denied", NOVEMBER), "reason_code", "subjects")
    assert of_november == [("V11", 1)]


@pytest.mark.django_db
def test_a_return_that_was_refused_returned_nothing() -> None:
    cast = f.a_cast()
    dr = come(cast, at=on(10, 5), lines=[f.a_defective_line()])
    f.receive(cast, dr, at=on(10, 5))
    record_refusal(
        "perfect", actor=cast.intake, at=on(10, 5), request_id=dr.pk, error=NotNow("No line is complete.")
    )
    assert rows_of("returned_denied", OCTOBER) == []


# --- the funnel ---


def test_every_line_of_a_request_answered_in_the_period_is_accounted_for(october: October) -> None:
    names = (
        "batch", "agency", "received", "returned", "V05", "V06", "perfected", "compared", "yes", "no", "ambiguous", "withheld",
        "released", "delta",
    )  # fmt: skip
    assert picked(rows_of("funnel", OCTOBER), *names) == [
        (october.number("partly"), "AAA", 3, 1, 1, 1, 2, 2, 1, 1, 0, 0, 3, 0),
        (october.number("fully"), "BBB", 2, 0, 0, 0, 2, 2, 2, 0, 0, 0, 2, 0),
        (october.number("nobody"), "BBB", 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0),
    ]


@pytest.mark.parametrize("period", [OCTOBER, NOVEMBER, Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))], ids=str)
def test_received_is_returned_and_answered_and_not_answered_and_nothing_is_left_over(october: October, period: Period) -> None:
    rows = rows_of("funnel", period)
    assert rows
    for row in rows:
        assert row["received"] == row["returned"] + row["yes"] + row["no"] + row["withheld"] == row["released"]
        assert row["delta"] == 0
    sums = sums_of("funnel", period)
    answers = Answer.objects.filter(response__released_at__gte=period.begins, response__released_at__lt=period.ends)
    assert sums["released"] == answers.count()
    assert sums["yes"] == answers.filter(answer="yes").count()
    assert sums["no"] == answers.filter(answer="no").count()


@pytest.mark.django_db
def test_lines_that_a_matcher_decided_are_counted_beside_what_became_of_them() -> None:
    results = {
        1: yes("T1"),
        2: f.AN_UNDECIDED | {"resolution": "no"},
        3: f.AN_UNDECIDED | {"resolution": "return"},
    }
    answered(f.a_cast(), came=on(10, 5), at=on(10, 6), lines=[f.a_line(n) for n in (1, 2, 3, 4)], results=results)
    (row,) = rows_of("funnel", OCTOBER)
    told = {name: row[name] for name in ("received", "compared", "yes", "no", "ambiguous", "withheld", "released", "delta")}
    assert told == {
        "received": 4, "compared": 4, "yes": 1, "no": 2, "ambiguous": 2, "withheld": 1, "released": 4, "delta": 0,
    }  # fmt: skip


@pytest.mark.django_db
def test_a_line_with_two_findings_stands_under_both_and_counts_once_as_returned() -> None:
    cast = f.a_cast()
    answered(cast, came=on(10, 5), at=on(10, 6), lines=[f.a_line(1), f.a_defective_line(2)])
    (row,) = rows_of("funnel", OCTOBER)
    assert (row["returned"], row["V05"], row["V06"], row["V04"]) == (1, 1, 1, 0)
