"""Files are read in a process of their own, with little memory and little time.

An XLSX file is a zip archive of XML: it can be made to unpack to a thousand times its size, or to trip its reader. One child
turns it into plain CSV text on its standard output, an unnamed file; that is read like any other CSV file. Another child
reads the text and sends its records. Text of a few hundred kilobytes is read without one: it cannot take long or much.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

import requests
from requests.intake.errors import BatchError
from requests.intake.limits import MESSAGE_LENGTH_BYTES, READER_REFUSED, READER_WALL_SECONDS
from requests.intake.workbook_parts import check_workbook

WORKBOOK_READER, CSV_READER = "requests.intake.workbook_reader", "requests.intake.csv_reader"
PIPE_BYTES = 1 << 20


class CsvElsewhere:
    """A ``CsvFile`` whose bytes no other process than its own looks at: the same facts, the same frames.

    ``source`` is an ordinary file. Raises ``BatchError`` as ``CsvFile`` does, and where the child takes more memory or time
    than allowed. Whoever opens it closes it.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._child: subprocess.Popen[bytes] | None = None
        self._is_at_start = False
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the rest)
        try:
            facts = json.loads(self._start())
        except BaseException:
            self.close()
            raise
        self.encoding, self.separator, self.header = facts["encoding"], facts["separator"], facts["header"]

    def frames(self) -> Iterator[pl.DataFrame]:
        """Give the records in the order of the file; may be called again: the file is then read again."""
        if not self._is_at_start:
            self._start()
        self._is_at_start = False
        while message := self._message():
            yield pl.read_ipc_stream(message)
        self._end()

    def close(self) -> None:
        """Stop the child, whatever it is at."""
        self._end()
        self._said.close()

    def _start(self) -> bytes:
        """Start a child, in place of any that is at work; gives what it says first."""
        self._end()
        self._said.seek(0)
        self._said.truncate()
        self._child = subprocess.Popen(
            _command(CSV_READER), stdin=self._source, stdout=subprocess.PIPE, stderr=self._said, **_SURROUNDINGS
        )
        _widen(self._child)
        self._is_at_start = True
        return self._message()

    def _message(self) -> bytes:
        """What the child says next, "" at its end."""
        child = self._child
        if child is None or child.stdout is None:
            raise ValueError("The file is closed.")
        length = child.stdout.read(MESSAGE_LENGTH_BYTES)
        message = child.stdout.read(int.from_bytes(length, "big"))
        if len(length) < MESSAGE_LENGTH_BYTES or len(message) < int.from_bytes(length, "big"):
            code = child.wait()
            self._said.seek(0)
            raise _refusal(code, self._said.read(), kind="file")
        return message

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _widen(child: subprocess.Popen[bytes]) -> None:
    """Let more than the usual 64 KiB wait between the child and us, where the system knows how and allows it."""
    if child.stdout is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(child.stdout, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def workbook_as_csv(source: BinaryIO) -> BinaryIO:
    """Give the workbook's one sheet as UTF-8 CSV in an unnamed temporary file, which vanishes when it is closed.

    ``source`` is the opened workbook. Raises ``BatchError`` when it is no workbook, is encrypted, holds macros, unpacks
    to too much, has more than one filled sheet, or takes its reader more memory or time than allowed.
    """
    check_workbook(source)
    source.seek(0)
    output = tempfile.TemporaryFile()  # noqa: SIM115  (the caller closes it)
    try:
        _convert(source, output)
    except BaseException:
        output.close()
        raise
    output.seek(0)
    return output


def _convert(source: BinaryIO, output: BinaryIO) -> None:
    with tempfile.TemporaryFile() as given:
        shutil.copyfileobj(source, given)
        given.seek(0)
        try:
            done = subprocess.run(
                _command(WORKBOOK_READER), stdin=given, stdout=output, stderr=subprocess.PIPE,
                timeout=READER_WALL_SECONDS, check=False, **_SURROUNDINGS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _refusal(None, b"", kind="workbook") from None
    if done.returncode != 0:
        raise _refusal(done.returncode, done.stderr, kind="workbook")


# Nothing of the application's own environment: no secret is there to be read. What a frame took stays with the child for the next:
# to give megabytes back and ask for them again takes a sixth of its time.
_SURROUNDINGS: dict[str, Any] = {
    "cwd": Path(requests.__file__).resolve().parent.parent,
    "env": {
        "PATH": os.defpath, "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "LC_ALL": "C.UTF-8",
        "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "268435456",
    },
}


def _command(reader: str) -> list[str]:
    return [sys.executable, "-s", "-W", "ignore", "-m", reader]


def _refusal(code: int | None, said: bytes, *, kind: str) -> BatchError:
    """What a child that did not end well has to say: its own sentence, or that it went beyond what it is allowed."""
    words = said.decode("utf-8", "replace").strip().splitlines()
    if code == READER_REFUSED and words:
        return BatchError(words[-1])
    # A crash, a limit that was reached, or a file that its reader cannot understand.
    return BatchError(
        f"The {kind} cannot be read within the memory and time allowed, or is damaged. "
        "Open it, save it again, or send the table as CSV."
    )
