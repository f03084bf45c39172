"""A file on its way in: part by part, shown, confirmed, worked on by many, cancelled; it gives what the same lines give."""

from __future__ import annotations

import csv
import datetime as dt
import io
import threading
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from requests.actions import receive_file
from requests.actions import work_on_load as work
from requests.actions.advance import advance
from requests.actions.draft import change_draft, draft_request
from requests.actions.errors import ActionError, BadInput, NotNow, NotYours
from requests.actions.expire import expire
from requests.actions.lines import Packed, load_lines
from requests.actions.receive_file import PART_BYTES, announce_file, folder_of, look_at, receive_part, receive_whole
from requests.actions.take_in import cancel_load, take_in
from requests.actions.work_on_load import work_on
from requests.intake import limits
from requests.intake.files import open_batch
from requests.models import BatchLoad, DisclosureRequest, Event, Finding, Line, Person
from requests.models.lifecycle import State
from requests.queries import line_counts, lines_digest, load_steps, loads_to_work_on
from requests.rules.base import Judging
from tests import factories as f

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parents[1] / "data" / "golden_batch.csv"
MIXED = [f.a_line(1), f.a_defective_line(2), f.a_line_in_question(3), f.a_line(4), f.a_line(5), f.a_line(6), f.a_line(7)]


@pytest.fixture(autouse=True)
def _batch_folder(settings: object, tmp_path: Path) -> None:
    settings.BATCH_FOLDER = tmp_path / "batches"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHUNK_LINES", 3)


def clock() -> dt.datetime:
    return f.AT


