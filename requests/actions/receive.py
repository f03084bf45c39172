"""Take a submitted request in: its true date and channel, and whether the official who signed may ask (V01, V02)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from requests.actions.advance import advance_locked, lock
from requests.actions.errors import BadInput
from requests.actions.rule_set import current_rule_set
from requests.calendar.office import office_day
from requests.models import Agency, ComponentDetermination, DisclosureRequest, Finding, Person
from requests.queries import rule_parameters
from requests.rules.base import Judging
from requests.rules.v02_signatory import Signatory
from requests.rules.v02_signatory import judge_signatory as judge_v02


@transaction.atomic
def receive_request(
    request_id: int, *, actor: Person, at: dt.datetime, received_date: dt.date, channel: str
) -> DisclosureRequest:
    """Receive it with its true date of receipt and channel, and judge V02. Raises BadInput, NotNow, NotYours."""
    disclosure_request = lock(request_id)
    if channel not in DisclosureRequest.Channel.values:
        raise BadInput("Channel: choose how it came in.")
    if received_date > office_day(at):
        raise BadInput("Date of receipt: it lies in the future. Give the day on which it came in.")
    if (office_day(at) - received_date).days > 366:
        raise BadInput("Date of receipt: it lies more than a year back. Check the year.")
    disclosure_request.received_date = received_date
    disclosure_request.channel = channel
    judge_signatory(disclosure_request, at=at)
    return advance_locked(
        disclosure_request, "receive", actor=actor, at=at, received_date=received_date.isoformat(), channel=channel
    )


def judge_signatory(disclosure_request: DisclosureRequest, *, at: dt.datetime) -> None:
    """Judge V02 for the official who signed this version and keep the finding, if there is one; saves no request."""
    official, today = disclosure_request.signed_by, office_day(at)
    if official is None:
        raise BadInput("Nobody has signed it.")
    judging = Judging(as_of=today, parameters=rule_parameters())
    authority, agency = disclosure_request.authority, disclosure_request.agency
    finding = judge_v02(
        Signatory(
            authority=authority.code,
            authority_from=authority.valid_from,
            authority_to=authority.valid_to,
            title=official.title,
            by_direction=official.is_by_direction,
            agency_name=agency.name,
            is_federal=agency.kind != Agency.Kind.STATE,
            is_component=agency.kind == Agency.Kind.COMPONENT,
            head_title=agency.head_title,
            has_determination=has_determination(disclosure_request, today),
        ),
        as_of=today,
    )
    Finding.objects.filter(
        disclosure_request=disclosure_request, version=disclosure_request.version, code="V02"
    ).delete()
    if finding is not None:
        Finding.objects.create(
            disclosure_request=disclosure_request, version=disclosure_request.version, code=finding.code,
            verdict=finding.verdict.word, count=finding.count, detail=finding.detail,
            rule_set=current_rule_set(judging),
        )  # fmt: skip
    disclosure_request.signatory_judged_version = disclosure_request.version


def has_determination(disclosure_request: DisclosureRequest, today: dt.date) -> bool:
    """Whether a recorded legal determination names this component for this authority on this day."""
    return ComponentDetermination.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        agency_id=disclosure_request.agency_id,
        authority_id=disclosure_request.authority_id,
        valid_from__lte=today,
    ).exists()
