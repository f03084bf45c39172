"""Reading addresses: the same place reads the same however it is typed (USPS Publication 28).

Adds ``a_text a_kind a_number a_predir a_street a_type a_postdir a_unit a_city a_state a_zip5 a_zip4`` and, for the rules,
``a_plain`` (what was typed, in capitals, without signs; commas stay) and ``a_hidden`` (true where signs were hidden in it).

Conventions: apartment, unit and number sign all read "# 3"; other units keep their word ("STE 3", "BLDG 2"). The ZIP+4 is no
part of ``a_text``.
"""

from __future__ import annotations

from typing import TypeVar

import polars as pl

from requests.rules.address_words import (
    DIRECTIONS,
    LONE_UNITS,
    NOUN_TYPES,
    NUMBER_WORDS,
    ORDINALS,
    SPANISH_STREETS,
    STREET_TYPES,
    UNITS,
)
from requests.rules.placeholders import PHRASES, WORDS
from requests.rules.places import STATES

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

COLUMNS = (
    "a_text", "a_kind", "a_number", "a_predir", "a_street", "a_type", "a_postdir", "a_unit", "a_city", "a_state",
    "a_zip5", "a_zip4", "a_plain",
)  # fmt: skip
TYPES = STREET_TYPES | NOUN_TYPES


