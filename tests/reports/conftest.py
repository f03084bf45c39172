"""One October of an office: requests of two agencies, brought by real acts to known ends at known moments.

Built once for each worker in a database of its own. What the reports must say of it is worked out by hand in the modules.

| request | agency | what happens |
|---|---|---|
| held | A | comes 1 September, legal review the same day; a hold from 10 to 19 October; answered on 10 November |
| partly | A | comes 15 September; answered on 20 October: line 1 yes, line 2 no, line 3 returned (V05, V06) |
| late_evening | A | comes on 31 October at 23:30 in New York, which is 1 November in UTC |
| after_midnight | A | comes on 1 November at 00:10 in New York |
| fully | B | comes 26, answered 28 October: two lines, both yes |
| nobody | B | comes 26, answered 28 October: one line, no |
| denied | B | comes 26, denied 28 October for a civil purpose |
| withdrawn | B | comes 26, withdrawn 27 October |
| lapsed | B | comes and is returned on 10 September; the reply window ends on 13 October; lapses on the 14th |
| again | B | comes and is returned on 5 October (V05, V06), comes again on the 9th |
| draft, given_up | B | never submitted: one stays a draft, one is withdrawn as such |
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence

import pytest
from pytest_django import DjangoDbBlocker

from disclosures.actions.fetch import acknowledge_receipt
from disclosures.reports.base import Period, Report, Row, totals
from disclosures.reports.catalogue import BY_NAME
from requests.actions.approve import deny_request
from requests.actions.expire import expire
from requests.actions.finish import withdraw_request
from requests.actions.hold import ask_to_lift, lift_hold, place_hold
from requests.actions.intake import pass_to_legal_review, return_to_agency
from requests.actions.review import clear_legally
from requests.models import DisclosureRequest
from tests import factories as f
from tests.conftest import RUN, _connected_to, _database

OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
Lines = Sequence[Mapping[str, str]]
Results = Mapping[int, Mapping[str, object]]


def on(month: int, day: int, hour: int = 15, minute: int = 0) -> dt.datetime:
    """A moment of 2026, in UTC; by default eleven or ten in the morning at the office."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=dt.UTC)


def yes(reference: str) -> dict[str, object]:
    """A comparison that found this one record."""
    return f.A_YES | {"taxpayer_ref": reference}


def come(cast: f.Cast, *, at: dt.datetime, lines: Lines | None = None) -> DisclosureRequest:
    """The agency drafts, signs and submits."""
    return f.sign(cast, f.draft(cast, lines=lines, at=at), at=at)


def to_legal_review(cast: f.Cast, dr: DisclosureRequest, *, at: dt.datetime) -> None:
    """Intake receives it and passes it on."""
    f.receive(cast, dr, at=at)
    pass_to_legal_review(dr.pk, actor=cast.intake, at=at)


def to_approval(cast: f.Cast, dr: DisclosureRequest, *, at: dt.datetime) -> None:
    """Counsel clears it and the impairment check is concluded."""
    f.analyse(cast, dr, at=at)
    clear_legally(dr.pk, actor=cast.counsel, at=at)
    f.determine(cast, dr, at=at)


def to_answer(cast: f.Cast, dr: DisclosureRequest, *, at: dt.datetime, results: Results | None = None) -> DisclosureRequest:
    """It is approved, compared and released."""
    f.approve(cast, dr, at=at)
    f.start_comparison(dr, results, at=at)
    f.finish_comparison(dr, at=at)
    return f.release(cast, dr, at=at)


def answered(cast: f.Cast, *, came: dt.datetime, at: dt.datetime, lines: Lines | None = None,
             results: Results | None = None) -> DisclosureRequest:  # fmt: skip
    """A request that came at one moment and was worked on to its answer at another."""
    dr = come(cast, at=came, lines=lines)
    to_legal_review(cast, dr, at=at)
    to_approval(cast, dr, at=at)
    return to_answer(cast, dr, at=at, results=results)


@dataclasses.dataclass(frozen=True, slots=True)
class October:
    """The two agencies, and each request by what becomes of it."""

    a: f.Cast
    b: f.Cast
    requests: dict[str, DisclosureRequest]

    def number(self, name: str) -> str:
        """The control number of a request."""
        return self.requests[name].control_number


