"""Workbooks are opened in a process of their own, with little memory and little time.

An XLSX file is a zip archive of XML: it can be made to unpack to a thousand times its size, or to trip its reader. The
child turns it into plain CSV text on its standard output, an unnamed file; the parent reads that like any other CSV file.
"""

from __future__ import annotations

import os
import shutil
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
# The reader's exit code for a workbook that it understood and refused, with the reason on its standard error.
REFUSED = 3


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
            raise BatchError(_too_much()) from None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == REFUSED and said:
        raise BatchError(said[-1])
    if done.returncode != 0:
        # A crash, a limit that was reached, or a workbook that its reader cannot understand.
        raise BatchError(_too_much())


def _too_much() -> str:
    return (
        "The workbook cannot be read within the memory and time allowed, or is damaged. "
        "Open it, save it again, or send the table as CSV."
    )
