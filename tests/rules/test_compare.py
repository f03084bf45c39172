"""One line beside one record: statuses, who goes to a matcher, and what a matcher may say."""

from __future__ import annotations

import pytest

from disclosures.matching.compare import ADDRESS, NAME, compare

RECORD = {
    "n_first": "JONATHAN", "n_middle": "LUIS", "n_last": "OKAFOR", "n_suffix": "", "a_kind": "street", "a_number": "1710",
    "a_predir": "N", "a_street": "WESLEY", "a_type": "AVE", "a_postdir": "", "a_unit": "# 3", "a_city": "EVANSTON",
    "a_state": "IL", "a_zip5": "60201", "tin": "900112222", "date_of_birth": "1980-03-04",
}  # fmt: skip


def beside(**changes: str) -> dict[str, str]:
    return {**RECORD, **changes}


def test_a_pair_that_is_the_same_agrees_in_everything() -> None:
    seen = compare(RECORD, RECORD)
    assert set(seen.statuses.values()) == {"equal"}
    assert seen.name_agrees
    assert seen.address_agrees
    assert seen.can_be_yes


@pytest.mark.parametrize(
    ("component", "line", "record", "status"),
    [
        ("n_first", "JON", "JONATHAN", "equivalent"),  # a short form (A23)
        ("n_first", "JUAN", "JOHN", "different"),  # one name in two languages is no spelling (A23)
        ("n_first", "J", "JONATHAN", "different"),
        ("n_first", "JONATHON", "JONATHAN", "equivalent"),
        ("n_first", "", "JONATHAN", "missing"),
        ("n_first", "LI", "LU", "different"),
        ("n_middle", "", "LUIS", "equivalent"),
        ("n_middle", "L", "LUIS", "equivalent"),
        ("n_middle", "M", "LUIS", "different"),
        ("n_middle", "MARIA", "LUIS", "different"),
        ("n_last", "OKAFER", "OKAFOR", "equivalent"),
        ("n_last", "OKAFRO", "OKAFOR", "equivalent"),  # two neighbours exchanged
        ("n_last", "OKOFER", "OKAFOR", "different"),
        ("n_suffix", "JR", "", "missing"),
        ("n_suffix", "JR", "SR", "different"),
        ("a_number", "1712", "1710", "different"),  # one edit, yet another house
        ("a_street", "WESLEI", "WESLEY", "equivalent"),
        ("a_street", "5TH", "6TH", "different"),
        ("a_street", "HURD", "WESLEY", "different"),
        ("a_predir", "", "N", "missing"),
        ("a_predir", "S", "N", "different"),
        ("a_type", "ST", "AVE", "different"),
        ("a_type", "", "AVE", "missing"),
        ("a_unit", "# 4", "# 3", "different"),
        ("a_unit", "", "# 3", "missing"),
        ("a_city", "EVENSTON", "EVANSTON", "equivalent"),
        ("a_city", "", "", "missing"),
        ("a_state", "WI", "IL", "different"),
        ("a_zip5", "60202", "60201", "different"),
        ("a_zip5", "", "60201", "missing"),
        ("a_zip5", "", "", "missing"),
        ("a_unit", "", "", "equal"),
        ("tin", "900112223", "900112222", "different"),
        ("tin", "", "900112222", "not_given"),
        ("date_of_birth", "1980-03-05", "1980-03-04", "different"),
        ("date_of_birth", "1980-03-04", "", "not_given"),
    ],
)
def test_a_component_says_how_it_compares(component: str, line: str, record: str, status: str) -> None:
    seen = compare(beside(**{component: line}), beside(**{component: record}))
    assert seen.statuses[component] == status
    assert seen.can_be_yes == (status in ("equal", "equivalent", "not_given"))


def test_no_digit_of_a_tin_or_of_a_birthday_leaves_the_comparison() -> None:
    said = " ".join(compare(beside(tin="900119999", date_of_birth="1981-01-01"), RECORD).statuses.values())
    assert not any(sign.isdigit() for sign in said)


