"""How large a batch may be. Beyond these a file is refused, whoever sends it."""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final = 512 * 1024 * 1024
MAX_LINES: Final = 1_500_000
MAX_COLUMNS: Final = 64
MAX_CELL_CHARACTERS: Final = 4_000

# Lines in one frame: large enough to keep both cores busy, small enough that a frame and its readings stay near 100 MiB.
CHUNK_LINES: Final = 50_000
# Bytes read at a time. No honest record is longer: 64 columns of 4,000 characters are under one mebibyte of UTF-8.
BLOCK_BYTES: Final = 8 * 1024 * 1024

# A workbook is a zip archive. A sheet of distinct lines packs about 8 to 1 and a very repetitive one 40 to 1.
MAX_WORKBOOK_PARTS: Final = 500
MAX_WORKBOOK_RATIO: Final = 100
MAX_UNPACKED_BYTES: Final = 1024 * 1024 * 1024
# The ratio is not asked of small parts: a page of zeros packs 1,000 to 1 and harms nobody.
RATIO_FREE_BYTES: Final = 1024 * 1024

# Text of so many bytes is read where it is asked for; what is longer is read by a process of its own.
READ_HERE_BYTES: Final = 256 * 1024
# What a process that reads a file may use.
READER_MEMORY_BYTES: Final = 4 * 1024 * 1024 * 1024
READER_CPU_SECONDS: Final = 90
READER_WALL_SECONDS: Final = 180
# How it says that it understood a file and refuses it: its exit code, with the reason on its standard error.
READER_REFUSED: Final = 3
# Each of its messages stands behind its own length in so many bytes.
MESSAGE_LENGTH_BYTES: Final = 8
READER_OUTPUT_BYTES: Final = 1024 * 1024 * 1024
