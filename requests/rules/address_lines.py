"""Taking a plain address apart: first the place off its end, then the delivery line (see ``addresses`` for the conventions)."""

from __future__ import annotations

import polars as pl

from requests.rules.address_towns import (
    DIRECTION,
    INSTITUTION,
    LONE_UNIT,
    MAIN_TYPE,
    TYPE,
    TYPES,
    UNIT,
    any_of,
    mapped,
    take_place,
    take_town,
)
from requests.rules.address_words import (
    DIRECTION_NAMES,
    DIRECTIONS,
    HIGHWAYS,
    LONE_UNITS,
    NUMBER_WORDS,
    ORDINALS,
    TYPELESS,
    UNITS,
)
from requests.rules.disguises import find_placeholders

PARTS = ("a_number", "a_predir", "a_street", "a_type", "a_postdir", "a_unit", "a_city", "a_state", "a_zip5", "a_zip4")
_HIGHWAY = any_of(HIGHWAYS)
_ID = r"(?:[0-9][A-Z0-9]*(?:[-/][A-Z0-9]+)*|[A-Z](?:-?[0-9]+[A-Z]?)?|[A-Z]{1,2}[0-9]+|[A-Z]-[A-Z])"
_NUMBER = (
    r"[NSEW] ?[0-9]{1,6} ?[NSEW] ?[0-9]{1,6}|[0-9]{1,3}[NSEW][0-9]{1,5}|[NSEW] ?[0-9]{2,6}|"
    r"[0-9]{1,7}(?:-[0-9]{1,6}){0,3}(?:-?[A-Z])?(?:[ -][0-9]/[0-9]{1,2})?|[0-9]{2,6}/[0-9]{2,6}|[0-9]{1,4}-[A-Z]{2}|"
    r"(?:MILE ?POST|MILE|MI|MM|MP|KM) [A-Z0-9]+|" + any_of(NUMBER_WORDS)
)

