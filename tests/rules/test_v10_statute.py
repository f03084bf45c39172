import datetime as dt

import pytest

from requests.rules.base import Verdict
from requests.rules.designated_statutes import CIVIL_SECTIONS, DESIGNATED_STATUTES, TAX_TITLES
from requests.rules.v10_statute import RULE
from tests.rules.complete_line import line, said


def verdict(text: str) -> Verdict:
    return said(RULE, line(statutory_authority=text))[0]


@pytest.mark.parametrize(
    "text",
    [
        "8 USC 1253(a)(1)",
        "8 usc 1253",
        "8 U.S.C. § 1253(a)(1)(A)",
        "8 U.S.C. §1253",
        "8USC1253",
        "8 U.S. Code 1253",
        "8 USC sec. 1253",
        "Title 8, United States Code, Section 1253(a)(1)",
        "section 1253(a) of title 8",
        "INA 243(a)(1)",
        "INA § 276",
        "Immigration and Nationality Act section 243",
        "section 243 of the Immigration and Nationality Act",
        "18 USC 1028A",
        "18 u.s.c. 1028a",
        "18:1546",
        "18 USC 371; 21 USC 846",
        "18 U.S.C. §§ 1341, 1343 and 1344",
        "21 USC 841(a)(1), (b)(1)(A)",
        "31 USC 5324",
        "8 USC 1253 - failure to depart",
    ],
)
def test_designated_criminal_statutes_pass_however_they_are_cited(text):
    assert verdict(text) == Verdict.ACCEPT


@pytest.mark.parametrize(
    "text", ["", "  ", "n/a", "immigration law", "Texas Penal Code 30.02", "18 USC", "8 CFR 241.4", "99 USC 1"]
)
def test_no_statute_of_the_united_states_is_rejected(text):
    assert verdict(text) == Verdict.REJECT


@pytest.mark.parametrize(
    "text",
    [
        "26 USC 7201",
        "26 U.S.C. § 7203",
        "Title 26",
        "Internal Revenue Code 7201",
        "I.R.C. 6050I",
        "18 USC 371; 26 USC 7201",
    ],
)
def test_tax_statutes_are_rejected(text):
    assert verdict(text) == Verdict.REJECT


@pytest.mark.parametrize(
    "text",
    [
        "8 USC 1231(a)",
        "8 USC 1229a",
        "8 USC 1227",
        "INA 237(a)(2)",
        "42 USC 1983",
        "31 USC 3729",
        "8 USC 1253; 8 USC 1229a",
        "8 USC 1253(c)",
    ],
)
def test_civil_statutes_are_rejected_even_beside_a_criminal_one(text):
    assert verdict(text) == Verdict.REJECT


@pytest.mark.parametrize("text", ["18 USC 1999", "7 USC 2024", "18 USC 1341, 9999", "18 USC 1341 and case 445566"])
def test_what_is_not_on_the_list_goes_to_counsel(text):
    assert verdict(text) == Verdict.REVIEW


def test_the_statute_of_the_2025_request_is_criminal_and_designated():
    # A28, design section 5: 8 USC 1253 is a criminal statute.
    assert verdict("8 USC 1253(a)(1)") == Verdict.ACCEPT


def test_a_statute_counts_from_the_day_it_is_listed():
    before = min(statute.listed_from for statute in DESIGNATED_STATUTES) - dt.timedelta(days=1)
    assert said(RULE, line(), as_of=before) == [Verdict.REVIEW]


def test_no_statute_is_both_designated_and_civil_or_tax():
    keys = [statute.key for statute in DESIGNATED_STATUTES]
    assert len(keys) == len(set(keys))
    assert not CIVIL_SECTIONS.intersection(keys)
    assert not TAX_TITLES.intersection(statute.title for statute in DESIGNATED_STATUTES)
