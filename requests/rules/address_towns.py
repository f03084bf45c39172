"""Taking the place off the end of a plain address: country, ZIP code, state and town."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import polars as pl

from requests.rules.address_words import (
    DIRECTIONS,
    INSTITUTION_PHRASES,
    INSTITUTIONS,
    LONE_UNITS,
    NOUN_TYPES,
    NUMBER_WORDS,
    SAINTS,
    STREET_TYPES,
    TOWN_BEGINS,
    TOWN_ENDS,
    TOWNISH_TYPES,
    TOWNS_LIKE_STREETS,
    TYPELESS,
    UNITS,
)
from requests.rules.places import COUNTRIES, STATES, ZIP_STATES
from requests.rules.towns import TOWNS_BEHIND_STREETS, TOWNS_LIKE_INSTITUTIONS, TOWNS_TAKEN_FOR_STREETS


def any_of(words: Iterable[str]) -> str:
    """An alternation for a regular expression that prefers the longer word."""
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))


def mapped(text: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """The standard form of a word, "" where it is none."""
    return text.replace_strict(words, default="", return_dtype=pl.String).fill_null("")


TYPES = STREET_TYPES | NOUN_TYPES
DIRECTION, TYPE, MAIN_TYPE = any_of(DIRECTIONS), any_of(TYPES), any_of(STREET_TYPES)
UNIT, LONE_UNIT = any_of(set(UNITS) - {"#"}), any_of(LONE_UNITS)
INSTITUTION = rf"\b(?:{any_of([*INSTITUTIONS, *INSTITUTION_PHRASES])})\b"
_SAINT = rf"\b(?:ST|SAINT|STE) ({any_of(SAINTS)})\b"
_TOWNISH = {spelling for spelling, standard in STREET_TYPES.items() if standard in TOWNISH_TYPES}
_NOT_A_TOWN = rf"^(?:(?:{LONE_UNIT})|.* (?:{any_of(set(STREET_TYPES) - _TOWNISH)}))$"
_STATE, _BEGINS, _ENDS = any_of(STATES), any_of(TOWN_BEGINS), any_of(TOWN_ENDS)
_STREET_NOT_TOWN = rf" (?:{any_of(set(STREET_TYPES) - _TOWNISH)})$"
ONLY_A_TYPE = rf"^(?:{MAIN_TYPE})$"
_LONG = {"ST": "SAINT", "FT": "FORT", "MT": "MOUNT"}
_TOWNS = [
    *TOWNS_TAKEN_FOR_STREETS,
    *(re.sub(r"\b(ST|FT|MT)\b", lambda short: _LONG[short[0]], town) for town in TOWNS_TAKEN_FOR_STREETS),
]
# XX: "St" before what may be a saint ("St Charles").
TOWN_BEHIND_A_STREET = (
    rf"^[0-9]\S* (?:.* )?(?:{MAIN_TYPE}|XX|[0-9]\S*)(?: (?:N|S|E|W|NE|NW|SE|SW))? "
    rf"({any_of(town.rpartition(' ')[0] for town in TOWNS_BEHIND_STREETS)})$"
)
BEHIND_A_STREET = r"(?:[0-9]\S* [A-Z0-9].*|BOX [A-Z0-9 -]+|GENERAL DELIVERY), [A-Z -]+$"
# Types that end a street's name more often than a town's; a noun written out ("Apple Valley") ends a town's.
_STREET_ENDS = any_of([*STREET_TYPES, *(word for word in NOUN_TYPES if len(word) < 4)])
_ONLY_A_TOWN = (
    rf"^[0-9]+ ((?:(?:{_BEGINS}|XX) )?[A-Z]+(?: (?:{_ENDS})){{0,2}}|[A-Z]+ [A-Z]+|"
    r"[A-Z]+ (?:OF|OR|DU|DE|DES|DEL|LA|LE|THE|AND|ON|IN) [A-Z]+)$"
)
# A state's two letters may be a street's type: "100 Oak Ct 60608".
_STATES_LIKE_TYPES = ("CT", "LA", "PR", "MT", "AL", "FL", "KY", "VI")
_ZIP_FITS = [zip3 + state for zip3, states in ZIP_STATES.items() for state in states]
_USA = r"(?:^|[, ]+)(?:USA|U S A|US|UNITED STATES(?: OF AMERICA| USA?)?|EE ?UU|ESTADOS UNIDOS)$"
# A spreadsheet took the zero off the ZIP code: "Boston MA 2108".
_SHORT_ZIP = r"([ ,])(CT|MA|ME|NH|NJ|RI|VT|PR|VI) ([1-9][0-9]{3})$"


def take_place(texts: pl.DataFrame) -> pl.DataFrame:
    """Take country, ZIP and state off the end of ``a_plain``; what is left is ``l``, a city that is its own state ``own_city``."""
    country = pl.col("a_plain").str.extract(rf"(?:^|[, ])({any_of(COUNTRIES)})$", 1)
    bare = pl.col("a_plain").str.replace(_USA, "")
    bare = bare.str.replace(r"([ ,][A-Z]{2})([0-9]{5}(?:-?[0-9]{4})?)$", "$1 $2")
    bare = bare.str.replace(rf" ([0-9]{{5}}),? ({_STATE})$", ", $2 $1")
    bare = bare.str.replace(_SHORT_ZIP, "$1$2 0$3")
    read = texts.with_columns(bare.alias("l"), country.fill_null("").alias("country"))
    # "One Penn Plaza": a number that is written out; "Six Mile Run" is a town.
    bare = pl.col("l")
    word = bare.str.extract(rf"^({any_of(NUMBER_WORDS)}) [A-Z]", 1)
    counted = word.is_not_null() & ~bare.str.contains("^[A-Z]+ MILE ")
    read = read.with_columns(
        pl.when(counted).then(word.replace(NUMBER_WORDS) + bare.str.slice(word.str.len_bytes())).otherwise(bare)
    )
    zips = pl.col("l").str.extract_groups(r"(?:^|[^0-9A-Z-])([0-9]{5})(?:[ ,-]{0,3}([0-9]{4}))?$")
    read = read.with_columns(
        zips.struct.field("1").fill_null("").alias("a_zip5"),
        zips.struct.field("2").fill_null("").alias("a_zip4"),
        pl.col("l").str.replace(r"(?:^|[ ,]+)[0-9]{5}(?:[ ,-]{0,3}[0-9]{4})?$", "").alias("l"),
    )
    named = pl.col("l").str.extract(rf"(?:^|[ ,])({_STATE})$", 1).fill_null("")
    read = read.with_columns(
        named.alias("named"),
        pl.col("l").str.head(pl.col("l").str.len_chars() - named.str.len_chars()).str.strip_chars(" ,-").alias("rest"),
    )
    state = mapped(pl.col("named"), STATES)
    # "Washington 20500" and "New York 10001" name a city.
    capital = (pl.col("named") == "WASHINGTON") & pl.col("a_zip5").str.contains("^20[0-5]")
    city = (pl.col("named") == "NEW YORK") | (pl.col("named") == "WASHINGTON")
    fits = (pl.col("a_zip5").str.head(3) + state).is_in(_ZIP_FITS)
    after_street = pl.col("rest").str.contains(r"(?:^|, )[0-9]+ [^,]*$") & ~pl.col("rest").str.contains(
        rf" (?:{MAIN_TYPE}) "
    )
    a_type = (
        pl.col("named").is_in(_STATES_LIKE_TYPES) & after_street & ~fits & ~pl.col("l").str.contains(r", [A-Z]{2}$")
    )
    read = read.with_columns(
        pl.when(a_type).then(pl.lit("")).when(capital).then(pl.lit("DC")).otherwise(state).alias("a_state"),
        pl.when(a_type).then(pl.col("l")).otherwise(pl.col("rest")).alias("l"),
        pl.when(city & ~a_type).then(pl.col("named")).otherwise(pl.lit("")).alias("own_city"),
    )
    return read.drop("rest", "named")


def take_town(read: pl.DataFrame) -> pl.DataFrame:
    """Take the town off the end: the last component, or what follows the street's type, unit or box."""
    town = r"(?:^|, )([A-Z][A-Z -]*[A-Z])$"
    last = pl.col("l").str.extract(town, 1)
    no_town = last.str.contains(_NOT_A_TOWN) | last.str.contains(INSTITUTION)
    # "101 Main St, Willow Street, PA": behind a street or a box it is the town of that name.
    named = last.is_in([*_TOWNS, *TOWNS_LIKE_INSTITUTIONS]) & pl.col("l").str.contains(BEHIND_A_STREET)
    last = pl.when(named | ~no_town).then(last)
    has_place = (pl.col("a_state") != "") | (pl.col("a_zip5") != "") | pl.col("l").str.contains(", ")
    last = pl.when(has_place).then(last)
    read = read.with_columns(last.fill_null("").alias("a_city"))
    read = read.with_columns(_less("l", pl.col("a_city")).alias("l"))
    run_on = (
        (pl.col("a_city") == "") & ((pl.col("a_state") != "") | (pl.col("a_zip5") != "")) & (pl.col("own_city") == "")
    )
    found = pl.struct("l", "a_state", run_on.alias("run_on")).map_batches(_run_on_towns, return_dtype=pl.String)
    read = read.with_columns(found.alias("found"))
    city = pl.coalesce(
        pl.when(pl.col(name) != "").then(pl.col(name)) for name in ("a_city", "found", "own_city")
    ).fill_null("")
    city = (
        city.str.replace(r"^SAINT\b", "ST")
        .str.replace(r"^FORT\b", "FT")
        .str.replace(r"^MOUNT\b", "MT")
        .str.replace_all("-", " ")
    )
    city = (
        city.str.replace("^N ", "NORTH ")
        .str.replace("^S ", "SOUTH ")
        .str.replace("^E ", "EAST ")
        .str.replace("^W ", "WEST ")
    )
    return read.with_columns(city.alias("a_city"), _less("l", pl.col("found")).alias("l")).drop("found", "own_city")


