"""A file on its way in while workers are killed, or many work at once: every line is stored once, or none is."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.utils import timezone

from requests.actions.receive_file import announce_file, look_at, receive_whole
from requests.actions.take_in import cancel_load, take_in
from requests.actions.work_on_load import work_on
from requests.intake import limits
from requests.intake.load_folder import LoadFolder
from requests.models import BatchLoad, DisclosureRequest, Event, Line
from requests.queries import lines_digest
from tests.actions.test_files import csv_of, empty_draft
from tests.conftest import OwnDatabase
from tests.factories import Cast, a_cast, a_line, again, draft
from tests.faults.conftest import Dying
from tests.faults.test_killed_worker import follows
from tests.lifecycle.test_advance import at_once

MOST_COMMITS = 40


def on_its_way(dr: DisclosureRequest, cast: Cast, *, lines: int) -> BatchLoad:
    """A confirmed file of so many lines."""
    content = csv_of([a_line(number) for number in range(1, lines + 1)])
    load = announce_file(dr.pk, actor=cast.requester, at=timezone.now(), name="lines.csv", size=len(content))
    receive_whole(load.pk, actor=cast.requester, at=timezone.now(), blocks=[content])
    look_at(load.pk, at=timezone.now())
    return take_in(load.pk, actor=cast.requester, at=timezone.now())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_every_commit_a_file_is_stored_once(run_dying: Dying, moment: str) -> None:
    cast = a_cast()
    dr = draft(cast, lines=[a_line(90), a_line(91)])
    load = on_its_way(dr, cast, lines=5)
    killed = 0
    for number in range(1, MOST_COMMITS):  # the first process dies at its first commit, the second at its second, …
        if run_dying("load", load.pk, number, moment) == 0:
            break
        killed += 1
        follows()
        cut_off = Line.objects.filter(disclosure_request=dr, until_version__isnull=True)
        assert BatchLoad.objects.get(pk=load.pk).is_over or again(dr).line_count == 2, "nothing of it stands yet"
        assert cut_off.values("number").distinct().count() == cut_off.count()
    assert killed >= 3, "the work has several commits, and each was hit"
    assert BatchLoad.objects.get(pk=load.pk).phase == "done"
    assert list(Line.objects.filter(disclosure_request=dr).order_by("number").values_list("number", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert again(dr).lines_digest == lines_digest(dr.pk)
    assert Event.objects.filter(disclosure_request=dr, verb="load_lines", detail__has_key="load").count() == 1
    follows()


def test_many_workers_at_once_store_every_line_once_and_a_cancel_leaves_none(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path
) -> None:
    settings.BATCH_FOLDER = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(limits, "CHUNK_LINES", 3)
    cast = a_cast()
    dr, other = empty_draft(cast), draft(cast, lines=[a_line(90)])
    loads = [on_its_way(dr, cast, lines=31), on_its_way(other, cast, lines=31)]
    failed: list[BaseException] = []

    def one_worker() -> None:
        try:
            while [load for load in loads if not work_on(load.pk, clock=timezone.now)]:
                pass
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=one_worker) for _ in range(4)]
    for worker in workers:
        worker.start()
    coming = Line.objects.filter(disclosure_request=other, since_version__gt=1)
    while not coming.exists() and any(worker.is_alive() for worker in workers):
        pass
    cancel_load(loads[1].pk, actor=cast.official, at=timezone.now())
    for worker in workers:
        worker.join()
    assert failed == []
    assert again(dr).line_count == Line.objects.filter(disclosure_request=dr).count() == 31
    assert Event.objects.filter(disclosure_request=dr, verb="load_lines").count() == 1
    assert BatchLoad.objects.get(pk=loads[1].pk).phase == "cancelled"
    assert list(Line.objects.filter(disclosure_request=other).values_list("number", "until_version")) == [(90, None)]
    assert list(tmp_path.iterdir()) == []
    follows()


def test_while_one_worker_parses_another_reads_what_is_put_away(
    own_database: OwnDatabase, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BATCH_FOLDER = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(limits, "CHUNK_LINES", 3)
    cast = a_cast()
    dr = empty_draft(cast)
    load = on_its_way(dr, cast, lines=12)
    seen: list[tuple[object, object]] = []
    put, another_has_read = LoadFolder.put, threading.Event()

    def put_and_call_another(self: LoadFolder, kind: str, number: int, frame: pl.DataFrame) -> None:
        if kind == "read" and number == 0:  # the parser's own thread is busy with chunk 0 all the while
            another_has_read.wait(timeout=30)
        put(self, kind, number, frame)
        if kind == "parsed" and number == 2:  # the row of chunk 1 is committed, and nobody else knows of chunk 0
            (went_on,) = at_once([lambda: work_on(load.pk, clock=timezone.now, has_time=lambda: False)])
            seen.append((went_on, list(load.chunks.values_list("number", "is_read"))))
            another_has_read.set()

    monkeypatch.setattr(LoadFolder, "put", put_and_call_another)
    assert work_on(load.pk, clock=timezone.now)
    assert seen == [(False, [(1, True)])]
    assert BatchLoad.objects.get(pk=load.pk).phase == "done"
    assert again(dr).line_count == Line.objects.filter(disclosure_request=dr).count() == 12
    follows()


def test_a_file_that_is_cancelled_while_its_lines_are_counted_makes_no_room(
    own_database: OwnDatabase, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BATCH_FOLDER = tmp_path  # type: ignore[attr-defined]
    cast = a_cast()
    dr = draft(cast, lines=[a_line(90)])
    load = on_its_way(dr, cast, lines=4)
    get, cancelled = LoadFolder.get, []

    def get_and_cancel(self: LoadFolder, kind: str, number: int) -> pl.DataFrame:
        frame = get(self, kind, number)
        if kind == "keys" and not cancelled:
            cancel_load(load.pk, actor=cast.official, at=timezone.now())
            cancelled.extend(at_once([lambda: work_on(load.pk, clock=timezone.now)]))
        return frame

    monkeypatch.setattr(LoadFolder, "get", get_and_cancel)
    assert work_on(load.pk, clock=timezone.now)
    assert cancelled == [True]
    assert BatchLoad.objects.get(pk=load.pk).phase == "cancelled"
    assert list(Line.objects.filter(disclosure_request=dr).values_list("number", "until_version")) == [(90, None)]
    assert again(dr).version == 1
    follows()
