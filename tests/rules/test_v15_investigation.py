import pytest

from requests.rules.base import Verdict
from requests.rules.v15_investigation import RULE
from tests.rules.complete_line import line, said


def test_a_line_with_a_case_number_passes_where_the_file_has_no_assurance_column():
    assert said(RULE, line()) == [Verdict.ACCEPT]


@pytest.mark.parametrize("case_number", ["", "  ", "-", "N/A", "pending", "no case number", "Unknown"])
def test_a_line_without_a_case_number_goes_to_counsel(case_number):
    assert said(RULE, line(case_number=case_number)) == [Verdict.REVIEW]


@pytest.mark.parametrize("assurance", ["Y", "y", "YES", " yes "])
def test_the_assurance_that_the_investigation_is_open_passes(assurance):
    assert said(RULE, line(under_investigation=assurance)) == [Verdict.ACCEPT]


@pytest.mark.parametrize("assurance", ["", " ", "N", "no", "pending", "YN", "?"])
def test_a_column_of_assurances_must_be_filled_on_every_line(assurance):
    # A29
    assert said(RULE, line(under_investigation=assurance)) == [Verdict.REVIEW]