BOX = r"#? ?([A-Z]?[0-9][A-Z0-9-]*|[A-Z])"
PO_BOX = (
    r"(?:^|[, ])(?:P ?O ?(?:BOX|DRAWER)|POST OFFICE (?:BOX|DRAWER)|POB|APARTADO(?: POSTAL)?|LOCK ?BOX|CALL ?BOX) ?"
    rf"(?:NO |NUM )?{BOX}(?:$|[, ])"
)
BARE_BOX = rf"^(?:BOX|DRAWER)(?: |#)(?:NO )?{BOX}(?:$|,)"
ROUTE = (
    r"(?:^|[, ])(RR|R ?R|RURAL ROUTE|RURAL RTE|RURAL RT|RFD|R ?F ?D|R ?D|RT|RTE|ROUTE|STAR ROUTE|STAR RTE|SR|HC|HCR|"
    rf"HIGHWAY CONTRACT(?: ROUTE)?|HC ROUTE)[ -]?#? ?([0-9]{{1,4}}[A-Z]?|R),? BOX {BOX}(?:$|[, ])"
)
MILITARY = rf"(?:^|[, ])(PSC|UNIT|CMR|UMR|OMC|USS|USCGC|USNS)[ #]*([A-Z0-9][A-Z0-9 ]*?)(?:,? BOX {BOX})?(?:,? (?:APO|FPO|DPO))?$"
GENERAL = r"\b(?:GENERAL DELIVERY|GEN DEL|GENERAL DEL|GEN DELIVERY|LISTA DE CORREOS|ENTREGA GENERAL|POSTE RESTANTE)\b"
HOMELESS = (
    r"\b(?:HOMELESS|TRANSIENT|TRANSIENTE|UNHOUSED|UNSHELTERED|UNDOMICILED|VAGRANT|SIN HOGAR|SIN TECHO|INDIGENTE|"
    r"NO FIXED (?:ADDRESS|ABODE|RESIDENCE|DOMICILE)|NO PERMANENT (?:RESIDENCE|ABODE)|LIVES? IN (?:A |HIS |HER )?(?:CAR|VEHICLE|VAN)|"
    r"ON THE STREETS?|LIVING ON THE STREETS?|EN LA CALLE)\b"
)
# "1234 lives on the street": a type is named, and no street.
LIVES = r"\b(?:LIVES?|LIVING|SLEEPS?|STAYS?|VIVE|DUERME) (?:ON|IN|AT|EN) "
_LINE = (
    rf"(?:^|, )({_NUMBER})(?:,? ({DIRECTION}))?(?: ([A-Z0-9][A-Z0-9 &/-]*?))(?: ({TYPE}))?(?: ({DIRECTION}))?(?:,|$)"
)
_TYPED = (
    rf"^.*?[A-Z]{{2}}[A-Z ,&/-]* ((?:{_NUMBER})(?: {DIRECTION})? (?:[A-Z0-9 &/-]+ (?:{MAIN_TYPE})(?: (?:{DIRECTION}))?|"
    rf"(?:[A-Z]+ )?(?:{_HIGHWAY}) [0-9]+[A-Z]?(?: [NSEW])?|(?:CALLE|AVENIDA|CAMINO|PASEO|RUE|VIA) [A-Z0-9 ]+)(?:,.*)?)$"
)
_ONE_UNIT = (
    rf"(?:^|[ ,]+)(?:({UNIT})(?:[ #]+({_ID})|([0-9][A-Z0-9-]*))|#[ #]*({_ID}(?: (?:[NSEW]|NORTH|SOUTH|EAST|WEST))?)|"
    rf"(?:(?:{UNIT}) )?({LONE_UNIT}))(?:,|$)"
)
# What a street without a type at its end begins with, or holds: "US HIGHWAY 50", "AVENUE C".
_IN_STREETS = (
    (r"\b(?:HIGHWAY|HIWAY|HIGHWY)\b", "HWY"),
    (r"\b(?:ROUTE|RT)\b", "RTE"),
    (r"\bU S\b", "US"),
    (r"\b(?:CO|CNTY) (RD|ROAD|HWY)\b", "COUNTY $1"),
    (r"\bCR ([0-9])", "COUNTY RD $1"),
    (r"\bROAD\b", "RD"),
    (r"\b(?:AVENUE|AVENIDA|AV)\b", "AVE"),
    (r"\bCARRETERA\b", "CARR"),
    # As dispatchers in the south-west write them.
    (r"\bAVNDA ", "AVE "),
    (r"\bCAMTO ", "CAMINITO "),
    (r"^(EL )?CAM ", "${1}CAMINO "),
    (r"^CTE ", "CORTE "),
)
# Two houses, one line: "1235 & 1237 28th St", "12 - 14 Main St".
TWO_NUMBERS = r"^([0-9]+) (?:-|&|AND) ?([0-9]+)\b"
# A bare number after a typed street: "801 South Canal Street C1S".
_BARE_UNIT = (
    r"^([0-9][0-9A-Z-]* (?:[A-Z0-9]+ )*[A-Z]*[A-Z0-9] (?:ST|STREET|AVE|AVENUE|DR|DRIVE|LN|LANE|CT|COURT|BLVD|BOULEVARD|PL|PLACE|"
    rf"WAY|CIR|CIRCLE|TER|TERRACE)(?: (?:{DIRECTION}))?) ([A-Z]?[0-9]+[A-Z0-9-]*)(,|$)"
)
# Spanish order: the number follows ("CALLE 5 #12", "AVE PONCE DE LEON 1234"); highways have a kilometre.
_SPANISH_STREET = "(?:CALLE|CLL|AVENIDA|AVE|AV|CAMINO|PASEO|CARRETERA|CARR|VIA|CALLEJON)"
_SPANISH = (
    (
        rf"(^|, )({_SPANISH_STREET} [A-Z0-9][A-Z0-9 -]*?),? (?:#|NUM|NO|KM|CASA)[ #]*([A-Z]?-?[0-9][A-Z0-9-]*)(,|$)",
        "$1$3 $2$4",
    ),
    (rf"(^|, )({_SPANISH_STREET} [A-Z][A-Z ]+) ([0-9]+)(,|$)", "$1$3 $2$4"),
)
_UNUSUAL_SIGNS = (" KM ", "CALLE", "CLL ", "HOUSE", "HSE", " FL", "#")
_UNUSUAL = (
    (r" (CARR(?:ETERA)? [0-9]+),? KM ([0-9]+)(,|$)", " $2 $1$3"),
    # In Puerto Rico the number holds the block, before the street or after it: "D-5 CALLE 7", "CALLE 39 ZZ-15".
    (r"(^|, )([A-Z]{1,2})-?([0-9]{1,4}),? (CALLE|CLL) ", "$1${3}-$2 $4 "),
    (r"(^|, )((?:CALLE|CLL) [A-Z0-9][A-Z0-9 ]*?),? ([A-Z]{1,2})-([0-9]{1,4})(,|$)", "$1${4}-$3 $2$5"),
    # Tribal land: the house follows the route.
    (r"(^|, )((?:[A-Z]+ )?(?:ROUTE|RTE|RT|IR|BIA) [0-9]+),? (?:HOUSE|HSE|#)[ #]*([0-9]+[A-Z]?)(,|$)", "$1$3 $2$4"),
    # A floor or a unit before the house number: "4th floor 300 E Randolph St", "#42 233 S Wacker Dr".
    (r"^([0-9]+)(?:ST|ND|RD|TH) (?:FLOOR|FLR|FL),? (.*\b[0-9]+ .*)$", "$2, FL $1"),
    (rf"^# ?({_ID}) ([0-9]+ [A-Z].*)$", "$2, # $1"),
)
# Public housing and condominiums of Puerto Rico have no street (Publication 28, section 29): the building and the flat do.
_PROJECT = (
    r"(?:^|, )((?:RES|RESIDENCIAL|COND|CONDOMINIO|CONDO) [A-Z][A-Z ]*?),? (?:EDIF|EDIFICIO|BLDG|TORRE|APT|APTO|APARTAMENTO|UNIT|#)"
    r"[ #]*[A-Z]?[0-9]"
)
# A street's name that is none: its type alone, or a direction alone.
_NO_NAME = r"^(?:ST|STREET|RD|ROAD|AVE|AVENUE|DR|DRIVE|LN|LANE|BLVD|BOULEVARD)$"


