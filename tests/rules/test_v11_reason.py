import pytest

from requests.rules.base import Verdict
from requests.rules.v11_reason import RULE
from tests.rules.complete_line import line, said


@pytest.mark.parametrize("reason", ["", "   ", "-", "...", "\u200b"])
def test_a_line_without_a_reason_is_rejected(reason):
    assert said(RULE, line(reason=reason), c_reason=0) == [Verdict.REJECT]


@pytest.mark.parametrize(("lines", "expected"), [(1, Verdict.ACCEPT), (25, Verdict.ACCEPT), (26, Verdict.REVIEW)])
def test_the_same_words_on_more_than_twenty_five_lines_go_to_counsel(lines, expected):
    assert said(RULE, line(), c_reason=lines) == [expected]
