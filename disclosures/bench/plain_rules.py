"""The rules of the gate in plain Python, line by line: what the columns of Polars are measured against.

Not part of the product. Lexicons and patterns are those of ``requests.rules``, so that a change there is a change here;
what a rule does with them is written again, and a test holds both to the same verdicts and findings.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from disclosures.bench.plain_addresses import Address, read_address
from disclosures.bench.plain_names import Name, read_name
from disclosures.bench.plain_patterns import SAYS, Changes, compiled
from requests.rules import empty_words
from requests.rules import v03_name as v03
from requests.rules import v06_delivery_line as v06
from requests.rules import v09_periods as v09
from requests.rules import v10_statute as v10
from requests.rules import v12_engaged_official as v12
from requests.rules import v14_civil_purpose as v14
from requests.rules import v15_investigation as v15
from requests.rules import v16_information_kind as v16
from requests.rules.address_towns import any_of
from requests.rules.base import Judging, Verdict
from requests.rules.common_words import JOINS, ONE_TELLS, TWO_TELL
from requests.rules.counts import NO_PLACE
from requests.rules.designated_statutes import CIVIL_SECTIONS, DESIGNATED_STATUTES, IMMIGRATION_ACT, TAX_TITLES
from requests.rules.placeholders import (
    BEHIND_COUNTED,
    COUNTED_NUMBERS,
    NO_PLACES,
    PLAIN_WORDS,
    RUN_NUMBERS,
    SENTENCE_PHRASES,
    SENTENCE_WORDS,
    SLIPS,
)
from requests.rules.places import NO_SUCH_ZIP, ZIP_STATES, ZIP_STATES_BY_CODE

Row = Mapping[str, Any]
Key = tuple[str, str, str]
ACCEPT, REVIEW, REJECT, BLOCK = Verdict

NO_NAME, INITIAL, ORDINARY, UNREADABLE = map(compiled, (v03._NO_NAME, v03._INITIAL, v03._ORDINARY, v03._UNREADABLE))
NAME_COLUMNS, WORD = ("first_name", "middle_name", "last_name", "suffix", "name"), re.compile(r"[^\W\d_]+")
DIGITS_ONLY, NO_SIGN = re.compile(r"^[0-9 ,#/-]*[0-9][0-9 ,#/-]*$"), re.compile(r"[\W_]+")
YEAR, YEARS, QUARTER, MONTH = map(compiled, (v09.YEAR, v09.YEARS, v09.QUARTER, v09.MONTH))
SURE, DIRECTED, NAMES_NOTHING, NO_SENTENCE, NAMES_OF_LENGTH, NO_TOWN_OF_A_STATE = map(
    compiled, (v06.SURE, v06.DIRECTED, v06.NAMES_NOTHING, v06.NO_SENTENCE, v06.NAMES_OF_LENGTH, v06.NO_TOWN_OF_A_STATE)
)
IN_SENTENCES, SENTENCE_PHRASE = frozenset(SENTENCE_WORDS), re.compile(rf"\b(?:{any_of(SENTENCE_PHRASES)})\b")
SPELT_OUT, SPANISH_SENTENCE, NO_BEFORE, NO_AND_NONE, TYPED_TOWN = map(
    re.compile, (v06.SPELT_OUT, v06.SPANISH_SENTENCE, v06.NO_BEFORE, v06.NO_AND_NONE, v06.TYPED_TOWN)
)
EMPTY, NOBODY, LETTERS, FIGURE = map(
    compiled, (empty_words.EMPTY, v12.NOBODY, empty_words.TWO_LETTERS, empty_words.FIGURE)
)
EMPTY_SIGNS = Changes((empty_words.SIGNS, " "))
TWO_DIGITS = re.compile("[0-9]{2}")
OPEN_ENDED, YES = compiled(v09.OPEN_ENDED), compiled(v15.YES)
STATUTE, CITATIONS, NEXT_IN_LIST = (
    Changes((r"[{}]", " "), (r"\s+", " ")),
    Changes(*v10.CITATIONS),
    Changes(v10.NEXT_IN_LIST),
)
TAX_WORDS, CITED, LEFT_OVER = map(compiled, (v10.TAX_WORDS, v10.CITED, v10.LEFT_OVER))
BEFORE_PURPOSE = Changes(
    (r"\s+", " "), (v14.NOT_ONLY, " also "), (v14.NOTHING_BUT, " for "), (v14.DENIED + v14.SMALL + "{0,8}" + v14.OBJECTS, " "),
    (v14.OFFICE, " "), (v14.RIGHTS, " "), (v14.ORDER, " order "), (v14.BACKGROUND, " "), (v14.PROCEEDINGS, "CIVILPROCEEDING"),
)  # fmt: skip
PURPOSES = [compiled(pattern) for pattern in (v14.PURPOSE, v14.TOWARD, v14.REMOVAL)]
BEFORE_ASKED = Changes((r"\s+", " "), ("’", "'"), (v16.DENIED, " "))
ASKED = [compiled(pattern) for pattern in v16.ASKED]


def judge_plainly(rows: Sequence[Row], judging: Judging) -> list[tuple[int, str, list[str]]]:
    """Line, verdict and sorted findings of every row: one pass to read and count, one to judge.

    ``rows`` have the canonical columns; a line without a number takes its place among them.
    """
    addresses: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    first_with: dict[Key, int] = {}
    read = []
    for place, row in enumerate(rows, start=1):
        line, name, address = int(row.get("line") or place), read_name(row), read_address(row)
        reason, key = _plain_reason(row.get("reason") or ""), (name.full, address.text, _case(row))
        if address.text and address.kind not in NO_PLACE:
            addresses[address.text] += 1
        reasons[reason] += 1
        first_with[key] = min(line, first_with.get(key, line))
        read.append((line, row, name, address, reason, key))
    judged = []
    for line, row, name, address, reason, key in read:
        said = _judge_line(row, name, address, judging)
        shared = address.kind not in NO_PLACE and addresses[address.text] > judging.parameters.max_subjects_per_address
        said["V08"] = REVIEW if shared or address.kind == "institution" else ACCEPT
        said["V11"] = _judge_reason(reason, lines=reasons[reason], judging=judging)
        said["V19"] = REJECT if name.full and first_with[key] != line else ACCEPT
        judged.append((line, max(said.values()).word, sorted(code for code, verdict in said.items() if verdict)))
    return judged


def _plain_reason(reason: str) -> str:
    return " ".join(reason.lower().split())


def _case(row: Row) -> str:
    return NO_SIGN.sub("", (row.get("case_number") or "").upper())


def _judge_line(row: Row, name: Name, address: Address, judging: Judging) -> dict[str, Verdict]:
    """What the rules say that need no other line."""
    reason, official = row.get("reason") or "", row.get("engaged_official") or ""
    is_nobody = _says_nothing(official) or _has_no_word(official) or NOBODY.search(_words(official))
    return {
        "V03": _judge_name(row, name),
        "V04": ACCEPT if SAYS.search(address.plain) else REJECT,
        "V05": REJECT if address.placeholder else ACCEPT,
        "V06": _judge_delivery(address),
        "V07": _judge_digits(address),
        "V09": _judge_periods(row.get("taxable_periods") or "", judging.as_of),
        "V10": _judge_statutes(row.get("statutory_authority") or "", judging.as_of),
        "V12": REJECT if is_nobody else ACCEPT,
        "V14": BLOCK if _has_sign(reason, v14.SIGNS) and _states_civil_purpose(reason) else ACCEPT,
        "V15": _judge_case(row),
        "V16": BLOCK if _has_sign(reason, v16.SIGNS) and _asks_for_returns(reason) else ACCEPT,
    }


def _judge_name(row: Row, name: Name) -> Verdict:
    first, last = name.first, name.last
    lines = f"\t{name.middle}\n{first}\n{last}"
    doubtful = {first, last} & set(v03._NAME_OR_PLACEHOLDER)
    if (
        not (first or last)
        or not {first, last, name.full}.isdisjoint(v03._NEVER_A_NAME)
        or first == "TEST"
        or (first in v03._NAME_OR_PLACEHOLDER and last in v03._NAME_OR_PLACEHOLDER)
        or (not (first and last) and (doubtful or first + last in v03._NOT_KNOWN))
        or NO_NAME.search(lines)
        or any(_is_hard_to_read(row.get(column) or "") for column in NAME_COLUMNS)
    ):
        return REJECT
    is_doe = (last in v03._DOE and first in v03._DOE_FIRST) or (first in v03._DOE and last in v03._DOE_FIRST)
    not_known = first in (*v03._NOT_KNOWN, *v03._TITLES, *v03._SUFFIXES) or last in (*v03._NOT_KNOWN, *v03._SUFFIXES)
    not_known = not_known or bool(TWO_DIGITS.search(name.suffix))
    return REVIEW if not (first and last) or is_doe or doubtful or not_known or INITIAL.search(lines) else ACCEPT


def _is_hard_to_read(typed: str) -> bool:
    if not ORDINARY.search(typed):
        return False
    letters = "".join(sign for sign in typed if sign not in "'’" and not unicodedata.category(sign).startswith("M"))
    return bool(UNREADABLE.search(typed)) or any(_mixes_scripts(word) for word in WORD.findall(letters))


def _mixes_scripts(word: str) -> bool:
    scripts = {unicodedata.name(letter, "?").split(" ")[0] for letter in unicodedata.normalize("NFKC", word)} - {
        "MODIFIER"
    }
    return len(scripts) > 1 and not scripts.isdisjoint(("LATIN", "CYRILLIC", "GREEK"))


def _judge_delivery(address: Address) -> Verdict:
    if address.kind == "institution" or not SAYS.search(address.plain):
        return ACCEPT
    has_place = (address.city and address.state) or address.zip5
    if address.kind in v06.COUNSEL:
        return REVIEW if has_place or address.kind != "general_delivery" else REJECT
    if address.kind == "none" or not has_place:
        return REJECT
    return ACCEPT if address.kind != "street" or _is_surely_a_street(address) else REVIEW


def _is_surely_a_street(address: Address) -> bool:
    street = address.street
    shows = (
        address.type
        or SURE.search(street)
        or DIRECTED.search(address.plain)
        or (street.startswith(("AVE ", "ST ")) and SPELT_OUT.search(address.plain))
        or (street in v06.STATE_NAMES and address.unit)
        or "-" in address.number
        or address.state == "PR"
    )
    return bool(shows) and not _is_told(address)


def _is_told(address: Address) -> bool:
    """Nothing that is a street's name, but words about it."""
    street, words = address.street, address.street.split(" ")
    if NAMES_NOTHING.search(street) or street in SLIPS or NO_AND_NONE.search(address.plain):
        return True
    if address.type == "PL" and street in NO_PLACES:
        return True
    town = address.city.split(" ")
    if not address.state and (not IN_SENTENCES.isdisjoint(town) or (len(town) > 1 and town[0] in ("NO", "OF", "AFTER"))):
        return True
    was_typed = address.state and (address.state == "PR" or TYPED_TOWN.search(address.plain))
    if (not was_typed and _are_common(town)) or NO_TOWN_OF_A_STATE.search(address.city):
        return True
    if SPANISH_SENTENCE.search(street) or (not address.state and SPANISH_SENTENCE.search(f"{street} {address.city}")):
        return True
    if len(words) == 1:
        is_common = street in ONE_TELLS or street in TWO_TELL
        is_counted = address.number in COUNTED_NUMBERS and not address.predir
        if (is_counted and street in BEHIND_COUNTED) or (address.number in RUN_NUMBERS and street in PLAIN_WORDS):
            return True
        return bool(is_common and address.type and address.state != "PR" and NO_BEFORE.search(address.plain))
    is_sentence = not IN_SENTENCES.isdisjoint(words) or SENTENCE_PHRASE.search(street)
    if (is_sentence or (address.type and address.state != "PR" and _are_common(words))) and not NO_SENTENCE.search(street):
        return True
    return bool(address.type and len(words) > 3 and not NAMES_OF_LENGTH.search(street))


