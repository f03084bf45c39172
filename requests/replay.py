"""Judge the lines of a request again as they were judged: the same day, the same parameters, the counts of the whole version.

Nothing is written. The words of a rule's older version are not kept, only its number: where a rule has changed since, a
difference is named as that, and the replay says that it is not exact.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from requests.calendar.office import office_day
from requests.intake.kept import KeptFrames
from requests.models import BatchLoad, DisclosureRequest, Event, Finding, Line, RuleSet
from requests.queries import CONTENT_COLUMNS
from requests.rules.base import Judging, LineRule, Parameters
from requests.rules.counts import Counts
from requests.rules.judge import judge, read, request_findings
from requests.rules.registry import LINE_RULES, REQUEST_RULES, rule
from requests.rules.request_rule import RequestRule

SIZE = 20_000
DIFFERENCES_KEPT = 200
REPLAYED_FINDINGS = ("V13", "V14", "V16")
Judged = tuple[str, tuple[str, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Circumstances:
    """How one version of a request was judged: on which day, by which rules and parameters."""

    version: int
    on: dt.date
    rule_set: RuleSet

    @property
    def judging(self) -> Judging:
        """As the rules take it; a parameter that was not known then has its default."""
        names = Parameters.__dataclass_fields__
        kept = {name: value for name, value in self.rule_set.parameters.items() if name in names}
        return Judging(as_of=self.on, parameters=Parameters(**kept))

    @property
    def changed(self) -> dict[str, str]:
        """Each rule that is not what it was then: its code, and what changed."""
        every: tuple[LineRule | RequestRule, ...] = (*LINE_RULES, *REQUEST_RULES)
        now = {each.code: each.version for each in every}
        then = self.rule_set.versions
        return {code: _change(code, then.get(code), now.get(code)) for code in sorted({*now, *then}) if then.get(code) != now.get(code)}


def _change(code: str, then: int | None, now: int | None) -> str:
    if then is None:
        return "there was no such rule then"
    if now is None:
        return f"version {then} then, and there is no such rule any more"
    told = [each.what for each in getattr(rule(code), "changes", ())[then - 1 : now - 1]]
    return f"version {then} then, version {now} now" + "".join(f"; {what.rstrip('.')}" for what in told)


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A line whose stored judgement is not the one that the replay gives, and why."""

    number: int
    stored: Judged
    again: Judged
    why: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Replay:
    """What came of judging again. ``versions`` are the circumstances used, the newest first."""

    versions: tuple[Circumstances, ...]
    lines: int
    differing: int
    differences: tuple[Difference, ...]
    findings: tuple[str, ...]

    @property
    def changed(self) -> dict[str, str]:
        """The rules that changed since any of the versions was judged."""
        return {code: what for each in reversed(self.versions) for code, what in each.changed.items()}

    @property
    def agrees(self) -> bool:
        """Whether every stored judgement is the one that comes out again."""
        return not self.differing and not self.findings


def circumstances(dr: DisclosureRequest) -> list[Circumstances]:
    """How each version of this request was judged last, the newest version first; empty where no line was ever put in."""
    events = Event.objects.filter(disclosure_request=dr, verb="load_lines", is_refused=False).order_by("pk")
    last = {event.detail["version"]: event for event in events}
    begun = dict(BatchLoad.objects.filter(disclosure_request=dr, begun_at__isnull=False).values_list("pk", "begun_at"))
    kept = {each.digest: each for each in RuleSet.objects.filter(pk__in={event.detail["rule_set"] for event in last.values()})}
    return [
        # A file is judged as of the day on which it was confirmed, however long it takes.
        Circumstances(version, office_day(begun.get(event.detail.get("load")) or event.occurred_at), kept[event.detail["rule_set"]])
        for version, event in sorted(last.items(), reverse=True)
        if event.detail["rule_set"] in kept
    ]  # fmt: skip


def standing_in(dr: DisclosureRequest, version: int) -> QuerySet[Line]:
    """The lines as they stood in one version."""
    return Line.objects.filter(
        Q(until_version__isnull=True) | Q(until_version__gte=version), disclosure_request=dr, since_version__lte=version
    )


