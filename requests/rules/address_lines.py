"""Taking a plain address apart: first the place off its end, then the delivery line (see ``addresses`` for the conventions)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from requests.rules.address_words import (
    DIRECTIONS,
    HIGHWAYS,
    INSTITUTION_PHRASES,
    INSTITUTIONS,
    LONE_UNITS,
    NOUN_TYPES,
    NUMBER_WORDS,
    ORDINALS,
    SAINTS,
    STREET_TYPES,
    TOWN_BEGINS,
    TOWN_ENDS,
    TYPELESS,
    UNITS,
)
from requests.rules.disguises import find_placeholders
from requests.rules.places import COUNTRIES, STATES, ZIP_STATES

PARTS = ("a_number", "a_predir", "a_street", "a_type", "a_postdir", "a_unit", "a_city", "a_state", "a_zip5", "a_zip4")
TYPES = STREET_TYPES | NOUN_TYPES


def _any(words: Iterable[str]) -> str:
    """An alternation that prefers the longer word."""
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))


def _mapped(text: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """The standard form of a word, "" where it is none."""
    return text.replace_strict(words, default="", return_dtype=pl.String).fill_null("")


_DIR, _TYPE, _MAIN_TYPE = _any(DIRECTIONS), _any(TYPES), _any(STREET_TYPES)
_UNIT, _LONE = _any(set(UNITS) - {"#"}), _any(LONE_UNITS)
_HIGHWAY = _any(HIGHWAYS)
_ID = r"(?:[0-9][A-Z0-9]*(?:[-/][A-Z0-9]+)*|[A-Z](?:-?[0-9]+[A-Z]?)?|[A-Z]{1,2}[0-9]+|[A-Z]-[A-Z])"
_NUMBER = (
    r"[NSEW] ?[0-9]{1,6} ?[NSEW] ?[0-9]{1,6}|[0-9]{1,3}[NSEW][0-9]{1,5}|[NSEW] ?[0-9]{2,6}|"
    r"[0-9]{1,7}(?:-[0-9]{1,6})?(?:-?[A-Z])?(?: [0-9]/[0-9]{1,2})?|(?:MILE ?POST|MILE|MI|MM|MP|KM) [A-Z0-9]+|"
    + _any(NUMBER_WORDS)
)

BOX = r"#? ?([A-Z]?[0-9][A-Z0-9-]*|[A-Z])"
PO_BOX = rf"(?:^|[, ])(?:P ?O ?(?:BOX|DRAWER)|POST OFFICE (?:BOX|DRAWER)|POB|APARTADO(?: POSTAL)?|LOCK ?BOX|CALL ?BOX) ?(?:NO |NUM )?{BOX}(?:$|[, ])"
BARE_BOX = rf"^(?:BOX|DRAWER) (?:NO )?{BOX}(?:$|,)"
ROUTE = (
    r"(?:^|[, ])(RR|R ?R|RURAL ROUTE|RURAL RTE|RURAL RT|RFD|R ?F ?D|R ?D|RT|RTE|ROUTE|STAR ROUTE|STAR RTE|SR|HC|HCR|"
    rf"HIGHWAY CONTRACT(?: ROUTE)?|HC ROUTE) ?#? ?([0-9]{{1,4}}[A-Z]?|R),? BOX {BOX}(?:$|[, ])"
)
MILITARY = rf"(?:^|[, ])(PSC|UNIT|CMR|UMR|OMC|USS|USCGC|USNS)[ #]*([A-Z0-9][A-Z0-9 ]*?)(?:,? BOX {BOX})?(?:,? (?:APO|FPO|DPO))?$"
GENERAL = r"\b(?:GENERAL DELIVERY|GEN DEL|GENERAL DEL|GEN DELIVERY|LISTA DE CORREOS|ENTREGA GENERAL|POSTE RESTANTE)\b"
HOMELESS = (
    r"\b(?:HOMELESS|TRANSIENT|TRANSIENTE|UNHOUSED|UNSHELTERED|UNDOMICILED|VAGRANT|SIN HOGAR|SIN TECHO|INDIGENTE|"
    r"NO FIXED (?:ADDRESS|ABODE|RESIDENCE|DOMICILE)|NO PERMANENT (?:RESIDENCE|ABODE)|LIVES? IN (?:A |HIS |HER )?(?:CAR|VEHICLE|VAN)|"
    r"ON THE STREETS?|LIVING ON THE STREETS?)\b"
)
_SAINT = rf"\b(?:ST|SAINT|STE) ({_any(SAINTS)})\b"
_LINE = rf"(?:^|, )({_NUMBER})(?:,? ({_DIR}))?(?: ([A-Z0-9][A-Z0-9 &/-]*?))(?: ({_TYPE}))?(?: ({_DIR}))?(?:,|$)"
_TYPED = (
    rf"^.*?[A-Z]{{2}}[A-Z ,&/-]* ((?:{_NUMBER})(?: {_DIR})? (?:[A-Z0-9 &/-]+ (?:{_MAIN_TYPE})(?: (?:{_DIR}))?|"
    rf"(?:[A-Z]+ )?(?:{_HIGHWAY}) [0-9]+[A-Z]?(?: [NSEW])?|(?:CALLE|AVENIDA|CAMINO|PASEO|RUE|VIA) [A-Z0-9 ]+)(?:,.*)?)$"
)
# Spanish order: the number follows ("CALLE 5 #12", "AVE PONCE DE LEON 1234"); highways have a kilometre.
_SPANISH_STREET = "(?:CALLE|CLL|AVENIDA|AVE|AV|CAMINO|PASEO|CARRETERA|CARR|VIA|CALLEJON)"
_SPANISH = (
    rf"(^|, )({_SPANISH_STREET} [A-Z0-9][A-Z0-9 -]*?),? (?:#|NUM|NO|KM|CASA)[ #]*([A-Z]?-?[0-9][A-Z0-9-]*)(,|$)",
    rf"(^|, )({_SPANISH_STREET} [A-Z][A-Z ]+) ([0-9]+)(,|$)",
)


def read_texts(texts: pl.DataFrame) -> pl.DataFrame:
    """Read each plain text: ``a_plain`` in; ``a_plain a_text a_kind a_placeholder`` and the parts out."""
    read = _town(_place(texts))
    read = _street(_units(_boxes(read)))
    read = _kind(read)
    return find_placeholders(read)


def _place(texts: pl.DataFrame) -> pl.DataFrame:
    """Take country, ZIP and state off the end; what is left is ``l``."""
    country = pl.col("a_plain").str.extract(rf"(?:^|[, ])({_any(COUNTRIES)})$", 1)
    bare = pl.col("a_plain").str.replace(r"(?:^|[, ]+)(?:USA|U S A|US|UNITED STATES(?: OF AMERICA)?|EE ?UU|ESTADOS UNIDOS)$", "")
    bare = bare.str.replace(r"([ ,][A-Z]{2})([0-9]{5}(?:-?[0-9]{4})?)$", "$1 $2")
    bare = bare.str.replace(rf" ([0-9]{{5}}),? ({_any(STATES)})$", ", $2 $1")
    read = texts.with_columns(bare.alias("l"), country.fill_null("").alias("country"))
    zips = pl.col("l").str.extract_groups(r"(?:^|[^0-9A-Z-])([0-9]{5})(?:[ ,-]{0,3}([0-9]{4}))?$")
    read = read.with_columns(
        zips.struct.field("1").fill_null("").alias("a_zip5"),
        zips.struct.field("2").fill_null("").alias("a_zip4"),
        pl.col("l").str.replace(r"(?:^|[ ,]+)[0-9]{5}(?:[ ,-]{0,3}[0-9]{4})?$", "").alias("l"),
    )
    named = pl.col("l").str.extract(rf"(?:^|[ ,])({_any(STATES)})$", 1).fill_null("")
    read = read.with_columns(
        named.alias("named"),
        pl.col("l").str.head(pl.col("l").str.len_chars() - named.str.len_chars()).str.strip_chars(" ,-").alias("rest"),
    )
    state = _mapped(pl.col("named"), STATES)
    # "Washington 20500" and "New York 10001" name a city.
    capital = (pl.col("named") == "WASHINGTON") & pl.col("a_zip5").str.contains("^20[0-5]")
    city = (pl.col("named") == "NEW YORK") | (pl.col("named") == "WASHINGTON")
    # "100 Oak Ct 60608": a state's letters that are a street's type, when the ZIP is of another state.
    fits = (pl.col("a_zip5").str.head(3) + state).is_in([zip3 + name for zip3, names in ZIP_STATES.items() for name in names])
    a_type = pl.col("named").is_in(["CT", "LA", "PR", "MT", "AL", "FL", "KY", "IS", "VI"]) & pl.col("rest").str.contains(
        r"(?:^|, )[0-9]+ [^,]*$"
    ) & ~fits & ~pl.col("rest").str.contains(rf" (?:{_MAIN_TYPE}) ") & ~pl.col("l").str.contains(r", [A-Z]{2}$")
    read = read.with_columns(
        pl.when(a_type).then(pl.lit("")).when(capital).then(pl.lit("DC")).otherwise(state).alias("a_state"),
        pl.when(a_type).then(pl.col("l")).otherwise(pl.col("rest")).alias("l"),
        pl.when(city & ~a_type).then(pl.col("named")).otherwise(pl.lit("")).alias("own_city"),
    )
    return read.drop("rest", "named")


def _town(read: pl.DataFrame) -> pl.DataFrame:
    """Take the town off the end: the last component, or what follows the street's type, unit or box."""
    town = r"(?:^|, )([A-Z][A-Z -]*[A-Z])$"
    last = pl.col("l").str.extract(town, 1)
    not_a_town = last.str.contains(rf"^(?:(?:{_LONE})|.* (?:{_any(set(STREET_TYPES) - {'CV', 'COVE', 'JCT', 'JUNCTION', 'LANDING', 'PASS', 'RIDGE', 'CROSSING', 'PLACE', 'SQUARE', 'LOOP', 'SPUR', 'RUN', 'WAY', 'TRAIL', 'BYPASS', 'TRACE', 'CIRCLE', 'TRACK', 'WALK', 'ROW', 'TER', 'TERRACE', 'PLAZA', 'PIKE'})}))$")
    institution = last.str.contains(_INSTITUTION)
    last = pl.when(~(not_a_town | institution)).then(last)
    has_place = (pl.col("a_state") != "") | (pl.col("a_zip5") != "") | pl.col("l").str.contains(", ")
    last = pl.when(has_place).then(last)
    read = read.with_columns(last.fill_null("").alias("a_city"))
    read = read.with_columns(_less("l", pl.col("a_city")).alias("l"))
    run_on = (pl.col("a_city") == "") & ((pl.col("a_state") != "") | (pl.col("a_zip5") != "")) & (pl.col("own_city") == "")
    found = pl.struct("l", "a_state", run_on.alias("run_on")).map_batches(_run_on_towns, return_dtype=pl.String)
    read = read.with_columns(found.alias("found"))
    city = pl.when(pl.col("a_city") != "").then(pl.col("a_city")).when(pl.col("found") != "").then(pl.col("found")).otherwise(pl.col("own_city"))
    city = city.str.replace(r"^SAINT\b", "ST").str.replace(r"^FORT\b", "FT").str.replace(r"^MOUNT\b", "MT").str.replace_all("-", " ")
    city = city.str.replace("^N ", "NORTH ").str.replace("^S ", "SOUTH ").str.replace("^E ", "EAST ").str.replace("^W ", "WEST ")
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
    found = rows.gather(where).struct.unnest().select(_run_on_town())
    return towns.scatter(where, found.to_series())


