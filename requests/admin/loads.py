"""Files on their way in and their parts, for auditors: how far each came, and why it was refused."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from requests.admin.long_tables import LongTable
from requests.models import BatchLoad, LoadChunk


@admin.register(BatchLoad)
class BatchLoadAdmin(LongTable):
    """Files that were taken in, or are being taken in."""

    list_display = ("disclosure_request", "phase", "sent_by", "sent_at", "size", "line_count", "ended_at")
    list_select_related = ("disclosure_request", "sent_by")
    exclude: ClassVar[Any] = ("once", "folder")


@admin.register(LoadChunk)
class LoadChunkAdmin(LongTable):
    """The parts of a file, each handled by one worker at a time."""

    path = "load__disclosure_request"
    list_display = ("load", "number", "lines", "is_read", "is_stored")
    list_select_related = ("load",)
