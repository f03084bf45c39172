"""From cells to the canonical frame: the same for a file and for the lines of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from requests.intake.columns import BATCH, ColumnSet, map_header
from requests.intake.errors import BatchError
from requests.intake.limits import MAX_CELL_CHARACTERS, MAX_LINES

LINE_NUMBER = r"^\s*\+?0*[1-9][0-9]{0,17}\s*$"
"""A positive integer that fits the database's bigint."""


def canonical_frame(
    cells: pl.DataFrame, *, positions: Mapping[str, int], first: int, columns: ColumnSet = BATCH
) -> pl.DataFrame:
    """Give the frame that every rule reads: ``line`` Int64, then every known text column.

    ``cells`` holds text columns in the order of the header; ``positions`` is what ``map_header`` found. A column that
    the file does not have is all null, an empty cell is "". ``first`` is the ordinal of the frame's first record, used
    where the file has no ``line``. Raises ``BatchError`` on a cell that is too long and on a bad line number.
    """
    names = cells.columns
    _refuse_long_cells(cells, positions=positions, first=first)
    ordinal = pl.int_range(first, first + pl.len(), dtype=pl.Int64)
    line = ordinal
    if "line" in positions:
        column = names[positions["line"]]
        bad = cells.select(pl.arg_where(~pl.col(column).str.contains(LINE_NUMBER))).to_series()
        if bad.len():
            raise BatchError(
                f"Record {first + bad[0]} has no line number: its line cell must be a positive integer. "
                "Number the lines, or leave the whole column out."
            )
        line = pl.col(column).str.strip_chars().str.strip_chars_start("+").cast(pl.Int64)
    return cells.select(
        line.alias("line"),
        *(
            (pl.col(names[positions[name]]) if name in positions else pl.lit(None, dtype=pl.String)).alias(name)
            for name in columns.known
            if name != "line"
        ),
    )


def _refuse_long_cells(cells: pl.DataFrame, *, positions: Mapping[str, int], first: int) -> None:
    longest = cells.select(pl.all().str.len_bytes().max()).row(0)
    for name, position in positions.items():
        if (longest[position] or 0) <= MAX_CELL_CHARACTERS:
            continue
        lengths = cells.to_series(position).str.len_chars()
        where = (lengths > MAX_CELL_CHARACTERS).arg_true()
        if where.len():
            raise BatchError(
                f"Record {first + where[0]}, column {name}: the cell has {lengths[where[0]]:,} characters; "
                f"{MAX_CELL_CHARACTERS:,} is the most. Shorten it."
            )


def refuse_repeated_lines(lines: pl.Series) -> None:
    """Raise ``BatchError`` when a line number stands twice. ``lines`` holds all line numbers of the batch."""
    if lines.n_unique() == lines.len():
        return
    repeated = lines.filter(lines.is_duplicated()).unique().sort()
    shown = ", ".join(str(number) for number in repeated.head(5))
    more = f" and {repeated.len() - 5:,} more" if repeated.len() > 5 else ""
    raise BatchError(f"These line numbers stand more than once: {shown}{more}. Give each line its own number.")


def frame_of_lines(lines: Sequence[Mapping[str, str]], *, columns: ColumnSet = BATCH) -> pl.DataFrame:
    """Give the canonical frame of lines typed into a form: one mapping a line, from column to text.

    The same names, requirements and limits as a file's: a column that no line has is all null, one that some lines lack
    is "" there. Raises ``BatchError`` exactly where the same table as a file would be refused.
    """
    if not lines:
        raise BatchError("There are no lines. Give at least one.")
    if len(lines) > MAX_LINES:
        raise BatchError(f"There are {len(lines):,} lines; {MAX_LINES:,} is the most.")
    header = list(dict.fromkeys(name for line in lines for name in line))
    positions = map_header(header, columns=columns)
    cells = pl.DataFrame(
        {f"c{number}": [line.get(name, "") for line in lines] for number, name in enumerate(header)},
        schema={f"c{number}": pl.String for number in range(len(header))},
    )
    for number, name in enumerate(header):
        if cells.to_series(number).str.contains("\0", literal=True).any():
            raise BatchError(f'The column "{name}" holds a NUL character. Type the cell again.')
    frame = canonical_frame(cells, positions=positions, first=1, columns=columns)
    refuse_repeated_lines(frame["line"])
    return frame