def read_texts(texts: pl.DataFrame) -> pl.DataFrame:
    """Read each plain text: ``a_plain`` in; ``a_plain a_text a_kind a_placeholder`` and the parts out."""
    read = take_town(take_place(texts))
    read = _street(_units(_boxes(read)))
    read = _kind(read)
    return find_placeholders(read)


def _boxes(read: pl.DataFrame) -> pl.DataFrame:
    """Find boxes and routes, and take them out of the line."""
    line = pl.col("l")
    po_box = pl.coalesce(line.str.extract(PO_BOX, 1), line.str.extract(BARE_BOX, 1))
    route = line.str.extract_groups(ROUTE)
    military = line.str.extract_groups(MILITARY)
    services = (
        pl.col("a_state").is_in(["AA", "AE", "AP"])
        | line.str.contains(r"\b[AFD]PO$")
        | pl.col("a_city").is_in(["APO", "FPO", "DPO"])
    )
    # A box or route of the number 0 is none.
    none = r"^0+$"
    box_of_route, box_of_unit = route.struct.field("3"), military.struct.field("3")
    no_route = box_of_route.str.contains(none) | route.struct.field("2").str.contains(none)
    word = route.struct.field("1").str.replace("^(?:HC.*|HIGHWAY.*|STAR.*)$", "HC").str.replace(r"^(?:R.*|SR)$", "RR")
    return read.with_columns(
        po_box.str.replace(none, "").fill_null("").alias("box"),
        pl.when(~no_route)
        .then(word + " " + route.struct.field("2").str.strip_chars_start("0"))
        .fill_null("")
        .alias("route"),
        box_of_route.fill_null("").alias("route_box"),
        pl.when(services & ~box_of_unit.str.contains(none).fill_null(False))
        .then(military.struct.field("1") + " " + military.struct.field("2"))
        .fill_null("")
        .alias("military"),
        pl.when(services).then(box_of_unit).fill_null("").alias("military_box"),
        services.alias("services"),
        pl.when(services & (pl.col("a_city") == ""))
        .then(line.str.extract(r"\b([AFD]PO)$", 1).fill_null(""))
        .otherwise(pl.col("a_city"))
        .alias("a_city"),
        line.str.replace(PO_BOX, ", ").str.strip_chars(" ,").alias("l"),
    )


