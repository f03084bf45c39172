"""Take lines in: judge them with the gate and store them, a file of any size in chunks, all or nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import polars as pl
from django.db import connection, transaction

from requests.actions.advance import lock
from requests.actions.draft import refuse_unless_editable, refuse_while_a_file_is_taken_in
from requests.actions.errors import BadInput
from requests.actions.record import record
from requests.actions.rule_set import current_rule_set
from requests.calendar.office import office_day
from requests.intake.kept import KeptFrames
from requests.models import DisclosureRequest, Finding, Line, Person, RuleSet
from requests.models.lifecycle import State
from requests.permissions import Stage
from requests.queries import CONTENT_COLUMNS, line_counts, lines_digest, rule_parameters
from requests.rules.base import Judging
from requests.rules.counts import Counts
from requests.rules.judge import judge, read, request_findings
from requests.rules.names import name_key

STANDING = {"accept": "complete", "review": "questioned", "reject": "defective", "block": "defective"}
COPY_BYTES = 1 << 20
WITHOUT_DELIVERY_LINE = ("none", "institution", "homeless")
Chunks = Callable[[], Iterable[pl.DataFrame]]


@transaction.atomic
def load_lines(
    request_id: int,
    chunks: Chunks,
    *,
    actor: Person,
    at: dt.datetime,
    replace: bool = True,
    detail: dict[str, Any] | None = None,
) -> DisclosureRequest:
    """Judge and store the lines of a draft or of a returned request.

    ``chunks`` gives canonical frames; they are read once, in a pre-pass for the counts across lines, and then judged.
    With ``replace`` the file is the whole request; without it, its lines take the place of those with the same number
    (mended lines) and all others stay. Raises BadInput for a file that brings nothing.
    """
    disclosure_request = lock(request_id)
    refuse_unless_editable(disclosure_request, actor)
    refuse_while_a_file_is_taken_in(disclosure_request)
    judging = Judging(as_of=office_day(at), parameters=rule_parameters())
    rule_set = current_rule_set(judging)
    mended = disclosure_request.state != State.DRAFT
    if mended and disclosure_request.signed_version == disclosure_request.version:
        disclosure_request.version += 1
    if disclosure_request.line_count:
        _make_room(disclosure_request, chunks, replace=replace)
    counts, kept = _count(disclosure_request, chunks, replace=replace)
    stored = 0
    for frame in kept.frames():
        judged = with_officials(judge(frame, judging=judging, counts=counts), disclosure_request.agency_id)
        copy_rows(Line._meta.db_table, line_rows(judged, disclosure_request, rule_set=rule_set))
        stored += judged.height
    if stored == 0:
        raise BadInput("The file has a header and no line. Add at least one line.")
    if not replace:
        rejudge_standing_lines(disclosure_request, counts, judging=judging, rule_set=rule_set)
    keep_request_findings(disclosure_request, counts, judging=judging, rule_set=rule_set)
    recount(disclosure_request)
    disclosure_request.save()
    record(
        "load_lines",
        actor=actor,
        at=at,
        disclosure_request=disclosure_request,
        stage=Stage.AGENCY if actor.agency_id else Stage.INTAKE,
        detail={
            "lines": stored, "version": disclosure_request.version, "rule_set": rule_set.digest,
            "lines_digest": disclosure_request.lines_digest, **(detail or {}),
        },
    )  # fmt: skip
    return disclosure_request


def recount(disclosure_request: DisclosureRequest) -> None:
    """Write the counts, by standing and by rule, and the digest of the standing lines onto the request; saves nothing."""
    counts, by_rule = line_counts(disclosure_request.pk)
    write_counts(disclosure_request, counts, by_rule, digest=lines_digest(disclosure_request.pk))


def write_counts(
    disclosure_request: DisclosureRequest, counts: dict[str, int], by_rule: dict[str, int], *, digest: str
) -> None:
    """Write these counts of the standing lines, as ``line_counts`` gives them, and their digest; saves nothing."""
    dr = disclosure_request
    dr.finding_counts = by_rule
    dr.complete_count, dr.questioned_count = counts["complete"], counts["questioned"]
    dr.accepted_count, dr.returned_count = counts["accepted"], counts["returned"]
    dr.defective_count, dr.blocked_count = counts["defective"], counts["block"]
    dr.line_count = sum(counts.values())
    dr.lines_digest = digest


def _make_room(disclosure_request: DisclosureRequest, chunks: Chunks, *, replace: bool) -> None:
    standing = Line.objects.filter(disclosure_request=disclosure_request, until_version__isnull=True)
    if not replace:
        numbers = [number for frame in chunks() for number in frame["line"].to_list()]
        standing = standing.filter(number__in=numbers)
    # Lines that no signature ever covered make way without a trace; signed ones end with the version before.
    unsigned = standing.filter(since_version__gt=disclosure_request.signed_version)
    unsigned._raw_delete(using=unsigned.db)  # no row of another table hangs on them: nothing need be fetched first
    standing.update(until_version=disclosure_request.version - 1)


def _count(disclosure_request: DisclosureRequest, chunks: Chunks, *, replace: bool) -> tuple[Counts, KeptFrames]:
    """The pre-pass: counts across lines, and the frames as read, packed, so that nothing is parsed or read twice."""
    counts, kept = Counts(), KeptFrames()
    for frame in chunks():
        known = read(frame)
        counts.add(known)
        kept.keep(known)
    if not replace:
        for frame in standing_frames(disclosure_request.pk):
            counts.add(read(frame))
    return counts, kept


def standing_frames(request_id: int, *, size: int = 50_000, **filters: Any) -> Iterator[pl.DataFrame]:
    """The standing lines of a request as canonical frames, in the order of their numbers, ``size`` rows at a time."""
    schema = {"line": pl.Int64, **dict.fromkeys(CONTENT_COLUMNS, pl.Utf8)}
    after = 0
    while True:
        rows = list(
            Line.objects.filter(
                disclosure_request_id=request_id, until_version__isnull=True, number__gt=after, **filters
            )
            .order_by("number")
            .values_list("number", *CONTENT_COLUMNS)[:size]
        )
        if not rows:
            return
        after = rows[-1][0]
        yield pl.DataFrame(rows, schema=schema, orient="row")


def rejudge_standing_lines(
    disclosure_request: DisclosureRequest, counts: Counts, *, judging: Judging, rule_set: RuleSet, **filters: Any
) -> None:
    """Judge the lines that stayed again, since counts across lines may have changed; decided ones keep their standing."""
    open_ones = {"standing__in": ["defective", "complete", "questioned"], **filters}
    for frame in standing_frames(disclosure_request.pk, **open_ones):
        judged = judge(read(frame), judging=judging, counts=counts)
        now = {
            number: (verdict, findings)
            for number, verdict, findings in judged.select("line", "verdict", "findings").iter_rows()
        }
        changed = []
        lines = Line.objects.filter(
            disclosure_request=disclosure_request, until_version__isnull=True, number__in=list(now)
        )
        for line in lines:
            verdict, findings = now[line.number]
            if (line.verdict, line.findings) != (verdict, findings):
                line.verdict, line.findings, line.rule_set = verdict, findings, rule_set
                line.standing = STANDING[verdict]
                changed.append(line)
        Line.objects.bulk_update(changed, ["verdict", "findings", "rule_set", "standing"], batch_size=1000)


def keep_request_findings(
    disclosure_request: DisclosureRequest, counts: Counts, *, judging: Judging, rule_set: RuleSet
) -> None:
    """Keep what the lines together and the request's own words show about the whole request, for this version."""
    dr = disclosure_request
    found = request_findings(
        counts, judging=judging, purpose=dr.purpose, information_asked=dr.information_asked,
        certified_solely=dr.certified_solely,
    )  # fmt: skip
    Finding.objects.filter(disclosure_request=dr, version=dr.version).exclude(code="V02").delete()
    Finding.objects.bulk_create(
        Finding(
            disclosure_request=dr, version=dr.version, code=finding.code, verdict=finding.verdict.word,
            count=finding.count, detail=finding.detail, rule_set=rule_set,
        )
        for finding in found
    )  # fmt: skip


