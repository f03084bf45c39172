"""A PDF is set from data alone, by as many threads at once as there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from requests.typesetting import as_pdf

DENIAL = {
    "control_number": "26-AAAA-BBBB", "version": 1, "agency": "Some Agency", "authority": "26 U.S.C. 6103(i)(2)",
    "date": "Monday 23 November 2026", "line_count": 1, "is_demo": False, "ground": "The purpose stated is civil.",
}  # fmt: skip


def test_threads_set_letters_at_once() -> None:
    with ThreadPoolExecutor(4) as threads:
        letters = list(threads.map(lambda _: as_pdf("letters/denial.typ", DENIAL), range(20)))
    assert all(letter.startswith(b"%PDF-") for letter in letters)


def test_what_people_wrote_is_no_markup() -> None:
    wild = DENIAL | {"ground": '#panic("read as markup") $ * _ \\ ] #'}
    assert as_pdf("letters/denial.typ", wild).startswith(b"%PDF-")
