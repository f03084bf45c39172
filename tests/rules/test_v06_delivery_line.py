import re
from pathlib import Path

import polars as pl
import pytest

from requests.rules.base import Verdict
from requests.rules.common_words import ONE_TELLS, TWO_TELL, are_common
from requests.rules.placeholders import (
    BEHIND_COUNTED,
    GLUED,
    NAMELESS,
    NAMES_WITH_FUNCTION_WORDS,
    NEVER_NAMES,
    NO_PLACES,
    SENTENCE_PHRASES,
    SENTENCE_WORDS,
    SLIPS,
    SPANISH_WORDS,
    slips_of,
)
from requests.rules.towns import TOWNS_BEHIND_STREETS, TOWNS_LIKE_INSTITUTIONS, TOWNS_TAKEN_FOR_STREETS
from requests.rules.v06_delivery_line import NAMES_NOTHING, RULE, SENTENCE, SPANISH_SENTENCE
from tests.rules.read_address import findings_of_all, read_all, said_among

STREET_NAMES = Path(__file__).parents[1] / "data" / "street_names.txt"

WITHOUT_A_DELIVERY_LINE = (
    "90210", "902101234", "Chicago IL 60608", "Chicago, IL 60608", "Main St, Houston TX 77002", "Main St Houston TX 77002",
    "1234, Houston TX 77002", "1234 Houston TX 77002", "1234 Salt Lake City UT 84101", "1234 Grand Rapids MI 49503",
    "1234 New York NY 10001", "1234 Las Vegas, NV 89101", "Apt 3, Chicago IL 60608", "Chicago", "Texas", "TX", "IL 60608",
    "County Road 12, Dalton GA 30721", "Smith Farm, Dalton GA 30721", "0 Main St, Madison WI 53711", "0, Chicago IL 60608",
    "purple monkey dishwasher", "purple monkey dishwasher, Chicago IL 60608", "60608 Chicago", "1234 5678",
    "1234 Ann Arbor MI 48104", "1234 St Louis MO 63101", "1234 King of Prussia PA 19406", "1234 Apple Valley, CA 92307",
    "12th & Millard, Chicago IL 60623", "Municipal Airport, Lincoln NE 68524", "Rt 10, Parkesburg PA 19365",
    "General Delivery", "General Delivery, Reno",
    "Failed to Provide 60608", "Don't Care 12345", "PO Box, Laredo TX 78042", "PO Box 0, Laredo TX 78042",
    "PO Box 00000, Laredo TX 78042", "RR 0 Box 0, Ely MN 55731", "PSC 0 Box 0 APO AE 09021", "123 St, Chicago IL 60608",
    "123 Street, Chicago IL 60608", "123 Ave, Chicago IL 60608", "123 N, Chicago IL 60608", "123 E S, Chicago IL 60608",
    "41.8781 N 87.6298 W, Chicago IL 60608", "1234 Fly Creek NY 13337", "Six Mile Run PA 16679", "Res Lopez, San Juan PR 00913",
)  # fmt: skip


@pytest.mark.parametrize("address", WITHOUT_A_DELIVERY_LINE)
def test_without_a_delivery_line_nothing_is_delivered(address):
    # A02, A06, A08 to A12
    assert said_among(WITHOUT_A_DELIVERY_LINE, RULE, address) is Verdict.REJECT


WITHOUT_A_PLACE = ("123 Main St", "123 Main St, Houston", "123 Main St, TX", "PO Box 118", "RR 2 Box 18")


@pytest.mark.parametrize("address", WITHOUT_A_PLACE)
def test_without_a_place_nothing_is_delivered(address):
    assert said_among(WITHOUT_A_PLACE, RULE, address) is Verdict.REJECT


BEHIND_A_NUMBER = tuple(f"1234 {town} TX 77002" for town in TOWNS_TAKEN_FOR_STREETS)


RUN_ON = tuple(f"101 Main St {town}" for town in TOWNS_BEHIND_STREETS)
PARTED = tuple(
    f"{front}, {town}, TX 77002"
    for town in (*TOWNS_TAKEN_FOR_STREETS, *TOWNS_LIKE_INSTITUTIONS)
    for front in ("101 Main St", "101 Main St, Apt 4", "PO Box 12", "PO Box 12-A")
)  # fmt: skip
# Another state's town, or a street's own type before the word "City" of a form.
NO_TOWN_THERE = (
    "101 Main St Junction City TX 77002", "1234 Washington Trail City SD 57657", "100 Main Lane City TX 77453",
    "12 Sunset Trail City SD 57657", "123 Highland Crescent City CA 95531", "123 King George West TX 78022",
)  # fmt: skip