_KNOWN_ENGAGED = "SELECT name_key, id FROM requests_engagedofficial WHERE agency_id = %(agency)s AND name_key = ANY(%(keys)s)"
_ADD_ENGAGED = """
    INSERT INTO requests_engagedofficial (agency_id, name, title, name_key)
    SELECT %(agency)s, name, title, key FROM unnest(%(names)s::text[], %(titles)s::text[], %(keys)s::text[]) named (name, title, key)
    ON CONFLICT (agency_id, name_key) DO NOTHING
"""


def engaged_officials(named: pl.DataFrame, agency_id: int) -> pl.DataFrame:
    """The engaged officials whom lines name: ``engaged_key`` once each, ``engaged_by_id``; those not known yet are added.

    ``named`` has ``engaged_official``, ``engaged_title`` and perhaps their ``engaged_key`` already, a row a line.
    """
    people = (
        with_engaged_key(named)
        .filter(pl.col("engaged_key") != "")
        .unique(subset="engaged_key", keep="first", maintain_order=True)
        .sort("engaged_key")  # in one order, so that two sessions which add the same officials never wait for each other
    )
    words: dict[str, Any] = {"agency": agency_id, "keys": people["engaged_key"].to_list()}
    with connection.cursor() as cursor:
        known = cursor.execute(_KNOWN_ENGAGED, words).fetchall()
        if len(known) < people.height:
            new = people.filter(~pl.col("engaged_key").is_in([key for key, _ in known]))
            words = {
                "agency": agency_id,
                "names": [name.strip()[:200] for name in new["engaged_official"]],
                "titles": [(title or "").strip()[:150] for title in new["engaged_title"]],
                "keys": new["engaged_key"].to_list(),
            }
            cursor.execute(_ADD_ENGAGED, words)
            known += cursor.execute(_KNOWN_ENGAGED, words).fetchall()
    return pl.DataFrame(known, schema={"engaged_key": pl.String, "engaged_by_id": pl.Int64}, orient="row")


