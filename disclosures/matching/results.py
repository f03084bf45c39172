"""From pairs to results: yes, no or undecided for each line, and what a matcher is shown."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from disclosures.matching.compare import Comparison, compare
from disclosures.matching.join import COMPARED

YES, NO, UNDECIDED = "yes", "no", "undecided"
TIN_WITHOUT_ADDRESS, NEAR_ADDRESS, SEVERAL_RECORDS = "tin_without_address", "near_address", "several_records"
# More candidates than a person can weigh help nobody; the nearest are kept.
CANDIDATES_SHOWN = 10

RESULT_SCHEMA = {
    "number": pl.Int64, "line_id": pl.Int64, "result": pl.String, "cause": pl.String, "taxpayer_ref": pl.String,
    "candidate_refs": pl.String, "name_agrees": pl.Boolean, "address_agrees": pl.Boolean, "can_be_yes": pl.Boolean,
    "comparison": pl.String,
}  # fmt: skip


def results_of(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give ``RESULT_SCHEMA``, one row for each line that is yes or undecided; every other line is a no.

    ``pairs`` holds what the join found (``PAIR_COLUMNS``), all pairs of each of its lines. ``candidate_refs`` is an array
    and ``comparison`` a JSON text, as PostgreSQL takes them. Yes needs exactly one record that agrees in full, whose TIN
    and date of birth do not differ from those given; a TIN never decides between two records.
    """
    pairs = pairs.unique(subset=["number", "taxpayer_ref"], keep="any", maintain_order=True)
    full = (pl.col("name_agrees") == 1) & (pl.col("address_agrees") == 1)
    pairs = pairs.with_columns(full.alias("full"), (full & ~_differs("tin") & ~_differs("date_of_birth")).alias("sound"))
    pairs = pairs.with_columns(
        pl.col("full").sum().over("number").alias("full_records"), pl.col("sound").any().over("number").alias("has_sound")
    )
    is_yes = (pl.col("full_records") == 1) & pl.col("has_sound")
    agreed = pairs.filter(is_yes & pl.col("full")).select(
        "number", "line_id", pl.lit(YES).alias("result"), pl.lit("").alias("cause"), "taxpayer_ref",
        pl.lit("{}").alias("candidate_refs"), pl.lit(True).alias("name_agrees"), pl.lit(True).alias("address_agrees"),
        pl.lit(True).alias("can_be_yes"), pl.lit("[]").alias("comparison"),
    )  # fmt: skip
    return pl.concat([agreed, _undecided(pairs.filter(~is_yes))]).sort("number")


def noes(lines: pl.DataFrame) -> pl.DataFrame:
    """Give ``RESULT_SCHEMA`` for lines (``number line_id``) of which no record agrees on name and address."""
    said = {
        "result": NO, "cause": "", "taxpayer_ref": "", "candidate_refs": "{}", "name_agrees": False,
        "address_agrees": False, "can_be_yes": False, "comparison": "[]",
    }  # fmt: skip
    return lines.select("number", "line_id", **{name: pl.lit(value) for name, value in said.items()})


def _differs(column: str) -> pl.Expr:
    mine, theirs = pl.col(f"l_{column}"), pl.col(f"r_{column}")
    return (mine != "") & (theirs != "") & (mine != theirs)


def _undecided(pairs: pl.DataFrame) -> pl.DataFrame:
    """The lines that go to a matcher. These few pairs are looked at one by one."""
    candidates: dict[tuple[int, int | None], list[tuple[str, str, Comparison]]] = {}
    for pair in pairs.iter_rows(named=True):
        seen = compare(
            {column: pair[f"l_{column}"] for column in COMPARED}, {column: pair[f"r_{column}"] for column in COMPARED}
        )
        cause = _cause(pair, seen)
        if cause:
            candidates.setdefault((pair["number"], pair["line_id"]), []).append((pair["taxpayer_ref"], cause, seen))
    rows = [_row(number, line_id, found) for (number, line_id), found in candidates.items()]
    return pl.DataFrame(rows, schema=RESULT_SCHEMA, orient="row")


def _cause(pair: dict[str, Any], seen: Comparison) -> str:
    """Why this pair goes to a matcher; empty where it does not."""
    if pair["full_records"] > 1 and pair["full"]:
        return SEVERAL_RECORDS
    if pair["name_agrees"] == 1 and not pair["full"] and pair["l_tin"] != "" and pair["l_tin"] == pair["r_tin"]:
        return TIN_WITHOUT_ADDRESS
    return NEAR_ADDRESS if pair["full"] or seen.is_near else ""


def _row(number: int, line_id: int | None, found: list[tuple[str, str, Comparison]]) -> tuple[Any, ...]:
    causes = {cause for _, cause, _ in found}
    cause = next(each for each in (SEVERAL_RECORDS, TIN_WITHOUT_ADDRESS, NEAR_ADDRESS) if each in causes)
    shown = sorted(found, key=lambda candidate: (*candidate[2].distance, candidate[0]))[:CANDIDATES_SHOWN]
    nearest = shown[0][2]
    comparison = [
        {"taxpayer_ref": ref, "component": component, "status": status}
        for ref, _, seen in shown
        for component, status in seen.statuses.items()
    ]
    return (
        number, line_id, UNDECIDED, cause, "", _array([ref for ref, _, _ in shown]), nearest.name_agrees,
        nearest.address_agrees, any(seen.can_be_yes for _, _, seen in shown), json.dumps(comparison),
    )  # fmt: skip


def _array(texts: list[str]) -> str:
    """A PostgreSQL array of texts."""
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in escaped) + "}"
