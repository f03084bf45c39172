import csv
import dataclasses
import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests.intake.columns import BATCH
from requests.intake.files import open_batch
from requests.intake.lines import frame_of_lines
from requests.rules import v04_address_missing, v12_engaged_official
from requests.rules.base import STATUTE_SINCE, Judging, Verdict
from requests.rules.counts import Counts
from requests.rules.judge import judge, read, request_findings, worst
from requests.rules.registry import LINE_RULES
from tests.rules.complete_line import AS_OF, COMPLETE_LINE, line

JUDGING = Judging(as_of=AS_OF)
GOLDEN = Path(__file__).parents[1] / "data" / "golden_batch.csv"
TEXT_COLUMNS = [name for name in BATCH.known if name != "line"]
# Garbage that has something of every rule in it, so that lines meet and repeat.
PIECES = st.sampled_from(
    ["", "-", "Unknown", "PO Box 118, Laredo TX 78042", "1710 Wesley Avenue, Evanston, IL 60201", "County Jail", "00000", "12345",
     "Maria", "O'Brien", "2023", "all years", "8 USC 1253", "26 USC 1", "civil removal", "copy of Form 1040", "Y", "\u200b", "Ｍａｉｎ"]
)  # fmt: skip
CELL = st.one_of(PIECES, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
GARBAGE = st.lists(st.fixed_dictionaries(dict.fromkeys(TEXT_COLUMNS, CELL)), min_size=1, max_size=8)


def in_chunks(frame: pl.DataFrame, size: int) -> pl.DataFrame:
    counts = Counts()
    chunks = [read(chunk) for chunk in frame.iter_slices(size)]
    for chunk in chunks:
        counts.add(chunk)
    return pl.concat([judge(chunk, judging=JUDGING, counts=counts) for chunk in chunks])


def test_a_complete_line_is_accepted_without_findings():
    judged = judge(frame_of_lines([COMPLETE_LINE]), judging=JUDGING)
    assert judged.select("verdict", "findings").rows() == [("accept", [])]


def test_the_verdict_is_the_worst_of_the_findings_and_none_hides_another():
    judged = judge(
        frame_of_lines(
            [
                line(case_number=""),
                line(case_number="", engaged_official="", last_name="Okonjo"),
                line(case_number="", engaged_official="", last_name="Oyelaran", reason="civil removal operations"),
            ]
        ),
        judging=JUDGING,
    )
    assert judged["verdict"].to_list() == ["review", "reject", "block"]
    assert judged["findings"].to_list() == [["V15"], ["V12", "V15"], ["V12", "V14", "V15"]]


def test_every_element_that_is_missing_is_found():
    empty = judge(frame_of_lines([dict.fromkeys(COMPLETE_LINE, "")]), judging=JUDGING)
    assert {"V03", "V04", "V09", "V10", "V11", "V12", "V15"} <= set(empty["findings"][0])
    assert empty["verdict"].to_list() == ["reject"]


def test_the_lowest_line_of_a_duplicate_stays_whatever_the_order_and_the_form():
    lines = [
        line(line="30"),
        line(
            line="10", first_name="MARIA", address="1710 WESLEY AVE, EVANSTON IL 60201", case_number="hsi 2025 000001"
        ),
        line(line="20", address="1710 Wesley Ave., Evanston, Illinois 60201-1234"),
        line(line="40", case_number="HSI-2025-000002"),
        line(line="50", last_name="Okonjo"),
    ]
    judged = judge(frame_of_lines(lines), judging=JUDGING)
    found = dict(judged.select("line", pl.col("findings").list.contains("V19")).iter_rows())
    assert found == {10: False, 20: True, 30: True, 40: False, 50: False}


def test_the_same_reason_on_more_than_twenty_five_lines_goes_to_counsel_and_a_generic_one_does_not():
    same = [line(last_name=f"A{number}", reason="Criminal case.", case_number=f"C-{number}") for number in range(26)]
    generic = [
        line(last_name=f"B{number}", reason=f"Criminal case {number}.", case_number=f"C-{number}")
        for number in range(40)
    ]
    judged = judge(frame_of_lines(same + generic), judging=JUDGING)
    spoke = judged["findings"].list.contains("V11").to_list()
    assert spoke == [True] * 26 + [False] * 40


def test_twenty_five_lines_of_the_same_reason_pass():
    same = [line(last_name=f"A{number}", case_number=f"C-{number}") for number in range(25)]
    assert "V11" not in judge(frame_of_lines(same), judging=JUDGING)["findings"].explode(empty_as_null=True).to_list()


@pytest.mark.parametrize(("subjects", "is_crowded"), [(10, False), (11, True)])
def test_more_than_ten_subjects_at_one_address_go_to_counsel(subjects, is_crowded):
    lines = [line(last_name=f"Okafor{chr(65 + number)}", case_number=f"C-{number}") for number in range(subjects)]
    judged = judge(frame_of_lines(lines), judging=JUDGING)
    assert judged["findings"].list.contains("V08").to_list() == [is_crowded] * subjects


@pytest.mark.parametrize(
    "address", ["Chicago IL 60608", "Main St, Houston TX 77002", "1234, Houston TX 77002", "90210"]
)
def test_many_lines_without_a_delivery_line_stay_rejected(address):
    lines = [
        line(last_name=f"Okafor{chr(65 + number)}", address=address, case_number=f"C-{number}") for number in range(12)
    ]
    judged = judge(frame_of_lines(lines), judging=JUDGING)
    assert set(judged["verdict"]) == {"reject"}


@given(GARBAGE)
@settings(max_examples=8, deadline=None)
def test_any_garbage_is_judged_alike_in_every_chunking_and_order(lines):
    frame = frame_of_lines([{**cells, "line": str(number + 1)} for number, cells in enumerate(lines)])
    whole = judge(frame, judging=JUDGING).select("line", "verdict", "findings")

    assert set(whole["verdict"]) <= {verdict.word for verdict in Verdict}
    assert all(codes == sorted(set(codes)) for codes in whole["findings"].to_list())
    assert whole.equals(judge(frame, judging=JUDGING).select("line", "verdict", "findings"))
    assert whole.equals(in_chunks(frame, 3).select("line", "verdict", "findings"))
    assert whole.equals(in_chunks(frame.reverse(), 5).select("line", "verdict", "findings").sort("line"))


@given(GARBAGE)
@settings(max_examples=8, deadline=None)
def test_a_form_and_a_file_get_the_same_judgement(lines):
    lines = [{name: cell.replace("\r", " ") for name, cell in cells.items()} for cells in lines]
    rows = [",".join('"' + cells[name].replace('"', '""') + '"' for name in TEXT_COLUMNS) for cells in lines]
    with open_batch(("\n".join([",".join(TEXT_COLUMNS), *rows]) + "\n").encode()) as batch:
        from_file = judge(pl.concat(batch.chunks()), judging=JUDGING)
    assert judge(frame_of_lines(lines), judging=JUDGING).equals(from_file)


@given(GARBAGE, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12))
@settings(max_examples=6, deadline=None)
def test_a_tin_changes_no_verdict(lines, tin):
    without = judge(frame_of_lines([{**cells, "tin": ""} for cells in lines]), judging=JUDGING)
    having = judge(frame_of_lines([{**cells, "tin": tin} for cells in lines]), judging=JUDGING)
    assert having.select("verdict", "findings").equals(without.select("verdict", "findings"))


