"""Files that come through a page: a smaller limit, and the batch opened wherever the upload lies."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import polars as pl

from requests.intake.errors import BatchError
from requests.intake.files import Batch, open_batch

# A page answers within the web server's time limit; what is larger goes through the command submit_batch.
MAX_PAGE_BYTES: Final = 64 * 1024 * 1024
MAX_PAGE_LINES: Final = 100_000


@contextlib.contextmanager
def opened(upload: Any) -> Iterator[Batch]:
    """Open an uploaded file (Django's, in memory or on disk) as a batch. Raises ``BatchError``."""
    path = getattr(upload, "temporary_file_path", None)
    with open_batch(path() if path else upload.read()) as batch:
        yield batch


def page_chunks(batch: Batch) -> Callable[[], Iterator[pl.DataFrame]]:
    """The batch's frames, again at each call. Raises ``BatchError`` at the first line beyond what a page takes."""

    def chunks() -> Iterator[pl.DataFrame]:
        count = 0
        for frame in batch.chunks():
            count += frame.height
            if count > MAX_PAGE_LINES:
                raise BatchError(
                    f"The file has more than {MAX_PAGE_LINES:,} lines, which is the most that a page takes. "
                    "Send it in parts, or let the office take it with submit_batch."
                )
            yield frame

    return chunks