def csv_of(lines: Sequence[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def empty_draft(cast: f.Cast) -> DisclosureRequest:
    return draft_request(
        actor=cast.requester, at=f.AT, agency=cast.agency, authority=f.the_authority(), certified_solely=True,
        purpose="To locate and charge subjects of open criminal investigations under 8 USC 1253.",
    )  # fmt: skip


def arrived(dr: DisclosureRequest, actor: Person, content: bytes, **given: str) -> BatchLoad:
    load = announce_file(dr.pk, actor=actor, at=f.AT, name="C:\\lists\\lines.csv", size=len(content), **given)
    return receive_whole(load.pk, actor=actor, at=f.AT, blocks=[content])


def confirmed(dr: DisclosureRequest, actor: Person, content: bytes, **given: str) -> BatchLoad:
    load = arrived(dr, actor, content, **given)
    look_at(load.pk, at=f.AT)
    return take_in(load.pk, actor=actor, at=f.AT)


def taken_in(dr: DisclosureRequest, actor: Person, content: bytes, **given: str) -> BatchLoad:
    load = confirmed(dr, actor, content, **given)
    assert work_on(load.pk, clock=clock)
    return BatchLoad.objects.get(pk=load.pk)


def standing(dr: DisclosureRequest) -> list[tuple[object, ...]]:
    lines = Line.objects.filter(disclosure_request=dr, until_version__isnull=True).order_by("number")
    return list(lines.values_list("number", "address", "verdict", "standing", "findings", "engaged_by_id"))


def counted(dr: DisclosureRequest) -> tuple[object, ...]:
    now = f.again(dr)
    return (
        now.line_count, now.complete_count, now.questioned_count, now.defective_count, now.blocked_count,
        now.lines_digest, lines_digest(dr.pk), now.version,
    )  # fmt: skip


# --- arriving ---


def test_a_file_arrives_in_parts_and_goes_on_after_a_part_was_cut_off() -> None:
    cast, content = f.a_cast(), csv_of(MIXED)
    dr = empty_draft(cast)
    load = announce_file(dr.pk, actor=cast.requester, at=f.AT, name="C:\\lists\\lines.csv", size=len(content))
    receive_part(load.pk, actor=cast.requester, at=f.AT, offset=0, content=content[:100])
    folder_of(load).put_part(100, content[100:160])  # written, and killed before the row said so
    load = receive_part(load.pk, actor=cast.requester, at=f.AT, offset=100, content=content[100:])
    assert (load.phase, load.file_name, load.arrived) == ("arrived", "lines.csv", len(content))
    assert folder_of(load).file.read_bytes() == content
    assert folder_of(load).file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("offset", "content", "refusal"),
    [(5, b"x", NotNow), (0, b"", BadInput), (0, b"x" * 101, BadInput), (0, b"x" * (PART_BYTES + 1), BadInput)],
)
def test_a_part_that_does_not_fit_is_refused(offset: int, content: bytes, refusal: type[ActionError]) -> None:
    cast = f.a_cast()
    load = announce_file(empty_draft(cast).pk, actor=cast.requester, at=f.AT, name="a.csv", size=100)
    with pytest.raises(refusal):
        receive_part(load.pk, actor=cast.requester, at=f.AT, offset=offset, content=content)
    assert BatchLoad.objects.get(pk=load.pk).arrived == 0


def test_only_whoever_began_sends_the_rest_and_only_the_agency_begins() -> None:
    cast, other = f.a_cast(), f.a_cast()
    dr = empty_draft(cast)
    load = announce_file(dr.pk, actor=cast.requester, at=f.AT, name="a.csv", size=100)
    with pytest.raises(NotYours):
        receive_part(load.pk, actor=cast.official, at=f.AT, offset=0, content=b"x")
    for stranger in (other.requester, cast.counsel, cast.admin):
        with pytest.raises(NotYours):
            announce_file(dr.pk, actor=stranger, at=f.AT, name="a.csv", size=100)


def test_one_file_at_a_time() -> None:
    cast = f.a_cast()
    dr = empty_draft(cast)
    announce_file(dr.pk, actor=cast.requester, at=f.AT, name="a.csv", size=100)
    with pytest.raises(NotNow, match="Another file"):
        announce_file(dr.pk, actor=cast.official, at=f.AT, name="b.csv", size=100)


@pytest.mark.parametrize("size", [0, limits.MAX_FILE_BYTES + 1])
def test_an_empty_or_a_too_large_file_is_refused_before_its_first_byte(size: int) -> None:
    cast = f.a_cast()
    with pytest.raises(BadInput):
        announce_file(empty_draft(cast).pk, actor=cast.requester, at=f.AT, name="a.csv", size=size)


# --- shown ---


def test_a_file_is_shown_as_it_was_understood_before_a_line_is_stored() -> None:
    cast = f.a_cast()
    dr = empty_draft(cast)
    load = look_at(arrived(dr, cast.requester, csv_of([{"Line No": "1", **f.a_line(1)} | {}])).pk, at=f.AT)
    assert load.phase == "refused"  # the column line stands twice: under its own name and a synonym
    assert "both mean line" in load.refusal
    load = look_at(arrived(dr, cast.requester, csv_of(MIXED).replace(b"case_number", b"Case No.")).pk, at=f.AT)
    assert load.phase == "shown"
    assert (load.looks["kind"], load.looks["encoding"], load.looks["separator"]) == ("csv", "utf-8", ",")
    assert ["Case No.", "case_number"] in load.looks["mapping"]
    assert "tin" in load.looks["absent"]
    assert folder_of(load).get("sample", 0)["line"].to_list() == [1, 2, 3, 4, 5]
    assert standing(dr) == []
    assert loads_to_work_on() == []


def test_a_refused_file_is_gone_and_the_next_one_may_come() -> None:
    cast = f.a_cast()
    dr = empty_draft(cast)
    load = look_at(arrived(dr, cast.requester, b"name,address\nA,B\n").pk, at=f.AT)
    assert load.phase == "refused"
    assert "Missing required columns" in load.refusal
    ragged = look_at(arrived(dr, cast.requester, csv_of(MIXED) + b"8,too,few\n").pk, at=f.AT)
    assert "has 3 cells" in ragged.refusal
    assert not folder_of(load).path.exists()
    announce_file(dr.pk, actor=cast.requester, at=f.AT, name="b.csv", size=100)


def test_a_fault_deep_in_the_file_refuses_all_of_it_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive_file, "SMALL_BYTES", 10)  # a small one would be read to its end before it is shown
    cast = f.a_cast()
    dr = empty_draft(cast)
    load = taken_in(dr, cast.requester, csv_of([*MIXED, f.a_line(2)]))
    assert load.phase == "refused"
    assert "stand more than once: 2" in load.refusal
    assert standing(dr) == []
    assert not folder_of(load).path.exists()
    assert not load.chunks.exists()


