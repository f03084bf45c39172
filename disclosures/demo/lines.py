"""Invented lines: names and addresses that nobody has, complete ones and such as the gate stops."""

from __future__ import annotations

import random

import polars as pl

from requests.intake.lines import frame_of_lines

FIRST = ("Maria", "Jonas", "Ngozi", "Wei", "Teresa", "Ivan", "Grace", "Luis", "Omar", "Paula", "Ruth", "Kwame", "Elena",
         "Marcus", "Nadia", "Tomas", "Aisha", "Peter", "Linh", "Carla")  # fmt: skip
LAST = ("Okafor", "Lindqvist", "Morales", "Petrov", "Adjei", "Delgado", "Haddad", "Chou", "Whitfield", "Van Dyke",
        "Esposito", "Hernandez", "Mensah", "Kowalski", "Nakamura", "Ortiz", "Bell", "Silva", "Grant", "Falk")  # fmt: skip
STREETS = ("Wesley Ave", "Brummel St", "Dobson St", "Culver St", "Sherman Ave", "Ridge Ave", "Foster St", "Hartrey Ave",
           "Hartzell St", "Maple Dr", "Orchard Ln", "Mill Rd", "Harbor Blvd", "Prairie Ct", "College Pl")  # fmt: skip
PLACES = (("Dayton", "OH", "45402"), ("Evanston", "IL", "60201"), ("Madison", "WI", "53711"), ("Laredo", "TX", "78040"),
          ("Fresno", "CA", "93706"), ("Albany", "NY", "12207"), ("Tampa", "FL", "33602"), ("Denver", "CO", "80202"))  # fmt: skip
STATUTES = {
    "ICE": "8 USC 1253(a)(1)", "DEA": "21 USC 841(a)(1)", "FBI": "18 USC 1343", "USAO": "18 USC 1956",
    "HHS-OIG": "18 USC 1347",
}  # fmt: skip
DEFECTS = (
    {"address": "Failed to Provide 45402"}, {"address": "Dayton OH 45402"}, {"address": ""},
    {"taxable_periods": ""}, {"reason": ""}, {"address": "Unknown Address"}, {"engaged_official": ""},
)  # fmt: skip
QUESTIONS = ({"address": "Montgomery County Jail, Dayton OH 45402"}, {"taxable_periods": "all years"})
Row = dict[str, str]


def draw_lines(
    chance: random.Random, *, agency: str, case: str, count: int, engaged: list[str], defects: int = 0, questions: int = 0
) -> list[Row]:
    """``count`` lines of one case: the first ones complete, the last ones defective or in question."""
    rows = [_line(chance, agency=agency, case=f"{case}-{index + 1:03d}", engaged=chance.choice(engaged)) for index in range(count)]
    spoilt = rows[max(0, count - defects - questions) :]
    for index, row in enumerate(spoilt):
        row.update(chance.choice(DEFECTS) if index < defects else chance.choice(QUESTIONS))
    return rows


def _line(chance: random.Random, *, agency: str, case: str, engaged: str) -> Row:
    city, state, zip5 = chance.choice(PLACES)
    return {
        "first_name": chance.choice(FIRST), "last_name": chance.choice(LAST),
        "address": f"{chance.randint(100, 4999)} {chance.choice(STREETS)}, {city} {state} {zip5}",
        "taxable_periods": f"{chance.randint(2019, 2022)}-2023",
        "statutory_authority": STATUTES[agency],
        "reason": f"Subject of criminal investigation {case}; a current address is needed to serve and charge the subject.",
        "case_number": case, "engaged_official": engaged, "engaged_title": "Special Agent", "under_investigation": "Y",
    }  # fmt: skip


def frame_of(rows: list[Row]) -> pl.DataFrame:
    """The lines as one canonical frame."""
    return frame_of_lines(rows)
