"""Whether the site is alive, and whether it is ready for people."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from disclosures.tasks import HEARTBEAT_KEY


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The web process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 only when migrations and demo are done and web, database, broker and worker are alive; else 503 and why not."""
    checks = {"database": _database(), "demo": _demo(), "broker": False, "worker": False}
    checks["broker"], checks["worker"] = _broker_and_worker()
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def not_here(request: HttpRequest) -> HttpResponse:
    """An address that a library brings and this office does not open."""
    raise Http404("There is no such page here.")


def _database() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _demo() -> bool:
    ready_file = settings.READY_FILE
    return ready_file is None or Path(ready_file).exists()


def _broker_and_worker() -> tuple[bool, bool]:
    try:
        return True, cache.get(HEARTBEAT_KEY) is not None
    except Exception:  # whatever the client of the broker raises, it is not ready
        return False, False
