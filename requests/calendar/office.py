"""What day it is at the office: time is stored in UTC, and one time zone decides what day that is."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.conf import settings


def office_zone() -> zoneinfo.ZoneInfo:
    """The time zone of the office, ``OFFICE_TIME_ZONE``."""
    return zoneinfo.ZoneInfo(settings.OFFICE_TIME_ZONE)


def office_day(at: dt.datetime) -> dt.date:
    """The office's calendar day at this moment (an aware datetime)."""
    return at.astimezone(office_zone()).date()
