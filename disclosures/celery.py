"""Background work. Redis only wakes the workers up; what is to be done stands in rows of PostgreSQL."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "disclosures.settings.local")


@setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """Django has set it up already; with somebody listening here Celery leaves it as it is."""


app = Celery("disclosures")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
