"""The one SQL text that brings lines and records together, for an approved request and for a rehearsal alike.

Both sides are tables with the readings and the keys of ``keys``. The text gives pairs, each with what agrees. ``agrees``
columns are final: whole components, compared as text. A pair without full agreement is only one that could be near; whether
it is near enough for a matcher is judged by ``compare``.
"""

from __future__ import annotations

from disclosures.matching.keys import KEYS, READINGS

# The columns that the two tables of the join have in common. TIN and date of birth in the form of ``keys``.
JOINED = (*READINGS, "tin", "date_of_birth", *KEYS)

LINES_TABLE = "lines_to_compare"
RECORDS_TABLE = "records_to_rehearse"

_TEXTS = ", ".join(f"{column} text NOT NULL" for column in (*READINGS, "tin", "date_of_birth"))
_NUMBERS = ", ".join(f"{key} bigint" for key in KEYS)

CREATE_LINES = f"CREATE TEMPORARY TABLE {LINES_TABLE} (number bigint PRIMARY KEY, {_NUMBERS}, {_TEXTS}) ON COMMIT DROP"
CREATE_RECORDS = (
    f"CREATE TEMPORARY TABLE {RECORDS_TABLE} "
    f"(taxpayer_ref text PRIMARY KEY, snapshot_id bigint NOT NULL, {_NUMBERS}, {_TEXTS}) ON COMMIT DROP"
)
INDEX_RECORDS = "; ".join(f"CREATE INDEX ON {RECORDS_TABLE} ({key})" for key in KEYS)


def _same(*columns: str) -> str:
    return " AND ".join(f"l.{column} = r.{column}" for column in columns)


def _given(*columns: str) -> str:
    return " AND ".join(f"l.{column} <> ''" for column in columns)


def _one(*columns: str) -> str:
    """At most one of these groups of columns differs."""
    return " + ".join(f"(({group}) IS NOT TRUE)::int" for group in columns) + " <= 1"


# A middle name agrees when it is equal, absent on either side, or the initial of the other.
_MIDDLE = """(l.n_middle = r.n_middle OR l.n_middle = '' OR r.n_middle = ''
    OR (length(l.n_middle) = 1 AND left(r.n_middle, 1) = l.n_middle)
    OR (length(r.n_middle) = 1 AND left(l.n_middle, 1) = r.n_middle))"""
_NAME = f"({_same('n_first', 'n_last', 'n_suffix')} AND {_given('n_first', 'n_last')} AND {_MIDDLE})"

_DIRECTION = _same("a_predir", "a_postdir")
_HOUSE = _same("a_kind", "a_number", "a_street")
_ADDRESS = f"""({_HOUSE} AND {_DIRECTION} AND {_same("a_type", "a_unit", "a_city", "a_state", "a_zip5")}
    AND {_given("a_number", "a_street", "a_city", "a_state", "a_zip5")})"""

# Whether two names could be spellings of one another; cheap, and never narrower than ``compare``.
_NAME_IS_CLOSE = """(l.n_last = r.n_last OR l.n_first = r.n_first OR l.n_first = r.n_last
    OR left(l.n_last, 1) = left(r.n_last, 1))"""


def _one_edit_apart(column: str) -> str:
    """Never narrower than one edit: it falls into one half of the shorter text, so the other half stands unchanged."""
    left, right = f"l.{column}", f"r.{column}"
    half = f"least(length({left}), length({right})) / 2"
    return (
        f"(abs(length({left}) - length({right})) <= 1 AND (left({left}, {half}) = left({right}, {half}) "
        f"OR right({left}, {half}) = right({right}, {half})))"
    )


# Nine digits at the most, so that a house number that is none cannot overflow.
_NUMBER_IS_CLOSE = f"""({_one_edit_apart("a_number")} OR (l.a_number ~ '^[0-9]{{1,9}}$' AND r.a_number ~ '^[0-9]{{1,9}}$'
    AND abs(l.a_number::bigint - r.a_number::bigint) <= 10))"""

_COLUMNS = f"""l.number, r.taxpayer_ref, {_NAME} AS name_agrees, {_ADDRESS} AS address_agrees,
    {", ".join(f"r.{column} AS r_{column}" for column in (*READINGS, "tin", "date_of_birth"))}"""


def _pairs(key: str, condition: str, *, records: str) -> str:
    return (
        f"SELECT {_COLUMNS} FROM {LINES_TABLE} l JOIN {records} r ON r.{key} = l.{key} "
        f"WHERE r.snapshot_id = %(snapshot)s AND ({condition}) IS TRUE"
    )


def join(*, records: str) -> str:
    """The SQL text over ``LINES_TABLE`` and a table of records; it takes one parameter, ``snapshot``.

    Each branch finds what the others cannot, so no pair comes twice, save one that agrees in name and TIN: the name's branch
    leaves out what lies at the same house.
    """
    rest = _same("a_type", "a_unit", "a_city", "a_state")
    at_one_house = f"{_same('a_number', 'a_street', 'a_zip5')}"
    return "\nUNION ALL\n".join(
        (
            _pairs("name_key", f"{_NAME} AND {_same('tin')} AND l.tin <> '' AND NOT ({at_one_house})", records=records),
            _pairs(
                "place_key",
                f"{at_one_house} AND {_NAME_IS_CLOSE} AND "
                f"{_one(_DIRECTION, _same('a_type'), _same('a_unit'), _same('a_city'), _same('a_state'))}",
                records=records,
            ),
            _pairs(
                "town_key",
                f"{_same('a_number', 'a_street')} AND l.a_zip5 <> r.a_zip5 AND {_DIRECTION} AND {rest} "
                f"AND {_NAME_IS_CLOSE}",
                records=records,
            ),
            _pairs(
                "near_street_key",
                f"{_same('a_street', 'a_zip5')} AND l.a_number <> r.a_number AND {_DIRECTION} AND {rest} "
                f"AND {_NUMBER_IS_CLOSE} AND {_NAME_IS_CLOSE}",
                records=records,
            ),
            _pairs(
                "near_number_key",
                f"{_same('a_number', 'a_zip5')} AND l.a_street <> r.a_street AND {_DIRECTION} AND {rest} "
                f"AND {_one_edit_apart('a_street')} AND {_NAME_IS_CLOSE}",
                records=records,
            ),
        )
    )