def _run_on_town() -> pl.Expr:
    text = pl.col("l").str.replace_all(_SAINT, "XX $1")
    letters, short = r"([A-Z][A-Z -]*[A-Z])$", "N|S|E|W|NE|NW|SE|SW|NORTHEAST|NORTHWEST|SOUTHEAST|SOUTHWEST"
    patterns = (
        rf"^{letters}",
        rf"\b(?:BOX|DRAWER) ?#? ?[A-Z]?[0-9][A-Z0-9-]* {letters}",
        rf"(?: (?:{_UNIT}) ?#? ?|#[ #]*)(?:[A-Z]?-?[0-9][A-Z0-9-]*|[A-Z]) {letters}",
        rf"(?:[0-9]+(?:ST|ND|RD|TH)|GROUND) (?:FLOOR|FL|FLR) {letters}",
        rf"[0-9] (?:.* )?(?:{_MAIN_TYPE})(?: (?:{short}))?(?: [0-9]+[A-Z]?| (?:{_LONE}))? {letters}",
        rf"^[0-9][A-Z0-9/-]* .*[0-9][A-Z0-9-]*(?: (?:[NSEW]{{1,2}}|BUSINESS|BUS|BYPASS))? {letters}",
        rf"^[A-Z]+ [A-Z0-9]*[0-9][A-Z0-9]* .*\b(?:{_MAIN_TYPE}) {letters}",
        rf"[0-9] .* ((?:{_any(TOWN_BEGINS)}) [A-Z]+ (?:{_any(TOWN_ENDS)}))$",
        rf"[0-9] .* ((?:{_any(TOWN_BEGINS)}) [A-Z]+)$",
        rf"[0-9] .* ([A-Z]+ (?:{_any(TOWN_ENDS)}))$",
    )
    # "1234 Salt Lake City": the whole of it is a town, and no street is left.
    only = text.str.extract(rf"^[0-9]+ ((?:(?:{_any(TOWN_BEGINS)}) )?[A-Z]+(?: (?:{_any(TOWN_ENDS)}))?|(?:{_any(TOWN_BEGINS)}) [A-Z]+)$", 1)
    known = text.str.contains(rf"^[0-9]+ (?:{_any(TYPELESS)})\b")
    only = pl.when(~known & ~text.str.contains(rf" (?:{_MAIN_TYPE})$")).then(only)
    noun = text.str.extract(rf"^[0-9]\S* .+ (?:{_any(NOUN_TYPES)}) {letters}", 1)
    last = pl.when(~text.str.contains(rf" (?:{_TYPE}|{_DIR})$")).then(text.str.extract(r"^[0-9]\S* .+ ([A-Z]+)$", 1))
    towns = [text.str.extract(pattern, 1) for pattern in patterns]
    town = pl.coalesce(*towns[:4], only, *towns[4:], noun, last).fill_null("")
    town = pl.when(town.str.contains(rf"^(?:{_DIR}|{_LONE}|BUSINESS)$")).then(pl.lit("")).otherwise(town)
    # What stood for a saint had as many letters as "ST".
    return pl.when(pl.col("l").str.contains(r"\b(?:SAINT|STE) ")).then(town.str.replace("XX", "SAINT")).otherwise(town.str.replace("XX", "ST"))


