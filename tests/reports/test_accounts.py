"""The accounting of 26 U.S.C. 6103(p)(3) and what goes to Congress: every figure from the accounting itself."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.models import AccountingEntry
from disclosures.reports.base import Period
from tests import factories as f
from tests.reports.conftest import NOVEMBER, OCTOBER, October, answered, on, picked, rows_of, sums_of, yes

YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def okafor(number: int) -> str:
    """The name on a line of the factories, as the accounting joins it."""
    line = f.a_line(number)
    return f"{line['first_name']} {line['last_name']}"


# --- per taxpayer ---


def test_there_is_one_row_for_each_line_answered_yes_or_no(october: October) -> None:
    rows = rows_of("accounting", OCTOBER)
    assert picked(rows, "request_no", "name", "disclosed_date", "record") == [
        (october.number("partly"), okafor(1), dt.date(2026, 10, 20), "T1"),
        (october.number("partly"), okafor(2), dt.date(2026, 10, 20), ""),
        (october.number("fully"), okafor(4), dt.date(2026, 10, 28), "T4"),
        (october.number("fully"), okafor(5), dt.date(2026, 10, 28), "T5"),
        (october.number("nobody"), okafor(7), dt.date(2026, 10, 28), ""),
    ]
    assert len(rows) == AccountingEntry.objects.filter(disclosed_at__gte=OCTOBER.begins, disclosed_at__lt=OCTOBER.ends).count()


def test_a_row_holds_every_element_of_the_accounting(october: October) -> None:
    row = rows_of("accounting", OCTOBER)[0]
    assert row == {
        "tin": "", "name": okafor(1), "request_no": october.number("partly"), "request_date": dt.date(2026, 10, 20),
        "authority": october.requests["partly"].authority.citation, "reason": f.a_line(1)["reason"],
        "disclosed_date": dt.date(2026, 10, 20), "nature": "Whether a record agrees on name and address: yes or no",
        "record": "T1", "taxable_periods": "2023", "recipient_name": "Nadia Patel", "recipient_agency": "Agency A",
        "recipient_address": "1 First Street", "agency_code": "A1", "purpose_code": "i2", "source_code": "registry",
        "releasable_to_subject": "no", "corrected_by": "", "retain_until": dt.date(2031, 10, 20),
    }  # fmt: skip


@pytest.mark.django_db
def test_a_tin_is_said_to_be_given_and_never_shown() -> None:
    answered(f.a_cast(), came=on(10, 5), at=on(10, 6), lines=[f.a_line(1, tin="900-12-3456"), f.a_line(2)])
    rows = rows_of("accounting", OCTOBER)
    assert picked(rows, "tin") == [("given",), ("",)]
    assert "900-12-3456" not in str(rows)


def test_an_answer_belongs_to_the_day_of_the_office(october: October) -> None:
    assert len(rows_of("accounting", Period(dt.date(2026, 10, 28), dt.date(2026, 10, 28)))) == 3
    assert rows_of("accounting", Period(dt.date(2026, 10, 21), dt.date(2026, 10, 27))) == []


@pytest.mark.django_db
def test_an_answer_of_half_past_eleven_in_the_evening_is_of_that_day_and_its_month() -> None:
    answered(f.a_cast(), came=on(10, 5), at=on(11, 1, 3, 30))  # 31 October, 23:30 in New York
    for name, day in (("accounting", "disclosed_date"), ("form5466b", "disclosed_date"), ("recipients", "released_at")):
        assert picked(rows_of(name, OCTOBER), day) == [(dt.date(2026, 10, 31),)]
        assert rows_of(name, NOVEMBER) == []
    assert sums_of("congress_public", OCTOBER)["disclosure_instances"] == 1


def test_the_batch_record_holds_the_same_entries_by_agency_and_date(october: October) -> None:
    rows = rows_of("form5466b", YEAR)
    assert picked(rows, "agency_code", "disclosed_date", "line", "name") == [
        ("A1", dt.date(2026, 10, 20), 1, okafor(1)), ("A1", dt.date(2026, 10, 20), 2, okafor(2)),
        ("A1", dt.date(2026, 11, 10), 1, okafor(1)), ("B1", dt.date(2026, 10, 28), 4, okafor(4)),
        ("B1", dt.date(2026, 10, 28), 5, okafor(5)), ("B1", dt.date(2026, 10, 28), 7, okafor(7)),
    ]  # fmt: skip
    assert len(rows) == len(rows_of("accounting", YEAR)) == AccountingEntry.objects.count()


# --- who received ---


def test_the_register_says_who_received_how_many_lines_of_what_and_whether_they_acknowledged(october: October) -> None:
    rows = rows_of("recipients", OCTOBER)
    assert picked(rows, "recipient", "agency", "request_no", "investigation_no", "released_at", "subjects_count", "received_at") == [
        ("Nadia Patel", "AAA", october.number("partly"), "HSI-2025-000001 HSI-2025-000002", dt.date(2026, 10, 20), 2,
         dt.date(2026, 10, 22)),
        ("Nadia Patel", "BBB", october.number("fully"), "HSI-2025-000004 HSI-2025-000005", dt.date(2026, 10, 28), 2, None),
        ("Nadia Patel", "BBB", october.number("nobody"), "HSI-2025-000007", dt.date(2026, 10, 28), 1, None),
    ]  # fmt: skip
    assert sums_of("recipients", OCTOBER) == {"subjects_count": len(rows_of("accounting", OCTOBER))}


# --- to the Joint Committee ---


def test_what_is_published_counts_requests_answers_and_taxpayers_of_each_agency(october: October) -> None:
    names = ("agency", "requests", "disclosure_instances", "taxpayers")
    assert picked(rows_of("congress_public", OCTOBER), *names) == [("Agency A", 1, 2, 2), ("Agency B", 5, 3, 3)]
    assert picked(rows_of("congress_public", NOVEMBER), *names) == [("Agency A", 1, 1, 1), ("Agency B", 0, 0, 0)]


def test_an_agency_that_ever_asked_keeps_its_row_and_says_that_there_was_nothing(october: October) -> None:
    rows = rows_of("congress_public", NOVEMBER)
    assert [row["general_purposes"] == "None in the period" for row in rows] == [False, True]


@pytest.mark.parametrize("period", [OCTOBER, NOVEMBER, YEAR], ids=str)
def test_the_instances_published_are_the_rows_of_the_accounting(october: October, period: Period) -> None:
    accounted = rows_of("accounting", period)
    by_agency = {row["agency"]: row["disclosure_instances"] for row in rows_of("congress_public", period)}
    for agency in ("Agency A", "Agency B"):
        assert by_agency[agency] == sum(row["recipient_agency"] == agency for row in accounted)


def test_nothing_that_names_anybody_is_published(october: October) -> None:
    told = str(rows_of("congress_public", YEAR))
    for name in ("Okafor", "Wesley", "Patel", "HSI-", *(dr.control_number for dr in october.requests.values())):
        assert name not in told


@pytest.mark.django_db
def test_a_taxpayer_counts_once_for_an_agency_however_often_the_answer_was_given() -> None:
    cast = f.a_cast()
    for day in (6, 7):
        answered(cast, came=on(10, 5), at=on(10, day), lines=[f.a_line(1), f.a_line(2)], results={1: yes("T1")})
    answered(f.a_cast(), came=on(10, 5), at=on(10, 8), lines=[f.a_line(1)], results={1: yes("T1")})
    told = picked(rows_of("congress_public", OCTOBER), "requests", "disclosure_instances", "taxpayers")
    assert sorted(told) == [(1, 1, 1), (2, 4, 2)]


def test_what_goes_in_confidence_names_every_request_of_the_period_and_what_became_of_it(october: October) -> None:
    rows = rows_of("congress_confidential", OCTOBER)
    assert picked(rows, "agency", "request_no", "disclosed_date", "taxpayers", "outcome") == [
        ("Agency A", october.number("late_evening"), None, 0, "open"),
        ("Agency B", october.number("again"), None, 0, "open"),
        ("Agency B", october.number("fully"), dt.date(2026, 10, 28), 2, "answered"),
        ("Agency B", october.number("nobody"), dt.date(2026, 10, 28), 1, "answered"),
        ("Agency B", october.number("denied"), None, 0, "denied"),
        ("Agency B", october.number("withdrawn"), None, 0, "withdrawn"),
    ]
    assert all(row["reason"].startswith("To locate and charge") for row in rows)
