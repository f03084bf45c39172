"""Reading addresses: the same place reads the same however it is typed (USPS Publication 28).

Conventions. Apartment, unit and number sign all read ``# 3``; other units keep their word (``STE 3``, ``BLDG 2``). A box reads
as number and street: PO Box 118 is number 118 in street ``PO BOX``, RR 2 Box 18 number 18 in ``RR 2``. The ZIP+4 and a country
"USA" are no part of ``a_text``. In towns ``SAINT FORT MOUNT`` read ``ST FT MT``.

A million lines share their streets: the house number is set aside and each different rest is read once (``address_lines``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import polars as pl

from requests.rules.address_lines import PARTS, read_texts
from requests.rules.address_ordinary import take_ordinary

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

TEXTS = ("a_text", "a_kind", *PARTS, "a_plain")
FLAGS = ("a_hidden", "a_placeholder")
# Stands in for the house number. Longer than any that is set aside, so that it can be none of the other numbers.
STAND_IN = "7305319"
# The readings of few texts are kept, not made again; so many texts are few, and so many are kept.
FEW, KEPT = 1_000, 2_000
_READ = dict.fromkeys(("key", *TEXTS), pl.String) | dict.fromkeys(FLAGS, pl.Boolean)
_kept: dict[str, tuple[Any, ...]] = {}
_SAYS_NOTHING = r"(?i)^(?:n/?a|none|no|null|nil|unknown|unk|tbd|[0-]+)$"
_OTHER_SCRIPT = r"[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}]"
_HIDDEN = rf"\p{{Cf}}|\p{{Latin}}\p{{M}}*{_OTHER_SCRIPT}|{_OTHER_SCRIPT}\p{{M}}*\p{{Latin}}"


def read_addresses(frame: Frame) -> Frame:
    """Add the readings of the address to a canonical frame; rows keep their order.

    Adds ``a_text a_kind a_number a_predir a_street a_type a_postdir a_unit a_city a_state a_zip5 a_zip4`` (Utf8, "" where
    absent), and for the rules ``a_plain`` (what was typed: capitals, no signs, components parted by commas), ``a_hidden``
    (True where invisible signs or letters of two scripts in one word were found) and ``a_placeholder`` (V05).
    ``a_kind`` is street, po_box, rural_route, military, general_delivery, homeless, foreign, institution or none.
    """
    if isinstance(frame, pl.LazyFrame):
        schema = dict(frame.collect_schema()) | dict.fromkeys(TEXTS, pl.String) | dict.fromkeys(FLAGS, pl.Boolean)
        return frame.map_batches(_read, schema=schema, streamable=True)
    return _read(frame)


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    given = frame.select(_given(frame).alias("given"))
    given = given.with_columns(
        pl.col("given").str.extract(r"^([1-9][0-9]{0,5}) [A-Za-z]", 1).fill_null("").alias("number")
    )
    rest = pl.col("given").str.slice(pl.col("number").str.len_bytes())
    given = given.select(
        "number", pl.when(pl.col("number") != "").then(STAND_IN + rest).otherwise(pl.col("given")).alias("key")
    )
    texts = given.select("key").unique(maintain_order=False)
    read = _read_once(texts, _read_texts)
    joined = given.join(read, on="key", how="left", maintain_order="left")
    own = pl.col("number") != ""
    return frame.with_columns(
        joined.select(
            *(_with_number(name, own) if name in ("a_text", "a_number", "a_plain") else pl.col(name) for name in TEXTS),
            pl.col("a_hidden"),
            pl.col("a_placeholder") | pl.col("a_hidden"),
        )
    )


def _read_once(texts: pl.DataFrame, read: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """Read each of a few texts (``key``) that were not read lately: building the patterns takes far longer than the texts do.

    A form's lines are asked for again at each step, and the strange ones of one chunk come again in the next.
    """
    if texts.height > FEW:
        return read(texts)
    keys = texts["key"].to_list()
    # Another thread may read the same text at this moment: what it took is read once more.
    found = {key: row for key in keys if (row := _kept.pop(key, None)) is not None}
    if len(found) < len(keys):
        new = texts.filter(pl.Series([key not in found for key in keys], dtype=pl.Boolean))
        found |= {row[0]: row for row in read(new).iter_rows()}
    _kept.update(found)  # those asked for last stand last
    for key in list(_kept)[: max(0, len(_kept) - KEPT)]:
        _kept.pop(key, None)
    return pl.DataFrame(list(found.values()), schema=_READ, orient="row")


def _read_texts(texts: pl.DataFrame) -> pl.DataFrame:
    # An ordinary address has nothing but capitals, figures and commas where they belong, so it is plain as it stands.
    ordinary, others = take_ordinary(texts.with_columns(a_plain=pl.col("key").str.to_uppercase(), a_hidden=False))
    return pl.concat([ordinary.select(*_READ), _read_once(others.select("key"), _read_others)])


def _read_others(texts: pl.DataFrame) -> pl.DataFrame:
    texts = texts.with_columns(
        _only_beyond_ascii(texts["key"], _without_signs).alias("latin"), _hidden("key").alias("a_hidden")
    )
    ordinary, others = take_ordinary(texts.with_columns(_plain("latin").alias("a_plain")))
    if others.is_empty():
        return ordinary.select(*_READ)
    return pl.concat([ordinary.select(*_READ), read_texts(others).select(*_READ)])


def _with_number(name: str, own: pl.Expr) -> pl.Expr:
    """Give the house number back its place."""
    text = pl.col(name)
    return (
        pl.when(own & text.str.starts_with(STAND_IN))
        .then(pl.col("number") + text.str.slice(len(STAND_IN)))
        .otherwise(text)
        .alias(name)
    )


def _given(frame: pl.DataFrame) -> pl.Expr:
    """What was typed, as one text. A unit, state or country of "N/A" says nothing; a ZIP gets back the zeros a spreadsheet took."""
    names = ("address", "street", "unit", "city", "state", "zip", "country")
    there = {name for name in names if name in frame.columns and frame[name].null_count() < len(frame)}

    def part(name: str) -> pl.Expr:
        text = (pl.col(name) if name in there else pl.lit(None, pl.String)).str.strip_chars()
        return pl.when(text.str.contains(r"[\p{L}\p{N}]")).then(text)

    if not there:
        return pl.repeat("", len(frame), dtype=pl.String)
    if there == {"address"}:
        return pl.col("address").fill_null("")
    zip_code = (
        part("zip").str.replace(r"\.0$", "").str.replace(r"^([0-9]{4})$", "0$1").str.replace(r"^([0-9]{3})$", "00$1")
    )
    zip_code = zip_code.str.replace(r"^([0-9]{4}-[0-9]{4})$", "0$1")
    said = pl.when(~part("unit").str.contains(_SAYS_NOTHING)).then(part("unit"))
    unit = pl.when(said.str.contains(r"^[0-9]+[A-Za-z]?$|^[A-Za-z]-?[0-9]*$")).then("# " + said).otherwise(said)
    country = pl.when(~part("country").str.contains(_SAYS_NOTHING)).then(part("country"))
    state = pl.when(~part("state").str.contains(_SAYS_NOTHING)).then(part("state"))
    state_zip = pl.concat_str(state, zip_code, separator=" ", ignore_nulls=True)
    # A town is no detail that may be left out: "N/A" is read like "Unknown", which stands where one should.
    city = pl.when(part("city").str.contains(_SAYS_NOTHING)).then(pl.lit("UNKNOWN")).otherwise(part("city"))
    place = [city, pl.when(state_zip != "").then(state_zip), country]
    # Agencies that part the place from the address often call the street "address".
    has_place = part("address").str.contains(r"[0-9]{5}(?:-[0-9]{4})?\s*$")
    address = pl.when(~has_place | part("street").is_not_null()).then(part("address"))
    street = pl.when(part("address").is_null()).then(part("street"))
    joined = pl.concat_str(address, street, unit, *place, separator=", ", ignore_nulls=True)
    return pl.when(has_place.fill_null(False)).then(part("address")).otherwise(joined).fill_null("")


def _only_beyond_ascii(texts: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Apply a costly change only to the texts with a sign beyond ASCII."""
    where = texts.str.contains(r"[^\x00-\x7F]").arg_true()
    if where.len() == 0:
        return texts
    places = pl.int_range(texts.len(), eager=True).scatter(
        where, pl.int_range(texts.len(), texts.len() + where.len(), eager=True)
    )
    return pl.concat([texts, change(texts.gather(where))]).gather(places)


