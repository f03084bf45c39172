"""Names that are the same are read the same, however an agency typed them."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests.rules.names import READINGS, name_key, read_names

TYPED = ("name", "first_name", "middle_name", "last_name", "suffix")


def frame_of(*lines: dict[str, str]) -> pl.DataFrame:
    """A frame in which a column that no line gives is absent (null)."""
    return pl.DataFrame(
        [{column: line.get(column) for column in TYPED} for line in lines], schema=dict.fromkeys(TYPED, pl.String)
    )


def read(**cells: str) -> tuple[str, ...]:
    """First, middle, last and suffix as they are read."""
    return read_names(frame_of(cells)).select(READINGS[:4]).row(0)


def key(text: str | None) -> str:
    return pl.DataFrame({"t": [text]}, schema={"t": pl.String}).select(name_key(pl.col("t"))).item()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Maria Torres", ("MARIA", "", "TORRES", "")),
        ("Maria Luis Torres", ("MARIA", "LUIS", "TORRES", "")),
        ("Maria Luis Ana Torres", ("MARIA", "LUIS ANA", "TORRES", "")),
        ("  maria\tLUIS   Torres ", ("MARIA", "LUIS", "TORRES", "")),
        ("John Q. Public Jr.", ("JOHN", "Q", "PUBLIC", "JR")),
        ("John Smith, Jr.", ("JOHN", "", "SMITH", "JR")),
        ("Smith, John Q", ("JOHN", "Q", "SMITH", "")),
        ("SMITH, JOHN Q III", ("JOHN", "Q", "SMITH", "III")),
        ("Smith Jr, John", ("JOHN", "", "SMITH", "JR")),
        ("Smith, Jr., John Q", ("JOHN", "Q", "SMITH", "JR")),
        ("Silva Okafor, Maria Luis", ("MARIA", "LUIS", "SILVA OKAFOR", "")),
        ("Maria de la Cruz", ("MARIA", "", "DE LA CRUZ", "")),
        ("Jan Piet van der Berg", ("JAN", "PIET", "VAN DER BERG", "")),
        ("Jose del Rio 2nd", ("JOSE", "", "DEL RIO", "II")),
        ("Omar bin Laith", ("OMAR", "", "BIN LAITH", "")),
        ("Omar Al-Sayed", ("OMAR", "", "AL SAYED", "")),
        ("Al Pacino", ("AL", "", "PACINO", "")),
        ("Ana Garcia-Lopez", ("ANA", "", "GARCIA LOPEZ", "")),
        ("Jean-Paul Roy", ("JEAN PAUL", "", "ROY", "")),
        ("John O Brien", ("JOHN", "", "OBRIEN", "")),
        ("John O Smith", ("JOHN", "O", "SMITH", "")),
        ("John V", ("JOHN", "", "V", "")),
        ("Suharto", ("", "", "SUHARTO", "")),
        ("de la Cruz", ("", "", "DE LA CRUZ", "")),
        (", John", ("", "", "JOHN", "")),
        (",", ("", "", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_one_string_name_is_split_by_order_or_by_comma(name, expected):
    assert read(name=name) == expected


def test_two_last_names_in_their_own_column_stay_whole():
    assert read(first_name="Maria", middle_name="Luis", last_name="Silva Okafor") == (
        "MARIA",
        "LUIS",
        "SILVA OKAFOR",
        "",
    )


@pytest.mark.parametrize(
    "last", ["O'Brien", "O’Brien", "OBrien", "O Brien", "o'BRIEN", "O´Brien", "O' Brien", "Oʼbrien", "O-Brien"]
)
def test_every_spelling_of_obrien_is_one_last_name(last):
    assert read(first_name="Pat", last_name=last)[2] == "OBRIEN"
    assert read(name=f"{last}, Pat")[2] == "OBRIEN"
    assert read(name=f"Pat {last}") == ("PAT", "", "OBRIEN", "")


@pytest.mark.parametrize("last", ["Garcia-Lopez", "Garcia Lopez", "GARCIA–LOPEZ", "García  López", "Garcia - Lopez"])
def test_a_hyphen_is_a_space(last):
    assert read(first_name="Ana", last_name=last)[2] == "GARCIA LOPEZ"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Jr", "JR"), ("Jr.", "JR"), ("J.R.", "JR"), ("junior", "JR"), ("SR", "SR"), ("Senior", "SR"), ("II", "II"), ("2nd", "II"),
        ("3rd", "III"), ("iii", "III"), ("IV", "IV"), ("4TH", "IV"), ("V", "V"), ("5th", "V"), ("", ""), ("N/A", ""),
    ],
)  # fmt: skip
def test_a_suffix_has_one_form(typed, expected):
    assert read(first_name="John", last_name="Smith", suffix=typed)[3] == expected


@pytest.mark.parametrize(
    ("last", "suffix"), [("Smith Jr.", "JR"), ("Smith, Jr", "JR"), ("Smith II", "II"), ("Smith 2nd", "II")]
)
def test_a_suffix_at_the_end_of_the_last_name_is_a_suffix(last, suffix):
    assert read(first_name="John", last_name=last, suffix="") == ("JOHN", "", "SMITH", suffix)


def test_a_suffix_that_contradicts_its_own_column_is_not_thrown_away():
    assert read(first_name="John", last_name="Smith Jr", suffix="Sr") == ("JOHN", "", "SMITH JR", "SR")


def test_a_last_name_that_is_only_a_suffix_word_stays():
    assert read(first_name="John", last_name="Senior") == ("JOHN", "", "SENIOR", "")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Núñez", "NUNEZ"), ("Nun\u0303ez", "NUNEZ"), ("Straße", "STRASSE"), ("Øster", "OSTER"), ("Łukasz", "LUKASZ"),
        ("Đặng", "DANG"), ("Æbele", "AEBELE"), ("Yıldız", "YILDIZ"), ("İnan", "INAN"), ("Ｔｏｒｒｅｓ", "TORRES"),
        ("Tor\u200bres", "TORRES"),
        ("Tor\u00adres", "TORRES"), ("Ковалёв", "КОВАЛЕВ"), ("李", "李"), ("김", "김"), ("कुमार", "कुमार"), ("محمد", "محمد"),
    ],
)  # fmt: skip
def test_accents_and_special_letters_fold_and_other_scripts_stay(typed, expected):
    assert read(first_name="Ana", last_name=typed)[2] == expected


def test_no_middle_name_in_words_is_no_middle_name():
    assert read(first_name="John", middle_name="NMN", last_name="Smith")[1] == ""


def test_the_parts_win_over_the_whole_name():
    assert read(name="Somebody Else", first_name="Ana", last_name="Torres") == ("ANA", "", "TORRES", "")


def test_blank_parts_leave_the_word_to_the_whole_name():
    assert read(name="Ana Torres", first_name=" ", middle_name="", last_name="-") == ("ANA", "", "TORRES", "")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ({"first_name": "Ana", "middle_name": "Q", "last_name": "Torres", "suffix": "Jr."}, "TORRES JR, ANA Q"),
        ({"first_name": "Maria", "middle_name": "Luis", "last_name": "Silva Okafor"}, "Maria Luis Silva Okafor"),
        ({"first_name": "Ana", "last_name": "Garcia-Lopez"}, "ana garcía lópez"),
    ],
)
def test_the_same_name_in_parts_and_whole_has_the_same_full_text(parts, name):
    full = read_names(frame_of(parts, {"name": name}))["n_full"]
    assert full[0] == full[1] != ""


def test_rows_of_every_kind_keep_their_order_and_their_columns():
    frame = frame_of(
        {"name": "Smith, John"},
        {"first_name": "Ana", "last_name": "Torres"},
        {},
        {"name": "José Núñez"},
        {"first_name": "", "last_name": "O Brien", "name": ""},
        {"name": "Maria de la Cruz"},
    ).with_columns(line=pl.int_range(1, 7, dtype=pl.Int64))
    read_frame = read_names(frame)
    assert read_frame["n_full"].to_list() == [
        "JOHN SMITH",
        "ANA TORRES",
        "",
        "JOSE NUNEZ",
        "OBRIEN",
        "MARIA DE LA CRUZ",
    ]
    assert read_frame.columns == [*frame.columns, *READINGS]
    assert read_frame.select(frame.columns).equals(frame)


def test_a_lazy_frame_reads_as_an_eager_one():
    frame = frame_of({"name": "Smith, John Jr"}, {"first_name": "Ana", "last_name": "Torres-Díaz"})
    assert read_names(frame.lazy()).collect().equals(read_names(frame))


def test_a_frame_without_rows_or_without_some_columns_is_read():
    assert read_names(frame_of().clear()).columns[-5:] == list(READINGS)
    assert read_names(pl.DataFrame({"last_name": ["Torres"], "first_name": ["Ana"]}))["n_full"].to_list() == [
        "ANA TORRES"
    ]


@pytest.mark.parametrize(
    "text", ["Special Agent Núñez-Díaz", "special agent  NUNEZ DIAZ", "Special Agent, Nun\u0303ez – Diaz."]
)
def test_the_key_of_an_official_disregards_case_accents_punctuation_and_spacing(text):
    assert key(text) == "SPECIAL AGENT NUNEZ DIAZ"


@pytest.mark.parametrize("text", ["Pat O'Brien", "PAT OBRIEN", "Pat O’Brien", "pat o brien"])
def test_the_key_of_obrien_is_one(text):
    assert key(text) == "PAT OBRIEN"


@pytest.mark.parametrize("text", [None, "", "  ", "-", "...", "\u200b"])
def test_the_key_of_a_blank_name_is_empty(text):
    assert key(text) == ""


anything = st.one_of(
    st.none(), st.text(max_size=40), st.text(alphabet="aAoO'’-,. jJrRIVé2ndßмы李\u0301\u200b", max_size=20)
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(anything, anything, anything, anything, anything), max_size=6))
def test_no_text_makes_the_reading_fail_and_every_line_reads_the_same_alone(rows):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(TYPED, pl.String), orient="row")
    together = read_names(frame)
    assert together.height == len(rows)
    assert together.select(READINGS).null_count().row(0) == (0,) * 5
    alone = [read_names(frame[place]).select(READINGS).row(0) for place in range(len(rows))]
    assert together.select(READINGS).rows() == alone
    for row in together.select(READINGS).rows():
        assert all(cell == cell.strip() and "  " not in cell for cell in row)
        assert row[4] == " ".join(part for part in row[:4] if part)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40))
def test_a_key_is_its_own_key(text):
    assert key(key(text)) == key(text)
    assert key(f"  {text.lower()} ") == key(text.lower())