def _of_agency_a(a: f.Cast) -> dict[str, DisclosureRequest]:
    held = come(a, at=on(9, 1))
    to_legal_review(a, held, at=on(9, 1))
    hold = place_hold(
        actor=a.counsel, at=on(10, 10), order_reference="D.D.C. 25-cv-00457", reason="A stay.", acts=["approve"],
        starts_on=dt.date(2026, 10, 10), disclosure_request=held,
    )  # fmt: skip
    ask_to_lift(hold.pk, actor=a.counsel, at=on(10, 19), reference="Vacated")
    lift_hold(hold.pk, actor=a.director, at=on(10, 20))
    partly = answered(
        a, came=on(9, 15), at=on(10, 20), lines=[f.a_line(1), f.a_line(2), f.a_defective_line(3)], results={1: yes("T1")}
    )
    acknowledge_receipt(partly.pk, actor=a.recipient, at=on(10, 22))
    late_evening = come(a, at=on(11, 1, 3, 30))
    after_midnight = come(a, at=on(11, 1, 4, 10))
    to_approval(a, held, at=on(11, 10))
    to_answer(a, held, at=on(11, 10))
    return {"held": held, "partly": partly, "late_evening": late_evening, "after_midnight": after_midnight}


def _of_agency_b(b: f.Cast) -> dict[str, DisclosureRequest]:
    lapsed = come(b, at=on(9, 10), lines=[f.a_defective_line()])
    f.receive(b, lapsed, at=on(9, 10))
    return_to_agency(lapsed.pk, actor=b.intake, at=on(9, 10))
    expire(at=on(10, 14))
    again = come(b, at=on(10, 5), lines=[f.a_defective_line()])
    f.receive(b, again, at=on(10, 5))
    return_to_agency(again.pk, actor=b.intake, at=on(10, 5))
    f.load(again, [f.a_line()], actor=b.official, at=on(10, 9))
    f.sign(b, again, at=on(10, 9))
    fully = answered(
        b, came=on(10, 26), at=on(10, 28), lines=[f.a_line(4), f.a_line(5)], results={4: yes("T4"), 5: yes("T5")}
    )
    nobody = answered(b, came=on(10, 26), at=on(10, 28, 16), lines=[f.a_line(7)])
    denied = come(b, at=on(10, 26))
    to_legal_review(b, denied, at=on(10, 28))
    to_approval(b, denied, at=on(10, 28))
    deny_request(denied.pk, actor=b.approver, at=on(10, 28), code="civil_purpose", reason="The purpose stated is civil.")
    withdrawn = come(b, at=on(10, 26))
    withdraw_request(withdrawn.pk, actor=b.official, at=on(10, 27), reason="The case is closed.")
    draft, given_up = f.draft(b, at=on(10, 2)), f.draft(b, at=on(10, 2))
    withdraw_request(given_up.pk, actor=b.official, at=on(10, 3), reason="Drafted by mistake.")
    return {
        "lapsed": lapsed, "again": again, "fully": fully, "nobody": nobody, "denied": denied, "withdrawn": withdrawn,
        "draft": draft, "given_up": given_up,
    }  # fmt: skip


def _october() -> October:
    a = f.a_cast(f.an_agency(code="AAA", name="Agency A", address="1 First Street", accounting_code="A1"))
    b = f.a_cast(f.an_agency(code="BBB", name="Agency B", address="2 Second Street", accounting_code="B1"))
    return October(a=a, b=b, requests=_of_agency_a(a) | _of_agency_b(b))


@pytest.fixture(scope="session")
def _built(
    template: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, October]]:
    """The database that holds this October, and what is in it."""
    name = f"test_{RUN}_{os.getpid()}_october"
    with django_db_blocker.unblock(), _database(name):
        with _connected_to(name):
            built = _october()
        yield name, built


@pytest.fixture
def october(_built: tuple[str, October], django_db_blocker: DjangoDbBlocker) -> Iterator[October]:
    """This October, to be read; instead of ``db``, never beside it."""
    name, built = _built
    with django_db_blocker.unblock(), _connected_to(name):
        yield built


def rows_of(name: str, period: Period) -> list[dict[str, object]]:
    """The rows of a report by the names of its columns."""
    return [dict(zip(BY_NAME[name].header(), row, strict=True)) for row in BY_NAME[name].rows(period)]


def sums_of(name: str, period: Period) -> dict[str, object]:
    """The sums of a report by the names of its columns; those that add up only."""
    report: Report = BY_NAME[name]
    _, sums = totals(report, report.rows(period))
    return {column.name: total for column, total in zip(report.columns, sums, strict=True) if total is not None}


def picked(rows: Sequence[Mapping[str, object]], *columns: str) -> list[Row]:
    """Only these columns of each row."""
    return [tuple(row[column] for column in columns) for row in rows]
