import pytest

from requests.rules.base import Verdict
from requests.rules.v04_address_missing import RULE
from tests.rules.read_address import findings, said, said_among

EMPTY = ("", "   ", "-", ".", "\t", ",,,", "--", "???", "_", " - . - ", "\u00a0", "…")


@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_address_is_missing(address):
    # A15
    assert said_among(EMPTY, RULE, address) is Verdict.REJECT


@pytest.mark.parametrize("shape", [{}, {"street": "", "city": " ", "state": "-", "zip": ""}, {"address": None}])
def test_an_address_in_empty_parts_is_missing(shape):
    assert said(RULE, shape) is Verdict.REJECT


TYPED_ANYHOW = ("1710 Wesley Ave, Evanston IL 60201", "x", "0", "County Jail", "Ñ")


@pytest.mark.parametrize("address", TYPED_ANYHOW)
def test_anything_typed_is_not_missing(address):
    assert said_among(TYPED_ANYHOW, RULE, address) is Verdict.ACCEPT


def test_a_missing_address_is_told_once():
    assert findings("-") == {"V04": Verdict.REJECT}
