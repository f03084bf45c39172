"""The comparison of an approved request with the registry: who is a yes, who goes to a matcher, and what survives a kill."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from disclosures.actions import match
from disclosures.actions.match import match_request
from disclosures.actions.rehearse import rehearse
from disclosures.models import MatchResult, MatchRun, RegistrySnapshot
from requests.actions.errors import NotNow
from requests.actions.hold import place_hold
from requests.models import Event, ImpairmentDetermination, Parameter
from requests.models.lifecycle import State
from requests.queries import rule_parameters
from requests.rules.base import Judging
from tests.actions.registry_rows import (
    AGREEING,
    PERTURBED,
    line_about,
    person,
    registry_of,
    results_for,
    with_refs,
    write_table,
)
from tests.factories import AT, TODAY, a_cast, a_defective_line, a_line, a_request, again


@pytest.mark.parametrize("how", AGREEING)
def test_one_record_that_agrees_on_whole_name_and_address_is_a_yes(db: None, how: str) -> None:
    found = results_for([person(**AGREEING[how])], person(), person(first_name="Esther", street="9 Hurd Rd"))
    assert (found[1]["result"], found[1]["taxpayer_ref"]) == ("yes", "T1")


def test_a_record_without_tin_or_birthday_can_be_a_yes(db: None) -> None:
    assert results_for([person()], person(tin="", date_of_birth=""))[1]["result"] == "yes"


@pytest.mark.parametrize("street", ["PO Box 118", "RR 2 Box 18"])
def test_a_box_is_an_address_like_any_other(db: None, street: str) -> None:
    lines = [person(street=street, unit=""), person(street=street.replace("18", "19"), unit="")]
    found = results_for(lines, person(street=street, unit=""))
    assert (found[1]["result"], found[2]["result"]) == ("yes", "undecided")


def test_no_single_changed_component_is_ever_a_yes_beside_one_record(db: None) -> None:
    found = results_for([person(**change) for change in PERTURBED.values()], person())
    assert {name for number, name in enumerate(PERTURBED, start=1) if found.get(number, {}).get("result") == "yes"} == set()


def test_the_same_change_on_the_registrys_side_is_never_a_yes_either(db: None) -> None:
    # Two records that agree on name and address would hide what the others do, so these are taken one by one.
    alone = ("tin", "date of birth")
    others = [person(**change) for what, change in PERTURBED.items() if what not in alone]
    assert results_for([person()], *others)[1]["result"] == "undecided"
    for what in alone:
        assert results_for([person()], person(**PERTURBED[what]))[1]["result"] == "undecided"


def test_no_changed_line_is_answered_yes_on_any_route(db: None, tmp_path: Path) -> None:
    Parameter.objects.filter(name="max_subjects_per_address").update(value=1000)  # all of them live at one house
    lines = [line_about(number, person(**change)) for number, change in enumerate(PERTURBED.values(), start=1)]
    lines.append(line_about(len(lines) + 1, person(case_number="HSI-2025-999999")))
    rehearsal = rehearse(
        write_table(tmp_path / "batch.csv", *lines),
        registry=write_table(tmp_path / "records.csv", *with_refs(person())),
        judging=Judging(as_of=TODAY, parameters=rule_parameters()),
    )
    said = dict(rehearsal.answers.select("line", "answer").iter_rows())
    assert [number for number, answer in said.items() if answer == "yes"] == [len(lines)]
    registry_of(tmp_path, person())
    accepted = [line for line in lines if said[int(line["line"])] != "not_answered"]
    dr = a_request(a_cast(), State.APPROVED, lines=accepted)
    match_request(dr.pk, at=AT)
    assert dict(MatchResult.objects.values_list("line__number", "result")) == {
        int(line["line"]): said[int(line["line"])] for line in accepted
    }


name = st.text("ABCDEFGHIJKLMNOPRSTUVWZ", min_size=4, max_size=10).map(str.title)


@st.composite
def people(draw: st.DrawFn) -> dict[str, str]:
    return person(
        first_name=draw(name), last_name=draw(name), middle_name=draw(st.sampled_from(["", "A", "Luis"])),
        street=f"{draw(st.integers(1, 9999))} {draw(name)} {draw(st.sampled_from(['Ave', 'St', 'Rd']))}",
        unit=draw(st.sampled_from(["", "Apt 3"])), zip=draw(st.sampled_from(["60201", "60202"])),
        tin=draw(st.sampled_from(["", "900-11-2222"])),
    )  # fmt: skip


TEXTS = ("first_name", "last_name", "suffix", "street", "unit", "city", "zip", "tin", "date_of_birth")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=people(), others=st.lists(people(), max_size=3), column=st.sampled_from(TEXTS), data=st.data())
def test_a_line_with_any_other_component_is_never_a_yes(
    db: None, record: dict[str, str], others: list[dict[str, str]], column: str, data: st.DataObject
) -> None:
    given_text = record[column]
    other = {
        "suffix": st.sampled_from(["", "Sr", "III"]),
        "zip": st.sampled_from(["60203", "60204", ""]),
        "unit": st.integers(4, 99).map(lambda unit: f"Apt {unit}"),
        "tin": st.integers(900_000_000, 900_112_221).map(str),
        "date_of_birth": st.dates(dt.date(1930, 1, 1), dt.date(1979, 1, 1)).map(str),
        "street": st.integers(1, 9999).map(lambda number: f"{number} {given_text.split(' ', 1)[1]}"),
    }.get(column, name)
    changed = data.draw(other.filter(lambda text: text.upper() != given_text.upper()))
    found = results_for([{**record, column: changed}, record], {**record, "tin": "900112222"})
    assume(2 in found)  # among the drawn names may be a word of the lexicon: such a line is not compared
    agrees_still = column == "tin" and changed == ""
    assert agrees_still or found.get(1, {}).get("result") != "yes"
    assert found[2]["result"] == "yes"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ("name and tin alone", "tin_without_address"), ("next door", "near_address"), ("unit", "near_address"),
        ("first name, short form", "near_address"), ("zip", "near_address"), ("type", "near_address"),
        ("direction", "near_address"), ("street, one edit", "near_address"), ("suffix", "near_address"),
        ("tin", "near_address"), ("date of birth", "near_address"), ("two houses", "near_address"), ("houses around", "near_address"),
        ("four houses", "near_address"),
    ],
)  # fmt: skip
def test_what_is_close_goes_to_a_matcher(db: None, change: str, cause: str) -> None:
    tin = {} if change in ("tin", "name and tin alone") else {"tin": ""}
    row = results_for([person(**{**tin, **PERTURBED[change]})], person())[1]
    assert (row["result"], row["cause"], row["taxpayer_ref"]) == ("undecided", cause, "")


@pytest.mark.parametrize(
    "line",
    [
        {"first_name": "Esther", "last_name": "Morales", "tin": ""},  # an address alone
        {"street": "77 Hurd Road", "unit": "", "zip": "60202", "tin": ""},  # a name alone
        {"first_name": "Esther", "last_name": "Morales"},  # an address and a TIN
        {"first_name": "Esther", "street": "77 Hurd Road"},  # a TIN alone
        {"street": "1795 N Wesley Ave SW", "tin": ""},  # down the street
        {"street": "1795 & 1797 N Wesley Ave SW", "tin": ""},
    ],
)
def test_a_name_alone_an_address_alone_or_a_tin_alone_is_a_no(db: None, line: dict[str, str]) -> None:
    assert results_for([person(**line)], person()) == {}


def test_two_records_that_agree_fully_go_to_a_matcher_even_when_the_tin_fits_one(db: None) -> None:
    row = results_for([person()], person(), person(tin="900-99-8888"))[1]
    assert (row["result"], row["cause"], row["candidate_refs"]) == ("undecided", "several_records", '{"T1","T2"}')


def test_a_son_of_the_same_name_does_not_spoil_the_fathers_yes(db: None) -> None:
    row = results_for([person()], person(), person(suffix="Sr", tin="900-99-8888", date_of_birth=""))[1]
    assert (row["result"], row["taxpayer_ref"]) == ("yes", "T1")


def test_the_comparison_of_several_candidates_says_which_is_meant_and_no_digit(db: None) -> None:
    row = results_for([person(tin="", unit="")], person(), person(unit="Apt 4"))[1]
    assert row["candidate_refs"] == '{"T1","T2"}'
    assert not row["can_be_yes"]
    assert '{"taxpayer_ref": "T2", "component": "a_unit", "status": "missing"}' in str(row["comparison"])
    assert "2222" not in str(row["comparison"])


# --- through the request ---


def approved(tmp_path: Path, *lines: dict[str, str], records: tuple[dict[str, str], ...] = (person(),)) -> Any:
    registry_of(tmp_path, *records)
    return a_request(a_cast(), State.APPROVED, lines=list(lines))


def said(dr: Any) -> dict[int, str]:
    return dict(MatchResult.objects.filter(run__disclosure_request=dr).values_list("line__number", "result"))


def test_a_request_that_is_compared_waits_for_its_release_with_counts_that_reconcile(db: None, tmp_path: Path) -> None:
    dr = approved(tmp_path, line_about(1, person()), a_line(2), a_defective_line(3))
    run = match_request(dr.pk, at=AT)
    now = again(dr)
    assert now.state == State.AWAITING_RELEASE
    assert (now.yes_count, now.no_count, now.undecided_count, now.not_answered_count) == (1, 1, 0, 1)
    assert said(dr) == {1: "yes", 2: "no"}
    assert run is not None
    assert (run.compared_count, run.completed_at) == (2, AT)


def test_a_line_that_waits_for_a_matcher_keeps_the_request(db: None, tmp_path: Path) -> None:
    dr = approved(tmp_path, line_about(1, person(unit="Apt 4")), a_line(2))
    match_request(dr.pk, at=AT)
    assert again(dr).state == State.APPROVED
    assert again(dr).undecided_count == 1


def test_a_line_that_is_not_accepted_is_never_compared(db: None, tmp_path: Path) -> None:
    placeholder = person(street="Failed to Provide", unit="", zip="60608")
    dr = approved(tmp_path, line_about(1, placeholder), a_line(2), records=(placeholder,))
    match_request(dr.pk, at=AT)
    assert said(dr) == {2: "no"}


def test_a_barred_line_is_not_compared_and_reads_like_any_other_that_is_not_answered(db: None, tmp_path: Path) -> None:
    dr = approved(tmp_path, line_about(1, person()), line_about(2, person(first_name="Esther")), a_line(3))
    cast_id = ImpairmentDetermination.objects.values_list("determined_by", flat=True)[0]
    for line_number, bars in ((1, True), (2, True), (2, False)):
        ImpairmentDetermination.objects.create(
            disclosure_request=dr, version=dr.version, line_number=line_number, bars_answer=bars, reason="Checked.",
            determined_by_id=cast_id, determined_date=TODAY, recorded_at=AT,
        )  # fmt: skip
    match_request(dr.pk, at=AT)
    assert set(said(dr)) == {2, 3}
    assert again(dr).not_answered_count == 1


def test_a_request_that_is_barred_as_a_whole_is_not_compared(db: None, tmp_path: Path) -> None:
    dr = approved(tmp_path, line_about(1, person()))
    determined = ImpairmentDetermination.objects.get(disclosure_request=dr)
    determined.pk, determined.bars_answer = None, True
    determined.save()
    match_request(dr.pk, at=AT)
    assert said(dr) == {}
    assert (again(dr).state, again(dr).not_answered_count) == (State.AWAITING_RELEASE, 1)


def test_a_hold_on_the_comparison_stops_it_without_harm(db: None, tmp_path: Path) -> None:
    cast = a_cast()
    registry_of(tmp_path, person())
    dr = a_request(cast, State.APPROVED, lines=[line_about(1, person())])
    place_hold(
        actor=cast.counsel, at=AT, order_reference="D.D.C. 26-1", reason="Stay.", acts=["match"], starts_on=TODAY,
        disclosure_request=dr,
    )  # fmt: skip
    assert match_request(dr.pk, at=AT) is None
    assert not MatchRun.objects.exists()
    assert again(dr).state == State.APPROVED


def test_without_a_registry_in_use_it_says_so_and_how_to_mend_it(db: None) -> None:
    dr = a_request(a_cast(), State.APPROVED)
    with pytest.raises(NotNow, match=r"No registry is in use.*load_registry"):
        match_request(dr.pk, at=AT)


def test_a_registry_that_was_read_by_other_code_is_refused(db: None, tmp_path: Path) -> None:
    dr = approved(tmp_path, a_line(1))
    RegistrySnapshot.objects.update(reading_digest="0" * 64)
    with pytest.raises(NotNow, match="load_registry --replace"):
        match_request(dr.pk, at=AT)


@pytest.mark.parametrize("state", [State.IN_LEGAL_REVIEW, State.AWAITING_APPROVAL, State.AWAITING_RELEASE])
def test_only_an_approved_request_is_compared(db: None, tmp_path: Path, state: State) -> None:
    registry_of(tmp_path, person())
    dr = a_request(a_cast(), state)
    before = MatchResult.objects.count()
    with pytest.raises(NotNow, match="only an approved request"):
        match_request(dr.pk, at=AT)
    assert MatchResult.objects.count() == before


def five_lines() -> list[dict[str, str]]:
    return [line_about(1, person()), *(a_line(number) for number in (2, 3, 4)), line_about(5, person(unit="Apt 4", tin=""))]


EXPECTED = {1: "yes", 2: "no", 3: "no", 4: "no", 5: "undecided"}


@pytest.mark.parametrize("chunks_before", [0, 1, 2])
@pytest.mark.parametrize("dies", ["before the commit", "after the commit"])
def test_a_run_that_dies_between_chunks_goes_on_where_it_was(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks_before: int, dies: str
) -> None:
    dr = approved(tmp_path, *five_lines())
    real, done = match._write_chunk, []

    def dying(*args: Any, **kwargs: Any) -> int | None:
        if len(done) == chunks_before and dies == "before the commit":
            raise KeyboardInterrupt
        done.append(real(*args, **kwargs))
        if len(done) > chunks_before:
            raise KeyboardInterrupt
        return done[-1]

    monkeypatch.setattr(match, "_write_chunk", dying)
    with pytest.raises(KeyboardInterrupt):
        match_request(dr.pk, at=AT, chunk=2)
    monkeypatch.setattr(match, "_write_chunk", real)
    assert again(dr).state == State.APPROVED
    run = match_request(dr.pk, at=AT, chunk=2)
    assert said(dr) == EXPECTED
    assert run is not None
    assert run.compared_count == 5


def test_a_chunk_that_fails_half_way_leaves_nothing_of_itself(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dr = approved(tmp_path, *five_lines())

    def failing(*args: Any, **kwargs: Any) -> None:
        copy_rows(*args, **kwargs)
        raise RuntimeError("the server went away")

    copy_rows = match.copy_rows
    monkeypatch.setattr(match, "copy_rows", failing)
    with pytest.raises(RuntimeError):
        match_request(dr.pk, at=AT, chunk=2)
    assert said(dr) == {}
    assert MatchRun.objects.get(disclosure_request=dr).last_line == 0


def test_calling_it_again_changes_nothing(db: None, tmp_path: Path) -> None:
    dr = approved(tmp_path, *five_lines())
    match_request(dr.pk, at=AT)
    events = Event.objects.filter(disclosure_request=dr).count()
    match_request(dr.pk, at=AT + dt.timedelta(hours=1))
    assert said(dr) == EXPECTED
    assert Event.objects.filter(disclosure_request=dr).count() == events


def test_a_registry_that_is_replaced_on_the_way_makes_it_begin_anew(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dr = approved(tmp_path, *five_lines(), records=(person(), person(first_name="Esther", street="9 Hurd Road")))
    real, done = match._write_chunk, []

    def replacing(*args: Any, **kwargs: Any) -> int | None:
        done.append(real(*args, **kwargs))
        if len(done) == 1:
            registry_of(tmp_path, person(first_name="Esther", street="9 Hurd Road"), replace=True)
        return done[-1]

    monkeypatch.setattr(match, "_write_chunk", replacing)
    run = match_request(dr.pk, at=AT, chunk=2)
    assert run is not None
    assert run.completed_at is None
    monkeypatch.setattr(match, "_write_chunk", real)
    match_request(dr.pk, at=AT, chunk=2)
    assert said(dr) == dict.fromkeys(EXPECTED, "no")


def test_two_workers_at_once_write_each_line_once(own_database: Any, tmp_path: Path) -> None:
    lines = [line_about(1, person()), *(a_line(number) for number in range(2, 41))]
    dr = approved(tmp_path, *lines)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            match_request(dr.pk, at=AT, chunk=3)
        except NotNow:
            pass  # the other one was done before this one began
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert raised == []
    assert said(dr) == {1: "yes", **dict.fromkeys(range(2, 41), "no")}
    assert MatchRun.objects.get(disclosure_request=dr).compared_count == 40
    assert again(dr).state == State.AWAITING_RELEASE


def test_temporary_tables_are_gone_afterwards(db: None, tmp_path: Path) -> None:
    match_request(approved(tmp_path, a_line(1)).pk, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('lines_to_compare'), to_regclass('pairs_to_judge')")
        assert cursor.fetchone() == (None, None)
