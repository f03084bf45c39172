"""The smallest valid thing of every kind, and requests in every state, reached by the real acts of different people.

Nothing here sets a state: ``a_request(state=…)`` walks there through the actions, as people do.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
from collections.abc import Mapping, Sequence

import polars as pl
from django.contrib.auth.models import Group
from django.db import connection, transaction

from disclosures.actions.release import ask_release, run_release
from disclosures.models import MatchResult, MatchRun, RegistrySnapshot, TaxpayerRecord
from requests.actions.advance import advance, lock
from requests.actions.approve import approve_scope, deny_request
from requests.actions.draft import draft_request
from requests.actions.finish import close_request, lapse_request, withdraw_request
from requests.actions.intake import pass_to_legal_review, return_to_agency
from requests.actions.lines import load_lines
from requests.actions.receive import receive_request
from requests.actions.review import clear_legally, determine_impairment, write_analysis
from requests.actions.safeguards import record_safeguards
from requests.actions.submit import submit_request
from requests.calendar.office import office_day
from requests.intake.lines import frame_of_lines
from requests.models import (
    Agency,
    Authority,
    DelegationGrant,
    DisclosureRequest,
    EngagedOfficial,
    Line,
    Official,
    Person,
    Recipient,
    SafeguardStatus,
)
from requests.models.lifecycle import State
from requests.permissions import AGENCY_ROLES, Role
from requests.rules.judge import read
from requests.rules.names import name_key

AT = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)  # a Monday, ten in the morning at the office
TODAY = office_day(AT)
FROM = dt.date(2020, 1, 1)
FBI_HEAD = "Director of the Federal Bureau of Investigation"

_numbers = itertools.count(1)

# --- lines: one honest line, and lines that the gate meets in its four ways ---

HONEST = {
    "first_name": "Maria", "middle_name": "", "last_name": "Okafor", "suffix": "",
    "address": "1710 Wesley Avenue, Evanston, IL 60201", "taxable_periods": "2023",
    "statutory_authority": "8 USC 1253(a)(1)", "case_number": "HSI-2025-000001", "engaged_official": "Nadia Patel",
    "reason": "Subject of criminal investigation HSI-2025-000001 for willful failure to depart; the address is needed "
    "to locate and charge the subject.",
}  # fmt: skip


def a_line(number: int = 1, **changes: str) -> dict[str, str]:
    """An honest, complete line; no two numbers share a person, a house or a case."""
    case = f"HSI-2025-{number:06d}"
    return {
        **HONEST,
        "line": str(number),
        "last_name": f"Okafor{'abcdefghij'[number % 10]}{'abcdefghij'[number // 10 % 10]}",
        "address": f"{1700 + number} Wesley Avenue, Evanston, IL 60201",
        "case_number": case,
        "reason": HONEST["reason"].replace("HSI-2025-000001", case),
        **changes,
    }


def a_defective_line(number: int = 1, **changes: str) -> dict[str, str]:
    """A line that the gate rejects: a placeholder stands for the address (V05, case A06)."""
    return a_line(number, **{"address": "Failed to Provide 60608", **changes})


def a_line_in_question(number: int = 1, **changes: str) -> dict[str, str]:
    """A line that the gate puts to counsel: General Delivery (V06), with a place but without a street."""
    return a_line(number, **{"address": "General Delivery, Evanston, IL 60201", **changes})


def an_agency(**changes: object) -> Agency:
    """A Federal agency whose head is on the statute's list by name."""
    number = next(_numbers)
    fields = {
        "code": f"FBI{number}", "name": f"Federal Bureau of Investigation {number}", "kind": Agency.Kind.FEDERAL,
        "head_title": FBI_HEAD, "address": "935 Pennsylvania Avenue NW, Washington, DC 20535", "accounting_code": "FBI",
    }  # fmt: skip
    return Agency.objects.create(**(fields | changes))


def the_authority(code: str = "i2") -> Authority:
    """A paragraph of 6103(i), as every installation has it."""
    return Authority.objects.get(code=code)


def people(*wanted: tuple[str, Sequence[Role], Agency | None]) -> list[Person]:
    """People with these names, roles and agencies, in one go. Nobody of them has a password."""
    number = next(_numbers)
    made = Person.objects.bulk_create(
        Person(username=f"{name}-{number}-{at}", first_name=name.title(), last_name=f"No{number}", password="!",
               email=f"{name}-{number}-{at}@example.gov", agency=agency)
        for at, (name, _, agency) in enumerate(wanted)
    )  # fmt: skip
    groups = {group.name: group for group in Group.objects.all()}
    Person.groups.through.objects.bulk_create(
        Person.groups.through(person_id=person.pk, group_id=groups[role].pk)
        for person, (_, roles, _) in zip(made, wanted, strict=True)
        for role in roles
    )
    return made