@pytest.mark.parametrize("column_of_investigation", [True, False])
def test_counts_and_digest_of_a_file_are_those_of_the_rows_that_it_left(cast: f.Cast, column_of_investigation: bool) -> None:
    odd = [
        f.a_line(9, last_name="Nguyễn", reason="Subject, “of” a criminal\tinvestigation 9;\nsecond line"),
        f.a_line(8, last_name="Ünal", middle_name="  "), f.a_line(70, address='12 O\'Neil St "B" \\N, Evanston, IL'),
        f.a_line_in_question(3), f.a_defective_line(20), f.a_line(1, engaged_official=""),
    ]  # fmt: skip
    if column_of_investigation:
        odd[0]["under_investigation"] = "Y"  # empty in all other lines, which is not the same as no such column
    dr = empty_draft(cast)
    assert taken_in(dr, cast.requester, csv_of(odd)).phase == "done"
    now = f.again(dr)
    stored = {name: getattr(now, f"{name}_count") for name in ("complete", "questioned", "accepted", "returned", "defective")}
    assert (stored | {"block": now.blocked_count}, now.finding_counts) == line_counts(dr.pk)
    assert (now.line_count, now.lines_digest) == (6, lines_digest(dr.pk))


def test_a_file_that_is_to_mend_lines_needs_their_numbers() -> None:
    cast = f.a_cast()
    unnumbered = [{name: cell for name, cell in line.items() if name != "line"} for line in MIXED]
    load = look_at(arrived(f.draft(cast), cast.requester, csv_of(unnumbered), replaces="mended").pk, at=f.AT)
    assert (load.phase, "no column line" in load.refusal) == ("refused", True)


# --- taken in ---


def test_a_file_in_chunks_gives_what_its_lines_give_at_once() -> None:
    cast = f.a_cast()
    with open_batch(GOLDEN) as batch:
        frames = list(batch.chunks(lines=1280))
    at_once = empty_draft(cast)
    work_free = load_lines(at_once.pk, lambda: frames, actor=cast.requester, at=f.AT)
    in_chunks = empty_draft(cast)
    limits.CHUNK_LINES = 300
    load = taken_in(in_chunks, cast.requester, GOLDEN.read_bytes())
    assert load.phase == "done"
    assert standing(in_chunks) == standing(at_once)
    assert counted(in_chunks) == counted(work_free)
    assert list(Finding.objects.filter(disclosure_request=in_chunks).values_list("code", "count", "detail")) == list(
        Finding.objects.filter(disclosure_request=at_once).values_list("code", "count", "detail")
    )
    event = Event.objects.get(disclosure_request=in_chunks, verb="load_lines")
    assert (event.actor, event.detail["lines"], event.detail["lines_digest"]) == (
        cast.requester, 1280, f.again(in_chunks).lines_digest,
    )  # fmt: skip
    assert not folder_of(load).path.exists()
    assert not load.chunks.exists()


def test_a_whole_file_takes_the_place_of_a_drafts_lines_without_a_trace() -> None:
    cast = f.a_cast()
    dr = f.draft(cast, lines=[f.a_line(1), f.a_line(9)])
    taken_in(dr, cast.requester, csv_of(MIXED))
    assert [row[0] for row in standing(dr)] == [1, 2, 3, 4, 5, 6, 7]
    assert Line.objects.filter(disclosure_request=dr).count() == 7


def test_mended_lines_of_a_returned_request_join_as_a_version_and_what_was_signed_is_kept() -> None:
    cast = f.a_cast()
    dr = f.a_request(cast, State.RETURNED, lines=MIXED)
    before = f.again(dr).version
    taken_in(dr, cast.requester, csv_of([f.a_line(2)]), replaces="mended")
    now = f.again(dr)
    assert now.version == before + 1
    assert [(row[0], row[2]) for row in standing(dr)][:3] == [(1, "accept"), (2, "accept"), (3, "review")]
    assert Line.objects.get(disclosure_request=dr, number=2, until_version=before).verdict == "reject"
    f.sign(cast, now)
    assert f.again(dr).state == State.SUBMITTED


