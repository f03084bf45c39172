"""The one door for files: open a batch, learn what it is, read it in frames."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import polars as pl

from requests.intake.columns import BATCH, ColumnSet, is_own_report, map_header
from requests.intake.csv_files import CsvFile
from requests.intake.errors import BatchError
from requests.intake.formulas import unguarded
from requests.intake.limits import CHUNK_LINES, MAX_FILE_BYTES, MAX_LINES, READ_HERE_BYTES
from requests.intake.lines import canonical_frame, refuse_repeated_lines
from requests.intake.sandbox import CsvElsewhere, workbook_as_csv

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Batch:
    """An opened table: its kind and columns are known and lawful; its lines are read when asked for.

    ``kind`` is csv or xlsx; ``encoding`` and ``separator`` tell how a text file was read; ``columns`` are the canonical
    columns that the file has, in its own order, ``mapping`` beside the names that the file gives them; ``size`` is its
    length in bytes. Use it as a context manager.
    """

    def __init__(self, *, source: BinaryIO, table: BinaryIO, kind: str, size: int, columns: ColumnSet) -> None:
        self._source = source
        self._table = table
        self._csv = CsvFile(table) if length(table) <= READ_HERE_BYTES else CsvElsewhere(table)
        self._column_set = columns
        try:
            self._positions = map_header(self._csv.header, columns=columns)
        except BaseException:
            self._csv.close()
            raise
        self._is_own_report = is_own_report(self._csv.header, columns=columns)
        self.kind = kind
        self.size = size
        self.encoding = self._csv.encoding
        self.separator = self._csv.separator
        self.columns: tuple[str, ...] = tuple(self._positions)
        # (as the file names it, what it was taken for), in the file's order
        self.mapping = tuple((self._csv.header[place].strip()[:80], name) for name, place in self._positions.items())

    def chunks(self, *, lines: int = CHUNK_LINES) -> Iterator[pl.DataFrame]:
        """Give canonical frames of at most ``lines`` lines, in the order of the file; call again to read again.

        Raises ``BatchError`` at the first place where the file breaks, at the end where a line number stands twice, and
        where there is no line at all.
        """
        seen: list[pl.Series] = []
        count = 0
        for records in self._csv.frames():
            cells = self._mended(records) if self._is_own_report else records
            if count + cells.height > MAX_LINES:
                raise BatchError(f"The file has more than {MAX_LINES:,} lines. Send it in parts.")
            for part in cells.iter_slices(lines):
                frame = canonical_frame(part, positions=self._positions, first=count + 1, columns=self._column_set)
                count += part.height
                if "line" in self._positions:
                    seen.append(frame["line"])
                yield frame
        if count == 0:
            raise BatchError("The file has a header and no lines. Add the lines and send it again.")
        if seen:
            refuse_repeated_lines(pl.concat(seen))

    def _mended(self, records: pl.DataFrame) -> pl.DataFrame:
        """The lines of a defect report of ours: what is said there of the whole request is no line."""
        cells = unguarded(records)
        named = [cells.columns[place] for place in self._positions.values()]
        return cells.filter(pl.any_horizontal(pl.col(named).str.strip_chars() != ""))

    def close(self) -> None:
        """Let go of the file, and of the unpacked text of a workbook."""
        self._csv.close()
        self._table.close()
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_batch(file: str | os.PathLike[str] | bytes, *, columns: ColumnSet = BATCH) -> Batch:
    """Open a CSV or XLSX table by what stands in it, whatever its name says.

    ``file`` is a path, or the bytes themselves. ``columns`` says what the table must hold; the default is a batch of
    (i)(2) lines. Raises ``BatchError`` with one plain sentence when it cannot be read, is too large, is encrypted or
    holds macros, or when its header will not do.
    """
    source, size = _opened(file)
    table = source
    try:
        if size > MAX_FILE_BYTES:
            raise BatchError(
                f"The file has {size / 2**20:,.0f} MiB; {MAX_FILE_BYTES // 2**20} MiB is the most. Send it in parts."
            )
        start = source.read(8)
        if start.startswith(OLE):
            raise BatchError(
                "The file is an encrypted workbook or one of Excel 97. Save it without a password as XLSX, or as CSV."
            )
        if start.startswith(EMPTY_ZIP):
            raise BatchError("The file is an empty zip archive, not a workbook. Send CSV or XLSX.")
        if start.startswith(ZIP):
            table = workbook_as_csv(source)
        return Batch(source=source, table=table, kind="csv" if table is source else "xlsx", size=size, columns=columns)
    except BaseException:
        table.close()
        source.close()
        raise


def length(file: BinaryIO) -> int:
    """How many bytes an opened file has."""
    return file.seek(0, os.SEEK_END)


def _opened(file: str | os.PathLike[str] | bytes) -> tuple[BinaryIO, int]:
    if isinstance(file, bytes):
        # A process of its own reads only what lies in a file.
        source: BinaryIO = io.BytesIO() if len(file) <= READ_HERE_BYTES else tempfile.TemporaryFile()  # noqa: SIM115
        source.write(file)
        source.seek(0)
        return source, len(file)
    path = Path(file)
    if path.is_dir():
        raise BatchError(f"{path} is a folder, not a file.")
    try:
        source = path.open("rb")
    except FileNotFoundError:
        raise BatchError(f"There is no file {path}.") from None
    except OSError as error:
        raise BatchError(f"The file {path} cannot be opened: {error.strerror}.") from None
    if not source.seekable():
        source.close()
        raise BatchError(f"{path} is not an ordinary file. Save it to disk first.")
    return source, os.fstat(source.fileno()).st_size
