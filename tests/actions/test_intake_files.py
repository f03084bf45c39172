import codecs

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests.intake import csv_files
from requests.intake.columns import BATCH_SYNONYMS
from requests.intake.errors import BatchError
from requests.intake.files import open_batch
from requests.intake.lines import frame_of_lines

HEADER = ["name", "address", "taxable_periods", "statutory_authority", "reason", "case_number", "engaged_official"]
CELLS = ["Zoë Núñez", "1 Main St, Evanston, IL 60201", "2023", "8 USC 1253", "Criminal case 7", "0007", "Ama Park"]


def text_of(*rows: list[str], separator: str = ",", end: str = "\n") -> str:
    def cell(value: str) -> str:
        needs = any(sign in value for sign in (separator, '"', "\n", "\r"))
        return '"' + value.replace('"', '""') + '"' if needs else value

    return "".join(separator.join(cell(value) for value in row) + end for row in rows)


def frame_of(data: bytes) -> pl.DataFrame:
    with open_batch(data) as batch:
        return pl.concat(batch.chunks())


def refusal(data: bytes) -> str:
    with pytest.raises(BatchError) as caught:
        frame_of(data)
    message = str(caught.value)
    assert "\n" not in message
    return message


class TestEncodings:
    TEXT = text_of(HEADER, CELLS)

    @pytest.mark.parametrize(
        ("data", "encoding"),
        [
            (TEXT.encode(), "utf-8"),
            (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
            (TEXT.encode("cp1252"), "cp1252"),
            (TEXT.encode("utf-16"), "utf-16-le"),
            (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
            (TEXT.encode("utf-16-le"), "utf-16-le"),
            (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32-le"),
        ],
    )
    def test_a_name_is_read_alike_from_every_encoding(self, data, encoding):
        with open_batch(data) as batch:
            assert batch.encoding == encoding
            assert pl.concat(batch.chunks())["name"].to_list() == ["Zoë Núñez"]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_every_kind_of_line_end_is_read(self, end):
        frame = frame_of(text_of(HEADER, CELLS, CELLS, end=end).encode())
        assert frame["engaged_official"].to_list() == ["Ama Park", "Ama Park"]

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_every_separator_is_found(self, separator):
        with open_batch(text_of(HEADER, CELLS, separator=separator).encode()) as batch:
            assert batch.separator == separator
            assert pl.concat(batch.chunks())["address"].to_list() == [CELLS[1]]

    def test_a_late_letter_of_windows_decides_for_the_whole_file(self, monkeypatch):
        monkeypatch.setattr("requests.intake.encoding.BLOCK_BYTES", 1 << 12)
        plain = [cell.encode("ascii", "replace").decode() for cell in CELLS]
        data = (text_of(HEADER, *([plain] * 200)) + text_of(CELLS)).encode("cp1252")
        assert frame_of(data)["name"][-1] == "Zoë Núñez"

    def test_a_file_of_two_encodings_is_refused_with_the_line(self):
        data = text_of(HEADER, CELLS).encode() + text_of(CELLS).encode("cp1252")
        assert "Line 3 " in refusal(data)

    def test_bytes_that_windows_does_not_know_are_refused(self):
        refusal(text_of(HEADER, CELLS).encode("cp1252") + b"\x81\n")

    def test_half_a_letter_at_the_end_of_utf16_is_refused(self):
        refusal(self.TEXT.encode("utf-16")[:-1])


class TestCells:
    def test_values_stay_as_the_agency_typed_them(self):
        typed = ["  A. B ", "1 Main St", "0012", "1e5", "2020-01-31", "007", '5" pipe, "x"']
        frame = frame_of(text_of(HEADER, typed).encode())
        assert [frame[name][0] for name in HEADER] == typed

    def test_a_cell_may_hold_a_line_end(self):
        frame = frame_of(text_of(HEADER, [*CELLS[:4], "one\ntwo\n\nthree", *CELLS[5:]], CELLS).encode())
        assert frame["reason"].to_list() == ["one\ntwo\n\nthree", CELLS[4]]

    def test_an_absent_column_is_null_and_an_empty_cell_is_empty(self):
        frame = frame_of(text_of([*HEADER, "tin"], [*CELLS, ""]).encode())
        assert frame["tin"].to_list() == [""]
        assert frame["date_of_birth"].to_list() == [None]

    def test_the_canonical_frame_has_every_column_in_one_order(self):
        frame = frame_of(text_of(list(reversed(HEADER)), list(reversed(CELLS))).encode())
        assert frame.columns == ["line", *(name for name in BATCH_SYNONYMS if name != "line")]
        assert frame.schema["line"] == pl.Int64
        assert set(frame.drop("line").schema.values()) == {pl.String}

    @pytest.mark.parametrize("block", [64, 97, 1024])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_a_block_may_end_anywhere(self, monkeypatch, block, encoding):
        monkeypatch.setattr("requests.intake.encoding.BLOCK_BYTES", block)
        rows = [["é" * number, "one\ntwo", ",", '"', "", "x" * (number % 7), "a, b"] for number in range(60)]
        data = text_of(HEADER, *rows, end="\r\n").encode(encoding)
        assert frame_of(data).equals(frame_of_lines([dict(zip(HEADER, row, strict=True)) for row in rows]))

    def test_blank_lines_are_no_records(self):
        frame = frame_of(("\n\n" + text_of(HEADER) + "\n" + text_of(CELLS) + "\n\n" + text_of(CELLS) + "\n").encode())
        assert frame["line"].to_list() == [1, 2]

    def test_a_record_of_empty_cells_is_a_record(self):
        assert frame_of(text_of(HEADER, [""] * 7, CELLS).encode()).height == 2

    def test_the_last_line_needs_no_line_end(self):
        assert frame_of(text_of(HEADER, CELLS).rstrip("\n").encode()).height == 1

    def test_a_cell_of_four_thousand_characters_is_read(self):
        frame = frame_of(text_of(HEADER, [*CELLS[:4], "é" * 4000, *CELLS[5:]]).encode())
        assert frame["reason"].str.len_chars().to_list() == [4000]

    def test_a_longer_cell_is_refused_with_its_place_and_not_its_text(self):
        message = refusal(text_of(HEADER, CELLS, [*CELLS[:4], "x" * 4001, *CELLS[5:]]).encode())
        assert "Record 2" in message
        assert "reason" in message
        assert "xxx" not in message


class TestStructure:
    @pytest.mark.parametrize("extra", [["more"], ["more", "and more"]])
    def test_a_record_that_is_too_long_is_refused_with_its_line(self, extra):
        message = refusal(text_of(HEADER, CELLS, [*CELLS, *extra], CELLS).encode())
        assert "line 3" in message
        assert f"{7 + len(extra)} cells" in message

    @pytest.mark.parametrize("kept", [1, 6])
    def test_a_record_that_is_too_short_is_refused_with_its_line(self, kept):
        message = refusal(text_of(HEADER, CELLS, CELLS[:kept], CELLS).encode())
        assert "line 3" in message

    def test_the_line_counts_line_ends_inside_cells_and_blank_lines(self):
        two_lines = [*CELLS[:4], "one\ntwo", *CELLS[5:]]
        message = refusal((text_of(HEADER, two_lines) + "\n" + text_of(CELLS[:3])).encode())
        assert "line 5" in message

    def test_a_short_and_a_long_record_do_not_make_up_for_each_other(self):
        refusal(text_of(HEADER, CELLS[:6], [*CELLS, "x"]).encode())

    @pytest.mark.parametrize("cell", ['5" pipe', 'a "b" c', '"a"b', 'a"', '""a"', '"a"b"c"', '""a""', 'a""b', '"a" '])
    def test_a_quotation_mark_inside_a_cell_is_refused_with_its_line(self, cell):
        record = ",".join(["x", cell, *CELLS[2:]])
        message = refusal((text_of(HEADER, CELLS) + record + "\n").encode())
        assert "line 3" in message

    def test_a_quotation_mark_that_is_never_closed_is_refused(self):
        record = ",".join(["x", '"open', *CELLS[2:]])
        message = refusal((text_of(HEADER, CELLS) + record + "\n" + text_of(CELLS, CELLS)).encode())
        assert "line 3" in message
        assert "quotation mark" in message

    def test_doubled_quotation_marks_far_apart_never_join_records(self):
        record = ",".join(["x", '"a""', *CELLS[2:]])
        refusal((text_of(HEADER) + record + "\n" + text_of(CELLS)).encode())

    def test_an_open_quotation_mark_does_not_fill_the_memory(self, monkeypatch):
        monkeypatch.setattr(csv_files, "BLOCK_BYTES", 1 << 12)
        monkeypatch.setattr("requests.intake.encoding.BLOCK_BYTES", 1 << 12)
        message = refusal((text_of(HEADER) + 'x,"' + "y\n" * 100_000).encode())
        assert "line 2" in message

    @pytest.mark.parametrize("data", [b"", b"\n\n", b"   \n", codecs.BOM_UTF8, "\ufeff".encode("utf-16-le")])
    def test_an_empty_file_is_refused(self, data):
        assert "empty" in refusal(data)

    def test_a_header_alone_is_refused(self):
        assert "no lines" in refusal(text_of(HEADER).encode())

    @pytest.mark.parametrize("where", [0, 1])
    def test_a_nul_character_is_refused_with_its_line(self, where):
        rows = [HEADER, CELLS]
        rows[where] = [rows[where][0] + "\0", *rows[where][1:]]
        assert f"Line {where + 1} " in refusal(text_of(*rows).encode())

    def test_a_nul_character_in_utf16_is_refused(self):
        assert "NUL" in refusal(text_of(HEADER, [*CELLS[:6], "a\0b"]).encode("utf-16"))

    @pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"\x1f\x8b\x08", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
    def test_another_kind_of_file_is_refused(self, start):
        refusal(start + b"rest of it")

    def test_a_file_that_is_too_large_is_refused(self, monkeypatch):
        monkeypatch.setattr("requests.intake.files.MAX_FILE_BYTES", 100)
        assert "MiB" in refusal(text_of(HEADER, CELLS).encode())

    def test_too_many_lines_are_refused(self, monkeypatch):
        monkeypatch.setattr("requests.intake.files.MAX_LINES", 2)
        assert "more than 2 lines" in refusal(text_of(HEADER, CELLS, CELLS, CELLS).encode())

    def test_too_many_columns_are_refused(self):
        assert "65 columns" in refusal(text_of([f"c{number}" for number in range(65)], ["x"] * 65).encode())

    @pytest.mark.parametrize("path", ["/nowhere/batch.csv", "/"])
    def test_a_path_that_is_no_file_is_refused(self, path):
        with pytest.raises(BatchError):
            open_batch(path)

    def test_the_hint_of_excel_names_the_separator(self):
        assert frame_of(("sep=;\n" + text_of(HEADER, CELLS, separator=";")).encode()).height == 1


class TestHeader:
    def test_any_case_any_order_and_published_synonyms_are_known(self):
        header = [
            "CASE NO",
            "Full Name",
            "Mailing Address",
            "Tax-Years",
            "Statute",
            "Relevance Reason",
            "Engaged Officer",
        ]
        frame = frame_of(text_of(header, ["7", "N", "A", "2023", "8 USC 1253", "R", "O"]).encode())
        assert frame.select("case_number", "name", "address", "taxable_periods", "engaged_official").row(0) == (
            "7",
            "N",
            "A",
            "2023",
            "O",
        )

    def test_an_unknown_column_is_named(self):
        assert '"Shoe Size"' in refusal(text_of([*HEADER, "Shoe Size"], [*CELLS, "9"]).encode())

    def test_a_column_without_a_name_is_refused(self):
        assert "number 8" in refusal(text_of([*HEADER, ""], [*CELLS, "9"]).encode())

    def test_all_missing_columns_are_named(self):
        message = refusal(b"first_name,city,tin\nA,B,C\n")
        for name in ("last_name", "street", "state", "zip", *HEADER[2:]):
            assert name in message

    def test_both_ways_to_give_what_is_missing_are_named(self):
        message = refusal(b"reason\nx\n")
        assert "name, or first_name last_name" in message
        assert "address, or street city state zip" in message

    def test_a_column_under_two_names_is_refused(self):
        message = refusal(text_of([*HEADER, "SSN", "tin"], [*CELLS, "1", "2"]).encode())
        assert '"SSN"' in message
        assert "tin" in message

    def test_name_and_address_may_come_in_parts(self):
        header = ["first_name", "last_name", "street", "city", "state", "zip", *HEADER[2:]]
        frame = frame_of(text_of(header, ["Ama", "Park", "1 Main St", "Evanston", "IL", "02139", *CELLS[2:]]).encode())
        assert frame["zip"].to_list() == ["02139"]
        assert frame["address"].to_list() == [None]

    def test_no_synonym_means_two_columns(self):
        spoken = [alias for name, aliases in BATCH_SYNONYMS.items() for alias in (name, *aliases)]
        assert len(spoken) == len(set(spoken))


class TestLineNumbers:
    def numbered(self, *numbers: str) -> bytes:
        return text_of(["line", *HEADER], *([number, *CELLS] for number in numbers)).encode()

    def test_they_are_taken_from_the_file_in_any_order(self):
        assert frame_of(self.numbered("7", " 3 ", "0012"))["line"].to_list() == [7, 3, 12]

    def test_else_they_are_ordinals_across_chunks(self):
        with open_batch(text_of(HEADER, *([CELLS] * 7)).encode()) as batch:
            chunks = list(batch.chunks(lines=3))
        assert [chunk["line"].to_list() for chunk in chunks] == [[1, 2, 3], [4, 5, 6], [7]]

    @pytest.mark.parametrize("number", ["", "0", "-1", "1.5", "one", "1e3", "٣", "99999999999999999999"])
    def test_what_is_no_positive_integer_is_refused(self, number):
        assert "Record 2" in refusal(self.numbered("1", number))

    def test_a_repeated_number_is_refused_and_named(self):
        assert "12" in refusal(self.numbered("12", "5", "012"))


class TestForms:
    def test_a_form_gives_the_same_frame_as_a_file(self):
        lines = [dict(zip(HEADER, CELLS, strict=True)), dict(zip(HEADER, reversed(CELLS), strict=True))]
        assert frame_of_lines(lines).equals(frame_of(text_of(HEADER, CELLS, CELLS[::-1]).encode()))

    @given(
        st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20), min_size=7, max_size=7
            ),
            min_size=1,
            max_size=5,
        )
    )
    @settings(max_examples=150, deadline=None)
    def test_any_text_survives_the_way_through_a_file(self, rows):
        quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
        data = ("\n".join([",".join(HEADER), *quoted]) + "\n").encode()
        assert frame_of(data).equals(frame_of_lines([dict(zip(HEADER, row, strict=True)) for row in rows]))

    @given(st.binary(max_size=400))
    @settings(max_examples=200, deadline=None)
    def test_any_bytes_are_read_or_refused_in_one_sentence(self, tail):
        said = []
        for data in (tail, text_of(HEADER, CELLS).encode() + tail):
            try:
                frame_of(data)
            except BatchError as error:
                said.append(str(error))
        assert not [message for message in said if "\n" in message or not message.endswith((".", ")"))]

    def test_a_column_that_one_line_lacks_is_empty_there(self):
        line = dict(zip(HEADER, CELLS, strict=True))
        assert frame_of_lines([line, {**line, "tin": "1"}])["tin"].to_list() == ["", "1"]

    @pytest.mark.parametrize("change", [{"shoe_size": "9"}, {"reason": "x" * 4001}, {"reason": "a\0b"}, {"line": "0"}])
    def test_a_form_is_refused_where_a_file_would_be(self, change):
        with pytest.raises(BatchError):
            frame_of_lines([{**dict(zip(HEADER, CELLS, strict=True)), **change}])

    def test_no_lines_are_refused(self):
        with pytest.raises(BatchError):
            frame_of_lines([])


class TestHostileSizes:
    """What is too long to be honest is refused with its place, within a block or two of the file."""

    HEAD = text_of(HEADER).encode()

    def test_a_line_without_an_end(self):
        assert "line 2 of the file is longer than 16 MiB" in refusal(self.HEAD + b"1," + b"A" * 18_000_000)

    def test_a_quotation_mark_that_millions_of_lines_do_not_close(self):
        good = text_of(CELLS).encode()
        message = refusal(self.HEAD + good * 2 + b'"x' + b"\n" * 18_000_000)
        assert "On line 4 of the file a quotation mark opens a cell and is never closed" in message

    def test_a_header_that_is_none(self):
        assert "longer than 65,536 bytes, so it is no header" in refusal(b"A" * 9_000_000)

    def test_a_good_file_whose_last_cell_is_never_closed(self):
        good = text_of(CELLS).encode()
        assert "On line 3 of the file" in refusal(self.HEAD + good + b'Zo,"1 Main St')
