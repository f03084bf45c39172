import pytest

from requests.rules.base import Verdict
from requests.rules.v14_civil_purpose import RULE, judge_purpose
from tests.rules.complete_line import COMPLETE_LINE, line, said

CIVIL = [
    "civil removal operations",  # A27
    "Civil enforcement",
    "For civil immigration enforcement",
    "civil-enforcement",
    "Needed for criminal and civil enforcement.",
    "criminal and civil tax investigation",
    "to be used in civil proceedings",
    "in support of civil detention",
    "civil litigation",
    "to locate and remove the subject",
    "to arrest and deport the alien",
    "for deportation purposes",
    "to effect removal from the United States",
    "noncriminal enforcement",
    "not only criminal but civil removal operations",
    "for no purpose other than civil enforcement",
    "No criminal charge is planned; civil removal",
]
CRIMINAL = [
    COMPLETE_LINE["reason"],
    "8 USC 1253(a)(1) investigation no. HSI-2025-000001",  # A28
    "failure to depart after a final order",
    "wilfully stayed after the removal order of 2019",
    "final removal order after an administrative proceeding",
    "administrative removal proceeding",
    "failed to depart after civil removal proceedings",
    "wilful failure to depart, civil removal order of 2019",
    "perjury in a civil proceeding",
    "civil rights violation under 18 USC 242",
    "Referred by Enforcement and Removal Operations for criminal prosecution",
    "The information will not be used for civil immigration enforcement.",
    "Criminal, not civil, enforcement",
    "no civil purpose",
    "Subject removed the ankle monitor",
    "refused to be removed; detained by the police",
]


@pytest.mark.parametrize("reason", CIVIL)
def test_a_line_whose_reason_states_a_civil_purpose_is_blocked(reason):
    assert said(RULE, line(reason=reason)) == [Verdict.BLOCK]


@pytest.mark.parametrize("reason", CRIMINAL)
def test_a_criminal_reason_passes_whatever_orders_it_tells_of(reason):
    assert said(RULE, line(reason=reason)) == [Verdict.ACCEPT]


@pytest.mark.parametrize("reason", ["", "Müller's Straße"])
def test_other_texts_pass(reason):
    assert said(RULE, line(reason=reason)) == [Verdict.ACCEPT]


def test_lines_are_judged_each_by_its_own_reason():
    reasons = [CIVIL[0], CRIMINAL[0], CIVIL[1], ""]
    expected = [Verdict.BLOCK, Verdict.ACCEPT, Verdict.BLOCK, Verdict.ACCEPT]
    assert said(RULE, *(line(reason=reason) for reason in reasons)) == expected


@pytest.mark.parametrize("purpose", CIVIL)
def test_a_request_with_a_civil_purpose_is_blocked(purpose):
    finding = judge_purpose(purpose=purpose, certified_solely=True)
    assert finding is not None
    assert (finding.code, finding.verdict) == ("V14", Verdict.BLOCK)


@pytest.mark.parametrize("purpose", CRIMINAL)
def test_a_request_with_a_criminal_purpose_passes(purpose):
    assert judge_purpose(purpose=purpose, certified_solely=True) is None


def test_a_request_without_the_certification_is_blocked():
    finding = judge_purpose(purpose=CRIMINAL[0], certified_solely=False)
    assert finding is not None
    assert "solely" in finding.detail


def test_what_is_not_known_is_not_judged():
    assert judge_purpose(purpose=None, certified_solely=None) is None
