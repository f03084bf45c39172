"""V06: a letter needs a delivery line and a place."""

import datetime as dt

import polars as pl

from requests.rules.address_towns import MAIN_TYPE, any_of
from requests.rules.address_words import FIRST_SIGNS, STREET_NAMES, STREET_SIGNS, TYPELESS
from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict
from requests.rules.common_words import are_common, is_common
from requests.rules.costly import once_per_text
from requests.rules.placeholders import (
    BEHIND_COUNTED,
    COUNTED_NUMBERS,
    FILLERS,
    GLUED,
    NAMELESS,
    NAMES_WITH_FUNCTION_WORDS,
    NEVER_NAMES,
    NO_PLACES,
    PLAIN_WORDS,
    REMARK_WORDS,
    RUN_NUMBERS,
    SENTENCE_PHRASES,
    SENTENCE_WORDS,
    SLIPS,
    SPANISH_WORDS,
)
from requests.rules.places import STATES

# How surely words tell that no street or town is meant; what stands around them tells how sure they must be.
ONE_WORD, OUTSIDE_PUERTO_RICO, WITH_TYPE, ALWAYS = 1, 2, 3, 4
WITHOUT_STATE, WITHOUT_COMMA = 1, 2
COUNSEL = ("general_delivery", "homeless", "foreign")

# Highways and numbered roads, grid and numbered streets; words that only streets have; names that everybody knows for streets.
SURE = (
    rf"[0-9]|\b(?:{any_of(TYPELESS)})\b| (?:{any_of(STREET_SIGNS)})\b|^(?:{any_of(FIRST_SIGNS)})\b"
    rf"|^AVE OF |^(?:AVE|HIGHWAY|HWY|ROUTE|RTE) [A-Z]{{1,2}}$|^RTE$|^(?:{any_of(STREET_NAMES)})$"
)
# "Drive by only", "calle sin nombre", "any known road": a type, and no name. One word before its type stays a name ("Unknown Rd").
_NAMELESS, _FILLER = f"(?:{any_of(NAMELESS)})", f"(?:{any_of(FILLERS)})"
_REST = f"(?: (?:{_NAMELESS}|{_FILLER}))"
NAMES_NOTHING = (
    f"^(?:(?:{_FILLER} )+{_NAMELESS}{_REST}*|{_NAMELESS}{_REST}+|{any_of((*NEVER_NAMES, *GLUED))})$"
    "| (?:THE|OF)$"  # "last house on the road", "side of road"
    "|[B-Z][0-9][A-Z]"  # "N0wh3re"; but "Highway A1A"
    "|^[B-DF-HJ-NP-TV-XZ]{5,}$"  # "Gfdgfd"
)
# "Parked on street in van", "blue house past the old road"; but "Farm to Market", "Forget Me Not", "3 mi N of Hwy 50".
SENTENCE = (
    rf"^(?:{any_of(SENTENCE_WORDS)}) | (?:{any_of(SENTENCE_WORDS)})(?: |$)|\b(?:{any_of(SENTENCE_PHRASES)})\b"
)
# "Calle se me olvidó", "Avenida prueba no usar", "1 anda huyendo camino".
_SPANISH_TYPE = "(?:CALLE|CALLEJON|CAMINO|AVE|AVENIDA|VIA|PASEO|PRIVADA|PASAJE|VEREDA|CARR|CARRETERA|BLVD|BOULEVARD|BULEVAR|RUTA)"
_SPANISH_WORD = f"(?:{any_of(SPANISH_WORDS)}|X{{2,}}|N/A|CALLE|AVENIDA)"
SPANISH_SENTENCE = (
    rf"^(?:LA )?{_SPANISH_TYPE}(?: .*)? {_SPANISH_WORD}(?: |$)"
    rf"|^(?:.* )?{_SPANISH_WORD}(?: .*)? (?:CALLE|AVE|AVENIDA|CAMINO)$"
)
# What ``SENTENCE`` finds, behind the type, where words without a state are taken for a town: "2121 no way to verify, 77002".
NO_TOWN = rf"(?:^| )(?:{any_of(SENTENCE_WORDS)})(?: |$)|^(?:NO|OF|AFTER) "
# Behind a comma a town was typed, and not taken for one: quarters and bases have common words in their names.
TYPED_TOWN = r", [A-Z][A-Z -]*[A-Z],? [A-Z]+(?: [0-9-]+)?$"
# Where the state stands, remarks alone tell ("49 no place given Anchorage AK"): towns have prepositions, and two have these words.
_REMARK = any_of(set(REMARK_WORDS) - {"WORKS", "SERGEANT"})
NO_TOWN_OF_A_STATE = rf"^(?:{_REMARK}) | (?:{_REMARK})(?: |$)"
NO_SENTENCE = rf"\b(?:{any_of(NAMES_WITH_FUNCTION_WORDS)})\b|\b(?:HWY|RD|RTE) [0-9]"
# "Avenida Central", "Saint Andrews Crossover".
SPELT_OUT = r"\b(?:AVENIDA|AVNDA|SAINT)\b"
# Four words or more before a type are told of a place rather than its name; people's names, "of the …" and buildings excepted.
LONG = r"^[^ ]+(?: [^ ]+){3}"
NAMES_OF_LENGTH = rf"[0-9]|\bKING\b|(?:^| )[A-Z] |\b(?:OF|DE|DEL|LA|LAS|LOS|EL|RD|AVE|BLVD)\b|{NO_SENTENCE}"
# "88 No Idea Ave"; "88 No Main St" is North Main.
NO_BEFORE = "^[0-9]+[A-Z]? NO [A-Z]"
# "1 No sé Ave" is not North Southeast, "12 No contesta Dr" not North Contesta, nor "1 No Home St" North Home; but No Name Key has a road.
NO_AND_NONE = (
    f"^[0-9]+[A-Z]? NO (?:SE|DIO|HAY|{any_of(set(REMARK_WORDS) - {'NAME', 'WORKS', 'MAMA'})}),?(?: (?:{MAIN_TYPE})\\b|$)"
    f"|^[0-9]+[A-Z]? NO (?:PERM|HOUSE NUMBER) |^(?:{any_of(COUNTED_NUMBERS)}) NO (?:HOME|HOUSE|ADDY) "
)
STATE_NAMES = sorted(name for name in STATES if len(name) > 3)
# "10 S Dearborn": nobody says a direction where no street is. "No", "So" and "Se" are words of their own, though.
DIRECTED = r"(?:^|, )[0-9]+[A-Z]? (?:[NSEW]|NORTH|SOUTH|EAST|WEST) [A-Z]{2}"


