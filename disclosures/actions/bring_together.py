"""Bring lines and records together on temporary tables: the same for an approved request and for a rehearsal.

Everything here lives in the session of the database and is gone at its end; no table of the application is written.
"""

from __future__ import annotations

import io
from typing import Any

import polars as pl
from django.db import connection, transaction

from disclosures.matching.join import (
    COMPARED,
    CREATE_LINES,
    CREATE_PAIRS,
    LINES_TABLE,
    PAIR_COLUMNS,
    PAIRS_TABLE,
    RECORDS_TABLE,
    join,
)
from disclosures.matching.keys import KEYS, READINGS
from requests.actions.lines import copy_rows

# One hash of 1.28 million lines takes about 200 MiB.
WORK_MEMORY = "256MB"
_PAIRS = {
    "number": pl.Int64, "line_id": pl.Int64, "taxpayer_ref": pl.String, "name_agrees": pl.Int8, "address_agrees": pl.Int8,
    **{f"{side}_{column}": pl.String for side in "lr" for column in COMPARED},
}  # fmt: skip


def lay_out() -> None:
    """Make the empty tables of lines and pairs, in place of any that an earlier run left in this session."""
    clear_away()
    with connection.cursor() as cursor:
        cursor.execute(CREATE_LINES)
        cursor.execute(CREATE_PAIRS)


def clear_away() -> None:
    """Drop the temporary tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {LINES_TABLE}, {PAIRS_TABLE}, {RECORDS_TABLE}")


def put_lines(keyed: pl.DataFrame) -> None:
    """Add lines that were read for matching; ``keyed`` has ``line`` and, for lines that are stored, ``line_id``."""
    line_id = pl.col("line_id") if "line_id" in keyed.columns else pl.lit(None, dtype=pl.Int64)
    copy_rows(LINES_TABLE, keyed.select(pl.col("line").alias("number"), line_id.alias("line_id"), *compared_columns()))


def compared_columns() -> tuple[pl.Expr, ...]:
    """Keys and readings of a frame that was read for matching, under the names of the tables."""
    return (*map(pl.col, KEYS), *map(pl.col, READINGS), pl.col("tin9").alias("tin"), pl.col("born").alias("date_of_birth"))


@transaction.atomic
def find_pairs(*, records: str, snapshot: int | None) -> None:
    """Run the join over all lines that were put."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '{WORK_MEMORY}'; ANALYZE {LINES_TABLE}")
        # Every join reads all records once, in the order in which they lie. A registry that was loaded a moment ago has no
        # statistics yet, and an index would be asked for all of them.
        cursor.execute("SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexscan = off")
        for statement in join(records=records):
            cursor.execute(statement, {"snapshot": snapshot})
        cursor.execute(f"CREATE INDEX ON {PAIRS_TABLE} (number); ANALYZE {PAIRS_TABLE}")


def pairs_between(after: int, upto: int) -> pl.DataFrame:
    """All pairs of the lines ``after < number <= upto``, in the order of the lines."""
    return copy_out(
        f"SELECT {', '.join(PAIR_COLUMNS)} FROM {PAIRS_TABLE} WHERE number > %s AND number <= %s "  # noqa: S608 - constants
        "ORDER BY number, taxpayer_ref",
        [after, upto],
        schema=_PAIRS,
    )


def copy_out(query: str, parameters: list[Any] | dict[str, Any], *, schema: dict[str, Any]) -> pl.DataFrame:
    """The rows of a query as a frame, by COPY. ``schema`` names every column in the query's order."""
    buffer = io.BytesIO()
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", parameters) as copy:
        for block in copy:
            buffer.write(block)
    if not buffer.tell():
        return pl.DataFrame(schema=schema)
    buffer.seek(0)
    return pl.read_csv(buffer, has_header=False, schema=schema, quote_char='"')


def lines_with_pairs() -> pl.DataFrame:
    """The numbers (``number``) of the lines that met any record, in order."""
    return copy_out(f"SELECT DISTINCT number FROM {PAIRS_TABLE} ORDER BY 1", [], schema={"number": pl.Int64})  # noqa: S608
