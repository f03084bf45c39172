"""The batch path with a stopwatch: a bare COPY, then the same file through the actions that people use, then the comparison."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import multiprocessing
import os
import resource
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from psycopg import sql

from disclosures.actions.load_registry import load_registry
from disclosures.actions.match import match_request
from disclosures.bench.files import write_batch, write_registry
from disclosures.bench.plain_rules import judge_plainly
from disclosures.bench.worker import work
from disclosures.demo.people import Cast, gather
from requests.actions import approve, decide, intake, receive, review, submit
from requests.actions.draft import draft_request
from requests.actions.receive_file import announce_file, look_at, receive_whole
from requests.actions.take_in import take_in
from requests.actions.work_on_load import work_on
from requests.calendar.office import office_day
from requests.intake.files import open_batch
from requests.intake.load_folder import blocks_of
from requests.models import BatchLoad, DisclosureRequest, Line
from requests.rules.base import Judging
from requests.rules.judge import judge, read

COPY_BLOCK = 1 << 20
# So many lines tell how much faster the gate is; plain Python would take minutes for all.
PLAIN_LINES = 20_000
ALIASES = ("default", "owner")
PHASES = {"parsing": "parse_s", "checking": "gate_s", "counting": "gate_s", "storing": "store_s"}
Say = Callable[[str], None]


@dataclasses.dataclass(slots=True)
class Figures:
    """What was measured: seconds of the clock on the wall, ratios, mebibytes. ``None`` where it was not asked for."""

    lines: int
    registry: int
    copy_s: float = 0.0
    parse_s: float = 0.0
    gate_s: float = 0.0
    store_s: float = 0.0
    ratio_store: float = 0.0
    two_workers_s: float | None = None
    ratio_two_workers: float | None = None
    one_on_a_core_s: float | None = None
    two_on_a_core_each_s: float | None = None
    ratio_on_a_core_each: float | None = None
    plain_lines: int = 0
    plain_s: float = 0.0
    ratio_plain: float = 0.0
    match_s: float | None = None
    ratio_match: float | None = None
    peak_mib: int = 0

    def rounded(self) -> dict[str, Any]:
        """As the command prints them: two figures behind the point say more than any run holds."""
        return {name: round(value, 2) if isinstance(value, float) else value for name, value in dataclasses.asdict(self).items()}

    @property
    def one_worker_s(self) -> float:
        """Parse, gate and store by one worker."""
        return self.parse_s + self.gate_s + self.store_s


@contextlib.contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """A database of its own on the same server, migrated, dropped at the end: nothing of the office's data is touched."""
    before = {alias: connections.settings[alias]["NAME"] for alias in ALIASES}
    urls = {url: os.environ[url] for url in ("DATABASE_URL", "DATABASE_OWNER_URL") if os.environ.get(url)}
    # For the processes that are started, which set Django up for themselves.
    environment = {"BATCH_FOLDER": str(settings.BATCH_FOLDER)} | {
        key: urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for key, url in urls.items()
    }
    kept = {key: os.environ.get(key) for key in environment}
    _on_server(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        _point_at(dict.fromkeys(ALIASES, name))
        os.environ.update(environment)
        call_command("migrate", verbosity=0)
        yield
    finally:
        for key, value in kept.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
        _point_at(before)
        _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _point_at(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections.settings[alias]["NAME"] = name


def _on_server(statement: sql.Composed) -> None:
    owner = connections["owner"]
    owner.ensure_connection()
    owner.connection.execute(statement)


def measure(*, subjects: int, registry: int, folder: Path, workers: bool = True, say: Say = lambda text: None) -> Figures:
    """Measure in a scratch database. ``registry`` 0 leaves the comparison out; ``workers`` measures two beside one as well."""
    figures = Figures(lines=subjects, registry=registry)
    batch = folder / "batch.csv"
    say(f"inventing {subjects:,} lines")
    write_batch(batch, lines=subjects)
    if workers:
        # Each in a database of its own, that all find an empty one.
        say("two workers: parse, gate, store")
        with _scratch_office() as cast:
            figures.two_workers_s = with_workers(confirmed_file(cast, batch), cores=(None, None))
        if len(cores := usable_cores()) > 1:
            say("one worker on one core, then two on one each")
            with _scratch_office() as cast:
                figures.one_on_a_core_s = with_workers(confirmed_file(cast, batch), cores=cores[:1])
            with _scratch_office() as cast:
                figures.two_on_a_core_each_s = with_workers(confirmed_file(cast, batch), cores=cores[:2])
            figures.ratio_on_a_core_each = figures.one_on_a_core_s / figures.two_on_a_core_each_s
    with _scratch_office() as cast:
        say("a bare COPY")
        figures.copy_s = bare_copy(batch)
        say("one worker: parse, gate, store")
        load = confirmed_file(cast, batch)
        for phase, seconds in timed_phases(load, say=say).items():
            setattr(figures, phase, seconds)
        figures.ratio_store = figures.one_worker_s / figures.copy_s
        if figures.two_workers_s is not None:
            figures.ratio_two_workers = figures.one_worker_s / figures.two_workers_s
        say("the same rules in plain Python")
        figures.plain_lines, figures.plain_s, figures.ratio_plain = beside_plain_python(batch)
        if registry:
            records = folder / "registry.csv"
            say(f"inventing {registry:,} records")
            write_registry(records, records=registry, lines=subjects)
            say("loading the registry")
            load_registry(records, source_name="bench.csv", at=timezone.now(), actor=None)
            say("to the approver")
            request_id = approved(load.disclosure_request_id, cast)
            say("comparing and writing the results")
            begun = time.perf_counter()
            match_request(request_id, at=timezone.now())
            figures.match_s = time.perf_counter() - begun
            figures.ratio_match = figures.match_s / figures.one_worker_s
    figures.peak_mib = peak_mib()
    return figures


@contextlib.contextmanager
def _scratch_office() -> Iterator[Cast]:
    """A scratch database with the people of an office and of agencies."""
    with scratch_database(f"bench_{secrets.token_hex(4)}"):
        yield gather(since=office_day(timezone.now()) - dt.timedelta(days=30))


def bare_copy(file: Path) -> float:
    """Seconds for the file's bytes in 1 MiB blocks into a logged table of text columns without keys."""
    owner = connections["owner"]
    owner.ensure_connection()
    with file.open("rb") as source:
        columns = source.readline().decode().strip().split(",")
    listed = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(column)) for column in columns)
    with owner.connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TABLE bench_bare ({})").format(listed))
        begun = time.perf_counter()
        with file.open("rb") as source, cursor.copy("COPY bench_bare FROM STDIN (FORMAT csv, HEADER)") as copy:
            while block := source.read(COPY_BLOCK):
                copy.write(block)
        seconds = time.perf_counter() - begun
        cursor.execute("DROP TABLE bench_bare")
    return seconds


