"""What ends by the passing of time: a returned request lapses, a responded one closes, a hold takes hold of what it
covers, a file that nobody confirms goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Q

from requests.actions.errors import ActionError
from requests.actions.finish import close_request, lapse_request
from requests.actions.hold import begin_hold
from requests.actions.receive_file import end_load
from requests.actions.work_on_load import EDITABLE
from requests.calendar.office import office_day
from requests.intake.load_folder import LoadFolder
from requests.models import BatchLoad, DisclosureRequest, Hold
from requests.models.lifecycle import State

FORGOTTEN_AFTER = dt.timedelta(days=1)


def expire(*, at: dt.datetime) -> dict[str, int]:
    """Lapse, close and begin whatever is due by this moment; returns how many of each. Running it twice is harmless."""
    today = office_day(at)
    returned = DisclosureRequest.objects.filter(state=State.RETURNED, reply_window_ends__lt=today)
    responded = DisclosureRequest.objects.filter(
        Q(receipt_window_ends__lt=today) | Q(receipt_acknowledged_at__lte=at), state=State.RESPONDED
    )
    return {
        "lapsed": _each(returned, lambda pk: lapse_request(pk, at=at)),
        "closed": _each(responded, lambda pk: close_request(pk, actor=None, at=at)),
        "holds_begun": begin_holds(at=at),
        "files_dropped": drop_forgotten_files(at=at),
    }


def _each(rows: Any, end: Callable[[int], Any]) -> int:
    done = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        try:
            end(pk)
        except ActionError:
            continue  # somebody moved it in between; the next sweep looks again
        done += 1
    return done


def drop_forgotten_files(*, at: dt.datetime) -> int:
    """Remove the files that nobody confirmed within a day, or whose request moved on without them: they hold names."""
    forgotten = BatchLoad.objects.filter(ended_at__isnull=True, begun_at__isnull=True).filter(
        Q(phase_since__lt=at - FORGOTTEN_AFTER) | ~Q(disclosure_request__state__in=EDITABLE)
    )
    ids = list(forgotten.order_by("pk").values_list("pk", flat=True))
    for load_id in ids:
        end_load(load_id, phase=BatchLoad.Phase.CANCELLED, at=at)
    _remove_orphans(at=at)
    return len(ids)


def _remove_orphans(*, at: dt.datetime) -> None:
    """Remove folders that no unfinished file owns: a machine that stopped between two steps may leave one."""
    if not settings.BATCH_FOLDER.is_dir():
        return
    old = {
        each.name for each in settings.BATCH_FOLDER.iterdir()
        if each.stat().st_mtime < (at - FORGOTTEN_AFTER).timestamp()
    }  # fmt: skip
    owned = BatchLoad.objects.filter(folder__in=old, ended_at__isnull=True).values_list("folder", flat=True)
    for name in old - set(owned):
        LoadFolder(settings.BATCH_FOLDER, name).remove()


def begin_holds(*, at: dt.datetime) -> int:
    """Stop what a hold covers whose first day has come, or that came under a hold since; returns for how many holds."""
    live = Hold.objects.live(office_day(at)).order_by("pk").values_list("pk", flat=True)
    return sum(begin_hold(pk, at=at) > 0 for pk in list(live))
