import dataclasses
import datetime as dt

import pytest

from requests.rules.base import Verdict
from requests.rules.v01_signature import Signature, judge_signature

SIGNED = Signature(
    in_writing=True,
    signed_by="Alex Rivera",
    signed_date=dt.date(2026, 11, 20),
    signed_digest="9f2a",
    lines_digest="9f2a",
)
AS_OF = dt.date(2026, 11, 23)


def test_a_dated_signature_for_these_lines_passes():
    assert judge_signature(SIGNED, as_of=AS_OF) is None


def test_a_signature_of_the_same_day_passes():
    assert judge_signature(dataclasses.replace(SIGNED, signed_date=AS_OF), as_of=AS_OF) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"in_writing": False}, "not in writing"),
        ({"signed_by": "  "}, "nobody signed"),
        ({"signed_date": None}, "no date"),
        ({"signed_date": dt.date(2026, 11, 24)}, "still to come"),
        ({"signed_digest": "0000"}, "not for the lines"),
        ({"signed_digest": "", "lines_digest": ""}, "not for the lines"),
    ],
)
def test_a_signature_that_lacks_something_blocks_and_says_what(changes, words):
    finding = judge_signature(dataclasses.replace(SIGNED, **changes), as_of=AS_OF)

    assert finding is not None
    assert (finding.code, finding.verdict) == ("V01", Verdict.BLOCK)
    assert words in finding.detail.lower()


def test_everything_that_is_wrong_is_said_at_once():
    finding = judge_signature(dataclasses.replace(SIGNED, signed_by="", signed_date=None), as_of=AS_OF)

    assert finding is not None
    assert finding.count == 2
