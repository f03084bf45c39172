import datetime as dt
import io
import stat
import subprocess
import sys
import zipfile

import polars as pl
import pytest
import xlsxwriter

from requests.intake import limits, workbook_parts
from requests.intake.errors import BatchError
from requests.intake.files import open_batch
from requests.intake.lines import frame_of_lines

HEADER = ["name", "address", "taxable_periods", "statutory_authority", "reason", "case_number", "engaged_official"]
CELLS = ["Zoë Núñez", "1 Main St, Evanston, IL 60201", "2023", "8 USC 1253", "Criminal case 7", "0007", "Ama Park"]


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


def test_a_sheet_reads_like_the_same_text():
    rows = [[*CELLS[:4], 'one\ntwo, "three"', *CELLS[5:]], CELLS]
    assert frame_of(workbook(HEADER, *rows)).equals(
        frame_of_lines([dict(zip(HEADER, row, strict=True)) for row in rows])
    )


def test_numbers_and_days_come_as_they_are_shown():
    header = [*HEADER, "zip", "order_date", "tin"]
    frame = frame_of(workbook(header, [*CELLS[:2], 2023, *CELLS[3:], 60201, dt.date(2023, 5, 11), 123456789]))
    assert frame.select("taxable_periods", "zip", "order_date", "tin").row(0) == (
        "2023",
        "60201",
        "2023-05-11",
        "123456789",
    )


def test_it_is_known_by_its_content_and_may_be_read_twice(tmp_path):
    path = tmp_path / "batch.csv"
    path.write_bytes(workbook(HEADER, CELLS))
    with open_batch(path) as batch:
        assert batch.kind == "xlsx"
        assert pl.concat(batch.chunks()).equals(pl.concat(batch.chunks()))


def test_two_filled_sheets_are_refused():
    assert "more than one" in refusal(workbook(HEADER, CELLS, sheets=2))


def test_an_empty_workbook_is_refused():
    assert "empty" in refusal(workbook())


def test_macros_are_refused():
    assert "macros" in refusal(repacked(workbook(HEADER, CELLS), add={"xl/vbaProject.bin": b"x"}))


def test_an_archive_that_is_no_workbook_is_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("batch.csv", "name\n")
    assert "not an XLSX" in refusal(data.getvalue())


def test_a_damaged_workbook_is_refused():
    good = workbook(HEADER, CELLS)
    refusal(good[: len(good) // 2])


def test_a_bomb_is_refused_before_it_is_opened():
    bomb = repacked(workbook(HEADER, CELLS), add={"xl/media/image1.png": b"\0" * (20 << 20)})
    assert len(bomb) < 1 << 20
    assert "unpacks" in refusal(bomb)


def test_an_archive_that_lies_about_its_sizes_is_refused():
    data = bytearray(repacked(workbook(HEADER, CELLS), add={"xl/media/image1.png": b"\0" * (1 << 20)}))
    # The list at the end of the archive says how large each part is when unpacked.
    place = data.rindex(b"xl/media/image1.png") - 46 + 24
    data[place : place + 4] = (16).to_bytes(4, "little")
    assert "unpacks" in refusal(bytes(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(encoding):
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    message = refusal(repacked(workbook(HEADER, CELLS), add={"xl/sharedStrings.xml": text.encode(encoding)}))
    assert "document type" in message


def test_parts_that_lead_out_of_the_archive_are_refused():
    assert "impossible names" in refusal(repacked(workbook(HEADER, CELLS), add={"../../evil.xml": b"x"}))


def test_a_link_in_the_archive_is_refused():
    linked = io.BytesIO(workbook(HEADER, CELLS))
    link = zipfile.ZipInfo("xl/worksheets/sheet9.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(linked, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "impossible names" in refusal(linked.getvalue())


@pytest.mark.parametrize("block", [1 << 20, 100])
def test_too_many_rows_are_refused_before_the_workbook_is_opened(monkeypatch, block):
    monkeypatch.setattr(workbook_parts, "BLOCK", block)
    monkeypatch.setattr(workbook_parts, "MAX_LINES", 5)
    assert frame_of(workbook(HEADER, *[CELLS] * 5)).height == 5
    monkeypatch.setattr("requests.intake.sandbox._convert", None)  # opening it would be an error of another kind
    assert refusal(workbook(HEADER, *[CELLS] * 6)) == "The workbook has more than 5 rows; that is the most. Send it in parts."


@pytest.mark.parametrize("block", [1 << 20, 64])
@pytest.mark.parametrize("number", [12345678901234567890, -12345678901234567890, 1e15, 1234567890123456, 4.5e20])
def test_a_number_that_a_workbook_cannot_keep_is_refused_with_its_cell(monkeypatch, block, number):
    monkeypatch.setattr(workbook_parts, "BLOCK", block)
    said = refusal(workbook(HEADER, CELLS, [*CELLS[:5], number, CELLS[6]]))
    assert said.startswith("Cell F3 of the workbook holds a number of more than 15 digits")
    assert "123456" not in said


@pytest.mark.parametrize("kept", ["12345678901234567890", "1e20", 999999999999999, 0.1 + 0.2, 45000.123456789012, 1e-20])
def test_a_long_text_and_what_a_workbook_keeps_are_read(kept):
    assert frame_of(workbook(HEADER, [*CELLS[:5], kept, CELLS[6]])).height == 1


@pytest.mark.parametrize("value", ["1.2.3e10", "1e999999999", ".e10", "9" * 100_000, "1234567890123456</v><v>" * 40_000])
def test_numbers_that_are_none_or_stand_in_no_cell_stop_nobody(value):
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"><v>{value}</v></c></row></sheetData></worksheet>'.encode()
    assert "\n" not in refusal(repacked(workbook(HEADER, CELLS), add={"xl/worksheets/sheet1.xml": sheet}))


def test_a_reader_without_enough_memory_says_so_and_leaves_us_alone(monkeypatch):
    monkeypatch.setattr("requests.intake.sandbox.READER_WALL_SECONDS", 0.001)
    assert "memory and time" in refusal(workbook(HEADER, CELLS))


def test_limits_of_the_reader_are_set_in_its_own_process():
    script = (
        "import resource; from requests.intake import workbook_reader as r; r.limit_itself();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(limits.READER_MEMORY_BYTES), str(limits.READER_CPU_SECONDS)]


def test_a_sheet_that_spans_the_whole_grid_is_refused_and_leaves_us_alone():
    corners = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    refusal(repacked(workbook(HEADER, CELLS), add={"xl/worksheets/sheet1.xml": corners}))


def test_a_workbook_whose_sheet_is_nonsense_is_refused():
    assert "damaged" in refusal(repacked(workbook(HEADER, CELLS), add={"xl/worksheets/sheet1.xml": b"<<<"}))
