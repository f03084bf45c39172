"""V10: the statutory authority under which the criminal investigation is conducted."""

from __future__ import annotations

import functools

import polars as pl

from requests.rules.base import STATUTE_SINCE, Judging, LineRule, Verdict
from requests.rules.costly import once_per_text
from requests.rules.designated_statutes import CIVIL_SECTIONS, DESIGNATED_STATUTES, IMMIGRATION_ACT, TAX_TITLES

# Patterns run on capitals with single spaces. B is a word boundary of ASCII: that of Unicode takes long to build.
B = r"(?-u:\b)"
CODE = r"(?:U\.? ?S\.? ?C(?:ODE)?\.?(?: ?[AS]\.?)?|U\.? ?S\.? CODE|UNITED STATES CODE)"
SIGN = r"(?: ?[,:]? ?(?:§+|SECTIONS?|SECS?\.?|S\.))?"
SECTION = rf" ?([0-9]{{1,5}}[A-Z]{{0,2}}(?:-[0-9]{{1,3}}[A-Z]?)?){B}"
SUBSECTION = r"(?: ?\(([A-Z])\))?(?: ?\([A-Z0-9]{1,5}\))*"
ACT = rf"(?:I\.?N\.?A{B}\.?|IMMIGRATION (?:AND|&) NATIONALITY ACT(?: OF [0-9]{{4}})?)"
# Every way to cite becomes {title/section/SUBSECTION}; what is left over is looked at once more.
CITATIONS = (
    (rf"(?:TITLE )?{B}([0-9]{{1,2}}) ?,? ?{CODE}{SIGN}{SECTION}{SUBSECTION}", "{${1}/${2}/${3}}"),
    (
        rf"SECTION{SECTION}{SUBSECTION} ?,? ?(?:OF )?TITLE ([0-9]{{1,2}}){B}(?: ?,? ?(?:OF THE )?{CODE})?",
        "{${3}/${1}/${2}}",
    ),
    (rf"TITLE ([0-9]{{1,2}}) ?,? ?(?:§+|SECTION|SEC\.?){SECTION}{SUBSECTION}", "{${1}/${2}/${3}}"),
    (rf"{B}([0-9]{{1,2}}) ?:{SECTION}{SUBSECTION}", "{${1}/${2}/${3}}"),
    (rf"{B}{ACT}{SIGN}{SECTION}{SUBSECTION}", "{INA/${1}/${2}}"),
    (rf"(?:§+|{B}SECTION|{B}SEC\.?){SECTION}{SUBSECTION} ?,? ?(?:OF )?(?:THE )?{ACT}", "{INA/${1}/${2}}"),
)
TAX_WORDS = rf"TITLE 26{B}|{B}26 ?{CODE}|{B}26 C\.?F\.?R|INTERNAL REVENUE CODE|{B}I\.?R\.?C{B}"
CITED = r"\{(?:[0-9]{1,2}|INA)/[0-9A-Z-]+/[A-Z]?\}"
# "18 USC 1341, 1343 and 1344": a bare number after a citation is a section of the same title.
NEXT_IN_LIST = (
    rf"(\{{([0-9]{{1,2}}|INA)/[0-9A-Z-]+/[A-Z]?\}}) ?(?:, ?AND |, ?OR |,|;|& ?|AND |OR ){SIGN}{SECTION}{SUBSECTION}",
    "${1} {${2}/${3}/${4}}",
)
LONGEST_LIST = 8
LEFT_OVER = r"[0-9]{2,}"


def expression(judging: Judging) -> pl.Expr:
    """Reject no statute, a tax statute and a civil one; to review a section that the office has not designated."""
    in_force = (
        statute.key
        for statute in DESIGNATED_STATUTES
        if statute.listed_from <= judging.as_of and (statute.listed_to is None or judging.as_of <= statute.listed_to)
    )
    return _by_list(frozenset(in_force))


@functools.lru_cache(maxsize=32)
def _by_list(designated: frozenset[str]) -> pl.Expr:
    """One expression a list, so that texts which it has judged are not judged again while the list stands."""
    return once_per_text("statutory_authority", lambda text: _judge_text(text, designated=designated))


def _judge_text(text: pl.Expr, *, designated: frozenset[str]) -> pl.Expr:
    """The worst of all statutes that the cell cites; numbers that cannot be read as a citation go to counsel."""
    plain = text.fill_null("").str.to_uppercase().str.replace_all(r"[{}]", " ").str.replace_all(r"\s+", " ")
    cited = plain
    for pattern, token in CITATIONS:
        cited = cited.str.replace_all(pattern, token)
    for _ in range(LONGEST_LIST):
        cited = cited.str.replace_all(*NEXT_IN_LIST)
    tokens = cited.str.extract_all(CITED)
    worst = tokens.list.eval(_judge_citation(pl.element(), designated=designated)).list.max()
    is_unread = cited.str.replace_all(CITED, " ").str.contains(LEFT_OVER)
    return (
        pl.when(plain.str.contains(TAX_WORDS) | (tokens.list.len() == 0))
        .then(Verdict.REJECT.value)
        .when(is_unread)
        .then(pl.max_horizontal(worst, pl.lit(Verdict.REVIEW.value)))
        .otherwise(worst)
    )


def _judge_citation(element: pl.Expr, *, designated: frozenset[str]) -> pl.Expr:
    book = element.str.extract(r"^\{(.*?)/", 1)
    cited_section = element.str.extract(r"/(.*?)/", 1)
    of_the_act = cited_section.replace_strict(
        list(IMMIGRATION_ACT), list(IMMIGRATION_ACT.values()), default="UNKNOWN", return_dtype=pl.String
    )
    is_act = book == "INA"
    title = pl.when(is_act).then(pl.lit("8")).otherwise(book.str.strip_chars_start("0"))
    key = title + ":" + pl.when(is_act).then(of_the_act).otherwise(cited_section)
    with_subsection = key + ":" + element.str.extract(r"/([A-Z]?)\}$", 1)
    number = title.cast(pl.Int32, strict=False).fill_null(0)
    is_tax = number.is_in(sorted(TAX_TITLES))
    is_civil = key.is_in(sorted(CIVIL_SECTIONS)) | with_subsection.is_in(sorted(CIVIL_SECTIONS))
    return (
        pl.when(is_tax | is_civil | ~number.is_between(1, 54))
        .then(Verdict.REJECT.value)
        .when(~key.is_in(sorted(designated)))
        .then(Verdict.REVIEW.value)
        .otherwise(0)
    )


RULE = LineRule(
    code="V10",
    version=1,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(iii), (i)(1)(A)(i)",
    title="No designated criminal statute",
    wrong="The line names no Federal criminal statute, or a civil or tax statute, or one that the office has not designated.",
    mend="Name the non-tax criminal statute that is investigated by title and section, such as 8 USC 1253(a)(1).",
    expression=expression,
)