def test_mended_lines_change_what_the_lines_that_stay_are_counted_with() -> None:
    cast = f.a_cast()
    twin = f.a_line(1)
    dr = f.draft(cast, lines=[twin, {**twin, "line": "2"}])
    assert [row[2] for row in standing(dr)] == ["accept", "reject"]  # V19: the lowest stays
    taken_in(dr, cast.requester, csv_of([f.a_line(1, case_number="EX-OTHER")]), replaces="mended")
    assert [row[2] for row in standing(dr)] == ["accept", "accept"]


def test_while_a_file_is_taken_in_the_request_moves_nowhere_and_nobody_else_changes_it() -> None:
    cast = f.a_cast()
    dr = f.draft(cast)
    load = confirmed(dr, cast.requester, csv_of(MIXED))
    with pytest.raises(NotNow, match="being taken in"):
        f.sign(cast, dr)
    with pytest.raises(NotNow, match="being taken in"):
        advance(dr.pk, "withdraw", actor=cast.official, at=f.AT, reason="Not needed.")
    with pytest.raises(NotNow, match="being taken in"):
        f.load(dr, [f.a_line(1)], actor=cast.requester)
    with pytest.raises(NotNow, match="being taken in"):
        change_draft(dr.pk, actor=cast.requester, at=f.AT, purpose="Another purpose.")
    work_on(load.pk, clock=clock)
    f.sign(cast, f.again(dr))
    assert f.again(dr).state == State.SUBMITTED


def test_a_file_is_confirmed_by_the_agency_and_once() -> None:
    cast, other = f.a_cast(), f.a_cast()
    dr = empty_draft(cast)
    load = look_at(arrived(dr, cast.requester, csv_of(MIXED)).pk, at=f.AT)
    for stranger in (other.requester, cast.intake, cast.auditor):
        with pytest.raises(NotYours):
            take_in(load.pk, actor=stranger, at=f.AT)
    take_in(load.pk, actor=cast.official, at=f.AT)
    take_in(load.pk, actor=cast.official, at=f.AT)
    assert Event.objects.filter(disclosure_request=dr, verb="take_in_file").count() == 1


# --- cancelled ---


@pytest.mark.parametrize("phase", ["shown", "parsing", "checking", "counting", "storing"])
@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED])
def test_cancelled_in_any_phase_what_stood_stands_again(phase: str, state: State) -> None:
    cast = f.a_cast()
    dr = f.draft(cast, lines=MIXED) if state == State.DRAFT else f.a_request(cast, State.RETURNED, lines=MIXED)
    lines, sums = standing(dr), counted(dr)
    load = look_at(arrived(dr, cast.requester, csv_of([f.a_line(n) for n in range(1, 9)])).pk, at=f.AT)
    if phase != "shown":
        take_in(load.pk, actor=cast.requester, at=f.AT)
        while BatchLoad.objects.get(pk=load.pk).phase != phase:
            work_on(load.pk, clock=clock, has_time=lambda: False)
        if phase == "storing":
            work_on(load.pk, clock=clock, has_time=lambda: False)
            assert Line.objects.filter(disclosure_request=dr, until_version__isnull=True).count() == 3
    cancel_load(load.pk, actor=cast.official, at=f.AT)
    work_on(load.pk, clock=clock)
    load = BatchLoad.objects.get(pk=load.pk)
    assert load.phase == "cancelled"
    assert (standing(dr), counted(dr)) == (lines, sums)
    assert not folder_of(load).path.exists()
    with pytest.raises(NotNow):
        cancel_load(load.pk, actor=cast.official, at=f.AT)


def test_a_stranger_cancels_nothing() -> None:
    cast, other = f.a_cast(), f.a_cast()
    load = arrived(empty_draft(cast), cast.requester, csv_of(MIXED))
    with pytest.raises(NotYours):
        cancel_load(load.pk, actor=other.official, at=f.AT)
    assert not BatchLoad.objects.get(pk=load.pk).is_over


def test_a_file_that_nobody_confirms_goes_after_a_day() -> None:
    cast = f.a_cast()
    load = look_at(arrived(empty_draft(cast), cast.requester, csv_of(MIXED)).pk, at=f.AT)
    assert expire(at=f.AT + dt.timedelta(hours=23))["files_dropped"] == 0
    assert expire(at=f.AT + dt.timedelta(hours=25))["files_dropped"] == 1
    assert not folder_of(load).path.exists()


