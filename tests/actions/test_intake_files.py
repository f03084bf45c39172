import codecs
import io
import zipfile

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from requests.intake import csv_files, limits
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


def workbook(*rows: list, sheets: int = 1) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for number in range(sheets):
            sheet = book.add_worksheet(f"Sheet {number + 1}")
            for row, values in enumerate(rows):
                sheet.write_row(row, 0, values)
    return data.getvalue()


def repacked(data: bytes, *, add: dict[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, add.get(name, old.read(name)))
        for name, content in add.items():
            if name not in old.namelist():
                new.writestr(name, content)
    return result.getvalue()


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

    def test_a_late_letter_of_windows_decides_for_the_whole_file(self):
        plain = [cell.encode("ascii", "replace").decode() for cell in CELLS]
        data = (text_of(HEADER, *([plain] * 90_000)) + text_of(CELLS)).encode("cp1252")
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

    @pytest.mark.parametrize("cell", ['5" pipe', 'a "b" c', '"a"b', 'a"', '""a"'])
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
        header = ["CASE NO", "Full Name", "Mailing Address", "Tax-Years", "Statute", "Relevance Reason", "Engaged Officer"]
        frame = frame_of(text_of(header, ["7", "N", "A", "2023", "8 USC 1253", "R", "O"]).encode())
        assert frame.select("case_number", "name", "address", "taxable_periods", "engaged_official").row(0) == ("7", "N", "A", "2023", "O")

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

    @given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20), min_size=7, max_size=7), min_size=1, max_size=5))
    @settings(max_examples=150, deadline=None)
    def test_any_text_survives_the_way_through_a_file(self, rows):
        quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
        data = ("\n".join([",".join(HEADER), *quoted]) + "\n").encode()
        assert frame_of(data).equals(frame_of_lines([dict(zip(HEADER, row, strict=True)) for row in rows]))

    @given(st.binary(max_size=400))
    @settings(max_examples=200, deadline=None)
    def test_any_bytes_are_read_or_refused_in_one_sentence(self, tail):
        for data in (tail, text_of(HEADER, CELLS).encode() + tail):
            try:
                frame_of(data)
            except BatchError as error:
                assert "\n" not in str(error)

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


class TestWorkbooks:
    def test_a_sheet_reads_like_the_same_text(self):
        rows = [[*CELLS[:4], "one\ntwo, \"three\"", *CELLS[5:]], CELLS]
        assert frame_of(workbook(HEADER, *rows)).equals(frame_of(text_of(HEADER, *rows).encode()))

    def test_numbers_and_days_come_as_they_are_shown(self):
        import datetime as dt

        header = [*HEADER, "zip", "order_date", "tin"]
        frame = frame_of(workbook(header, [*CELLS[:2], 2023, *CELLS[3:], 60201, dt.date(2023, 5, 11), 123456789]))
        assert frame.select("taxable_periods", "zip", "order_date", "tin").row(0) == ("2023", "60201", "2023-05-11", "123456789")

    def test_it_is_known_by_its_content_and_may_be_read_twice(self, tmp_path):
        path = tmp_path / "batch.csv"
        path.write_bytes(workbook(HEADER, CELLS))
        with open_batch(path) as batch:
            assert batch.kind == "xlsx"
            assert pl.concat(batch.chunks()).equals(pl.concat(batch.chunks()))

    def test_two_filled_sheets_are_refused(self):
        assert "more than one" in refusal(workbook(HEADER, CELLS, sheets=2))

    def test_an_empty_workbook_is_refused(self):
        assert "empty" in refusal(workbook())

    def test_macros_are_refused(self):
        assert "macros" in refusal(repacked(workbook(HEADER, CELLS), add={"xl/vbaProject.bin": b"x"}))

    def test_an_archive_that_is_no_workbook_is_refused(self):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("batch.csv", text_of(HEADER, CELLS))
        assert "not an XLSX" in refusal(data.getvalue())

    def test_a_damaged_workbook_is_refused(self):
        good = workbook(HEADER, CELLS)
        refusal(good[: len(good) // 2])

    def test_a_bomb_is_refused_before_it_is_opened(self):
        bomb = repacked(workbook(HEADER, CELLS), add={"xl/media/image1.png": b"\0" * (200 << 20)})
        assert len(bomb) < 1 << 20
        assert "unpacks" in refusal(bomb)

    def test_an_archive_that_lies_about_its_sizes_is_refused(self):
        data = bytearray(repacked(workbook(HEADER, CELLS), add={"xl/media/image1.png": b"\0" * (1 << 20)}))
        # The list at the end of the archive says how large each part is when unpacked.
        place = data.rindex(b"xl/media/image1.png") - 46 + 24
        data[place : place + 4] = (16).to_bytes(4, "little")
        assert "unpacks" in refusal(bytes(data))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_a_document_type_is_refused(self, encoding):
        text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        message = refusal(repacked(workbook(HEADER, CELLS), add={"xl/sharedStrings.xml": text.encode(encoding)}))
        assert "document type" in message

    def test_parts_that_lead_out_of_the_archive_are_refused(self):
        assert "impossible names" in refusal(repacked(workbook(HEADER, CELLS), add={"../../evil.xml": b"x"}))

    def test_a_reader_without_enough_memory_says_so_and_leaves_us_alone(self, monkeypatch):
        monkeypatch.setattr("requests.intake.sandbox.READER_WALL_SECONDS", 0.001)
        assert "memory and time" in refusal(workbook(HEADER, CELLS))

    def test_limits_of_the_reader_are_set_in_its_own_process(self):
        import subprocess
        import sys

        script = (
            "import resource; from requests.intake import workbook_reader as r; r.limit_itself();"
            "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout.split() == [str(limits.READER_MEMORY_BYTES), str(limits.READER_CPU_SECONDS)]
