"""What a line cannot know of itself: how many others share its address, its reason, its official, or all of it.

One pass over the batch fills a ``Counts``; then each chunk gets its columns. A batch gives the same in one chunk or in
many, in any order. Texts are kept as 64-bit hashes with fixed seeds: 1.28 million lines take about 60 MiB.
"""

from __future__ import annotations

import polars as pl

from requests.rules.base import Judging, blank
from requests.rules.v13_official_ratio import OfficialLoad

SEEDS = (0x6103, 0x1, 0x2, 0x2025)
UNIT = "\x1f"
# No place, so no house in which people could be counted: V04 to V08 say what is wrong with these.
NO_PLACE = ("none", "institution", "general_delivery", "homeless")
# Not part of a name. An official does not become two by being called "Special Agent" on every other line.
RANKS = (
    "MR MRS MS DR SPECIAL AGENT OFFICER SUPERVISORY DEPORTATION CRIMINAL INVESTIGATOR INSPECTOR DETECTIVE DEPUTY ASSISTANT "
    "DIRECTOR"
).split()

COLUMNS = ("c_address", "c_reason", "c_reason_generic", "c_official", "c_duplicate_of")
_COUNTED = ("address", "reason", "reason_generic")


class Counts:
    """The cross-line counts of one batch. ``add`` every chunk, then ``attach``; chunks must be read (``judge.read``)."""

    def __init__(self) -> None:
        self._keys: list[pl.DataFrame] = []
        self._officials: list[pl.DataFrame] = []
        self._tables: dict[str, pl.DataFrame] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Count one chunk. ``frame`` has the canonical columns and the readings of names and addresses."""
        keyed = _with_keys(frame)
        self._tables = {}
        self._keys.append(keyed.select("line", "k_address", "k_reason", "k_reason_generic", "k_duplicate"))
        self._officials.append(_officials(keyed.select("k_official", pl.col("engaged_official").alias("named"), lines=1)))

    @property
    def lines(self) -> int:
        """How many lines were counted."""
        return sum(keys.height for keys in self._keys)

    def attach(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give the chunk with ``c_address c_reason c_reason_generic c_official c_duplicate_of``, rows as they were.

        Counts are Int64: 0 where there is nothing to count, else the number of lines of the whole batch, this one
        included. ``c_duplicate_of`` is the lowest line with the same name, address and case number, null on that line.
        """
        tables = self._finished()
        keyed = _with_keys(frame)
        for what in (*_COUNTED, "official", "duplicate"):
            keyed = keyed.join(tables[what], on=f"k_{what}", how="left", maintain_order="left")
        counted = [
            pl.when(pl.col(f"k_{what}").is_null()).then(0).otherwise(pl.col(f"c_{what}").fill_null(1)).cast(pl.Int64).alias(f"c_{what}")
            for what in (*_COUNTED, "official")
        ]
        lowest = pl.when(pl.col("first_line") != pl.col("line")).then(pl.col("first_line")).alias("c_duplicate_of")
        return keyed.select(*frame.columns, *counted, lowest)

    def load(self, *, judging: Judging) -> OfficialLoad:
        """How the lines fall on engaged officials, above and below the office's threshold (V13)."""
        officials = self._finished()["official_names"]
        if officials.height == 0:
            return OfficialLoad(most_named="", most_lines=0, officials_over=0, lines_over=0)
        over = officials.filter(pl.col("lines") > judging.parameters.max_subjects_per_engaged_official)
        most = officials.sort(["lines", "named"], descending=[True, False]).row(0, named=True)
        return OfficialLoad(
            most_named=most["named"],
            most_lines=most["lines"],
            officials_over=over.height,
            lines_over=int(over["lines"].sum()),
        )

    def notes(self, *, judging: Judging) -> list[str]:
        """What counsel should know and no rule judges: reasons that differ in their case numbers alone (V11)."""
        threshold = judging.parameters.boilerplate_reason_threshold
        generic = self._finished()["reason_generic"].filter(pl.col("c_reason_generic") > threshold)
        if generic.height == 0:
            return []
        most = generic["c_reason_generic"].max()
        lines = generic["c_reason_generic"].sum()
        return [
            f"V11: once case numbers are disregarded, {lines:,} lines give a reason that stands on more than {threshold} "
            f"lines; the most common stands on {most:,}. This changes no verdict."
        ]

    def _finished(self) -> dict[str, pl.DataFrame]:
        if self._tables:
            return self._tables
        keys = pl.concat(self._keys) if self._keys else _no_keys()
        tables = {
            # What stands once needs no row: the join finds nothing and the count is one.
            what: keys.group_by(f"k_{what}").agg(pl.len().alias(f"c_{what}")).filter(
                pl.col(f"k_{what}").is_not_null() & (pl.col(f"c_{what}") > 1)
            )
            for what in _COUNTED
        }
        tables["duplicate"] = (
            keys.filter(pl.col("k_duplicate").is_not_null())
            .group_by("k_duplicate")
            .agg(pl.col("line").min().alias("first_line"), pl.len().alias("same"))
            .filter(pl.col("same") > 1)
            .drop("same")
        )
        officials = _officials(pl.concat(self._officials)) if self._officials else _no_officials()
        tables["official_names"] = officials
        tables["official"] = officials.select("k_official", pl.col("lines").alias("c_official"))
        self._tables = tables
        return tables


