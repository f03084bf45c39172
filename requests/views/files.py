"""A file of lines on its way in: how it was understood, how far it is, and the word that lets it in or cancels it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from requests import permissions as may
from requests.actions.errors import ActionError, NotNow
from requests.actions.receive_file import (
    SMALL_BYTES,
    announce_file,
    folder_of,
    look_at,
    receive_part,
    receive_whole,
)
from requests.actions.record import record_refusal
from requests.actions.take_in import cancel_load, take_in
from requests.actions.work_on_load import work_on
from requests.intake.errors import BatchError
from requests.models import BatchLoad, DisclosureRequest, Person
from requests.permissions import Role
from requests.queries import load_steps
from requests.tasks import wake_for_load
from requests.views.doors import find, status_of
from requests.views.guard import guarded_by

can_ask = may.holds(Role.REQUESTER, Role.OFFICIAL, Role.INTAKE)
SECRET = ("tin", "date_of_birth")
EXAMPLES = 3


def put_file(
    dr: DisclosureRequest, person: Person, data: dict[str, Any], *, at: dt.datetime, replaces: str
) -> BatchLoad:
    """Take the file of a form in, or announce the one that a script sends part by part.

    A small file is looked at here; raises BatchError where it is no batch, and keeps nothing of it then.
    """
    upload = data.get("file")
    load = announce_file(
        dr.pk, actor=person, at=at, name=upload.name if upload else data["file_name"],
        size=upload.size if upload else data["file_size"], replaces=replaces, once=data["once"],
    )  # fmt: skip
    if upload is None or load.phase != BatchLoad.Phase.ARRIVING:
        return load
    try:
        load = receive_whole(load.pk, actor=person, at=at, blocks=upload.chunks())
        if load.size > SMALL_BYTES:
            wake_for_load(load.pk)
            return load
        load = look_at(load.pk, at=at)
        if load.phase == BatchLoad.Phase.REFUSED:
            raise BatchError(load.refusal)
    except BaseException:
        folder_of(load).remove()  # the transaction that surrounds this takes the rows back
        raise
    return load


def answer_to_file(request: HttpRequest, load: BatchLoad) -> HttpResponse:
    """Where to go after a file was given: its page; a script learns where the parts go."""
    page = reverse("file", args=[load.disclosure_request.control_number])
    if request.headers.get("Accept") != "application/json":
        return HttpResponseRedirect(page)
    part = reverse("file_part", args=[load.disclosure_request.control_number, load.pk])
    return JsonResponse({"page": page, "part": part, "arrived": load.arrived}, status=201)


def _load(request: HttpRequest, control_number: str, pk: int | None = None) -> BatchLoad:
    """The newest file of this request, or the one of this number; a 404 for whoever may not change the request."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    if not (may.can_draft(dr, person) or may.enters_paper(dr, person)):
        raise Http404("There is no such file.")
    loads = BatchLoad.objects.filter(disclosure_request=dr).select_related("disclosure_request__agency", "sent_by", "rule_set")
    load = loads.order_by("-pk").first() if pk is None else loads.filter(pk=pk).first()
    if load is None:
        raise Http404("There is no such file.")
    return load


@require_safe
@guarded_by(can_ask)
def file_page(request: HttpRequest, control_number: str) -> HttpResponse:
    """The newest file of a request: as it was understood, on its way, done, cancelled or refused."""
    return _show(request, _load(request, control_number))


def _show(request: HttpRequest, load: BatchLoad, *, refused: ActionError | None = None, status: int = 200) -> HttpResponse:
    steps = load_steps(load, at=timezone.now())
    here = next((step for step in steps if step.is_here), None)
    verdicts: Counter[str] = Counter()
    for counts in load.chunks.filter(is_stored=True).values_list("verdicts", flat=True):
        verdicts.update(counts)
    so_far = (verdicts["accept"], verdicts["review"], verdicts["reject"] + verdicts["block"])
    context = {
        "load": load, "dr": load.disclosure_request, "steps": steps, "here": here, "so_far": so_far if verdicts else None,
        "columns": _columns(load), "refused": refused, "phase": BatchLoad.Phase, "now": timezone.now(),
        "is_mine": load.sent_by_id == request.user.pk,
        "percent": int(100 * load.arrived / load.size),
    }  # fmt: skip
    return render(request, "requests/file.html", context, status=status)


