"""The registry's file: its columns, and its records as frames that are read for matching, a block at a time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import polars as pl

from disclosures.matching.keys import KEYS, READINGS
from disclosures.matching.reading import read_for_matching
from requests.intake.columns import NAME_AND_ADDRESS_SYNONYMS, NAME_OR_ADDRESS_CHOICES, ColumnSet, map_header
from requests.intake.csv_files import CsvFile
from requests.intake.errors import BatchError
from requests.intake.lines import canonical_frame

REGISTRY = ColumnSet(
    what="registry",
    synonyms={"taxpayer_ref": ("taxpayer_reference", "record_ref"), **NAME_AND_ADDRESS_SYNONYMS},
    required=("taxpayer_ref",),
    either=NAME_OR_ADDRESS_CHOICES,
)
"""The columns of a registry file (design section 6)."""

REF_CHARACTERS = 40
RECORDS_READ_AT_ONCE = 50_000
NO_TEXT_FILE = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")


class RegistryFile:
    """An opened CSV file of taxpayer records. Its header is known and lawful; its records are read when asked for.

    ``file`` is a path, or an opened file that can be read twice. ``digest`` is the SHA-256 of its bytes. Use it as a context
    manager. Raises ``BatchError`` with one plain sentence.
    """

    def __init__(self, file: str | os.PathLike[str] | BinaryIO) -> None:
        self._source: BinaryIO = _opened(Path(file)) if isinstance(file, str | os.PathLike) else file
        try:
            if self._source.read(4).startswith(NO_TEXT_FILE):
                raise BatchError("The registry is a workbook. Save it as CSV UTF-8: a registry is read as text only.")
            self._source.seek(0)
            digest = hashlib.sha256()
            for block in iter(lambda: self._source.read(1 << 20), b""):
                digest.update(block)
            self.digest = digest.hexdigest()
            self._source.seek(0)
            self._csv = CsvFile(self._source)
            self._positions = map_header(self._csv.header, columns=REGISTRY)
        except BaseException:
            self._source.close()
            raise

    def frames(self) -> Iterator[pl.DataFrame]:
        """Give the records with readings and keys, in the order of the file. Raises ``BatchError`` where it breaks."""
        count = 0
        for cells in self._csv.frames():
            for part in cells.iter_slices(RECORDS_READ_AT_ONCE):
                frame = canonical_frame(part, positions=self._positions, first=count + 1, columns=REGISTRY)
                _refuse_bad_refs(frame, first=count + 1)
                count += part.height
                yield read_for_matching(frame)
        if count == 0:
            raise BatchError("The registry has a header and no records.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._source.close()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise BatchError(f"There is no file {path}.") from None
    except OSError as error:
        raise BatchError(f"The file {path} cannot be opened: {error.strerror}.") from None


def record_rows(frame: pl.DataFrame, *, snapshot: int) -> pl.DataFrame:
    """The columns that the join needs of records that were read, under the names of the tables."""
    return frame.select(
        pl.lit(snapshot).alias("snapshot_id"),
        pl.col("taxpayer_ref").str.strip_chars(),
        *KEYS,
        *READINGS,
        pl.col("tin9").alias("tin"),
        pl.col("born").alias("date_of_birth"),
    )


def repeated(*, upto: int) -> str:
    """The sentence for a reference that stands twice; ``upto`` is the number of the last record that was read."""
    return (
        f"A taxpayer_ref stands more than once in the registry, the second time at or before record {upto:,}. "
        "Give each record its own."
    )


def given_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """``given_name`` and ``given_address``: what the registry's file says, for a matcher to read."""
    return frame.select(
        _joined("name", "first_name", "middle_name", "last_name", "suffix", separator=" ").alias("given_name"),
        _joined("address", "street", "unit", "city", "state", "zip", "country", separator=", ").alias("given_address"),
    )


def _joined(*columns: str, separator: str) -> pl.Expr:
    parts = (pl.col(column).str.strip_chars() for column in columns)
    return pl.concat_str(*(pl.when(part != "").then(part) for part in parts), separator=separator, ignore_nulls=True)


def _refuse_bad_refs(frame: pl.DataFrame, *, first: int) -> None:
    ref = frame["taxpayer_ref"].str.strip_chars()
    for bad, words in (
        (ref == "", "has no taxpayer_ref. Each record needs its own"),
        (ref.str.len_chars() > REF_CHARACTERS, f"has a taxpayer_ref of more than {REF_CHARACTERS} characters"),
    ):
        where = bad.arg_true()
        if where.len():
            raise BatchError(f"Record {first + where[0]} {words}.")
