"""A delimited text file as frames of text, a block at a time.

The structure is checked before a cell is believed: every record has as many cells as the header, and a quotation mark
stands only around a cell or doubled inside one. Polars parses; what it would let pass in silence (a short record, a
stray quotation mark) is found by counting bytes, and only a block that does not add up is looked at line by line.
"""

from __future__ import annotations

import csv
import io
import operator
import re
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from requests.intake.encoding import text_encoding, utf8_blocks
from requests.intake.errors import BatchError
from requests.intake.limits import BLOCK_BYTES, MAX_COLUMNS

SEPARATORS = (",", ";", "\t", "|")
HEADER_BYTES = 1 << 20
# The names of 64 columns take a few hundred bytes; what is longer is no header, and not worth taking apart.
LONGEST_HEADER = 1 << 16
# No table holds so many quotation marks, not even one of quoted empty cells; parting 8 MiB at each takes seconds.
MOSTLY = 0.9
# A record of 64 cells, each between marks and with a few in it: further back the end of a record is looked for otherwise.
NEAR_THE_END = 1000
NEW_LINE = ord("\n")
FIRST_BYTE = operator.itemgetter(0)
LAST_BYTE = operator.itemgetter(-1)


class CsvFile:
    """A text file that was looked at: its encoding, separator and header are known, its records are not yet read.

    Raises ``BatchError`` when it is empty, no text, or has no readable header.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.encoding, self._skip = text_encoding(source)
        self._body_skip = 0
        self._body_line = 1
        self._old_line_ends = False
        self.separator = ","
        self.header: list[str] = []
        self._read_header()

    def close(self) -> None:
        """Nothing is held here; the file is its opener's."""

    def _blocks(self) -> Iterator[bytes]:
        """UTF-8 with ``\\n`` line ends."""
        held = b""
        for block in utf8_blocks(self._source, encoding=self.encoding, skip=self._skip):
            if self.encoding != "utf-8" and b"\0" in block:
                raise BatchError("The file holds a NUL character. Save the table again as CSV UTF-8.")
            text = held + block
            held = b""
            if b"\r" in text:
                if text.endswith(b"\r"):
                    # The other half of a line end may come with the next block.
                    text, held = text[:-1], b"\r"
                text = text.replace(b"\r\n", b"\n")
                if self._old_line_ends:
                    text = text.replace(b"\r", b"\n")
            yield text
        if held:
            yield b"\n"

    def _start(self) -> bytes:
        """Enough of the text to hold the header and the lines before it."""
        start = b""
        for block in self._blocks():
            start += block
            if len(start) >= HEADER_BYTES:
                break
        return start

    def _read_header(self) -> None:
        first = self._start()
        if b"\n" not in first[:-1] and b"\r" in first:
            self._old_line_ends = True
            first = self._start()
        position = 0
        hinted = None
        while True:
            end = _record_end(first, position)
            record = first[position:end].rstrip(b"\n")
            if not record.strip():
                if end >= len(first):
                    raise BatchError("The file is empty: it has no header and no lines.")
            elif record.lower().startswith(b"sep=") and len(record) == 5 and hinted is None:
                hinted = record[4:].decode("utf-8", "replace")
            else:
                break
            position = end
        if len(record) > LONGEST_HEADER:
            raise BatchError(
                f"The first line of the file is longer than {LONGEST_HEADER:,} bytes, so it is no header. Begin the file with the "
                "names of its columns."
            )
        self._body_skip = end
        self._body_line = first[:end].count(b"\n") + 1
        text = record.decode("utf-8")
        candidates = (hinted,) if hinted else SEPARATORS
        headers = {separator: _cells(text, separator) for separator in candidates}
        self.separator = max(candidates, key=lambda separator: len(headers[separator]))
        self.header = headers[self.separator]
        if len(self.header) > MAX_COLUMNS:
            raise BatchError(f"The header has {len(self.header)} columns; {MAX_COLUMNS} is the most.")

    def frames(self) -> Iterator[pl.DataFrame]:
        """Give the records in the order of the file, all columns text, named ``c0``, ``c1``, …; empty cells are "".

        A line with nothing on it is no record. Raises ``BatchError`` with the line of the file where the structure
        breaks. May be called again: the file is then read again.
        """
        line = self._body_line
        held = b""
        skip = self._body_skip
        for block in self._blocks():
            if skip:
                block, skip = block[skip:], max(0, skip - len(block))
            text = held + block if held else block
            marks = text.count(b'"')
            if marks > MOSTLY * len(text):
                raise BatchError(
                    f"From line {line} of the file on there is little else than quotation marks. Save the table again as CSV UTF-8."
                )
            end = _last_record_end(text, is_open=marks % 2 == 1)
            if end == 0 and len(text) > 2 * BLOCK_BYTES:
                if b'"' in text:
                    raise BatchError(_never_closed(line + text.count(b"\n", 0, text.index(b'"'))))
                raise BatchError(
                    f"The record on line {line} of the file is longer than {2 * BLOCK_BYTES // 2**20} MiB, and no line of a "
                    "batch is. Look for line ends that are missing."
                )
            held = text[end:]
            if end:
                frame, lines = self._parse(text[:end], line)
                line += lines
                if frame.height:
                    yield frame
        if held:
            if held.count(b'"') % 2:
                raise BatchError(_never_closed(line + held.count(b"\n", 0, _open_quote(held))))
            frame, _ = self._parse(held + b"\n", line)
            if frame.height:
                yield frame

    def _parse(self, text: bytes, line: int) -> tuple[pl.DataFrame, int]:
        """Parse whole records that begin at ``line`` of the file; also give how many lines of the file they take."""
        lines = text.count(b"\n")
        full = _without_blank_lines(text) if text.startswith(b"\n") or b"\n\n" in text else text
        schema = {f"c{number}": pl.String for number in range(len(self.header))}
        if not full:
            return pl.DataFrame(schema=schema), lines
        frame: pl.DataFrame | None
        try:
            frame = pl.read_csv(
                full, has_header=False, schema=schema, separator=self.separator, empty_string_is_null=False
            )
        except pl.exceptions.PolarsError:
            frame = None
        if frame is None or not self._adds_up(full, frame):
            raise BatchError(self._what_is_wrong(text, line=line))
        # In one piece: Polars parses on every core and leaves as many pieces.
        return frame.rechunk(), lines

    def _adds_up(self, text: bytes, frame: pl.DataFrame) -> bool:
        """True when every byte is accounted for: cells, separators, line ends and quotation marks around cells."""
        parts = text.split(b'"')
        # Every second part lies outside the marks; one of no length is where a mark is doubled inside a cell.
        outside = parts[::2]
        doubled = outside.count(b"") - (outside[0] == b"")
        marks = len(parts) - 1 - doubled
        cells = sum(frame.select(pl.all().str.len_bytes().sum()).row(0))
        # Polars refuses a record that is too long; the sum comes short only where one is too short.
        if len(text) - cells - marks - frame.height != frame.height * (len(self.header) - 1):
            return False
        # Around each mark that is not doubled a separator or a line end stands on the outer side.
        edges = {self.separator.encode()[0], NEW_LINE}
        between = [part for part in outside if part]
        return set(map(FIRST_BYTE, between[outside[0] != b"" :])) | set(map(LAST_BYTE, between[:-1])) <= edges

    def _what_is_wrong(self, text: bytes, *, line: int) -> str:
        """Look at each record of a block that does not add up, and say where the first one breaks."""
        position = 0
        while position < len(text):
            end = _record_end(text, position)
            record = text[position:end].removesuffix(b"\n").decode("utf-8")
            if _has_stray_quote(record, self.separator):
                return (
                    f"On line {line} of the file a quotation mark stands inside a cell. Put the whole cell between "
                    "quotation marks and double the one inside it."
                )
            cells = len(_cells(record, self.separator))
            if record and cells != len(self.header):
                return (
                    f"The record on line {line} of the file has {cells} cells; the header has {len(self.header)}. "
                    f'A cell that holds {_named(self.separator)} must stand between quotation marks ("…").'
                )
            line += text.count(b"\n", position, end)
            position = end
        return "The table cannot be read: its records and cells do not add up. Save it again as CSV UTF-8."