def _columns(load: BatchLoad) -> list[dict[str, Any]]:
    """Each column of a file that is shown, what it was taken for, and what stands in its first lines; a TIN is only “given”."""
    if load.phase != BatchLoad.Phase.SHOWN:
        return []
    first = folder_of(load).get("sample", 0).head(EXAMPLES)
    return [
        {"said": said, "name": name, "cells": [
            "given" if cell and name in SECRET else "" if cell is None else str(cell) for cell in first[name].to_list()
        ]}
        for said, name in load.looks["mapping"]
    ]  # fmt: skip


def _refuse(request: HttpRequest, load: BatchLoad, verb: str, error: ActionError) -> HttpResponse:
    """Record the refusal after the rollback, and show the file as it stands with the reason."""
    person: Person = request.user  # type: ignore[assignment]
    record_refusal(verb, actor=person, at=timezone.now(), request_id=load.disclosure_request_id, error=error)
    return _show(request, load, refused=error, status=status_of(error))


@require_POST
@guarded_by(can_ask)
def file_part(request: HttpRequest, control_number: str, pk: int) -> HttpResponse:
    """One part of a file, sent by the script of the page: the bytes as they are, from ``offset`` on."""
    person: Person = request.user  # type: ignore[assignment]
    load = _load(request, control_number, pk)
    offset = request.GET.get("offset", "")
    try:
        if not offset.isdigit() or len(offset) > 15:
            raise NotNow("Part: it does not say where it belongs.")
        load = receive_part(
            load.pk, actor=person, at=timezone.now(), offset=int(offset), content=request.body,
            digest_so_far=request.headers.get("X-Digest-So-Far", "")[:64],
        )  # fmt: skip
    except ActionError as error:
        arrived = BatchLoad.objects.values_list("arrived", flat=True).get(pk=load.pk)
        return JsonResponse({"why": str(error), "arrived": arrived}, status=status_of(error))
    if load.phase == BatchLoad.Phase.ARRIVED:
        wake_for_load(load.pk)
    return JsonResponse({"arrived": load.arrived})


@require_POST
@guarded_by(can_ask)
def confirm_file(request: HttpRequest, control_number: str, pk: int) -> HttpResponse:
    """Let the file in. A small one is done when the page answers; a larger one goes on by itself."""
    person: Person = request.user  # type: ignore[assignment]
    load = _load(request, control_number, pk)
    try:
        load = take_in(load.pk, actor=person, at=timezone.now())
    except ActionError as error:
        return _refuse(request, load, "take_in_file", error)
    if load.size > SMALL_BYTES:
        wake_for_load(load.pk)
        return HttpResponseRedirect(reverse("file", args=[control_number]))
    work_on(load.pk, clock=timezone.now)
    load.refresh_from_db()
    if load.phase != BatchLoad.Phase.DONE:
        return HttpResponseRedirect(reverse("file", args=[control_number]))
    messages.success(request, _done_words(load))
    return HttpResponseRedirect(reverse("request", args=[control_number]))


def _done_words(load: BatchLoad) -> str:
    now = DisclosureRequest.objects.get(pk=load.disclosure_request_id)
    back = now.defective_count + now.blocked_count
    words = f"The lines are in: {now.line_count:,} stand, {back:,} of them would be returned."
    return f"{words} An official of the agency signs and submits."


@require_POST
@guarded_by(can_ask)
def cancel_file(request: HttpRequest, control_number: str, pk: int) -> HttpResponse:
    """Take nothing of the file in."""
    person: Person = request.user  # type: ignore[assignment]
    load = _load(request, control_number, pk)
    try:
        cancelled = cancel_load(load.pk, actor=person, at=timezone.now())
    except ActionError as error:
        return _refuse(request, load, "cancel_file", error)
    if not cancelled.is_over:
        wake_for_load(load.pk)
    return HttpResponseRedirect(reverse("file", args=[control_number]))
