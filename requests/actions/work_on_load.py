"""The work on a file: parse it, read its names and addresses, hold its lines against each other, judge and store them.

Rows say what is left; any number of workers take chunks of it, each chunk in one transaction. A worker, the database or
the broker may be killed at any point: what is committed stays, the rest is done again by whoever comes next, no line is
lost or doubled. While lines are being stored they do not stand yet: the request's counts and digest are written at the
end, in one commit, and until then it moves nowhere (condition ``takes_no_lines_in``).
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
from django.db import connection, transaction
from django.db.models import F

from requests.actions.advance import lock, without_a_limit_of_time
from requests.actions.errors import ActionError, NotNow
from requests.actions.lines import (
    Packed,
    copy_rows,
    engaged_officials,
    keep_request_findings,
    line_rows,
    pack,
    recount,
    rejudge_standing_lines,
    standing_frames,
    with_engaged_key,
    write_counts,
)
from requests.actions.receive_file import Phase, end_load, folder_of, look_at, to_phase
from requests.actions.record import record
from requests.actions.take_in import clear_away, new_lines
from requests.actions.tally import outcome, tally
from requests.calendar.office import office_day
from requests.intake import limits
from requests.intake.errors import BatchError
from requests.intake.files import open_batch
from requests.intake.load_folder import LoadFolder, LostFrame
from requests.models import BatchLoad, DisclosureRequest, Line, LoadChunk, RuleSet
from requests.models.lifecycle import State
from requests.permissions import Stage
from requests.rules.base import Judging, Parameters
from requests.rules.counts import Counts, keys_of
from requests.rules.judge import judge, read

# A number of our own among the advisory locks of the database.
LOAD_LOCK = 6103
# After so many beginnings without a step forward something is wrong that no new beginning will mend.
MOST_ATTEMPTS = 12
EDITABLE = (State.DRAFT, State.RETURNED, State.IN_INTAKE)
Step = Callable[[BatchLoad, dt.datetime], bool]


def work_on(
    load_id: int,
    *,
    clock: Callable[[], dt.datetime],
    has_time: Callable[[], bool] = lambda: True,
    tell: Callable[[], None] = lambda: None,
) -> bool:
    """Do what is left of a file, until all is done, others hold the rest, or ``has_time`` says no.

    Gives True where nothing is left for anybody. ``clock`` tells the moment of each step, ``tell`` is called after it.
    Harmless when called twice or at once. What goes wrong unexpectedly is counted and raised.
    """

    def goes_on() -> bool:
        tell()
        return has_time()

    while True:
        load = BatchLoad.objects.select_related("rule_set").get(pk=load_id)
        if load.is_over or not load.is_worked_on:
            return True
        try:
            went_on = _step(load, clock(), goes_on)
        except BatchError as error:
            end_load(load_id, phase=Phase.REFUSED, at=clock(), refusal=str(error))
            return True
        except ActionError as error:
            clear_away(load_id, phase=Phase.REFUSED, at=clock(), refusal=str(error))
            return True
        except Exception:
            # A step that may be killed without a word has counted itself already.
            BatchLoad.objects.filter(pk=load.pk, attempts=load.attempts).update(attempts=F("attempts") + 1)
            raise
        if not goes_on() or not went_on:
            return False


def _step(load: BatchLoad, at: dt.datetime, goes_on: Callable[[], bool]) -> bool:
    """One step of the work; False where others hold all that is left of this phase."""
    if load.cancel_asked:
        clear_away(load.pk, phase=Phase.CANCELLED, at=at)
        return True
    if load.attempts > MOST_ATTEMPTS:
        raise NotNow("The file could not be taken in: the work on it failed again and again. Tell the office.")
    try:
        return _store(load, at, goes_on) if load.phase == Phase.STORING else STEPS[load.phase](load, at)
    except (LostFrame, pl.exceptions.PolarsError):
        _begin_again(load.pk, at)
        return True


def _count_attempt(load: BatchLoad) -> None:
    BatchLoad.objects.filter(pk=load.pk).update(attempts=F("attempts") + 1)


@contextlib.contextmanager
def _alone(load: BatchLoad) -> Iterator[bool]:
    """Whether this worker alone is in here; let go when it leaves, or when its connection ends with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOAD_LOCK, load.pk])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOAD_LOCK, load.pk])


def _look(load: BatchLoad, at: dt.datetime) -> bool:
    with _alone(load) as is_alone:
        if is_alone:
            look_at(load.pk, at=at)
        return is_alone


