"""Questions that cross models: read only, dates passed in, a fixed number of queries whatever the size."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from requests.models import BatchLoad, Closure, DisclosureRequest, Finding, Line, Parameter
from requests.models.conditions import Condition, Unmet
from requests.models.lifecycle import Lifecycle
from requests.rules.base import Parameters

# Every column that the agency set forth, in the order in which the digest takes them.
CONTENT_COLUMNS = (
    "name", "first_name", "middle_name", "last_name", "suffix", "address", "street", "unit", "city", "state", "zip",
    "country", "taxable_periods", "statutory_authority", "reason", "case_number", "engaged_official", "engaged_title",
    "tin", "date_of_birth", "order_date", "under_investigation",
)  # fmt: skip

# A unit separator between columns, and another sign for none, so that no two different lines give the same text.
COLUMN_END, NO_SUCH_COLUMN = "\x1f", "\x1e"
_ROW_TEXT = " || E'\\x1f' || ".join(["number::text", *(f"coalesce({column}, E'\\x1e')" for column in CONTENT_COLUMNS)])
# The digests of the lines are made below the sorting, where the database may share them out among its processes.
_LINES_DIGEST = f"""
    SELECT coalesce(encode(sha256(string_agg(digest, ''::bytea ORDER BY number)), 'hex'), '') FROM (
        SELECT number, sha256(convert_to({_ROW_TEXT}, 'UTF8')) AS digest
        FROM requests_line WHERE disclosure_request_id = %s AND until_version IS NULL ORDER BY number
    ) line
"""  # noqa: S608 - the columns are the constant above


def lines_digest(request_id: int) -> str:
    """SHA-256 over the digests of all standing lines in the order of their numbers; empty where there is no line."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES_DIGEST, [request_id])
        row = cursor.fetchone()
    return str(row[0])