def a_person(*roles: Role, agency: Agency | None = None, is_superuser: bool = False) -> Person:
    """One person with these roles."""
    (person,) = people(((roles[0] if roles else "nobody"), roles, agency))
    if is_superuser:
        person.is_superuser = person.is_staff = True
        person.save()
    return person


def an_official(person: Person, *, title: str = FBI_HEAD, **changes: object) -> Official:
    """The office that this person holds at their agency, by default one on the statute's list."""
    return Official.objects.create(
        **({"person": person, "agency": person.agency, "title": title, "valid_from": FROM} | changes)
    )


def an_engaged_official(agency: Agency, name: str = "Nadia Patel") -> EngagedOfficial:
    """Somebody engaged in the agency's cases, under the key by which lines find them."""
    known, _ = EngagedOfficial.objects.get_or_create(
        agency=agency, name_key=_key_of(name), defaults={"name": name, "title": "Special Agent"}
    )
    return known


@functools.cache
def _key_of(name: str) -> str:
    return str(pl.select(name_key(pl.lit(name))).item())


def a_recipient(agency: Agency, name: str = "Nadia Patel") -> Recipient:
    """An account bound to one named engaged official."""
    return Recipient.objects.create(
        person=a_person(Role.RECIPIENT, agency=agency), engaged_official=an_engaged_official(agency, name),
        valid_from=FROM,
    )  # fmt: skip


def a_grant(person: Person, **changes: object) -> DelegationGrant:
    """The power to approve under (i)(2)."""
    fields = {"person": person, "authority": the_authority(), "order_reference": "DO 11-2, row 14", "valid_from": FROM}
    return DelegationGrant.objects.create(**(fields | changes))


def current_safeguards(agency: Agency, director: Person) -> SafeguardStatus:
    """A safeguard review that found nothing, recorded by the director."""
    return record_safeguards(
        actor=director, at=AT, agency=agency, status="current", reviewed_on=dt.date(2026, 1, 15),
        valid_until=dt.date(2028, 1, 15),
    )  # fmt: skip


def a_snapshot(*records: Mapping[str, object], in_use: bool = True) -> RegistrySnapshot:
    """A snapshot of the registry with these records (columns of ``TaxpayerRecord``)."""
    snapshot = RegistrySnapshot.objects.create(
        source_name="registry.csv", source_digest="0" * 64, record_count=len(records), loaded_at=AT,
        reading_digest="0" * 64, is_in_use=in_use,
    )  # fmt: skip
    TaxpayerRecord.objects.bulk_create(
        TaxpayerRecord(
            **({"snapshot": snapshot, "taxpayer_ref": f"T{at}", "given_name": "", "given_address": ""} | dict(record))
        )
        for at, record in enumerate(records, start=1)
    )
    return snapshot


@dataclasses.dataclass(frozen=True, slots=True)
class Cast:
    """An agency, its office and one person per role: everybody whom a request meets on its way."""

    agency: Agency
    requester: Person
    official: Person
    office: Official
    recipient: Person
    engaged: EngagedOfficial
    intake: Person
    counsel: Person
    impairment: Person
    approver: Person
    grant: DelegationGrant
    matcher: Person
    releaser: Person
    auditor: Person
    director: Person
    admin: Person


def a_cast(agency: Agency | None = None, *, title: str = FBI_HEAD) -> Cast:
    """A new agency with current safeguards, and a new person in every role."""
    asks = agency or an_agency()
    roles = list(Role)
    made = dict(
        zip(roles, people(*((role, (role,), asks if role in AGENCY_ROLES else None) for role in roles)), strict=True)
    )
    engaged = an_engaged_official(asks)
    Recipient.objects.create(person=made[Role.RECIPIENT], engaged_official=engaged, valid_from=FROM)
    current_safeguards(asks, made[Role.DIRECTOR])
    return Cast(
        agency=asks, office=an_official(made[Role.OFFICIAL], title=title), engaged=engaged,
        grant=a_grant(made[Role.APPROVER]), **{role.value: made[role] for role in roles},
    )  # fmt: skip


# --- one act each, by whoever does it in this cast ---


def load(dr: DisclosureRequest, lines: Sequence[Mapping[str, str]], *, actor: Person, at: dt.datetime = AT,
         replace: bool = True) -> DisclosureRequest:  # fmt: skip
    """Give a draft or a returned request these lines."""
    frame = _frame_of(tuple(tuple(line.items()) for line in lines))
    return load_lines(dr.pk, lambda: [frame], actor=actor, at=at, replace=replace)


