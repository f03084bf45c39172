"""Two ways to run a costly expression only where it can matter. Neither changes what it says of any line."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def once_per_text(column: str, judge: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Judge each different text of a column once, and give every line the judgement of its text.

    ``judge`` takes the column's expression and returns one of integers. Statutes and periods are a handful of texts in a
    million lines.
    """

    def judged(texts: pl.Series) -> pl.Series:
        distinct = texts.unique().alias("text")
        answers = distinct.to_frame().select("text", judge(pl.col("text")).cast(pl.Int32).alias("answer"))
        joined = (
            texts.alias("text").to_frame().join(answers, on="text", how="left", nulls_equal=True, maintain_order="left")
        )
        return joined["answer"]

    return pl.col(column).map_batches(judged, return_dtype=pl.Int32, is_elementwise=True)


def only_where(column: str, signs: tuple[str, ...], judge: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Judge the texts in which one of ``signs`` occurs, in capitals or small letters; say 0 of the others.

    ``judge`` must itself be 0 for every text without a sign.
    """

    def judged(texts: pl.Series) -> pl.Series:
        where = texts.str.contains_any(list(signs), ascii_case_insensitive=True).fill_null(False).arg_true()
        answers = pl.zeros(texts.len(), dtype=pl.Int32, eager=True)
        if where.len() == 0:
            return answers
        found = texts.gather(where).alias("text").to_frame().select(judge(pl.col("text")).cast(pl.Int32)).to_series()
        return answers.scatter(where, found)

    return pl.col(column).map_batches(judged, return_dtype=pl.Int32, is_elementwise=True)
