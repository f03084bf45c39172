"""Starts, finds and stops the embedded Valkey (it speaks the Redis protocol), on a private socket only."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

from disclosures.embedded import programs
from disclosures.embedded.places import Places
from disclosures.embedded.processes import Identity
from disclosures.embedded.trouble import did_not_come_up

PATIENCE = 30.0  # seconds
DATABASES = 64  # each worker of the tests has three of its own


def log(places: Places) -> Path:
    """The server's log."""
    return places.logs / "valkey.log"


def _ask(places: Places, command: str) -> bytes:
    """One command in the protocol's inline form; empty when nobody answers."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(3)
            line.connect(str(places.redis_socket))
            line.sendall(command.encode() + b"\r\n")
            return line.recv(65536)
    except OSError:
        return b""


def answers(places: Places) -> bool:
    """Whether the server answers and has read its file."""
    return _ask(places, "PING").startswith(b"+PONG")


def running(places: Places, recorded: Identity | None) -> Identity | None:
    """The server of this data folder, if it lives: by our record, else by its own word on our private socket."""
    if recorded and recorded.lives():
        return recorded
    for line in _ask(places, "INFO server").splitlines():
        if line.startswith(b"process_id:"):
            return Identity.of(int(line.partition(b":")[2]))
    return None


def start(places: Places, *, durable: bool) -> Identity:
    """Starts the server; it may not answer yet. Raises Trouble."""
    folder = places.account.own(places.home / "valkey")
    places.redis_socket.unlink(missing_ok=True)
    command = [str(programs.valkey(places)), "--port", "0", "--dir", str(folder), "--databases", str(DATABASES)]
    command += ["--unixsocket", str(places.redis_socket), "--unixsocketperm", "700"]
    command += ["--maxmemory-policy", "noeviction", "--save", ""]
    command += ["--appendonly", "yes", "--appendfsync", "everysec"] if durable else ["--appendonly", "no"]
    return programs.launch(places, "Valkey", command, log(places))


def wait(places: Places, server: Identity, *, durable: bool) -> Identity:
    """Returns the server when it answers. Raises Trouble if it ends or does not answer in time."""
    deadline = time.monotonic() + PATIENCE
    while not answers(places):
        if not server.lives() or time.monotonic() > deadline:
            raise did_not_come_up("Valkey", log(places))
        time.sleep(0.02)
    return server


def stop(server: Identity) -> None:
    """SIGTERM: it writes its file and ends."""
    server.end(first=signal.SIGTERM, patience=10.0)
