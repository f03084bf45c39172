import pytest

from requests.rules.base import Judging, Parameters, Verdict
from requests.rules.v13_official_ratio import OfficialLoad, judge_official_ratio
from tests.rules.complete_line import AS_OF

JUDGING = Judging(as_of=AS_OF)


def load(lines: int) -> OfficialLoad:
    over = lines > 50
    return OfficialLoad(
        most_named="Pat Morgan", most_lines=lines, officials_over=int(over), lines_over=lines if over else 0
    )


@pytest.mark.parametrize("lines", [0, 1, 50])
def test_up_to_fifty_lines_for_one_official_pass(lines):
    # A25
    assert judge_official_ratio(load(lines), judging=JUDGING) is None


@pytest.mark.parametrize("lines", [51, 1_280_000])
def test_more_go_to_counsel_with_the_official_named(lines):
    # A26
    finding = judge_official_ratio(load(lines), judging=JUDGING)

    assert finding is not None
    assert (finding.code, finding.verdict, finding.count) == ("V13", Verdict.REVIEW, lines)
    assert "Pat Morgan" in finding.detail
    assert f"{lines:,}" in finding.detail


def test_the_office_sets_the_number():
    strict = Judging(as_of=AS_OF, parameters=Parameters(max_subjects_per_engaged_official=10))
    assert judge_official_ratio(load(11), judging=strict) is not None