_INSTITUTION = rf"\b(?:{_any([*INSTITUTIONS, *INSTITUTION_PHRASES])})\b"


def _boxes(read: pl.DataFrame) -> pl.DataFrame:
    """Find boxes and routes, and take them out of the line."""
    line = pl.col("l")
    po_box = pl.coalesce(line.str.extract(PO_BOX, 1), line.str.extract(BARE_BOX, 1))
    route = line.str.extract_groups(ROUTE)
    military = line.str.extract_groups(MILITARY)
    services = pl.col("a_state").is_in(["AA", "AE", "AP"]) | line.str.contains(r"\b[AFD]PO$") | pl.col("a_city").is_in(["APO", "FPO", "DPO"])
    word = route.struct.field("1").str.replace("^(?:HC.*|HIGHWAY.*|STAR.*)$", "HC").str.replace(r"^(?:R.*|SR)$", "RR")
    return read.with_columns(
        po_box.fill_null("").alias("box"),
        (word + " " + route.struct.field("2")).fill_null("").alias("route"),
        route.struct.field("3").fill_null("").alias("route_box"),
        pl.when(services).then(military.struct.field("1") + " " + military.struct.field("2")).fill_null("").alias("military"),
        pl.when(services).then(military.struct.field("3")).fill_null("").alias("military_box"),
        services.alias("services"),
        pl.when(services & (pl.col("a_city") == "")).then(line.str.extract(r"\b([AFD]PO)$", 1).fill_null("")).otherwise(pl.col("a_city")).alias("a_city"),
        line.str.replace(PO_BOX, ", ").str.strip_chars(" ,").alias("l"),
    )


