"""One share of the demonstration's stories, told in a process of its own, which sets Django up for itself."""

from __future__ import annotations

import datetime as dt

import django

SHARES = 2


def tell_share(share: int, requests: int, seed: int, now: dt.datetime) -> None:
    """Tell every second story, beginning with number ``share``."""
    django.setup()
    # Only now: models cannot be imported before Django is set up.
    from disclosures.demo.people import gather
    from disclosures.demo.scene import MONTHS, draw_all, tell
    from requests.calendar.office import office_zone

    since = (now - dt.timedelta(days=31 * MONTHS)).astimezone(office_zone()).date()
    plots = draw_all(requests=requests, seed=seed, now=now)
    tell(gather(since=since), plots[share::SHARES], seed=seed, now=now)