def line_counts(request_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Count the standing lines; kept with the request, so that no page does.

    First how many there are in each standing, of the defective ones those that block apart (``block``); then on how many
    each rule spoke, by its code.
    """
    lines = Line.objects.filter(disclosure_request_id=request_id, until_version__isnull=True).order_by()
    standings = dict.fromkeys([*Line.Standing.values, "block"], 0)
    for standing, verdict, count in lines.values_list("standing", "verdict").annotate(count=Count("*")):
        blocks = verdict == Line.Verdict.BLOCK and standing == Line.Standing.DEFECTIVE
        standings["block" if blocks else standing] += count
    return standings, counts_by_rule(lines)


def counts_by_rule(lines: QuerySet[Line]) -> dict[str, int]:
    """On how many of these lines each rule spoke, by its code; a line counts once for each of its rules."""
    rows = (
        lines.exclude(verdict=Line.Verdict.ACCEPT).order_by().values("findings").annotate(count=Count("id"))
        .values_list("findings", "count")
    )  # fmt: skip
    codes: Counter[str] = Counter()
    for findings, count in rows:
        codes.update(dict.fromkeys(findings, count))
    return dict(sorted(codes.items()))


def parameter(name: str) -> int:
    """One number of the office. Raises KeyError where the office has no such parameter."""
    value = Parameter.objects.filter(name=name).values_list("value", flat=True).first()
    if value is None:
        raise KeyError(name)
    return int(value)


def parameters(names: Iterable[str]) -> dict[str, int]:
    """Several numbers of the office at once. Raises KeyError where the office lacks one of them."""
    wanted = set(names)
    found = dict(Parameter.objects.filter(name__in=wanted).values_list("name", "value"))
    if wanted - found.keys():
        raise KeyError(min(wanted - found.keys()))
    return found


def closures() -> dict[dt.date, str]:
    """The days on which this office is closed beside the legal holidays, with their names."""
    return dict(Closure.objects.filter(is_on=True).values_list("day", "name"))


def rule_parameters() -> Parameters:
    """The parameters of the gate, as the office has set them."""
    names = Parameters.__dataclass_fields__
    return Parameters(**dict(Parameter.objects.filter(name__in=names).values_list("name", "value")))


@functools.cache
def transitions() -> dict[str, Any]:
    """Every verb of the lifecycle with its django_fsm description: sources, target, conditions, permission, custom."""
    found: dict[str, Any] = {}
    for name in vars(Lifecycle):
        description = getattr(getattr(Lifecycle, name), "_django_fsm", None)
        if description is not None:
            found[name] = description
    return found


def sources(verb: str) -> frozenset[str]:
    """The states from which a verb leads."""
    return frozenset(str(source) for source in transitions()[verb].transitions)


def move(verb: str, state: str) -> Any:
    """The one transition of this verb out of this state, or None."""
    return transitions()[verb].transitions.get(state)


def unmet_conditions(disclosure_request: DisclosureRequest, verb: str) -> list[Unmet]:
    """Every condition of this verb that does not hold now, in the order of the lifecycle."""
    step = move(verb, disclosure_request.state)
    conditions: list[Condition] = [] if step is None else list(step.conditions)
    return [condition.unmet() for condition in conditions if not condition(disclosure_request)]


def defective_lines(disclosure_request: DisclosureRequest) -> Any:
    """The standing lines that stand as defective or returned, in the order of their numbers."""
    return Line.objects.filter(
        disclosure_request=disclosure_request,
        until_version__isnull=True,
        standing__in=[Line.Standing.DEFECTIVE, Line.Standing.RETURNED],
    ).order_by("number")


def upheld_findings(disclosure_request: DisclosureRequest) -> Any:
    """The findings about the whole request that block it, or that counsel decided against it."""
    return Finding.objects.filter(
        Q(verdict="block", decision="") | Q(decision="return"),
        disclosure_request=disclosure_request,
        version=disclosure_request.version,
    ).order_by("code")


def count_defects(disclosure_request: DisclosureRequest) -> int:
    """How many defects a letter of return lists: defective and returned lines, and findings about the whole request.

    The lines are those that the request's own counts tell: a page never counts a million of them.
    """
    dr = disclosure_request
    lines = dr.defective_count + dr.blocked_count + dr.returned_count
    return int(lines + upheld_findings(dr).count())


def loads_to_work_on() -> list[int]:
    """The files on which a worker has something to do."""
    waiting = Q(phase__in=BatchLoad.WORKED_ON) | Q(cancel_asked=True)
    return list(BatchLoad.objects.filter(waiting, ended_at__isnull=True).order_by("pk").values_list("pk", flat=True))


@dataclasses.dataclass(frozen=True, slots=True)
class LoadStep:
    """One step of a file on its way in, for a page or a terminal: ``done`` of ``total`` lines (bytes while it arrives)."""

    phase: str
    label: str
    done: int
    total: int | None
    is_done: bool
    is_here: bool
    rate: int | None = None
    seconds_left: int | None = None


def load_steps(load: BatchLoad, *, at: dt.datetime) -> list[LoadStep]:
    """How far a file is: every step with its lines, the one that runs with lines a second and the time it may still take."""
    phase = BatchLoad.Phase
    order = [phase.PARSING, phase.CHECKING, phase.COUNTING, phase.STORING]
    sums = load.chunks.aggregate(
        parsed=Sum("lines"), read=Sum("lines", filter=Q(is_read=True)), stored=Sum("lines", filter=Q(is_stored=True))
    )
    total = load.line_count or None
    done = {phase.PARSING: sums["parsed"], phase.CHECKING: sums["read"], phase.COUNTING: 0, phase.STORING: sums["stored"]}
    here = order.index(phase(load.phase)) if load.phase in order else len(order) if load.phase == phase.DONE else -1
    steps = []
    for place, each in enumerate(order):
        lines = (total or 0) if place < here else (done[each] or 0) if place == here else 0
        seconds = (at - load.phase_since).total_seconds()
        rate = int(lines / seconds) if place == here and lines and seconds >= 1 else None
        left = int((total - lines) / rate) if rate and total and each != phase.PARSING else None
        steps.append(LoadStep(each, str(each.label), lines, total, place < here, place == here, rate, left))
    return steps
