"""One line beside one record, component by component: what a matcher sees, and what a matcher may still say.

Nothing here makes a yes: that is the join's text comparison alone (``join``). Here stands whether a pair is near enough to
be shown to a matcher at all, and whether every component agrees so far that two matchers could say yes.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Final

from rapidfuzz.distance import OSA

from disclosures.matching.nicknames import full_form, kindred_form

EQUAL: Final = "equal"
EQUIVALENT: Final = "equivalent"
DIFFERENT: Final = "different"
MISSING: Final = "missing"
NOT_GIVEN: Final = "not_given"
AGREEING = frozenset({EQUAL, EQUIVALENT})

NAME = ("n_first", "n_middle", "n_last", "n_suffix")
ADDRESS = ("a_number", "a_predir", "a_street", "a_type", "a_postdir", "a_unit", "a_city", "a_state", "a_zip5")
IDENTIFIERS = ("tin", "date_of_birth")
# Without these there is no whole name and no whole address; the others may be absent from both sides.
ESSENTIAL = frozenset({"n_first", "n_last", "a_number", "a_street", "a_city", "a_state", "a_zip5"})
# One letter makes another word of a short one: LI and LU are two names, and LEE and LEA are for a matcher to see, who may
# still not say yes.
LETTERS_FOR_ONE_EDIT = 3
LETTERS_FOR_ONE_SPELLING = 4
NEXT_DOOR = 10
WIDEST = 20
# "1235", "1235-1237", "1265-67-71": one house or several on one line. Nine digits at the most, as in ``join``.
HOUSES = re.compile("([0-9]{1,9})(?:-[0-9]{1,9}){0,2}?(?:-([0-9]{1,9}))?")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What one pair looks like.

    ``statuses`` goes from component to equal, equivalent, different or missing, for the TIN and the date of birth to equal,
    different or not_given: never to what they hold. ``is_near`` is case (b) of design section 5.
    """

    statuses: dict[str, str]
    name_agrees: bool
    address_agrees: bool
    is_near: bool

    @property
    def can_be_yes(self) -> bool:
        """Every component of name and address is equal or equivalent, and no TIN or date of birth differs."""
        return can_be_yes(self.statuses)

    @property
    def distance(self) -> tuple[int, int]:
        """For ordering candidates: how many components do not agree, then how many are not equal."""
        said = self.statuses.values()
        return sum(each in (DIFFERENT, MISSING) for each in said), sum(each == EQUIVALENT for each in said)


def can_be_yes(statuses: Mapping[str, str]) -> bool:
    """Whether two matchers may say yes over these components."""
    return all(statuses.get(component) in AGREEING for component in (*NAME, *ADDRESS)) and all(
        statuses.get(component) in (EQUAL, NOT_GIVEN) for component in IDENTIFIERS
    )


def compare(line: Mapping[str, str], record: Mapping[str, str]) -> Comparison:
    """Compare the readings (``n_… a_…``) and the normalised TIN and date of birth of a line and a record."""
    statuses = {component: _status(component, line[component], record[component]) for component in (*NAME, *ADDRESS)}
    if _same_words(line, record):
        statuses |= {component: EQUIVALENT for component in NAME[:3] if statuses[component] != EQUAL}
    if _directions_changed_places(line, record):
        statuses |= {"a_predir": EQUIVALENT, "a_postdir": EQUIVALENT}
    for component in IDENTIFIERS:
        given = line[component] != "" and record[component] != ""
        statuses[component] = NOT_GIVEN if not given else _equal(line[component], record[component])
    return Comparison(
        statuses=statuses,
        name_agrees=all(statuses[component] == EQUAL for component in ("n_first", "n_last", "n_suffix"))
        and _middle_agrees(line["n_middle"], record["n_middle"]),
        address_agrees=line["a_kind"] == record["a_kind"] and all(statuses[component] == EQUAL for component in ADDRESS),
        is_near=_name_is_close(line, record) and _address_is_close(line, record),
    )


def one_edit_apart(one: str, other: str) -> bool:
    """One letter more, less, other, or two neighbours exchanged; or no difference at all."""
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _equal(one: str, other: str) -> str:
    return EQUAL if one == other else DIFFERENT


