"""Addresses as a batch gives them, and what the address rules say of them."""

from __future__ import annotations

import datetime as dt
import functools

import polars as pl

from requests.rules import v04_address_missing, v05_placeholder, v06_delivery_line, v07_digits, v08_institution
from requests.rules.addresses import read_addresses
from requests.rules.base import Judging, LineRule, Verdict

SHAPE = ("address", "street", "unit", "city", "state", "zip", "country")
RULES = {
    module.RULE.code: module.RULE
    for module in (v04_address_missing, v05_placeholder, v06_delivery_line, v07_digits, v08_institution)
}
JUDGING = Judging(as_of=dt.date(2026, 11, 23))


def frame_of(*lines: str | dict[str, str | None]) -> pl.DataFrame:
    """A frame in which a column that no line gives is absent (null). A text is the column ``address``."""
    cells = [{"address": line} if isinstance(line, str) else line for line in lines]
    return pl.DataFrame(
        [{column: line.get(column) for column in SHAPE} for line in cells], schema=dict.fromkeys(SHAPE, pl.String)
    )


def read(line: str | dict[str, str | None]) -> dict[str, str]:
    """The readings of one address, without those that are empty."""
    row = read_addresses(frame_of(line)).row(0, named=True)
    return {name.removeprefix("a_"): value for name, value in row.items() if name.startswith("a_") and value != ""}


def said(rule: LineRule, line: str | dict[str, str | None], *, sharing: int = 1) -> Verdict:
    """What one rule says of one address that stands on ``sharing`` lines of the file."""
    frame = read_addresses(frame_of(line)).with_columns(pl.lit(sharing, dtype=pl.Int64).alias("c_address"))
    return Verdict(frame.select(rule.expression(JUDGING).cast(pl.Int32)).item())


def findings(line: str | dict[str, str | None], *, sharing: int = 1) -> dict[str, Verdict]:
    """The address rules that speak of one address, and their verdicts."""
    (found,) = _judged(frame_of(line), sharing=sharing)
    return found


@functools.cache
def read_all(addresses: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The readings of each address without those that are empty, read together as in a file."""
    rows = read_addresses(frame_of(*addresses)).iter_rows(named=True)
    return {
        address: {
            name.removeprefix("a_"): value for name, value in row.items() if name.startswith("a_") and value != ""
        }
        for address, row in zip(addresses, rows, strict=True)
    }


@functools.cache
def findings_of_all(addresses: tuple[str, ...]) -> dict[str, dict[str, Verdict]]:
    """The address rules that speak of each address, judged together as in a file; each stands on one line."""
    return dict(zip(addresses, _judged(frame_of(*addresses), sharing=1), strict=True))


def said_among(addresses: tuple[str, ...], rule: LineRule, address: str) -> Verdict:
    """What one rule says of one of these addresses, which are judged together as in a file."""
    return findings_of_all(addresses)[address].get(rule.code, Verdict.ACCEPT)


def _judged(frame: pl.DataFrame, *, sharing: int) -> list[dict[str, Verdict]]:
    read = read_addresses(frame).with_columns(pl.lit(sharing, dtype=pl.Int64).alias("c_address"))
    rows = read.select(rule.expression(JUDGING).cast(pl.Int32).alias(code) for code, rule in RULES.items())
    return [{code: Verdict(value) for code, value in row.items() if value} for row in rows.iter_rows(named=True)]
