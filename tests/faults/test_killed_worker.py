"""A worker killed at any commit of matching or release leaves every answer once, and the next one goes on."""

from __future__ import annotations

import signal

import pytest
from django.utils import timezone

from disclosures.actions.load_registry import load_registry
from disclosures.actions.release import ask_release, run_release
from disclosures.audit.replay import replay_all
from disclosures.models import AccountingEntry, Answer, MatchResult, ReleaseJob
from requests.models import DisclosureRequest, Event
from requests.models.lifecycle import State
from tests.factories import a_cast, a_line, a_request, again
from tests.faults.conftest import ROOT, Dying

MOST_COMMITS = 12


def follows() -> None:
    """Everything that stands follows from the events."""
    assert [each.what for each in replay_all()] == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_matching_killed_at_every_commit_compares_each_line_once(run_dying: Dying, moment: str) -> None:
    dr = a_request(a_cast(), State.APPROVED, lines=[a_line(number) for number in range(1, 6)], at=timezone.now())
    load_registry(ROOT / "tests" / "data" / "golden_registry.csv", at=timezone.now())
    killed = 0
    for number in range(1, MOST_COMMITS):  # each process gets one commit further than the one before
        if run_dying("match", dr.pk, number, moment) == 0:
            break
        killed += 1
        follows()
        if again(dr).state == State.AWAITING_RELEASE:  # it died after its last commit
            break
    assert killed >= 3, "the work has several commits, and each was hit"
    assert MatchResult.objects.filter(run__disclosure_request=dr).count() == 5
    assert again(dr).state == State.AWAITING_RELEASE
    assert Event.objects.filter(disclosure_request=dr, verb="complete_matching").count() == 1
    follows()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_release_killed_at_its_commit_answers_once_or_not_at_all(run_dying: Dying, moment: str) -> None:
    cast = a_cast()
    dr = a_request(cast, State.AWAITING_RELEASE, at=timezone.now())
    job = ask_release(dr.pk, actor=cast.releaser, at=timezone.now())
    assert run_dying("release", job.pk, 1, moment) == -signal.SIGKILL
    now = DisclosureRequest.objects.get(pk=dr.pk)
    assert now.state == (State.AWAITING_RELEASE if moment == "before" else State.RESPONDED)
    assert Answer.objects.exists() is (moment == "after")
    follows()

    assert run_release(job.pk, at=timezone.now()).status == ReleaseJob.Status.DONE
    assert again(dr).state == State.RESPONDED
    assert Answer.objects.count() == dr.line_count
    assert AccountingEntry.objects.count() == Answer.objects.filter(answer__in=["yes", "no"]).count()
    assert Event.objects.filter(disclosure_request=dr, verb="release", is_refused=False).count() == 1
    follows()
