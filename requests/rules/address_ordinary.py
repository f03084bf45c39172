"""Reading the ordinary address at once: number, street, type, perhaps a unit, then town, state and ZIP, all parted by commas.

Two real addresses in three look like this, and taking one apart by every pattern of ``address_lines`` costs many times as much. What
this reading says is what that one would say, and a test holds them against each other: where a word could mean anything else to
it (a second type, a unit, a saint, an institution, a placeholder), the address is left to it.
"""

from __future__ import annotations

import polars as pl

from requests.rules.address_towns import DIRECTION, TYPES, any_of, mapped
from requests.rules.address_words import (
    DIRECTIONS,
    HIGHWAYS,
    INSTITUTION_PHRASES,
    INSTITUTIONS,
    LONE_UNITS,
    NUMBER_WORDS,
    ORDINALS,
    SAINTS,
    STREET_TYPES,
    TYPELESS,
    UNITS,
    words,
)
from requests.rules.disguises import NO_STREET
from requests.rules.placeholders import NEVER_ALONE, NEVER_STREETS, NEVER_TOWNS, PHRASES, PLAIN_WORDS, WORDS
from requests.rules.places import MILITARY_STATES, STATES

_UNIT = any_of(set(UNITS) - {"#", "NO", "NUM", "NUMBER"})
_ID = "[A-Z]?[1-9][0-9]{0,4}|[1-9][0-9]{0,4}[A-Z]"
_ORDINARY = (
    rf"^([1-9][0-9]{{0,6}}) (?:({DIRECTION}) )?([A-Z]{{2,}}(?: [A-Z]{{2,}}){{0,2}}?|[0-9]{{1,3}}(?:ST|ND|RD|TH)) ([A-Z]{{2,}})"
    rf"(?: ({DIRECTION}))?"
    rf"(?:,? ({_UNIT}) ({_ID})|, # ?({_ID}))?"
    r", ([A-Z]{2,}(?: [A-Z]{2,})?),? ([A-Z]{2}) ([0-9]{5})$"
)
# Words by which a text shows boxes, deliveries, people without a house, offices' boxes abroad.
_SIGNS = words(
    "BOX DRAWER POB APARTADO LOCKBOX CALLBOX GENERAL GEN DELIVERY LISTA ENTREGA POSTE HOMELESS TRANSIENT TRANSIENTE UNHOUSED "
    "UNSHELTERED UNDOMICILED VAGRANT HOGAR TECHO INDIGENTE FIXED PERMANENT LIVES LIVE LIVING "
    "SLEEP SLEEPS STAY STAYS VIVE DUERME PSC CMR UMR OMC USS USCGC USNS APO FPO DPO SAINT STE ATTN "
    "CARE HOUSE HSE CASA AVNDA CAM CAMTO CTE KM RES RESIDENCIAL COND CONDOMINIO CONDO TORRE RUTA VEREDA CLL CALLEJON FORT MOUNT"
)
# A phrase stands nowhere where its longest word does not; a street's type is not asked, so it must be another one.
_OF_PHRASES = {
    max(phrase.split(), key=lambda word: (word not in TYPES, len(word)))
    for phrase in (*PHRASES, *INSTITUTION_PHRASES, *NEVER_STREETS)
}
_NO_TOWN = {
    *_SIGNS, *STREET_TYPES, *UNITS, *LONE_UNITS, *DIRECTIONS, *INSTITUTIONS, *_OF_PHRASES, *WORDS, *NEVER_TOWNS, *PLAIN_WORDS,
    *NEVER_ALONE,
}  # fmt: skip
_NO_STREET_WORD = {*_NO_TOWN, *HIGHWAYS, *NUMBER_WORDS, *ORDINALS, *SAINTS, *TYPELESS, *STATES}
# Not post overseas, and not an island with an order of its own.
_TWO_LETTERS = {state for state in STATES.values() if state not in (*MILITARY_STATES, "PR")}
_PIECES = (
    "a_number", "a_predir", "a_street", "a_type", "a_postdir", "unit", "unit_id", "sign_id", "a_city", "a_state", "a_zip5",
)  # fmt: skip
_ORDER = ("a_number", "a_predir", "a_street", "a_type", "a_postdir", "a_unit", "a_city", "a_state", "a_zip5")


def take_ordinary(texts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part texts (``a_plain`` and what else they bring) in two: the ordinary ones, read, and those that are left to be read."""
    groups = texts["a_plain"].str.extract_groups(_ORDINARY).struct
    pieces = texts.with_columns(groups.rename_fields(list(_PIECES)).struct.unnest())
    street, town = pl.col("a_street").str.splitn(" ", 3).struct, pl.col("a_city").str.splitn(" ", 2).struct
    ordinary = (
        pl.col("a_type").is_in(TYPES)
        & pl.col("a_state").is_in(_TWO_LETTERS)
        & ~pl.any_horizontal(
            street[field].is_in(_NO_STREET_WORD).fill_null(False) for field in ("field_0", "field_1", "field_2")
        )
        & ~town["field_0"].is_in(_NO_TOWN)
        & ~town["field_1"].is_in(_NO_TOWN - {"CITY"}).fill_null(False)
        & (pl.col("a_street") != pl.col("a_city"))
        & ~pl.col("a_street").str.contains(NO_STREET)
    ).fill_null(False)
    pieces = pieces.with_columns(ordinary.alias("ordinary"))
    return _finished(pieces.filter("ordinary")), texts.filter(~pieces["ordinary"])


def _finished(pieces: pl.DataFrame) -> pl.DataFrame:
    unit = (
        pl.when(pl.col("unit_id").is_not_null())
        .then(mapped(pl.col("unit"), UNITS) + " " + pl.col("unit_id"))
        .otherwise("# " + pl.col("sign_id"))
    )
    read = pieces.with_columns(
        mapped(pl.col("a_predir"), DIRECTIONS),
        mapped(pl.col("a_type"), TYPES),
        mapped(pl.col("a_postdir"), DIRECTIONS),
        unit.fill_null("").alias("a_unit"),
        pl.lit("").alias("a_zip4"),
        pl.lit("street").alias("a_kind"),
        pl.lit(False).alias("a_placeholder"),
    )
    said = (pl.when(pl.col(part) != "").then(pl.col(part)) for part in _ORDER)
    return read.with_columns(pl.concat_str(*said, separator=" ", ignore_nulls=True).alias("a_text"))
