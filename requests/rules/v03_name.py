"""V03: who the subject is. A line must set forth the taxpayer's name.

Rejected:

* no name at all; a placeholder (``UNKNOWN``, ``NA NA``, ``NOT PROVIDED``, ``FNU LNU``); initials alone;
* digits; one letter repeated, or a run over the keyboard; the wording of a delivery address or an e-mail address;
* a word that mixes Latin, Cyrillic or Greek letters with those of another script;
* characters that cannot be seen, or that turn the order of the text: zero-width (U+200B to U+200D, U+2060 to U+2064,
  U+180E, U+FEFF), right-to-left and other direction marks (U+200E, U+200F, U+061C, U+202A to U+202E, U+2066 to U+2069),
  control characters other than tab and line break, and U+FFFD, the trace of a wrong decoding.

To a person:

* one name alone, or with a title or a suffix: a mononym may be the whole legal name; a number for a suffix;
* John Doe and his kin; a first or last name that is not known (``FNU``, ``LNU``), or that may be genuine or a
  placeholder (``NA``, ``NULL``; ``TEST`` as a last name);
* a first or last name of one Latin letter, save the last name ``O``, and save where a middle name stands beside it.

Any script passes, and any last name of two letters.
"""

import datetime as dt
import string

import polars as pl

from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict

# Compared with the normalised text: upper case, punctuation as spaces, apostrophes gone.
_NEVER_A_NAME = (
    "UNKNOWN", "UNK", "UNKN", "UNKNOWN UNKNOWN", "UNK UNK", "NAME UNKNOWN", "UNKNOWN NAME", "UNKNOWN MALE",
    "UNKNOWN FEMALE", "N A", "N A N A", "NA NA", "NONE", "NONE NONE", "NONE GIVEN", "NULL NULL", "NOT PROVIDED",
    "NOT AVAILABLE", "NOT KNOWN", "NOT GIVEN", "NOT APPLICABLE", "NO NAME", "NO FIRST NAME", "NO LAST NAME",
    "NO NAME GIVEN", "NOT STATED", "FAILED TO PROVIDE", "REFUSED", "REFUSED TO PROVIDE", "DECLINED TO PROVIDE", "TBD",
    "TO BE DETERMINED", "UNDETERMINED", "UNIDENTIFIED", "ANONYMOUS", "DONT CARE", "SEE FILE", "FIRST NAME",
    "LAST NAME", "FIRSTNAME", "LASTNAME", "FIRST NAME LAST NAME", "FIRST LAST", "FULL NAME", "TEST TEST", "TEST USER",
    "TEST NAME", "TEST SUBJECT", "FNU LNU", "LNU FNU", "UNKNOWN PERSON", "UNKNOWN SUBJECT", "FNAME LNAME",
    "NO NAME PROVIDED", "NAME NOT PROVIDED", "UN KNOWN", "UNK NOWN", "U N K N O W N", "DEPORTED DEPORTED", "SUBJECT ONE",
    "HISPANIC MALE", "HISPANIC FEMALE", "MALE HISPANIC", "FEMALE HISPANIC", "DESCONOCIDO", "DESCONOCIDA", "SIN NOMBRE",
    "NO SABE", "NO SE SABE", "NADIE NADIE", "NINGUNO NINGUNO", "NO PROPORCIONADO",
)  # fmt: skip
# Alone these are placeholders; beside another name they may be genuine: Li Na, Christopher Null.
_NAME_OR_PLACEHOLDER = ("NA", "NULL", "TEST", "SAME", "XX")
_NOT_KNOWN = ("FNU", "LNU", "FNAME UNKNOWN", "LNAME UNKNOWN")
# A title with a last name leaves one name.
_TITLES = ("MR", "MRS", "MS", "SR", "SRA", "SENOR", "SENORA")
_SUFFIXES = ("JR", "SR", "II", "III", "IV")
_DOE = ("DOE", "ROE")
_DOE_FIRST = ("JOHN", "JANE", "JOHNNY", "JANIE", "RICHARD", "BABY", "BABY BOY", "BABY GIRL")