def replay_request(
    dr: DisclosureRequest, *, number: int | None = None, kept: int | None = DIFFERENCES_KEPT
) -> Replay:
    """Judge all standing lines again, or one of them, and compare with what is stored.

    At most ``kept`` differences are told in full. A line that was decided keeps the judgement that was decided on, so it
    may be that of an earlier version.
    """
    versions = circumstances(dr)
    open_: dict[int, tuple[Difference, int]] = {}
    used: list[Circumstances] = []
    findings: tuple[str, ...] = ()
    seen = 0
    for each in versions:
        is_newest = each is versions[0]
        wanted = {found for found, (_, since) in open_.items() if since <= each.version}
        if not is_newest and not wanted:
            continue
        used.append(each)
        counts, frames = _counted(dr, each.version)
        if is_newest and number is None:
            findings = _findings(dr, counts, each)
        only = ({number} if number is not None else None) if is_newest else wanted
        for line, again in _judged(dr, frames, counts, each, only):
            seen += is_newest
            stored = (line["verdict"], tuple(line["findings"]))
            if stored == again:
                open_.pop(line["number"], None)
            elif is_newest:
                is_decided = line["standing"] in (Line.Standing.ACCEPTED, Line.Standing.RETURNED)
                since = line["since_version"] if is_decided else each.version
                difference = Difference(line["number"], stored, again, tuple(_why(stored, again, each)))
                open_[line["number"]] = (difference, since)
    found = [difference for difference, _ in open_.values()]
    return Replay(tuple(used), seen, len(found), tuple(found[:kept]), findings)


def _counted(dr: DisclosureRequest, version: int) -> tuple[Counts, KeptFrames]:
    """The counts across all lines of a version, and its lines as read."""
    counts, kept = Counts(), KeptFrames()
    schema = {"line": pl.Int64, **dict.fromkeys(CONTENT_COLUMNS, pl.Utf8)}
    after = 0
    while True:
        lines = standing_in(dr, version).filter(number__gt=after).order_by("number")
        rows = list(lines.values_list("number", *CONTENT_COLUMNS)[:SIZE])
        if not rows:
            return counts, kept
        after = rows[-1][0]
        frame = read(pl.DataFrame(rows, schema=schema, orient="row"))
        counts.add(frame)
        kept.keep(frame)


def _judged(
    dr: DisclosureRequest, frames: KeptFrames, counts: Counts, then: Circumstances, only: set[int] | None
) -> Iterator[tuple[dict[str, Any], Judged]]:
    """Each standing line with what is stored of it, and its judgement now."""
    for frame in frames.frames():
        wanted = frame if only is None else frame.filter(pl.col("line").is_in(list(only)))
        if not wanted.height:
            continue
        judged = judge(wanted, judging=then.judging, counts=counts)
        again = {row[0]: (row[1], tuple(row[2])) for row in judged.select("line", "verdict", "findings").iter_rows()}
        stored = Line.objects.filter(disclosure_request=dr, until_version__isnull=True, number__in=list(again))
        for line in stored.order_by("number").values("number", "verdict", "findings", "standing", "since_version"):
            yield dict(line), again[line["number"]]


def _why(stored: Judged, again: Judged, then: Circumstances) -> Iterator[str]:
    changed = then.changed
    for code in sorted(set(stored[1]) ^ set(again[1])) or sorted({*stored[1], *again[1]}):
        said = "found something then and does not now" if code in stored[1] and code not in again[1] else (
            "finds something now and did not then" if code not in stored[1] else "judges it differently"
        )  # fmt: skip
        if code in changed:
            yield f"{code} {said}: {changed[code]}."
        else:
            yield (
                f"{code} {said}, though its version is the same: the reading of the line has changed, or the record has. "
                "Have it looked at."
            )


def _findings(dr: DisclosureRequest, counts: Counts, then: Circumstances) -> tuple[str, ...]:
    """What differs of the findings about the whole request that follow from its lines and words."""
    again = {
        each.code: (each.verdict.word, each.count)
        for each in request_findings(
            counts, judging=then.judging, purpose=dr.purpose, information_asked=dr.information_asked,
            certified_solely=dr.certified_solely,
        )
    }  # fmt: skip
    kept = Finding.objects.filter(disclosure_request=dr, version=then.version, code__in=REPLAYED_FINDINGS)
    stored = {each.code: (each.verdict, each.count) for each in kept}
    wrong = []
    for code in sorted({*again, *stored}):
        if again.get(code) != stored.get(code):
            was, now = (f"{each[0]}, {each[1]:,}" if each else "nothing" for each in (stored.get(code), again.get(code)))
            why = then.changed.get(code, "its version is the same: the request's words or the record have changed")
            wrong.append(f"{code}, whole request: stored {was}; again {now}: {why}.")
    return tuple(wrong)
