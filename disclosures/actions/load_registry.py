"""Load a snapshot of the registry, and swap it in for the one in use: all in one commit."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from disclosures.matching.reading import reading_digest
from disclosures.matching.registry_file import RegistryFile, given_texts, record_rows, repeated
from disclosures.models import RegistrySnapshot, TaxpayerRecord
from requests.actions.errors import NotNow
from requests.actions.lines import copy_rows
from requests.actions.record import record
from requests.intake.errors import BatchError
from requests.models import Person

# Any number, the same for everybody: two loads at once would each wait for the other's rows.
ONE_LOAD_AT_A_TIME = 6103_0001


@transaction.atomic
def load_registry(
    file: str | os.PathLike[str] | BinaryIO,
    *,
    at: dt.datetime,
    source_name: str = "",
    replace: bool = False,
    actor: Person | None = None,
    progress: Callable[[int], None] | None = None,
) -> RegistrySnapshot:
    """Load a CSV file of taxpayer records as the snapshot in use; ``progress`` hears the number of records so far.

    ``file`` is a path or an opened file; ``source_name`` is what it is called on record, else the name of the path.

    With ``replace`` it takes the place of the one in use, whose records go in the same commit; until then everybody sees the
    old one. Comparisons under way begin anew with the new one. Raises BatchError for a file that cannot be used, NotNow where
    one is in use and ``replace`` is not given, or another load is under way; then nothing is stored.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_LOAD_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise NotNow("Another load of the registry is under way. Wait for its end.")
    old = RegistrySnapshot.objects.filter(is_in_use=True).first()
    if old is not None and not replace:
        raise NotNow(f"A registry is in use ({old}). Give --replace to put this file in its place.")
    with RegistryFile(file) as registry:
        new = RegistrySnapshot.objects.create(
            source_name=_name(file, source_name), source_digest=registry.digest, reading_digest=reading_digest(),
            loaded_by=actor, loaded_at=at,
        )  # fmt: skip
        new.record_count = _copy(registry, new, progress=progress)
    if old is not None:
        old.is_in_use = False
        old.save(update_fields=["is_in_use"])
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM disclosures_taxpayerrecord WHERE snapshot_id = %s", [old.pk])
    new.is_in_use = True
    new.save(update_fields=["record_count", "is_in_use"])
    record(
        "load_registry", actor=actor, at=at,
        detail={
            "snapshot": new.pk, "records": new.record_count, "digest": new.source_digest,
            "replaces": old.pk if old is not None else None,
        },
    )  # fmt: skip
    return new


def _name(file: str | os.PathLike[str] | BinaryIO, source_name: str) -> str:
    path = "" if not isinstance(file, str | os.PathLike) else Path(file).name
    return (source_name or path)[:200]


def _copy(registry: RegistryFile, snapshot: RegistrySnapshot, *, progress: Callable[[int], None] | None) -> int:
    count = 0
    for frame in registry.frames():
        try:
            copy_rows(
                TaxpayerRecord._meta.db_table,
                record_rows(frame, snapshot=snapshot.pk).with_columns(given_texts(frame)),
            )
        except UniqueViolation:
            raise BatchError(repeated(upto=count + frame.height)) from None
        count += frame.height
        if progress is not None:
            progress(count)
    return count
