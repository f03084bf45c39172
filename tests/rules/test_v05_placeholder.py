import pytest

from requests.rules.base import Verdict
from requests.rules.placeholders import (
    KEYBOARD_RUNS,
    NEVER_ALONE,
    NEVER_STREETS,
    NEVER_TOWNS,
    NO_STREETS,
    PHRASES,
    PLAIN_WORDS,
    WORDS,
)
from requests.rules.v05_placeholder import RULE
from tests.rules.read_address import findings, findings_of_all, said, said_among

ANYWHERE = ("{}", "{} 60608", "{}, Chicago IL 60608", "100 Main St, {}, Chicago IL 60608")
ALONE = ("{}", "{} 60608", "{}, Chicago IL 60608", "100 {}, Chicago IL 60608", "0 {} Rd, Reno NV 89501")
TYPED = "5150 {} Rd, Madison WI 53711"
RUN_ON = "5150 {} Madison WI 53711"
TOWN = "100 Main St, {}, IL 60608"
KEYS = ("123 {}gh, Chicago IL 60608", "123 {}gh St, Chicago IL 60608")
WITHIN = ("1234 so {} it, Chicago IL 60608", "1234 {}, Chicago IL 60608")
WHOLE = "1234 {}, Chicago IL 60608"
# Words that are no street's name even with a type (decision 11); every other word may be one.
NO_NAMES = [word for word in WORDS if word in NO_STREETS or word.startswith(("XXX", *KEYBOARD_RUNS))]
MAY_BE_A_STREET = [word for word in WORDS if word not in NO_NAMES]
# All entries are judged together, as in a file; each has its own test.
LEXICON = tuple(
    dict.fromkeys(
        [where.format(phrase) for phrase in PHRASES for where in ANYWHERE]
        + [where.format(word.lower()) for word in WORDS for where in (*ALONE, TYPED)]
        + [RUN_ON.format(word) for word in PLAIN_WORDS]
        + [TOWN.format(word) for word in NEVER_TOWNS]
        + [keys.format(run) for run in KEYBOARD_RUNS for keys in KEYS]
        + [within.format(wording) for wording in NEVER_STREETS for within in WITHIN]
        + [WHOLE.format(word) for word in NEVER_ALONE]
        + [TYPED.format(word) for word in NO_STREETS]
    )
)


def refused(address: str) -> bool:
    return findings_of_all(LEXICON)[address].get("V05") is Verdict.REJECT


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_refuses_anywhere(phrase):
    assert [where for where in ANYWHERE if not refused(where.format(phrase))] == []


@pytest.mark.parametrize("word", WORDS)
def test_a_word_refuses_as_a_component_without_a_type_or_after_zero(word):
    assert [where for where in ALONE if not refused(where.format(word.lower()))] == []


@pytest.mark.parametrize("word", MAY_BE_A_STREET)
def test_a_word_is_a_street_with_a_number_a_type_and_a_place(word):
    assert not refused(TYPED.format(word.lower()))


@pytest.mark.parametrize("word", [*NO_STREETS, *NO_NAMES])
def test_a_word_of_no_language_is_no_street_with_a_type_either(word):
    assert refused(TYPED.format(word if word in NO_STREETS else word.lower()))


@pytest.mark.parametrize("wording", NEVER_STREETS)
def test_a_wording_refuses_wherever_it_stands_in_a_street_without_a_type(wording):
    assert [within for within in WITHIN if not refused(within.format(wording))] == []


@pytest.mark.parametrize("word", NEVER_ALONE)
def test_a_word_refuses_as_the_whole_street_without_a_type(word):
    assert refused(WHOLE.format(word))


@pytest.mark.parametrize("word", PLAIN_WORDS)
def test_a_plain_word_refuses_with_the_town_run_on(word):
    assert refused(RUN_ON.format(word))


@pytest.mark.parametrize("word", NEVER_TOWNS)
def test_a_word_refuses_as_the_town(word):
    assert refused(TOWN.format(word))


@pytest.mark.parametrize("run", KEYBOARD_RUNS)
def test_a_run_over_the_keyboard_refuses(run):
    assert [keys for keys in KEYS if not refused(keys.format(run))] == []


