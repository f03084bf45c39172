"""The director's charts as plain numbers for an inline SVG: every bar is also a row of a table."""

from __future__ import annotations

import dataclasses
import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import Any

from disclosures.reports.base import Period, cell_words, query
from disclosures.reports.work import AGEING
from requests.models.lifecycle import State
from requests.queries import parameter
from requests.rules.registry import rule

# As wide as their panels on a page of 1280 px, so that their words are as large as others there.
WIDTH, WHOLE_WIDTH, HEIGHT, BASE, TOP = 560, 1200, 248, 222, 24
PLOT = 180
# How wide a letter and how high a line of a label may be.
LETTER, LINE = 7, 15
KINDS = ("c1", "c2", "c3")


@dataclasses.dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its words, its table, and the geometry drawn from the same numbers."""

    id: str
    title: str
    note: str
    description: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    bars: tuple[dict[str, Any], ...]
    grid: tuple[dict[str, Any], ...]
    labels: tuple[dict[str, Any], ...]
    key: tuple[dict[str, str], ...]
    marks: tuple[dict[str, Any], ...] = ()
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_whole(self) -> bool:
        """Whether it takes the whole width of the page."""
        return self.width == WHOLE_WIDTH

    @property
    def table(self) -> list[list[str]]:
        """The rows in the words of the bars."""
        return [[row[0], *(cell_words(cell or 0) for cell in row[1:])] for row in self.rows]


def bar_chart(
    name: str, title: str, *, note: str, head: Sequence[str], rows: Sequence[Sequence[Any]],
    limits: Sequence[float | None] = (), is_whole: bool = False, marks_by_code: bool = False,
) -> Chart:
    """Grouped bars: ``rows`` are a label and one number per further head; ``limits`` a broken line per group.

    ``is_whole`` takes the whole width of the page; with ``marks_by_code`` the first word of a label stands under its bars.
    """
    across = WHOLE_WIDTH if is_whole else WIDTH
    series = len(head) - 1
    numbers = [float(cell or 0) for row in rows for cell in row[1:]] + [limit for limit in limits if limit]
    top = max(numbers, default=0) or 1
    step = (across - 50) / max(len(rows), 1)
    width = min(max(step * 0.7 / max(series, 1), 2), 90)
    floor = TOP + PLOT
    bars, labels, marks = [], [], []
    for index, row in enumerate(rows):
        left = 45 + index * step + (step - width * series) / 2
        words = row[0].split()[0] if marks_by_code else row[0]
        lines = textwrap.wrap(words, width=max(int(step / LETTER), 1))
        labels += [
            {"x": round(left + width * series / 2, 1), "y": BASE + place * LINE, "text": line} for place, line in enumerate(lines)
        ]
        for number, value in enumerate(row[1:]):
            height = float(value or 0) / top * PLOT
            x = left + number * width
            bars.append({
                "kind": KINDS[number % 3], "x": round(x, 1), "y": round(floor - height, 1), "width": round(width - 1, 1),
                "height": round(height, 1), "value": cell_words(value) if value else "", "middle": round(x + width / 2, 1),
                "top": round(floor - height - 4, 1),
            })  # fmt: skip
        limit = limits[index] if index < len(limits) else None
        if limit:
            y = round(floor - limit / top * PLOT, 1)
            marks.append({"x1": round(left - 4, 1), "x2": round(left + width * series + 4, 1), "y": y})
    grid = [{"y": round(floor - share * PLOT), "label": cell_words(float(top * share))} for share in (0, 0.5, 1)]
    told = "; ".join(f"{row[0]}: " + ", ".join(f"{head[i + 1]} {cell_words(cell)}" for i, cell in enumerate(row[1:])) for row in rows)
    return Chart(
        id=name, title=title, note=note, description=told or "Nothing yet.", head=tuple(head),
        rows=tuple(tuple(row) for row in rows), bars=tuple(bars), grid=tuple(grid), labels=tuple(labels),
        key=tuple({"kind": KINDS[i % 3], "words": words} for i, words in enumerate(head[1:])) if series > 1 else (),
        marks=tuple(marks), width=across,
    )  # fmt: skip


_BY_MONTH = """
WITH months AS (
    SELECT m::date AS month, ((m + interval '1 month')::timestamp AT TIME ZONE %(zone)s) AS ends,
           (m::timestamp AT TIME ZONE %(zone)s) AS begins
    FROM generate_series(date_trunc('month', %(first)s::timestamp), %(last)s::timestamp, interval '1 month') AS m
), lives AS (
    SELECT e.disclosure_request_id, min(e.occurred_at) FILTER (WHERE e.verb = 'submit') AS came,
           min(e.occurred_at) FILTER (WHERE e.verb = 'release') AS answered,
           min(e.occurred_at) FILTER (WHERE e.to_state IN ('responded', 'denied', 'withdrawn', 'lapsed')) AS ended
    FROM requests_event e WHERE e.state_number IS NOT NULL GROUP BY e.disclosure_request_id
)
SELECT month, count(*) FILTER (WHERE came >= begins AND came < ends), count(*) FILTER (WHERE answered >= begins AND answered < ends),
       count(*) FILTER (WHERE came < ends AND (ended IS NULL OR ended >= ends))
