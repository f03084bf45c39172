"""Reading names: what an agency typed, as text that can be compared.

The conventions, the same for a request's lines, for the registry and for engaged officials:

* Upper case; NFKD; accents off; format characters (``\\p{Cf}``) off; other punctuation becomes a space; single spaces.
* An apostrophe, straight or typographic, is deleted: ``O'Brien`` = ``OBrien`` = ``OBRIEN``. In a last name a lone
  ``O``, ``D`` or ``MC`` joins the next word, so ``O Brien`` is the same. In a one-string name, where ``O`` may be a
  middle initial, it joins only the remainders of known Irish names (``O_NAMES``).
* A hyphen becomes a space: ``Garcia-Lopez`` = ``Garcia Lopez``. In a one-string name it still holds its words together.
* Letters that NFKD does not open: ß SS, ø O, ł L, đ and ð D, æ AE, œ OE, ı I, þ TH, ħ H, ŧ T.
* Other scripts stay as they are, upper case where they have one. Their vowel signs are letters and stay; Arabic and
  Hebrew vowel points, which are optional, go.
* Two last names given in their own column stay whole. In a one-string name the last word is the last name, with the
  particles before it (``DE LA``, ``VAN DER``, ``BIN``); ``LAST, FIRST MIDDLE`` is read by its comma. A single word is a
  last name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import polars as pl

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

READINGS = ("n_first", "n_middle", "n_last", "n_suffix", "n_full")
_READ = READINGS[:4]
_TYPED = ("name", "first_name", "middle_name", "last_name", "suffix")

_SUFFIXES = {
    "JR": "JR", "JNR": "JR", "JUNIOR": "JR", "SR": "SR", "SNR": "SR", "SENIOR": "SR", "II": "II", "2ND": "II",
    "III": "III", "3RD": "III", "IV": "IV", "4TH": "IV", "V": "V", "5TH": "V",
}  # fmt: skip
# In a column of its own a suffix may be a bare number, or somebody's word for "none".
_SUFFIX_CELLS = _SUFFIXES | {"2": "II", "3": "III", "4": "IV", "5": "V", "NA": "", "NONE": "", "NULL": ""}
_NO_MIDDLE_NAME = ("NMN", "NMI", "NONE", "N A")

_PARTICLE = (
    r"(?:DE|LA|LAS|LOS|DEL|DELA|DELLA|DI|DA|DAS|DO|DOS|DU|LE|VAN|DER|DEN|TER|"
    r"TEN|VON|ZU|ZUM|BIN|IBN|BINT|ABU|AL|EL|ST|SAINT)"
)
# These open no first name: a text that starts with them is a last name alone.
_COMPOUND = r"^(?:DE LA|DE LAS|DE LOS|VAN DER|VAN DEN|VON DER) \S+$"
O_NAMES = (
    "BANNON|BOYLE|BRIAN|BRIEN|BRYAN|BYRNE|CALLAGHAN|CASEY|CONNELL|CONNER|CONNOR|CONNORS|DAY|DEA|DELL|DOHERTY|"
    "DONNELL|DONOGHUE|DONOHUE|DONOVAN|DOWD|DRISCOLL|DWYER|FARRELL|FLAHERTY|FLYNN|GORMAN|GRADY|HAGAN|HALLORAN|"
    "HANLON|HARA|HARE|HEARN|HERN|KANE|KEEFE|KEEFFE|KELLY|LAUGHLIN|LEARY|LOUGHLIN|MAHONEY|MALLEY|MARA|MEARA|"
    "NEAL|NEIL|NEILL|QUINN|REGAN|REILLY|RIORDAN|ROURKE|RILEY|SHAUGHNESSY|SHEA|SULLIVAN|TOOLE"
)

_APOSTROPHES = r"['’‘‛`´′ʹʻʼʽʾʿ՚ꞌ＇]"
_LETTERS = {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Æ": "AE", "Œ": "OE", "ẞ": "SS", "ß": "SS", "ı": "I", "Þ": "TH",
            "Ħ": "H", "Ŧ": "T"}  # fmt: skip
# Combining accents; Hebrew and Arabic points; the Arabic stretching stroke; format characters.
_ACCENTS = (
    r"[\x{300}-\x{36F}\x{1AB0}-\x{1AFF}\x{1DC0}-\x{1DFF}\x{20D0}-\x{20FF}\x{FE20}-\x{FE2F}"
    r"\x{591}-\x{5BD}\x{5BF}\x{5C1}\x{5C2}\x{5C4}\x{5C5}\x{5C7}\x{610}-\x{61A}\x{640}\x{64B}-\x{65F}\x{670}\p{Cf}]"
)


def read_names(frame: Frame) -> Frame:
    """Add ``n_first n_middle n_last n_suffix n_full`` (text, "" when absent) to a canonical frame.

    Read from ``first_name`` and ``last_name`` (with ``middle_name`` and ``suffix``) where either says something, else
    from ``name``: ``FIRST MIDDLE LAST SUFFIX`` or ``LAST, FIRST MIDDLE SUFFIX``. Columns that the frame lacks count as
    empty. ``n_full`` is first, middle, last and suffix joined by spaces. Rows keep their order.
    """
    if isinstance(frame, pl.LazyFrame):
        schema = pl.Schema({**frame.collect_schema(), **dict.fromkeys(READINGS, pl.String())})
        return frame.map_batches(_read, schema=schema, streamable=True)
    return _read(frame)


def name_key(expr: pl.Expr) -> pl.Expr:
    """The comparable text of one free-text name; "" for a blank one.

    Equal for case, accents, punctuation and spacing. Titles, word order and suffixes stay as they were typed.
    """
    return expr.map_batches(_key, return_dtype=pl.String, is_elementwise=True)


def _key(typed: pl.Series) -> pl.Series:
    return _joined_o(_clean(typed.fill_null(""), keep=""))


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    lacking = (pl.lit(None, dtype=pl.String).alias(column) for column in _TYPED if column not in frame.columns)
    typed = frame.with_columns(*lacking).select(pl.col(_TYPED).cast(pl.String).fill_null(""))
    # A line that says nothing at all is read as parts, too: it is less work.
    says = r"[\p{L}\p{N}]"
    parts = pl.col("first_name").str.contains(says) | pl.col("last_name").str.contains(says)
    in_parts = typed.select(in_parts=parts | ~pl.col("name").str.contains(says))["in_parts"]
    suffix = _suffix_cell(typed["suffix"])
    if in_parts.all():  # as in nearly every file; building the patterns for the others takes longer than one line
        read = _from_parts(typed, suffix)
    else:
        read = _merge(
            in_parts,
            _from_parts(typed.filter(in_parts), suffix.filter(in_parts)),
            _from_name(typed["name"].filter(~in_parts), suffix.filter(~in_parts)),
        )
    return frame.with_columns(read.select(*_READ, _full()))


def _full() -> pl.Expr:
    parts = (pl.when(pl.col(column) != "").then(pl.col(column)) for column in _READ)
    return pl.concat_str(*parts, separator=" ", ignore_nulls=True).alias("n_full")


def _from_parts(typed: pl.DataFrame, suffix: pl.Series) -> pl.DataFrame:
    cells = pl.col("first_name", "middle_name", "last_name")
    cleaned = typed.select(
        cells.map_batches(lambda cell: _clean(cell, keep=""), return_dtype=pl.String, is_elementwise=True)
    )
    return _finish(cleaned.rename(dict(zip(cleaned.columns, _READ[:3], strict=True))).with_columns(n_suffix=suffix))


def _from_name(name: pl.Series, suffix: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"text": _clean(name, keep=r",\-"), "n_suffix": suffix})
    comma = frame["text"].str.contains(",", literal=True)
    frame = _merge(comma, _by_comma(frame.filter(comma)), _by_order(frame.filter(~comma)))
    return _finish(frame.with_columns(_spaced(frame[column].fill_null("")) for column in _READ[:3]))


def _by_comma(frame: pl.DataFrame) -> pl.DataFrame:
    """``LAST, FIRST MIDDLE SUFFIX``, ``LAST, SUFFIX, FIRST``; or ``FIRST LAST, SUFFIX``, in order after all."""
    halves = pl.col("text").str.splitn(",", 2).struct.rename_fields(["before", "after"]).struct.unnest()
    after = _single_spaced(pl.col("after").str.replace_all(",", " ", literal=True))
    frame = frame.select(halves, "n_suffix").with_columns(pl.col("before").str.strip_chars(), after)
    in_order = pl.col("after").is_in(list(_SUFFIXES)) | (pl.col("before") == "") | (pl.col("after") == "")
    ordered = frame.select(in_order.alias("ordered"))["ordered"]
    text = (pl.col("before") + " " + pl.col("after")).str.strip_chars().alias("text")
    by_order = _by_order(frame.filter(ordered).select(text, "n_suffix"))
    by_comma = frame.filter(~ordered).rename({"before": "n_last", "after": "given"})
    opening = pl.col("given").str.extract(r"^(JR|SR|II|III|IV|JUNIOR|SENIOR|2ND|3RD|4TH) ")
    opens = opening.is_not_null() & ((pl.col("n_suffix") == "") | (pl.col("n_suffix") == opening.replace(_SUFFIXES)))
    by_comma = by_comma.with_columns(
        pl.when(opens).then(pl.col("given").str.replace(r"^\S+ ", "")).otherwise(pl.col("given")).alias("given"),
        pl.when(opens).then(opening.replace(_SUFFIXES)).otherwise(pl.col("n_suffix")).alias("n_suffix"),
    )
    given, suffix = _without_suffix(by_comma["given"], by_comma["n_suffix"])
    by_comma = by_comma.with_columns(given, suffix)
    return _merge(ordered, by_order, by_comma.select(_given(), "n_last", "n_suffix").select(_READ))


def _by_order(frame: pl.DataFrame) -> pl.DataFrame:
    """``FIRST MIDDLE LAST SUFFIX``."""
    text = _joined_o(frame["text"])
    text, suffix = _without_suffix(text, frame["n_suffix"], words=3)
    # Two or three words without a particle are nearly all names, and quickly read.
    plain = text.str.count_matches(" ", literal=True).is_between(1, 2) & ~text.str.contains(
        rf" {_PARTICLE} |{_COMPOUND}"
    )
    frame = pl.DataFrame({"text": text, "n_suffix": suffix})
    return _merge(plain, _two_or_three(frame.filter(plain)), _any_number(frame.filter(~plain)))


def _two_or_three(frame: pl.DataFrame) -> pl.DataFrame:
    words = pl.col("text").str.splitn(" ", 3).struct.rename_fields(["n_first", "second", "third"]).struct.unnest()
    return frame.select(words, "n_suffix").select(
        "n_first",
        pl.when(pl.col("third").is_null()).then(pl.lit("")).otherwise("second").alias("n_middle"),
        pl.coalesce("third", "second").alias("n_last"),
        "n_suffix",
    )


def _any_number(frame: pl.DataFrame) -> pl.DataFrame:
    only_last = pl.col("text").str.contains(_COMPOUND) | ~pl.col("text").str.contains(" ", literal=True)
    # As short a beginning, and so as many particles, as there can be.
    groups = pl.col("text").str.extract_groups(rf"^(?<given>\S+(?: \S+)*?) (?<last>(?:{_PARTICLE} )*\S+)$")
    return (
        frame.with_columns(groups.alias("read"))
        .select(
            pl.when(only_last).then(pl.lit("")).otherwise(pl.col("read").struct["given"]).alias("given"),
            pl.when(only_last).then("text").otherwise(pl.col("read").struct["last"]).fill_null("").alias("n_last"),
            "n_suffix",
        )
        .select(_given(), "n_last", "n_suffix")
        .select(_READ)
    )


def _given() -> pl.Expr:
    """The columns ``n_first`` and ``n_middle`` of what stands before, or after the comma of, a last name."""
    words = pl.col("given").fill_null("").str.splitn(" ", 2).struct.rename_fields(["n_first", "n_middle"])
    return words.struct.unnest()


def _finish(names: pl.DataFrame) -> pl.DataFrame:
    """What holds of every last name and middle name, whichever way they came."""
    last, suffix = _without_suffix(names["n_last"], names["n_suffix"])
    # A lone O, D or MC in a last name is an apostrophe or a space too many.
    apart = r"\b(O|D|MC) (\p{L}{2})"
    last = _where(last, last.str.contains(apart), lambda s: s.str.replace_all(apart, "$1$2"))
    middle = names["n_middle"].replace(dict.fromkeys(_NO_MIDDLE_NAME, ""))
    return names.with_columns(middle, last, suffix)


def _without_suffix(text: pl.Series, suffix: pl.Series, *, words: int = 2) -> tuple[pl.Series, pl.Series]:
    """Take a closing suffix off a text of at least ``words`` words, unless the suffix's own column says another."""
    ends = text.str.contains(r"[^ ] +(?:" + "|".join(_SUFFIXES) + ")$")
    if not ends.any():
        return text, suffix
    name = pl.col("text")
    found = name.str.extract(r"(\S+)$").replace(_SUFFIXES)
    agrees = (pl.col("suffix") == "") | (pl.col("suffix") == found)
    takes = agrees & (name.str.count_matches(" ", literal=True) >= words - 1)
    subset = pl.DataFrame({"text": text.filter(ends), "suffix": suffix.filter(ends)}).select(
        pl.when(takes).then(name.str.replace(r" +\S+$", "")).otherwise(name).alias("text"),
        pl.when(takes).then(found).otherwise(pl.col("suffix")).alias("suffix"),
    )
    rest = pl.DataFrame({"text": text.filter(~ends), "suffix": suffix.filter(~ends)})
    merged = _merge(ends, subset, rest)
    return merged["text"].alias(text.name), merged["suffix"].alias(suffix.name)


