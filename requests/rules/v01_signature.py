"""V01: the request is in writing, signed and dated, and the signature is for these lines."""

from __future__ import annotations

import dataclasses
import datetime as dt

from requests.rules.base import STATUTE_SINCE, RequestFinding, Verdict
from requests.rules.request_rule import RequestRule

REQUEST_RULE = RequestRule(
    code="V01",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.BLOCK,
    citation="26 U.S.C. 6103(i)(2)(B)",
    title="Not a signed writing",
    wrong="The request is not in writing, or its signature is missing, undated, or made for other lines.",
    mend="Have the official sign and date this version of the request.",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What is known of the signature. Digests are compared as text; ``signed_date`` is a day in the office's time zone."""

    in_writing: bool
    signed_by: str
    signed_date: dt.date | None
    signed_digest: str
    lines_digest: str


def judge_signature(signature: Signature, *, as_of: dt.date) -> RequestFinding | None:
    """Block a request that nobody signed, or whose signature is not for the lines as they stand now."""
    wrong = []
    if not signature.in_writing:
        wrong.append("the request is not in writing")
    if not signature.signed_by.strip():
        wrong.append("nobody signed it")
    if signature.signed_date is None:
        wrong.append("the signature has no date")
    elif signature.signed_date > as_of:
        wrong.append(f"the signature is dated {signature.signed_date.isoformat()}, which is still to come")
    if not signature.signed_digest or signature.signed_digest != signature.lines_digest:
        wrong.append("the signature is not for the lines as they stand now")
    if not wrong:
        return None
    text = "; ".join(wrong)
    return RequestFinding(code="V01", verdict=Verdict.BLOCK, count=len(wrong), detail=text[0].upper() + text[1:] + ".")
