"""The folder of one file on its way in: the file itself, and what is read from it, chunk by chunk. Gone when it is done.

Whatever is made from the file is written beside its place and then moved there, so that a killed worker leaves no half.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import polars as pl

COPY_BYTES = 1 << 20


class LostFrame(Exception):
    """A frame that was kept cannot be had any more."""


class LoadFolder:
    """The files of one load below ``root``. Only their owner reads them: these are people's names."""

    def __init__(self, root: Path, name: str) -> None:
        self.path = root / name
        self.file = self.path / "file"

    def make(self) -> None:
        """Make the folder, empty."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700)

    def put_whole(self, blocks: Iterable[bytes]) -> tuple[int, str]:
        """Write the whole file; gives its size and SHA-256. It is on the disk before this returns."""
        digest = hashlib.sha256()
        size = 0
        with self._opened("wb") as out:
            for block in blocks:
                out.write(block)
                digest.update(block)
                size += len(block)
            _settle(out)
        return size, digest.hexdigest()

    def put_part(self, offset: int, content: bytes) -> None:
        """Write one part at its place; what lay behind it, from a part that was cut off, goes."""
        with self._opened("r+b" if self.file.exists() else "wb") as out:
            out.truncate(offset)
            out.seek(offset)
            out.write(content)
            _settle(out)

    def _opened(self, mode: str) -> BinaryIO:
        opened = self.file.open(mode)
        os.fchmod(opened.fileno(), 0o600)
        return opened  # type: ignore[return-value]

    def digest(self, *, upto: int | None = None) -> str:
        """SHA-256 of the file as it lies there, or of its first ``upto`` bytes."""
        digest = hashlib.sha256()
        left = upto
        for block in blocks_of(self.file):
            digest.update(block if left is None else block[:left])
            left = None if left is None else max(0, left - len(block))
        return digest.hexdigest()

    def put(self, kind: str, number: int, frame: pl.DataFrame) -> None:
        """Keep one frame of a kind: ``parsed``, ``read`` (what was read in it), ``keys``, ``counts``, ``judged``.

        Not packed: a frame is got without being read, and packing takes longer than the disk. Raises ``LostFrame`` where the
        whole folder is gone, as after a cancel.
        """
        place = self._place(kind, number)
        draft = place.with_suffix(f".{os.getpid()}")
        try:
            frame.write_ipc(draft, compression="uncompressed")
        except FileNotFoundError as error:
            raise LostFrame(f"{kind} {number}") from error
        draft.chmod(0o600)
        draft.replace(place)

    def get(self, kind: str, number: int) -> pl.DataFrame:
        """A frame that was kept. Raises ``LostFrame`` where it is gone or spoilt.

        It stays in its file, of which the system keeps in memory what it likes; that nobody can name the file any more
        does not hurt. A file whose end never reached the disk, as after a loss of power, has no footer and is spoilt.
        """
        try:
            return pl.read_ipc(self._place(kind, number), memory_map=True)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise LostFrame(f"{kind} {number}") from error

    def drop(self, number: int, *kinds: str) -> None:
        """Remove the frames of these kinds of one chunk, which nobody needs any more; harmless where they are gone."""
        for kind in kinds:
            self._place(kind, number).unlink(missing_ok=True)

    def _place(self, kind: str, number: int) -> Path:
        return self.path / f"{kind}-{number:05d}.arrow"

    def remove(self) -> None:
        """Remove the folder with all in it; harmless where it is gone."""
        shutil.rmtree(self.path, ignore_errors=True)


def _settle(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def blocks_of(file: Path) -> Iterable[bytes]:
    """The bytes of a file, a mebibyte at a time."""
    with file.open("rb") as source:
        while block := source.read(COPY_BYTES):
            yield block