def _parse(load: BatchLoad, at: dt.datetime) -> bool:
    """Read the file from its beginning to its end, which finds every fault of its form, and put its frames away.

    Names and addresses of one chunk at a time are read meanwhile. Whoever comes while another parses reads the others.
    """
    folder = folder_of(load)
    with _alone(load) as is_alone:
        if not is_alone:
            return _read_ahead(load)
        if not _is_in(load, Phase.PARSING):
            return True
        _count_attempt(load)
        lines = 0
        with open_batch(folder.file) as batch, ThreadPoolExecutor(max_workers=1) as beside:
            being_read: tuple[int, int, Future[None]] | None = None
            for number, frame in enumerate(batch.chunks(lines=limits.CHUNK_LINES)):
                folder.put("parsed", number, frame)
                if being_read is not None and being_read[2].done():
                    _note_read(load, *being_read)
                    being_read = None
                if being_read is None:
                    being_read = number, frame.height, beside.submit(_read_and_put, folder, number, frame)
                else:
                    _note(load, number, frame.height, is_read=False)
                lines += frame.height
                if BatchLoad.objects.filter(pk=load.pk, cancel_asked=True).exists():
                    return True
            if being_read is not None:
                _note_read(load, *being_read)
        BatchLoad.objects.filter(pk=load.pk, phase=Phase.PARSING).update(
            phase=Phase.CHECKING, phase_since=at, line_count=lines, attempts=0
        )
        return True


def _note_read(load: BatchLoad, number: int, lines: int, reading: Future[None]) -> None:
    """Note a chunk that was read while the file was parsed: until then nobody else knows of it."""
    reading.result()
    _note(load, number, lines, is_read=True)


def _note(load: BatchLoad, number: int, lines: int, *, is_read: bool) -> None:
    LoadChunk.objects.update_or_create(load=load, number=number, defaults={"lines": lines, "is_read": is_read})


def _read_and_put(folder: LoadFolder, number: int, parsed: pl.DataFrame) -> None:
    """Read names and addresses of one chunk, the dear part of the work, and put them away with the keys to count by."""
    frame = read(parsed)
    folder.put("read", number, frame.drop(parsed.columns))
    folder.put("keys", number, keys_of(frame).hstack(with_engaged_key(frame).drop("engaged_official")))


def _read_ahead(load: BatchLoad) -> bool:
    """Read chunks while the file is still being parsed; what is amiss with it is left to those who come after."""
    try:
        return _read_chunks(load)
    except (LostFrame, pl.exceptions.PolarsError):
        return False


def _read_chunks(load: BatchLoad) -> bool:
    """Read two chunks that nobody has read, beside each other; of the rows of the load only theirs are touched.

    False where nobody is needed: all are read, or others hold the rest.
    """
    folder = folder_of(load)
    with transaction.atomic(), ThreadPoolExecutor(max_workers=2) as beside:
        unread = load.chunks.select_for_update(skip_locked=True).filter(is_read=False).order_by("number")
        mine = [chunk.number for chunk in unread[:2]]
        list(beside.map(lambda number: _read_and_put(folder, number, folder.get("parsed", number)), mine))
        load.chunks.filter(number__in=mine).update(is_read=True)
    return bool(mine)


def _check_chunks(load: BatchLoad, at: dt.datetime) -> bool:
    """Read some chunks; go on to the counting once none is left."""
    if _read_chunks(load):
        _is_getting_on(load)
        return True
    return _leave(load, Phase.CHECKING, Phase.COUNTING, waits_for={"is_read": False}, at=at)


def _count(load: BatchLoad, at: dt.datetime) -> bool:
    """Make room among the lines that stand, and hold all lines against each other."""
    folder = folder_of(load)
    with _alone(load) as is_alone:
        if not is_alone or not _is_in(load, Phase.COUNTING):
            return is_alone
        _count_attempt(load)
        numbers = list(load.chunks.order_by("number").values_list("number", flat=True))
        keys = [folder.get("keys", number) for number in numbers]
        disclosure_request = _make_room(load, keys)
        if disclosure_request is None:
            return True
        counts = Counts()
        for each in keys:
            counts.add_keys(each)
        if load.replaces == BatchLoad.Replaces.MENDED:
            for frame in standing_frames(disclosure_request.pk):
                counts.add(read(frame))
        with ThreadPoolExecutor(max_workers=1) as beside:
            counting = beside.submit(lambda: [counts.attach(each.select("line", "engaged_key")) for each in keys])
            engaged = engaged_officials(
                pl.concat(each.select("engaged_key", "engaged_title", engaged_official="named") for each in keys),
                disclosure_request.agency_id,
            )
        for number, attached in zip(numbers, counting.result(), strict=True):
            counted = attached.join(engaged, on="engaged_key", how="left", maintain_order="left")
            folder.put("counts", number, counted.drop("line", "engaged_key"))
        BatchLoad.objects.filter(pk=load.pk, phase=Phase.COUNTING).update(
            phase=Phase.STORING, phase_since=at, attempts=0
        )
        return True