def _less(column: str, tail: pl.Expr) -> pl.Expr:
    """The text without this tail, and without the blank or comma before it."""
    return pl.col(column).str.head(pl.col(column).str.len_chars() - tail.str.len_chars()).str.strip_chars_end(" ,-")


def _run_on_towns(rows: pl.Series) -> pl.Series:
    """The town at the end of a text in which nothing parts it from the street; "" where there is none."""
    where = rows.struct.field("run_on").arg_true()
    towns = pl.repeat("", rows.len(), dtype=pl.String, eager=True)
    if where.len() == 0:
        return towns
    # In steps: what is named twice in one expression is worked out twice.
    found = rows.gather(where).struct.unnest().with_columns(pl.col("l").str.replace_all(_SAINT, "XX $1").alias("text"))
    found = found.with_columns(_run_on_town().alias("town"))
    town = pl.col("town")
    no_town = town.str.contains(rf"^(?:{DIRECTION}|{LONE_UNIT}|BUSINESS)$")
    no_town |= town.str.contains(_STREET_NOT_TOWN) & ~town.is_in(_TOWNS)
    # "123 Oak Park Ave, 77002": a type alone is a town only where its state stands beside it ("101 Main St Crescent OK").
    no_town |= (pl.col("a_state") == "") & town.str.contains(ONLY_A_TYPE)
    found = found.with_columns(pl.when(no_town).then(pl.lit("")).otherwise(town).alias("town"))
    # What stood for a saint had as many letters as "ST".
    saint = pl.col("l").str.contains(r"\b(?:SAINT|STE) ")
    spelled = pl.when(saint).then(town.str.replace(r"\bXX\b", "SAINT")).otherwise(town.str.replace(r"\bXX\b", "ST"))
    return towns.scatter(where, found.select(spelled).to_series())


