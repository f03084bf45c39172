"""What people type where they have no address: none of the four lists passes the gate, of the later ones those told here."""

import pytest

from tests.rules import measure_addresses as lists
from tests.rules.measure_addresses import WORDING_FILES, judged, wordings, wordings_of

FOUR_LISTS = (lists.WORDINGS, lists.SECOND_WORDINGS, lists.THIRD_WORDINGS, lists.FOURTH_WORDINGS)
PLACES = ("Reno NV 89501", "Chicago, IL", "77002")
# A shortfall, and no aim: what the gate lets through today, read off it, so that no other wording joins. "Unknown St" behind a number
# that may be one is a street by design section 5; the others are to get fewer.
KNOWN_TO_PASS = {
    "1400 unknown street", "100 UNKNOWN ST", "64 county rd ???", "444 no st", "5 gravel road no sign", "1900 house torn down street gone",
    "10 NO PERM RES LN", "742 Homer Simpsons House Terrace", "38 Drifter Hitchhiking Highway", "88 Rural Route No Road Number",
    "1001 Mandatory Field Street", "999 Dummy Record Ave", "12 Usual Drunk Usual Street", "210 see court papers", "63 street street street",
    # Of short.txt, which was made to pass.
    "19 Moved Out Drive", "133 Page Torn St", "345 Enter Street", "64 Select Street Type", "82 What Street", "222 Question Mark Way",
    "4321 Abc Def St", "33 Shopping Cart Lady St", "84 Red House Left Lane", "109 Blue Trailer Third Ln", "26 Yellow House Dead-end Rd",
    "318 Brick House Corner St", "7 Broken Mailbox Road", "95 Missing Mailbox Ln", "124 Sign Fell Down St", "245 Bus Stop Bench Ave",
    "610 Stalled Vehicle Hwy Highway", "177 Hiker Lost Trail", "68 Playground Swings Park", "55 Middle School Fight Ct",
    "213 Picture Circle One", "49 Juvenile Court Case", "18 Restraining Order Court", "505 Protected Party Place",
    "57 Aggressive Pitbull Yard Rd", "319 Tourist Hotel Guest Ave", "46 Hotel Checked Out Blvd", "1120 Motel Paid Cash Rd",
    "502 Barracks Moved Away St", "65 Ex-wife's Place", "403 Just Moved Street", "72 Elm Question Mark St", "85 Dummy Entry Road",
    "58 Avenida Otra Vez Igual", "29 Camino Perro Bravo",
}  # fmt: skip


def passed(addresses: list[str]) -> list[str]:
    worst = judged([*addresses])["worst"]
    return [address for address, verdict in zip(addresses, worst, strict=True) if verdict == 0]


@pytest.mark.parametrize("front", ["", "1234 ", "0 "])
@pytest.mark.parametrize("text", FOUR_LISTS)
def test_no_wording_of_the_four_lists_passes(text: str, front: str) -> None:
    bare = [wording for wording in wordings(text) if not (front and wording[0].isdigit())]
    assert len(bare) > 40
    assert passed([f"{front}{wording}, {place}" for wording in bare for place in PLACES]) == []


@pytest.mark.parametrize("file", sorted(WORDING_FILES.glob("*.txt")), ids=lambda file: file.stem)
def test_of_the_later_lists_no_more_pass_than_are_known_to(file) -> None:
    whole = wordings_of(file)
    assert len(whole) >= 120
    for place in PLACES:
        through = passed([f"{wording}, {place}" for wording in whole])
        assert {address.removesuffix(f", {place}") for address in through} <= KNOWN_TO_PASS