def _status(component: str, mine: str, theirs: str) -> str:
    if mine == theirs:
        return MISSING if mine == "" and component in ESSENTIAL else EQUAL
    if component == "n_middle" and _middle_agrees(mine, theirs):
        return EQUIVALENT
    if mine == "" or theirs == "":
        return MISSING
    if component in ("n_first", "n_middle") and full_form(mine) == full_form(theirs):
        return EQUIVALENT
    if component in ("n_first", "n_middle", "n_last", "a_street", "a_city") and _one_spelling(mine, theirs):
        return EQUIVALENT
    return DIFFERENT


def _one_spelling(mine: str, theirs: str) -> bool:
    """One edit between two longer words without digits: 5TH and 6TH are two streets."""
    has_digit = any(sign.isdigit() for sign in mine + theirs)
    return not has_digit and min(len(mine), len(theirs)) >= LETTERS_FOR_ONE_SPELLING and one_edit_apart(mine, theirs)


def _middle_agrees(mine: str, theirs: str) -> bool:
    if mine == "" or theirs == "" or mine == theirs:
        return True
    return (len(mine) == 1 or len(theirs) == 1) and mine[0] == theirs[0]


def _same_words(line: Mapping[str, str], record: Mapping[str, str]) -> bool:
    """The same words in another order, or cut into first, middle and last at another place."""
    ours, theirs = (sorted(" ".join(side[part] for part in NAME[:3]).split()) for side in (line, record))
    return ours == theirs and len(ours) > 1


def _directions_changed_places(line: Mapping[str, str], record: Mapping[str, str]) -> bool:
    ours, theirs = ((side["a_predir"], side["a_postdir"]) for side in (line, record))
    return ours != theirs and ours == theirs[::-1]


def _name_is_close(line: Mapping[str, str], record: Mapping[str, str]) -> bool:
    """The name is equal or a variant; middle name and suffix may say anything here."""
    if _same_words(line, record):
        return True
    first, last = (line["n_first"], record["n_first"]), (line["n_last"], record["n_last"])
    return _close(*last) and (_close(*first) or kindred_form(first[0]) == kindred_form(first[1]) or _initial(*first))


def _close(mine: str, theirs: str) -> bool:
    return mine == theirs or (min(len(mine), len(theirs)) >= LETTERS_FOR_ONE_EDIT and one_edit_apart(mine, theirs))


def _initial(mine: str, theirs: str) -> bool:
    return min(len(mine), len(theirs)) == 1 and mine[0] == theirs[0]


def _address_is_close(line: Mapping[str, str], record: Mapping[str, str]) -> bool:
    """At most one component differs; a number by ten or one edit, a street by one edit.

    Where a line or a record names several houses ("1235-1237"), the person may live at any of them or between: the nearest counts.
    """
    differ = [part for part in ADDRESS if line[part] != record[part]]
    if {"a_predir", "a_postdir"} <= set(differ):  # one component: the direction
        differ.remove("a_postdir")
    if not differ:
        return True
    if len(differ) > 1:
        return False
    part = differ[0]
    if part == "a_number":
        return _number_is_close(line[part], record[part])
    return part != "a_street" or one_edit_apart(line[part], record[part])


def _number_is_close(mine: str, theirs: str) -> bool:
    if one_edit_apart(mine, theirs):
        return True
    here, there = _houses(mine), _houses(theirs)
    return here is not None and there is not None and max(here[0] - there[1], there[0] - here[1]) <= NEXT_DOOR


def _houses(number: str) -> tuple[int, int] | None:
    """The first and the last of the houses of one line, which are one as a rule; None where it names none, or no span.

    A shortened last one stands for the whole ("1265-67-71" ends at 1271). In Queens and Hawaii a hyphen parts the district or
    the cross street from the house ("37-02", "94-1010"): what does not rise, or rises by more than ``WIDEST``, is no span.
    """
    match = HOUSES.fullmatch(number)
    if match is None:
        return None
    first, last = match[1], match[2] or match[1]
    low, high = int(first), int(first[: max(0, len(first) - len(last))] + last)
    return (low, high) if low <= high <= low + WIDEST else None