def beside_plain_python(file: Path) -> tuple[int, float, float]:
    """Lines of a sample, seconds that the same rules take on them in plain Python, and how many times the gate's that is.

    Both are told the same frame, which is parsed already; the gate reads, counts and judges it.
    """
    judging = Judging(as_of=office_day(timezone.now()))
    with open_batch(file) as batch:
        sample = next(batch.chunks(lines=PLAIN_LINES))
    rows = sample.to_dicts()
    begun = time.perf_counter()
    judge_plainly(rows, judging)
    plain = time.perf_counter() - begun
    begun = time.perf_counter()
    judge(read(sample), judging=judging)
    return sample.height, plain, plain / (time.perf_counter() - begun)


def confirmed_file(cast: Cast, file: Path) -> BatchLoad:
    """A draft with this file, sent, looked at and confirmed."""
    official, at = cast.officials["DEA"], timezone.now()
    drafted = draft_request(
        actor=official.person, at=at, agency=official.agency, authority=cast.authority, certified_solely=True,
        purpose="To locate and charge the subjects of these investigations.",
    )  # fmt: skip
    load = announce_file(drafted.pk, actor=official.person, at=at, name=file.name, size=file.stat().st_size)
    receive_whole(load.pk, actor=official.person, at=at, blocks=blocks_of(file))
    look_at(load.pk, at=at)
    return take_in(load.pk, actor=official.person, at=at)