def _suffix_cell(typed: pl.Series) -> pl.Series:
    def normalised(filled: pl.Series) -> pl.Series:
        return _clean(filled, keep="").str.replace_all(" ", "", literal=True).replace(_SUFFIX_CELLS)

    return _where(typed, typed != "", normalised)


def _joined_o(text: pl.Series) -> pl.Series:
    pattern = rf"\bO ({O_NAMES})\b"
    return _where(text, text.str.contains(r"\bO [BCDFGHKLMNQRST]"), lambda s: s.str.replace_all(pattern, "O$1"))


def _spaced(text: pl.Series) -> pl.Series:
    return _where(
        text,
        text.str.contains("-", literal=True),
        lambda s: s.str.replace_all("-", " ", literal=True).str.replace_all(" {2,}", " ").str.strip_chars(" "),
    )


def _clean(typed: pl.Series, *, keep: str) -> pl.Series:
    """The comparable text of a cell; the punctuation of ``keep`` stays for whoever splits the text further."""
    upper = typed.str.to_uppercase()
    odd = typed.str.contains(r"[^A-Za-z ]|^ | $|  ")
    return _where(upper, odd, lambda _: _clean_odd(typed.filter(odd), keep=keep))


def _clean_odd(typed: pl.Series, *, keep: str) -> pl.Series:
    far = typed.str.contains(r"[^\x00-\x7F]")
    text = _where(typed, far, _fold)
    name = pl.col("text").str.to_uppercase()
    name = name.str.replace_all(r"\b([ODL])['`] +", "$1").str.replace_all("['`]", "")
    name = _single_spaced(name.str.replace_all(rf"[^\p{{L}}\p{{M}}\p{{N}}{keep}]+", " "))
    if "," in keep:
        # Around commas nothing counts, and a hyphen that joins nothing is no hyphen.
        name = name.str.replace_all(r"[ \-]*,[ \-,]*", ",").str.replace_all(r"^[ ,\-]+|[ ,\-]+$", "")
        name = name.str.replace_all(r"(?: -+)+ | -+|-+ ", " ")
    cleaned = pl.DataFrame({"text": text}).select(name)["text"]
    return _where(cleaned, cleaned.str.contains(r"[^\x00-\x7F]"), lambda s: s.str.normalize("NFC"))


