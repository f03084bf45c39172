"""Take lines in: judge them with the gate and store them, a file of any size in chunks, all or nothing."""

from __future__ import annotations

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
from requests.models import DisclosureRequest, EngagedOfficial, Finding, Line, Person, RuleSet
from requests.models.lifecycle import State
from requests.permissions import Stage
from requests.queries import CONTENT_COLUMNS, finding_counts, lines_digest, rule_parameters, standing_counts
from requests.rules.base import Judging
from requests.rules.counts import Counts
from requests.rules.judge import judge, read, request_findings
from requests.rules.names import name_key

STANDING = {"accept": "complete", "review": "questioned", "reject": "defective", "block": "defective"}
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
        judged = judge(frame, judging=judging, counts=counts)
        copy_lines(judged, disclosure_request, rule_set=rule_set)
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
    counts = standing_counts(disclosure_request.pk)
    dr = disclosure_request
    dr.complete_count, dr.questioned_count = counts["complete"], counts["questioned"]
    dr.accepted_count, dr.returned_count = counts["accepted"], counts["returned"]
    dr.defective_count, dr.blocked_count = counts["defective"], counts["block"]
    dr.line_count = sum(counts.values())
    dr.finding_counts = finding_counts(dr.pk)
    dr.lines_digest = lines_digest(dr.pk)


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


def engaged_officials(frame: pl.DataFrame, agency_id: int) -> dict[str, int]:
    """Ids of the engaged officials that these lines name, by name key; those not known yet are added.

    ``frame`` may bring the keys, as ``engaged_key``: making them costs as much as storing the lines.
    """
    named = (
        frame.select("engaged_official", "engaged_title", _engaged_key(frame).alias("key"))
        .filter(pl.col("key") != "")
        .unique(subset="key", keep="first", maintain_order=True)
        .sort("key")  # in one order, so that two sessions which add the same officials never wait for each other
    )
    known = dict(
        EngagedOfficial.objects.filter(agency_id=agency_id, name_key__in=named["key"].to_list()).values_list(
            "name_key", "pk"
        )
    )
    new = [
        EngagedOfficial(agency_id=agency_id, name=name.strip()[:200], title=(title or "").strip()[:150], name_key=key[:200])
        for name, title, key in named.iter_rows()
        if key not in known
    ]
    if new:
        EngagedOfficial.objects.bulk_create(new, update_conflicts=True, unique_fields=["agency", "name_key"], update_fields=["name_key"])
        known.update(
            EngagedOfficial.objects.filter(agency_id=agency_id, name_key__in=[each.name_key for each in new]).values_list(
                "name_key", "pk"
            )
        )
    return known


def _engaged_key(frame: pl.DataFrame) -> pl.Expr:
    return pl.col("engaged_key") if "engaged_key" in frame.columns else name_key(pl.col("engaged_official"))


def copy_lines(judged: pl.DataFrame, disclosure_request: DisclosureRequest, *, rule_set: RuleSet) -> None:
    """COPY one judged chunk into the table of lines."""
    ids = engaged_officials(judged, disclosure_request.agency_id)
    keys = pl.DataFrame({"key": list(ids), "engaged_by_id": list(ids.values())}, schema={"key": pl.Utf8, "engaged_by_id": pl.Int64})
    texts = [pl.col(column).fill_null("") for column in CONTENT_COLUMNS if column != "under_investigation"]
    rows = (
        judged.with_columns(_engaged_key(judged).alias("key"))
        .join(keys, on="key", how="left", maintain_order="left")
        .select(
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
    )
    copy_rows("requests_line", rows)


# A text that no cell can hold: cells are checked for control characters when the file is read.
NULL_MARK = "\x1aN"


def copy_rows(table: str, rows: pl.DataFrame) -> None:
    """COPY a frame into a table, column for column by name, in 1 MiB blocks; null is null and "" is ""."""
    buffer = io.BytesIO()
    rows.write_csv(buffer, include_header=False, null_value=NULL_MARK, quote_style="necessary")
    columns = ", ".join(f'"{column}"' for column in rows.columns)
    data = buffer.getbuffer()
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL_MARK}')"
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(data), 1 << 20):
            copy.write(data[start : start + (1 << 20)])