def _units(read: pl.DataFrame) -> pl.DataFrame:
    """Take the unit out of the line, wherever it stands; two of them ("Bldg 5 Apt 2") read the same in any order."""
    line = pl.col("l").str.replace(r"\b(HIGHWAY|HWY|ROUTE|RTE|RT|ROAD|RD) (?:NO|NUMBER|#) ?([0-9])", "$1 $2")
    for pattern, standard in _SPANISH:
        line = line.str.replace(pattern, standard)
    line = line.map_batches(_unusual_order, return_dtype=pl.String, is_elementwise=True)
    line = line.str.replace_all(r"(?:^|[ ,]+)([0-9]+)(?:ST|ND|RD|TH) (?:FLOOR|FLR|FL|LEVEL)(?:,|$)", ", FL $1, ")
    line = line.str.replace(
        r"(?:^|[ ,]+)(?:(GROUND|LOWER|UPPER|MAIN|TOP|FIRST|SECOND|THIRD) (?:FLOOR|FLR|FL|LEVEL))(?:,|$)", ", $1, "
    )
    line = line.str.replace_all(r"(?:[ ,]+|^)(?:C/O|% ?|ATTN|CARE OF) [A-Z ]+(?:,|$)", ", ").str.strip_chars(" ,")
    line = line.str.replace(_BARE_UNIT, "$1, # $2$3")
    # The unit may stand first: "Apt 1B 626 E Kilbourn Ave"; a letter of the number may stand alone: "4922 B South Cornell".
    line = line.str.replace(rf"^((?:{UNIT})[ #]+{_ID}) ([0-9].*)$", "$2, $1")
    line = line.str.replace(rf"^([0-9]+) ([A-DF-MO-RT-VXYZ]) ((?:{DIRECTION}) )", "$1$2 $3")
    line = line.str.replace(r"^([NSEW]) ([0-9]+) ([NSEW]) ([0-9]+)$", "$4 $1 $2 $3")
    read = read.with_columns(line.alias("l"))
    units = []
    for _ in range(2):
        found = read["l"].str.extract_groups(_ONE_UNIT).struct.unnest().select(
            pl.when(pl.col("1").is_not_null()).then(mapped(pl.col("1"), UNITS) + " " + pl.coalesce("2", "3"))
            .when(pl.col("4").is_not_null()).then("# " + pl.col("4"))
            .otherwise(mapped(pl.col("5"), LONE_UNITS))
        ).to_series()  # fmt: skip
        units.append(found)
        read = read.with_columns(
            pl.col("l").str.replace(_ONE_UNIT, ",").str.replace_all(r"(?:, ?)+", ", ").str.strip_chars(" ,").alias("l")
        )
    two = pl.DataFrame({"one": units[0], "other": units[1]}).select(
        pl.concat_str(
            pl.min_horizontal("one", "other"), pl.max_horizontal("one", "other"), separator=" "
        ).str.strip_chars(" ")
    )
    return read.with_columns(two.to_series().alias("a_unit"))


