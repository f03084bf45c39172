import datetime as dt

import pytest

from requests.rules.base import Verdict
from requests.rules.v02_signatory import Signatory, judge_signatory

AS_OF = dt.date(2026, 11, 23)


def verdict(**facts) -> Verdict:
    finding = judge_signatory(Signatory(**{"authority": "i2", **facts}), as_of=AS_OF)
    return Verdict.ACCEPT if finding is None else finding.verdict


@pytest.mark.parametrize(
    "title",
    [
        "Inspector General",  # A31
        "Inspector General, Department of Homeland Security",
        "FBI Director",  # A32
        "Director of the Federal Bureau of Investigation",
        "Director, FBI",
        "DEA Administrator",
        "Administrator, Drug Enforcement Administration",
        "U.S. Attorney",
        "United States Attorney for the Northern District of Illinois",
        "Attorney General",
        "Deputy Attorney General",
        "Associate Attorney General",
        "Assistant Attorney General, Criminal Division",
        "Special Prosecutor",
        "Attorney in charge of the Organized Crime Strike Force",
    ],
)
def test_the_titles_of_the_closed_list_pass(title):
    assert verdict(title=title) == Verdict.ACCEPT


def test_the_head_of_a_federal_agency_passes():
    facts = {"title": "Secretary of Homeland Security", "head_title": "Secretary, Homeland Security"}
    assert verdict(**facts) == Verdict.ACCEPT


@pytest.mark.parametrize(
    ("title", "agency_name"),
    [("Director", "Federal Bureau of Investigation"), ("Administrator", "Drug Enforcement Administration")],
)
def test_a_component_head_listed_by_name_needs_no_determination(title, agency_name):
    assert verdict(title=title, agency_name=agency_name, head_title=title, is_component=True) == Verdict.ACCEPT


@pytest.mark.parametrize(("has_determination", "expected"), [(False, Verdict.REVIEW), (True, Verdict.ACCEPT)])
def test_the_head_of_a_component_waits_for_a_recorded_determination(has_determination, expected):
    facts = {"title": "Director", "head_title": "Director", "agency_name": "Immigration and Customs Enforcement"}
    assert verdict(**facts, is_component=True, has_determination=has_determination) == expected


def test_a_signature_by_direction_goes_to_counsel():
    # A30: the statute names no delegate for (i)(2).
    assert verdict(title="Secretary", head_title="Secretary", by_direction=True) == Verdict.REVIEW
    assert verdict(title="Deputy Director, by direction", head_title="Director") == Verdict.REVIEW


def test_an_acting_head_goes_to_counsel():
    assert verdict(title="Acting Director", head_title="Director") == Verdict.REVIEW


@pytest.mark.parametrize(
    "title",
    [
        "Assistant United States Attorney",  # A33
        "Assistant U.S. Attorney",
        "Special Assistant U.S. Attorney",
        "Deputy Assistant Attorney General",
        "Deputy Director, FBI",
        "Deputy Inspector General",
        "U.S. Attorney's Office clerk",
        "Assistant Director",
        "Special Agent in Charge",
        "",
    ],
)
def test_everybody_else_is_blocked(title):
    assert verdict(title=title, head_title="Director") == Verdict.BLOCK


def test_an_assistant_us_attorney_hears_of_the_order_through_the_us_attorney():
    finding = judge_signatory(Signatory(authority="i2", title="Assistant United States Attorney"), as_of=AS_OF)
    assert finding is not None
    assert "(i)(1)" in finding.detail


def test_a_state_police_chief_is_blocked_and_hears_of_the_emergency_route():
    # A34
    finding = judge_signatory(Signatory(authority="i2", title="Chief of Police", is_federal=False), as_of=AS_OF)
    assert finding is not None
    assert finding.verdict == Verdict.BLOCK
    assert "(i)(3)(B)(i)" in finding.detail


def test_a_state_attorney_general_is_not_the_attorney_general():
    assert verdict(title="Attorney General", is_federal=False) == Verdict.BLOCK


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (AS_OF, None, Verdict.ACCEPT),
        (None, AS_OF, Verdict.ACCEPT),
        (AS_OF + dt.timedelta(days=1), None, Verdict.BLOCK),
        (None, AS_OF - dt.timedelta(days=1), Verdict.BLOCK),
    ],
)
def test_the_authority_must_be_in_force_on_the_day(first, last, expected):
    assert verdict(title="Inspector General", authority_from=first, authority_to=last) == expected


def test_another_authority_than_the_written_track_is_blocked():
    assert verdict(authority="i1", title="Attorney General") == Verdict.BLOCK