def _are_common(words: list[str]) -> bool:
    """Names of several words that no street's or town's name is made of."""
    enough = 1 if len(words) > 2 and JOINS.isdisjoint(words[1:-1]) else 2
    return len(words) > 1 and sum(2 * (word in ONE_TELLS) + (word in TWO_TELL) for word in words) >= enough


def _judge_digits(address: Address) -> Verdict:
    zip5, state = address.zip5, address.state
    if DIGITS_ONLY.search(address.plain):
        return REJECT
    if not zip5:
        return ACCEPT
    states = ZIP_STATES.get(zip5[:3])
    is_elsewhere = state and state not in (states or ()) and state not in ZIP_STATES_BY_CODE.get(zip5, ())
    return REJECT if zip5 in NO_SUCH_ZIP or states is None or is_elsewhere else ACCEPT


def _judge_reason(reason: str, *, lines: int, judging: Judging) -> Verdict:
    if _says_nothing(reason) or _has_no_word(reason):
        return REJECT
    return REVIEW if lines > judging.parameters.boilerplate_reason_threshold else ACCEPT


def _judge_case(row: Row) -> Verdict:
    assurance = row.get("under_investigation")
    withheld = assurance is not None and not YES.search(assurance)
    return REVIEW if withheld or _says_nothing(row.get("case_number") or "") else ACCEPT


