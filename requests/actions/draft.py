"""Begin a request: a draft of the agency, its facts, and dropping what was drafted."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from requests.actions.advance import lock
from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.record import record
from requests.actions.rule_set import current_rule_set
from requests.calendar.office import office_day
from requests.models import Agency, Authority, DisclosureRequest, Finding, Person
from requests.models.lifecycle import State
from requests.models.request import draw_control_number
from requests.permissions import Role, Stage, can_draft
from requests.queries import rule_parameters
from requests.rules.base import Judging
from requests.rules.v14_civil_purpose import judge_purpose
from requests.rules.v16_information_kind import judge_information_asked

TRIES = 5
FROM_WORDS = ("V14", "V16")


@transaction.atomic
def draft_request(
    *,
    actor: Person,
    at: dt.datetime,
    agency: Agency,
    authority: Authority,
    purpose: str,
    information_asked: str = "",
    certified_solely: bool = False,
    parent: DisclosureRequest | None = None,
) -> DisclosureRequest:
    """Begin a draft for this agency. Raises NotYours for people of other agencies, BadInput where the law has no such road."""
    if not may_draft_for(actor, agency):
        raise NotYours("Only the people of the agency that asks, or intake for a paper request, can begin a request.")
    if not authority.is_open:
        raise BadInput(f"A request under {authority.citation} cannot be submitted here: {authority.why_closed}")
    if not purpose.strip():
        raise BadInput("Purpose: it is empty. Say what the answer is needed for.")
    if parent is not None and (parent.agency_id != agency.pk or parent.returned_count == 0):
        raise BadInput("A follow-up request needs a request of the same agency with returned lines.")
    drafted = DisclosureRequest(
        agency=agency,
        authority=authority,
        purpose=purpose.strip(),
        information_asked=information_asked.strip(),
        certified_solely=certified_solely,
        parent=parent,
        drafted_by=actor,
        created_at=at,
    )
    _save_with_a_free_number(drafted, year=office_day(at).year)
    record(
        "draft",
        actor=actor,
        at=at,
        disclosure_request=drafted,
        stage=Stage.AGENCY if actor.agency_id else Stage.INTAKE,
        to_state=State.DRAFT,
        state_number=0,
        detail={"authority": authority.code, "parent": parent.control_number if parent else ""},
    )
    return drafted


def may_draft_for(person: Person, agency: Agency) -> bool:
    """Whether this person may begin a request of this agency: its own people, and intake for what came on paper."""
    if Role.INTAKE in person.role_names:
        return True
    return bool(person.role_names & {Role.REQUESTER, Role.OFFICIAL}) and person.agency_id == agency.pk


def _save_with_a_free_number(drafted: DisclosureRequest, *, year: int) -> None:
    for _ in range(TRIES):
        drafted.control_number = draw_control_number(year=year)
        try:
            with transaction.atomic():
                drafted.save(force_insert=True)
        except IntegrityError as error:
            if "control_number" not in str(error):
                raise
            drafted.pk = None
        else:
            return
    raise NotNow("No free control number was found. Try again.")


@transaction.atomic
def change_draft(
    request_id: int,
    *,
    actor: Person,
    at: dt.datetime,
    purpose: str,
    information_asked: str = "",
    certified_solely: bool = False,
) -> DisclosureRequest:
    """Change the facts of a draft or of a returned request, and judge its own words again (V14, V16).

    After a return it is a new version, since the agency signs its words anew. Raises BadInput, NotNow, NotYours.
    """
    disclosure_request = lock(request_id)
    refuse_unless_editable(disclosure_request, actor)
    refuse_while_a_file_is_taken_in(disclosure_request)
    if disclosure_request.state == State.IN_INTAKE:
        raise NotNow("Its words are signed and in intake, where only lines are mended. They can be changed after a return.")
    if not purpose.strip():
        raise BadInput("Purpose: it is empty. Say what the answer is needed for.")
    if disclosure_request.state != State.DRAFT and disclosure_request.signed_version == disclosure_request.version:
        begin_version(disclosure_request)
    disclosure_request.purpose = purpose.strip()
    disclosure_request.information_asked = information_asked.strip()
    disclosure_request.certified_solely = certified_solely
    judge_words(disclosure_request, at=at)
    disclosure_request.save()
    record(
        "change_draft", actor=actor, at=at, disclosure_request=disclosure_request,
        stage=Stage.AGENCY if actor.agency_id else Stage.INTAKE, detail={"version": disclosure_request.version},
    )  # fmt: skip
    return disclosure_request


def begin_version(disclosure_request: DisclosureRequest) -> None:
    """What was signed stays as it is: a change begins a new version, which needs a signature of its own. Saves nothing.

    Findings about the whole request that do not come from its words go with it, undecided.
    """
    disclosure_request.version += 1
    earlier = Finding.objects.filter(disclosure_request=disclosure_request, version=disclosure_request.version - 1)
    Finding.objects.bulk_create(
        Finding(
            disclosure_request=disclosure_request, version=disclosure_request.version, code=each.code,
            verdict=each.verdict, count=each.count, detail=each.detail, rule_set_id=each.rule_set_id,
        )
        for each in earlier.exclude(code__in=["V02", *FROM_WORDS])
    )  # fmt: skip


def judge_words(disclosure_request: DisclosureRequest, *, at: dt.datetime) -> None:
    """Judge purpose, certification and the information asked (V14, V16) as they now stand; saves no request."""
    dr = disclosure_request
    rule_set = current_rule_set(Judging(as_of=office_day(at), parameters=rule_parameters()))
    found = (
        judge_purpose(purpose=dr.purpose, certified_solely=dr.certified_solely),
        judge_information_asked(information_asked=dr.information_asked),
    )
    Finding.objects.filter(disclosure_request=dr, version=dr.version, code__in=FROM_WORDS).delete()
    Finding.objects.bulk_create(
        Finding(
            disclosure_request=dr, version=dr.version, code=each.code, verdict=each.verdict.word, count=each.count,
            detail=each.detail, rule_set=rule_set,
        )
        for each in found
        if each is not None
    )  # fmt: skip


def refuse_unless_editable(disclosure_request: DisclosureRequest, actor: Person) -> None:
    """Raise NotNow or NotYours unless this person may change what the agency says, as the request now stands."""
    if disclosure_request.state not in (State.DRAFT, State.RETURNED, State.IN_INTAKE):
        raise NotNow("What the agency asked is signed. It can be changed after a return, or in a follow-up request.")
    paper = Role.INTAKE in actor.role_names and disclosure_request.drafted_by_id == actor.pk
    if not can_draft(disclosure_request, actor) and not paper:
        raise NotYours("Only the people of the agency that asks can change what it asks.")


def refuse_while_a_file_is_taken_in(disclosure_request: DisclosureRequest) -> None:
    """Raise NotNow while the lines of a file are on their way in: they and this change would cross."""
    if disclosure_request.takes_lines_in:
        raise NotNow("The lines of a file are being taken in. Wait until it is done, or cancel the file.")
