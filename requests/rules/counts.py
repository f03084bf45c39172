"""What a line cannot know of itself: how many others share its address, its reason, its official, or all of it.

One pass over the batch fills a ``Counts``; then each chunk gets its columns. A batch gives the same in one chunk or in
many, in any order. Texts are kept as 64-bit hashes with fixed seeds: 1.28 million lines take about 120 MiB.
"""

from __future__ import annotations

import functools

import polars as pl

from requests.rules.base import Judging, blank
from requests.rules.v13_official_ratio import OfficialLoad

SEEDS = (0x6103, 0x1, 0x2, 0x2025)
UNIT = "\x1f"
# No place, so no house in which people could be counted: V04 to V08 say what is wrong with these.
NO_PLACE = ("none", "institution", "general_delivery", "homeless")
# Not part of a name. An official does not become two by being called "Special Agent" on every other line.
_RANKS = """
MR MRS MS DR SPECIAL AGENT OFFICER SUPERVISORY DEPORTATION CRIMINAL INVESTIGATOR INSPECTOR DETECTIVE DEPUTY ASSISTANT DIRECTOR
"""

COLUMNS = ("c_address", "c_reason", "c_reason_generic", "c_official", "c_duplicate_of")
_KEYS = ("k_address", "k_reason", "k_reason_generic", "k_official", "k_duplicate")


class Counts:
    """The cross-line counts of one batch. ``add`` every chunk, then ``attach``; chunks must be read (``judge.read``)."""

    def __init__(self) -> None:
        self._keys: list[pl.DataFrame] = []
        self._officials: list[pl.DataFrame] = []
        self._counted: pl.DataFrame | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Count one chunk. ``frame`` has the canonical columns and the readings of names and addresses."""
        self.add_keys(keys_of(frame))

    def add_keys(self, keyed: pl.DataFrame) -> None:
        """Count one chunk of which somebody made the keys already (``keys_of``)."""
        self._counted = None
        self._keys.append(keyed.select("line", *_KEYS))
        self._officials.append(_officials(keyed.select("k_official", "named", lines=1)))

    @property
    def lines(self) -> int:
        """How many lines were counted."""
        return sum(keys.height for keys in self._keys)

    def attach(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give the chunk with ``c_address c_reason c_reason_generic c_official c_duplicate_of``, rows as they were.

        Counts are Int64: 0 where there is nothing to count, else the number of lines of the whole batch, this one
        included. ``c_duplicate_of`` is the lowest line with the same name, address and case number, null on that line.
        Raises ``ValueError`` when the chunk holds a line that was not counted, or any line was counted twice.
        """
        counted = self._by_line()
        if frame.height:
            counted = counted.filter(pl.col("line").is_between(frame["line"].min(), frame["line"].max()))
        joined = frame.join(counted, on="line", how="left", maintain_order="left")
        if joined["c_address"].null_count():
            raise ValueError("A line is to be judged that was not counted with its batch.")
        return joined

    def load(self, *, judging: Judging) -> OfficialLoad:
        """How the lines fall on engaged officials, above and below the office's threshold (V13)."""
        if not self.lines:
            return OfficialLoad(most_named="", most_lines=0, officials_over=0, lines_over=0)
        officials = _officials(pl.concat(self._officials))
        if officials.height == 0:
            return OfficialLoad(most_named="", most_lines=0, officials_over=0, lines_over=0)
        over = officials.filter(pl.col("lines") > judging.parameters.max_subjects_per_engaged_official)
        most = officials.sort(["lines", "named"], descending=[True, False]).row(0, named=True)
        return OfficialLoad(
            most_named=most["named"].strip(),
            most_lines=most["lines"],
            officials_over=over.height,
            lines_over=int(over["lines"].sum()),
        )

    def notes(self, *, judging: Judging) -> list[str]:
        """What counsel should know and no rule judges: reasons that differ in their case numbers alone (V11)."""
        threshold = judging.parameters.boilerplate_reason_threshold
        generic = self._by_line()["c_reason_generic"]
        over = generic.filter(generic > threshold)
        if over.len() == 0:
            return []
        return [
            f"V11: once case numbers are disregarded, {over.len():,} lines give a reason that stands on more than "
            f"{threshold} lines; the most common stands on {int(over.to_frame().max().item()):,}. This changes no verdict."
        ]

    def _by_line(self) -> pl.DataFrame:
        if self._counted is None:
            keys = pl.concat(self._keys) if self._keys else pl.DataFrame(schema=_SCHEMA)
            lowest = pl.col("line").min().over("k_duplicate")
            self._counted = keys.select(
                "line",
                *(_count(key) for key in _KEYS if key != "k_duplicate"),
                pl.when(pl.col("k_duplicate").is_not_null() & (lowest != pl.col("line")))
                .then(lowest)
                .alias("c_duplicate_of"),
            ).sort("line")
            if (self._counted["line"].diff() == 0).any():
                raise ValueError("A line was counted twice.")
        return self._counted


def keys_of(frame: pl.DataFrame) -> pl.DataFrame:
    """What is counted of a chunk, small enough to be put away: ``line``, ``named`` and one hash a key."""
    return frame.select("line", pl.col("engaged_official").alias("named"), *_keys())


_SCHEMA = {"line": pl.Int64, **dict.fromkeys(_KEYS, pl.UInt64)}


def _count(key: str) -> pl.Expr:
    counted = pl.when(pl.col(key).is_not_null()).then(pl.len().over(key)).otherwise(0)
    return counted.cast(pl.Int64).alias(key.replace("k_", "c_", 1))


@functools.cache
def _keys() -> tuple[pl.Expr, ...]:
    """The hashes by which lines are compared; null where a line has nothing to compare."""
    # The second pattern is rare: a pass over texts that rarely match is several times as fast as one that always does.
    reason = pl.col("reason").fill_null("").str.to_lowercase().str.replace_all(r"\s{2,}|[^\S ]", " ").str.strip_chars()
    generic = reason.str.replace_all(r"[0-9]+", "#")
    case = pl.col("case_number").fill_null("").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    whole = pl.concat_str(pl.col("n_full").fill_null(""), pl.col("a_text").fill_null(""), case, separator=UNIT)
    has_place = (pl.col("a_text").fill_null("") != "") & ~pl.col("a_kind").fill_null("none").is_in(NO_PLACE)
    official = pl.col("engaged_official").map_batches(_official_key, return_dtype=pl.UInt64, is_elementwise=True)
    return (
        pl.when(has_place).then(pl.col("a_text").hash(*SEEDS)).alias("k_address"),
        pl.when(~blank("reason")).then(reason.hash(*SEEDS)).alias("k_reason"),
        pl.when(~blank("reason")).then(generic.hash(*SEEDS)).alias("k_reason_generic"),
        official.alias("k_official"),
        pl.when(pl.col("n_full").fill_null("") != "").then(whole.hash(*SEEDS)).alias("k_duplicate"),
    )


def _official_key(named: pl.Series) -> pl.Series:
    """Compare officials as people: without accents, ranks and middle initials, in any order of first and last name."""
    distinct = named.unique().alias("named").to_frame()
    plain = (
        pl.col("named").fill_null("").str.normalize("NFKD").str.replace_all(r"[\p{M}\p{Cf}'’]", "").str.to_uppercase()
        .str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    )  # fmt: skip
    words = pl.col("words")
    names = words.list.filter(~pl.element().is_in(_RANKS.split()) & (pl.element().str.len_chars() > 1))
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
