"""What every template knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from requests.calendar.office import office_day


def shell(request: HttpRequest) -> dict[str, object]:
    """Whether this is a demonstration, and what day it is at the office."""
    return {"is_demo": settings.DEMO, "today": office_day(timezone.now())}
