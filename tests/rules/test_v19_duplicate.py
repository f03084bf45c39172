from requests.rules.base import Verdict
from requests.rules.v19_duplicate import RULE
from tests.rules.complete_line import line, said


def test_a_line_that_repeats_another_is_rejected():
    assert said(RULE, line(), c_duplicate_of=1) == [Verdict.REJECT]


def test_a_line_of_its_own_passes():
    assert said(RULE, line(), c_duplicate_of=None) == [Verdict.ACCEPT]