def _unusual_order(lines: pl.Series) -> pl.Series:
    """Bring number and street into their usual order, in the few lines that show a sign of another one."""
    where = lines.str.contains_any(list(_UNUSUAL_SIGNS)).arg_true()
    if where.len() == 0:
        return lines
    few = lines.gather(where).alias("line").to_frame()
    line = pl.col("line").str.replace(rf"# ?({UNIT}) ", "$1 ")
    for pattern, standard in _UNUSUAL:
        line = line.str.replace(pattern, standard)
    places = pl.int_range(lines.len(), eager=True).scatter(
        where, pl.int_range(lines.len(), lines.len() + where.len(), eager=True)
    )
    return pl.concat([lines, few.select(line).to_series().alias(lines.name)]).gather(places)


def _street(read: pl.DataFrame) -> pl.DataFrame:
    """Number, directions, street and type of the line."""
    line = pl.col("l").str.replace(TWO_NUMBERS, "$1-$2")
    # Names, houses and urbanizaciones may stand before the number, if what follows it is surely a street.
    inner = pl.coalesce(
        line.str.extract(r"((?:^|, )(?:[0-9]|[NSEW] ?[0-9]).* .*)$", 1).str.strip_chars(" ,"),
        line.str.extract(_TYPED, 1),
        line,
    )
    read = read.with_columns(inner.alias("l"))
    street = pl.col("l").str.extract_groups(_LINE)
    field = street.struct.field
    read = read.with_columns(
        field("1").fill_null("").replace(NUMBER_WORDS).alias("a_number"),
        mapped(field("2"), DIRECTIONS).alias("a_predir"),
        field("3").fill_null("").alias("a_street"),
        mapped(field("4"), TYPES).alias("a_type"),
        mapped(field("5"), DIRECTIONS).alias("a_postdir"),
    )
    project = pl.when((pl.col("a_state") == "PR") & (pl.col("a_number") == "")).then(
        pl.col("a_plain").str.extract(_PROJECT, 1)
    )
    read = read.with_columns(pl.coalesce(project, pl.col("a_street")).alias("a_street"))
    typeless, is_type = pl.col("a_type") == "", pl.col("a_street").is_in(list(TYPES))
    # "150 North St": the direction is the street's name.
    swapped = typeless & (pl.col("a_predir") != "") & is_type
    name = pl.col("l").str.extract(rf"(?:^|, )(?:{_NUMBER}) ({DIRECTION}) ", 1)
    read = read.with_columns(
        pl.when(swapped).then(name).otherwise(pl.col("a_street")).alias("a_street"),
        pl.when(swapped).then(mapped(pl.col("a_street"), TYPES)).otherwise(pl.col("a_type")).alias("a_type"),
        pl.when(swapped).then(pl.lit("")).otherwise(pl.col("a_predir")).alias("a_predir"),
    )
    street_name = pl.col("a_street")
    whole_direction = street_name.is_in(list(DIRECTIONS))
    street_name = pl.when(whole_direction).then(mapped(street_name, DIRECTION_NAMES)).otherwise(street_name)
    street_name = street_name.replace(ORDINALS).str.replace(r"^SAINT\b", "ST")
    # "1020 West Bryn Mawr 211": a number after a name that no highway has is the unit.
    bare = (
        (pl.col("a_type") == "") & (pl.col("a_unit") == "") & street_name.str.contains("^[A-Z]{3,}(?: [A-Z]{3,})* [0-9]+$")
        & ~street_name.str.contains(rf"\b(?:{_HIGHWAY}|RUTA|VEREDA|SUITE) [0-9]+$")
    )  # fmt: skip
    unit = pl.when(bare).then("# " + street_name.str.extract("([0-9]+)$", 1)).otherwise(pl.col("a_unit"))
    highway = pl.when(bare).then(street_name.str.replace(" [0-9]+$", "")).otherwise(street_name)
    for pattern, standard in _IN_STREETS:
        highway = highway.str.replace(pattern, standard)
    return read.with_columns(
        pl.when(pl.col("a_type") == "").then(highway).otherwise(street_name).alias("a_street"), unit.alias("a_unit")
    )