def _units(read: pl.DataFrame) -> pl.DataFrame:
    """Take the unit out of the line, wherever it stands; two of them ("Bldg 5 Apt 2") stay in their order."""
    line = pl.col("l").str.replace(r"\b(HIGHWAY|HWY|ROUTE|RTE|RT|ROAD|RD) (?:NO|NUMBER|#) ?([0-9])", "$1 $2")
    for spanish in _SPANISH:
        line = line.str.replace(spanish, "$1$3 $2$4")
    line = line.str.replace_all(rf"(?:^|[ ,]+)([0-9]+)(?:ST|ND|RD|TH) (?:FLOOR|FLR|FL|LEVEL)(?:,|$)", ", FL $1, ")
    line = line.str.replace(r"(?:^|[ ,]+)(?:(GROUND|LOWER|UPPER|MAIN|TOP|FIRST|SECOND|THIRD) (?:FLOOR|FLR|FL|LEVEL))(?:,|$)", ", $1, ")
    line = line.str.replace_all(rf"(?:[ ,]+|^)(?:C/O|% ?|ATTN|CARE OF) [A-Z ]+(?:,|$)", ", ").str.strip_chars(" ,")
    # A bare number after a typed street: "801 South Canal Street C1S".
    line = line.str.replace(
        rf"^([0-9][0-9A-Z-]* (?:[A-Z0-9]+ )*[A-Z]*[A-Z0-9] (?:ST|STREET|AVE|AVENUE|DR|DRIVE|LN|LANE|CT|COURT|BLVD|BOULEVARD|PL|PLACE|WAY|CIR|CIRCLE|TER|TERRACE)(?: (?:{_DIR}))?) ([A-Z]?[0-9]+[A-Z0-9-]*|[A-Z][0-9]?)(,|$)",
        "$1, # $2$3",
    )
    one = rf"(?:^|[ ,]+)(?:({_UNIT}) ?#? ?({_ID})|#[ #]*({_ID})|(?:(?:{_UNIT}) )?({_LONE}))(?:,|$)"
    read = read.with_columns(line.alias("l"))
    units = []
    for _ in range(2):
        found = read["l"].str.extract_groups(one).struct.unnest().select(
            pl.when(pl.col("1").is_not_null()).then(_mapped(pl.col("1"), UNITS) + " " + pl.col("2"))
            .when(pl.col("3").is_not_null()).then("# " + pl.col("3"))
            .otherwise(_mapped(pl.col("4"), LONE_UNITS))
        ).to_series()  # fmt: skip
        units.append(found)
        read = read.with_columns(pl.col("l").str.replace(one, ",").str.replace_all(r"(?:, ?)+", ", ").str.strip_chars(" ,").alias("l"))
    both = pl.select(pl.concat_str(*units, separator=" ").str.strip_chars(" ")).to_series()
    return read.with_columns(both.alias("a_unit"))


