"""Reading lines and records alike, and the proof that both were read by the same code."""

from __future__ import annotations

import functools
import hashlib

import polars as pl

from disclosures.matching.keys import KEYS, READINGS, with_keys
from requests.rules.judge import read

NAME_AND_ADDRESS = (
    "name", "first_name", "middle_name", "last_name", "suffix", "address", "street", "unit", "city", "state", "zip",
    "country", "tin", "date_of_birth",
)  # fmt: skip

# Names and addresses that touch each convention of reading. Their readings and keys are the digest.
_SAMPLE_NAMES = (
    "Maria Luis Silva Okafor", "O'Brien, Sean", "José Ñandú-García III", "Juan de la Cruz", "SMITH, JOHN A JR",
    "Ødegård, Bjørn", "Bob van der Berg", "Łukasz Müller-Straße 2nd", "D’Angelo, Mary Ann", "Иван Петров",
)  # fmt: skip
_SAMPLE_ADDRESSES = (
    "1710 N Wesley Avenue Apt 3, Evanston, IL 60201", "1710 North Wesley Ave. #3, Evanston, Illinois 60201-1234",
    "P.O. Box 118, Madison, WI 53711", "RR 2 Box 18, Dubuque, IA 52001", "PSC 3 Box 44, APO AE 09012",
    "5 Avenida Ponce de Leon, San Juan PR 00907", "123 1/2 E Main St Ste 200, Cody WY 82001",
    "100 Park Ave S, New York NY 10001", "12345 County Road 12, Saint Paul, MN 55101", "45-123 Kamehameha Hwy, Kaneohe HI 96744",
)  # fmt: skip


def read_for_matching(frame: pl.DataFrame) -> pl.DataFrame:
    """Add readings and keys to a frame with the columns of ``NAME_AND_ADDRESS``; null says that a column is absent."""
    return with_keys(read(frame))


@functools.cache
def reading_digest() -> str:
    """SHA-256 over the readings and keys of a fixed sample.

    It is kept with each snapshot. Where it differs, names or addresses are read otherwise than when the snapshot was loaded,
    and lines and records that agree would miss each other: the registry is to be loaded anew.
    """
    absent = {column: pl.lit(None, dtype=pl.String) for column in NAME_AND_ADDRESS}
    sample = pl.DataFrame({"name": _SAMPLE_NAMES, "address": _SAMPLE_ADDRESSES}).with_columns(
        **{column: null for column, null in absent.items() if column not in ("name", "address", "tin")},
        tin=pl.lit("900-00-0001"),
        line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
    )
    return hashlib.sha256(read_for_matching(sample).select(*READINGS, *KEYS).write_csv().encode()).hexdigest()
