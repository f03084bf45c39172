"""What a rule about the whole request is made of: the same words as a line's rule, and no expression.

The judgement is a plain function on values in the rule's own file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from requests.rules.base import Change, Verdict


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RequestRule:
    """A judgement of the whole request; ``severity`` is the worst it can say."""

    code: str
    version: int
    valid_from: dt.date
    severity: Verdict
    citation: str
    title: str
    wrong: str
    mend: str
    changes: tuple[Change, ...] = ()
