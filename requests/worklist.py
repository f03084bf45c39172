"""Which requests a list shows: filters that stand in the address, what waits for whom, and keyset pages by urgency."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet

from requests.actions.assign import WORK
from requests.models import Agency, DisclosureRequest, Event, Finding, Hold, LegalReview, Pause, Person
from requests.models.lifecycle import ENDED, State
from requests.permissions import APART, Role

PAGE = 25
MOST_COUNTED = 1000
SCOPES = {
    "": "All that you may see",
    "waiting": "Waiting for you",
    "mine": "Assigned to you",
    "unassigned": "Nobody has it, and you could",
    "passed_on": "Passed on by you, still open",
}
DUES = {"": "Any", "late": "Late", "today": "Due today", "week": "Due within 7 days", "stopped": "Clock stopped"}
STATES = {"": "Any open state", "any": "Open and ended", **dict(State.choices)}
AGES = {"": "Any", "30": "Over 30 days", "60": "Over 60 days", "90": "Over 90 days"}
SIZES = {"": "Any", "100": "Over 100", "1000": "Over 1,000", "100000": "Over 100,000"}
FIELDS = ("scope", "state", "agency", "due", "age", "lines", "q")


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list, as they stand in its address."""

    scope: str = ""
    state: str = ""
    agency: str = ""
    due: str = ""
    age: str = ""
    lines: str = ""
    q: str = ""

    @classmethod
    def from_address(cls, given: Mapping[str, str]) -> Filters:
        """Read them; a value that is no choice counts as none."""
        choices: dict[str, Mapping[str, str]] = {"scope": SCOPES, "state": STATES, "due": DUES, "age": AGES, "lines": SIZES}
        values = {name: str(given.get(name, ""))[:100].strip() for name in FIELDS}
        for name, known in choices.items():
            if values[name] not in known:
                values[name] = ""
        return cls(**values)

    def address(self, **changes: str) -> str:
        """The query string of these filters with some of them changed."""
        values = {name: changes.get(name, getattr(self, name)) for name in FIELDS}
        return urlencode({name: value for name, value in values.items() if value})

    def chips(self) -> list[dict[str, str]]:
        """The filters in use, in words, each with the address of the list without it."""
        words = {
            "scope": SCOPES.get(self.scope, ""), "state": f"State: {STATES.get(self.state, '')}",
            "agency": f"Agency: {self.agency}", "due": f"Due: {DUES.get(self.due, '')}", "age": f"Age: {AGES.get(self.age, '')}",
            "lines": f"Lines: {SIZES.get(self.lines, '')}", "q": f"Search: {self.q}",
        }  # fmt: skip
        return [{"words": words[name], "without": self.address(**{name: ""})} for name in FIELDS if getattr(self, name)]


def matching(filters: Filters, person: Person, *, today: dt.date) -> QuerySet[DisclosureRequest]:
    """The requests that this person may see and that these filters leave."""
    rows = scoped(filters.scope, person)
    if filters.state in State.values:
        rows = rows.filter(state=filters.state)
    elif filters.state != "any" and not filters.q:
        rows = rows.exclude(state__in=ENDED)
    if filters.agency:
        rows = rows.filter(agency__code=filters.agency)
    if filters.due:
        rows = rows.exclude(state__in=ENDED).filter(_due(filters.due, today))
    if filters.age:
        rows = rows.filter(received_date__lt=today - dt.timedelta(days=int(filters.age)))
    if filters.lines:
        rows = rows.filter(line_count__gt=int(filters.lines))
    if filters.q:
        text = filters.q
        rows = rows.filter(
            Q(control_number__startswith=text.upper()) | Q(agency__code__iexact=text) | Q(agency__name__istartswith=text)
        )
    return rows


def _due(due: str, today: dt.date) -> Q:
    if due == "stopped":
        return Q(pk__in=Pause.objects.filter(last_day__isnull=True).values("disclosure_request_id"))
    if due == "late":
        return Q(due_date__lt=today)
    if due == "today":
        return Q(due_date=today)
    return Q(due_date__gte=today, due_date__lte=today + dt.timedelta(days=7))