def expression(judging: Judging) -> pl.Expr:
    """Reject a line without delivery line or place; to review goes what may be one: General Delivery, no roof, abroad, no type.

    Silent where there is no address at all (V04) and where an institution stands without its building (V08).
    """
    kind = pl.col("a_kind")
    silent = (kind == "institution") | ~pl.col("a_plain").str.contains(r"[\p{L}\p{N}]")
    return (
        pl.when(silent).then(0)
        .when(kind.is_in(COUNSEL) & ((kind != "general_delivery") | has_place())).then(Verdict.REVIEW.value)
        .when(kind.is_in(("none", "general_delivery")) | ~has_place()).then(Verdict.REJECT.value)
        .when((kind == "street") & ~is_surely_a_street()).then(Verdict.REVIEW.value)
        .otherwise(0)
    )  # fmt: skip


def is_surely_a_street() -> pl.Expr:
    """True where the street shows by a type, a number or a word that only streets have that it is one, and has a name."""
    street, kind, town, state = pl.col("a_street"), pl.col("a_type"), pl.col("a_city"), pl.col("a_state")
    shows = (
        (kind != "")
        | street.str.contains(SURE)
        | pl.col("a_plain").str.contains(DIRECTED)
        | (street.str.contains("^(?:AVE|ST) ") & pl.col("a_plain").str.contains(SPELT_OUT))
        | (street.is_in(STATE_NAMES) & (pl.col("a_unit") != ""))  # "653 Vermont 12" is a highway
        | pl.col("a_number").str.contains("-", literal=True)
        | (state == "PR")
    )
    is_counted = pl.col("a_number").is_in(COUNTED_NUMBERS) & (pl.col("a_predir") == "")
    street_tells = (
        pl.when(kind == "").then(ALWAYS)
        .when(state == "PR").then(WITH_TYPE)
        .when(pl.col("a_plain").str.contains(NO_BEFORE)).then(ONE_WORD)
        .otherwise(OUTSIDE_PUERTO_RICO)
    )  # fmt: skip
    was_typed = pl.col("a_plain").str.contains(TYPED_TOWN)
    town_tells = (
        pl.when(state == "").then(WITHOUT_STATE).when(was_typed | (state == "PR")).then(ALWAYS).otherwise(WITHOUT_COMMA)
    )
    is_told = (
        (once_per_text("a_street", _told_by_street) >= street_tells)
        | (once_per_text("a_city", _told_by_town) >= town_tells)
        | ((state == "") & (street + " " + town).str.contains(SPANISH_SENTENCE))
        | pl.col("a_plain").str.contains(NO_AND_NONE)
        | ((kind == "PL") & street.is_in(NO_PLACES))
        | (is_counted & street.is_in(BEHIND_COUNTED))
        | (pl.col("a_number").is_in(RUN_NUMBERS) & street.is_in(PLAIN_WORDS))
    )
    return shows & ~is_told