def _street(read: pl.DataFrame) -> pl.DataFrame:
    """Number, directions, street and type of the line."""
    line = pl.col("l").str.replace(r"^([0-9]+) - ?([0-9]+)", "$1-$2")
    # Names, houses and urbanizaciones may stand before the number, if what follows it is surely a street.
    inner = pl.coalesce(
        line.str.extract(r"((?:^|, )(?:[0-9]|[NSEW] ?[0-9]).* .*)$", 1).str.strip_chars(" ,"), line.str.extract(_TYPED, 1), line
    )
    read = read.with_columns(inner.alias("l"))
    street = pl.col("l").str.extract_groups(_LINE)
    field = street.struct.field
    read = read.with_columns(
        field("1").fill_null("").replace(NUMBER_WORDS).alias("a_number"),
        _mapped(field("2"), DIRECTIONS).alias("a_predir"),
        field("3").fill_null("").alias("a_street"),
        _mapped(field("4"), TYPES).alias("a_type"),
        _mapped(field("5"), DIRECTIONS).alias("a_postdir"),
    )
    typeless, is_type = pl.col("a_type") == "", pl.col("a_street").is_in(list(TYPES))
    # "150 North St": the direction is the street's name.
    swapped = typeless & (pl.col("a_predir") != "") & is_type
    name = pl.col("l").str.extract(rf"(?:^|, )(?:{_NUMBER}) ({_DIR}) ", 1)
    read = read.with_columns(
        pl.when(swapped).then(name).otherwise(pl.col("a_street")).alias("a_street"),
        pl.when(swapped).then(_mapped(pl.col("a_street"), TYPES)).otherwise(pl.col("a_type")).alias("a_type"),
        pl.when(swapped).then(pl.lit("")).otherwise(pl.col("a_predir")).alias("a_predir"),
    )
    street_name = pl.col("a_street")
    whole_direction = street_name.is_in(list(DIRECTIONS))
    street_name = pl.when(whole_direction).then(_mapped(street_name, {k: max((w for w, s in DIRECTIONS.items() if s == v and " " not in w and w not in ("NORTE", "ESTE", "OESTE", "SUR")), key=len) for k, v in DIRECTIONS.items()})).otherwise(street_name)
    street_name = street_name.replace(ORDINALS).str.replace(r"^SAINT\b", "ST")
    highway = (
        street_name.str.replace(r"\b(?:HIGHWAY|HIWAY|HIGHWY)\b", "HWY").str.replace(r"\b(?:ROUTE|RT)\b", "RTE").str.replace(r"\bU S\b", "US")
        .str.replace(r"\b(?:CO|CNTY) (RD|ROAD|HWY)\b", "COUNTY $1").str.replace(r"\bCR ([0-9])", "COUNTY ROAD $1").str.replace(r"\bROAD\b", "RD")
        .str.replace(r"\b(?:AVENUE|AV)\b", "AVE").str.replace(r"\bAVENIDA\b", "AVE").str.replace(r"\b(?:CARRETERA)\b", "CARR").str.replace(r"\bSTATE RD\b", "STATE RD")
    )  # fmt: skip
    return read.with_columns(pl.when(pl.col("a_type") == "").then(highway).otherwise(street_name).alias("a_street"))


