import pytest

from requests.rules.base import Verdict
from requests.rules.places import STATES, ZIP_STATES
from requests.rules.v07_digits import RULE
from tests.rules.read_address import said_among

DIGITS = (
    "00000",
    "99999",
    "0",
    "902101234",
    "90210-1234",
    "12345",
    "11111 11111",
    "1234 5678",
    "123-45-6789",
    "000 000",
    "7, 7",
)


@pytest.mark.parametrize("address", DIGITS)
def test_digits_alone_are_no_address(address):
    # A07, A09
    assert said_among(DIGITS, RULE, address) is Verdict.REJECT


NO_ZIP = tuple(
    f"123 Main St, {zip_code}"
    for zip_code in ("00000", "99999", "11111", "33333", "00100", "00401", "21300", "34300", "88800")
)


@pytest.mark.parametrize("address", NO_ZIP)
def test_a_zip_that_does_not_exist_is_refused(address):
    assert said_among(NO_ZIP, RULE, address) is Verdict.REJECT


ELSEWHERE = tuple(
    f"123 Main St, {place}"
    for place in ("Chicago IL 77002", "Houston, Texas 60608", "San Juan PR 10001", "New York NY 90210")
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_zip_of_another_state_is_refused(address):
    assert said_among(ELSEWHERE, RULE, address) is Verdict.REJECT


OF_THE_STATE = tuple(
    f"123 Main St, Springfield {state} {zip_code}"
    for state, zip_code in (
        ("AL", "35203"), ("AK", "99501"), ("AZ", "85001"), ("AR", "72201"), ("CA", "90012"), ("CO", "80202"), ("CT", "06103"),
        ("DE", "19801"), ("DC", "20001"), ("FL", "33101"), ("GA", "30303"), ("HI", "96813"), ("ID", "83702"), ("IL", "60602"),
        ("IN", "46204"), ("IA", "50309"), ("KS", "66603"), ("KY", "40202"), ("LA", "70112"), ("ME", "04101"), ("MD", "21201"),
        ("MA", "02108"), ("MI", "48226"), ("MN", "55401"), ("MS", "39201"), ("MO", "63101"), ("MT", "59601"), ("NE", "68102"),
        ("NV", "89101"), ("NH", "03101"), ("NJ", "07102"), ("NM", "87102"), ("NY", "10007"), ("NC", "27601"), ("ND", "58501"),
        ("OH", "43215"), ("OK", "73102"), ("OR", "97204"), ("PA", "19107"), ("RI", "02903"), ("SC", "29201"), ("SD", "57501"),
        ("TN", "37219"), ("TX", "77002"), ("UT", "84111"), ("VT", "05602"), ("VA", "23219"), ("WA", "98104"), ("WV", "25301"),
        ("WI", "53703"), ("WY", "82001"), ("PR", "00926"), ("VI", "00820"), ("GU", "96913"), ("AS", "96799"), ("MP", "96950"),
        ("TX", "88510"), ("NY", "06390"), ("NY", "00501"), ("AE", "09021"), ("AA", "34002"), ("AP", "96278"), ("NY", "12345"),
    )
)  # fmt: skip


@pytest.mark.parametrize("address", OF_THE_STATE)
def test_a_zip_of_the_state_passes(address):
    assert said_among(OF_THE_STATE, RULE, address) is Verdict.ACCEPT


def test_every_state_has_zip_codes():
    assert {state for states in ZIP_STATES.values() for state in states} == set(STATES.values())


NOT_ABOUT_DIGITS = (
    "",
    "County Jail",
    "Chicago IL 60608",
    "123 Main St, Chicago IL",
    "99999 Highway 101, Florence OR 97439",
)


@pytest.mark.parametrize("address", NOT_ABOUT_DIGITS)
def test_what_is_not_about_digits_is_left_to_other_rules(address):
    assert said_among(NOT_ABOUT_DIGITS, RULE, address) is Verdict.ACCEPT
