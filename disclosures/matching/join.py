"""The one SQL text that brings lines and records together, for an approved request and for a rehearsal alike.

Both sides are tables with the readings and the keys of ``keys``. The text gives pairs with both sides' readings. Its
``name_agrees`` and ``address_agrees`` are final: whole components, compared as text. A pair without both is only one that
may be near; whether it is near enough for a matcher is judged by ``compare``.

There is no index on the keys: each part of the text reads the whole table of records once against a hash of the lines. A
batch of a million lines is matched as fast as with five indexes, and loading the registry stays a plain COPY (8 seconds for
a million records instead of 46).
"""

from __future__ import annotations

from disclosures.matching.keys import KEYS, READINGS

LINES_TABLE = "lines_to_compare"
RECORDS_TABLE = "records_to_rehearse"
PAIRS_TABLE = "pairs_to_judge"

# What both sides have. TIN and date of birth stand in the form of ``keys``.
COMPARED = (*READINGS, "tin", "date_of_birth")

_TEXTS = ", ".join(f"{column} text NOT NULL" for column in COMPARED)
_NUMBERS = ", ".join(f"{key} bigint" for key in KEYS)

CREATE_LINES = f"CREATE TEMPORARY TABLE {LINES_TABLE} (number bigint PRIMARY KEY, line_id bigint, {_NUMBERS}, {_TEXTS})"
CREATE_RECORDS = (
    f"CREATE TEMPORARY TABLE {RECORDS_TABLE} "
    f"(taxpayer_ref text PRIMARY KEY, snapshot_id bigint NOT NULL, {_NUMBERS}, {_TEXTS})"
)
PAIR_COLUMNS = (
    "number", "line_id", "taxpayer_ref", "name_agrees", "address_agrees",
    *(f"l_{column}" for column in COMPARED), *(f"r_{column}" for column in COMPARED),
)  # fmt: skip
CREATE_PAIRS = (
    f"CREATE TEMPORARY TABLE {PAIRS_TABLE} (number bigint NOT NULL, line_id bigint, taxpayer_ref text NOT NULL, "
    f"name_agrees int NOT NULL, address_agrees int NOT NULL, "
    + ", ".join(f"{side}_{column} text NOT NULL" for side in "lr" for column in COMPARED)
    + ")"
)


def _same(*columns: str) -> str:
    return " AND ".join(f"l.{column} = r.{column}" for column in columns)


def _given(*columns: str) -> str:
    return " AND ".join(f"l.{column} <> ''" for column in columns)


# A middle name agrees when it is equal, absent on either side, or the initial of the other.
_MIDDLE = """(l.n_middle = r.n_middle OR l.n_middle = '' OR r.n_middle = ''
    OR (length(l.n_middle) = 1 AND left(r.n_middle, 1) = l.n_middle)
    OR (length(r.n_middle) = 1 AND left(l.n_middle, 1) = r.n_middle))"""
_NAME = f"({_same('n_first', 'n_last', 'n_suffix')} AND {_given('n_first', 'n_last')} AND {_MIDDLE})"

_DIRECTION = _same("a_predir", "a_postdir")
_REST = _same("a_type", "a_unit", "a_city", "a_state")
_ADDRESS = f"""({_same("a_kind", "a_number", "a_street", "a_zip5")} AND {_DIRECTION} AND {_REST}
    AND {_given("a_number", "a_street", "a_city", "a_state", "a_zip5")})"""

# Cheap, and wider than what ``compare`` calls close.
_NAME_MAY_BE_CLOSE = """(left(l.n_last, 1) = left(r.n_last, 1) OR left(l.n_first, 1) = left(r.n_first, 1)
    OR left(l.n_first, 1) = left(r.n_last, 1))"""


def _may_be_one_edit_apart(column: str) -> str:
    """Wider than one edit: that lies in one half of the shorter text, or between, so one half stands unchanged."""
    left, right = f"l.{column}", f"r.{column}"
    half = f"((least(length({left}), length({right})) - 1) / 2)"
    return (
        f"(abs(length({left}) - length({right})) <= 1 AND (left({left}, {half}) = left({right}, {half}) "
        f"OR right({left}, {half}) = right({right}, {half})))"
    )


