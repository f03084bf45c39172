"""Taking lines in: judged once, by the same gate for one line and for a file; versions; counts; all or nothing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.lines import load_lines, standing_frames
from requests.intake.errors import BatchError
from requests.intake.lines import frame_of_lines
from requests.models import DisclosureRequest, EngagedOfficial, Event, Finding, Line
from requests.models.lifecycle import State
from requests.queries import lines_digest
from tests import factories as f

pytestmark = pytest.mark.django_db


def standing(dr: DisclosureRequest) -> list[tuple[int, str, str, list[str]]]:
    lines = Line.objects.filter(disclosure_request=dr, until_version__isnull=True).order_by("number")
    return [(line.number, line.verdict, line.standing, line.findings) for line in lines]


MIXED = [f.a_line(1), f.a_defective_line(2), f.a_line_in_question(3)]


def test_lines_are_judged_stored_and_counted() -> None:
    dr = f.draft(f.a_cast(), lines=MIXED)
    assert [(number, verdict, stands) for number, verdict, stands, _ in standing(dr)] == [
        (1, "accept", "complete"), (2, "reject", "defective"), (3, "review", "questioned"),
    ]  # fmt: skip
    assert "V05" in standing(dr)[1][3]
    assert "V06" in standing(dr)[2][3]
    assert (dr.line_count, dr.complete_count, dr.defective_count, dr.questioned_count) == (3, 1, 1, 1)
    assert dr.lines_digest == lines_digest(dr.pk) != ""
    assert dr.finding_counts == {"V05": 1, "V06": 2}


def test_a_cell_is_kept_as_it_was_typed() -> None:
    typed = '  1710 "Wesley" Avenue, Évanston\\N, IL 60201 '
    dr = f.draft(f.a_cast(), lines=[f.a_line(1, address=typed)])
    line = Line.objects.get(disclosure_request=dr)
    assert line.address == typed
    assert line.street == ""
    assert line.under_investigation is None  # the file has no such column


def test_an_empty_cell_of_a_column_that_is_there_is_not_a_column_that_is_missing() -> None:
    dr = f.draft(f.a_cast(), lines=[f.a_line(1, under_investigation=""), f.a_line(2, under_investigation="Y")])
    cells = Line.objects.filter(disclosure_request=dr).order_by("number").values_list("under_investigation", flat=True)
    assert list(cells) == ["", "Y"]


def test_a_file_in_many_chunks_gives_the_same_as_in_one(cast: f.Cast) -> None:
    lines = [f.a_line(number, address="12 Elm Street, Evanston, IL 60201") for number in range(1, 13)]
    whole, parts = f.draft(cast, lines=lines), f.draft(cast)
    frame = frame_of_lines(lines)
    load_lines(parts.pk, lambda: [frame[:5], frame[5:6], frame[6:]], actor=cast.requester, at=f.AT)
    assert standing(parts) == standing(whole)
    assert lines_digest(parts.pk) == lines_digest(whole.pk)
    assert {verdict for _, verdict, _, _ in standing(whole)} == {"review"}  # twelve subjects at one address: V08


def test_the_digest_depends_on_every_cell_and_on_the_numbers(cast: f.Cast) -> None:
    digests = {
        f.draft(cast, lines=[line]).lines_digest
        for line in (
            f.a_line(1), f.a_line(2), f.a_line(1, suffix="Jr"), f.a_line(1, engaged_official="Ann Lee"),
            f.a_line(1, under_investigation="Y"), f.a_line(1, under_investigation=""),
        )
    }  # fmt: skip
    assert len(digests) == 6


def test_officials_are_known_once_per_agency_however_they_are_typed(cast: f.Cast) -> None:
    f.draft(cast, lines=[f.a_line(1, engaged_official="Nadia Patel"), f.a_line(2, engaged_official="NADIA  PATEL")])
    assert EngagedOfficial.objects.filter(agency=cast.agency).count() == 1
    dr = f.draft(cast, lines=[f.a_line(1, engaged_official="Ann Lee")])
    assert Line.objects.get(disclosure_request=dr).engaged_by.name == "Ann Lee"


def test_a_new_file_replaces_an_unsigned_draft_without_a_trace(cast: f.Cast) -> None:
    dr = f.draft(cast, lines=MIXED)
    dr = f.load(dr, [f.a_line(7)], actor=cast.requester)
    assert [number for number, *_ in standing(dr)] == [7]
    assert Line.objects.filter(disclosure_request=dr).count() == 1
    assert dr.version == 1


def test_mended_lines_take_the_place_of_those_with_their_number_in_a_new_version(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.RETURNED, lines=[f.a_line(1), f.a_defective_line(2)])
    dr = f.load(dr, [f.a_line(2)], actor=cast.requester, replace=False)
    assert dr.version == 2
    assert [(number, verdict) for number, verdict, *_ in standing(dr)] == [(1, "accept"), (2, "accept")]
    old = Line.objects.get(disclosure_request=dr, number=2, until_version=1)
    assert old.address == "Failed to Provide 60608"
    assert (dr.line_count, dr.complete_count, dr.defective_count) == (2, 2, 0)
    again = f.load(dr, [f.a_line(2, suffix="Jr")], actor=cast.requester, replace=False)
    assert again.version == 2  # nobody has signed it yet
    assert Line.objects.filter(disclosure_request=dr, number=2).count() == 2


def test_lines_that_stay_are_judged_again_where_a_mended_one_changes_what_they_share(cast: f.Cast) -> None:
    same = {"address": "12 Elm Street, Evanston, IL 60201"}
    lines = [f.a_line(number, **same) for number in range(1, 12)]  # eleven at one address, ten are allowed
    dr = f.a_request(cast, State.RETURNED, lines=[*lines, f.a_defective_line(20)])
    assert standing(dr)[0][1] == "review"
    dr = f.load(dr, [f.a_line(11), f.a_line(20)], actor=cast.requester, replace=False)
    assert {verdict for _, verdict, *_ in standing(dr)} == {"accept"}
    assert dr.questioned_count == 0


def test_findings_about_the_request_are_those_of_the_version(cast: f.Cast) -> None:
    dr = f.draft(cast, lines=[f.a_line(number) for number in range(1, 52)])
    assert Finding.objects.get(disclosure_request=dr).code == "V13"
    f.load(dr, [f.a_line(1)], actor=cast.requester)
    assert not Finding.objects.filter(disclosure_request=dr).exists()


def test_a_file_without_a_line_changes_nothing(cast: f.Cast, dr: DisclosureRequest) -> None:
    empty = frame_of_lines([f.a_line(1)]).clear()
    with pytest.raises(BadInput, match="no line"):
        load_lines(dr.pk, lambda: [empty], actor=cast.requester, at=f.AT)
    assert [number for number, *_ in standing(dr)] == [1]


def test_a_load_that_breaks_off_leaves_what_was_there(cast: f.Cast, dr: DisclosureRequest) -> None:

    def chunks() -> Iterator[pl.DataFrame]:
        yield frame_of_lines([f.a_line(5)])
        raise BatchError("Record 2 has no end.")

    with pytest.raises(BatchError):
        load_lines(dr.pk, chunks, actor=cast.requester, at=f.AT, replace=False)
    assert [number for number, *_ in standing(dr)] == [1]
    assert f.again(dr).lines_digest == lines_digest(dr.pk)


@pytest.mark.parametrize("state", [state for state in State if state not in ("draft", "returned", "in_intake")])
def test_the_lines_of_a_request_that_is_under_way_are_not_changed(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow):
        f.load(dr, [f.a_line(9)], actor=cast.requester)


def test_only_the_agency_gives_lines(cast: f.Cast, dr: DisclosureRequest) -> None:
    for stranger in (cast.counsel, cast.intake, cast.recipient, f.a_cast().requester):
        with pytest.raises(NotYours):
            f.load(dr, [f.a_line(1)], actor=stranger)


def test_the_event_tells_how_many_by_which_rules_and_never_whom() -> None:
    dr = f.draft(f.a_cast(), lines=MIXED)
    event = Event.objects.get(disclosure_request=dr, verb="load_lines")
    assert (event.detail["lines"], event.detail["version"]) == (3, 1)
    assert event.detail["lines_digest"] == dr.lines_digest
    assert event.detail["rule_set"] == Line.objects.filter(disclosure_request=dr).first().rule_set_id


def test_standing_lines_come_back_as_the_canonical_frame_in_order() -> None:
    dr = f.draft(f.a_cast(), lines=[f.a_line(3), f.a_line(1), f.a_line(2)])
    frames = list(standing_frames(dr.pk, size=2))
    assert [frame["line"].to_list() for frame in frames] == [[1, 2], [3]]
    assert frames[0]["case_number"][0] == "HSI-2025-000001"