FROM months LEFT JOIN lives ON came < ends
GROUP BY month ORDER BY month
"""

_IN_STATE = """
WITH moves AS (
    SELECT e.disclosure_request_id, e.to_state, e.occurred_at,
           lead(e.occurred_at) OVER (PARTITION BY e.disclosure_request_id ORDER BY e.state_number) AS left_at
    FROM requests_event e WHERE e.state_number IS NOT NULL
)
SELECT to_state, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM left_at - occurred_at) / 86400)
FROM moves WHERE left_at >= %(begins)s AND left_at < %(ends)s AND to_state = ANY(%(states)s)
GROUP BY to_state
"""

_BY_RULE = """
SELECT code, count(*) FROM requests_line l JOIN requests_disclosurerequest r ON r.id = l.disclosure_request_id
CROSS JOIN LATERAL unnest(l.findings) AS code
WHERE l.verdict <> 'accept' AND r.submitted_at >= %(begins)s AND r.submitted_at < %(ends)s
GROUP BY code ORDER BY code
"""
# The limit of each stage in calendar days, ten business days being fourteen: for the broken line only.
STAGES = (
    (State.IN_INTAKE, "completeness_business_days"), (State.IN_LEGAL_REVIEW, "legal_review_business_days"),
    (State.IN_IMPAIRMENT_CHECK, "impairment_business_days"), (State.AWAITING_APPROVAL, "approval_business_days"),
    (State.APPROVED, "matching_business_days"), (State.AWAITING_RELEASE, "release_business_days"),
)  # fmt: skip


def director_charts(*, today: dt.date) -> list[Chart]:
    """Received, answered and open by month; ages of what is open; time in state against its limit; defects by rule."""
    year_ago = dt.date(today.year - 1, today.month, 1)
    year = Period(year_ago, today)
    months = [(f"{row[0]:%b %y}", *row[1:]) for row in query(_BY_MONTH, year)]
    bands = dict.fromkeys(("0-10", "11-20", "21-30", "31-60", "61-90", "over 90"), 0)
    for row in AGEING.rows(Period(today, today)):
        bands[row[11]] += 1
    found = query(_IN_STATE, year, states=[str(state) for state, _ in STAGES])
    medians: dict[str, Any] = {row[0]: row[1] for row in found}
    in_state = [(state.label, round(float(medians.get(str(state)) or 0), 1)) for state, _ in STAGES]
    limits = [parameter(name) * 7 / 5 for _, name in STAGES]
    by_rule = [(f"{code} {rule(code).title}", number) for code, number in query(_BY_RULE, year)]
    return [
        bar_chart("months", "Received, answered and open, by month", note="The last twelve months and this one",
                  head=("Month", "Received", "Answered", "Open at its end"), rows=months, is_whole=True),
        bar_chart("ages", "Age of open requests", note="Calendar days net of those on which the clocks stood still",
                  head=("Days", "Requests"), rows=list(bands.items())),
        bar_chart("stages", "Days in each state", note="Median, last twelve months; broken line: the limit in calendar days",
                  head=("State", "Median days"), rows=in_state, limits=limits),
        bar_chart("rules", "Defects by rule", note="Lines of requests submitted in the last twelve months",
                  head=("Rule", "Lines"), rows=by_rule, is_whole=True, marks_by_code=True),
    ]  # fmt: skip
