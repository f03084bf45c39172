"""The gate: what the rules say of each line, and of the request as far as its lines and words tell.

Pure: the same lines under the same circumstances get the same judgement, in one chunk or many, in any order.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import polars as pl

from requests.rules.addresses import read_addresses
from requests.rules.base import Judging, LineRule, RequestFinding, Verdict
from requests.rules.counts import COLUMNS, Counts
from requests.rules.names import read_names
from requests.rules.registry import LINE_RULES, REQUEST_RULES
from requests.rules.v13_official_ratio import judge_official_ratio
from requests.rules.v14_civil_purpose import judge_purpose
from requests.rules.v16_information_kind import judge_information_asked

_SINCE = {rule.code: rule.valid_from for rule in REQUEST_RULES}


def read(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the readings of names (``n_…``) and addresses (``a_…``) to a canonical frame; one that has them stays as it is."""
    if "a_kind" in frame.columns:
        return frame
    # In one piece: expressions that look at whole columns would run once for every piece.
    return read_addresses(read_names(frame.rechunk()))


def judge(frame: pl.DataFrame, *, judging: Judging, counts: Counts | None = None) -> pl.DataFrame:
    """Add ``verdict`` (accept, review, reject or block) and ``findings`` (sorted codes) to every line.

    ``frame`` is canonical; readings and counts are added where it lacks them. ``counts`` are those of the whole batch;
    None says that this frame is the whole batch. Rows keep their order. A rule that the law did not demand yet on the day of
    judging says nothing.
    """
    lines = frame if {"n_full", "a_text"} <= set(frame.columns) else read(frame)
    if not set(COLUMNS) <= set(lines.columns):
        if counts is None:
            counts = Counts()
            counts.add(lines)
        lines = counts.attach(lines)
    rules = tuple(rule for rule in LINE_RULES if rule.valid_from <= judging.as_of)
    said, spoke = _asked(rules, judging)
    told = lines.select(said).select(spoke)
    lists = _lists(told["spoke"], rules)
    findings = told.select("spoke").join(lists, on="spoke", how="left", maintain_order="left")["findings"]
    return lines.with_columns(told["verdict"], findings)


@functools.lru_cache(maxsize=32)
def _asked(rules: tuple[LineRule, ...], judging: Judging) -> tuple[tuple[pl.Expr, ...], tuple[pl.Expr, ...]]:
    """What is asked of every line, and what of the answers: made once for a day, not for each form and chunk.

    The periods that V09 has judged are kept with it (``costly.once_per_text``).
    """
    # A column that is no constant keeps the height: of constants alone Polars would take the maximum once.
    none = (pl.int_range(pl.len(), dtype=pl.Int32) * 0).alias("")
    said = (none, *(rule.expression(judging).cast(pl.Int32).fill_null(0).alias(rule.code) for rule in rules))
    verdict = pl.max_horizontal(pl.all()).replace_strict({v.value: v.word for v in Verdict}, return_dtype=pl.String)
    # One number tells which rules spoke; few different ones occur, and only those become lists.
    bits = (pl.when(pl.col(rule.code) > 0).then(1 << bit).otherwise(0) for bit, rule in enumerate(rules))
    return said, (verdict.alias("verdict"), pl.sum_horizontal("", *bits).cast(pl.Int64).alias("spoke"))


def _lists(spoke: pl.Series, rules: tuple[LineRule, ...]) -> pl.DataFrame:
    numbers = spoke.unique().to_list()
    return pl.DataFrame(
        {
            "spoke": numbers,
            "findings": [
                sorted(rule.code for bit, rule in enumerate(rules) if number >> bit & 1) for number in numbers
            ],
        },
        schema={"spoke": pl.Int64, "findings": pl.List(pl.String)},
    )


def request_findings(
    counts: Counts,
    *,
    judging: Judging,
    purpose: str | None = None,
    certified_solely: bool | None = None,
    information_asked: str | None = None,
) -> list[RequestFinding]:
    """Judge what the lines together and the request's own words show: V13, V14 and V16, in this order.

    What is None is not known here and is not judged. V01, V02, V17 and V18 need the database and stand in their own files.
    """
    found = (
        judge_official_ratio(counts.load(judging=judging), judging=judging),
        judge_purpose(purpose=purpose, certified_solely=certified_solely),
        judge_information_asked(information_asked=information_asked),
    )
    return [one for one in found if one is not None and _SINCE[one.code] <= judging.as_of]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts; accept when there is none."""
    return max(verdicts, default=Verdict.ACCEPT)