def _says_nothing(text: str) -> bool:
    return not SAYS.search(text) or bool(EMPTY.search(_words(text)))


def _has_no_word(text: str) -> bool:
    return len(text.encode()) <= empty_words.LONGEST_BYTES and not LETTERS.search(text)


def _words(text: str) -> str:
    """The capitals of what may be a placeholder, "" of what is too long for one or has figures."""
    may_be = len(text.encode()) <= empty_words.LONGEST_BYTES and not FIGURE.search(text)
    return EMPTY_SIGNS(text.upper()).strip(" ") if may_be else ""


# Statutes and periods are a handful of texts in a million lines.
@functools.lru_cache(maxsize=4096)
def _judge_periods(text: str, as_of: dt.date) -> Verdict:
    return max(_judge_period(period.strip(), as_of) for period in text.replace(",", ";").split(";"))


def _judge_period(period: str, as_of: dt.date) -> Verdict:
    if OPEN_ENDED.search(period):
        return REVIEW
    if match := YEAR.search(period):
        first, last, month = int(match[1]), int(match[1]), 12
    elif match := YEARS.search(period):
        first, last, month = int(match[1]), int(match[2]), 12
    elif match := QUARTER.search(period):
        first, last, month = int(match[1]), int(match[1]), int(match[2]) * 3
    elif match := MONTH.search(period):
        first, last, month = int(match[1]), int(match[1]), int(match[2])
    else:
        return REJECT
    if first > last or first < v09.FIRST_TAXABLE_YEAR:
        return REJECT
    day_after = as_of + dt.timedelta(days=1)
    return ACCEPT if (last, month) < (day_after.year, day_after.month) else REVIEW


