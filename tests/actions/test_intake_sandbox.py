"""A text file that is not small is read by a process of its own, which says the same and can be stopped at any point."""

import os
import signal
from pathlib import Path

import polars as pl
import pytest

from requests.intake import files, sandbox
from requests.intake.errors import BatchError
from requests.intake.files import open_batch
from requests.intake.limits import READ_HERE_BYTES, READER_CPU_SECONDS, READER_MEMORY_BYTES
from tests.actions.test_intake_files import CELLS, HEADER, text_of

LINES = 3 * READ_HERE_BYTES // 100
LARGE = text_of(HEADER, *([*CELLS[:5], f"{number:06d}", CELLS[6]] for number in range(LINES))).encode()


def child_of(batch: files.Batch) -> int:
    """The process that reads this batch."""
    reader = batch._csv
    assert isinstance(reader, sandbox.CsvElsewhere)
    assert reader._child is not None
    return reader._child.pid


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_same_stands_in_it_whoever_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_batch(LARGE) as batch:
        child_of(batch)
        elsewhere = pl.concat(batch.chunks())
        facts = (batch.encoding, batch.separator, batch.columns)
    monkeypatch.setattr(files, "READ_HERE_BYTES", len(LARGE))
    with open_batch(LARGE) as batch:
        assert (batch.encoding, batch.separator, batch.columns) == facts
        assert pl.concat(batch.chunks()).equals(elsewhere)
    assert elsewhere.height == LINES


def test_a_file_is_read_from_its_beginning_each_time() -> None:
    with open_batch(LARGE) as batch:
        first = next(iter(batch.chunks(lines=10)))
        assert next(iter(batch.chunks(lines=10))).equals(first)
        assert sum(frame.height for frame in batch.chunks()) == LINES
        assert sum(frame.height for frame in batch.chunks()) == LINES


def test_a_fault_in_the_middle_is_told_by_its_line() -> None:
    broken = LARGE + b"too,few,cells\n"
    with open_batch(broken) as batch, pytest.raises(BatchError, match=rf"line {LINES + 2} of the file has 3 cells"):
        list(batch.chunks())


def test_quotation_marks_without_end_are_refused_before_they_are_counted_one_by_one() -> None:
    with open_batch(LARGE + b'"' * 20_000_000) as batch, pytest.raises(BatchError, match="little else than quotation marks"):
        list(batch.chunks())
    with open_batch(text_of(HEADER).encode() + b'"","","","","","",""\n' * LINES) as batch:
        assert sum(frame.height for frame in batch.chunks()) == LINES


def test_a_fault_at_the_beginning_leaves_no_process() -> None:
    with pytest.raises(BatchError, match="column"):
        open_batch(LARGE.replace(b"name,address", b"nome,nowhere", 1))
    with pytest.raises(BatchError, match="no header"):
        open_batch(b"x" * (2 * READ_HERE_BYTES))


def test_a_reader_that_dies_is_told_in_one_sentence() -> None:
    with open_batch(LARGE * 40) as batch:  # more than the pipe between them holds
        os.kill(child_of(batch), signal.SIGKILL)
        with pytest.raises(BatchError, match=r"^The file cannot be read within the memory and time allowed"):
            list(batch.chunks())


def test_a_reader_has_its_limits_before_it_looks_at_the_file() -> None:
    with open_batch(LARGE) as batch:
        limits = Path(f"/proc/{child_of(batch)}/limits").read_text()
    said = {line[:25].strip(): line[25:].split()[0] for line in limits.splitlines()[1:]}
    assert int(said["Max address space"]) == READER_MEMORY_BYTES
    assert int(said["Max cpu time"]) == READER_CPU_SECONDS
    assert int(said["Max core file size"]) == 0


def test_whoever_stops_reading_leaves_no_process() -> None:
    with open_batch(LARGE * 40) as batch:
        next(iter(batch.chunks(lines=10)))
        child = child_of(batch)
        assert is_alive(child)
    assert not is_alive(child)


def test_the_reader_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for a reader of files")
    with open_batch(LARGE) as batch:
        seen = Path(f"/proc/{child_of(batch)}/environ").read_bytes()
    assert b"SECRET_KEY" not in seen
    assert b"PATH=" in seen