def with_engaged_key(named: pl.DataFrame) -> pl.DataFrame:
    """The columns by which officials are found, with ``engaged_key`` as long as the database keeps it."""
    if "engaged_key" in named.columns:
        return named.select("engaged_official", "engaged_title", "engaged_key")
    key = name_key(pl.col("engaged_official")).str.slice(0, 200).alias("engaged_key")
    return named.select("engaged_official", "engaged_title", key)


def with_officials(judged: pl.DataFrame, agency_id: int) -> pl.DataFrame:
    """The lines with ``engaged_by_id``, the engaged officials whom they name."""
    judged = judged.with_columns(with_engaged_key(judged)["engaged_key"])
    ids = engaged_officials(judged, agency_id)
    return judged.join(ids, on="engaged_key", how="left", maintain_order="left")


def line_rows(judged: pl.DataFrame, disclosure_request: DisclosureRequest, *, rule_set: RuleSet) -> pl.DataFrame:
    """Judged lines, which know their ``engaged_by_id``, as rows of the table of lines. Asks no database."""
    texts = [pl.col(column).fill_null("") for column in CONTENT_COLUMNS if column != "under_investigation"]
    return judged.select(
        pl.lit(disclosure_request.pk).alias("disclosure_request_id"),
        pl.col("line").alias("number"),
        pl.lit(disclosure_request.version).alias("since_version"),
        *texts,
        pl.col("under_investigation"),
        pl.col("engaged_by_id"),
        pl.col("verdict"),
        pl.concat_str(pl.lit("{"), pl.col("findings").list.join(","), pl.lit("}")).alias("findings"),
        (~pl.col("a_kind").is_in(list(WITHOUT_DELIVERY_LINE))).alias("has_delivery_line"),
        pl.lit(rule_set.digest).alias("rule_set_id"),
        pl.col("verdict").replace_strict(STANDING).alias("standing"),
    )


# A text that no cell can hold: cells are checked for control characters when the file is read.
NULL_MARK = "\x1aN"


@dataclasses.dataclass(frozen=True, slots=True)
class Packed:
    """Rows as COPY wants them, and the names of their columns."""

    columns: tuple[str, ...]
    content: memoryview


def pack(rows: pl.DataFrame) -> Packed:
    """Write a frame as CSV; null is null and "" is "". Asks no database."""
    buffer = io.BytesIO()
    rows.write_csv(buffer, include_header=False, null_value=NULL_MARK, quote_style="necessary")
    return Packed(tuple(rows.columns), buffer.getbuffer())


def copy_rows(table: str, rows: pl.DataFrame | Packed) -> None:
    """COPY a frame, or one that is packed already, into a table, column for column by name, in 1 MiB blocks."""
    packed = rows if isinstance(rows, Packed) else pack(rows)
    columns = ", ".join(f'"{column}"' for column in packed.columns)
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL_MARK}')"
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(packed.content), COPY_BYTES):
            copy.write(packed.content[start : start + COPY_BYTES])
