import pytest

from requests.rules.base import Verdict
from requests.rules.v11_reason import RULE
from tests.rules.complete_line import line, said


@pytest.mark.parametrize(
    "reason",
    ["", "   ", "-", "...", "\u200b", "N/A", "TBD", "none", "unknown", "See file", "same", "x", "123", "a 1", "n/a - unknown"],
)
def test_a_line_without_a_reason_is_rejected(reason):
    assert said(RULE, line(reason=reason), c_reason=0) == [Verdict.REJECT]


@pytest.mark.parametrize(("lines", "expected"), [(1, Verdict.ACCEPT), (25, Verdict.ACCEPT), (26, Verdict.REVIEW)])
def test_the_same_words_on_more_than_twenty_five_lines_go_to_counsel(lines, expected):
    assert said(RULE, line(), c_reason=lines) == [expected]


@pytest.mark.parametrize(
    "reason", ["Fraud", "Unknown tips: he is charged with fraud", "To locate him", "none of his other addresses is good " * 3]
)
def test_a_reason_of_any_words_is_one(reason):
    assert said(RULE, line(reason=reason), c_reason=1) == [Verdict.ACCEPT]
