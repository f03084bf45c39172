"""What is judged once per text is said of every line, and no more texts are kept than may be."""

from concurrent.futures import ThreadPoolExecutor

import polars as pl

from requests.rules import addresses
from requests.rules.addresses import read_addresses
from requests.rules.costly import KEPT, once_per_text
from tests.rules.read_address import frame_of


def test_a_text_is_judged_once_and_a_file_of_many_texts_is_not_kept() -> None:
    asked = 0

    def length(text: pl.Expr) -> pl.Expr:
        nonlocal asked
        asked += 1
        return text.str.len_bytes()

    expression = once_per_text("text", length).alias("answer")

    def answers(texts: list[str | None]) -> list[int | None]:
        return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(expression)["answer"].to_list()

    assert answers(["a", None, "bb", "a"]) == [1, None, 2, 1]
    assert answers(["bb", None]) == [2, None]
    assert asked == 1
    many = [f"{number:05d}" for number in range(KEPT + 1)]
    assert answers(many) == [5] * (KEPT + 1)
    assert answers(many[:1]) == [5]
    assert asked == 3, "of a file with too many texts none is kept"
    assert answers(["a"]) == [1]
    assert asked == 3


def test_threads_that_read_the_same_few_addresses_do_not_trip_each_other() -> None:
    given = [f"12 Wesley{letter} Ave, Evanston IL 60201" for letter in "abcdefgh"]
    expected = read_addresses(frame_of(*given))["a_text"].to_list()

    def read_often(_: int) -> list[list[str]]:
        return [read_addresses(frame_of(*given))["a_text"].to_list() for _ in range(25)]

    with ThreadPoolExecutor(8) as threads:
        for readings in threads.map(read_often, range(8)):
            assert readings == [expected] * 25


def test_readings_are_kept_up_to_a_bound() -> None:
    for first in range(0, 3 * addresses.KEPT, 500):
        read_addresses(frame_of(*(f"PO Box {number}, Laredo TX 78042" for number in range(first, first + 500))))
    assert len(addresses._kept) <= addresses.KEPT