@functools.lru_cache(maxsize=500)
def _frame_of(lines: tuple[tuple[tuple[str, str], ...], ...]) -> pl.DataFrame:
    """The lines with their names and addresses read, as a file's are when its turn comes to be judged."""
    return read(frame_of_lines([dict(line) for line in lines]))


def draft(cast: Cast, *, lines: Sequence[Mapping[str, str]] | None = None, at: dt.datetime = AT,
          **facts: object) -> DisclosureRequest:  # fmt: skip
    """A draft of the cast's agency with its lines; one honest line, if none are given."""
    given: dict[str, object] = {
        "purpose": "To locate and charge subjects of open criminal investigations under 8 USC 1253.",
        "certified_solely": True, "authority": the_authority(),
    } | facts  # fmt: skip
    drafted = draft_request(actor=cast.requester, at=at, agency=cast.agency, **given)  # type: ignore[arg-type]
    return load(drafted, lines if lines is not None else [a_line()], actor=cast.requester, at=at)


def sign(cast: Cast, dr: DisclosureRequest, *, at: dt.datetime = AT) -> DisclosureRequest:
    """The official signs with a fresh sign-in and hands in."""
    return submit_request(dr.pk, actor=cast.official, at=at, official=cast.office, authenticated_at=at)


def receive(cast: Cast, dr: DisclosureRequest, *, at: dt.datetime = AT) -> DisclosureRequest:
    """Intake receives it through the page, today."""
    return receive_request(dr.pk, actor=cast.intake, at=at, received_date=office_day(at), channel="page")


def analyse(cast: Cast, dr: DisclosureRequest, *, at: dt.datetime = AT) -> None:
    """Counsel writes the analysis of code, authority and procedure."""
    write_analysis(
        dr.pk, actor=cast.counsel, at=at, code="(i)(2) reaches it.", authority="The head of the agency signed.",
        procedure="Every line sets forth the elements.",
    )  # fmt: skip


def determine(cast: Cast, dr: DisclosureRequest, *, at: dt.datetime = AT, **inputs: object) -> DisclosureRequest:
    """The impairment officer determines that nothing bars the answer."""
    given = {"determined_date": office_day(at), "reason": "Asked CI and the field: nothing known."} | inputs
    return determine_impairment(dr.pk, actor=cast.impairment, at=at, **given)  # type: ignore[arg-type]


def approve(cast: Cast, dr: DisclosureRequest, *, at: dt.datetime = AT) -> DisclosureRequest:
    """The approver signs the scope that the page shows."""
    seen = DisclosureRequest.objects.get(pk=dr.pk).lines_digest
    return approve_scope(dr.pk, actor=cast.approver, at=at, digest_seen=seen)


def start_comparison(dr: DisclosureRequest, results: Mapping[int, Mapping[str, object]] | None = None, *,
                     at: dt.datetime = AT) -> MatchRun:  # fmt: skip
    """Write what a comparison would find: a no for every line, save those whose columns ``results`` gives by number."""
    given = results or {}
    current = DisclosureRequest.objects.get(pk=dr.pk)
    run = MatchRun.objects.create(
        disclosure_request=current, registry_digest="0" * 64, scope_digest=current.approved_digest, started_at=at
    )
    compared = Line.objects.filter(
        disclosure_request=current, until_version__isnull=True, standing__in=["complete", "accepted"]
    )
    MatchResult.objects.bulk_create(
        MatchResult(run=run, line=line, **({"result": "no"} | dict(given.get(line.number, {})))) for line in compared
    )
    return run


A_YES: dict[str, object] = {"result": "yes", "name_agrees": True, "address_agrees": True, "taxpayer_ref": "T1"}
AN_UNDECIDED: dict[str, object] = {"result": "undecided", "cause": "near_address", "candidate_refs": ["T1"]}


@transaction.atomic
def finish_comparison(dr: DisclosureRequest, *, at: dt.datetime = AT) -> DisclosureRequest:
    """The system counts what the comparison found onto the request and passes it on to release."""
    locked = lock(dr.pk)
    results = list(MatchResult.objects.filter(run__disclosure_request=locked))
    says = [result.resolution or result.result for result in results]
    locked.yes_count, locked.no_count = says.count("yes"), says.count("no")
    locked.undecided_count = says.count("undecided")  # what a matcher returned is decided, and not answered
    locked.not_answered_count = locked.line_count - locked.yes_count - locked.no_count - locked.undecided_count
    locked.save()
    MatchRun.objects.filter(disclosure_request=locked).update(completed_at=at, compared_count=len(results))
    return advance(dr.pk, "complete_matching", actor=None, at=at)


