"""Frames kept in memory between two passes, packed small. Nothing touches the disk: these are people's names."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl


class KeptFrames:
    """Frames put away in order and given back in the same order, as often as asked.

    Reading names and addresses costs far more than packing: 1.28 million read lines take about 0.4 GiB here.
    """

    def __init__(self) -> None:
        self._packed: list[bytes] = []

    def keep(self, frame: pl.DataFrame) -> None:
        """Put one frame away."""
        data = io.BytesIO()
        frame.write_ipc(data, compression="lz4")
        self._packed.append(data.getvalue())

    def frames(self) -> Iterator[pl.DataFrame]:
        """Give the frames back, one at a time."""
        for packed in self._packed:
            yield pl.read_ipc(io.BytesIO(packed))