def test_a_town_that_reads_like_a_street_is_the_town_behind_one_and_behind_a_box():
    read = read_all((*RUN_ON, *PARTED))
    assert [address for address in RUN_ON if not address.endswith(f" {read[address].get('city')} {read[address].get('state')}")] == []
    assert [address for address in PARTED if f", {read[address]['city']}, TX" not in address] == []
    assert {read[address]["street"] for address in RUN_ON} == {"MAIN"}
    assert read_all(("350 5th, Willow Street, PA 17584",))["350 5th, Willow Street, PA 17584"]["city"] == "WILLOW STREET"
    assert [address for address, found in findings_of_all((*RUN_ON, *PARTED)).items() if found] == []


@pytest.mark.parametrize("address", NO_TOWN_THERE)
def test_a_form_that_nobody_filled_in_has_no_town(address):
    assert findings_of_all(NO_TOWN_THERE)[address] != {}


def test_a_street_before_its_town_is_not_taken_for_one():
    read = read_all(("101, Willow Street, PA 17584", "101 Willow Street, Lancaster, PA 17602", "Apt 4, 101 Church Road, PA 17584"))
    assert [address for address, parts in read.items() if parts.get("city") in ("WILLOW STREET", "CHURCH ROAD")] == []


def test_a_town_behind_a_number_is_no_street():
    assert [address for address, found in findings_of_all(BEHIND_A_NUMBER).items() if not found] == []


MAY_BE_TRUE = (
    "General Delivery, Chicago IL 60608", "Gen Del, Laredo TX 78040", "Homeless", "Homeless, Chicago IL 60608", "Transient",
    "1 Homeless, Chicago IL 60608", "123 Homeless St, Chicago IL 60608",
    "No fixed abode, Houston TX 77002", "Calle 5 #12, Puebla, MX", "Calle 5 #12, Puebla, Mexico",
    "Av. Reforma 222, 06600 Ciudad de México, México", "12 King St W, Toronto ON M5H 1A1", "12 King St W, Toronto, Canada",
    "3a Avenida 5-55 Zona 1, Guatemala",
)  # fmt: skip


@pytest.mark.parametrize("address", MAY_BE_TRUE)
def test_what_may_be_a_true_address_goes_to_counsel(address):
    # A18
    assert said_among(MAY_BE_TRUE, RULE, address) is Verdict.REVIEW


WITHOUT_A_TYPE = (
    "134 Grey Fox, Springfield IL 62701", "134 Grey Fox Springfield IL 62701", "8 Olde Towne, Marietta GA 30068",
    "1234 left the country, Reno NV 89501", "1234 beats me, Reno, NV", "1234 returned mail Reno NV 89501", "1234 se fue, Reno NV 89501",
    "1234 no idea, Reno NV 89501", "1234 under the bridge, Reno NV 89501",
)  # fmt: skip


@pytest.mark.parametrize("address", WITHOUT_A_TYPE)
def test_a_street_that_nothing_shows_to_be_one_goes_to_counsel(address):
    assert said_among(WITHOUT_A_TYPE, RULE, address) is Verdict.REVIEW