def release(cast: Cast, dr: DisclosureRequest, *, at: dt.datetime = AT) -> DisclosureRequest:
    """The releaser orders the release and the job works on it; fails the test where the job refuses."""
    job = ask_release(dr.pk, actor=cast.releaser, at=at)
    done = run_release(job.pk, at=at)
    assert done.status == "done", done.refusal
    return DisclosureRequest.objects.get(pk=dr.pk)


# --- a request in every state ---

THE_WAY = [
    State.DRAFT, State.SUBMITTED, State.IN_INTAKE, State.IN_LEGAL_REVIEW, State.IN_IMPAIRMENT_CHECK,
    State.AWAITING_APPROVAL, State.APPROVED, State.AWAITING_RELEASE, State.RESPONDED, State.CLOSED,
]  # fmt: skip
BRANCHES = {
    State.RETURNED: State.IN_INTAKE, State.LAPSED: State.IN_INTAKE, State.DENIED: State.AWAITING_APPROVAL,
    State.WITHDRAWN: State.SUBMITTED,
}  # fmt: skip


def a_request(
    cast: Cast,
    state: State = State.DRAFT,
    *,
    lines: Sequence[Mapping[str, str]] | None = None,
    results: Mapping[int, Mapping[str, object]] | None = None,
    at: dt.datetime = AT,
    **facts: object,
) -> DisclosureRequest:
    """A request of this cast in this state, each step was the act of the person whose it is.

    ``lines`` are the agency's (one honest line; a defective one on the way to returned), ``results`` what the
    comparison finds. Every step happens at ``at``, save the passing of a window.
    """
    defective = state in (State.RETURNED, State.LAPSED)
    dr = draft(cast, lines=lines or ([a_defective_line()] if defective else None), at=at, **facts)
    for step in THE_WAY[1 : THE_WAY.index(BRANCHES.get(state, state)) + 1]:
        _take_step(cast, dr, step, results=results, at=at)
    if state in BRANCHES:
        _branch_off(cast, dr, state, at=at)
    reached = DisclosureRequest.objects.get(pk=dr.pk)
    assert reached.state == state
    return reached


def _take_step(cast: Cast, dr: DisclosureRequest, step: State, *, results: Mapping[int, Mapping[str, object]] | None,
               at: dt.datetime) -> None:  # fmt: skip
    if step == State.SUBMITTED:
        sign(cast, dr, at=at)
    elif step == State.IN_INTAKE:
        receive(cast, dr, at=at)
    elif step == State.IN_LEGAL_REVIEW:
        pass_to_legal_review(dr.pk, actor=cast.intake, at=at)
    elif step == State.IN_IMPAIRMENT_CHECK:
        analyse(cast, dr, at=at)
        clear_legally(dr.pk, actor=cast.counsel, at=at)
    elif step == State.AWAITING_APPROVAL:
        determine(cast, dr, at=at)
    elif step == State.APPROVED:
        approve(cast, dr, at=at)
    elif step == State.AWAITING_RELEASE:
        start_comparison(dr, results, at=at)
        finish_comparison(dr, at=at)
    elif step == State.RESPONDED:
        release(cast, dr, at=at)
    elif step == State.CLOSED:
        close_request(dr.pk, actor=None, at=after_window(dr, "receipt"))


def _branch_off(cast: Cast, dr: DisclosureRequest, state: State, *, at: dt.datetime) -> None:
    if state == State.WITHDRAWN:
        withdraw_request(dr.pk, actor=cast.official, at=at, reason="The investigation ended.")
    elif state == State.DENIED:
        deny_request(dr.pk, actor=cast.approver, at=at, code="civil_purpose", reason="The purpose stated is civil.")
    else:
        return_to_agency(dr.pk, actor=cast.intake, at=at)
        if state == State.LAPSED:
            lapse_request(dr.pk, at=after_window(dr, "reply"))


def after_window(dr: DisclosureRequest, kind: str) -> dt.datetime:
    """Noon UTC of the day after the request's reply or receipt window has ended."""
    ends = getattr(DisclosureRequest.objects.get(pk=dr.pk), f"{kind}_window_ends")
    return dt.datetime.combine(ends + dt.timedelta(days=1), dt.time(17), tzinfo=dt.UTC)


def again(dr: DisclosureRequest) -> DisclosureRequest:
    """The request as the database has it now."""
    return DisclosureRequest.objects.get(pk=dr.pk)


def check_deferred() -> None:
    """Ask the database for what it would say at commit, inside a test that is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
