"""Rehearse a batch: the gate and the match on temporary tables. Nothing is stored, and nothing is disclosed."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import polars as pl
from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from disclosures.actions import bring_together
from disclosures.matching.join import CREATE_RECORDS, RECORDS_TABLE
from disclosures.matching.keys import with_keys
from disclosures.matching.registry_file import RegistryFile, record_rows, repeated
from disclosures.matching.results import NO, results_of
from requests.actions.lines import copy_rows
from requests.intake.errors import BatchError
from requests.intake.files import open_batch
from requests.intake.kept import KeptFrames
from requests.rules.base import Judging, RequestFinding, Verdict
from requests.rules.counts import Counts
from requests.rules.judge import judge, read, request_findings

NOT_ANSWERED = "not_answered"
REHEARSED = 0  # the number under which temporary records stand; snapshots of the registry are numbered from one
PAIRS_AT_ONCE = 20_000
Progress = Callable[[str], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would come of a batch. ``answers`` has ``line answer reason``, in the order of the file."""

    by_verdict: dict[str, int]
    by_rule: dict[str, int]
    request_findings: tuple[RequestFinding, ...]
    compared: int
    answers: pl.DataFrame

    def count(self, answer: str) -> int:
        """How many lines get this answer."""
        return int((self.answers["answer"] == answer).sum())

    @property
    def all_accepted(self) -> bool:
        """Whether each line is accepted and nothing is found against the request as a whole."""
        return self.by_verdict["accept"] == self.answers.height and not self.request_findings

    def summary(self) -> dict[str, Any]:
        """The contract's JSON (design section 6). ``delta`` is what does not add up: always 0."""
        sums = {answer: self.count(answer) for answer in ("yes", "no", "undecided", NOT_ANSWERED)}
        return {
            "received": self.answers.height,
            "by_verdict": self.by_verdict,
            "by_rule": self.by_rule,
            "compared": self.compared,
            **sums,
            "delta": self.answers.height - sum(sums.values()),
            "request_findings": [
                {"code": each.code, "verdict": each.verdict.word, "count": each.count, "detail": each.detail}
                for each in self.request_findings
            ],
        }


def rehearse(
    file: str | os.PathLike[str], *, registry: str | os.PathLike[str], judging: Judging, progress: Progress | None = None
) -> Rehearsal:
    """Judge a batch and compare its accepted lines with the records of a registry file.

    With an open request finding (review or block) no line is compared. Everything happens in one transaction that is rolled
    back. Raises BatchError where one of the files cannot be used.
    """
    say = progress or (lambda text: None)
    judged, found = _gate(file, judging=judging, say=say)
    verdicts = pl.concat([frame.select("line", "verdict", "findings") for frame in judged.frames()])
    is_open = any(finding.verdict >= Verdict.REVIEW for finding in found)
    with transaction.atomic():
        try:
            _load(registry, say=say)
            results = pl.DataFrame(schema={"number": pl.Int64, "result": pl.String}) if is_open else _match(judged, say=say)
        finally:
            transaction.set_rollback(True)
    by_rule: Counter[str] = Counter(verdicts["findings"].explode(empty_as_null=False).to_list())
    return Rehearsal(
        by_verdict={verdict.word: int((verdicts["verdict"] == verdict.word).sum()) for verdict in Verdict},
        by_rule=dict(sorted(by_rule.items())),
        request_findings=tuple(found),
        compared=0 if is_open else int((verdicts["verdict"] == "accept").sum()),
        answers=_answers(verdicts, results, codes=[finding.code for finding in found] if is_open else None),
    )


def _gate(
    file: str | os.PathLike[str], *, judging: Judging, say: Progress
) -> tuple[KeptFrames, list[RequestFinding]]:
    counts, kept = Counts(), KeptFrames()
    with open_batch(file) as batch:
        for chunk in batch.chunks():
            lines = read(chunk)
            counts.add(lines)
            kept.keep(lines)
            say(f"{counts.lines:,} lines read")
    judged = KeptFrames()
    for lines in kept.frames():
        judged.keep(judge(lines, judging=judging, counts=counts))
    return judged, request_findings(counts, judging=judging)


def _load(registry: str | os.PathLike[str], *, say: Progress) -> None:
    """Put the records of the file into a temporary table."""
    bring_together.lay_out()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = 0; {CREATE_RECORDS}")
    count = 0
    with RegistryFile(registry) as records:
        for frame in records.frames():
            try:
                copy_rows(RECORDS_TABLE, record_rows(frame, snapshot=REHEARSED))
            except UniqueViolation:
                raise BatchError(repeated(upto=count + frame.height)) from None
            count += frame.height
            say(f"{count:,} records read")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {RECORDS_TABLE}")


def _match(judged: KeptFrames, *, say: Progress) -> pl.DataFrame:
    """Compare the accepted lines and no others; gives ``number result`` of those that are yes or undecided."""
    last = 0
    for frame in judged.frames():
        accepted = frame.filter(pl.col("verdict") == "accept")
        if accepted.height:
            bring_together.put_lines(with_keys(accepted))
            last = max(last, int(accepted["line"].max()))  # type: ignore[arg-type]
    say("comparing")
    bring_together.find_pairs(records=RECORDS_TABLE, snapshot=REHEARSED)
    numbers = bring_together.lines_with_pairs()
    parts = [pl.DataFrame(schema={"number": pl.Int64, "result": pl.String})]
    for part in numbers.iter_slices(PAIRS_AT_ONCE):
        pairs = bring_together.pairs_between(int(part["number"][0]) - 1, int(part["number"][-1]))
        parts.append(results_of(pairs).select("number", "result"))
    return pl.concat(parts)


def _answers(verdicts: pl.DataFrame, results: pl.DataFrame, *, codes: list[str] | None) -> pl.DataFrame:
    """One answer a line. ``codes`` are those of the open request findings, or None where nothing keeps lines back."""
    joined = verdicts.join(results, left_on="line", right_on="number", how="left", maintain_order="left")
    compared = pl.lit(codes is None) & (pl.col("verdict") == "accept")
    reasons = pl.concat_list("findings", pl.lit(codes or [], dtype=pl.List(pl.String))).list.unique().list.sort()
    return joined.select(
        "line",
        pl.when(compared).then(pl.col("result").fill_null(NO)).otherwise(pl.lit(NOT_ANSWERED)).alias("answer"),
        pl.when(compared).then(pl.lit("")).otherwise(reasons.list.join(";")).alias("reason"),
    )
