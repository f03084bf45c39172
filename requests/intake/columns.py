"""The columns of a batch, the other names they go by, and what a file must have."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from requests.intake.errors import BatchError
from requests.intake.limits import MAX_COLUMNS

NAME_AND_ADDRESS_SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("full_name", "subject_name", "taxpayer_name"),
        "first_name": ("first", "fname", "given_name"),
        "middle_name": ("middle", "middle_initial", "mi", "mname"),
        "last_name": ("last", "lname", "surname", "family_name"),
        "suffix": ("name_suffix", "generation"),
        "address": ("full_address", "mailing_address", "subject_address", "taxpayer_address"),
        "street": ("street_address", "address_line_1", "address_1", "address1", "delivery_line"),
        "unit": ("address_line_2", "address_2", "address2", "apartment", "apt", "suite"),
        "city": ("town", "municipality"),
        "state": ("state_code", "st"),
        "zip": ("zip_code", "zipcode", "postal_code", "zip5"),
        "country": ("country_code", "nation"),
        "tin": ("ssn", "itin", "taxpayer_identification_number", "social_security_number"),
        "date_of_birth": ("dob", "birth_date", "birthdate"),
    }
)
"""Published synonyms of the columns that a batch and a registry share."""

BATCH_SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **NAME_AND_ADDRESS_SYNONYMS,
        "line": ("line_number", "line_no", "row", "row_number"),
        "taxable_periods": ("taxable_period", "tax_periods", "tax_period", "tax_years", "tax_year", "periods"),
        "statutory_authority": ("authority", "statute", "criminal_statute"),
        "reason": ("reasons", "relevance_reason", "specific_reason", "reason_for_request"),
        "case_number": ("case_no", "case_id", "case", "investigation_number", "investigation_id"),
        "engaged_official": ("official", "engaged_officer", "engaged_employee", "engaged_official_name"),
        "engaged_title": ("official_title", "engaged_official_title"),
        "order_date": ("final_order_date", "removal_order_date"),
        "under_investigation": ("active_investigation", "under_criminal_investigation", "investigation_assurance"),
    }
)
"""Published synonyms of the batch columns (design section 6)."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSet:
    """What one kind of file may and must have.

    ``required`` names single columns; ``either`` lists choices, each a pair of alternatives (the words of the design:
    ``name``, or ``first_name last_name``). ``synonyms`` holds every column that is known, required or not.
    ``remarks`` are the columns that our own defect report adds: words about a line, known by their names and not read.
    """

    what: str
    synonyms: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    either: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    remarks: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every canonical column, in the order in which they are published."""
        return tuple(self.synonyms)


NAME_OR_ADDRESS_CHOICES = (
    ("a name", ("name",), ("first_name", "last_name")),
    ("an address", ("address",), ("street", "city", "state", "zip")),
)

BATCH = ColumnSet(
    what="batch",
    synonyms=BATCH_SYNONYMS,
    required=("taxable_periods", "statutory_authority", "reason", "case_number", "engaged_official"),
    either=NAME_OR_ADDRESS_CHOICES,
    remarks=("code", "what_is_wrong", "how_to_mend_it"),
)
"""The columns of a request's batch."""


def is_own_report(header: Sequence[str], *, columns: ColumnSet = BATCH) -> bool:
    """Whether this is the header of a defect report of ours, which comes back mended: all its remarks are there."""
    return bool(columns.remarks) and set(columns.remarks) <= {plain_name(cell) for cell in header}


def plain_name(text: str) -> str:
    """The form in which header cells are compared: lower case, every run of other signs one underscore."""
    return re.sub(r"[\W_]+", "_", text.strip().casefold()).strip("_")


def map_header(header: Sequence[str], *, columns: ColumnSet = BATCH) -> dict[str, int]:
    """Say which position holds which canonical column: ``{"reason": 8, …}``.

    Header cells may come in any case and any order. Raises ``BatchError`` with all that is wrong in one sentence each:
    a cell without a name, an unknown column, a column given twice, and every required column that is missing. The
    remarks of our own defect report are passed over.
    """
    if len(header) > MAX_COLUMNS:
        raise BatchError(f"The header has {len(header)} columns; a {columns.what} may have {MAX_COLUMNS}.")
    canonical = {alias: name for name, aliases in columns.synonyms.items() for alias in (name, *aliases)}
    found: dict[str, int] = {}
    written: dict[str, str] = {}
    unread = set(columns.remarks) if is_own_report(header, columns=columns) else set()
    unknown: list[str] = []
    twice: list[str] = []
    for position, cell in enumerate(header):
        if not cell.strip():
            unknown.append(f"number {position + 1} (it has no name)")
            continue
        plain = plain_name(cell)
        name = canonical.get(plain)
        if plain in unread:
            unread.discard(plain)
        elif name is None:
            unknown.append(f'"{_shown(cell)}"')
        elif name in found:
            twice.append(f'"{written[name]}" and "{_shown(cell)}" both mean {name}')
        else:
            found[name] = position
            written[name] = _shown(cell)
    problems = []
    if unknown:
        problems.append(f"Unknown column{'s' if len(unknown) > 1 else ''} in the header: {', '.join(unknown)}")
    if twice:
        problems.append(f"A column stands twice in the header: {'; '.join(twice)}")
    missing = missing_columns(found, columns=columns)
    if missing:
        problems.append(f"Missing required column{'s' if len(missing) > 1 else ''}: {', '.join(missing)}")
    if problems:
        raise BatchError(". ".join(problems) + ". Mend the header and send the file again.")
    return found


def missing_columns(found: Mapping[str, int], *, columns: ColumnSet) -> list[str]:
    """Name every required column that is not there. Of a choice, name what completes the form that was begun."""
    missing: list[str] = []
    for what, whole, parts in columns.either:
        if all(name in found for name in whole) or all(name in found for name in parts):
            continue
        begun = [name for name in parts if name in found]
        if begun:
            missing.extend(name for name in parts if name not in found)
        else:
            missing.append(f"{what} ({' '.join(whole)}, or {' '.join(parts)})")
    missing.extend(name for name in columns.required if name not in found)
    return missing


def _shown(cell: str) -> str:
    """A header cell as it may be printed in a message: one line, not too long."""
    text = "".join(sign if sign.isprintable() else " " for sign in cell).strip()
    return text if len(text) <= 40 else text[:39] + "…"
