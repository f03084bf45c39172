"""Reading one address in plain Python; the conventions stand in ``requests.rules.addresses``."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Mapping

from disclosures.bench import plain_patterns as p
from requests.rules.address_lines import PARTS
from requests.rules.address_towns import _STATES_LIKE_TYPES, TYPES
from requests.rules.address_words import DIRECTION_NAMES, DIRECTIONS, LONE_UNITS, NUMBER_WORDS, ORDINALS, UNITS
from requests.rules.placeholders import NEVER_TOWNS, WORDS
from requests.rules.places import MILITARY_STATES, STATES
from requests.rules.towns import TOWNS_BEHIND_STREETS


@dataclasses.dataclass(slots=True)
class Address:
    """An address taken apart: the ``a_…`` columns of the gate; ``line`` is what is not yet read."""

    plain: str
    line: str = ""
    text: str = ""
    kind: str = "none"
    number: str = ""
    predir: str = ""
    street: str = ""
    type: str = ""
    postdir: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    zip5: str = ""
    zip4: str = ""
    country: str = ""
    own_city: str = ""
    box: str = ""
    route: str = ""
    route_box: str = ""
    military: str = ""
    military_box: str = ""
    services: bool = False
    placeholder: bool = False


def read_address(row: Mapping[str, str | None]) -> Address:
    """The address of a line, read as the gate reads it."""
    given = _given(row)
    read = Address(plain=_plain(given))
    _take_place(read)
    _take_town(read)
    _take_boxes(read)
    _take_units(read)
    _take_street(read)
    _tell_kind(read)
    read.placeholder = _is_placeholder(read) or (not given.isascii() and _hides(given))
    return read


def _given(row: Mapping[str, str | None]) -> str:
    def part(column: str) -> str:
        text = (row.get(column) or "").strip()
        return text if p.SAYS.search(text) else ""

    address, unit, zip_code, country = part("address"), part("unit"), part("zip").removesuffix(".0"), part("country")
    if address and p.ENDS_IN_ZIP.search(address):
        return address
    if p.CUT_ZIP.search(zip_code):
        zip_code = zip_code.rjust(5 if "-" not in zip_code else 10, "0")
    if p.SAYS_NOTHING.search(unit):
        unit = ""
    elif p.BARE_UNIT.search(unit):
        unit = f"# {unit}"
    city, state = part("city"), part("state")
    city = "UNKNOWN" if p.SAYS_NOTHING.search(city) else city
    state = "" if p.SAYS_NOTHING.search(state) else state
    state_zip = " ".join(filter(None, (state, zip_code)))
    country = "" if p.SAYS_NOTHING.search(country) else country
    parts = (address or part("street"), unit, city, state_zip, country)
    return ", ".join(filter(None, parts)) or row.get("address") or ""


def _hides(given: str) -> bool:
    """True where invisible signs stand, or a letter of another script right beside a Latin one."""
    before = ""
    for sign in given:
        category = unicodedata.category(sign)
        if category == "Cf":
            return True
        if category.startswith("M"):
            continue
        script = unicodedata.name(sign, "").split(" ")[0] if category.startswith("L") else ""
        if not p.OTHER_SCRIPTS.isdisjoint((before, script)) and "LATIN" in (before, script):
            return True
        before = script
    return False


def _plain(given: str) -> str:
    text = given
    if not text.isascii():
        signs = ((sign, unicodedata.category(sign)) for sign in unicodedata.normalize("NFKD", text))
        text = "".join("-" if kind == "Pd" else sign for sign, kind in signs if kind[0] != "M" and kind != "Cf")
        text = text.replace("ß", "ss").replace("Ø", "o").replace("ø", "o")
    return p.CAPITALS(text.upper())


def _take_place(read: Address) -> None:
    read.country = p.found(p.COUNTRY, read.plain)
    text = p.PLACE_IN_ORDER(read.plain)
    if (word := p.found(p.NUMBER_WORD, text)) and not p.MILES.search(text):
        text = NUMBER_WORDS[word] + text[len(word) :]
    if code := p.ZIP.search(text):
        read.zip5, read.zip4 = code[1], code[2] or ""
    text = p.ZIP_OFF.sub("", text, count=1)
    named = p.found(p.STATE, text)
    rest = text.removesuffix(named).strip(" ,-")
    state = STATES.get(named, "")
    if (
        named in _STATES_LIKE_TYPES
        and read.zip5[:3] + state not in p.ZIP_FITS
        and not p.TWO_LETTERS.search(text)
        and p.AFTER_STREET.search(rest)
        and not p.TYPE_WITHIN.search(rest)
    ):
        read.line = text
        return
    read.line = rest
    read.state = "DC" if named == "WASHINGTON" and p.CAPITAL_ZIP.search(read.zip5) else state
    read.own_city = named if named in ("NEW YORK", "WASHINGTON") else ""


def _take_town(read: Address) -> None:
    placed = bool(read.state or read.zip5)
    last = p.found(p.TOWN, read.line) if placed or ", " in read.line else ""
    is_named = last in p.TOWNS_BY_NAME and p.BEHIND_A_STREET.search(read.line)
    if last and (is_named or not (p.NOT_A_TOWN.search(last) or p.AN_INSTITUTION.search(last))):
        read.city = last
    read.line = read.line.removesuffix(read.city).rstrip(" ,-")
    run_on = _run_on_town(read.line, state=read.state) if placed and not read.city and not read.own_city else ""
    read.line = read.line.removesuffix(run_on).rstrip(" ,-")
    read.city = p.TOWN_WORDS(read.city or run_on or read.own_city)


def _run_on_town(line: str, *, state: str) -> str:
    text = p.SAINT.sub(r"XX \1", line)
    street = p.TYPELESS_STREET.search(text) or (p.STREET_END.search(text) and not p.LIKE_A_STREET.search(text))
    for pattern in p.RUN_ON:
        if (pattern is p.ONLY_A_TOWN and street) or (pattern is p.LAST_WORD and p.TYPE_END.search(text)):
            continue
        if pattern is p.TAKEN_FOR_A_STREET:
            named = p.found(pattern, line)
            if state and named in p.TOWNS:
                return named
        elif town := p.found(pattern, text):
            if pattern is p.TOWN_BEHIND_A_STREET and f"{town} {state}" not in TOWNS_BEHIND_STREETS:
                continue
            if p.NO_TOWN.search(town) or (p.STREET_NOT_TOWN.search(town) and town not in p.TOWNS):
                return ""
            if not state and p.ONLY_A_TYPE.search(town):
                return ""
            return p.STAND_IN_FOR_SAINT.sub("SAINT" if p.SAINT_IN_FULL.search(line) else "ST", town, count=1)
    return ""


def _take_boxes(read: Address) -> None:
    line = read.line
    read.box = p.found(p.PO_BOX, line) or p.found(p.BARE_BOX, line)
    read.box = "" if p.ZEROS.search(read.box) else read.box
    read.services = read.state in MILITARY_STATES or bool(p.POST.search(line)) or read.city in ("APO", "FPO", "DPO")
    if route := p.ROUTE.search(line):
        word = "HC" if route[1].startswith(("HC", "HIGHWAY", "STAR")) else "RR"
        is_none = p.ZEROS.search(route[2]) or p.ZEROS.search(route[3])
        read.route, read.route_box = "" if is_none else f"{word} {route[2].lstrip('0')}", route[3]
    if read.services:
        if military := p.MILITARY.search(line):
            read.military_box = military[3] or ""
            read.military = "" if p.ZEROS.search(read.military_box) else f"{military[1]} {military[2]}"
        read.city = read.city or p.found(p.POST, line)
    read.line = p.PO_BOX.sub(", ", line, count=1).strip(" ,")


def _take_units(read: Address) -> None:
    line, units = p.BEFORE_UNITS(read.line), []
    for _ in range(2):
        if unit := p.ONE_UNIT.search(line):
            if unit[1]:
                units.append(f"{UNITS[unit[1]]} {unit[2] or unit[3]}")
            else:
                units.append(f"# {unit[4]}" if unit[4] else LONE_UNITS[unit[5]])
            line = f"{line[: unit.start()]},{line[unit.end() :]}"
        line = p.COMMAS.sub(", ", line).strip(" ,")
    read.unit, read.line = " ".join(sorted(units)), line


def _take_street(read: Address) -> None:
    line = p.SPLIT_NUMBER.sub(r"\1-\2", read.line)
    inner = p.INNER.search(line)
    read.line = inner[1].strip(" ,") if inner else p.found(p.TYPED, line) or line
    match = p.LINE.search(read.line)
    number, predir, name, kind, postdir = (part or "" for part in match.groups()) if match else ("",) * 5
    read.number, read.postdir = NUMBER_WORDS.get(number, number), DIRECTIONS.get(postdir, "")
    read.predir, read.type = DIRECTIONS.get(predir, ""), TYPES.get(kind, "")
    if read.state == "PR" and not read.number:
        name = p.found(p.PROJECT, read.plain) or name
    if not read.type and read.predir and name in TYPES:
        # "150 North St": the direction is the street's name.
        read.type, read.predir, name = TYPES[name], "", p.found(p.NAMED_BY_DIRECTION, read.line)
    name = DIRECTION_NAMES.get(name, name)
    read.street = p.STARTS_SAINT.sub("ST", ORDINALS.get(name, name))
    if read.type:
        return
    bare = p.NAME_AND_NUMBER.search(read.street)
    if bare and not read.unit and not p.HIGHWAY_AND_NUMBER.search(read.street):
        read.street, read.unit = bare[1], f"# {bare[2]}"
    read.street = p.IN_STREETS(read.street)


def _tell_kind(read: Address) -> None:
    institution = bool(p.AN_INSTITUTION.search(read.plain))
    read.kind = _kind(read, has_street=_has_street(read, institution=institution), institution=institution)
    boxed = {
        "po_box": (read.box, "PO BOX"),
        "rural_route": (read.route_box, read.route),
        "military": (read.military_box, read.military),
    }.get(read.kind)
    if read.kind == "street" or (read.kind == "military" and not read.military):
        read.number = read.number.replace(" - ", "-")
        if read.kind == "street" and read.box:
            read.unit = f"{read.unit} PO BOX {read.box}".strip(" ")
    else:
        read.number, read.street = boxed or ("", "")
        read.predir = read.type = read.postdir = ""
        read.unit = read.unit if read.kind == "foreign" else ""
    if boxed or read.kind == "street":
        parts = (getattr(read, part.removeprefix("a_")) for part in PARTS if part != "a_zip4")
        read.text = " ".join(filter(None, parts))
    else:
        read.text = read.plain.replace(",", "")


def _has_street(read: Address, *, institution: bool) -> bool:
    street = read.street
    if not read.number:
        return street != "" and read.state == "PR" and read.unit != ""
    if not p.POSITIVE.search(read.number) or _has_no_name(read):
        return False
    grid = bool(p.GRID.search(street)) and bool(read.postdir or read.predir or p.QUARTER_WITHIN.search(street))
    if not (grid or read.type or p.NAMED.search(street)):
        return False
    centre = read.type in ("CTR", "STA") and p.AN_INSTITUTION.search(street)
    if grid or (read.type and not centre) or p.TYPED_WITHIN.search(street):
        return True
    return not institution and (read.city != "" or bool(p.NEEDS_NO_TOWN.search(street)))


def _has_no_name(read: Address) -> bool:
    street = read.street
    if p.HOMELESS.search(street) and (not read.type or street in ("HOMELESS", "TRANSIENT")):
        return True
    if p.LIVES.search(read.plain):
        return True
    bare = not (read.type or read.predir or read.postdir)
    return bool(bare and p.NO_NAME.search(street)) or (not read.type and street in DIRECTION_NAMES.values())


def _kind(read: Address, *, has_street: bool, institution: bool) -> str:
    plain = read.plain
    foreign = (read.country and not read.state) or p.CANADIAN.search(plain)
    other_script = not p.LATIN.search(plain) and p.LETTER.search(plain)
    kinds = (
        ("general_delivery", p.GENERAL.search(plain)),
        ("foreign", (foreign or other_script) and p.LINE_ABROAD.search(plain)),
        ("military", read.military or (read.services and has_street)),
        ("street", has_street),
        ("rural_route", read.route),
        ("po_box", read.box),
        ("institution", p.HOUSES.search(plain)),
        ("homeless", p.HOMELESS.search(plain)),
        ("institution", institution),
    )
    return next((kind for kind, holds in kinds if holds), "none")


def _is_placeholder(read: Address) -> bool:
    words = p.SPREAD(read.plain)
    if _says(words) or read.city in NEVER_TOWNS:
        return True
    if p.NO_STREET.search(read.street) or (read.city == read.street and read.street in WORDS):
        return True
    if p.IN_FRONT.search(words):
        return True
    if read.type and not p.SUSPECT.search(words) and read.city != read.street:
        return False
    decoded, closed = p.DECODED(words), p.CLOSED(words)
    none = read.kind in ("none", "institution")
    disguised = _says(decoded) or _says(closed) or bool(p.AFTER_ZERO.search(words))
    if none or not read.type:
        disguised = (
            disguised
            or (not read.type and any(p.NAMELESS.search(text) for text in (read.street, _line(read))))
            or any(_is_word(text) for text in (words, decoded, closed))
            or bool(p.SAME_LETTER.search(words))
        )
    return disguised or (none and _is_nothing(words))


def _line(read: Address) -> str:
    return p.HOUSE_NUMBER.sub("", read.line).replace(",", "")


def _is_nothing(words: str) -> bool:
    single = p.SINGLE(words)
    said = p.AFTER_NUMBER.search(words) or p.RUN_TOGETHER.search(single) or p.STRETCHED.search(single)
    return bool(said) or _is_word(p.NO_DIGITS(words))


def _says(text: str) -> bool:
    return bool(p.PHRASE.search(f" {text.replace(',', '')} "))


def _is_word(text: str) -> bool:
    return bool(p.COMPONENT.search(text) or p.FIRST_WORD.search(text) or p.KEYS.search(text))
