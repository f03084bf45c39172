import pytest

from requests.rules.base import Verdict
from requests.rules.v16_information_kind import RULE, judge_information_asked
from tests.rules.complete_line import COMPLETE_LINE, line, said

ASKS = [
    "We need a copy of Form 1040",  # A36
    "Form 1040 copy",
    "asks for Form 1040 copy",
    "copy of her 2022 tax return",
    "copies of all federal income tax returns",
    "tax returns requested",
    "please provide the subject's full tax returns for 2021",
    "to obtain current address and Form 1040 for 2023",
    "Form 1040-SR required",
    "taxpayer return information",
    "tax transcript needed",
    "copies of his returns for 2022",
]
DOES_NOT_ASK = [
    COMPLETE_LINE["reason"],
    "subject filed a false tax return; a current address is needed",
    "Subject filed a false Form 1040 and an address is needed",
    "failed to return to court",
    "return address needed",
    "provide the address upon return to court",
    "Form I-94 was forged; address requested",
    "information other than taxpayer return information",
    "not asking for taxpayer return information",
    "No tax return is requested",
    "we do not request copies of tax returns",
]


@pytest.mark.parametrize("reason", ASKS)
def test_a_line_that_asks_for_a_return_is_blocked(reason):
    assert said(RULE, line(reason=reason)) == [Verdict.BLOCK]


@pytest.mark.parametrize("reason", DOES_NOT_ASK)
def test_a_line_that_mentions_or_declines_a_return_passes(reason):
    assert said(RULE, line(reason=reason)) == [Verdict.ACCEPT]


@pytest.mark.parametrize(
    "asked",
    ["Form 1040 for 2022", "taxpayer return information", "taxpayer_return_information", "returns", "tax returns"],
)
def test_a_request_for_returns_is_blocked_and_sent_to_the_order_track(asked):
    finding = judge_information_asked(information_asked=asked)
    assert finding is not None
    assert (finding.code, finding.verdict) == ("V16", Verdict.BLOCK)
    assert "(i)(1)" in finding.detail


@pytest.mark.parametrize(
    "asked", [None, "", "mailing address", "match_flag_only", "information other than taxpayer return information"]
)
def test_a_request_for_identity_information_passes(asked):
    assert judge_information_asked(information_asked=asked) is None