def scoped(scope: str, person: Person) -> QuerySet[DisclosureRequest]:
    """The requests of one of ``SCOPES`` for this person."""
    visible = DisclosureRequest.objects.visible_to(person)
    if scope == "waiting":
        return waiting_for(person)
    if scope == "mine":
        return visible.filter(assignee=person)
    if scope == "unassigned":
        return waiting_for(person).filter(assignee__isnull=True)
    if scope == "passed_on":
        moved = Event.objects.filter(actor=person, state_number__isnull=False).values("disclosure_request_id")
        return visible.exclude(state__in=ENDED).filter(pk__in=moved).exclude(pk__in=waiting_for(person).values("pk"))
    return visible


def waiting_for(person: Person) -> QuerySet[DisclosureRequest]:
    """The requests whose next step this person may take: role and state fit, four eyes are kept, nobody else has them."""
    wanted = Q(pk__in=[])
    for state, (role, stage) in WORK.items():
        if role not in person.role_names or state in (State.RESPONDED, State.DENIED):
            continue
        acted = Event.objects.filter(
            actor=person, is_refused=False, stage__in=[str(each) for each in APART[stage]]
        ).values("disclosure_request_id")
        fits = Q(state=state) & ~Q(pk__in=acted)
        if state == State.APPROVED:
            fits &= Q(undecided_count__gt=0)
        wanted |= fits
    if person.role_names & {Role.OFFICIAL, Role.REQUESTER} and person.agency_id:
        wanted |= Q(agency_id=person.agency_id, state__in=[State.DRAFT, State.RETURNED])
    visible = DisclosureRequest.objects.visible_to(person)
    return visible.filter(wanted).filter(Q(assignee__isnull=True) | Q(assignee=person))


def page(rows: QuerySet[DisclosureRequest], *, after: str = "", size: int = PAGE) -> tuple[list[DisclosureRequest], str]:
    """One page by urgency (the earliest due day first, stopped clocks last) and the key of the next; no OFFSET, no COUNT."""
    rows = rows.select_related("agency", "authority", "assignee").order_by(F("due_date").asc(nulls_last=True), "pk")
    day, _, pk = after.partition("_")
    if pk.isdigit() and len(pk) < 19:
        rows = rows.filter(_behind(day, int(pk)))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return found, ""
    last = found[size - 1]
    return found[:size], f"{last.due_date.isoformat() if last.due_date else ''}_{last.pk}"


def _behind(day: str, pk: int) -> Q:
    try:
        due = dt.date.fromisoformat(day)
    except ValueError:
        return Q(due_date__isnull=True, pk__gt=pk)
    return Q(due_date__gt=due) | Q(due_date=due, pk__gt=pk) | Q(due_date__isnull=True)


def explained(rows: list[DisclosureRequest], person: Person) -> list[DisclosureRequest]:
    """The same rows, each with what it waits for in words and whether its clocks stand still; three queries for all."""
    ids = [row.pk for row in rows]
    stopped = set(Pause.objects.filter(disclosure_request__in=ids, last_day__isnull=True).values_list("disclosure_request_id", flat=True))
    reviewed = [row.pk for row in rows if row.state == State.IN_LEGAL_REVIEW and not person.agency_id]
    open_codes: dict[int, set[str]] = {}
    written: set[tuple[int, int]] = set()
    if reviewed:
        found = Finding.objects.filter(disclosure_request__in=reviewed, decision="").values_list("disclosure_request_id", "version", "code")
        versions = {row.pk: row.version for row in rows}
        for pk, version, code in found:
            if versions[pk] == version:
                open_codes.setdefault(pk, set()).add(code)
        written = set(LegalReview.objects.filter(disclosure_request__in=reviewed).values_list("disclosure_request_id", "version"))
    for row in rows:
        row.is_stopped = row.pk in stopped  # type: ignore[attr-defined]
        row.waits_for = (  # type: ignore[attr-defined]
            of_the_agency(row) if person.agency_id
            else of_counsel(row, sorted(open_codes.get(row.pk, ())), is_written=(row.pk, row.version) in written)
            if row.state == State.IN_LEGAL_REVIEW else of_the_office(row)
        )  # fmt: skip
    return rows