def _kind(read: pl.DataFrame) -> pl.DataFrame:
    """What a letter carrier would make of it; boxes become number and street."""
    plain, street = pl.col("a_plain"), pl.col("a_street")
    letters = street.str.contains(r"[A-Z]{2}|^[A-Z]$|[0-9](?:ST|ND|RD|TH)") | (pl.col("a_type") != "")
    grid = street.str.contains(r"^[0-9]{1,5}$|^[NSEW] ?[0-9]{1,5}$") & (
        (pl.col("a_postdir") != "") | (pl.col("a_predir") != "") | street.str.contains("[NSEW]")
    )
    # "12 Detention Center" is no street, "1 Medical Center Dr" is one.
    centre = pl.col("a_type").is_in(["CTR", "STA"]) & street.str.contains(INSTITUTION)
    typed = (
        ((pl.col("a_type") != "") & ~centre)
        | grid
        | street.str.contains(rf"\b(?:{_HIGHWAY}) #?[0-9]|\b(?:CALLE|AVE|CAMINO|CALZADA|BROADWAY)\b")
    )
    institution = plain.str.contains(INSTITUTION)
    no_town = (pl.col("a_city") == "") & ~street.str.contains(rf"\b(?:{any_of(TYPELESS)})\b")
    positive = pl.col("a_number").str.contains(r"[1-9]|(?:MI|MILE) [A-Z]")
    bare = (pl.col("a_type") == "") & (pl.col("a_predir") == "") & (pl.col("a_postdir") == "")
    no_name = bare & street.str.contains(_NO_NAME)
    no_name |= (pl.col("a_type") == "") & street.is_in(list(DIRECTION_NAMES.values()))
    roofless = street.str.contains(HOMELESS) & ((pl.col("a_type") == "") | street.is_in(["HOMELESS", "TRANSIENT"]))
    roofless |= plain.str.contains(LIVES)
    has_street = positive & (letters | grid) & (typed | ~(institution | no_town)) & ~no_name & ~roofless
    has_street |= (pl.col("a_number") == "") & (street != "") & (pl.col("a_state") == "PR") & (pl.col("a_unit") != "")
    foreign = (pl.col("country") != "") & (pl.col("a_state") == "") | plain.str.contains(
        r"\b[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$"
    )
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

    unit = (
        pl.when((kind == "street") & (pl.col("box") != ""))
        .then((pl.col("a_unit") + " PO BOX " + pl.col("box")).str.strip_chars(" "))
        .when(
            kind.is_in(["none", "institution", "homeless", "general_delivery", "po_box", "rural_route"])
            | ((kind == "military") & boxed)
        )
        .then(pl.lit(""))
        .otherwise(pl.col("a_unit"))
    )
    read = read.with_columns(
        by_kind(
            pl.col("box"), pl.col("route_box"), pl.col("military_box"), pl.col("a_number").str.replace_all(" - ", "-")
        ).alias("a_number"),
        by_kind(pl.lit("PO BOX"), pl.col("route"), pl.col("military"), street).alias("a_street"),
        *(
            pl.when(gone).then(pl.lit("")).otherwise(pl.col(part)).alias(part)
            for part in ("a_predir", "a_type", "a_postdir")
        ),
        unit.alias("a_unit"),
    )
    parts = [pl.when(pl.col(part) != "").then(pl.col(part)) for part in PARTS if part != "a_zip4"]
    text = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    read_whole = kind.is_in(["street", "po_box", "rural_route", "military"])
    return read.with_columns(
        pl.when(read_whole).then(text).otherwise(plain.str.replace_all(",", "", literal=True)).alias("a_text")
    )
