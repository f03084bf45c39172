"""./run: brings everything up in order, starts again what dies, and takes everything down on Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from disclosures.embedded import processes
from disclosures.embedded.children import Child
from disclosures.embedded.lease import Lease
from disclosures.embedded.places import ROOT, data_folder
from disclosures.embedded.trouble import Trouble, last_line, of_os_error

NAMES = {"postgres": "PostgreSQL", "valkey": "Valkey"}
WEB = ["-m", "gunicorn", "--config", "python:disclosures.settings.gunicorn", "disclosures.wsgi"]
WORKER = ["-m", "celery", "--app", "disclosures.celery", "worker", "--beat", "--without-gossip", "--without-mingle"]
ROLES = "requester official intake counsel impairment approver matcher releaser auditor director admin"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line of ./run."""
    parser = argparse.ArgumentParser(
        prog="./run",
        description="Starts the tracker on this machine: web, worker, beat, PostgreSQL and Valkey. Ctrl-C stops it.",
        epilog="Example: ./run --port 8001 --data /srv/tracker. With DATABASE_URL and REDIS_URL set it uses those.",
    )
    parser.add_argument("--port", type=int, default=8000, help="the port on 127.0.0.1 (default 8000)")
    parser.add_argument("--data", default="", metavar="DIR", help="the data folder (default TRACKER_DATA, else ./var)")
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    parser.add_argument("--from", dest="origin", default=".", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not 0 < options.port < 65536:
        parser.error(f"--port {options.port} is no port: choose one from 1 to 65535")
    return options


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or a closed terminal."""


class Supervisor:
    """One ./run. ``port`` on 127.0.0.1, ``data`` the data folder."""

    def __init__(self, *, port: int, data: Path, demo: bool):
        self.port = port
        self.data = data
        self.demo = demo
        self.ready = data / "ready"
        self.record = data / "children.json"
        self.demo_under_way = data / "demo.started"
        needs = {"DATABASE_URL": "postgres", "REDIS_URL": "valkey"}
        absent = frozenset(server for name, server in needs.items() if not os.environ.get(name))
        self.lease = Lease(data, needs=absent)
        self.children: list[Child] = []
        self.environment = dict(os.environ)
        self.asked_to_stop = 0

    def run(self) -> int:
        """Everything, in order. Returns 0 when it was asked to stop. Raises Trouble."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        with self._only_one():
            try:
                self._start()
                self._watch()
            except Stopped:
                say("Stopping …")
            finally:
                self._take_down()
        say("Stopped.")
        return 0

    def _stop(self, _number: int, _frame: object) -> None:
        """The first signal breaks off whatever goes on; the ones after it only make the end quicker."""
        self.asked_to_stop += 1
        if self.asked_to_stop == 1:
            raise Stopped

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        """One ./run for each data folder. Ends what an earlier one left running when it was killed."""
        self.lease.places.make()
        with (self.data / "run.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                wrong = f"The tracker is already running on {self.data}: stop it, or choose another --data DIR."
                raise Trouble(wrong) from None
            left = processes.read(self.record)
            for one in left.values():
                one.end(patience=5.0)
            # The processes of a web server that was killed close their port a moment after it.
            _check_port(self.port, patience=10.0 if left else 0.0)
            yield

    def _start(self) -> None:
        self.ready.unlink(missing_ok=True)
        if self.lease.needs:
            say(f"Starting {' and '.join(NAMES[server] for server in sorted(self.lease.needs))} …")
        self.environment |= self.lease.take()
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "disclosures.settings.local",
            "TRACKER_DATA": str(self.data),
            "TRACKER_READY_FILE": str(self.ready),
            "TRACKER_DEMO": str(self.demo),
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "SITE_ADDRESS": f"http://127.0.0.1:{self.port}",
        }
        self.environment.setdefault("LOG_LEVEL", "INFO")
        self._command("migrate", "Bringing the database up to date …", "--verbosity", "0")
        # The processes of the web server add their counters up in this folder.
        self._begin(self._child("web", WEB, {"PROMETHEUS_MULTIPROC_DIR": self._empty_folder("metrics")}))
        # The worker comes after the demo: its sweeps would meet stories that are half told.
        self._fill()
        self._begin(self._child("worker", WORKER))
        self.ready.touch()
        self._announce()

    def _empty_folder(self, name: str) -> str:
        folder = self.data / name
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        return str(folder)

    def _child(self, name: str, command: list[str], extra: dict[str, str] | None = None) -> Child:
        log = self.lease.places.logs / f"{name}.log"
        child = Child(name, [sys.executable, *command], log=log, environment=self.environment | (extra or {}))
        self.children.append(child)
        return child

    def _begin(self, child: Child) -> None:
        """Starts a child and writes it down. It holds our lease too: if we are killed, its servers stay."""
        child.start(keep=[self.lease.descriptor] if self.lease.descriptor >= 0 else [])
        processes.write(self.record, {one.name: one.identity for one in self.children if one.identity})

    def _command(self, command: str, saying: str, *arguments: str) -> None:
        """Runs one management command to its end, while the other children are watched. Raises Trouble."""
        say(saying)
        child = self._child(command, ["manage.py", command, *arguments])
        self._begin(child)
        while child.running():
            self._mend(besides=child)
            time.sleep(0.1)
        self.children.remove(child)
        if child.code != 0:
            raise Trouble(f"manage.py {command} failed; {_last(child)}")

    def _fill(self) -> None:
        """The demo, in a database that holds nobody. One that was cut short is made again from the start."""
        cut_short = self.demo_under_way.exists()
        if not self.demo or not (cut_short or self._empty()):
            return
        self.demo_under_way.touch()
        self._command("demo", "Filling the empty database with the demo …", *(["--reset"] if cut_short else []))
        self.demo_under_way.unlink()

    def _empty(self) -> bool:
        import psycopg

        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            row = connection.execute("SELECT EXISTS (SELECT FROM requests_person)").fetchone()
        return not (row and row[0])

    def _announce(self) -> None:
        """Says where it is and who may sign in, once /readyz is content."""
        deadline = time.monotonic() + 60
        while (answer := self._asks("/readyz")) != 200 and time.monotonic() < deadline:
            self._mend()
            time.sleep(0.2)
        address = f"http://127.0.0.1:{self.port}/"
        if answer != 200:
            say(f"It is up but not ready: {address}readyz says {answer or 'nothing'}. Logs: {self.lease.places.logs}")
        say(f"\nThe tracker is at {address}   (data and logs: {self.data}; Ctrl-C stops it)")
        if self.demo:
            say(f"Demo logins, password demo: {ROLES}\nEach has a second, such as counsel2.")
        else:
            say("For a first account, in another terminal: .venv/bin/python manage.py invite NAME --first F --last L --role admin")

    def _asks(self, path: str) -> int:
        """The status of one page, 0 if nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    def _watch(self) -> None:
        """For ever: starts again what dies."""
        while True:
            self._mend()
            time.sleep(0.3)

    def _mend(self, besides: Child | None = None) -> None:
        """Starts again the children and servers that ended. Raises Trouble when one ends again and again."""
        for child in self.children:
            if child is besides or child.running():
                continue
            if child.ends_too_often():
                raise Trouble(f"The {child.name} ends as soon as it starts; {_last(child)}")
            say(f"The {child.name} ended ({child.how()}); it is started again.")
            self._begin(child)
        gone = [name for name, one in processes.read(self.lease.places.servers).items() if not one.lives()]
        if self.lease.needs.intersection(gone):
            for name in self.lease.mend():
                say(f"{NAMES[name]} ended; it has been started again.")

    def _take_down(self) -> None:
        """Everything in the reverse order. What is under way is finished, unless a second Ctrl-C comes."""
        self.asked_to_stop = max(self.asked_to_stop, 1)
        self.ready.unlink(missing_ok=True)
        for child in self.children:
            child.ask_to_end()
        deadline = time.monotonic() + 25
        while any(child.code is None for child in self.children):
            if self.asked_to_stop > 1 or time.monotonic() > deadline:
                break
            time.sleep(0.05)
        for child in self.children:
            child.kill()
        self.record.unlink(missing_ok=True)
        self.lease.give_back()


def _last(child: Child) -> str:
    return f"the last line of its log ({child.log}) is: {last_line(child.log)}"


def _check_port(port: int, *, patience: float) -> None:
    """Returns when the port can be had. Raises Trouble if it cannot within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while True:
        with socket.socket() as probe:
            # As the web server does: a connection that is only closing is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError:
                raise Trouble(f"Port {port} is only for root: choose another with --port N.") from None
            except OSError:
                if time.monotonic() > deadline:
                    raise Trouble(f"Port {port} is taken by another program: choose another with --port N.") from None
                time.sleep(0.2)
            else:
                return


def main(arguments: Sequence[str]) -> int:
    """Runs until it is stopped. Returns 0, or 2 after one plain sentence on stderr."""
    options = parse(arguments)
    try:
        data = data_folder({"TRACKER_DATA": os.path.join(options.origin, os.path.expanduser(options.data))})
        if not options.data:
            data = data_folder(os.environ)
        os.chdir(ROOT)
        return Supervisor(port=options.port, data=data, demo=not options.no_demo).run()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except OSError as error:
        print(of_os_error(error), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
