"""Take a file in, whole or part by part, and say how it was understood. No line is stored before somebody says so."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from requests.actions.advance import lock
from requests.actions.draft import refuse_unless_editable
from requests.actions.errors import BadInput, Missing, NotNow, NotYours
from requests.intake.columns import BATCH
from requests.intake.errors import BatchError
from requests.intake.files import Batch, open_batch
from requests.intake.limits import MAX_FILE_BYTES
from requests.intake.load_folder import LoadFolder
from requests.models import BatchLoad, Person

PART_BYTES = 2 * 1024 * 1024
# A file up to this size is read while its sender waits; a larger one is left to the workers.
SMALL_BYTES = 4 * 1024 * 1024
ROWS_SHOWN = 5
Phase = BatchLoad.Phase


def folder_of(load: BatchLoad) -> LoadFolder:
    """Where the file of this load lies."""
    return LoadFolder(settings.BATCH_FOLDER, load.folder)


@transaction.atomic
def announce_file(
    request_id: int, *, actor: Person, at: dt.datetime, name: str, size: int, replaces: str = "all", once: str = ""
) -> BatchLoad:
    """Begin to take a file in for a request that its agency may change; its bytes follow.

    One file at a time: a second one is refused while the first is neither done nor cancelled; the same page sent twice
    gives the same file. Raises BadInput, NotNow, NotYours.
    """
    disclosure_request = lock(request_id)
    refuse_unless_editable(disclosure_request, actor)
    known = BatchLoad.objects.filter(disclosure_request=disclosure_request, sent_by=actor, once=once).first() if once else None
    if known is not None:
        return known
    if size <= 0:
        raise BadInput("File: it is empty: it has no header and no lines. Choose the right file.")
    if size > MAX_FILE_BYTES:
        raise BadInput(f"File: it has {size / 2**20:,.0f} MiB; {MAX_FILE_BYTES // 2**20} MiB is the most. Send it in parts.")
    if replaces not in BatchLoad.Replaces.values:
        raise BadInput("Replaces: choose all lines, or those with the same numbers.")
    load = BatchLoad(
        disclosure_request=disclosure_request, sent_by=actor, sent_at=at, phase=Phase.ARRIVING, phase_since=at,
        replaces=replaces, once=once, folder=secrets.token_hex(16), size=size,
        file_name=name.replace("\\", "/").rsplit("/", 1)[-1][:200] or "file",
    )  # fmt: skip
    try:
        with transaction.atomic():
            load.save(force_insert=True)
    except IntegrityError as error:
        if "load_one_at_a_time" not in str(error):
            raise
        raise NotNow("Another file is being taken in for this request. Wait for it, or cancel it.") from None
    folder_of(load).make()
    return load


def _arriving(load_id: int, actor: Person) -> BatchLoad:
    load = BatchLoad.objects.select_for_update().filter(pk=load_id).first()
    if load is None:
        raise Missing("There is no such file.")
    if load.sent_by_id != actor.pk:
        raise NotYours("Whoever began to send a file sends the rest of it.")
    if load.phase != Phase.ARRIVING:
        raise NotNow(f"The file is not awaited any more: {load.get_phase_display().lower()}.")
    return load


@transaction.atomic
def receive_part(
    load_id: int, *, actor: Person, at: dt.datetime, offset: int, content: bytes, digest_so_far: str = ""
) -> BatchLoad:
    """Take the next part of the file in. What was cut off before is sent again from ``arrived`` on.

    ``digest_so_far`` is the sender's SHA-256 of all bytes before ``offset``, where it can tell: it shows that somebody
    who takes a file up again chose the same one. Raises NotNow where ``offset`` is not where the file stands, BadInput
    for a part too large or beyond the end, and for another file.
    """
    load = _arriving(load_id, actor)
    if offset != load.arrived:
        raise NotNow(f"Part: the file stands at {load.arrived} bytes. Go on from there.")
    if digest_so_far and offset and digest_so_far != folder_of(load).digest(upto=offset):
        raise BadInput("File: it is not the one that was begun. Choose the same file, or cancel and send this one.")
    if not content or len(content) > PART_BYTES:
        raise BadInput(f"Part: send between 1 and {PART_BYTES} bytes at a time.")
    if offset + len(content) > load.size:
        raise BadInput("Part: it reaches beyond the size that was announced. Choose the same file again.")
    folder = folder_of(load)
    folder.put_part(offset, content)
    load.arrived += len(content)
    if load.arrived == load.size:
        load.file_digest = folder.digest()
        to_phase(load, Phase.ARRIVED, at=at)
    load.save()
    return load


@transaction.atomic
def receive_whole(load_id: int, *, actor: Person, at: dt.datetime, blocks: Iterable[bytes]) -> BatchLoad:
    """Take the whole file in at once. Raises BadInput where its size is not the one announced."""
    load = _arriving(load_id, actor)
    size, digest = folder_of(load).put_whole(blocks)
    if size != load.size:
        raise BadInput("File: it changed while it was sent. Send it again.")
    load.arrived, load.file_digest = size, digest
    to_phase(load, Phase.ARRIVED, at=at)
    load.save()
    return load


def look_at(load_id: int, *, at: dt.datetime) -> BatchLoad:
    """Open the file and keep how it was understood, for somebody to confirm; a file that is none is refused.

    A workbook is unpacked by a process of its own, which may take a while.
    """
    load = BatchLoad.objects.get(pk=load_id)
    if load.phase != Phase.ARRIVED:
        return load
    try:
        with open_batch(folder_of(load).file) as batch:
            refuse_unless_it_can_mend(batch, replaces=load.replaces)
            looks = looks_of(batch)
            frames = batch.chunks()
            folder_of(load).put("sample", 0, next(frames).head(ROWS_SHOWN))
            if load.size <= SMALL_BYTES:
                for _ in frames:  # so that a fault deep in a small file is told at once
                    pass
    except BatchError as error:
        return end_load(load_id, phase=Phase.REFUSED, at=at, refusal=str(error))
    with transaction.atomic():
        load = BatchLoad.objects.select_for_update().get(pk=load_id)
        if load.phase == Phase.ARRIVED:
            load.looks = looks
            to_phase(load, Phase.SHOWN, at=at)
            load.save()
    return load


def refuse_unless_it_can_mend(batch: Batch, *, replaces: str) -> None:
    """Raise BatchError where a file is to take the place of lines by their numbers and has none."""
    if replaces == BatchLoad.Replaces.MENDED and "line" not in batch.columns:
        raise BatchError(
            "The file has no column line, so nobody can tell which lines it mends. "
            "Add the line numbers, or choose to replace all lines."
        )


def looks_of(batch: Batch) -> dict[str, Any]:
    """How a file was understood: kind, encoding, separator, its columns and what each was taken for."""
    return {
        "kind": batch.kind, "encoding": batch.encoding, "separator": batch.separator, "mapping": [list(pair) for pair in batch.mapping],
        "absent": [name for name in BATCH.known if name not in batch.columns],
    }  # fmt: skip


def end_load(load_id: int, *, phase: str, at: dt.datetime, refusal: str = "") -> BatchLoad:
    """End a file of which no line is stored; what lay in its folder goes."""
    with transaction.atomic():
        load = BatchLoad.objects.select_for_update().get(pk=load_id)
        if load.is_over:
            return load
        load.chunks.all().delete()
        to_phase(load, phase, at=at)
        load.ended_at, load.refusal = at, refusal
        load.save()
    folder_of(load).remove()
    return load


def to_phase(load: BatchLoad, phase: str, *, at: dt.datetime) -> None:
    """Move a file on; saves nothing."""
    load.phase, load.phase_since, load.attempts = phase, at, 0