OF_NO_NAME = (
    "1234 calle sin nombre, Roseville CA 95678", "15 Camino Sin Nombre, Santa Fe NM 87506", "1234 drive by only, Manchester CT 06040",
    "1234 any known road, Reno NV 89501", "1234 cant say street, Reno NV 89501", "1234 some other place, Reno NV 89501",
    "1234 behind the old road, Reno NV 89501", "1234 staying at a friends place, Reno NV 89501", "1234 court records only, Reno NV 89501",
    "1234 una calle cualquiera, Reno NV 89501", "1234 same street as wife, Reno NV 89501",
    "1234 Unknown St, Reno NV 89501", "999 unknown road, Reno NV 89501", "23 kicked out last week ct, Reno NV 89501",
    "1660 street torn off form, Reno NV 89501", "46 Ave Smudged, Reno NV 89501", "61 side of road, Reno NV 89501",
    "245 parked on street in van, Reno NV 89501", "28 unlisted ave, Reno NV 89501", "1 in custody at court, Reno NV 89501",
    "45 Avenida pendiente de verificar, Laredo TX 78040", "15 Calle donde vive su mama, Laredo TX 78040",
    "12 Several Oaks Dr, Ocala FL 34470", "15 Misty Moved Ln, Aiken SC 29801", "88 No Idea Ave, Reno NV 89501",
    "1001 Mandatory Field Street, 77002", "79 Calle XXXX, 77002", "17 Calle La Misma De Arriba, 77002", "23 N0wh3re Rd, Reno NV 89501",
    "123 Test St, Reno NV 89501", "1 Unknown St, Reno NV 89501",
    "49 no place given Anchorage AK 99515", "45 Red Suitcase Hill Rd, Reno NV 89501", "12 Suitcase Stapler Rd, Reno NV 89501",
    "14 Anonymous Tip Rd, Reno NV 89501", "1 No sé Ave, Reno NV 89501",
    "123 Phony Ave, Reno NV 89501", "789 Example Ave, Reno NV 89501", "12 Refused St, Reno NV 89501", "1 No Home St, Reno NV 89501",
    "12 No contesta Dr, Reno NV 89501",
    "100 John Doe St, Reno NV 89501",
    "20 Miles N of Town Hwy, Reno NV 89501", "18 Está de visita St, Reno NV 89501", "77 gfdgfd st, Reno NV 89501",
    "12345 Inmate Rd, Reno NV 89501", "1 No House Number St, Reno NV 89501", "45 Refsued St, Reno NV 89501",
    "1234 avenida que no dice, Reno NV 89501", "1234 the same street, Reno NV 89501", "1234 calle sin nombre, San Juan PR 00901",
)  # fmt: skip
OF_ONE_WORD = (
    "5150 Unknown Rd, Madison WI 53711", "4180 Same St, Madison WI 53711", "10 The Drive, Reno NV 89501",
    "1855 Street Rd, Bensalem PA 19020", "12 La Calle, Taos NM 87571", "1 Avenue of the Americas, New York NY 10013",
    "12 Garden of the Gods Rd, Reno NV 89501", "12 Covered Bridge Rd, Reno NV 89501", "88 No Main St, Reno NV 89501",
    "2222 Grand Concourse, Bronx, NY 10457", "1 Central Wharf, Boston, MA 02110", "1111 Acequia Madre, Santa Fe, NM 87505",
    "500 No. Van Ness Ave, Los Angeles CA 90004", "100 No. Lee St, Alexandria VA 22314", "123 No Name Rd, Key West FL 33040",
    "1 Executive Blvd, Suffern NY 10901", "1 Education Dr, Garden City NY 11530", "12 Cricket Ln, East Setauket NY 11733",
    "100 X St, Sacramento CA 95818", "100 AAA Dr, Heathrow FL 32746", "2100 Edge of Town Rd, Reno NV 89501",
    "12 Lock No Five Rd, Reno NV 89501", "4180 Bus Stop Rd, Reno NV 89501", "12 Brewery Gulch, Bisbee AZ 85603",
    "1111 Boardwalk, Atlantic City, NJ 08401", "1 Innovation Way, Newark, DE 19711", "1 Computer Dr W, Albany, NY 12205",
    "5 Mandatory Ave, Reno NV 89501", "1235 Phony Ave, Reno NV 89501", "12 N Phony Ave, Reno NV 89501", "45 Hopeless Ave, Reno NV 89501",
    "1111 Constitution Ave NW, Washington DC 20224",
    "1000 Main St, Northwest Ithaca NY 14850", "12 Via Mi Vista, Fallbrook CA 92028", "2222 W Sample Rd, Pompano Beach FL 33073",
    "3901 Norrisville Rd Street MD", "12 Pine St, La Crescent, MN", "7817 Moose Run Circle, 99507", "10 Red Suitcase Rd, Reno NV 89501",
    "1 Infinite Loop, Cupertino, CA 95014",
    "123 Oak Park Ave, 77002", "10 Dummy Line Rd, Laurel MS 39440",
    "44 By The Sea Ln, Reno NV 89501", "1 Wright Brothers Blvd E, Cedar Rapids IA 52404", "12 Sierra Madre Blvd, Pasadena CA 91107",
)  # fmt: skip


@pytest.mark.parametrize("address", OF_NO_NAME)
def test_a_street_of_words_that_name_nothing_goes_to_counsel(address):
    assert said_among(OF_NO_NAME, RULE, address) is Verdict.REVIEW


@pytest.mark.parametrize("address", OF_ONE_WORD)
def test_one_word_before_a_type_is_a_name_and_so_are_words_that_name_something(address):
    assert said_among(OF_ONE_WORD, RULE, address) is Verdict.ACCEPT


TWO_HOUSES = (
    "1235 & 1237 28th St, San Diego CA 92102", "1265-67-71 University Ave, San Diego CA 92103", "12 and 14 Main St, San Diego CA 92102",
    "939 & 943-945 Garnet Ave, San Diego CA 92109", "5038-1/2 Newport Ave, San Diego CA 92107", "11800 Camto Ronaldo, San Diego, CA",
    "2500 El Cam Real, Carlsbad, CA", "800 Cte Merano, San Diego, CA", "8400 Avnda Angulia, Spring Valley, CA",
)  # fmt: skip


