"""V16: a written request reaches no return and no taxpayer return information."""

from __future__ import annotations

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, RequestFinding, Verdict
from requests.rules.costly import only_where

FORM = r"(?:irs\s+)?forms?\s+(?:1040|1041|1065|1120|706|709|990)(?:-?[a-z]{1,3})?|1040s?"
RETURN = r"(?:(?:income|joint|federal|business)\s+)*tax\s+returns?(?:\s+information)?|returns?\s+(?:as\s+)?filed|filed\s+returns?"
RECORD = (
    r"tax\s+filings?|(?:tax\s+|return\s+|account\s+)transcripts?|transcripts?\s+of\s+(?:the\s+)?(?:return|account)s?"
)
OBJECT = rf"(?:{FORM}|{RETURN}|{RECORD}|taxpayer\s+return\s+information)\b"
ASKING = (
    r"cop(?:y|ies)|provide|furnish|send|obtain|obtaining|get|needs?|needed|request(?:s|ed|ing)?|requires?|wants?|seeks?|seeking|"
    r"sought|disclose|disclosure|release|produce|inspect|inspection|review|examine|access|asks?|asking|supply|attach|pull"
)
BETWEEN = (
    r"(?:[\s,]+(?:a|an|the|his|her|their|its|any|all|each|such|of|for|to|us|and|or|with|also|copy|copies|full|complete|"
    r"certified|filed|original|latest|recent|most|last|own|individual|personal|business|federal|joint|signed|subject(?:'s)?|"
    r"taxpayer(?:'s)?|person(?:'s)?|current|mailing|address(?:es)?|names?|irs|years?|[0-9]{4}|is|are|whole|entire)){0,10}[\s,]+"
)
YEARS = r"(?:\s+(?:for|of)\s+[0-9]{4}(?:\s*(?:-|to|and|,)\s*[0-9]{4})*)?"
WANTED = r"(?:(?:is|are|was|were)\s+)?(?:also\s+)?(?:requested|needed|required|sought|wanted|copy|copies|please)\b"
OWNER = r"(?:the|his|her|their|copy|copies|of|subject's|taxpayer's)"
ASKED = (
    # A term of art: to name it without denial is to ask for it.
    r"(?i)\btaxpayer\s+return\s+information\b",
    rf"(?i)\b(?:{ASKING})\b{BETWEEN}{OBJECT}",
    # A bare "return" is much else: only where the words around it leave no doubt.
    rf"(?i)\b(?:cop(?:y|ies)\s+of|provide|furnish|produce|disclose){BETWEEN}returns?"
    r"(?:\s+(?:for|of)(?:\s+years?)?\s+[0-9]{4}|\s+filed|\s*[.;,]|\s*$)",
    rf"(?i)\b{OBJECT}{YEARS}\s+{WANTED}",
    rf"(?i)^\W*(?:{OWNER}\s+)*{OBJECT}(?:\s+(?:for|of)\b[^.;]*|\s*[0-9, -]*)\W*$",
)
DENIED = (
    r"(?i)\b(?:not|no|nor|never|without|other\s+than|rather\s+than|instead\s+of|excluding|except)\b"
    rf"(?:[\s,]+(?:be|being|to|a|an|the|any|his|her|their|of|for|or|nor|{ASKING})\b)*[\s,]+{OBJECT}"
)
# Each pattern of ASKED needs one of these.
SIGNS = ("return", "transcript", "filing", "1040", "1041", "1065", "1120", "706", "709", "990")


def asks_for_returns(text: pl.Expr) -> pl.Expr:
    """True where a text asks for a return or for taxpayer return information. To mention a false return is not to ask."""
    plain = text.fill_null("").str.replace_all(r"\s+", " ").str.replace_all("’", "'", literal=True)
    plain = plain.str.replace_all(DENIED, " ")
    return pl.any_horizontal(plain.str.contains(pattern) for pattern in ASKED)


def expression(judging: Judging) -> pl.Expr:
    """Block a line whose own reason asks for what only a court's order can open."""
    return only_where("reason", SIGNS, lambda text: asks_for_returns(text).cast(pl.Int32) * Verdict.BLOCK.value)


def judge_information_asked(*, information_asked: str | None) -> RequestFinding | None:
    """Block a request for returns or taxpayer return information. None means that it is not known here and not judged.

    In this field every mention that is not a denial asks: it says what is wanted and nothing else.
    """
    if information_asked is None:
        return None
    plain = pl.lit(information_asked.replace("_", " ")).str.replace_all(r"\s+", " ").str.replace_all(DENIED, " ")
    if not pl.select(plain.str.contains(rf"(?i)\b(?:{OBJECT}|returns?\b(?:\s+and\b|\s*$))")).item():
        return None
    return RequestFinding(
        code="V16",
        verdict=Verdict.BLOCK,
        count=1,
        detail="The request asks for returns or taxpayer return information, which takes a court's order under 6103(i)(1).",
    )


RULE = LineRule(
    code="V16",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.BLOCK,
    citation="26 U.S.C. 6103(i)(2)(A), (i)(1)",
    title="Asks for a return",
    wrong="A return or taxpayer return information is asked for. A written request does not reach it.",
    mend="Ask for identity information only, or have the United States attorney apply for an order under 6103(i)(1).",
    expression=expression,
)