def test_a_folder_that_no_file_owns_any_more_goes_after_a_day_and_others_stay(settings: object) -> None:
    cast = f.a_cast()
    owned = folder_of(confirmed(empty_draft(cast), cast.requester, csv_of(MIXED))).path
    orphan = owned.parent / ("0" * 32)
    orphan.mkdir()
    now = dt.datetime.now(dt.UTC)
    expire(at=now + dt.timedelta(hours=1))
    assert orphan.exists()
    expire(at=now + dt.timedelta(hours=25))
    assert (orphan.exists(), owned.exists()) == (False, True)


# --- what goes wrong, and many workers ---


@pytest.mark.parametrize("share", [0, 0.5])
def test_what_was_read_and_is_lost_is_read_again(share: float) -> None:
    cast = f.a_cast()
    dr = f.draft(cast)
    load = confirmed(dr, cast.requester, csv_of(MIXED))
    while BatchLoad.objects.get(pk=load.pk).phase != "storing":
        work_on(load.pk, clock=clock, has_time=lambda: False)
    work_on(load.pk, clock=clock, has_time=lambda: False)
    for lost in folder_of(load).path.glob("*-00001.arrow"):
        lost.write_bytes(lost.read_bytes()[: int(lost.stat().st_size * share)])
    assert work_on(load.pk, clock=clock)
    assert BatchLoad.objects.get(pk=load.pk).phase == "done"
    assert [row[0] for row in standing(dr)] == [1, 2, 3, 4, 5, 6, 7]


def test_work_that_fails_again_and_again_is_given_up_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = f.a_cast()
    dr = f.draft(cast)
    lines = standing(dr)
    load = confirmed(dr, cast.requester, csv_of(MIXED))

    def breaks(frame: object) -> None:
        raise MemoryError

    monkeypatch.setattr(work, "read", breaks)
    for _ in range(work.MOST_ATTEMPTS + 1):
        with pytest.raises(MemoryError):
            work_on(load.pk, clock=clock)
    assert work_on(load.pk, clock=clock)
    load = BatchLoad.objects.get(pk=load.pk)
    assert (load.phase, "again and again" in load.refusal) == ("refused", True)
    assert standing(dr) == lines


def test_the_next_chunk_is_judged_while_one_is_on_its_way_into_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = f.a_cast()
    load = confirmed(empty_draft(cast), cast.requester, csv_of(MIXED))
    judged, second_is_judged = [], threading.Event()
    judge, copy_rows = work.judge, work.copy_rows

    def judging(frame: pl.DataFrame, *, judging: Judging) -> pl.DataFrame:
        judged.append(frame["line"].to_list())
        if len(judged) == 2:
            second_is_judged.set()
        return judge(frame, judging=judging)

    def copying(table: str, rows: Packed) -> None:
        assert second_is_judged.wait(timeout=30)
        copy_rows(table, rows)

    monkeypatch.setattr(work, "judge", judging)
    monkeypatch.setattr(work, "copy_rows", copying)
    assert work_on(load.pk, clock=clock)
    assert judged == [[1, 2, 3], [4, 5, 6], [7]]


def test_the_steps_say_how_many_lines_are_through() -> None:
    cast = f.a_cast()
    load = confirmed(empty_draft(cast), cast.requester, csv_of(MIXED))
    while BatchLoad.objects.get(pk=load.pk).phase != "storing":
        work_on(load.pk, clock=clock, has_time=lambda: False)
    work_on(load.pk, clock=clock, has_time=lambda: False)
    steps = load_steps(BatchLoad.objects.get(pk=load.pk), at=f.AT + dt.timedelta(seconds=3))
    assert [(step.done, step.is_done, step.is_here) for step in steps] == [
        (7, True, False), (7, True, False), (7, True, False), (3, False, True),
    ]  # fmt: skip
    assert (steps[3].total, steps[3].rate, steps[3].seconds_left) == (7, 1, 4)
    assert loads_to_work_on() == [load.pk]
