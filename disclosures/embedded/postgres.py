"""Starts, finds and stops the embedded PostgreSQL. It listens on a private socket only, never on a port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from disclosures.embedded import programs
from disclosures.embedded.places import Places
from disclosures.embedded.processes import Identity, started
from disclosures.embedded.trouble import Trouble, did_not_come_up, last_lines

SUPERUSER = "tracker"
DATABASE = "tracker"
APPLICATION = "tracker_app"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    # What people typed and what a statement held stay out of the server's log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For a server that lives no longer than the tests: nothing need survive it, and nothing grows enough to be swept.
FAST_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
PATIENCE = 60.0  # seconds; a recovery after a crash is the slowest start


def cluster(places: Places) -> Path:
    """The folder of the database cluster."""
    return places.home / "postgres"


def log(places: Places) -> Path:
    """The server's log."""
    return places.logs / "postgres.log"


def answers(places: Places) -> bool:
    """Whether the server takes a connection now (or is only short of them)."""
    if not (places.sockets / ".s.PGSQL.5432").exists():
        return False
    try:
        with psycopg.connect(host=str(places.sockets), user=SUPERUSER, dbname="postgres", connect_timeout=3):
            return True
    except psycopg.OperationalError as error:
        return "too many clients" in str(error) or "remaining connection slots" in str(error)


def running(places: Places, recorded: Identity | None) -> Identity | None:
    """The postmaster of this cluster, if it lives: by our record, else by PostgreSQL's own pid file."""
    if recorded and recorded.lives():
        return recorded
    try:
        lines = (cluster(places) / "postmaster.pid").read_text().splitlines()
        pid, since = int(lines[0]), int(lines[2])
    except (OSError, ValueError, IndexError):
        return None
    if recorded and recorded.pid == pid:
        return None  # the number lives on in another process, if at all
    # A process that was killed between its start and our record of it: its age must fit the time in the pid file.
    alive = Identity.of(pid)
    return alive if alive and abs(_birth(pid) - since) < 10 else None


def _birth(pid: int) -> float:
    """When the process started, in seconds since 1970; 0 where the system does not tell."""
    try:
        boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
        ticks = (started(pid) or "0@").partition("@")[0]
        return int(boot.split()[1]) + int(ticks) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, StopIteration):
        return 0.0


def start(places: Places, *, durable: bool) -> Identity:
    """Makes the cluster if there is none and starts the server; it may not answer yet. Raises Trouble."""
    program = programs.postgres(places)
    folder = cluster(places)
    if not folder.exists():
        _make_cluster(places, program / "initdb", durable=durable)
    _check_version(folder, program.parent)
    _forget_strangers(places)
    settings = SETTINGS | ({} if durable else FAST_AND_FORGETFUL) | _shared_memory()
    command = [str(program / "postgres"), "-D", str(folder), "-k", str(places.sockets)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return programs.launch(places, "PostgreSQL", command, log(places))


def _forget_strangers(places: Places) -> None:
    """Removes lock files whose number belongs to a stranger by now (see running): PostgreSQL would refuse to start.

    A file with the number of a process that is gone stays: PostgreSQL looks itself whether any of its own are left.
    """
    for file in (cluster(places) / "postmaster.pid", places.sockets / ".s.PGSQL.5432.lock"):
        try:
            pid = int(file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue
        if started(pid) is not None:
            file.unlink()


def _make_cluster(places: Places, initdb: Path, *, durable: bool) -> None:
    """initdb into a folder that takes its name only when it is whole."""
    fresh = places.home / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    places.account.own(fresh)
    command = [str(initdb), "-D", str(fresh), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", *([] if durable else ["--no-sync"])]
    with log(places).open("ab") as output:
        made = subprocess.run(  # type: ignore[call-overload]
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=programs.ENVIRONMENT,
            **places.account.popen(),
        )
    if made.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise did_not_come_up("PostgreSQL", log(places))
    fresh.rename(cluster(places))


def _check_version(folder: Path, install: Path) -> None:
    """A cluster is readable only by the major version that made it."""
    made_by = (folder / "PG_VERSION").read_text().strip()
    control = next(install.glob("share/**/postgres.bki"), None)
    with control.open() if control else open(os.devnull) as lines:
        header = lines.readline().split()  # "# PostgreSQL 18"
    if header and header[-1] != made_by:
        raise Trouble(
            f"The data folder was made by PostgreSQL {made_by} and this is PostgreSQL {header[-1]}: "
            f"dump it with the old version, or choose another folder with --data DIR."
        )


def _shared_memory() -> dict[str, str]:
    """Small /dev/shm, as in many containers, would break parallel queries: then files take its place."""
    try:
        shm = os.statvfs("/dev/shm")  # noqa: S108 - only asked for its size
    except OSError:
        return {}
    return {} if shm.f_bavail * shm.f_frsize > 512 * 2**20 else {"dynamic_shared_memory_type": "mmap"}


def wait(places: Places, server: Identity, *, durable: bool) -> Identity:
    """Returns the server when it answers. Raises Trouble if it ends or does not answer in time.

    After a kill of the postmaster its other processes need a moment to go, and the new one refuses to start beside
    them; then it is started again.
    """
    deadline = time.monotonic() + PATIENCE
    while not answers(places):
        beside_old_ones = not server.lives() and "still in use" in " ".join(last_lines(log(places), 4))
        if time.monotonic() > deadline or not (server.lives() or beside_old_ones):
            raise did_not_come_up("PostgreSQL", log(places))
        time.sleep(0.03)
        if beside_old_ones:
            time.sleep(0.3)
            server.reap()
            server = start(places, durable=durable)
    return server


def furnish(places: Places) -> None:
    """Makes the application's role and the database where they are missing."""
    with psycopg.connect(host=str(places.sockets), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone():
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {SUPERUSER}")


def stop(server: Identity) -> None:
    """Fast shutdown: open transactions are rolled back, the rest is written."""
    server.end(first=signal.SIGINT, patience=30.0)
