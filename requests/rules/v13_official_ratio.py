"""V13: how many subjects one person can be personally and directly engaged with."""

from __future__ import annotations

import dataclasses

from requests.rules.base import STATUTE_SINCE, Judging, RequestFinding, Verdict
from requests.rules.request_rule import RequestRule

REQUEST_RULE = RequestRule(
    code="V13",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REVIEW,
    citation="26 U.S.C. 6103(i)(2)(A)",
    title="Too many subjects for one official",
    wrong="One official is named on more lines than a person can be personally and directly engaged with.",
    mend="Name on each line the person who works on that case; or counsel decides in writing that the number is plausible.",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OfficialLoad:
    """How the lines fall on officials: who is named most, how often, and what lies above the threshold."""

    most_named: str
    most_lines: int
    officials_over: int
    lines_over: int


def judge_official_ratio(load: OfficialLoad, *, judging: Judging) -> RequestFinding | None:
    """To counsel when anybody is named on more lines than the office's threshold. No number stands in the law."""
    threshold = judging.parameters.max_subjects_per_engaged_official
    if load.most_lines <= threshold:
        return None
    others = load.officials_over - 1
    more = f" {others:,} other official{'s are' if others > 1 else ' is'} above it too." if others else ""
    return RequestFinding(
        code="V13",
        verdict=Verdict.REVIEW,
        count=load.lines_over,
        detail=(
            f"{load.most_named} is named as engaged official on {load.most_lines:,} lines; above {threshold:,} "
            f"counsel decides in writing before anything proceeds.{more}"
        ),
    )
