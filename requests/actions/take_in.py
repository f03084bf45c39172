"""Say that a file that was shown is the right one, or that it is not to be taken in after all."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from requests.actions.advance import lock, without_a_limit_of_time
from requests.actions.draft import refuse_unless_editable
from requests.actions.errors import Missing, NotNow
from requests.actions.receive_file import Phase, end_load, folder_of, to_phase
from requests.actions.record import record
from requests.actions.rule_set import current_rule_set
from requests.calendar.office import office_day
from requests.models import BatchLoad, DisclosureRequest, Line, Person
from requests.permissions import Stage
from requests.queries import rule_parameters
from requests.rules.base import Judging


@transaction.atomic
def take_in(load_id: int, *, actor: Person, at: dt.datetime) -> BatchLoad:
    """Let the file be read, judged and stored. The day and the parameters of judging are those of now, for every line.

    Twice is as good as once. Raises Missing, NotNow, NotYours.
    """
    load, disclosure_request = _locked(load_id, actor)
    if load.is_worked_on and load.phase != Phase.ARRIVED:
        return load
    if load.phase != Phase.SHOWN:
        raise NotNow(f"The file cannot be taken in as it stands: {load.get_phase_display().lower()}.")
    load.begun_at = at
    load.rule_set = current_rule_set(Judging(as_of=office_day(at), parameters=rule_parameters()))
    to_phase(load, Phase.PARSING, at=at)
    load.save()
    record(
        "take_in_file", actor=actor, at=at, disclosure_request=disclosure_request,
        stage=Stage.AGENCY if actor.agency_id else Stage.INTAKE,
        detail={"load": load.pk, "bytes": load.size, "file_digest": load.file_digest, "replaces": load.replaces},
    )  # fmt: skip
    return load


def cancel_load(load_id: int, *, actor: Person, at: dt.datetime) -> BatchLoad:
    """Take nothing of the file in. What is stored of it already is cleared away by the next step of its work.

    Raises Missing, NotNow where it is over, NotYours.
    """
    with transaction.atomic():
        load, disclosure_request = _locked(load_id, actor)
        if load.is_over:
            raise NotNow(f"The file is not on its way any more: {load.get_phase_display().lower()}.")
        if not load.cancel_asked:
            load.cancel_asked = True
            load.save(update_fields=["cancel_asked"])
            record(
                "cancel_file", actor=actor, at=at, disclosure_request=disclosure_request,
                stage=Stage.AGENCY if actor.agency_id else Stage.INTAKE, detail={"load": load.pk, "phase": load.phase},
            )  # fmt: skip
    if load.begun_at is None:
        return end_load(load_id, phase=Phase.CANCELLED, at=at)
    return load


def _locked(load_id: int, actor: Person) -> tuple[BatchLoad, DisclosureRequest]:
    request_id = BatchLoad.objects.filter(pk=load_id).values_list("disclosure_request_id", flat=True).first()
    if request_id is None:
        raise Missing("There is no such file.")
    disclosure_request = lock(request_id)  # before the load, as everywhere
    refuse_unless_editable(disclosure_request, actor)
    return BatchLoad.objects.select_for_update().get(pk=load_id), disclosure_request


def clear_away(load_id: int, *, phase: str, at: dt.datetime, refusal: str = "") -> None:
    """Undo what is stored of a file, once nobody writes any more: its lines go, those that made room stand again."""
    _undo(load_id, phase=phase, at=at, refusal=refusal)
    folder_of(BatchLoad.objects.get(pk=load_id)).remove()


@transaction.atomic
def _undo(load_id: int, *, phase: str, at: dt.datetime, refusal: str) -> None:
    request_id = BatchLoad.objects.values_list("disclosure_request_id", flat=True).get(pk=load_id)
    disclosure_request = lock(request_id)
    load = BatchLoad.objects.select_for_update().get(pk=load_id)
    if load.is_over:
        return
    list(load.chunks.select_for_update().order_by("number").values_list("pk"))  # waits for whoever stores one
    if load.version_before is not None:
        without_a_limit_of_time()
        new = new_lines(disclosure_request)
        new._raw_delete(using=new.db)
        if disclosure_request.version != load.version_before:
            made_way = Line.objects.filter(disclosure_request=disclosure_request, until_version=load.version_before)
            made_way.update(until_version=None)
            disclosure_request.version = load.version_before
            disclosure_request.save()
    load.version_before = None
    load.chunks.all().delete()
    to_phase(load, phase, at=at)
    load.ended_at, load.refusal = at, refusal
    load.save()


def new_lines(disclosure_request: DisclosureRequest) -> QuerySet[Line]:
    """The lines that a file has brought so far: room is only made in a version that has no other lines of its own."""
    return Line.objects.filter(
        disclosure_request=disclosure_request, until_version__isnull=True, since_version=disclosure_request.version
    )