def of_the_agency(row: DisclosureRequest) -> str:
    """What a request waits for while it is its agency's turn; silent afterwards, so that no stage shows its inside."""
    if row.state == State.RETURNED:
        return f"Mend {_lines(row.defective_count + row.blocked_count + row.returned_count)} and sign again."
    if row.state == State.DRAFT:
        return "Sign and submit it." if row.line_count else "Put lines in."
    return ""


def of_counsel(row: DisclosureRequest, codes: list[str], *, is_written: bool) -> str:
    """What stands between a request in legal review and the impairment check."""
    parts = [f"{_lines(row.questioned_count)} to decide"] if row.questioned_count else []
    parts += [f"{' '.join(codes)} to decide"] if codes else []
    parts += [] if is_written else ["analysis to write"]
    words = "; ".join(parts)
    return f"{words[0].upper()}{words[1:]}." if parts else "Ready to clear: nothing is left to decide."


def of_the_office(row: DisclosureRequest) -> str:
    """What a request waits for in every other state."""
    defective = row.defective_count + row.blocked_count
    words = {
        State.SUBMITTED: "Receive it.",
        State.IN_INTAKE: f"Return {_lines(defective)}, pass on the others." if defective else "Every line is complete: pass it on.",
        State.RETURNED: "The agency mends it.",
        State.IN_IMPAIRMENT_CHECK: "Determine (i)(6).",
        State.AWAITING_APPROVAL: "Read the scope, then sign or send back.",
        State.APPROVED: f"{_lines(row.undecided_count)} undecided." if row.undecided_count else "The comparison runs.",
        State.AWAITING_RELEASE: "Release the answers.",
    }
    return words.get(State(row.state), "")


def _lines(number: int) -> str:
    return f"{number:,} line{'' if number == 1 else 's'}"


def count(rows: QuerySet[DisclosureRequest]) -> str:
    """How many there are, counted up to a thousand: past that nobody reads the number, and counting would cost."""
    found = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{found:,}" if found <= MOST_COUNTED else f"over {MOST_COUNTED:,}"


def agencies(person: Person) -> list[str]:
    """The codes of the agencies that a list of this person can be narrowed to."""
    if person.agency_id:
        return []
    return list(Agency.objects.order_by("code").values_list("code", flat=True))


def live_holds(person: Person, *, today: dt.date) -> list[Hold]:
    """The holds in force that concern this person: all of them for the office, its own for an agency."""
    holds = Hold.objects.live(today).select_related("agency", "authority", "disclosure_request")
    if person.agency_id:
        holds = holds.filter(Q(agency_id=person.agency_id) | Q(agency__components=person.agency_id)).distinct()
    return list(holds.order_by("starts_on"))


def open_work(person: Person) -> list[dict[str, Any]]:
    """The open assigned work of everybody who shares a role with this person, heaviest first."""
    roles = [role for role, _ in WORK.values() if role in person.role_names]
    if Role.DIRECTOR in person.role_names:
        roles = [role for role, _ in WORK.values()]
    people = list(Person.objects.filter(groups__name__in=roles, is_active=True).distinct().order_by("last_name"))
    loads: dict[int, int] = {}
    for assignee in (
        DisclosureRequest.objects.exclude(state__in=ENDED).filter(assignee__in=people).values_list("assignee_id", flat=True)
    ):
        loads[assignee] = loads.get(assignee, 0) + 1
    most = max(loads.values(), default=0) or 1
    rows = [
        {"person": each, "load": loads.get(each.pk, 0), "share": round(100 * loads.get(each.pk, 0) / most, 1)}
        for each in people
    ]
    return sorted(rows, key=lambda row: -int(str(row["load"])))
