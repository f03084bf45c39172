"""What a workbook's zip archive may hold, judged before anything opens it as a workbook."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from typing import BinaryIO

from requests.intake.errors import BatchError
from requests.intake.limits import (
    MAX_LINES,
    MAX_UNPACKED_BYTES,
    MAX_WORKBOOK_PARTS,
    MAX_WORKBOOK_RATIO,
    RATIO_FREE_BYTES,
)

BLOCK = 1 << 20
LOCAL_HEADER = 30
# What is looked for in a part may lie across two blocks: the longest is a cell up to its value.
OVERLAP = 512
# A number of 16 digits and more: a workbook keeps 15, and what it shows behind them is not what was typed.
LONG_NUMBER = re.compile(rb"<v>-?([0-9]{16,}(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?[eE]\+?[0-9]{2,})</v>")
CELL_NAME = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
BOMB = "The workbook unpacks to far more than its size: it is damaged or a trap. Send the table as CSV."


def check_workbook(source: BinaryIO) -> None:
    """Raise ``BatchError`` unless the archive is an ordinary, unencrypted workbook without macros.

    Every part is unpacked once, block by block, and counted: what the archive says about its sizes is not believed.
    Parts of XML may not declare a document type, so no entity can be made to grow.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise BatchError("The file is a damaged workbook or another kind of archive. Send CSV or XLSX.") from None
    _check_list(parts)
    unpacked = rows = 0
    for part in parts:
        size, more = _unpack(source, part, allowed=MAX_UNPACKED_BYTES - unpacked, rows_allowed=MAX_LINES + 1 - rows)
        unpacked, rows = unpacked + size, rows + more


def _check_list(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    lowered = [name.casefold() for name in names]
    if any(part.flag_bits & 0x1 for part in parts):
        raise BatchError("The workbook is encrypted. Save it without a password, or as CSV.")
    if "xl/workbook.bin" in lowered:
        raise BatchError("The file is a binary workbook (XLSB). Save it as XLSX or CSV.")
    if "xl/workbook.xml" not in lowered:
        raise BatchError("The file is a zip archive, but not an XLSX workbook. Send CSV or XLSX.")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
        raise BatchError("The workbook holds macros. Save it as XLSX without macros, or as CSV.")
    if len(parts) > MAX_WORKBOOK_PARTS:
        raise BatchError(f"The workbook has {len(parts):,} parts; {MAX_WORKBOOK_PARTS} is the most. Send it as CSV.")
    links = any(stat.S_ISLNK(part.external_attr >> 16) for part in parts)
    if links or len(set(lowered)) != len(lowered) or any(_leads_out(name) for name in names):
        raise BatchError("The workbook has parts with impossible names: it is damaged or a trap. Send it as CSV.")
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BatchError("The workbook is packed in an unusual way. Open it and save it again, or send CSV.")
        if part.file_size > max(RATIO_FREE_BYTES, part.compress_size * MAX_WORKBOOK_RATIO):
            raise BatchError(BOMB)
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise BatchError(BOMB)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/")


def _unpack(source: BinaryIO, part: zipfile.ZipInfo, *, allowed: int, rows_allowed: int) -> tuple[int, int]:
    """Unpack one part without keeping it; give its true size, and how many rows it has if it is a sheet."""
    source.seek(part.header_offset)
    header = source.read(LOCAL_HEADER)
    if len(header) < LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise BatchError("The workbook is damaged. Open it and save it again, or send CSV.")
    name_length = int.from_bytes(header[26:28], "little")
    extra_length = int.from_bytes(header[28:30], "little")
    source.seek(part.header_offset + LOCAL_HEADER + name_length + extra_length)
    is_sheet, rows = part.filename.casefold().startswith("xl/worksheets/"), 0
    is_xml = part.filename.casefold().endswith((".xml", ".rels", ".vml"))
    engine = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    ceiling = min(allowed, max(RATIO_FREE_BYTES, part.compress_size * MAX_WORKBOOK_RATIO))
    left = part.compress_size
    size = 0
    tail = b""
    while left > 0 and (packed := source.read(min(BLOCK, left))):
        left -= len(packed)
        while packed:
            try:
                plain = packed if engine is None else engine.decompress(packed, BLOCK)
            except zlib.error:
                raise BatchError("The workbook is damaged. Open it and save it again, or send CSV.") from None
            packed = b"" if engine is None else engine.unconsumed_tail
            size += len(plain)
            if size > ceiling:
                raise BatchError(BOMB)
            if is_xml:
                seen = tail + plain
                # Also as UTF-16, which XML allows.
                if b"<!D" in seen or b"<!E" in seen or b"<\0!\0D" in seen or b"\0<\0!\0D" in seen:
                    raise BatchError("The workbook declares a document type, which no workbook needs. Send it as CSV.")
                if is_sheet:
                    rows += seen.count(b"<row") - tail.count(b"<row")
                    if rows > rows_allowed:
                        raise BatchError(f"The workbook has more than {MAX_LINES:,} rows; that is the most. Send it in parts.")
                    _refuse_long_numbers(seen)
                tail = seen[-OVERLAP:]
    if size != part.file_size:
        raise BatchError(BOMB)
    return size, rows


def _refuse_long_numbers(xml: bytes) -> None:
    """Raise ``BatchError`` where a cell of the sheet holds a number, not a text, that a workbook cannot keep."""
    for match in LONG_NUMBER.finditer(xml):
        # Near by only: a part that is all numbers and no cells must not be searched from its beginning each time.
        opening = xml.rfind(b"<c ", max(0, match.start() - OVERLAP), match.start())
        cell = xml[opening : xml.find(b">", opening, match.start())] if opening >= 0 else b""
        if not cell or b't="s' in cell or b't="inlineStr"' in cell or float(match[1]) < 1e15:
            continue
        name = CELL_NAME.search(cell)
        where = f"Cell {name[1].decode()}" if name else "A cell"
        raise BatchError(
            f"{where} of the workbook holds a number of more than 15 digits, of which it keeps only the first 15. Format the "
            "column as text and type it again, or send CSV."
        )
