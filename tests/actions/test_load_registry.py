"""Loading the registry: what a file must be, and how one snapshot takes the place of another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from disclosures.actions.load_registry import load_registry
from disclosures.matching import registry_file
from disclosures.matching.reading import reading_digest
from disclosures.models import RegistrySnapshot, TaxpayerRecord
from requests.actions.errors import NotNow
from requests.intake.errors import BatchError
from tests.actions.registry_rows import person, registry_of, with_refs, write_table
from tests.factories import AT

GOLDEN = Path(__file__).parent.parent / "data" / "golden_registry.csv"


def test_a_record_is_kept_as_given_and_as_read(db: None, tmp_path: Path) -> None:
    registry_of(tmp_path, person())
    record = TaxpayerRecord.objects.get()
    assert record.given_name == "Jonathan Luis Okafor Jr"
    assert record.given_address == "1710 N Wesley Ave SW, Apt 3, Evanston, IL, 60201"
    assert (record.n_first, record.n_middle, record.n_last, record.n_suffix) == ("JONATHAN", "LUIS", "OKAFOR", "JR")
    assert (record.a_number, record.a_predir, record.a_street, record.a_type, record.a_postdir) == (
        "1710", "N", "WESLEY", "AVE", "SW",
    )  # fmt: skip
    assert (record.a_unit, record.a_city, record.a_state, record.a_zip5) == ("# 3", "EVANSTON", "IL", "60201")
    assert (record.tin, record.date_of_birth) == ("900112222", "1980-03-04")


def test_name_and_address_may_stand_in_one_cell_each(db: None, tmp_path: Path) -> None:
    row = {"Taxpayer_Ref": "T1", "FULL_NAME": "OKAFOR, MARIA", "address": "1710 Wesley Ave, Evanston IL 60201"}
    load_registry(write_table(tmp_path / "registry.csv", row), at=AT)
    record = TaxpayerRecord.objects.get()
    assert (record.n_first, record.n_last, record.a_number, record.tin) == ("MARIA", "OKAFOR", "1710", "")
    assert (record.given_name, record.given_address) == ("OKAFOR, MARIA", "1710 Wesley Ave, Evanston IL 60201")


def test_the_snapshot_says_where_it_came_from(db: None, tmp_path: Path) -> None:
    snapshot = registry_of(tmp_path, person(), person(first_name="Esther"))
    assert (snapshot.source_name, snapshot.record_count, snapshot.is_in_use) == ("registry.csv", 2, True)
    assert snapshot.reading_digest == reading_digest()
    assert len(snapshot.source_digest) == 64


def test_the_golden_registry_loads(db: None) -> None:
    assert load_registry(GOLDEN, at=AT).record_count == TaxpayerRecord.objects.count() == 2241


def test_records_in_many_chunks_are_those_of_one(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_file, "RECORDS_READ_AT_ONCE", 2)
    registry_of(tmp_path, *(person(first_name=name) for name in ("Ann", "Ben", "Eve", "Ida", "Lou")))
    assert set(TaxpayerRecord.objects.values_list("taxpayer_ref", "n_first")) == {
        ("T1", "ANN"), ("T2", "BEN"), ("T3", "EVE"), ("T4", "IDA"), ("T5", "LOU"),
    }  # fmt: skip


def test_a_second_registry_needs_replace(db: None, tmp_path: Path) -> None:
    registry_of(tmp_path, person())
    with pytest.raises(NotNow, match="--replace"):
        registry_of(tmp_path, person(first_name="Esther"))
    assert TaxpayerRecord.objects.get().n_first == "JONATHAN"


def test_replace_swaps_and_the_old_records_are_gone(db: None, tmp_path: Path) -> None:
    old = registry_of(tmp_path, person())
    new = registry_of(tmp_path, person(first_name="Esther"), replace=True)
    assert RegistrySnapshot.objects.get(is_in_use=True) == new
    assert RegistrySnapshot.objects.filter(pk=old.pk, is_in_use=False).exists()
    assert list(TaxpayerRecord.objects.values_list("snapshot_id", "n_first")) == [(new.pk, "ESTHER")]


BAD = {
    "no header": ("", "empty"),
    "a header and nothing else": ("taxpayer_ref,name,address\n", "no records"),
    "no taxpayer_ref": ("name,address\nAnn Okafor,9 Hurd Rd\n", "taxpayer_ref"),
    "no address": ("taxpayer_ref,name\nT1,Ann Okafor\n", "an address"),
    "an unknown column": ("taxpayer_ref,name,address,income\nT1,A B,9 Hurd Rd,5\n", '"income"'),
    "a short record": ("taxpayer_ref,name,address\nT1,Ann Okafor,9 Hurd Rd\nT2,Ann\n", "3|three"),
    "an empty reference": ("taxpayer_ref,name,address\nT1,Ann Okafor,9 Hurd Rd\n ,Ben Okafor,9 Hurd Rd\n", "Record 2"),
    "a long reference": (f"taxpayer_ref,name,address\n{'T' * 41},Ann Okafor,9 Hurd Rd\n", "40 characters"),
    "a reference twice": ("taxpayer_ref,name,address\nT1,Ann Okafor,9 Hurd Rd\nT1,Ben Okafor,9 Hurd Rd\n", "more than once"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_will_not_do_is_refused_in_a_sentence_and_leaves_nothing(db: None, tmp_path: Path, what: str) -> None:
    text, words = BAD[what]
    path = tmp_path / "registry.csv"
    path.write_text(text)
    with pytest.raises(BatchError, match=words):
        load_registry(path, at=AT)
    assert not RegistrySnapshot.objects.exists()
    assert not TaxpayerRecord.objects.exists()


def test_a_bad_file_leaves_the_one_in_use(db: None, tmp_path: Path) -> None:
    old = registry_of(tmp_path, person())
    path = tmp_path / "bad.csv"
    path.write_text(BAD["a reference twice"][0])
    with pytest.raises(BatchError):
        load_registry(path, at=AT, replace=True)
    assert RegistrySnapshot.objects.get() == old
    assert TaxpayerRecord.objects.count() == 1


def test_a_workbook_is_refused_in_a_sentence(db: None, tmp_path: Path) -> None:
    path = tmp_path / "registry.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    with pytest.raises(BatchError, match="Save it as CSV"):
        load_registry(path, at=AT)


def test_the_command_loads_prints_json_and_refuses_with_2(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_table(tmp_path / "registry.csv", *with_refs(person()))
    call_command("load_registry", str(path), json=True)
    assert json.loads(capsys.readouterr().out)["records"] == 1
    with pytest.raises(CommandError, match="--replace") as refused:
        call_command("load_registry", str(path))
    assert refused.value.returncode == 2
    call_command("load_registry", str(path), replace=True)
    with pytest.raises(CommandError, match="There is no file") as missing:
        call_command("load_registry", str(tmp_path / "nowhere.csv"), replace=True)
    assert missing.value.returncode == 2