_REPEATED = "|".join(f"{letter}{{3,}}" for letter in string.ascii_uppercase)
_KEYBOARD = "(?:QWER|ASDF|ZXCV|LKJH|POIU)[A-Z]*|REWQ|FDSA|ASD|JKL|HJKL|QAZ(?:WSX)?|XYZ|ABC(?:D(?:EF?G?H?)?)?"
_PLACE = r"AVENUE|BOULEVARD|BLVD|APARTMENT|HIGHWAY|P ?O BOX|GENERAL DELIVERY|HTTPS?|WWW"
# Over three lines: tab and middle name, first name, last name. The tab keeps a middle name from being a whole line.
_NO_NAME = rf"\p{{N}}|\b(?:{_PLACE})\b|(?m:^(?:(?:{_REPEATED}|{_KEYBOARD}) ?)+$)|^\t.?\n[A-Z]?\n[A-Z]?$"
_INITIAL = r"^\t.?\n(?:[A-Z]\n|.*\n[A-NP-Z]$)"

_ORDINARY = r"[^A-Za-z \n.,'\-]"
_UNREADABLE = (
    r"[\x{200B}-\x{200F}\x{2060}-\x{2064}\x{FEFF}\x{180E}\x{61C}\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FFFD}"
    r"\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F@<>{}=|\\]"
)


def _mixed() -> str:
    """Two scripts within one word, one of them a script whose letters are drawn like another's."""
    within = r"[\p{L}\p{M}'’]*"
    pairs = []
    for script in ("Latin", "Cyrillic", "Greek"):
        other = rf"[\p{{L}}--\p{{{script}}}--\p{{Common}}--\p{{Inherited}}]"
        pairs += [rf"\p{{{script}}}{within}{other}", rf"{other}{within}\p{{{script}}}"]
    return "|".join(pairs)


_MIXED = _mixed()


def _hard_to_read(typed: pl.Series) -> pl.Series:
    """True where a text has characters or words that nobody can read safely. Most texts have only ordinary letters."""
    odd = typed.str.contains(_ORDINARY)
    if not odd.any():
        return odd
    suspects = typed.filter(odd)
    return odd.scatter(odd.arg_true(), suspects.str.contains(_UNREADABLE) | suspects.str.contains(_MIXED))


def expression(judging: Judging) -> pl.Expr:
    """Reject a line that names nobody, or not in readable letters; send a name that may be genuine to a person."""
    first, last = pl.col("n_first"), pl.col("n_last")
    one_name = (first == "") | (last == "")
    no_name = (first == "") & (last == "")
    columns = pl.col("first_name", "middle_name", "last_name", "suffix", "name")
    typed = pl.concat_str(columns.fill_null(""), separator="\n")
    names = pl.concat_str(pl.lit("\t") + pl.col("n_middle"), first, last, separator="\n")
    rejected = (
        no_name
        | pl.any_horizontal(pl.col("n_first", "n_last", "n_full").is_in(_NEVER_A_NAME))
        | (first == "TEST")
        | (first.is_in(_NAME_OR_PLACEHOLDER) & last.is_in(_NAME_OR_PLACEHOLDER))
        | (one_name & (first + last).is_in(_NAME_OR_PLACEHOLDER + _NOT_KNOWN))
        | names.str.contains(_NO_NAME)
        | typed.map_batches(_hard_to_read, return_dtype=pl.Boolean, is_elementwise=True)
    )
    doe = (last.is_in(_DOE) & first.is_in(_DOE_FIRST)) | (first.is_in(_DOE) & last.is_in(_DOE_FIRST))
    to_a_person = (
        one_name
        | first.is_in(_TITLES)
        | pl.any_horizontal(pl.col("n_first", "n_last").is_in(_SUFFIXES))
        | pl.col("n_suffix").str.contains("[0-9]{2}")
        | doe
        | pl.any_horizontal(pl.col("n_first", "n_last").is_in(_NOT_KNOWN + _NAME_OR_PLACEHOLDER))
        | names.str.contains(_INITIAL)
    )
    return pl.when(rejected).then(Verdict.REJECT.value).when(to_a_person).then(Verdict.REVIEW.value).otherwise(0)


RULE = LineRule(
    code="V03",
    version=3,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(i)",
    title="No name",
    wrong="The line names no person: the name is missing, one word alone, a placeholder, or not in readable letters.",
    mend="Give the subject's whole first and last name, in letters that can be seen, each in its own column.",
    expression=expression,
    changes=(
        Change(on=dt.date(2026, 11, 28), what="Knows Spanish placeholders, some that fall on both columns of a name, and titles."),
        Change(on=dt.date(2026, 11, 29), what="A suffix as first or last name, and a number as the suffix, go to a person."),
    ),
)
