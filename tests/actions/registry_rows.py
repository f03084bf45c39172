"""Records of the registry and the lines that agree with them, as files and in the database."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from django.db import connection

from disclosures.actions import bring_together
from disclosures.actions.load_registry import load_registry
from disclosures.matching.join import CREATE_RECORDS, RECORDS_TABLE
from disclosures.matching.reading import NAME_AND_ADDRESS, read_for_matching
from disclosures.matching.registry_file import record_rows
from disclosures.matching.results import results_of
from disclosures.models import RegistrySnapshot
from requests.actions.lines import copy_rows
from tests.factories import AT, a_line

# Every component is there, so that each can be changed.
PERSON = {
    "first_name": "Jonathan", "middle_name": "Luis", "last_name": "Okafor", "suffix": "Jr",
    "street": "1710 N Wesley Ave SW", "unit": "Apt 3", "city": "Evanston", "state": "IL", "zip": "60201",
    "tin": "900-11-2222", "date_of_birth": "1980-03-04",
}  # fmt: skip


def person(**changes: str) -> dict[str, str]:
    """The person of the registry, or somebody who differs."""
    return {**PERSON, **changes}


# One change each, and none of them leaves whole name and whole address agreeing with a TIN and birthday that do not differ.
PERTURBED = {
    "first name": {"first_name": "Esther"}, "first name, one edit": {"first_name": "Jonathon"},
    "first name, short form": {"first_name": "Jon"}, "first name, initial": {"first_name": "J"},
    "no first name": {"first_name": ""}, "middle name": {"middle_name": "Maria"}, "middle initial": {"middle_name": "M"},
    "last name": {"last_name": "Morales"}, "last name, one edit": {"last_name": "Okafer"},
    "last name, one word more": {"last_name": "Silva Okafor"}, "suffix": {"suffix": "Sr"}, "no suffix": {"suffix": ""},
    "names exchanged": {"first_name": "Okafor", "last_name": "Jonathan"}, "next door": {"street": "1712 N Wesley Ave SW"},
    "number, one digit more": {"street": "17100 N Wesley Ave SW"}, "number": {"street": "505 N Wesley Ave SW"},
    "two houses": {"street": "1710-1712 N Wesley Ave SW"}, "houses around": {"street": "1702-18 N Wesley Ave SW"},
    "four houses": {"street": "1694-96-98-1700 N Wesley Ave SW"},
    "half a number more": {"street": "1710 1/2 N Wesley Ave SW"}, "no number": {"street": "N Wesley Ave SW"},
    "street": {"street": "1710 N Hurd Ave SW"}, "street, one edit": {"street": "1710 N Wesly Ave SW"},
    "direction": {"street": "1710 S Wesley Ave SW"}, "no direction": {"street": "1710 Wesley Ave SW"},
    "direction after": {"street": "1710 N Wesley Ave NW"}, "no direction after": {"street": "1710 N Wesley Ave"},
    "type": {"street": "1710 N Wesley St SW"}, "no type": {"street": "1710 N Wesley SW"}, "unit": {"unit": "Apt 4"},
    "no unit": {"unit": ""}, "city": {"city": "Wilmette"}, "city, one edit": {"city": "Evansten"}, "no city": {"city": ""},
    "state": {"state": "WI"}, "no state": {"state": ""}, "zip": {"zip": "60202"}, "no zip": {"zip": ""},
    "box": {"street": "PO Box 1710", "unit": ""}, "tin": {"tin": "900-11-2223"},
    "date of birth": {"date_of_birth": "1980-03-05"},
    "name and tin alone": {"street": "77 Hurd Road", "unit": "", "zip": "60202"},
    "address alone": {"first_name": "Esther", "last_name": "Morales", "tin": "", "date_of_birth": ""},
}  # fmt: skip

# What is typed otherwise and reads the same.
AGREEING = {
    "as it stands": {}, "capitals": {"first_name": "JONATHAN", "last_name": "OKAFOR"}, "accents": {"last_name": "Ókáfor"},
    "words of the street": {"street": "1710 North Wesley Avenue Southwest"}, "unit as a sign": {"unit": "#3"},
    "zip and four": {"zip": "60201-1234"}, "state by name": {"state": "Illinois"}, "no tin": {"tin": ""},
    "no date of birth": {"date_of_birth": ""}, "no middle name": {"middle_name": ""}, "middle initial": {"middle_name": "L."},
    "date typed the American way": {"date_of_birth": "3/4/1980"},
}  # fmt: skip


def line_about(number: int, who: Mapping[str, str]) -> dict[str, str]:
    """An honest line about this person."""
    line = a_line(number)
    del line["address"]
    return {**line, **who}


def write_table(path: Path, *rows: Mapping[str, str]) -> Path:
    """A CSV file of these rows; the header holds every column that any of them has."""
    header = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def with_refs(*people: Mapping[str, str]) -> list[dict[str, str]]:
    """People as records T1, T2, …"""
    return [{"taxpayer_ref": f"T{at}", **each} for at, each in enumerate(people, start=1)]


def registry_of(folder: Path, *people: Mapping[str, str], replace: bool = False) -> RegistrySnapshot:
    """Load these people as the registry in use."""
    return load_registry(write_table(folder / "registry.csv", *with_refs(*people)), at=AT, replace=replace)


def read_rows(*rows: Mapping[str, str]) -> pl.DataFrame:
    """Rows as a frame that is read for matching."""
    columns = {column: [row.get(column) for row in rows] for column in NAME_AND_ADDRESS}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(NAME_AND_ADDRESS, pl.String))
    return read_for_matching(frame.with_columns(line=pl.int_range(1, len(rows) + 1, dtype=pl.Int64)))


def results_for(lines: list[dict[str, str]], *people: Mapping[str, str]) -> dict[int, dict[str, object]]:
    """What the join over temporary tables says of these lines beside these records; a no is not among it."""
    bring_together.lay_out()
    with connection.cursor() as cursor:
        cursor.execute(CREATE_RECORDS)
    records = read_rows(*people).with_columns(pl.format("T{}", "line").alias("taxpayer_ref"))
    copy_rows(RECORDS_TABLE, record_rows(records, snapshot=0))
    bring_together.put_lines(read_rows(*lines))
    bring_together.find_pairs(records=RECORDS_TABLE, snapshot=0)
    found = results_of(bring_together.pairs_between(0, len(lines)))
    bring_together.clear_away()
    return {row["number"]: row for row in found.iter_rows(named=True)}