def test_a_form_and_a_file_agree_on_every_line_of_the_sample():
    with open_batch(GOLDEN) as batch:
        read_lines = [read(chunk) for chunk in batch.chunks()]
    counts = Counts()
    for chunk in read_lines:
        counts.add(chunk)
    from_file = pl.concat([judge(chunk, judging=JUDGING, counts=counts) for chunk in read_lines])
    with GOLDEN.open(newline="") as text:
        rows = list(csv.DictReader(text))
    typed = judge(frame_of_lines(rows), judging=JUDGING)
    assert typed.select("line", "verdict", "findings").equals(from_file.select("line", "verdict", "findings"))
    # One line alone, as the form has it, for every set of findings in the sample.
    kinds = typed.with_row_index().unique("findings", keep="first", maintain_order=True)
    for index, verdict, codes in kinds.select("index", "verdict", "findings").iter_rows():
        alone = judge(frame_of_lines([rows[index]]), judging=JUDGING, counts=counts)
        assert alone.select("verdict", "findings").rows() == [(verdict, codes)]


def test_a_rule_says_nothing_of_a_day_before_the_law():
    frame = frame_of_lines([dict.fromkeys(COMPLETE_LINE, "")])
    since = judge(frame, judging=Judging(as_of=STATUTE_SINCE))
    before = judge(frame, judging=Judging(as_of=STATUTE_SINCE - dt.timedelta(days=1)))
    assert {"V03", "V04", "V12"} <= set(since["findings"][0])
    assert before.select("verdict", "findings").rows() == [("accept", [])]


def test_each_rule_has_its_own_first_day(monkeypatch):
    first = dt.date(2026, 3, 1)
    later = [dataclasses.replace(rule, valid_from=first) if rule.code == "V12" else rule for rule in LINE_RULES]
    monkeypatch.setattr("requests.rules.judge.LINE_RULES", tuple(later))
    frame = frame_of_lines([line(engaged_official="", case_number="")])
    said = [
        judge(frame, judging=Judging(as_of=day))["findings"].to_list() for day in (first - dt.timedelta(days=1), first)
    ]
    assert said == [[["V15"]], [["V12", "V15"]]]