def _any(words: object) -> str:
    """An alternation that prefers the longer word."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def read_addresses(frame: Frame) -> Frame:
    """Add the readings of the address (Utf8, "" where absent; ``a_hidden`` Boolean). ``frame`` is canonical."""
    if isinstance(frame, pl.LazyFrame):
        schema = dict(frame.collect_schema()) | dict.fromkeys(COLUMNS, pl.String) | dict.fromkeys(("a_hidden", "a_placeholder"), pl.Boolean)
        return frame.map_batches(_read, schema=schema, streamable=True)
    return _read(frame)


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    read = frame.select(_given().alias("g")).with_columns(_fold("g").alias("f"), _hidden("g").alias("a_hidden"))
    read = read.with_columns(_plain("f").alias("a_plain"))
    read = _place(read)
    read = _line(read).with_columns(_placeholder().alias("a_placeholder"))
    return frame.with_columns(read.select(*COLUMNS, "a_hidden", "a_placeholder"))


def _given() -> pl.Expr:
    """What was typed, in one text; a unit or a country of "N/A" says nothing."""
    def part(name: str) -> pl.Expr:
        text = pl.col(name).fill_null("").str.strip_chars()
        return pl.when(text.str.contains(r"[\p{L}\p{N}]")).then(text)

    zip_code = part("zip").str.replace(r"^(\d{5})\.0$", "$1").str.replace(r"^(\d{4})(?:\.0)?$", "0$1")
    unit = pl.when(~part("unit").str.contains(r"(?i)^(n/?a|none|unknown|unk)$")).then(part("unit"))
    unit = pl.when(unit.str.contains(r"^\w{1,5}$")).then(pl.lit("# ") + unit).otherwise(unit)
    place = pl.concat_str(part("city"), part("state") + " " + zip_code.fill_null(""), separator=", ", ignore_nulls=True)
    place = pl.when(part("state").is_null()).then(
        pl.concat_str(part("city"), zip_code, separator=", ", ignore_nulls=True)
    ).otherwise(place)
    place = pl.when(place != "").then(place)
    joined = pl.concat_str(part("street"), unit, place, part("country"), separator=", ", ignore_nulls=True)
    return pl.coalesce(part("address"), joined).fill_null("")


def _fold(column: str) -> pl.Expr:
    def folded(texts: pl.Series) -> pl.Series:
        where = texts.str.contains(r"[^\x00-\x7F]").arg_true()
        if where.len() == 0:
            return texts
        clean = texts.gather(where).str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}]", "")
        return texts.clone().scatter(where, clean)

    return pl.col(column).map_batches(folded, return_dtype=pl.String, is_elementwise=True)


def _hidden(column: str) -> pl.Expr:
    mixed = r"\p{Cf}|\p{Latin}\p{M}*[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}]|[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}]\p{M}*\p{Latin}"
    return pl.col(column).str.contains(r"[^\x00-\x7F]") & pl.col(column).str.contains(mixed)


def _plain(column: str) -> pl.Expr:
    text = pl.col(column).str.to_uppercase().str.replace_all(r"[.'`’‘]+", "")
    text = text.str.replace_all(r"[;|\n\r\t]+", ",").str.replace_all(r"[^\p{L}\p{N},#&/ -]+", " ")
    return text.str.replace_all(r"[ ,]*,[ ,]*", ", ").str.replace_all(r"  +", " ").str.strip_chars(" ,")


def _place(read: pl.DataFrame) -> pl.DataFrame:
    """Take country, ZIP, state and city off the end."""
    bare = pl.col("a_plain").str.replace(r"(?:^|[, ]+)(?:USA|U S A|US|UNITED STATES(?: OF AMERICA)?|EE ?UU)$", "")
    read = read.with_columns(bare.alias("b"))
    zips = pl.col("b").str.extract_groups(r"(?:^|[^0-9A-Z-])(\d{5})(?: ?- ?(\d{4})|(\d{4}))?$")
    read = read.with_columns(
        zips.struct.field("1").fill_null("").alias("a_zip5"),
        pl.coalesce(zips.struct.field("2"), zips.struct.field("3")).fill_null("").alias("a_zip4"),
        pl.col("b").str.replace(r"(?:^|[ ,]+)\d{5}(?: ?- ?\d{4}|\d{4})?$", "").alias("b"),
    )
    state = pl.col("b").str.extract(rf"(?:^|[ ,])({_any(STATES)})$")
    read = read.with_columns(
        state.replace_strict(STATES, default="").fill_null("").alias("a_state"),
        pl.col("b").str.head(pl.col("b").str.len_chars() - state.str.len_chars().fill_null(0)).str.strip_chars(" ,-").alias("b"),
    )
    return read


KINDS = {
    "po_box": r"\b(?:P ?O ?BOX|POST OFFICE BOX|APARTADO|POB) (?:NO |# ?)?[A-Z]?\d",
    "rural_route": r"\b(?:RR|RURAL ROUTE|RFD|HC|HIGHWAY CONTRACT|R ?R|RURAL RTE|RD|STAR ROUTE) ?(?:NO |# ?)?\d+[A-Z]? ?,? ?BOX",
    "military": r"\b(?:PSC|UNIT|CMR|UMR|OMC) (?:NO |# ?)?\d+ ?,? ?(?:BOX [A-Z]?\d|, (?:APO|FPO|DPO))|\b[AFD]PO,? (?:AA|AE|AP)\b",
    "general_delivery": r"\bGENERAL DELIVERY\b|\bGEN DEL(?:IVERY)?\b|\bLISTA DE CORREOS\b",
    "homeless": r"\b(?:HOMELESS|TRANSIENT|NO FIXED (?:ADDRESS|ABODE|RESIDENCE)|SIN HOGAR|UNHOUSED|UNDOMICILED)\b",
}
INSTITUTION = (
    r"\b(?:JAIL|PRISON|DETENTION|CORRECTIONAL|CORRECTIONS|PENITENTIARY|SHELTER|HOSPITAL|PROCESSING CENTER|ICE|FCI|USP|MCC|MDC|"
    r"ERO|RESCUE MISSION|SALVATION ARMY|FIELD OFFICE|POLICE DEPARTMENT|SHERIFF)\b"
)


def _placeholder() -> pl.Expr:
    spaced = " " + pl.col("a_plain").str.replace_all(r"[^A-Z0-9]+", " ") + " "
    words = _any(WORDS)
    return (
        pl.col("a_hidden")
        | spaced.str.contains_any([f" {phrase} " for phrase in PHRASES])
        | pl.col("a_plain").str.replace_all(r"[/-]", "").str.contains(rf"(?:^|, )(?:{words})(?:$|,| \d{{5}}(?:-?\d{{4}})?$)")
        | pl.col("a_plain").str.contains(rf"^0+ (?:{words})\b")
        | ((pl.col("a_type") == "") & pl.col("a_street").is_in(list(WORDS)))
    )


def _line(read: pl.DataFrame) -> pl.DataFrame:
    """Take the delivery line apart."""
    directions, types = _any(DIRECTIONS), _any(TYPES)
    # With commas the city is the last component; without, it is what follows the street's type.
    city = pl.col("b").str.extract(r", ([^,0-9#]+)$")
    line = pl.when(city.is_not_null()).then(pl.col("b").str.replace(r", [^,0-9#]+$", "")).otherwise(pl.col("b"))
    read = read.with_columns(city.fill_null("").alias("a_city"), line.alias("l"))
    no_city = (pl.col("a_city") == "") & ((pl.col("a_state") != "") | (pl.col("a_zip5") != ""))
    tail = pl.col("l").str.extract(
        rf"^[^,]* (?:{_any(STREET_TYPES)})(?: (?:{directions}))?(?:(?: (?:{_any(UNITS)}) ?| ?# ?)[A-Z0-9-]+)? ([^,0-9#]+)$"
    )
    alone = pl.when(~pl.col("l").str.contains(r"[0-9]")).then(pl.col("l"))
    after = pl.col("l").str.extract(r"[0-9] ([^,0-9#]+)$")
    boxed = pl.col("l").str.contains(r"\b(BOX|PSC|APTO?|UNIT|STE)\b")
    found = pl.when(no_city).then(pl.coalesce(alone, tail, pl.when(boxed).then(after))).fill_null("")
    read = read.with_columns(
        pl.when(no_city).then(found).otherwise(pl.col("a_city")).alias("a_city"),
        pl.col("l").str.head(pl.col("l").str.len_chars() - found.str.len_chars()).str.strip_chars(" ,").alias("l"),
    )
    unit_words, lone = _any(set(UNITS) - {"#"}), _any(LONE_UNITS)
    units = pl.col("l").str.extract_groups(
        rf"[ ,]+(?:(?:(# ?|(?:{unit_words})\b) ?#? ?([A-Z0-9-]+(?: [A-Z0-9])?))|({lone}))$"
    )
    whole = rf"[ ,]+(?:(?:# ?|(?:{unit_words})\b) ?#? ?[A-Z0-9-]+(?: [A-Z0-9])?|(?:{lone}))$"
    word = units.struct.field("1").str.strip_chars().replace_strict(UNITS, default="")
    read = read.with_columns(
        pl.coalesce(word + " " + units.struct.field("2"), units.struct.field("3").replace_strict(LONE_UNITS, default="")).fill_null("").alias("a_unit"),
        pl.col("l").str.replace(whole, "").alias("l"),
    )
    number = r"(?:[NSEW] ?\d+ ?[NSEW] ?\d+|\d+(?:-\d+)?(?:-?[A-Z])?(?: \d/\d)?|(?:" + _any(NUMBER_WORDS) + r"))"
    street = pl.col("l").str.extract_groups(
        rf"(?:^|, |^[^0-9]*[, ])({number})(?: ({directions}))?(?: ([^,]*?[A-Z0-9][^,]*?))(?: ({types}))?(?: ({directions}))?(?:,.*)?$"
    )
    read = read.with_columns(
        street.struct.field("1").fill_null("").replace(NUMBER_WORDS).alias("a_number"),
        street.struct.field("2").replace_strict(DIRECTIONS, default="").fill_null("").alias("a_predir"),
        street.struct.field("3").fill_null("").replace(ORDINALS).alias("a_street"),
        street.struct.field("4").replace_strict(TYPES, default="").fill_null("").alias("a_type"),
        street.struct.field("5").replace_strict(DIRECTIONS, default="").fill_null("").alias("a_postdir"),
    )
    # "150 North St": the direction is the name of the street.
    swapped = (pl.col("a_type") == "") & (pl.col("a_predir") != "") & pl.col("a_street").is_in(list(TYPES))
    read = read.with_columns(
        pl.when(swapped).then(pl.col("a_predir")).otherwise(pl.col("a_street")).alias("a_street"),
        pl.when(swapped).then(pl.col("a_street").replace(TYPES)).otherwise(pl.col("a_type")).alias("a_type"),
        pl.when(swapped).then(pl.lit("")).otherwise(pl.col("a_predir")).alias("a_predir"),
    )
    plain = pl.col("a_plain")
    has_street = (pl.col("a_number") != "") & (pl.col("a_street") != "")
    kind = pl.when(plain == "").then(pl.lit("none"))
    for name, pattern in KINDS.items():
        kind = kind.when(plain.str.contains(pattern)).then(pl.lit(name))
    foreign = plain.str.contains(r"\b(?:MEXICO|MX|CANADA|GUATEMALA|HONDURAS|EL SALVADOR|NICARAGUA|COLOMBIA|ECUADOR|PERU|BRAZIL|CUBA|HAITI)$") & (
        pl.col("a_zip5") == "") & plain.str.contains(r"\d")
    kind = (
        kind.when(foreign).then(pl.lit("foreign"))
        .when(has_street).then(pl.lit("street"))
        .when(plain.str.contains(INSTITUTION)).then(pl.lit("institution"))
        .otherwise(pl.lit("none"))
    )
    read = read.with_columns(kind.alias("a_kind"))
    parts = [pl.col(name) for name in ("a_number", "a_predir", "a_street", "a_type", "a_postdir", "a_unit", "a_city", "a_state", "a_zip5")]
    text = pl.concat_str([pl.when(part != "").then(part) for part in parts], separator=" ", ignore_nulls=True)
    return read.with_columns(pl.when(pl.col("a_kind") == "street").then(text).otherwise(plain.str.replace_all(", ", " ", literal=True)).alias("a_text"))