def _kind(read: pl.DataFrame) -> pl.DataFrame:
    """What a letter carrier would make of it; boxes become number and street."""
    plain, street = pl.col("a_plain"), pl.col("a_street")
    letters = street.str.contains(r"[A-Z]{2}|^[A-Z]$|[0-9](?:ST|ND|RD|TH)") | (pl.col("a_type") != "")
    grid = street.str.contains(r"^[0-9]+$|^[NSEW] ?[0-9]+$") & ((pl.col("a_postdir") != "") | (pl.col("a_predir") != "") | street.str.contains("[NSEW]"))
    typed = (pl.col("a_type") != "") | grid | street.str.contains(rf"\b(?:{_HIGHWAY}) #?[0-9]|\b(?:CALLE|AVE|CAMINO|BROADWAY)\b")
    institution = plain.str.contains(_INSTITUTION)
    no_town = (pl.col("a_city") == "") & ~street.str.contains(rf"\b(?:{_any(TYPELESS)})\b")
    positive = pl.col("a_number").str.contains(r"[1-9]|(?:MI|MILE) [A-Z]")
    has_street = positive & (letters | grid) & (typed | ~(institution | no_town))
    foreign = (pl.col("country") != "") & (pl.col("a_state") == "") | plain.str.contains(r"\b[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$")
    other_script = ~plain.str.contains("[A-Z]") & plain.str.contains(r"\p{L}")
    line_abroad = plain.str.contains(r"[0-9]|\bS/N\b")
    kind = (
        pl.when(plain.str.contains(GENERAL)).then(pl.lit("general_delivery"))
        .when((foreign | other_script) & line_abroad).then(pl.lit("foreign"))
        .when((pl.col("military") != "") | (pl.col("services") & has_street)).then(pl.lit("military"))
        .when(has_street).then(pl.lit("street"))
        .when(pl.col("route") != "").then(pl.lit("rural_route"))
        .when(pl.col("box") != "").then(pl.lit("po_box"))
        .when(plain.str.contains(r"\b(?:SHELTER|JAIL|PRISON|HOSPITAL)\b")).then(pl.lit("institution"))
        .when(plain.str.contains(HOMELESS)).then(pl.lit("homeless"))
        .when(institution).then(pl.lit("institution"))
        .otherwise(pl.lit("none"))
    )  # fmt: skip
    read = read.with_columns(kind.alias("a_kind"))
    kind = pl.col("a_kind")
    boxed = kind.is_in(["po_box", "rural_route"]) | ((kind == "military") & (pl.col("military") != ""))
    gone = boxed | ~kind.is_in(["street", "military"])

    def by_kind(po_box: pl.Expr, route: pl.Expr, military: pl.Expr, own: pl.Expr) -> pl.Expr:
        return (
            pl.when(kind == "po_box").then(po_box).when(kind == "rural_route").then(route)
            .when((kind == "military") & (pl.col("military") != "")).then(military)
            .when(gone).then(pl.lit("")).otherwise(own)
        )  # fmt: skip

    unit = pl.when((kind == "street") & (pl.col("box") != "")).then((pl.col("a_unit") + " PO BOX " + pl.col("box")).str.strip_chars(" ")).when(
        kind.is_in(["none", "institution", "homeless", "general_delivery"]) | ((kind == "military") & boxed)).then(pl.lit("")).otherwise(pl.col("a_unit"))
    read = read.with_columns(
        by_kind(pl.col("box"), pl.col("route_box"), pl.col("military_box"), pl.col("a_number").str.replace_all(" - ", "-")).alias("a_number"),
        by_kind(pl.lit("PO BOX"), pl.col("route"), pl.col("military"), street).alias("a_street"),
        *(pl.when(gone).then(pl.lit("")).otherwise(pl.col(part)).alias(part) for part in ("a_predir", "a_type", "a_postdir")),
        unit.alias("a_unit"),
    )
    parts = [pl.when(pl.col(part) != "").then(pl.col(part)) for part in PARTS if part != "a_zip4"]
    text = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    read_whole = kind.is_in(["street", "po_box", "rural_route", "military"])
    return read.with_columns(pl.when(read_whole).then(text).otherwise(plain.str.replace_all(",", "", literal=True)).alias("a_text"))
