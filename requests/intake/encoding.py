"""From bytes to UTF-8: which encoding a text file has, and its bytes in blocks."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from requests.intake.errors import BatchError
from requests.intake.limits import BLOCK_BYTES

# The longer marks first: the mark of UTF-32 begins with that of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NOT_TEXT = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a Rich Text document"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
)
# Accented Latin letters as UTF-8 writes them. In Windows-1252 the same bytes would be an A with a hat and a sign.
UTF8_LETTER = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")


def text_encoding(source: BinaryIO) -> tuple[str, int]:
    """Find the encoding of a text file and the length of its byte order mark.

    ``source`` is read from its start to its end once. The answer is utf-8, utf-16-le, utf-16-be, utf-32-le, utf-32-be or
    cp1252 (Windows-1252: only when the bytes are not UTF-8). Raises ``BatchError`` on a file that is no text, on NUL
    characters, and on one that mixes encodings, because a name must not be read wrongly in silence.
    """
    source.seek(0)
    start = source.read(4096)
    for signature, what in NOT_TEXT:
        if start.startswith(signature):
            raise BatchError(f"The file is {what}, not a table. Send CSV (text) or XLSX.")
    for mark, name in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return (_require_utf8(source, has_mark=True) if name == "utf-8" else name), len(mark)
    wide = _wide_without_mark(start)
    if wide:
        return wide, 0
    return _require_utf8(source, has_mark=False), 0


def utf8_blocks(source: BinaryIO, *, encoding: str, skip: int) -> Iterator[bytes]:
    """Give the text after the byte order mark as blocks of UTF-8. Raises ``BatchError`` where it cannot be decoded."""
    source.seek(skip)
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)(errors="strict")
    while block := source.read(BLOCK_BYTES):
        if decoder is None:
            yield block
            continue
        yield _decoded(decoder, block, encoding=encoding)
    if decoder is not None:
        yield _decoded(decoder, b"", encoding=encoding, final=True)


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, *, encoding: str, final: bool = False) -> bytes:
    try:
        return decoder.decode(block, final).encode("utf-8")
    except UnicodeError:
        raise BatchError(
            f"The file looks like {encoding} text, but some of its bytes are not. Save it again as CSV UTF-8."
        ) from None


def _wide_without_mark(start: bytes) -> str | None:
    """UTF-16 without its mark: in Latin text every second byte is zero."""
    if len(start) < 4 or b"\0" not in start:
        return None
    even, odd = start[0::2], start[1::2]
    if odd.count(0) > 0.9 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.9 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _require_utf8(source: BinaryIO, *, has_mark: bool) -> str:
    """Read all of it: utf-8 when every byte agrees, else cp1252, else refuse."""
    bad = _first_byte_that_is_not_utf8(source)
    if bad is None:
        return "utf-8"
    if has_mark or _has_utf8_letter(source):
        raise BatchError(
            f"Line {_line_at(source, bad)} of the file holds bytes that are not UTF-8, though the rest of it is. "
            "Save the whole table again as CSV UTF-8."
        )
    return "cp1252"


def _first_byte_that_is_not_utf8(source: BinaryIO) -> int | None:
    """The offset of the first such byte, or None. Raises ``BatchError`` on a NUL character anywhere."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="strict")
    offset = 0
    bad: int | None = None
    source.seek(0)
    while block := source.read(BLOCK_BYTES):
        if b"\0" in block:
            line = _line_at(source, offset + block.index(b"\0"))
            raise BatchError(f"Line {line} of the file holds a NUL character. Save the table again as CSV UTF-8.")
        pending = len(decoder.getstate()[0])
        if bad is None and (pending or not block.isascii()):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                bad = offset - pending + error.start
        offset += len(block)
    if bad is None and decoder.getstate()[0]:
        bad = offset - len(decoder.getstate()[0])
    return bad


def _has_utf8_letter(source: BinaryIO) -> bool:
    source.seek(0)
    while block := source.read(BLOCK_BYTES):
        if UTF8_LETTER.search(block):
            return True
    return False


def _line_at(source: BinaryIO, offset: int) -> int:
    """The number, from 1, of the line of the file in which the byte at ``offset`` stands."""
    source.seek(0)
    line = 1
    while offset > 0 and (block := source.read(min(BLOCK_BYTES, offset))):
        line += block.count(b"\n")
        offset -= len(block)
    return line
