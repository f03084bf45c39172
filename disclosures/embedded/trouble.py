"""What goes wrong around the servers, said in one plain sentence and never as a traceback."""

from __future__ import annotations

import errno
from pathlib import Path


class Trouble(Exception):
    """Something outside the program stands in the way. Its text is one sentence: what is wrong and how to mend it."""


def of_os_error(error: OSError) -> Trouble:
    """The sentence for a failed system call; names the file where there is one."""
    where = str(error.filename or "the data folder")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(f"The disk is full ({where}): free some space or choose another folder with --data DIR.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Trouble(f"Cannot write {where}: choose a folder that is yours with --data DIR or TRACKER_DATA.")
    return Trouble(f"The system refused: {error.strerror or error} ({where}).")


def last_lines(log: Path, count: int) -> list[str]:
    """The last lines of a log that are not empty; none if there is no log."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return []
    return [line.strip() for line in lines if line.strip()][-count:]


def last_line(log: Path) -> str:
    """The last line of a log that is not empty, or a word that there is none."""
    return next(iter(last_lines(log, 1)), "it wrote nothing")


def did_not_come_up(server: str, log: Path) -> Trouble:
    """The sentence for a server that does not answer, with the last line of its log."""
    if any("No space left on device" in line for line in last_lines(log, 12)):
        return Trouble(f"The disk is full, so {server} cannot start: free some space. Its log is {log}.")
    return Trouble(f"{server} did not come up; the last line of its log ({log}) is: {last_line(log)}")
