"""Every rule of the gate in one place: what judges a line, what judges the request, and the words of both.

A page that shows a code asks here for its title, what is wrong, how to mend it and the law behind it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import zlib

from requests.rules import (
    v01_signature,
    v02_signatory,
    v03_name,
    v04_address_missing,
    v05_placeholder,
    v06_delivery_line,
    v07_digits,
    v08_institution,
    v09_periods,
    v10_statute,
    v11_reason,
    v12_engaged_official,
    v13_official_ratio,
    v14_civil_purpose,
    v15_investigation,
    v16_information_kind,
    v19_duplicate,
)
from requests.rules.base import STATUTE_SINCE, LineRule, Parameters, Verdict
from requests.rules.request_rule import RequestRule

LINE_RULES: tuple[LineRule, ...] = (
    v03_name.RULE,
    v04_address_missing.RULE,
    v05_placeholder.RULE,
    v06_delivery_line.RULE,
    v07_digits.RULE,
    v08_institution.RULE,
    v09_periods.RULE,
    v10_statute.RULE,
    v11_reason.RULE,
    v12_engaged_official.RULE,
    v14_civil_purpose.RULE,
    v15_investigation.RULE,
    v16_information_kind.RULE,
    v19_duplicate.RULE,
)
"""What judges a line, in the order of the codes."""


def _of_the_request(line_rule: LineRule) -> RequestRule:
    """V14 and V16 judge a line's own reason and the request alike, in the same words."""
    return RequestRule(
        code=line_rule.code,
        version=line_rule.version,
        valid_from=line_rule.valid_from,
        severity=line_rule.severity,
        citation=line_rule.citation,
        title=line_rule.title,
        wrong=line_rule.wrong,
        mend=line_rule.mend,
        changes=line_rule.changes,
    )


# Holds and safeguards are facts of the database: actions find them, these are their words.
HOLD = RequestRule(
    code="V17",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.BLOCK,
    citation="The order that the hold carries",
    title="A hold covers this request",
    wrong="An active hold covers this authority and agency, or this request.",
    mend="Nothing to mend in the request: it waits until two people lift the hold.",
)
SAFEGUARDS = RequestRule(
    code="V18",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.BLOCK,
    citation="26 U.S.C. 6103(p)(4)",
    title="Safeguards not current",
    wrong="The safeguard status of the receiving agency is not current.",
    mend="The agency brings its safeguards up to date; or the director decides in writing.",
)

REQUEST_RULES: tuple[RequestRule, ...] = (
    v01_signature.REQUEST_RULE,
    v02_signatory.REQUEST_RULE,
    v13_official_ratio.REQUEST_RULE,
    _of_the_request(v14_civil_purpose.RULE),
    _of_the_request(v16_information_kind.RULE),
    HOLD,
    SAFEGUARDS,
)
"""What judges the whole request, in the order of the codes."""

_BY_CODE: dict[str, LineRule | RequestRule] = {
    **{one.code: one for one in REQUEST_RULES},
    **{one.code: one for one in LINE_RULES},
}

RULE_SET_VERSION: str = hashlib.sha256(
    ";".join(f"{code}={_BY_CODE[code].version}" for code in sorted(_BY_CODE)).encode()
).hexdigest()[:12]
"""Twelve characters that change when a rule comes, goes or changes its version."""


def rule(code: str) -> LineRule | RequestRule:
    """Give the rule of a code; for V14 and V16, which have the same words twice, the line's. Raises ``KeyError``."""
    return _BY_CODE[code]


def rule_set_digest(parameters: Parameters) -> str:
    """The name of these rules with these parameters: what a line that they judged keeps."""
    numbers = "-".join(str(value) for value in dataclasses.asdict(parameters).values())
    return f"{RULE_SET_VERSION[:8]}{zlib.crc32(numbers.encode()):08x}"