@pytest.mark.parametrize("address", TWO_HOUSES)
def test_two_houses_and_what_dispatchers_shorten_are_read(address):
    assert findings_of_all(TWO_HOUSES)[address] == {}


def found_by(pattern: str, texts: list[str]) -> list[str]:
    return [text for text, is_found in zip(texts, pl.Series(texts).str.contains(pattern), strict=True) if is_found]


def test_a_word_of_a_sentence_among_others_makes_no_street():
    told = [text for word in SENTENCE_WORDS for text in (f"RIVER {word}", f"{word} RIVER")]
    names = [text for word in SENTENCE_WORDS for text in (word, f"{word}X RIVER")]
    assert found_by(SENTENCE, told) == told
    assert found_by(SENTENCE, names) == []


def test_a_spanish_word_of_a_sentence_makes_no_calle():
    forms = ("CALLE {} LUNA", "LA CALLE LUNA {}", "CALLE {}", "{} LUNA CAMINO", "LUNA {} AVE")
    told = [form.format(word) for word in SPANISH_WORDS for form in forms]
    names = [form.format(word) for word in SPANISH_WORDS for form in ("LUNA {}", "CALLE {}X")]
    assert found_by(SPANISH_SENTENCE, told) == told
    assert found_by(SPANISH_SENTENCE, [*names, "CALLE LUNA", "LUNA CAMINO"]) == []


def test_common_words_are_two_lists_in_capitals_without_the_words_of_streets():
    assert len(ONE_TELLS) > 20_000
    assert len(TWO_TELL) > 10_000
    assert ONE_TELLS.isdisjoint(TWO_TELL)
    assert not {"OAK", "MAPLE", "WHISPERING", "COVERED", "LAKE", "SMITH", "HOUSTON", "MAIN"} & (ONE_TELLS | TWO_TELL)
    assert all(re.fullmatch("[A-Z]{2,}", word) for word in ONE_TELLS | TWO_TELL)


def test_of_common_words_one_that_tells_or_two_others_make_no_street():
    ones, twos = sorted(ONE_TELLS), sorted(TWO_TELL)
    texts = [
        *(f"RIVER {word}" for word in ones), *(f"{word} {word}" for word in twos), *(f"RIVER {word} OAK" for word in twos),
        *ones, *twos, *(f"RIVER {word}" for word in twos), *(f"GARDEN OF {word}" for word in twos),
    ]  # fmt: skip
    told = pl.Series("text", texts).to_frame().select(are_common(pl.col("text"))).to_series().to_list()
    refused = len(ones) + 2 * len(twos)
    assert set(told[:refused]) == {True}
    assert set(told[refused:]) == {False}


IN_SENTENCES = tuple(f"12 Red {phrase} Hut Rd, Reno NV 89501" for phrase in SENTENCE_PHRASES)
IN_NAMES = tuple(f"12 Old {phrase} Rd, Reno NV 89501" for phrase in NAMES_WITH_FUNCTION_WORDS)
ALONE = tuple(f"12 {word} Ave, Reno NV 89501" for word in (*NEVER_NAMES, *GLUED))
SOMEBODYS_PLACE = tuple(f"12 {word} Place, Reno NV 89501" for word in NO_PLACES)
AS_A_ROAD = tuple(f"12 {word} Rd, Reno NV 89501" for word in ("Old", "New"))


BEHIND_ONE = tuple(f"1 {word} Ave, Reno NV 89501" for word in sorted(BEHIND_COUNTED))
SLIPPED = tuple(f"45 {slip} Ave, Reno NV 89501" for slip in sorted(SLIPS))


def test_behind_a_number_that_nobody_looked_up_no_placeholder_is_a_name():
    assert [address for address in BEHIND_ONE if said_among(BEHIND_ONE, RULE, address) is not Verdict.REVIEW] == []


def test_no_honest_word_is_a_slip_of_a_placeholder_or_stands_behind_such_a_number():
    noted = [name.upper().split()[:-1] for name in STREET_NAMES.read_text("utf-8").splitlines()]
    assert {word for name in noted for word in name} & SLIPS == set()
    assert {"ENLISTED", "HOPELESS"}.isdisjoint(SLIPS)
    assert {name[0] for name in noted if len(name) == 1} & BEHIND_COUNTED == {"SAMPLE"}


