"""V06: a letter needs a delivery line and a place."""

import datetime as dt

import polars as pl

from requests.rules.address_towns import any_of
from requests.rules.address_words import STREET_NAMES, STREET_SIGNS, TYPELESS
from requests.rules.base import STATUTE_SINCE, Change, Judging, LineRule, Verdict
from requests.rules.placeholders import FILLERS, NAMELESS, SENTENCE_WORDS
from requests.rules.places import STATES

COUNSEL = ("general_delivery", "homeless", "foreign")

# Highways and numbered roads, grid and numbered streets; words that only streets have; names that everybody knows for streets.
SURE = rf"[0-9]|\b(?:{any_of([*TYPELESS, *STREET_SIGNS])})\b|^(?:{any_of(STREET_NAMES)})$"
# "Drive by only", "calle sin nombre", "any known road": a type, and no name. One word before its type stays a name ("Unknown Rd").
_NAMELESS, _FILLER = f"(?:{any_of(NAMELESS)})", f"(?:{any_of(FILLERS)})"
_REST = f"(?: (?:{_NAMELESS}|{_FILLER}))"
NAMES_NOTHING = (
    f"^(?:(?:{_FILLER} )+{_NAMELESS}{_REST}*|{_NAMELESS}{_REST}+)$"
    rf"|^(?:{any_of(SENTENCE_WORDS)}) | (?:{any_of(SENTENCE_WORDS)})\b"
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
        .when(kind.is_in(COUNSEL)).then(Verdict.REVIEW.value)
        .when((kind == "none") | ~has_place()).then(Verdict.REJECT.value)
        .when((kind == "street") & ~is_surely_a_street()).then(Verdict.REVIEW.value)
        .otherwise(0)
    )  # fmt: skip


def is_surely_a_street() -> pl.Expr:
    """True where the street shows by a type, a number or a word that only streets have that it is one, and has a name."""
    street = pl.col("a_street")
    shows = (
        ((pl.col("a_type") != "") & ~street.str.ends_with(" THE"))  # "under the bridge", "last house on the road"
        | street.str.contains(SURE)
        | pl.col("a_plain").str.contains(DIRECTED)
        | (street.is_in(STATE_NAMES) & (pl.col("a_unit") != ""))  # "653 Vermont 12" is a highway
        | pl.col("a_number").str.contains("-", literal=True)
        | (pl.col("a_state") == "PR")
    )
    return shows & ~street.str.contains(NAMES_NOTHING)


def has_place() -> pl.Expr:
    """True where the address says in which town it lies: city and state, or a ZIP code."""
    return ((pl.col("a_city") != "") & (pl.col("a_state") != "")) | (pl.col("a_zip5") != "")


RULE = LineRule(
    code="V06",
    version=4,
    valid_from=STATUTE_SINCE,
    severity=Verdict.REJECT,
    citation="26 U.S.C. 6103(i)(2)(B)(i); (b)(6)",
    title="No delivery line or no place",
    wrong=(
        "It is not clear where a letter would go: no house number and street (or box or route), a street that nothing shows to be one, "
        "or no city, state or ZIP."
    ),
    mend="Give number and street with its type (St, Ave, Rd), PO Box, rural route or military box, and city and state or ZIP code.",
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
    ),
)
