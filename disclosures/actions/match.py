"""Compare an approved request with the registry: in chunks, resumable, by any number of workers.

All lines that are left are joined with the records at once, on temporary tables; then each chunk of results is one
transaction that also moves ``MatchRun.last_line`` under the run's lock. Killed at any point, a run goes on after its last
chunk; two workers never write the same chunk.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
from django.db import connection, transaction
from django.db.models import Count

from disclosures.actions import bring_together
from disclosures.matching.join import LINES_TABLE
from disclosures.matching.reading import NAME_AND_ADDRESS, read_for_matching, reading_digest
from disclosures.matching.results import noes, results_of
from disclosures.models import MatchResult, MatchRun, RegistrySnapshot, TaxpayerRecord
from requests.actions.advance import advance_locked, lock, prepare
from requests.actions.errors import NotNow
from requests.actions.lines import copy_rows
from requests.actions.record import record
from requests.models import DisclosureRequest
from requests.models.lifecycle import State
from requests.permissions import Stage

LINES_READ_AT_ONCE = 50_000

# Lines that the gate or counsel accepted and that no determination bars. Of several determinations about the whole request,
# or about one line, the newest counts; a bar of the whole request is not lifted by a word about one line.
_LINES = f"""
    WITH barred AS MATERIALIZED (
        SELECT newest.line_number FROM (
            SELECT DISTINCT ON (i.line_number) i.line_number, i.bars_answer
            FROM requests_impairmentdetermination i JOIN requests_disclosurerequest d ON d.id = i.disclosure_request_id
            WHERE d.id = %(request)s AND i.version = d.version
            ORDER BY i.line_number, i.recorded_at DESC, i.id DESC) newest
        WHERE newest.bars_answer)
    SELECT l.number, l.id, {", ".join(f"l.{column}" for column in NAME_AND_ADDRESS)}
    FROM requests_line l
    WHERE l.disclosure_request_id = %(request)s AND l.until_version IS NULL AND l.standing IN ('complete', 'accepted')
      AND l.number > %(after)s
      AND NOT EXISTS (SELECT 1 FROM barred WHERE line_number IS NULL)
      AND l.number NOT IN (SELECT line_number FROM barred WHERE line_number IS NOT NULL)
    ORDER BY l.number LIMIT {LINES_READ_AT_ONCE}