@transaction.atomic
def _make_room(load: BatchLoad, keys: list[pl.DataFrame]) -> DisclosureRequest | None:
    """Begin a version where lines stand already, and let those make way that the file replaces; once.

    None where the file was cancelled meanwhile: then nothing makes way for it.
    """
    disclosure_request = _editable(load)
    load = BatchLoad.objects.select_for_update().get(pk=load.pk)
    if load.phase != Phase.COUNTING:
        return None
    if load.version_before is not None:
        return disclosure_request
    load.version_before = disclosure_request.version
    standing = Line.objects.filter(disclosure_request=disclosure_request, until_version__isnull=True)
    is_signed = disclosure_request.state != State.DRAFT and disclosure_request.signed_version == disclosure_request.version
    if is_signed or standing.exists():
        without_a_limit_of_time()
        if load.replaces == BatchLoad.Replaces.MENDED:
            standing = standing.filter(number__in=[number for each in keys for number in each["line"].to_list()])
        standing.update(until_version=disclosure_request.version)
        disclosure_request.version += 1
        disclosure_request.save()
    load.save(update_fields=["version_before"])
    return disclosure_request


def _editable(load: BatchLoad) -> DisclosureRequest:
    disclosure_request = lock(load.disclosure_request_id)
    if disclosure_request.state not in EDITABLE:
        raise NotNow("The request moved on while its file was read, so nothing of the file was taken in.")
    return disclosure_request


def _store(load: BatchLoad, at: dt.datetime, goes_on: Callable[[], bool]) -> bool:
    """Store chunk after chunk, each in one commit, while the next is judged; False where others hold all that is left."""
    folder = folder_of(load)
    judging, rule_set = circumstances(load)
    disclosure_request = DisclosureRequest.objects.get(pk=load.disclosure_request_id)

    def judged(number: int) -> tuple[Packed, pl.DataFrame]:
        parsed, known, counted = (folder.get(kind, number) for kind in ("parsed", "read", "counts"))
        lines = judge(parsed.hstack(known).hstack(counted), judging=judging)
        return pack(line_rows(lines, disclosure_request, rule_set=rule_set)), outcome(lines)

    ready: dict[int, Future[tuple[Packed, pl.DataFrame]]] = {}
    with ThreadPoolExecutor(max_workers=1) as beside:
        while True:
            with transaction.atomic():
                left = load.chunks.select_for_update(skip_locked=True).filter(is_stored=False).order_by("number")
                # The second stays locked until the first is stored; as a rule it is the first of the next turn.
                mine = list(left[:2])
                if not mine:
                    break
                if not BatchLoad.objects.filter(pk=load.pk, phase=Phase.STORING, cancel_asked=False).exists():
                    return True
                ready = {each.number: ready.get(each.number) or beside.submit(judged, each.number) for each in mine}
                _store_chunk(load, mine[0], *ready[mine[0].number].result())
            folder.drop(mine[0].number, "parsed", "read", "counts")
            if not goes_on():
                return True
    if load.chunks.filter(is_stored=False).exists():
        return False
    return _finish(load, at)


def _store_chunk(load: BatchLoad, chunk: LoadChunk, rows: Packed, kept: pl.DataFrame) -> None:
    without_a_limit_of_time()
    _with_memory_for_a_chunk()
    copy_rows(Line._meta.db_table, rows)
    folder_of(load).put("judged", chunk.number, kept)
    chunk.is_stored, chunk.verdicts = True, dict(kept["verdict"].value_counts().iter_rows())
    chunk.save(update_fields=["is_stored", "verdicts"])
    _is_getting_on(load)