@functools.lru_cache(maxsize=4096)
def _judge_statutes(text: str, as_of: dt.date) -> Verdict:
    plain = STATUTE(text.upper())
    cited = CITATIONS(plain)
    for _ in range(v10.LONGEST_LIST):
        cited = NEXT_IN_LIST(cited)
    tokens = CITED.findall(cited)
    if not tokens or TAX_WORDS.search(plain):
        return REJECT
    worst = max(_judge_citation(token, as_of) for token in tokens)
    return max(worst, REVIEW) if LEFT_OVER.search(CITED.sub(" ", cited)) else worst


def _judge_citation(token: str, as_of: dt.date) -> Verdict:
    book, section, subsection = token.strip("{}").split("/")
    title = "8" if book == "INA" else book.lstrip("0")
    key = f"{title}:{IMMIGRATION_ACT.get(section, 'UNKNOWN') if book == 'INA' else section}"
    number = int(title or 0)
    if number in TAX_TITLES or not 1 <= number <= 54 or not CIVIL_SECTIONS.isdisjoint((key, f"{key}:{subsection}")):
        return REJECT
    return ACCEPT if key in _designated(as_of) else REVIEW


@functools.lru_cache(maxsize=8)
def _designated(as_of: dt.date) -> frozenset[str]:
    listed = (one for one in DESIGNATED_STATUTES if one.listed_from <= as_of <= (one.listed_to or dt.date.max))
    return frozenset(statute.key for statute in listed)


def _has_sign(reason: str, signs: tuple[str, ...]) -> bool:
    lower = reason.lower()
    return any(sign in lower for sign in signs)


def _states_civil_purpose(reason: str) -> bool:
    plain = BEFORE_PURPOSE(reason)
    return any(pattern.search(plain) for pattern in PURPOSES)


def _asks_for_returns(reason: str) -> bool:
    plain = BEFORE_ASKED(reason)
    return any(pattern.search(plain) for pattern in ASKED)
