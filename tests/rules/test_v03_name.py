"""V03: a line must name a person."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests.rules.base import Judging, Verdict
from requests.rules.names import read_names
from requests.rules.v03_name import RULE

TYPED = ("name", "first_name", "middle_name", "last_name", "suffix")
JUDGING = Judging(as_of=dt.date(2026, 11, 23))
ACCEPT, REVIEW, REJECT = Verdict.ACCEPT, Verdict.REVIEW, Verdict.REJECT


def judged(frame: pl.DataFrame) -> list[int]:
    return read_names(frame).select(RULE.expression(JUDGING).alias("v"))["v"].to_list()


def verdict(**cells: str | None) -> Verdict:
    row = {column: cells.get(column) for column in TYPED}
    return Verdict(judged(pl.DataFrame([row], schema=dict.fromkeys(TYPED, pl.String)))[0])


def parts(first: str, last: str, middle: str = "") -> Verdict:
    return verdict(first_name=first, middle_name=middle, last_name=last, suffix="")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Maria", "Silva Okafor"), ("Thanh", "Ng"), ("Min", "Li"), ("Sung", "O"), ("Pat", "O'Brien"), ("Pat", "O’Brien"),
        ("Ana", "De-La-Cruz Ali"), ("José", "Núñez"), ("Łukasz", "Øster"), ("Иван", "Ковалёв"), ("小龙", "李"), ("철수", "김"),
        ("राम", "कुमार"), ("محمد", "علي"), ("Γιώργος", "Παπαδόπουλος"), ("Иван", "Smith"), ("Mary Ann", "Smith Jr."),
        ("John", "Smith 2nd"), ("Testa", "Nonez"), ("Mª", "Torres"), ("さくら", "田ノ上"),
    ],
)  # fmt: skip
def test_a_name_in_any_script_is_accepted(first, last):
    assert parts(first, last) is ACCEPT


@pytest.mark.parametrize(
    "name", ["Maria Torres", "Torres, Maria", "Smith, John Q III", "Maria de la Cruz", "John Smith 2nd"]
)
def test_a_one_string_name_is_accepted(name):
    assert verdict(name=name) is ACCEPT


@pytest.mark.parametrize("cells", [{}, {"name": ""}, {"name": " - "}, {"first_name": "", "last_name": "", "middle_name": ""},
                                   {"first_name": "", "last_name": "", "middle_name": "Luis"}, {"name": "???"}])  # fmt: skip
def test_a_missing_name_is_rejected(cells):
    assert verdict(**cells) is REJECT


@pytest.mark.parametrize(
    "name",
    [
        "UNKNOWN", "unk", "Unknown Unknown", "N/A", "n/a", "NA NA", "None", "NONE NONE", "Not Provided", "not  available", "TEST",
        "Test Test", "XXX", "xxx xxx", "XXXX", "Failed to Provide", "Name Unknown", "TBD", "Refused", "See file", "John Unknown",
        "FNU LNU", "LNU", "Na", "First Name Last Name", "don't care", "UNKNOWN.", "(unknown)",
    ],
)  # fmt: skip
def test_a_placeholder_is_rejected(name):
    assert verdict(name=name) is REJECT


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Un", "Known"), ("U N K", "N O W N"), ("Desconocido", "Desconocido"), ("Nombre", "Desconocido"), ("Sin", "Nombre"),
        ("Hispanic", "Male"), ("Subject", "One"), ("Deported", "Deported"), ("nadie", "nadie"), ("No", "Sabe"),
        ("UNKNOWN", "UNKNOWN"), ("NA", "NA"), ("N/A", "N/A"), ("John", "UNK"), ("Unknown", "Smith"), ("Not Provided", "Not Provided"),
        ("XXX", "XXX"), ("None", "None"), ("Test", "Test"), ("NULL", "NULL"), ("FNU", "LNU"), ("N/A", "Smith"),
        ("Test", "Smith"), ("Not Provided", "Smith"),
    ],
)  # fmt: skip
def test_a_placeholder_in_parts_is_rejected(first, last):
    assert parts(first, last) is REJECT


@pytest.mark.parametrize(
    ("first", "last"), [("Min", "NA"), ("Na", "Li"), ("Christopher", "Null"), ("Jennifer", "Test")]
)
def test_a_name_that_reads_like_a_placeholder_goes_to_a_person(first, last):
    assert parts(first, last) is REVIEW


@pytest.mark.parametrize(
    "name", ["John Doe", "JANE DOE", "Doe, John", "Doe John", "John A Doe", "FNU Rahman", "Rahman, FNU", "Ana LNU"]
)
def test_a_stand_in_goes_to_a_person(name):
    assert verdict(name=name) is REVIEW


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "Suharto"},
        {"name": "Garcia-Lopez"},
        {"name": "李小龙"},
        {"first_name": "Suharto", "last_name": ""},
        {"first_name": "", "last_name": "Suharto"},
        {"first_name": "", "last_name": "Ng"},
        {"first_name": "Ana", "last_name": "Jr."},
        {"first_name": "II", "last_name": "Lopez"},
        {"first_name": "Ana", "last_name": "Lopez", "suffix": "12345"},
    ],
)
def test_a_mononym_goes_to_a_person(cells):
    assert verdict(**cells) is REVIEW


@pytest.mark.parametrize(("first", "last"), [("J", "S"), ("", "S"), ("J", ""), ("J", "O")])
def test_initials_alone_are_rejected(first, last):
    assert parts(first, last) is REJECT


def test_one_initial_goes_to_a_person_and_a_middle_name_makes_up_for_it():
    assert parts("J", "Hoover") is REVIEW
    assert parts("Maria", "G") is REVIEW
    assert parts("J", "Hoover", "Edgar") is ACCEPT


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("J0hn", "Smith"), ("Ana", "505 Chicago Avenue"), ("2023-05-11", "Ana"), ("Ana", "5/11/2023"), ("979754391", "Torres"),
        ("Ana", "٣٤"), ("aaaa", "Torres"), ("Ana", "Zzzz"), ("qwerty", "asdf"), ("Ana", "asdfgh"), ("PO Box", "Chicago"),
        ("Chicago Avenue", "Evanston"), ("ana@example.org", "Torres"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_rejected(first, last):
    assert parts(first, last) is REJECT


@pytest.mark.parametrize(
    "name", ["505 Chicago Avenue, Evanston, IL 60202", "12345", "2023-05-11", "05/11/2023", "asdf asdf", "aaaa"]
)
def test_an_address_a_date_a_number_or_a_run_of_keys_is_no_one_string_name(name):
    assert verdict(name=name) is REJECT


@pytest.mark.parametrize(
    "last", ["Tоrres", "Torr\u0435s", "Ρetros", "Кim", "αlpha", "Gar\u0441\u00eda", "O’Br\u0456en"], ids=ascii
)
def test_two_scripts_in_one_word_are_rejected(last):
    assert parts("Ana", last) is REJECT


@pytest.mark.parametrize("mark", ["\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\u202a", "\u202e", "\u2060", "\u2066",
                                  "\u2069", "\ufeff", "\u180e", "\ufffd", "\x00", "\x1b"], ids=ascii)  # fmt: skip
def test_a_character_that_nobody_sees_is_rejected_in_every_cell(mark):
    assert parts(f"A{mark}na", "Torres") is REJECT
    assert parts("Ana", f"Torres{mark}") is REJECT
    assert parts("Ana", "Torres", f"{mark}Luz") is REJECT
    assert verdict(name=f"Ana Tor{mark}res") is REJECT


anything = st.one_of(
    st.none(), st.text(max_size=30), st.sampled_from(["UNKNOWN", "Ana", "O", "Doe", "John", "NA", "李"])
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(anything, anything, anything, anything, anything), min_size=1, max_size=6))
def test_no_text_makes_the_rule_fail_and_every_line_is_judged_by_itself(rows):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(TYPED, pl.String), orient="row")
    together = judged(frame)
    assert set(together) <= {0, REVIEW.value, REJECT.value}
    assert together == [judged(frame[place])[0] for place in range(len(rows))]


@pytest.mark.parametrize("title", ["Mr", "Mrs.", "Ms", "Sr.", "Sra", "Señor"])
def test_a_title_and_a_last_name_are_one_name(title):
    assert parts(title, "Sukarno") is REVIEW
