"""The gate on a file: every line judged, nothing stored."""

from __future__ import annotations

import argparse
import datetime as dt
import io
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.conf import settings
from django.core.management.base import CommandParser

from requests.intake.files import open_batch
from requests.intake.kept import KeptFrames
from requests.management.base import NEGATIVE, TrackerCommand
from requests.rules.base import Judging, RequestFinding, Verdict
from requests.rules.counts import Counts
from requests.rules.judge import judge, read, request_findings, worst
from requests.rules.registry import rule

NOT_JUDGED = ("V01", "V02", "V17", "V18", "certification")
WORST_FIRST = tuple(verdict.word for verdict in sorted(Verdict, reverse=True))
LINES_SHOWN = 5


class Command(TrackerCommand):
    """Judges each line of a batch by every rule that a file alone can answer. Exit 1 unless all is accepted."""

    help = "Judge a batch line by line and store nothing. Exit code 0: all accepted; 1: not all; 2: the file cannot be read."
    example = "manage.py check_batch batch.csv --as-of 2026-11-23 --json"
    needs_server = False

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE and the day of judging."""
        parser.add_argument("file", metavar="FILE", help="The batch: CSV or XLSX, columns as published.")
        parser.add_argument(
            "--as-of",
            type=iso_day,
            metavar="D",
            default=None,
            help="The day of judging, YYYY-MM-DD; today if left out.",
        )

    def act(self, **options: Any) -> int:
        """Read and count all lines, then judge them; they go out as they are judged."""
        judging = Judging(as_of=options["as_of"] or today())
        tally = Tally()
        counts = Counts()
        kept = KeptFrames()
        with open_batch(options["file"]) as batch:
            for chunk in batch.chunks():
                lines = read(chunk)
                counts.add(lines)
                kept.keep(lines)
                self.progress(f"{counts.lines:,} lines read")
        for lines in kept.frames():
            judged = judge(lines, judging=judging, counts=counts)
            tally.add(judged)
            if options["json"]:
                self.stdout.write(json_lines(judged), ending="")
            self.progress(f"{tally.lines:,} of {counts.lines:,} lines judged")
        self.clear_progress()
        found = request_findings(counts, judging=judging)
        overall = worst([tally.verdict, *(finding.verdict for finding in found)])
        if options["json"]:
            self.print_json({"summary": tally.summary(found, overall=overall)})
        else:
            self._tell(tally, found, overall=overall, notes=counts.notes(judging=judging), as_of=judging.as_of)
        return 0 if overall == Verdict.ACCEPT else NEGATIVE

    def _tell(
        self, tally: Tally, found: list[RequestFinding], *, overall: Verdict, notes: list[str], as_of: dt.date
    ) -> None:
        """The same for people: how many, which rules spoke and where, and how to mend it."""
        say = self.stdout.write
        say(f"{tally.lines:,} lines, judged as of {as_of.isoformat()}: the batch as a whole is {_past(overall.word)}.")
        for word in WORST_FIRST:
            say(f"  {_past(word):9} {tally.by_verdict[word]:>10,}")
        for code, count in sorted(tally.by_rule.items()):
            words = rule(code)
            first = ", ".join(str(line) for line in tally.first_lines[code])
            more = ", …" if count > len(tally.first_lines[code]) else ""
            say(f"\n{code} {words.title}: {count:,} line{'s' if count != 1 else ''} ({first}{more})")
            say(f"  {words.wrong}\n  Mend: {words.mend}\n  Source: {words.citation}")
        for finding in found:
            words = rule(finding.code)
            say(f"\n{finding.code} {words.title} (the whole request, {finding.verdict.word}): {finding.detail}")
            say(f"  Mend: {words.mend}\n  Source: {words.citation}")
        for note in notes:
            say(f"\nNote for counsel: {note}")
        say(f"\nNot judged from a file: {', '.join(NOT_JUDGED)}. What an office has changed of the parameters is not known here.")


class Tally:
    """What the verdicts of all chunks add up to."""

    def __init__(self) -> None:
        self.lines = 0
        self.by_verdict: Counter[str] = Counter()
        self.by_rule: Counter[str] = Counter()
        self.first_lines: dict[str, list[int]] = {}

    def add(self, judged: pl.DataFrame) -> None:
        """Count one judged chunk."""
        self.lines += judged.height
        self.by_verdict.update(dict(judged["verdict"].value_counts().iter_rows()))
        spoken = (
            judged.filter(pl.col("findings").list.len() > 0)
            .select("line", pl.col("findings").alias("code"))
            .explode("code", empty_as_null=False)
            .group_by("code")
            .agg(pl.len(), pl.col("line").bottom_k(LINES_SHOWN))
        )
        for code, count, lines in spoken.iter_rows():
            self.by_rule[code] += count
            self.first_lines[code] = sorted(self.first_lines.get(code, []) + lines)[:LINES_SHOWN]

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any line."""
        return worst(Verdict[word.upper()] for word, count in self.by_verdict.items() if count)

    def summary(self, found: list[RequestFinding], *, overall: Verdict) -> dict[str, Any]:
        """The last line of the JSON output (design section 6)."""
        return {
            "lines": self.lines,
            "by_verdict": {verdict.word: self.by_verdict[verdict.word] for verdict in Verdict},
            "by_rule": dict(sorted(self.by_rule.items())),
            "request_findings": [
                {"code": one.code, "verdict": one.verdict.word, "count": one.count, "detail": one.detail}
                for one in found
            ],
            "not_judged": list(NOT_JUDGED),
            "verdict": overall.word,
        }


def json_lines(judged: pl.DataFrame) -> str:
    """One JSON object a line: ``{"line":1,"verdict":"accept","findings":[]}``."""
    text = io.BytesIO()
    judged.select("line", "verdict", "findings").write_ndjson(text)
    return text.getvalue().decode("utf-8")


def iso_day(text: str) -> dt.date:
    """A day as YYYY-MM-DD. Raises argparse's own error with a plain sentence."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from None


def today() -> dt.date:
    """The day it is in the office."""
    return dt.datetime.now(ZoneInfo(getattr(settings, "OFFICE_TIME_ZONE", "America/New_York"))).date()


def _past(word: str) -> str:
    return {"accept": "accepted", "review": "to review", "reject": "rejected", "block": "blocked"}[word]
