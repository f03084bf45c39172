"""Lines in question that share a rule and a thing, so that counsel decides them together: "all 212 lines at this shelter".

A group is named by one of its lines, never by what the lines share: no address or reason stands in an address of a page.
Everything here is one statement of SQL, whatever the size of the group.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import models
from django.db.models import Count, F, Func, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Trim, Upper

from requests.models import Line


class By(models.TextChoices):
    """What the lines of a group share beside the rule."""

    ADDRESS = "address", "Address"
    REASON = "reason", "Reason"
    OFFICIAL = "official", "Engaged official"
    STATUTE = "statute", "Statute"
    PERIODS = "periods", "Periods"
    NAME = "name", "Name"
    CASE = "case", "Case number"
    ASSURANCE = "assurance", "Assurance"
    RULE = "rule", "Nothing else"


def _words(*columns: str) -> Any:
    """What was typed in these columns, without case and signs: how it was split into columns makes no difference."""
    text = models.TextField()
    joined = Func(Value(" "), *(F(column) for column in columns), function="concat_ws", output_field=text)
    signs = (Value(r"[^[:alnum:]]+"), Value(" "), Value("g"))
    return Upper(Trim(Func(joined, *signs, function="regexp_replace", output_field=text)))


KEYS: dict[str, Any] = {
    By.ADDRESS: _words("address", "street", "unit", "city", "state", "zip", "country"),
    By.REASON: _words("reason"),
    By.OFFICIAL: Coalesce(Cast("engaged_by_id", models.TextField()), Value("")),
    By.STATUTE: _words("statutory_authority"),
    By.PERIODS: _words("taxable_periods"),
    By.NAME: _words("name", "first_name", "middle_name", "last_name", "suffix"),
    By.CASE: _words("case_number"),
    By.ASSURANCE: _words("under_investigation"),
}
# What a rule looked at, so that its lines fall into the groups that a person would make. Of an address, unless said here.
USUAL: dict[str, By] = {
    "V03": By.NAME, "V09": By.PERIODS, "V10": By.STATUTE, "V11": By.REASON, "V12": By.OFFICIAL, "V14": By.REASON,
    "V15": By.ASSURANCE, "V16": By.REASON,
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """The lines in question of one rule that share ``by`` with the line ``number``; all of the rule's for ``By.RULE``."""

    code: str
    by: By
    number: int


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a group, and what a decision about it is bound to."""

    count: int
    without_delivery_line: int
    digest: str

    @property
    def can_be_accepted(self) -> int:
        """How many say where a letter would be put."""
        return self.count - self.without_delivery_line


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One group in a list of groups: how many lines, how many without a delivery line, and its first line."""

    count: int
    without_delivery_line: int
    first: Line


def in_question(request_id: int, code: str = "") -> QuerySet[Line]:
    """The lines that counsel has yet to decide; with a code, those in which this rule found something."""
    lines = Line.objects.filter(
        disclosure_request_id=request_id, until_version__isnull=True, standing=Line.Standing.QUESTIONED
    ).exclude(verdict=Line.Verdict.ACCEPT)
    return lines.filter(findings__contains=[code]) if code else lines


def members(request_id: int, group: Group) -> QuerySet[Line]:
    """The lines of a group that are in question."""
    lines = in_question(request_id, group.code)
    if group.by == By.RULE:
        return lines
    named = Line.objects.filter(disclosure_request_id=request_id, until_version__isnull=True, number=group.number)
    return lines.annotate(key=KEYS[group.by]).filter(key=named.annotate(key=KEYS[group.by]).values("key")[:1])


# Lines are never rewritten, so their ids say all of them.
_DIGEST = Func(
    StringAgg(Cast("pk", models.TextField()), Value(","), order_by="number"),
    template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')", output_field=models.TextField(),
)  # fmt: skip


def shown(lines: QuerySet[Line]) -> Shown:
    """How many lines these are, how many of them cannot be accepted, and one digest over all of them."""
    sums = lines.aggregate(
        count=Count("pk"), without_delivery_line=Count("pk", filter=Q(has_delivery_line=False)), digest=_DIGEST
    )
    return Shown(sums["count"], sums["without_delivery_line"], sums["digest"] or "")


def ends(lines: QuerySet[Line]) -> tuple[int, int]:
    """The first and the last number of these lines."""
    found = lines.aggregate(first=Min("number"), last=Max("number"))
    return found["first"], found["last"]


def entries(request_id: int, code: str, by: By, *, most: int, after: tuple[int, int] | None = None) -> list[Entry]:
    """At most ``most`` groups of one rule, the largest first, beyond the group with this count and first number."""
    grouped = (
        in_question(request_id, code)
        .annotate(key=KEYS[by])
        .values("key")
        .annotate(
            count=Count("pk"), first=Min("number"),
            without=Count("pk", filter=Q(has_delivery_line=False)),
        )
        .order_by("-count", "first")
    )  # fmt: skip
    if after is not None:
        grouped = grouped.filter(Q(count__lt=after[0]) | Q(count=after[0], first__gt=after[1]))
    rows = list(grouped.values_list("count", "without", "first")[:most])
    standing = Line.objects.filter(disclosure_request_id=request_id, until_version__isnull=True)
    lines = {line.number: line for line in standing.filter(number__in=[first for _, _, first in rows])}
    return [Entry(count, without, lines[first]) for count, without, first in rows]