def _cells(record: str, separator: str) -> list[str]:
    csv.field_size_limit(BLOCK_BYTES * 4)
    rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=separator))
    return rows[0] if rows else []


def _has_stray_quote(record: str, separator: str) -> bool:
    """True unless every quotation mark stands around a whole cell or doubled inside one."""
    sign = re.escape(separator)
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{sign}]*)'
    return re.fullmatch(rf"{cell}(?:{sign}{cell})*", record) is None


def _record_end(text: bytes, position: int) -> int:
    """Where the record that begins at ``position`` ends: after the first line end outside quotation marks."""
    end = position
    quotes = 0
    while True:
        line_end = text.find(b"\n", end)
        if line_end < 0:
            return len(text)
        quotes += text.count(b'"', end, line_end)
        end = line_end + 1
        if quotes % 2 == 0:
            return end


def _last_record_end(text: bytes, *, is_open: bool) -> int:
    """Where the last whole record ends, 0 if there is none.

    ``text`` begins with a record; ``is_open`` says whether its end lies between quotation marks.
    """
    end = len(text)
    for _ in range(NEAR_THE_END):
        start = text.rfind(b'"', 0, end) + 1
        if not is_open and (line_end := text.rfind(b"\n", start, end)) >= 0:
            return line_end + 1
        if start == 0:
            return 0
        end, is_open = start - 1, not is_open
    return _last_record_end_among_many(text)


def _last_record_end_among_many(text: bytes) -> int:
    """The same for a text whose last line end outside quotation marks lies many marks before its end, if it has one."""
    parts = text.split(b'"')
    # Every second part lies outside quotation marks: a line end there ends a record.
    outside = b'"'.join(parts[::2])
    line_end = outside.rfind(b"\n")
    if line_end < 0:
        return 0
    before = parts[: 2 * outside.count(b'"', 0, line_end)]
    return sum(map(len, before)) + len(before) + line_end - outside.rfind(b'"', 0, line_end)


def _open_quote(text: bytes) -> int:
    """Where the last record, which a quotation mark keeps open, has its first one."""
    return text.index(b'"', _last_record_end(text, is_open=True))


def _without_blank_lines(text: bytes) -> bytes:
    """Drop the lines with nothing on them, save those inside quotation marks."""
    parts = text.split(b'"')
    for number in range(0, len(parts), 2):
        part = parts[number]
        if number == 0:
            part = part.lstrip(b"\n")
        while b"\n\n" in part:
            part = part.replace(b"\n\n", b"\n")
        parts[number] = part
    return b'"'.join(parts)


def _never_closed(line: int) -> str:
    return f"On line {line} of the file a quotation mark opens a cell and is never closed. Close it or double it."


def _named(separator: str) -> str:
    return {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}.get(separator, "the separator")