def _with_memory_for_a_chunk() -> None:
    """Let the database hold the rows of a chunk in memory, which it looks at once more when they are all in (decision 10)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")


def circumstances(load: BatchLoad) -> tuple[Judging, RuleSet]:
    """In which every line of this file is judged: the day and the rule set of when it was confirmed."""
    if load.begun_at is None or load.rule_set is None:
        raise NotNow("The file is not confirmed.")
    return Judging(as_of=office_day(load.begun_at), parameters=Parameters(**load.rule_set.parameters)), load.rule_set


def _finish(load: BatchLoad, at: dt.datetime) -> bool:
    """Let the lines stand: counts, digest, findings about the whole request and the event, in one commit."""
    folder = folder_of(load)
    counts, numbers = Counts(), list(load.chunks.order_by("number").values_list("number", flat=True))
    for number in numbers:
        counts.add_keys(folder.get("keys", number))
    if not numbers:
        return True  # another worker has finished it, or cleared it away
    judged = pl.concat(folder.get("judged", number) for number in numbers)
    with transaction.atomic():
        without_a_limit_of_time()
        disclosure_request = _editable(load)
        load = BatchLoad.objects.select_for_update(of=("self",)).select_related("rule_set", "sent_by").get(pk=load.pk)
        if load.phase != Phase.STORING or load.cancel_asked:
            return True
        judging, rule_set = circumstances(load)
        made_way = Line.objects.filter(
            disclosure_request=disclosure_request, until_version=load.version_before,
            since_version__gt=disclosure_request.signed_version,
        )  # fmt: skip
        if load.version_before != disclosure_request.version:
            made_way._raw_delete(using=made_way.db)  # no signature ever covered them
        if load.replaces == BatchLoad.Replaces.MENDED:
            for frame in standing_frames(disclosure_request.pk, since_version__lt=disclosure_request.version):
                counts.add(read(frame))
            rejudge_standing_lines(
                disclosure_request, counts, judging=judging, rule_set=rule_set,
                since_version__lt=disclosure_request.version,
            )  # fmt: skip
        keep_request_findings(disclosure_request, counts, judging=judging, rule_set=rule_set)
        if load.replaces == BatchLoad.Replaces.MENDED:
            recount(disclosure_request)  # lines that stayed count too
        else:
            standings, by_rule, digest = tally(judged)
            write_counts(disclosure_request, standings, by_rule, digest=digest)
        disclosure_request.save()
        to_phase(load, Phase.DONE, at=at)
        load.ended_at = at
        load.save()
        load.chunks.all().delete()
        actor = load.sent_by
        record(
            "load_lines", actor=actor, at=at, disclosure_request=disclosure_request,
            stage=Stage.AGENCY if actor.agency_id else Stage.INTAKE,
            detail={
                "lines": load.line_count, "version": disclosure_request.version, "rule_set": rule_set.digest,
                "lines_digest": disclosure_request.lines_digest, "load": load.pk, "file_digest": load.file_digest,
            },
        )  # fmt: skip
    folder.remove()
    return True


def _is_in(load: BatchLoad, phase: str) -> bool:
    return BatchLoad.objects.filter(pk=load.pk, phase=phase).exists()


def _is_getting_on(load: BatchLoad) -> None:
    BatchLoad.objects.filter(pk=load.pk, attempts__gt=0).update(attempts=0)


def _leave(load: BatchLoad, phase: str, following: str, *, waits_for: dict[str, bool], at: dt.datetime) -> bool:
    """Go from one phase to the next once no chunk is left; False while others still hold some."""
    if load.chunks.filter(**waits_for).exists():
        return False
    BatchLoad.objects.filter(pk=load.pk, phase=phase).update(phase=following, phase_since=at, attempts=0)
    return True


@transaction.atomic
def _begin_again(load_id: int, at: dt.datetime) -> None:
    """A machine that lost power may have lost what was read: begin once more, from the file itself."""
    disclosure_request = lock(BatchLoad.objects.values_list("disclosure_request_id", flat=True).get(pk=load_id))
    load = BatchLoad.objects.select_for_update().get(pk=load_id)
    if load.is_over:
        return
    if not folder_of(load).file.exists():
        raise NotNow("The file is gone from the office's batch folder. Send it again.")
    list(load.chunks.select_for_update().order_by("number").values_list("pk"))  # waits for whoever stores one
    if load.version_before is not None:
        without_a_limit_of_time()
        stored = new_lines(disclosure_request)
        stored._raw_delete(using=stored.db)
    load.chunks.all().delete()
    _count_attempt(load)
    BatchLoad.objects.filter(pk=load_id).update(phase=Phase.PARSING, phase_since=at)


STEPS: dict[str, Step] = {
    Phase.ARRIVED: _look, Phase.PARSING: _parse, Phase.CHECKING: _check_chunks, Phase.COUNTING: _count,
}  # fmt: skip