def _houses(side: str) -> tuple[str, str]:
    """The first and the last of several houses on one line; a shortened last one stands for the whole (``compare._houses``)."""
    first, last = (f"split_part({side}.a_number, '-', {at})" for at in (1, -1))
    whole = f"(left({first}, greatest(0, length({first}) - length({last}))) || {last})"
    return f"{first}::bigint", f"{whole}::bigint"


_MINE, _THEIRS = _houses("l"), _houses("r")
_SEVERAL = "'^[0-9]{1,9}(-[0-9]{1,9}){0,3}$'"
# Nine digits at the most, so that no number is too large for the arithmetic. Wider than ``compare`` where a hyphen is no span.
_NUMBER_MAY_BE_CLOSE = f"""({_may_be_one_edit_apart("a_number")} OR CASE
    WHEN l.a_number ~ '^[0-9]{{1,9}}$' AND r.a_number ~ '^[0-9]{{1,9}}$'
    THEN abs(l.a_number::bigint - r.a_number::bigint) <= 10
    WHEN l.a_number ~ {_SEVERAL} AND r.a_number ~ {_SEVERAL}
    THEN {_MINE[0]} - {_THEIRS[1]} <= 10 AND {_THEIRS[0]} - {_MINE[1]} <= 10 ELSE false END)"""

# At one house one component at the most may differ, the two directions counted as one.
_ONE_DIFFERS = " + ".join(
    f"({group})::int"
    for group in (
        "l.a_predir <> r.a_predir OR l.a_postdir <> r.a_postdir", "l.a_type <> r.a_type", "l.a_unit <> r.a_unit",
        "l.a_city <> r.a_city", "l.a_state <> r.a_state",
    )
)  # fmt: skip

# Each key with what its pairs must show besides. What one of them finds by design the next ones leave out. What tells most
# pairs apart is asked first; what the key is made of is the same in nearly all of them, and is asked after it.
_PARTS = {
    "name_key": f"{_NAME} AND {_same('tin')} AND l.tin <> ''",
    "place_key": f"{_ONE_DIFFERS} <= 1 AND {_NAME_MAY_BE_CLOSE} AND {_same('a_number', 'a_street', 'a_zip5')}",
    "town_key": f"l.a_zip5 <> r.a_zip5 AND {_REST} AND {_DIRECTION} AND {_same('a_number', 'a_street')} "
    f"AND {_NAME_MAY_BE_CLOSE}",
    "near_street_key": f"l.a_number <> r.a_number AND {_REST} AND {_DIRECTION} AND {_same('a_street', 'a_zip5')} "
    f"AND {_NUMBER_MAY_BE_CLOSE}",
    "near_number_key": f"l.a_street <> r.a_street AND {_REST} AND {_DIRECTION} AND {_same('a_number', 'a_zip5')} "
    f"AND {_may_be_one_edit_apart('a_street')}",
}


def join(*, records: str) -> tuple[str, ...]:
    """The SQL text over ``LINES_TABLE`` and a table of records, in one statement a key; each takes ``snapshot``.

    One statement after the other, so that only one hash of the lines is held at a time. A pair that agrees on name and TIN
    may come twice. ``IS TRUE`` keeps the planner from hashing every text as well as the key.
    """
    chosen = ", ".join(f"{side}.{column}" for side in "lr" for column in COMPARED)
    return tuple(
        f"INSERT INTO {PAIRS_TABLE} ({', '.join(PAIR_COLUMNS)}) "  # noqa: S608 - constants of this file
        f"SELECT l.number, l.line_id, r.taxpayer_ref, ({_NAME})::int, ({_ADDRESS})::int, {chosen} "
        f"FROM {LINES_TABLE} l JOIN {records} r ON r.{key} = l.{key} "
        f"WHERE r.snapshot_id = %(snapshot)s AND ({condition}) IS TRUE"
        for key, condition in _PARTS.items()
    )
