"""The keys under which lines and records meet: the same for ever, and never missing a near pair."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.matching.keys import KEYS, with_keys
from disclosures.matching.reading import NAME_AND_ADDRESS, read_for_matching, reading_digest

READ = {
    "n_first": "MARIA", "n_middle": "LUIS", "n_last": "OKAFOR", "n_suffix": "", "a_kind": "street", "a_number": "1710",
    "a_predir": "N", "a_street": "WESLEY", "a_type": "AVE", "a_postdir": "", "a_unit": "# 3", "a_city": "EVANSTON",
    "a_state": "IL", "a_zip5": "60201", "tin": "900-11-2222", "date_of_birth": "",
}  # fmt: skip
PI = (
    0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D1, 0x082EFA98EC4E6C89,
    0x452821E638D01377, 0xBE5466CF34E90C6D, 0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917,
)  # fmt: skip


def keyed(*rows: dict[str, str]) -> pl.DataFrame:
    return with_keys(pl.DataFrame(rows, schema=dict.fromkeys(READ, pl.String)))


def number_of(*parts: str) -> int:
    """The key as the documentation says it: in plain Python, without Polars."""
    text = "\x1f".join(parts)
    octets = (text + " " * max(0, 64 - len(text))).encode()
    total = 0
    for place, factor in enumerate(PI):
        word = int.from_bytes(octets[8 * place : 8 * place + 8], "little")
        total += (word ^ (word >> 32)) * factor
    total %= 1 << 64
    return total - (1 << 64) if total >= 1 << 63 else total


def test_each_key_is_the_documented_number_over_the_documented_parts() -> None:
    row = keyed(READ).row(0, named=True)
    assert row["name_key"] == number_of("OKAFOR", "MARIA", "", "900112222")
    assert row["place_key"] == number_of("1710", "WESLEY", "60201")
    assert row["town_key"] == number_of("1710", "WESLEY", "EVANSTON IL")
    assert row["near_street_key"] == number_of("OM", "WESLEY", "60201")
    assert row["near_number_key"] == number_of("OM", "1710", "60201")


def test_the_number_of_a_known_text_is_what_it_was_when_registries_were_first_loaded() -> None:
    assert keyed(READ)["place_key"].to_list() == [number_of("1710", "WESLEY", "60201")] == [-5357894631190856531]


def test_long_texts_and_other_scripts_have_a_key_too() -> None:
    long = keyed({**READ, "a_street": "CALLE " + "MUY LARGA " * 20, "n_last": "КОВАЛЁВ"})
    assert long.select(KEYS).null_count().sum_horizontal().to_list() == [0]


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({"tin": ""}, {"name_key"}),
        ({"tin": "900-11-222"}, {"name_key"}),
        ({"a_zip5": ""}, {"place_key"}),
        ({"a_city": ""}, {"town_key"}),
        ({"a_number": ""}, {"place_key", "town_key", "near_number_key"}),
        ({"a_street": ""}, {"place_key", "town_key", "near_street_key"}),
        ({"n_last": ""}, {"name_key", "near_street_key", "near_number_key"}),
        ({"a_zip5": "", "a_city": ""}, {"place_key", "town_key", "near_street_key", "near_number_key"}),
    ],
)
def test_a_key_is_null_where_one_of_its_parts_is_missing(changes: dict[str, str], absent: set[str]) -> None:
    row = keyed({**READ, **changes}).row(0, named=True)
    assert {key for key in KEYS if row[key] is None} == absent


def test_null_readings_count_as_empty() -> None:
    frame = pl.DataFrame([{**READ, "n_middle": None, "tin": None}], schema=dict.fromkeys(READ, pl.String))
    row = with_keys(frame).row(0, named=True)
    assert (row["n_middle"], row["tin9"], row["name_key"]) == ("", "", None)


@pytest.mark.parametrize(
    ("given_date", "born"),
    [
        ("1980-03-04", "1980-03-04"), ("3/4/1980", "1980-03-04"), ("03-04-1980", "1980-03-04"), ("19800304", "1980-03-04"),
        (" 1980-03-04 ", "1980-03-04"), ("", ""), ("March 1980", "March 1980"),
    ],
)  # fmt: skip
def test_dates_of_birth_compare_however_they_are_typed(given_date: str, born: str) -> None:
    assert keyed({**READ, "date_of_birth": given_date})["born"].to_list() == [born]


word = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=9)


@st.composite
def near_pairs(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    """A record and a line that differs in one component of the address and in the tail of one name."""
    record = {**READ, "n_first": draw(word), "n_last": draw(word), "a_street": draw(word), "tin": ""}
    changes = draw(
        st.sampled_from(
            [
                {}, {"a_unit": "# 4"}, {"a_predir": ""}, {"a_type": "ST"}, {"a_zip5": "60202"}, {"a_zip5": ""},
                {"a_number": "1712"}, {"a_number": "171"}, {"a_street": record["a_street"] + "S"}, {"a_city": "EVANSTONE"},
            ]
        )
    )
    name = draw(st.sampled_from([{}, {"n_first": record["n_first"] + "A"}, {"n_last": record["n_last"][:-1]}]))
    return record, {**record, **changes, **name}


@settings(max_examples=60, deadline=None)
@given(near_pairs())
def test_a_near_pair_has_a_key_in_common(pair: tuple[dict[str, str], dict[str, str]]) -> None:
    record, line = keyed(*pair).rows(named=True)
    assert any(line[key] == record[key] is not None for key in KEYS)


@pytest.mark.parametrize(("typed", "full"), [("Bob", "Robert"), ("Juan", "John"), ("Pepe", "Jose"), ("Bill", "William")])
def test_short_forms_and_translations_meet_next_door(typed: str, full: str) -> None:
    line, record = keyed({**READ, "n_first": typed.upper(), "a_number": "1712"}, {**READ, "n_first": full.upper()}).rows(named=True)
    assert line["near_street_key"] == record["near_street_key"]


def test_one_address_in_one_cell_or_in_five_gives_the_same_keys() -> None:
    whole = {"name": "Maria Okafor", "address": "1710 North Wesley Ave. Apt 3, Evanston, Illinois 60201"}
    parts = {
        "first_name": "MARIA", "last_name": "Okafor", "street": "1710 N Wesley Avenue", "unit": "#3", "city": "Evanston",
        "state": "IL", "zip": "60201-1234",
    }  # fmt: skip
    frames = [
        pl.DataFrame([{"line": 1, **row}], schema={"line": pl.Int64, **dict.fromkeys(NAME_AND_ADDRESS, pl.String)})
        for row in (whole, parts)
    ]
    one, other = (read_for_matching(frame).select(KEYS).row(0) for frame in frames)
    assert one == other


def test_the_digest_of_reading_is_the_same_each_time() -> None:
    before = reading_digest()
    reading_digest.cache_clear()
    assert reading_digest() == before
    assert len(before) == 64
