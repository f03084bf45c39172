"""What a workbook's zip archive may hold, judged before anything opens it as a workbook."""

from __future__ import annotations

import zipfile
import zlib
from typing import BinaryIO

from requests.intake.errors import BatchError
from requests.intake.limits import MAX_UNPACKED_BYTES, MAX_WORKBOOK_PARTS, MAX_WORKBOOK_RATIO, RATIO_FREE_BYTES

BLOCK = 1 << 20
LOCAL_HEADER = 30
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
    unpacked = 0
    for part in parts:
        unpacked += _unpacked_size(source, part, allowed=MAX_UNPACKED_BYTES - unpacked)


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
    if len(set(lowered)) != len(lowered) or any(_leads_out(name) for name in names):
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


def _unpacked_size(source: BinaryIO, part: zipfile.ZipInfo, *, allowed: int) -> int:
    """Unpack one part without keeping it; give its true size."""
    source.seek(part.header_offset)
    header = source.read(LOCAL_HEADER)
    if len(header) < LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise BatchError("The workbook is damaged. Open it and save it again, or send CSV.")
    name_length = int.from_bytes(header[26:28], "little")
    extra_length = int.from_bytes(header[28:30], "little")
    source.seek(part.header_offset + LOCAL_HEADER + name_length + extra_length)
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
                tail = seen[-8:]
    if size != part.file_size:
        raise BatchError(BOMB)
    return size
