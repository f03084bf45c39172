"""V12: who is personally and directly engaged in this subject's investigation."""

import datetime as dt

import polars as pl

from requests.rules.address_towns import any_of
from requests.rules.address_words import phrases
from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict
from requests.rules.costly import once_per_text
from requests.rules.empty_words import has_no_word, says_nothing, words_of

# Ranks and offices, of which any number names nobody, and names that stand for one that is not known.
OFFICES = phrases(
    "SPECIAL|SUPERVISORY|SENIOR|ASSISTANT|DEPUTY|ACTING|CASE|DUTY|LEAD|FIELD|FEDERAL|TASK FORCE|AGENT|AGENTS|AGENT IN CHARGE|OFFICER|"
    "OFFICERS|DETECTIVE|INVESTIGATOR|ANALYST|DIRECTOR|CHIEF|MARSHAL|SHERIFF|INSPECTOR|SUPERVISOR|ATTORNEY|PROSECUTOR|OFFICE|UNIT|TEAM|"
    "DIVISION|AGENCY|BUREAU|HEADQUARTERS|HQ|STAFF|PERSONNEL|SA|SSA|SAC|ASAC|TFO|AUSA|DUSM|CI|FBI|DEA|ATF|HSI|ICE|ERO|CBP|USCIS|DHS|IRS|"
    "USMS|USSS|USPIS|DOJ|OIG|TIGTA|USA|US|OF|THE|AND|IN|FOR|UNKNOWN|UNK|ANY|ALL|VARIOUS|MULTIPLE|TBD|N A|NA"
)
NOBODY = rf"^(?:(?:{any_of(OFFICES)})(?: |$))+$|^(?:JOHN|JANE) DOE$|^(?:(?:FIRST|LAST|FULL|AND|OF|OFFICIAL|NAME)(?: |$))+$"


def expression(judging: Judging) -> pl.Expr:
    """Reject a line that names nobody: an answer may go only to a person, never to an office."""
    return once_per_text("engaged_official", _judge)


def _judge(text: pl.Expr) -> pl.Expr:
    is_nobody = says_nothing(text) | has_no_word(text) | words_of(text).str.contains(NOBODY).fill_null(False)
    return pl.when(is_nobody).then(Verdict.REJECT.value).otherwise(0)


RULE = LineRule(
    code="V12",
    version=2,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(A)",
    title="No engaged official",
    wrong=(
        "The line names no person who is personally and directly engaged in this investigation: it is empty, or a placeholder, a rank "
        "or an office stands there."
    ),
    mend="Name the officer or employee who works on this case, one person by first and last name.",
    expression=expression,
    changes=(
        Change(on=dt.date(2026, 11, 29), what="Takes a placeholder, a rank or an office for nobody: “N/A”, “Special Agent”, “HSI”."),
    ),
)
