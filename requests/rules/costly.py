"""Two ways to run a costly expression only where it can matter. Neither changes what it says of any line."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

KEPT = 1_000


def once_per_text(column: str, judge: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Judge each different text of a column once, and give every line the judgement of its text.

    ``judge`` takes the column's expression and returns one of integers. Statutes and periods are a handful of texts in a
    million lines, and the same ones in most files: whoever keeps the expression keeps up to ``KEPT`` answers with it.
    """
    kept: dict[str | None, int | None] = {}

    def judged(texts: pl.Series) -> pl.Series:
        distinct = texts.unique().alias("text")
        asked = distinct.to_list() if distinct.len() <= KEPT else []
        if asked and kept.keys() >= set(asked):
            answers = pl.DataFrame(
                {"text": asked, "answer": [kept[text] for text in asked]},
                schema={"text": pl.String, "answer": pl.Int32},
            )
        else:
            answers = distinct.to_frame().select("text", judge(pl.col("text")).cast(pl.Int32).alias("answer"))
            if len(kept) + len(asked) <= KEPT:
                kept.update(answers.head(len(asked)).iter_rows())
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