"""  # noqa: S608 - the columns are a constant
_LINES_SCHEMA = {"line": pl.Int64, "line_id": pl.Int64, **dict.fromkeys(NAME_AND_ADDRESS, pl.String)}

_NUMBERS_OF_CHUNK = f"SELECT number, line_id FROM {LINES_TABLE} WHERE number > %s ORDER BY number LIMIT %s"  # noqa: S608


def match_request(request_id: int, *, at: dt.datetime, chunk: int = 20_000) -> MatchRun | None:
    """Compare what is left of an approved request, write the counts onto it, and pass it on if nothing is undecided.

    Calling it again, or twice at once, is harmless. A hold that covers the comparison stops it without harm: it gives the
    run as it stands, or None where none was begun. ``chunk`` is the number of lines written in one transaction. Raises
    Missing; NotNow where the request is not approved, where no registry is in use, or where the one in use was read by
    other code.
    """
    run = _begin(request_id, at=at)
    if run is None or (run.completed_at is None and not _compare_what_is_left(run, size=chunk, at=at)):
        return run
    return _complete(request_id, at=at)


@transaction.atomic
def _begin(request_id: int, *, at: dt.datetime) -> MatchRun | None:
    """The run of this request, made now or begun anew where the registry was replaced; None while a hold stops it."""
    disclosure_request = prepare(lock(request_id), at=at)
    if disclosure_request.state != State.APPROVED:
        raise NotNow(f"It is in “{disclosure_request.get_state_display()}”; only an approved request is compared.")
    if disclosure_request.approved_digest != disclosure_request.lines_digest:
        raise NotNow("Its lines are not those that were approved. The approver reads and signs the scope again.")
    run = MatchRun.objects.select_for_update().filter(disclosure_request=disclosure_request).first()
    if disclosure_request.holds_on("match"):
        return None
    if run is not None and run.completed_at is not None:
        return run
    snapshot = _snapshot_in_use()
    if run is not None and (run.snapshot_id, run.scope_digest) == (snapshot.pk, disclosure_request.approved_digest):
        return run
    if run is None:
        run = MatchRun(disclosure_request=disclosure_request)
    else:
        # Results from two registries are no results. Nobody could read the first ones, so they go.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM disclosures_matchresult WHERE run_id = %s", [run.pk])
        run.last_line = run.compared_count = 0
    run.snapshot, run.registry_digest = snapshot, snapshot.source_digest
    run.scope_digest, run.started_at = disclosure_request.approved_digest, at
    run.save()
    record(
        "begin_matching", actor=None, at=at, disclosure_request=disclosure_request, stage=Stage.MATCHING,
        detail={"snapshot": snapshot.pk, "registry_digest": snapshot.source_digest},
    )  # fmt: skip
    return run


def _snapshot_in_use() -> RegistrySnapshot:
    snapshot = RegistrySnapshot.objects.filter(is_in_use=True).first()
    if snapshot is None:
        raise NotNow("No registry is in use, so there is nothing to compare with. Load one with load_registry.")
    if snapshot.reading_digest != reading_digest():
        raise NotNow(
            "The registry was loaded by a version of this program that reads names and addresses otherwise. "
            "Load it again with load_registry --replace."
        )
    return snapshot


def _compare_what_is_left(run: MatchRun, *, size: int, at: dt.datetime) -> bool:
    """Compare and write all that is left; False where something stopped it on the way."""
    try:
        bring_together.lay_out()
        _put_lines(run.disclosure_request_id, after=run.last_line)
        bring_together.find_pairs(records=TaxpayerRecord._meta.db_table, snapshot=run.snapshot_id)
        return _write_results(run, size=size, at=at)
    finally:
        if not connection.needs_rollback:
            bring_together.clear_away()


@transaction.atomic
def _put_lines(request_id: int, *, after: int) -> None:
    """Lay out all lines behind one; their names and addresses are read while the next are fetched and others are put."""
    with connection.cursor() as cursor, ThreadPoolExecutor(max_workers=1) as beside:
        cursor.execute("SET LOCAL statement_timeout = 0")
        being_read: Future[pl.DataFrame] | None = None
        while True:
            lines = bring_together.copy_out(_LINES, {"request": request_id, "after": after}, schema=_LINES_SCHEMA)
            read = being_read
            if lines.height:
                after = int(lines["line"][-1])
                being_read = beside.submit(read_for_matching, lines)
            if read is not None:
                bring_together.put_lines(read.result())
            if not lines.height:
                return


@dataclasses.dataclass(frozen=True, slots=True)
class _Chunk:
    """The lines ``after < number <= upto``, how many they are, and their results, which a thread judges."""

    after: int
    upto: int
    height: int
    results: Future[pl.DataFrame]


def _write_results(run: MatchRun, *, size: int, at: dt.datetime) -> bool:
    """Judge and write chunk after chunk; the next is judged while one is being written. False where the work has to stop."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        chunk = _next_chunk(run.last_line, size, beside)
        while chunk is not None:
            following = _next_chunk(chunk.upto, size, beside)
            last = _write_chunk(run.pk, chunk, snapshot_id=run.snapshot_id, at=at)
            if last is None:
                return False
            chunk = following if last == chunk.upto else _next_chunk(last, size, beside)
    return True


@transaction.atomic
def _next_chunk(after: int, size: int, beside: ThreadPoolExecutor) -> _Chunk | None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    lines = bring_together.copy_out(_NUMBERS_OF_CHUNK, [after, size], schema={"number": pl.Int64, "line_id": pl.Int64})
    if lines.height == 0:
        return None
    upto = int(lines["number"][-1])
    return _Chunk(after, upto, lines.height, beside.submit(_judged, lines, bring_together.pairs_between(after, upto)))


