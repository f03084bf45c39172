"""Behind every figure stand requests that add up to it, row by row and in the sums."""

from __future__ import annotations

import pytest

from disclosures.reports.base import Period
from disclosures.reports.catalogue import BY_NAME, REPORTS
from tests.reports.conftest import NOVEMBER, OCTOBER, October, rows_of, sums_of

WITH_ROWS = [report.name for report in REPORTS if report.behind]


@pytest.mark.parametrize("period", [OCTOBER, NOVEMBER], ids=["october", "november"])
@pytest.mark.parametrize("name", WITH_ROWS)
def test_the_requests_behind_a_figure_add_up_to_it(october: October, name: str, period: Period) -> None:
    behind = BY_NAME[name].behind
    assert behind is not None
    rows, sums = rows_of(name, period), sums_of(name, period)
    assert rows or period == NOVEMBER
    for figure in behind.figures:
        for row in rows:
            where = {key: str(row[key]) for key in behind.keys}
            assert sum(share for _, share in behind.rows(period, figure, where)) == row[figure], (figure, where)
        assert sum(share for _, share in behind.rows(period, figure, {})) == sums[figure], figure


def test_the_answered_one_stands_behind_granted_in_part(october: October) -> None:
    behind = BY_NAME["inventory"].behind
    assert behind is not None
    authority = october.requests["partly"].authority.citation
    found = list(behind.rows(OCTOBER, "granted_part", {"agency": "AAA", "authority": authority}))
    assert found == [(october.number("partly"), 1)]


def test_a_figure_or_a_key_that_is_none_is_refused(october: October) -> None:
    behind = BY_NAME["inventory"].behind
    assert behind is not None
    for figure, where in (("closing) --", {}), ("closing", {"1=1 --": "x"})):
        with pytest.raises(KeyError):
            behind.rows(OCTOBER, figure, where)