def _told_by_street(text: pl.Expr) -> pl.Expr:
    """How surely words stand in place of a street's name; 0 where they do not."""
    is_name = text.str.contains(NO_SENTENCE)
    return (
        pl.when(
            text.str.contains(NAMES_NOTHING) | text.is_in(SLIPS) | text.str.contains(SPANISH_SENTENCE)
            | (text.str.contains(SENTENCE) & ~is_name)
        ).then(ALWAYS)
        .when(text.str.contains(LONG) & ~text.str.contains(NAMES_OF_LENGTH)).then(WITH_TYPE)
        .when(are_common(text) & ~is_name).then(OUTSIDE_PUERTO_RICO)
        .when(is_common(text)).then(ONE_WORD)
        .otherwise(0)
    )  # fmt: skip


def _told_by_town(text: pl.Expr) -> pl.Expr:
    """How surely words stand in place of a town's name, or were taken for one; 0 where they do not."""
    return (
        pl.when(text.str.contains(NO_TOWN_OF_A_STATE)).then(ALWAYS)
        .when(are_common(text)).then(WITHOUT_COMMA)
        .when(text.str.contains(NO_TOWN)).then(WITHOUT_STATE)
        .otherwise(0)
    )  # fmt: skip


def has_place() -> pl.Expr:
    """True where the address says in which town it lies: city and state, or a ZIP code."""
    return ((pl.col("a_city") != "") & (pl.col("a_state") != "")) | (pl.col("a_zip5") != "")


RULE = LineRule(
    code="V06",
    version=7,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(i); (b)(6)",
    title="No delivery line or no place",
    wrong=(
        "It is not clear where a letter would go: no house number and street (or box or route), words that nothing shows to be a "
        "street's name, or no city, state or ZIP."
    ),
    mend=(
        "Give number and street with its type (St, Ave, Rd), PO Box, rural route or military box, and city and state or ZIP code. "
        "A street whose real name reads oddly may stay as it is: counsel decides."
    ),
    expression=expression,
    changes=(
        Change(
            on=dt.date(2026, 11, 28),
            what=(
                "Reads the blocks, flats and kilometres of Puerto Rico, tribal routes, and a unit before the number. A number before "
                "a town, a street type or a direction alone, and a box 0, deliver nothing."
            ),
        ),
        Change(
            on=dt.date(2026, 11, 28),
            what=(
                "A street that shows by no type, number, direction or known name that it is one goes to counsel: "
                "“1234 left the country, Reno NV” has the form of “134 Grey Fox, Springfield IL”."
            ),
        ),
        Change(
            on=dt.date(2026, 11, 29),
            what=(
                "A street of two or more words that name nothing, or with a word that only sentences have, goes to counsel, type or "
                "not: “1234 calle sin nombre”, “1234 behind the old road”."
            ),
        ),
        Change(
            on=dt.date(2026, 11, 29),
            what=(
                "So does a street of several words with a preposition, a pronoun or another word that belongs in sentences; one of four "
                "words or more; one word that says that nothing is known; what begins with its type; and a placeholder behind a number "
                "such as 1234: “14 tent at back of park”, “28 unlisted ave”, “1660 street torn off form”. Reads two houses on one line "
                "(“1235 & 1237 28th St”) and “Camto” for Caminito."
            ),
        ),
        Change(
            on=dt.date(2026, 11, 29),
            what=(
                "So does a name of several words with a common English word that no known street, town or surname bears "
                "(“14 Anonymous Tip Rd”), a Spanish one with a word of sentences (“18 Avenida se me olvidó”), a placeholder "
                "without its blanks (“12 Dontknow St”). “123 Oak Park Ave, 77002” is read whole; “Ave” was taken for its town."
            ),
        ),
        Change(
            on=dt.date(2026, 11, 29),
            what=(
                "So do a word that is said of people and files, a preposition, “Street”, “Test” and the like behind 1, 12, 100, 123, 999 "
                "and such (“12 Refused St”), and a word of a placeholder that differs by one slip of the hand (“45 Homless Ave”). Reads "
                "the towns of “101 Main St Junction City KS” and “101 Main St, Willow Street, PA”. General Delivery of no town goes back."
            ),
        ),
    ),
)
