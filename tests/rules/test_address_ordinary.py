"""An ordinary address that is read at once reads as by all the patterns, whatever words it is made of."""

import random

import polars as pl
import pytest

from requests.rules import address_words as vocabulary
from requests.rules import placeholders, places, towns
from requests.rules.address_lines import read_texts
from requests.rules.address_ordinary import take_ordinary
from requests.rules.address_words import words
from requests.rules.addresses import FLAGS, TEXTS, _read_others, _read_texts

READ = ("a_plain", *(name for name in (*TEXTS, *FLAGS) if name not in ("a_plain", "a_hidden")))
NAMES = words(
    "WESLEY EVANSTON MAGNOLIA OKAFOR PINETREE TUCSON XAVIER ZZZZ AAAA QWERTZU MC OB DAYTON BOX HOUSE DELIVERY GENERAL ABODE "
    "SLEEPS STAYS VIVE IN ON AT EN LA"
)
# Every word that means something to the reader.
WORDS = sorted(
    {
        word
        for source in (
            vocabulary.STREET_TYPES, vocabulary.NOUN_TYPES, vocabulary.UNITS, vocabulary.LONE_UNITS, vocabulary.DIRECTIONS,
            vocabulary.HIGHWAYS, vocabulary.SAINTS, vocabulary.TOWN_BEGINS, vocabulary.TOWN_ENDS, vocabulary.TYPELESS,
            vocabulary.INSTITUTIONS, vocabulary.INSTITUTION_PHRASES, vocabulary.NUMBER_WORDS, vocabulary.ORDINALS,
            placeholders.PHRASES, placeholders.WORDS, placeholders.NEVER_TOWNS, placeholders.NEVER_STREETS,
            placeholders.NEVER_ALONE, placeholders.NO_STREETS, placeholders.PLAIN_WORDS, placeholders.KEYBOARD_RUNS,
            places.STATES, places.COUNTRIES, towns.TOWNS_TAKEN_FOR_STREETS,
        )
        for phrase in source
        for word in phrase.split()
    }
)  # fmt: skip
STATES = [state for state in places.STATES if len(state) == 2]


def addresses(seed: int, *, number: int) -> list[str]:
    """Texts of nearly the ordinary form, made of words that mean something and of some that mean nothing."""
    draw = random.Random(seed)
    strange = draw.choice((0.05, 0.15, 0.4))

    def phrase(most: int) -> str:
        drawn = (draw.choice(WORDS if draw.random() < strange else NAMES) for _ in range(draw.randint(1, most)))
        return " ".join(drawn)

    def rarely(share: float, *texts: str) -> str:
        return draw.choice(texts) if draw.random() < share else ""

    def one() -> str:
        house = rarely(0.05, "0", "000", "7305319", "1234567", "12-4", "12B") or str(draw.randrange(1, 99_999))
        before = rarely(0.2, *(f"{word} " for word in vocabulary.DIRECTIONS))
        after = rarely(0.2, *(f" {word}" for word in vocabulary.DIRECTIONS))
        street = rarely(0.1, "5TH", "42ND", "1ST", "0TH", "100TH") or phrase(4)
        type_ = draw.choice([*vocabulary.STREET_TYPES, *vocabulary.NOUN_TYPES, "XX"])
        sign = rarely(
            0.3, *(f"{comma}{word}{blank}" for word in vocabulary.UNITS for comma in (" ", ", ") for blank in ("", " "))
        )
        unit = sign and sign + draw.choice(("1", "12", "0", "5B", "B", "007", "A1B", "B 2", "B12", "E0"))
        zip4 = rarely(0.1, "-1234", " 1234")
        place = f"{phrase(3)}{draw.choice((', ', ' '))}{draw.choice(STATES)} {draw.randrange(0, 99_999):05d}{zip4}"
        return f"{house} {before}{street} {type_}{after}{unit}, {place}"

    return list(dict.fromkeys(one() for _ in range(number)))


def plain(texts: list[str]) -> pl.DataFrame:
    """Texts as the readings get them."""
    return pl.DataFrame({"a_plain": texts})


@pytest.mark.parametrize("seed", range(6))
def test_an_ordinary_address_reads_as_by_all_patterns(seed: int) -> None:
    texts = plain(addresses(seed, number=4_000))
    ordinary, others = take_ordinary(texts)
    assert ordinary.height > 100
    assert ordinary.height + others.height == texts.height
    whole = read_texts(ordinary.select("a_plain")).select(READ).sort("a_plain")
    assert ordinary.select(READ).sort("a_plain").rows() == whole.rows()


@pytest.mark.parametrize("seed", range(3))
def test_an_address_that_is_ordinary_as_typed_reads_as_after_all_mending(seed: int) -> None:
    """In small letters, with a letter whose capital is another one's, with a sign that goes away."""
    typed = [f"{text.title()}{end}" for text in addresses(seed, number=700) for end in ("", ".", " ")]
    typed += [text.replace("S", "ſ").replace("I", "ı") for text in addresses(seed, number=700)]
    texts = pl.DataFrame({"key": typed})
    assert take_ordinary(texts.with_columns(a_plain=pl.col("key").str.to_uppercase()))[0].height > 100
    assert sorted(_read_texts(texts).rows()) == sorted(_read_others(texts).rows())


@pytest.mark.parametrize(
    "text",
    [
        "1710 WESLEY AVENUE, EVANSTON, IL 60201",
        "4012 N NORTHFIELD RD APT 12, CHICAGO IL 60608",
        "842 42ND ST SE, GRAND RAPIDS, MI 49508",
        "12 MARTIN LUTHER KING BLVD, # 5, TULSA, OK 74103",
    ],
)
def test_what_most_addresses_look_like_is_read_at_once(text: str) -> None:
    ordinary, others = take_ordinary(plain([text]))
    assert (ordinary.height, others.height) == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FAILED TO PROVIDE 60608",
        "1710 WESLEY AVENUE, EVANSTON",
        "1234 UNKNOWN ST, RENO, NV 89501",
        "1234 FAKE ST, RENO, NV 89501",
        "1234 ASDFGH ST, RENO, NV 89501",
        "12 OAK ST, ST LOUIS, MO 63101",
        "0 OAK ST, RENO, NV 89501",
        "12 OAK, RENO, NV 89501",
        "150 NORTH ST, BURLINGTON, VT 05401",
        "12 UNIVERSITY PL, UNKNOWN, NY 10003",
        "12 CALLE LUNA, SAN JUAN, PR 00901",
    ],
)
def test_what_may_mean_something_else_is_left_to_all_patterns(text: str) -> None:
    ordinary, others = take_ordinary(plain([text]))
    assert (ordinary.height, others["a_plain"].to_list()) == (0, [text])