def _judged(lines: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    found = results_of(pairs)
    return pl.concat([found, noes(lines.join(found, on="number", how="anti"))]).sort("number")


@transaction.atomic
def _write_chunk(run_id: int, chunk: _Chunk, *, snapshot_id: int | None, at: dt.datetime) -> int | None:
    """Write the results of a chunk; gives the last line that is written, which is another's where another worker was here.

    None where the work has to stop.
    """
    run = MatchRun.objects.select_for_update(of=("self",)).select_related("disclosure_request__agency").get(pk=run_id)
    disclosure_request = prepare(run.disclosure_request, at=at)
    if run.completed_at is not None:
        return run.last_line
    if disclosure_request.state != State.APPROVED or disclosure_request.holds_on("match"):
        return None
    if run.snapshot_id != snapshot_id or not _keep_in_use(snapshot_id):
        return None
    if run.last_line != chunk.after:
        return run.last_line
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    copy_rows(
        MatchResult._meta.db_table,
        chunk.results.result().select(
            pl.lit(run.pk).alias("run_id"), pl.lit("").alias("resolution"), pl.exclude("number")
        ),
    )
    run.last_line = chunk.upto
    run.compared_count += chunk.height
    run.save(update_fields=["last_line", "compared_count"])
    return run.last_line


def _keep_in_use(snapshot_id: int | None) -> bool:
    """Whether the snapshot is still in use; nobody swaps it while this transaction lasts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM disclosures_registrysnapshot WHERE id = %s AND is_in_use FOR SHARE", [snapshot_id]
        )
        return cursor.fetchone() is not None


def _complete(request_id: int, *, at: dt.datetime) -> MatchRun:
    """Open the results of a run whose lines are all compared, and pass the request on if no line waits for a matcher."""
    with transaction.atomic():
        disclosure_request = prepare(lock(request_id), at=at)
        run = MatchRun.objects.select_for_update().get(disclosure_request=disclosure_request)
        if disclosure_request.state == State.APPROVED and run.completed_at is None:
            run.completed_at = at
            run.save(update_fields=["completed_at"])
            write_counts(disclosure_request)
            disclosure_request.save()
            record(
                "compare_lines", actor=None, at=at, disclosure_request=disclosure_request, stage=Stage.MATCHING,
                detail={"compared": run.compared_count, "undecided": disclosure_request.undecided_count},
            )  # fmt: skip
    pass_on_if_decided(request_id, at=at)
    return run


def write_counts(disclosure_request: DisclosureRequest) -> None:
    """Count the results onto a locked request; saves nothing. A line that is not compared or returned is not answered."""
    dr = disclosure_request
    said = {
        (result, resolution): count
        for result, resolution, count in MatchResult.objects.filter(run__disclosure_request=dr)
        .values("result", "resolution")
        .annotate(count=Count("pk"))
        .values_list("result", "resolution", "count")
    }
    dr.yes_count = said.get(("yes", ""), 0) + said.get(("undecided", "yes"), 0)
    dr.no_count = said.get(("no", ""), 0) + said.get(("undecided", "no"), 0)
    dr.undecided_count = said.get(("undecided", ""), 0)
    dr.not_answered_count = dr.line_count - dr.yes_count - dr.no_count - dr.undecided_count


@transaction.atomic
def pass_on_if_decided(request_id: int, *, at: dt.datetime) -> bool:
    """Complete the matching where every line is compared or decided and no hold stops it; says whether it did."""
    disclosure_request = prepare(lock(request_id), at=at)
    run = MatchRun.objects.filter(disclosure_request=disclosure_request, completed_at__isnull=False).first()
    if run is None or disclosure_request.state != State.APPROVED:
        return False
    if disclosure_request.undecided_count > 0 or disclosure_request.holds_on("match"):
        return False
    advance_locked(
        disclosure_request, "complete_matching", actor=None, at=at, compared=run.compared_count,
        yes=disclosure_request.yes_count, no=disclosure_request.no_count,
        not_answered=disclosure_request.not_answered_count,
    )  # fmt: skip
    return True
