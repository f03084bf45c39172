"""V14: the use is solely criminal. A stated civil purpose, or no certification, blocks.

The words "final order", "removal order" and "administrative proceeding" never do: failing to depart under an order is a
crime (8 U.S.C. 1253), and an honest reason says so.
"""

from __future__ import annotations

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, RequestFinding, Verdict
from requests.rules.costly import only_where

# Small words that may stand between "not" or "for" and what it is about.
SMALL = (
    r"(?:(?:for|a|an|any|the|this|that|these|his|her|its|their|use|used|using|in|as|to|of|on|be|being|is|was|are|will|purely|simply|mere|"
    r"part|support|relate[sd]?|related|relating|connected|connection|with|purposes?|made|sought|requested|seek|seeking|intended|"
    r"involve[sd]?|involving|concern(?:s|ing|ed)?|conduct(?:ing)?|such|other|ongoing|pending|further|possible|future|kind|or|nor)[\s,]+)"
)
DENIED = r"(?i)\b(?:not|no|nor|never|neither|without|non|rather\s+than|instead\s+of|other\s+than|excluding)\b[\s,-]+"
# "not only civil" denies nothing.
NOT_ONLY = r"(?i)\bnot\s+(?:only|just|merely|solely|simply|limited|exclusively|confined|restricted)\b"
NOTHING_BUT = r"(?i)\bno(?:thing|ne)?\s+(?:[a-z]+\s+){0,3}?(?:other\s+)?(?:[a-z]+\s+)?(?:other\s+)?(?:than|but)\b"
OBJECTS = r"(?:non-?criminal|civil|deport(?:ation|ing)?|remov(?:al|e|ing)|detain(?:ing)?)\b"
BACKGROUND = (
    rf"(?i)\b(?:after|following|despite|since|upon|during|prior|previous|earlier|past|former|appear|appeared|absconded)\s+"
    rf"{SMALL}{{0,4}}civil\b"
)
ORDER = r"(?i)\bcivil[\s-]+(?:(?:immigration|removal|deportation|final|administrative|court|protection|contempt)[\s-]+){0,2}orders?\b"
RIGHTS = r"(?i)\bcivil[\s-]+(?:rights?|disorders?|service|servants?|war|division|union|society|engineer(?:s|ing)?)\b"
# Proceedings may be the past of a case or its purpose: the words before them tell.
PROCEEDINGS = (
    r"(?i)\bcivil(?:ly)?(?:[\s,/-]+(?:and|or|immigration|administrative|criminal|removal|deportation|tax|asset|law))*[\s/-]+"
    r"(?:proceedings?|hearings?|courts?|cases?|detention|custody|detainees?|investigations?|inquir(?:y|ies)|penalt(?:y|ies)|"
    r"fines?|matters?|actions?|suits?|lawsuits?|litigation|forfeitures?|sanctions?|warrants?|collections?|claims?)\b"
)
TOWARD = (
    r"(?i)(?:^\W*|\b(?:for|purposes?|uses?|used?\s+in|support|supporting|assist|assisting|aid|aiding|further|furthering|conduct|conducting|"
    r"initiate|initiating|pursue|pursuing|institute|instituting|commence|commencing|begin|bring|bringing|part\s+of|"
    r"connection\s+with)[\s:,-]+)"
    rf"{SMALL}{{0,6}}CIVILPROCEEDING|\bcriminal\s+(?:and|or|and/or)\s+CIVILPROCEEDING"
)
PURPOSE = (
    r"(?i)\b(?:civil|non-?criminal)(?:ly)?[\s,/&-]+(?:(?:and|or|immigration|administrative|criminal|removal|deportation|tax|law|fraud)[\s,/&-]+){0,4}"
    r"(?:purposes?|removals?|enforcement|deportations?|operations?|immigration|uses?|arrests?|apprehensions?)\b"
)
REMOVAL = (
    r"(?i)\b(?:deportation|removal) (?:purposes?|operations?)\b"
    r"|\bpurposes?\s+of\s+(?:deport|remov|detain)(?:ing|ation|al)\b"
    r"|\b(?:to|and|or)\s+(?:civilly\s+)?(?:deport|remove)\s+(?:(?:(?:the|this|that|these|an?|such)\s+)?(?:subjects?|aliens?|persons?|people|"
    r"individuals?|noncitizens?|immigrants?|man|woman|family)\b|(?:him|her|them)(?:\s+from\b|\W*$))"
    r"|\b(?:to|and|or)\s+(?:effect|effectuate|execute|carry\s+out)\s+(?:the\s+|his\s+|her\s+|their\s+)?(?:removal|deportation)\b"
)
OFFICE = r"(?i)\benforcement\s+(?:and|&)\s+removal\s+operations\b"
# Each pattern above needs one of these. Honest reasons of a whole file speak of criminal investigations and removal
# orders: those words are no sign.
SIGNS = (
    "civil", "noncriminal", "non-criminal", "deport", "remove", "removal purpose", "removal operation", "of removal",
    "removing", "detain", "detention", "effect", "execut", "carry",
)  # fmt: skip


def states_civil_purpose(text: pl.Expr) -> pl.Expr:
    """True where a text says that the information is for a civil use. Denials and the history of a case do not count."""
    plain = text.fill_null("").str.replace_all(r"\s+", " ")
    plain = (
        plain.str.replace_all(NOT_ONLY, " also ")
        .str.replace_all(NOTHING_BUT, " for ")
        .str.replace_all(DENIED + SMALL + "{0,8}" + OBJECTS, " ")
    )
    plain = plain.str.replace_all(OFFICE, " ").str.replace_all(RIGHTS, " ").str.replace_all(ORDER, " order ")
    plain = plain.str.replace_all(BACKGROUND, " ").str.replace_all(PROCEEDINGS, "CIVILPROCEEDING")
    return plain.str.contains(PURPOSE) | plain.str.contains(TOWARD) | plain.str.contains(REMOVAL)


def expression(judging: Judging) -> pl.Expr:
    """Block a line whose own reason states a civil purpose."""
    return _blocks("reason")


def _blocks(column: str) -> pl.Expr:
    return only_where(column, SIGNS, lambda text: states_civil_purpose(text).cast(pl.Int32) * Verdict.BLOCK.value)


def judge_purpose(*, purpose: str | None, certified_solely: bool | None) -> RequestFinding | None:
    """Block a request whose purpose is civil, or whose official did not certify the use as solely criminal.

    None means that the purpose or the certification is not known here and is not judged.
    """
    wrong = []
    if purpose is not None and pl.DataFrame({"purpose": [purpose]}).select(_blocks("purpose")).item():
        wrong.append("The purpose of the request is a civil one.")
    if certified_solely is False:
        wrong.append(
            "Nobody certified that the information will be used solely for the criminal investigation or proceeding."
        )
    if not wrong:
        return None
    return RequestFinding(code="V14", verdict=Verdict.BLOCK, count=len(wrong), detail=" ".join(wrong))


RULE = LineRule(
    code="V14",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.BLOCK,
    citation="26 U.S.C. 6103(i)(2)(A), (i)(1)(A)",
    title="Civil purpose",
    wrong="A civil use is stated, or nobody certified that the use is solely for a criminal investigation or proceeding.",
    mend="Section 6103(i)(2) serves criminal investigations only. Ask only for those, and certify that use as the sole one.",
    expression=expression,
)
