import pytest

from requests.rules.base import Verdict
from requests.rules.v12_engaged_official import OFFICES, RULE
from tests.rules.complete_line import line, said

NOBODY = (
    "", "   ", "-", "?", "N/A", "n.a.", "TBD", "none", "x", "123", "Unknown", "Various", "see file", "same", "Desconocido",
    "to be determined",
    "ICE", "HSI", "Special Agent", "SA", "unknown agent", "Case Agent, HSI", "Assistant Special Agent in Charge", "John Doe", "First Last",
    "Name of Official", "not provided",
)  # fmt: skip
SOMEBODY = (
    "Maria Ashwood", "SA Maria Ashwood", "Special Agent J. Field", "Ana Marshal", "Director Lee Chief-Smith", "李明", "Ng Vo", "Jo Na",
    "Nadia None-Smith", "O'Neil, Case", "M. Sheriff Inspector Okafor",
    "Supervisory Special Agent Wilhelmina Featherstonehaugh of the Eastern Field Office",
)  # fmt: skip


@pytest.mark.parametrize("official", NOBODY)
def test_a_line_that_names_nobody_is_rejected(official):
    assert said(RULE, line(engaged_official=official)) == [Verdict.REJECT]


@pytest.mark.parametrize("official", SOMEBODY)
def test_a_name_is_a_name_whatever_rank_stands_beside_it(official):
    assert said(RULE, line(engaged_official=official)) == [Verdict.ACCEPT]


def test_no_rank_or_office_is_a_person():
    assert [office for office in OFFICES if said(RULE, line(engaged_official=office.title())) != [Verdict.REJECT]] == []
