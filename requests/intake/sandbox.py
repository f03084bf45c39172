"""Workbooks are opened in a process of their own, with little memory and little time.

An XLSX file is a zip archive of XML: it can be made to unpack to a thousand times its size, or to trip its reader. The
child turns it into plain CSV text on its standard output, an unnamed file; the parent reads that like any other CSV file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

import requests
from requests.intake.errors import BatchError
from requests.intake.limits import READER_WALL_SECONDS
from requests.intake.workbook_parts import check_workbook

READER = "requests.intake.workbook_reader"


def workbook_as_csv(source: BinaryIO) -> BinaryIO:
    """Give the workbook's one sheet as UTF-8 CSV in an unnamed temporary file, which vanishes when it is closed.

    ``source`` is the opened workbook. Raises ``BatchError`` when it is no workbook, is encrypted, holds macros, unpacks
    to too much, has more than one filled sheet, or takes its reader more memory or time than allowed.
    """
    check_workbook(source)
    source.seek(0)
    output = tempfile.TemporaryFile()
    try:
        with tempfile.TemporaryFile() as given:
            while block := source.read(1 << 20):
                given.write(block)
            given.seek(0)
            given.flush()
            done = subprocess.run(
                [sys.executable, "-s", "-W", "ignore", "-m", READER],
                stdin=given,
                stdout=output,
                stderr=subprocess.PIPE,
                cwd=Path(requests.__file__).resolve().parent.parent,
                env={"PATH": os.defpath, "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"},
                timeout=READER_WALL_SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired:
        output.close()
        raise BatchError(_too_much()) from None
    except BaseException:
        output.close()
        raise
    if done.returncode == 0:
        output.seek(0)
        return output
    output.close()
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    # 3 is the reader's own word for a file that it understood and refused; all else is a crash or a limit.
    if done.returncode == 3 and said:
        raise BatchError(said[-1])
    raise BatchError(_too_much())


def _too_much() -> str:
    return (
        "The workbook cannot be read within the memory and time allowed, or is damaged. "
        "Open it, save it again, or send the table as CSV."
    )