def test_lines_of_which_only_constants_are_said_keep_their_number(monkeypatch):
    monkeypatch.setattr("requests.rules.judge.LINE_RULES", (v04_address_missing.RULE, v12_engaged_official.RULE))
    judged = judge(frame_of_lines([COMPLETE_LINE] * 3), judging=JUDGING)
    assert judged["verdict"].to_list() == ["accept"] * 3


def test_a_line_that_was_not_counted_is_not_judged():
    counts = Counts()
    counts.add(read(frame_of_lines([line(line="1")])))
    with pytest.raises(ValueError, match="not counted"):
        judge(frame_of_lines([line(line="2")]), judging=JUDGING, counts=counts)


def test_a_line_is_not_counted_twice():
    counts = Counts()
    frame = read(frame_of_lines([COMPLETE_LINE]))
    counts.add(frame)
    counts.add(frame)
    with pytest.raises(ValueError, match="twice"):
        counts.attach(frame)


class TestRequestFindings:
    def counts(self, *lines: dict[str, str]) -> Counts:
        counts = Counts()
        counts.add(read(frame_of_lines(lines)))
        return counts

    def test_one_official_for_fifty_one_lines_goes_to_counsel_by_name(self):
        counts = self.counts(*(line(last_name=f"A{number}") for number in range(51)))
        (finding,) = request_findings(counts, judging=JUDGING)
        assert (finding.code, finding.verdict, finding.count) == ("V13", Verdict.REVIEW, 51)
        assert "Nadia Patel" in finding.detail

    def test_fifty_lines_pass(self):
        assert (
            request_findings(self.counts(*(line(last_name=f"A{number}") for number in range(50))), judging=JUDGING)
            == []
        )

    def test_an_official_is_one_person_however_the_name_is_spelled(self):
        spellings = [
            "Nadia Patel",
            "PATEL, NADIA",
            "Special Agent Nadia Patel",
            "Nadia J. Patel",
            "  nadia   patel ",
            "Nádia Patel",
        ]
        counts = self.counts(*(line(engaged_official=spellings[number % 6]) for number in range(60)))
        (finding,) = request_findings(counts, judging=JUDGING)
        assert finding.count == 60

    def test_different_officials_are_counted_apart(self):
        officials = ["Nadia Patel", "Ama Park"]
        counts = self.counts(*(line(engaged_official=officials[number % 2]) for number in range(100)))
        assert request_findings(counts, judging=JUDGING) == []

    def test_lines_without_an_official_are_nobodys(self):
        assert request_findings(self.counts(*([line(engaged_official="")] * 60)), judging=JUDGING) == []

    def test_purpose_certification_and_information_are_judged_where_known(self):
        counts = self.counts(COMPLETE_LINE)
        said = request_findings(
            counts, judging=JUDGING, purpose="civil enforcement", certified_solely=True, information_asked="Form 1040"
        )
        assert [finding.code for finding in said] == ["V14", "V16"]
        assert (
            request_findings(counts, judging=JUDGING, purpose="8 USC 1253 investigation", certified_solely=True) == []
        )

    def test_a_generic_reason_is_a_note_and_no_finding(self):
        counts = self.counts(
            *(line(reason=f"Criminal case {number}", engaged_official=f"A B{number}") for number in range(30))
        )
        assert request_findings(counts, judging=JUDGING) == []
        (note,) = counts.notes(judging=JUDGING)
        assert "30 lines" in note

    def test_a_request_is_not_judged_by_a_law_to_come(self):
        counts = self.counts(*(line(last_name=f"A{number}") for number in range(51)))
        before = Judging(as_of=STATUTE_SINCE - dt.timedelta(days=1))
        assert request_findings(counts, judging=before, purpose="civil enforcement") == []

    def test_no_lines_give_no_findings(self):
        assert request_findings(Counts(), judging=JUDGING) == []
        assert Counts().notes(judging=JUDGING) == []


def test_the_worst_verdict_of_nothing_is_accept():
    assert worst([]) == Verdict.ACCEPT
    assert worst([Verdict.REVIEW, Verdict.BLOCK, Verdict.REJECT]) == Verdict.BLOCK


def test_the_day_of_judging_is_an_argument():
    frame = frame_of_lines([line(taxable_periods="2025")])
    early = judge(frame, judging=Judging(as_of=dt.date(2025, 6, 1)))
    assert judge(frame, judging=JUDGING)["findings"].to_list() == [[]]
    assert early["findings"].to_list() == [["V09"]]