def test_words_of_a_name_in_another_order_are_equivalent() -> None:
    seen = compare(beside(n_first="OKAFOR", n_middle="", n_last="JONATHAN"), beside(n_middle=""))
    assert (seen.statuses["n_first"], seen.statuses["n_last"]) == ("equivalent", "equivalent")
    assert seen.can_be_yes
    assert not seen.name_agrees


def test_a_name_cut_at_another_place_is_equivalent_and_no_agreement() -> None:
    line = beside(n_first="MARIA", n_middle="SILVA", n_last="OKAFOR")
    seen = compare(line, beside(n_first="MARIA", n_middle="", n_last="SILVA OKAFOR"))
    assert seen.can_be_yes
    assert not seen.name_agrees


def test_a_direction_before_or_after_the_street_is_equivalent() -> None:
    seen = compare(beside(a_predir="", a_postdir="N"), RECORD)
    assert (seen.statuses["a_predir"], seen.statuses["a_postdir"]) == ("equivalent", "equivalent")
    assert not seen.address_agrees


def test_an_address_of_another_kind_does_not_agree() -> None:
    assert not compare(beside(a_kind="institution"), RECORD).address_agrees


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"a_unit": "# 4"}, {"a_predir": "S"}, {"a_type": "ST"}, {"a_zip5": "60202"}, {"a_number": "1720"},
        {"a_number": "1700"}, {"a_number": "171"}, {"a_number": "7110"}, {"a_street": "WESLY"}, {"a_city": "WILMETTE"},
        {"a_predir": "", "a_postdir": "N"}, {"n_first": "JON"}, {"n_first": "J"}, {"n_last": "OKAFER"},
        {"n_first": "JON", "a_number": "1712"}, {"n_suffix": "JR"}, {"n_middle": "MARIA"},
        {"n_first": "OKAFOR", "n_last": "JONATHAN"},
        {"a_number": "1710-1712"}, {"a_number": "1700-10"}, {"a_number": "1700-2-4-06"},
        {"a_number": "1686-92-1700"}, {"a_number": "1720-24"},
    ],
)  # fmt: skip
def test_a_close_name_at_a_close_address_is_near(changes: dict[str, str]) -> None:
    assert compare(beside(**changes), RECORD).is_near


@pytest.mark.parametrize(
    "changes",
    [
        {"a_number": "1721"}, {"a_number": "9999"}, {"a_street": "HURD"}, {"a_unit": "# 4", "a_zip5": "60202"},
        {"a_number": "1712", "a_unit": "# 4"}, {"n_last": "MORALES"}, {"n_first": "ESTHER"}, {"n_last": "OKOFER"},
        {"n_first": "ESTHER", "n_last": "MORALES"}, {"a_number": "505", "a_street": "CHICAGO"},
        {"a_number": "1721-1723"}, {"a_number": "1681-1699"}, {"a_number": "1722-A"}, {"a_number": "17-20"}, {"a_number": "-1722"},
        {"a_number": "1650-1740"}, {"a_number": "1740-1650"}, {"a_number": "1720-10"}, {"a_number": "1700-2-4-6-1710"},
    ],
)  # fmt: skip
def test_a_name_alone_or_an_address_alone_is_not_near(changes: dict[str, str]) -> None:
    assert not compare(beside(**changes), RECORD).is_near


def test_every_component_of_name_and_address_is_compared() -> None:
    assert set(compare(RECORD, RECORD).statuses) == {*NAME, *ADDRESS, "tin", "date_of_birth"}


@pytest.mark.parametrize(
    ("mine", "theirs", "is_near"),
    [
        ("1712", "1711-15", True), ("1704-1706", "1711-15", True), ("1725-1727", "1711-15", True), ("1726-1728", "1711-15", False),
        ("37-02", "37-58", False), ("112-01", "112-55", False), ("94-1010", "94-2000", False), ("94-1234", "500", False),
    ],
)  # fmt: skip
def test_of_several_houses_the_nearest_counts_and_a_hyphen_of_queens_or_hawaii_tells_of_one(
    mine: str, theirs: str, is_near: bool
) -> None:
    assert compare(beside(a_number=mine), beside(a_number=theirs)).is_near is is_near
    assert compare(beside(a_number=theirs), beside(a_number=mine)).is_near is is_near