DISGUISED = (
    "Failed to Provide", "Failed to Provide 60608", "Unknown Address", "Unknown Address 77002-1234", "NA NA", "Don't Care 12345",
    "U N K N O W N", "U N K N O W N, Chicago IL 60608", "u-n-k-n-o-w-n", "U.N.K.N.O.W.N.", "R E F U S E D 77002",
    "unkn0wn", "UNKN0WN 60608", "1234 unkn0wn, Chicago IL 60608", "unkn0wn addr3ss, Chicago IL 60608", "R3FUS3D", "N0NE",
    "UNKNOWN!!", "(unknown)", "*** unknown ***", "Address: UNKNOWN", "unknown123", "uuuunknown", "unknowwwn",
    "failedtoprovide", "FailedToProvide 60608", "FAILED-TO-PROVIDE", "failed_to_provide", "failed  to   provide, TX 77002",
    "DESCONOCIDO", "Dirección desconocida", "SIN DOMICILIO", "sin domicilio fijo, Laredo TX 78040",
    "asdf", "qwerty 60608", "aaaaaa", "AAAA, Chicago IL 60608", "xxxxxxx 77002", "123 xxxx, Houston TX 77002", "XXX XXX",
    "N/A", "n.a.", "N/A, N/A, N/A 60608", "#N/A", "none, none, IL 60608", "TBD Chicago IL 60608",
    "Unknown, 10 Main St, Chicago IL 60622", "N/A, 10 Main St, Chicago IL 60622",
    "123 test Chicago IL 60608", "0 Unknown Rd, Madison WI 53711", "5150 Unknown, Madison WI 53711",
)  # fmt: skip


@pytest.mark.parametrize("address", DISGUISED)
def test_a_placeholder_is_known_in_every_disguise(address):
    # A01 to A06
    assert said_among(DISGUISED, RULE, address) is Verdict.REJECT


HIDDEN = (
    "1710 We\u200bsley Ave, Evanston IL 60201",  # zero-width space
    "1710 Wesley Ave\u200d, Evanston IL 60201",  # zero-width joiner
    "\u202e1710 Wesley Ave, Evanston IL 60201",  # right to left
    "1710 Wesl\u0435y Ave, Evanston IL 60201",  # Cyrillic e
    "1710 W\u03b5sley Ave, Evanston IL 60201",  # Greek epsilon
)


@pytest.mark.parametrize("address", HIDDEN)
def test_hidden_signs_and_mixed_scripts_refuse_an_address(address):
    assert said_among(HIDDEN, RULE, address) is Verdict.REJECT


HONEST = (
    "5150 Unknown Rd, Madison WI 53711", "100 None Such Rd, Athens GA 30605", "4180 Same St, Madison WI 53711",
    "8000 Refugee Rd, Columbus OH 43232", "100 Na Pali Way, Lihue HI 96766", "500 S State, Chicago IL 60605",
    "4180 Test Dr, Madison WI 53711", "3 Missing Link Rd, Moab UT 84532", "100 Calle Niño, Laredo TX 78040",
    "100 Xxavier St, Denver CO 80204", "Last known address: 100 Main St, Austin TX 78701", "PO Box 118, Laredo TX 78042",
    "842 E 1700 S, Salt Lake City UT 84105", "N6W23001 Bluemound Rd, Waukesha WI 53188", "12 A St, Lincoln NE 68502",
)  # fmt: skip


@pytest.mark.parametrize("address", HONEST)
def test_an_honest_address_is_no_placeholder(address):
    assert findings_of_all(HONEST)[address] == {}


@pytest.mark.parametrize("said_of_unit", ["N/A", "none", "-", "0", "unknown", ""])
def test_a_unit_that_says_nothing_is_no_placeholder(said_of_unit):
    line = {"street": "100 Main St", "unit": said_of_unit, "city": "Austin", "state": "TX", "zip": "78701"}
    assert findings(line) == {}


def test_a_placeholder_for_the_street_refuses_in_parts():
    assert said(RULE, {"street": "Unknown", "city": "Austin", "state": "TX", "zip": "78701"}) is Verdict.REJECT


MAY_BE_TRUE = ("Homeless", "Transient, Chicago IL 60608", "General Delivery, Chicago IL 60608")


@pytest.mark.parametrize("address", MAY_BE_TRUE)
def test_what_may_be_true_is_no_placeholder(address):
    assert said_among(MAY_BE_TRUE, RULE, address) is Verdict.ACCEPT