def test_a_placeholder_that_differs_by_one_slip_is_no_name():
    assert slips_of("NONE") >= {"NON", "NNOE", "NOME", "NOONE", "NONEE", "XNONE"}
    assert "NONE" not in slips_of("NONE")
    assert [address for address in SLIPPED if said_among(SLIPPED, RULE, address) is not Verdict.REVIEW] == []


def test_what_says_that_nothing_is_known_makes_no_street():
    told = (*IN_SENTENCES, *ALONE, *SOMEBODYS_PLACE)
    assert [address for address in told if said_among(told, RULE, address) is not Verdict.REVIEW] == []


@pytest.mark.parametrize("address", [*IN_NAMES, *AS_A_ROAD])
def test_a_name_with_such_a_word_that_streets_do_bear_passes(address):
    assert said_among((*IN_NAMES, *AS_A_ROAD), RULE, address) is Verdict.ACCEPT


def test_no_word_that_names_nothing_makes_a_street_with_another():
    told = [text for word in NAMELESS for text in (f"{word} DICE", f"THE {word}")]
    assert found_by(NAMES_NOTHING, told) == told
    assert found_by(NAMES_NOTHING, [f"{word} RIVER" for word in NAMELESS]) == []
    assert found_by(NAMES_NOTHING, [*NAMELESS]) == [word for word in NAMELESS if word in NEVER_NAMES]


LIVING = (
    "1234 lives on the street, Reno NV 89501",
    "1234 vive en la calle, Reno NV 89501",
    "1234 living in van, Reno NV 89501",
)


@pytest.mark.parametrize("address", LIVING)
def test_who_lives_on_the_street_has_none(address):
    assert said_among(LIVING, RULE, address) is not Verdict.ACCEPT


SURELY_STREETS = (
    "9 Elm, Keene NH 03431", "2100 Market, San Francisco CA 94114", "10 S Dearborn, Chicago IL 60603",
    "653 Vermont 12, Hartland VT 05048", "94-210 Leokane, Waipahu HI 96797", "2300 Boulevard Granada, Springfield IL 62701",
    "123 Main St Upstairs, Buffalo NY 14201", "6410 Estate Smith Bay, St Thomas VI 00802", "150 Broadway, New York NY 10038",
    "1 The Circle, Reno NV 89501",
    "842 E 1700 S, Salt Lake City UT 84105", "8 Avenue C, New York NY 10009", "12 Avenida de las Palmas, Laredo TX 78040",
    "5 Avenue of the Giants, Phillipsville CA 95559", "100 Farm to Market 1960, Houston TX 77090", "7 Forget Me Not Ln, Reno NV 89501",
    "12 Saint Andrews Crossover, Severna Park MD 21146", "1 Doctor Martin Luther King Junior Blvd, Dallas TX 75201",
    "5 General A S Johnson Ave, Killeen TX 76541", "5191 River Rd Liberty Grove Rd, North Wilkesboro NC 28659",
    "2310 Nada Ln, Taos NM 87571", "5 Top of the World Dr, Laguna Beach CA 92651", "124 Unknown Rd, Madison WI 53711",
    "1234 Calle Luna, Laredo TX 78040",
)  # fmt: skip


@pytest.mark.parametrize("address", SURELY_STREETS)
def test_a_street_without_a_type_that_shows_itself_passes(address):
    assert findings_of_all(SURELY_STREETS)[address] == {}


COUNTRIES_ALONE = ("Guadalajara, Mexico", "Mexico")


@pytest.mark.parametrize("address", COUNTRIES_ALONE)
def test_another_country_needs_a_delivery_line_too(address):
    assert said_among(COUNTRIES_ALONE, RULE, address) is Verdict.REJECT


DELIVERED = (
    "1200 N Ashland Ave Apt 3, Chicago IL 60622", "PO Box 118, Laredo TX 78042", "150 Calle A, San Juan PR 00926",
    "100 Calle 5, Laredo TX 78040", "123 Main St 77002", "123 Main St, Houston TX", "65 Mexico St, Mexico MO 65265",
    "100 Homeless Coalition Dr, Dallas TX 75201", "Albuquerque Apts, 100 Main St, Albuquerque, New Mexico",
)  # fmt: skip


@pytest.mark.parametrize("address", DELIVERED)
def test_a_delivery_line_and_a_place_pass(address):
    # A16, A17
    assert said_among(DELIVERED, RULE, address) is Verdict.ACCEPT


LEFT_TO_OTHERS = ("", "-", "County Jail", "ICE Detention Facility, 78061")


@pytest.mark.parametrize("address", LEFT_TO_OTHERS)
def test_it_is_silent_where_the_address_is_missing_or_an_institution_stands_without_its_building(address):
    assert "V06" not in findings_of_all(LEFT_TO_OTHERS)[address]
