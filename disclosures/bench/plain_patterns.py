"""The gate's own patterns as regular expressions of Python's: the same words, the same text between them."""

from __future__ import annotations

import re

from requests.rules import address_lines as lines
from requests.rules import address_towns as towns
from requests.rules import addresses, disguises
from requests.rules.address_lines import _HIGHWAY, _NUMBER
from requests.rules.address_towns import DIRECTION, INSTITUTION, LONE_UNIT, MAIN_TYPE, TYPE, UNIT, any_of
from requests.rules.address_words import NOUN_TYPES, NUMBER_WORDS, TOWNS_LIKE_STREETS, TYPELESS
from requests.rules.disguises import _WORDS, _ZIP
from requests.rules.placeholders import KEYBOARD_RUNS, PLAIN_WORDS
from requests.rules.places import COUNTRIES, STATES


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the gate. ``\\p{N}`` must stand outside of a class; ``\\p{Cf}`` falls out: ask unicodedata."""
    spelled = re.sub(r"\\x\{([0-9A-F]+)\}", lambda code: rf"\u{code[1]:0>4}", pattern)
    return re.compile(spelled.replace(r"(?-u:\b)", r"(?a:\b)").replace(r"\p{N}", r"\d").replace(r"\p{Cf}", ""))


def template(replacement: str) -> str:
    """A replacement of the gate (``$1``, ``${1}``)."""
    return re.sub(r"\$(?:\{(\d)\}|(\d))", lambda group: rf"\g<{group[1] or group[2]}>", replacement)


def found(pattern: re.Pattern[str], text: str, group: int = 1) -> str:
    """What a group caught; "" where it caught nothing."""
    match = pattern.search(text)
    return (match[group] or "") if match else ""


class Changes:
    """Replacements, one after the other: ``(pattern, replacement)``, or ``(pattern, replacement, 1)`` for the first match alone."""

    def __init__(self, *changes: tuple[str, str] | tuple[str, str, int]) -> None:
        self._changes = [(compiled(pattern), template(text), sum(count)) for pattern, text, *count in changes]

    def __call__(self, text: str) -> str:
        for pattern, replacement, count in self._changes:
            text = pattern.sub(replacement, text, count=count)
        return text


SAYS = re.compile(r"[^\W_]")

# --- what was typed (addresses.py) ---
CAPITALS = Changes(
    (r"[.'`’‘]+", ""), (r"[;|\n\r\t]|\s[-_~]+\s", ", "), (r"(?:[^\w,#&/ -]|_)+", " "), (r" {2,}", " "), (r" ,", ","),
    (r",[ ,]*", ", "), (r"^[ ,/&-]+|[ ,/&-]+$", ""),
    (r"^(?:(?:LAST )?KNOWN |HOME |MAILING |STREET |CURRENT |PHYSICAL |RESIDENTIAL )*ADDR(?:ESS)? ([0-9]+[A-Z]? [A-Z0-9]|P ?O BOX)", "$1"),
    ("^# ?([0-9]+ [A-Z])", "$1"),
)  # fmt: skip
SAYS_NOTHING, ENDS_IN_ZIP = re.compile(addresses._SAYS_NOTHING), re.compile(r"[0-9]{5}(?:-[0-9]{4})?\s*$")
BARE_UNIT, CUT_ZIP = (
    re.compile(r"^[0-9]+[A-Za-z]?$|^[A-Za-z]-?[0-9]*$"),
    re.compile(r"^(?:[0-9]{3,4}|[0-9]{4}-[0-9]{4})$"),
)
OTHER_SCRIPTS = frozenset(("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"))

# --- the place (address_towns.py) ---
COUNTRY, STATE = re.compile(rf"(?:^|[, ])({any_of(COUNTRIES)})$"), re.compile(rf"(?:^|[ ,])({any_of(STATES)})$")
PLACE_IN_ORDER = Changes(
    (towns._USA, "", 1), (r"([ ,][A-Z]{2})([0-9]{5}(?:-?[0-9]{4})?)$", "$1 $2"), (rf" ([0-9]{{5}}),? ({any_of(STATES)})$", ", $2 $1"),
    (towns._SHORT_ZIP, "$1$2 0$3", 1),
)  # fmt: skip
MILES = re.compile("^[A-Z]+ MILE ")
NUMBER_WORD = re.compile(rf"^({any_of(NUMBER_WORDS)}) [A-Z]")
ZIP = re.compile(r"(?:^|[^0-9A-Z-])([0-9]{5})(?:[ ,-]{0,3}([0-9]{4}))?$")
ZIP_OFF = re.compile(r"(?:^|[ ,]+)[0-9]{5}(?:[ ,-]{0,3}[0-9]{4})?$")
AFTER_STREET, TYPE_WITHIN = re.compile(r"(?:^|, )[0-9]+ [^,]*$"), re.compile(rf" (?:{MAIN_TYPE}) ")
TWO_LETTERS, CAPITAL_ZIP = re.compile(r", [A-Z]{2}$"), re.compile("^20[0-5]")
ZIP_FITS = frozenset(towns._ZIP_FITS)
TOWN, NOT_A_TOWN = re.compile(r"(?:^|, )([A-Z][A-Z -]*[A-Z])$"), re.compile(towns._NOT_A_TOWN)
AN_INSTITUTION = re.compile(INSTITUTION)
TOWN_WORDS = Changes(
    (r"^SAINT\b", "ST"), (r"^FORT\b", "FT"), (r"^MOUNT\b", "MT"), ("-", " "),
    ("^N ", "NORTH "), ("^S ", "SOUTH "), ("^E ", "EAST "), ("^W ", "WEST "),
)  # fmt: skip
_LETTERS, _SHORT = r"([A-Z][A-Z -]*[A-Z])$", "N|S|E|W|NE|NW|SE|SW|NORTHEAST|NORTHWEST|SOUTHEAST|SOUTHWEST"
_NUMBERED = "[A-Z]?-?[0-9][A-Z0-9-]*"
TAKEN_FOR_A_STREET, TOWNS = re.compile("^[0-9]+ ([A-Z -]+)$"), frozenset(towns._TOWNS)
TOWNS_BY_NAME = TOWNS | frozenset(towns.TOWNS_LIKE_INSTITUTIONS)
TOWN_BEHIND_A_STREET, BEHIND_A_STREET = re.compile(towns.TOWN_BEHIND_A_STREET), re.compile(towns.BEHIND_A_STREET)
STAND_IN_FOR_SAINT = re.compile(r"\bXX\b")
STREET_NOT_TOWN, ONLY_A_TYPE = re.compile(towns._STREET_NOT_TOWN), re.compile(towns.ONLY_A_TYPE)
ONLY_A_TOWN, LAST_WORD = re.compile(towns._ONLY_A_TOWN), re.compile(r"^[0-9]\S* .+ ([A-Z]+)$")
RUN_ON = (
    re.compile(rf"^{_LETTERS}"),
    re.compile(rf"\b(?:BOX|DRAWER) ?#? ?[A-Z]?[0-9][A-Z0-9-]* {_LETTERS}"),
    re.compile(rf"(?: (?:{UNIT}) ?#? ?{_NUMBERED}| (?:{UNIT})[ #]+[A-Z]|#[ #]*(?:{_NUMBERED}|[A-Z])) {_LETTERS}"),
    re.compile(rf"(?:[0-9]+(?:ST|ND|RD|TH)|GROUND) (?:FLOOR|FL|FLR) {_LETTERS}"),
    TAKEN_FOR_A_STREET,
    ONLY_A_TOWN,
    TOWN_BEHIND_A_STREET,
    re.compile(rf"[0-9] (?:.* )?(?:{MAIN_TYPE})(?: (?:{_SHORT}))?(?: [0-9]+[A-Z]?| (?:{LONE_UNIT}))? {_LETTERS}"),
    re.compile(rf"^[0-9][A-Z0-9/-]* .*[0-9][A-Z0-9-]*(?: (?:[NSEW]{{1,2}}|BUSINESS|BUS|BYPASS))? {_LETTERS}"),
    re.compile(rf"^[A-Z]+ [A-Z0-9]*[0-9][A-Z0-9]* .*\b(?:{MAIN_TYPE}) {_LETTERS}"),
    re.compile(rf"[0-9] .* ((?:{towns._BEGINS}) [A-Z]+ (?:{towns._ENDS}))$"),
    re.compile(rf"[0-9] .* ((?:{towns._BEGINS}) [A-Z]+)$"),
    re.compile(rf"[0-9] .* ([A-Z]+ (?:{towns._ENDS}))$"),
    re.compile(rf"^[0-9]\S* .+ (?:{any_of(NOUN_TYPES)}) {_LETTERS}"),
    LAST_WORD,
)
SAINT, SAINT_IN_FULL = re.compile(towns._SAINT), re.compile(r"\b(?:SAINT|STE) ")
TYPELESS_STREET = re.compile(rf"^[0-9]+ (?:{any_of(TYPELESS)})\b")
STREET_END, LIKE_A_STREET = (
    re.compile(rf" (?:{towns._STREET_ENDS})$"),
    re.compile(rf" (?:{any_of(TOWNS_LIKE_STREETS)})$"),
)
TYPE_END, NO_TOWN = re.compile(rf" (?:{TYPE}|{DIRECTION})$"), re.compile(rf"^(?:{DIRECTION}|{LONE_UNIT}|BUSINESS)$")

# --- the delivery line (address_lines.py) ---
PO_BOX, BARE_BOX, ROUTE, MILITARY = map(re.compile, (lines.PO_BOX, lines.BARE_BOX, lines.ROUTE, lines.MILITARY))
POST = re.compile(r"\b([AFD]PO)$")
BEFORE_UNITS = Changes(
    (r"\b(HIGHWAY|HWY|ROUTE|RTE|RT|ROAD|RD) (?:NO|NUMBER|#) ?([0-9])", "$1 $2", 1),
    *((pattern, order, 1) for pattern, order in (*lines._SPANISH, (rf"# ?({UNIT}) ", "$1 "), *lines._UNUSUAL)),
    (r"(?:^|[ ,]+)([0-9]+)(?:ST|ND|RD|TH) (?:FLOOR|FLR|FL|LEVEL)(?:,|$)", ", FL $1, "),
    (r"(?:^|[ ,]+)(?:(GROUND|LOWER|UPPER|MAIN|TOP|FIRST|SECOND|THIRD) (?:FLOOR|FLR|FL|LEVEL))(?:,|$)", ", $1, ", 1),
    (r"(?:[ ,]+|^)(?:C/O|% ?|ATTN|CARE OF) [A-Z ]+(?:,|$)", ", "), (r"^[ ,]+|[ ,]+$", ""),
    (lines._BARE_UNIT, "$1, # $2$3"), (rf"^((?:{UNIT})[ #]+{lines._ID}) ([0-9].*)$", "$2, $1"),
    (rf"^([0-9]+) ([A-DF-MO-RT-VXYZ]) ((?:{DIRECTION}) )", "$1$2 $3"), (r"^([NSEW]) ([0-9]+) ([NSEW]) ([0-9]+)$", "$4 $1 $2 $3"),
)  # fmt: skip
ONE_UNIT, COMMAS = re.compile(lines._ONE_UNIT), re.compile(r"(?:, ?)+")
SPLIT_NUMBER, INNER = re.compile(lines.TWO_NUMBERS), re.compile(r"((?:^|, )(?:[0-9]|[NSEW] ?[0-9]).* .*)$")
TYPED, LINE = re.compile(lines._TYPED), re.compile(lines._LINE)
NAMED_BY_DIRECTION = re.compile(rf"(?:^|, )(?:{_NUMBER}) ({DIRECTION}) ")
STARTS_SAINT, NAME_AND_NUMBER = re.compile(r"^SAINT\b"), re.compile("^([A-Z]{3,}(?: [A-Z]{3,})*) ([0-9]+)$")
HIGHWAY_AND_NUMBER = re.compile(rf"\b(?:{_HIGHWAY}|RUTA|VEREDA|SUITE) [0-9]+$")
IN_STREETS = Changes(*((pattern, standard, 1) for pattern, standard in lines._IN_STREETS))
NAMED, GRID = re.compile(r"[A-Z]{2}|^[A-Z]$|[0-9](?:ST|ND|RD|TH)"), re.compile(r"^[0-9]{1,5}$|^[NSEW] ?[0-9]{1,5}$")
QUARTER_WITHIN, LATIN, LETTER = re.compile("[NSEW]"), re.compile("[A-Z]"), re.compile(r"[^\W\d_]")
TYPED_WITHIN = re.compile(rf"\b(?:{_HIGHWAY}) #?[0-9]|\b(?:CALLE|AVE|CAMINO|CALZADA|BROADWAY)\b")
NEEDS_NO_TOWN, POSITIVE = re.compile(rf"\b(?:{any_of(TYPELESS)})\b"), re.compile(r"[1-9]|(?:MI|MILE) [A-Z]")
CANADIAN, LINE_ABROAD = re.compile(r"\b[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]$"), re.compile(r"[0-9]|\bS/N\b")
GENERAL, HOMELESS, LIVES = re.compile(lines.GENERAL), re.compile(lines.HOMELESS), re.compile(lines.LIVES)
PROJECT, NO_NAME, ZEROS = re.compile(lines._PROJECT), re.compile(lines._NO_NAME), re.compile("^0+$")
HOUSES = re.compile(r"\b(?:SHELTER|JAIL|PRISON|HOSPITAL)\b")

# --- placeholders in disguise (disguises.py) ---
SPREAD = Changes((r"[/&#-]", " "), ("  +", " "), ("^ | $", ""), (r"\bN A\b", "NA"))
SUSPECT = re.compile(r"\b[A-Z] [A-Z] [A-Z] [A-Z]\b|[A-Z][013457]+[A-Z]|\b0+[A-Z]? ")
PHRASE, IN_FRONT = re.compile(disguises._PHRASES), re.compile(disguises.IN_FRONT)
DECODED = Changes(*(
    change
    for digit, letter in disguises._LOOKALIKES.items()
    for change in ((rf"([A-Z]){digit}+", f"${{1}}{letter}"), (rf"{digit}([A-Z])", f"{letter}$1"))
))  # fmt: skip
CLOSED, NO_DIGITS = Changes((r"\b([A-Z0-9]) ", "$1")), Changes(("[0-9]+", " "), ("  +", " "), ("^[ ,]+|[ ,]+$", ""))
SINGLE = Changes(("[^A-Z]", ""), (r"(.)\1+", "$1"))
COMPONENT = re.compile(rf"(?:^|, )(?:[0-9]+ )?(?:(?:{_WORDS}),? ?)+(?: [A-Z]{{2}})?{_ZIP}(?:$|, )")
FIRST_WORD, KEYS = (
    re.compile(rf"^(?:[0-9]+ )?(?:{any_of(PLAIN_WORDS)})\b"),
    re.compile(rf"\b(?:{any_of(KEYBOARD_RUNS)})"),
)
AFTER_ZERO, AFTER_NUMBER = re.compile(rf"^0+[A-Z]? (?:[NSEW] )?(?:{_WORDS})\b"), re.compile(rf"^[0-9]+ (?:{_WORDS})\b")
SAME_LETTER = re.compile(rf"(?:^|, )(?:[0-9]+ )?([A-Z])\1{{2,}}(?: ?\1{{2,}})*{_ZIP}(?:$|, )")
RUN_TOGETHER, STRETCHED = re.compile(disguises._RUN_TOGETHER), re.compile(rf"^(?:{disguises._STRETCHED})$")
NO_STREET, NAMELESS, HOUSE_NUMBER = (
    re.compile(disguises.NO_STREET),
    re.compile(disguises._NAMELESS),
    re.compile("^[0-9]+ "),
)