def _without_signs(texts: pl.Series) -> pl.Series:
    """Latin letters without accents and invisible signs, wide forms made narrow, all dashes alike."""
    plain = texts.str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}]", "")
    return plain.str.replace_all(r"\p{Pd}", "-").str.replace_all("ß", "ss").str.replace_all("[Øø]", "o")


def _hidden(column: str) -> pl.Expr:
    """True where signs are hidden: zero-width and right-to-left signs, letters of another script within a word."""
    return pl.col(column).str.contains(_HIDDEN)


def _plain(column: str) -> pl.Expr:
    """Capitals, one blank between words, ``, `` between components; of the signs only ``# & / -`` stay."""
    text = pl.col(column).str.to_uppercase().str.replace_all(r"[.'`’‘]+", "")
    text = text.str.replace_all(r"[;|\n\r\t]|\s[-_~]+\s", ", ").str.replace_all(r"[^\p{L}\p{N},#&/ -]+", " ")
    text = text.str.replace_all(r" {2,}", " ").str.replace_all(" ,", ",", literal=True).str.replace_all(r",[ ,]*", ", ")
    label = r"^(?:(?:LAST )?KNOWN |HOME |MAILING |STREET |CURRENT |PHYSICAL |RESIDENTIAL )*ADDR(?:ESS)? ([0-9]+[A-Z]? [A-Z0-9]|P ?O BOX)"
    return text.str.strip_chars(" ,-/&").str.replace(label, "$1").str.replace("^# ?([0-9]+ [A-Z])", "$1")
