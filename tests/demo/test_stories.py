"""A story of the demonstration, however its days fall."""

from __future__ import annotations

import datetime as dt
import io
import random

import pytest

from disclosures.actions.load_registry import load_registry
from disclosures.demo.people import gather
from disclosures.demo.scene import registry_file, to_be_undecided, with_lines
from disclosures.demo.stories import Plot, Story
from disclosures.models import MatchResult
from requests.models import Event
from requests.models.lifecycle import State
from tests.factories import AT


class Slowest(random.Random):
    """Every wait is the longest that may be drawn."""

    def randint(self, a: int, b: int) -> int:
        return b


@pytest.mark.parametrize(("is_slow", "renewals"), [(True, 1), (False, 0)])
def test_a_slow_story_renews_the_determination_that_grew_old(db: None, is_slow: bool, renewals: int) -> None:
    cast = gather(since=AT.date() - dt.timedelta(days=400))
    chance = Slowest(1)
    plot = with_lines(random.Random(1), Plot(agency="DEA", begins=AT, line_count=2, is_slow=is_slow))
    load_registry(io.BytesIO(registry_file(random.Random(1), [], records=3)), source_name="a.csv", at=AT)
    dr = Story(cast, plot, chance=chance, now=AT + dt.timedelta(days=150)).tell()
    assert dr.state in (State.RESPONDED, State.CLOSED)
    assert Event.objects.filter(disclosure_request=dr, verb="renew_impairment").count() == renewals


def test_a_story_that_stops_before_the_matcher_leaves_lines_to_decide(db: None) -> None:
    cast = gather(since=AT.date() - dt.timedelta(days=400))
    plot = with_lines(random.Random(2), Plot(agency="DEA", begins=AT, line_count=4, stops_at="decide_match"))
    file = registry_file(random.Random(2), plot.rows, close=to_be_undecided([plot]), records=3)
    load_registry(io.BytesIO(file), source_name="a.csv", at=AT)
    dr = Story(cast, plot, chance=random.Random(2), now=AT + dt.timedelta(days=150)).tell()
    assert dr.state == State.APPROVED
    assert MatchResult.objects.filter(run__disclosure_request=dr, result="undecided", resolution="").count() == 2