def _with_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the hashes by which lines are compared; null where a line has nothing to compare."""
    reason = pl.col("reason").fill_null("").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    generic = reason.str.replace_all(r"[\p{L}\p{N}]*[0-9][\p{L}\p{N}./()-]*", "#")
    case = pl.col("case_number").fill_null("").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    whole = pl.concat_str(pl.col("n_full").fill_null(""), pl.col("a_text").fill_null(""), case, separator=UNIT)
    has_place = (pl.col("a_text").fill_null("") != "") & ~pl.col("a_kind").fill_null("none").is_in(NO_PLACE)
    return frame.with_columns(
        pl.when(has_place).then(pl.col("a_text").hash(*SEEDS)).alias("k_address"),
        pl.when(~blank("reason")).then(reason.hash(*SEEDS)).alias("k_reason"),
        pl.when(~blank("reason")).then(generic.hash(*SEEDS)).alias("k_reason_generic"),
        pl.when(pl.col("n_full").fill_null("") != "").then(whole.hash(*SEEDS)).alias("k_duplicate"),
        pl.col("engaged_official").map_batches(_official_key, return_dtype=pl.UInt64, is_elementwise=True).alias("k_official"),
    )


def _official_key(named: pl.Series) -> pl.Series:
    """Compare officials as people: without accents, ranks and middle initials, in any order of first and last name."""
    distinct = named.unique().alias("named").to_frame()
    plain = (
        pl.col("named").fill_null("").str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}'’]", "").str.to_uppercase()
        .str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    )  # fmt: skip
    words = pl.col("words")
    names = words.list.filter(~pl.element().is_in(RANKS) & (pl.element().str.len_chars() > 1))
    keys = (
        distinct.with_columns(plain.alias("plain"))
        .with_columns(pl.col("plain").str.split(" ").alias("words"))
        .select(
            "named",
            pl.when(~blank("plain"))
            .then(pl.when(names.list.len() >= 2).then(names).otherwise(words).list.sort().list.join(" ").hash(*SEEDS))
            .alias("key"),
        )
    )
    joined = named.alias("named").to_frame().join(keys, on="named", how="left", nulls_equal=True, maintain_order="left")
    return joined["key"]


def _officials(named: pl.DataFrame) -> pl.DataFrame:
    """Lines per official; of several spellings the first in the alphabet stands for all, whatever their order."""
    return (
        named.filter(pl.col("k_official").is_not_null())
        .group_by("k_official")
        .agg(pl.col("named").min(), pl.col("lines").cast(pl.Int64).sum())
    )


def _no_keys() -> pl.DataFrame:
    names = ("k_address", "k_reason", "k_reason_generic", "k_duplicate")
    return pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(names, pl.UInt64)})


def _no_officials() -> pl.DataFrame:
    return pl.DataFrame(schema={"k_official": pl.UInt64, "named": pl.String, "lines": pl.Int64})
