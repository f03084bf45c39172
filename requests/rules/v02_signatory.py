"""V02: whether the law lets this person ask. The list of (i)(2)(A) is closed, and it names no delegate."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from requests.rules.base import STATUTE_SINCE, RequestFinding, Verdict
from requests.rules.request_rule import RequestRule

REQUEST_RULE = RequestRule(
    code="V02",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.BLOCK,
    citation="26 U.S.C. 6103(i)(2)(A)",
    title="Signatory not on the statute's list",
    wrong="The person who signed is not one whom the statute lets ask, or it is not certain that he or she is.",
    mend=(
        "Have the head of the Federal agency, its Inspector General, or one of the Department of Justice officials named "
        "in the statute sign; or take the route that is open to you."
    ),
)

WRITTEN_REQUEST = "i2"

# 26 U.S.C. 6103(i)(2)(A), for the Department of Justice. Tried on a title in small letters without punctuation.
JUSTICE_OFFICIALS = (
    r"(united states |u s |us )?attorney general",
    r"deputy attorney general",
    r"associate attorney general",
    r"assistant attorney general( (?!s ).*)?",
    r"(fbi director|director( of)?( the)? (fbi|federal bureau of investigation)( fbi)?)",
    r"(dea administrator|administrator( of)?( the)? (dea|drug enforcement administration)( dea)?)",
    r"(united states|u s|us) attorney( (for|of)( the)? .*| .*district.*)?",
    r"special prosecutor( .*)?",
    r"attorney in charge( of)? .*strike force.*",
)
INSPECTOR_GENERAL = (
    r"((the|special|treasury|dhs|doj) )?inspector general( (for|of|department|dhs|doj|us|u s|united) ?.*)?"
)
BY_DIRECTION = (
    r"\b(by direction|by order of|on behalf of|signed for|for the (director|secretary|administrator|attorney))\b"
)
ACTING = r"^acting "
ASSISTANT_US_ATTORNEY = r"\b(assistant (united states|u s|us) attorney|ausa|sausa)\b"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Who signed, for which agency, under which authority row.

    ``by_direction``: somebody signed for the holder of ``title``. ``is_component``: the agency is a part of a department
    (ICE of DHS). ``has_determination``: a recorded legal determination says that this component may ask in its own name.
    ``authority_from`` and ``authority_to`` are the first and the last day on which the authority row is valid.
    """

    authority: str
    authority_from: dt.date | None = None
    authority_to: dt.date | None = None
    title: str
    by_direction: bool = False
    agency_name: str = ""
    is_federal: bool = True
    is_component: bool = False
    head_title: str = ""
    has_determination: bool = False


def judge_signatory(signatory: Signatory, *, as_of: dt.date) -> RequestFinding | None:
    """Pass the closed list; send delegated signatures and component heads to counsel; block the rest with their route."""
    if signatory.authority != WRITTEN_REQUEST:
        return _finding(Verdict.BLOCK, "Only written requests under 6103(i)(2) can be made here as yet.")
    if (signatory.authority_from and as_of < signatory.authority_from) or (
        signatory.authority_to and as_of > signatory.authority_to
    ):
        return _finding(Verdict.BLOCK, f"The authority was not in force on {as_of.isoformat()}.")
    if not signatory.is_federal:
        return _finding(
            Verdict.BLOCK,
            "Only a Federal agency may ask under 6103(i)(2). Where a person is in imminent danger of death or injury, State "
            "law enforcement may be told under 6103(i)(3)(B)(i); else work with a United States attorney.",
        )
    title = plain_title(signatory.title)
    if signatory.by_direction or re.search(BY_DIRECTION, title):
        return _finding(
            Verdict.REVIEW,
            "The signature was given by direction of the official. Unlike (i)(7)(A), the statute names no delegate here: "
            "counsel decides.",
        )
    is_acting = re.search(ACTING, title) is not None
    title = re.sub(ACTING, "", title)
    if _is_listed_by_name(title, signatory):
        return _acting() if is_acting else None
    if _same_office(title, signatory):
        if signatory.is_component and not signatory.has_determination:
            return _finding(
                Verdict.REVIEW,
                "The head of a component signed. No recorded legal determination says that this component may ask in its own "
                "name: counsel decides.",
            )
        return _acting() if is_acting else None
    return _finding(Verdict.BLOCK, _route(title))


def plain_title(text: str) -> str:
    """A title in small letters, every run of other signs one space."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _is_listed_by_name(title: str, signatory: Signatory) -> bool:
    if re.fullmatch(INSPECTOR_GENERAL, title):
        return True
    spoken = [title]
    if title in ("director", "administrator"):
        # "Director" at the FBI is the FBI Director.
        spoken += [f"{title} {plain_title(signatory.agency_name)}"]
        if plain_title(signatory.head_title).startswith(title):
            spoken += [plain_title(signatory.head_title)]
    return any(re.fullmatch(pattern, words) for pattern in JUSTICE_OFFICIALS for words in spoken)


def _same_office(title: str, signatory: Signatory) -> bool:
    head = plain_title(signatory.head_title)
    if not title or not head:
        return False
    longer = {head, f"{head} {plain_title(signatory.agency_name)}"}
    return _essence(title) in {_essence(words) for words in longer}


def _essence(title: str) -> str:
    return " ".join(word for word in title.split() if word not in ("of", "the", "for"))


def _acting() -> RequestFinding:
    return _finding(
        Verdict.REVIEW,
        "An acting official signed. Counsel confirms that he or she held the office's powers on that day.",
    )


def _route(title: str) -> str:
    if not title:
        return "The request does not say which office the signatory holds. State the title."
    if re.search(ASSISTANT_US_ATTORNEY, title):
        return (
            "An Assistant United States Attorney is not on the list of 6103(i)(2)(A). Have the United States attorney sign, "
            "or apply for an order under 6103(i)(1), which the United States attorney authorizes."
        )
    return (
        "This title is not on the list of 6103(i)(2)(A). Have the head of the agency or its Inspector General sign; or ask a "
        "United States attorney to authorize an application for an order under 6103(i)(1)."
    )


def _finding(verdict: Verdict, detail: str) -> RequestFinding:
    return RequestFinding(code="V02", verdict=verdict, count=1, detail=detail)