def timed_phases(load: BatchLoad, *, say: Say) -> dict[str, float]:
    """Take the file in with this process alone; seconds by phase: parse, gate (reading, counting), store (judging, COPY)."""
    seconds = dict.fromkeys(PHASES.values(), 0.0)
    while True:
        phase = BatchLoad.objects.values_list("phase", flat=True).get(pk=load.pk)
        if phase not in PHASES:
            break
        here = BatchLoad.objects.filter(pk=load.pk, phase=phase)
        begun = time.perf_counter()
        work_on(load.pk, clock=timezone.now, has_time=here.exists)
        seconds[PHASES[phase]] += time.perf_counter() - begun
        say(f"one worker: {phase}")
    if phase != BatchLoad.Phase.DONE:
        raise RuntimeError(BatchLoad.objects.get(pk=load.pk).refusal or phase)
    return seconds


def usable_cores() -> list[int]:
    """The cores that a process may be held to, none where the system does not let us choose (macOS)."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []


def with_workers(load: BatchLoad, *, cores: Sequence[int | None]) -> float:
    """Seconds until the file is in, with one process for each of ``cores``; their start does not count.

    They share the file's chunks. ``None`` is a worker that may use every core; a number holds it, and the child that parses
    for it, to that one, as on a small machine. The database may use every core in any case.
    """
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(len(cores) + 1)
    workers = [spawn.Process(target=work, args=(load.pk, start, core)) for core in cores]
    for worker in workers:
        worker.start()
    start.wait(timeout=120)
    begun = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - begun
    if BatchLoad.objects.get(pk=load.pk).phase != BatchLoad.Phase.DONE:
        raise RuntimeError("the workers did not take the file in")
    return seconds


def approved(request_id: int, cast: Cast) -> int:
    """Bring the request to the approver and through, by the acts of people; what is in question goes back."""
    people, official = cast.people, cast.officials["DEA"]
    now = timezone.now
    submit.submit_request(request_id, actor=official.person, at=now(), official=official, authenticated_at=now())
    receive.receive_request(
        request_id, actor=people["intake"], at=now(), received_date=office_day(now()), channel="upload"
    )
    intake.pass_to_legal_review(request_id, actor=people["intake"], at=now())
    asked = Line.objects.filter(disclosure_request_id=request_id, until_version=None, standing="questioned")
    numbers = list(asked.values_list("number", flat=True))
    if numbers:
        decide.decide_lines(
            request_id, actor=people["counsel"], at=now(), numbers=numbers, decision="return", reason="Not set forth."
        )
    disclosure_request = DisclosureRequest.objects.get(pk=request_id)
    for finding in disclosure_request.findings.filter(version=disclosure_request.version, decision=""):
        decide.decide_finding(
            request_id, actor=people["counsel"], at=now(), code=finding.code, decision="accept", reason="Read and decided."
        )
    review.write_analysis(
        request_id, actor=people["counsel"], at=now(), code="Identity.", authority="Listed.", procedure="Set forth."
    )
    review.clear_legally(request_id, actor=people["counsel"], at=now())
    review.determine_impairment(
        request_id, actor=people["impairment"], at=now(), determined_date=office_day(now()), reason="None."
    )
    digest = DisclosureRequest.objects.values_list("lines_digest", flat=True).get(pk=request_id)
    approve.approve_scope(request_id, actor=people["approver"], at=now(), digest_seen=digest)
    return request_id


def peak_mib() -> int:
    """The most memory that this process or one of its children had at once, in MiB."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most // (1024 * 1024 if os.uname().sysname == "Darwin" else 1024)