def _run_on_town() -> pl.Expr:
    text = pl.col("text")
    letters, short = r"([A-Z][A-Z -]*[A-Z])$", "N|S|E|W|NE|NW|SE|SW|NORTHEAST|NORTHWEST|SOUTHEAST|SOUTHWEST"
    number = "[A-Z]?-?[0-9][A-Z0-9-]*"
    patterns = (
        rf"^{letters}",
        rf"\b(?:BOX|DRAWER) ?#? ?[A-Z]?[0-9][A-Z0-9-]* {letters}",
        rf"(?: (?:{UNIT}) ?#? ?{number}| (?:{UNIT})[ #]+[A-Z]|#[ #]*(?:{number}|[A-Z])) {letters}",
        rf"(?:[0-9]+(?:ST|ND|RD|TH)|GROUND) (?:FLOOR|FL|FLR) {letters}",
        rf"[0-9] (?:.* )?(?:{MAIN_TYPE})(?: (?:{short}))?(?: [0-9]+[A-Z]?| (?:{LONE_UNIT}))? {letters}",
        rf"^[0-9][A-Z0-9/-]* .*[0-9][A-Z0-9-]*(?: (?:[NSEW]{{1,2}}|BUSINESS|BUS|BYPASS))? {letters}",
        rf"^[A-Z]+ [A-Z0-9]*[0-9][A-Z0-9]* .*\b(?:{MAIN_TYPE}) {letters}",
        rf"[0-9] .* ((?:{_BEGINS}) [A-Z]+ (?:{_ENDS}))$",
        rf"[0-9] .* ((?:{_BEGINS}) [A-Z]+)$",
        rf"[0-9] .* ([A-Z]+ (?:{_ENDS}))$",
    )
    # "1234 Salt Lake City", "1234 Ann Arbor": one or two words after a number are a town, and no street is left.
    only = text.str.extract(_ONLY_A_TOWN, 1)
    street = text.str.contains(rf"^[0-9]+ (?:{any_of(TYPELESS)})\b") | (
        text.str.contains(rf" (?:{_STREET_ENDS})$") & ~text.str.contains(rf" (?:{any_of(TOWNS_LIKE_STREETS)})$")
    )
    only = pl.when(~street).then(only)
    whole = pl.col("l").str.extract("^[0-9]+ ([A-Z -]+)$", 1)
    named = pl.when((pl.col("a_state") != "") & whole.is_in(_TOWNS)).then(whole)
    behind = text.str.extract(TOWN_BEHIND_A_STREET, 1)
    behind = pl.when((behind + " " + pl.col("a_state")).is_in(TOWNS_BEHIND_STREETS)).then(behind)
    noun = text.str.extract(rf"^[0-9]\S* .+ (?:{any_of(NOUN_TYPES)}) {letters}", 1)
    last = pl.when(~text.str.contains(rf" (?:{TYPE}|{DIRECTION})$")).then(
        text.str.extract(r"^[0-9]\S* .+ ([A-Z]+)$", 1)
    )
    towns = [text.str.extract(pattern, 1) for pattern in patterns]
    return pl.coalesce(*towns[:4], named, only, behind, *towns[4:], noun, last).fill_null("")