def _fold(typed: pl.Series) -> pl.Series:
    """ASCII where there is an ASCII for it."""
    text = pl.col("text").str.replace_all(_APOSTROPHES, "'").str.normalize("NFKD").str.to_uppercase()
    text = text.str.replace_many(list(_LETTERS), list(_LETTERS.values())).str.replace_all(_ACCENTS, "")
    text = text.str.replace_all(_APOSTROPHES, "'").str.replace_all(r"\p{Pd}", "-")
    return pl.DataFrame({"text": typed}).select(text)["text"]


def _single_spaced(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(" {2,}", " ").str.strip_chars(" ")


def _where(text: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Change only the rows of the mask: most names need nothing, and a batch has more than a million of them."""
    if not mask.any():
        return text
    return text.clone().scatter(mask.arg_true(), change(text.filter(mask)))


def _merge(mask: pl.Series, chosen: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Put the rows where the mask is true and the rows where it is false back into one order."""
    if chosen.height == 0 or others.height == 0:
        return others.select(chosen.columns) if chosen.height == 0 else chosen
    place = pl.DataFrame({"m": mask}).select(
        pl.when("m").then(pl.col("m").cum_sum() - 1).otherwise((~pl.col("m")).cum_sum() - 1 + chosen.height).alias("m")
    )["m"]
    return pl.concat([chosen, others.select(chosen.columns)])[place]
