"""The child of ``sandbox``: a workbook on standard input, its one sheet as CSV on standard output.

It limits itself before it touches the file. Leaves with 0, or with 3 and one plain sentence on standard error.
"""

from __future__ import annotations

import resource
import sys

from requests.intake.limits import (
    MAX_COLUMNS,
    READER_CPU_SECONDS,
    READER_MEMORY_BYTES,
    READER_OUTPUT_BYTES,
    READER_REFUSED,
)

MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"


def limit_itself() -> None:
    """Take memory, processor time, output size and core dumps away from this process."""
    for what, most in (
        (resource.RLIMIT_AS, READER_MEMORY_BYTES),
        (resource.RLIMIT_CPU, READER_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, READER_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (soft, hard if what == resource.RLIMIT_CPU else soft))


def sheet_as_csv() -> None:
    """Read the workbook and write its one filled sheet. Raises ``ValueError`` with a plain sentence."""
    import fastexcel
    import polars as pl

    book = fastexcel.read_excel(sys.stdin.buffer.read())
    filled: list[pl.DataFrame] = []
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, dtypes="string", skip_whitespace_tail_rows=True)
        if sheet.width > MAX_COLUMNS:
            raise ValueError(f"The header has {sheet.width} columns; {MAX_COLUMNS} is the most.")
        if sheet.height:
            filled.append(sheet.to_polars())
        if len(filled) > 1:
            raise ValueError("The workbook has more than one filled sheet. Send one with the batch alone.")
    if not filled:
        raise ValueError("The file is empty: it has no header and no lines.")
    # A date cell comes as a moment at midnight; the agency typed a day.
    days = filled[0].select(pl.all().str.replace(MIDNIGHT, "${1}"))
    days.write_csv(sys.stdout.buffer, include_header=False)


def main() -> int:
    """Limit, read, write; give the exit code."""
    limit_itself()
    try:
        sheet_as_csv()
    except ValueError as error:
        sys.stderr.write(str(error))
        return READER_REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
