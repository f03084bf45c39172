"""The reports about what stands over the requests: holds, safeguards, delegations."""

from __future__ import annotations

import datetime as dt

import pytest

from disclosures.reports.base import Period
from requests.actions.configure import revoke_delegation
from requests.actions.hold import place_hold
from requests.actions.safeguards import override_safeguards, record_safeguards
from tests import factories as f
from tests.reports.conftest import NOVEMBER, OCTOBER, October, come, on, picked, rows_of, sums_of


def test_a_hold_is_told_with_its_order_its_scope_and_the_two_who_lifted_it(october: October) -> None:
    (row,) = rows_of("holds", OCTOBER)
    assert row == {
        "hold": "H-2026-01", "order": "D.D.C. 25-cv-00457", "from": dt.date(2026, 10, 10), "scope_authority": "every authority",
        "scope_agency": "every agency", "scope_request": october.number("held"), "acts_frozen": "approve",
        "requests_affected": 1, "lift_asked_by": october.a.counsel.username, "lifted_by": october.a.director.username,
        "lifted": dt.date(2026, 10, 20),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "stood"),
    [("10-01", "10-09", False), ("10-01", "10-10", True), ("10-12", "10-13", True), ("10-20", "10-31", True), ("10-21", "10-31", False)],
)
def test_a_hold_is_listed_where_it_stood_on_a_day_of_the_period(october: October, first: str, last: str, stood: bool) -> None:
    period = Period(dt.date.fromisoformat(f"2026-{first}"), dt.date.fromisoformat(f"2026-{last}"))
    assert bool(rows_of("holds", period)) is stood


@pytest.mark.django_db
def test_a_hold_that_stands_counts_every_request_it_stopped() -> None:
    cast = f.a_cast()
    for _ in range(3):
        come(cast, at=on(10, 5))
    come(f.a_cast(), at=on(10, 5))
    place_hold(
        actor=cast.director, at=on(10, 6), order_reference="Direction 7", reason="Findings.", acts=["release", "download"],
        starts_on=dt.date(2026, 10, 6), agency=cast.agency,
    )  # fmt: skip
    (row,) = rows_of("holds", NOVEMBER)
    assert (row["requests_affected"], row["acts_frozen"], row["scope_agency"], row["lifted"]) == (
        3, "download release", cast.agency.code, None,
    )  # fmt: skip
    assert sums_of("holds", NOVEMBER) == {"requests_affected": 3}


@pytest.mark.django_db
def test_the_newest_safeguard_review_up_to_the_last_day_counts() -> None:
    cast = f.a_cast()  # reviewed on 15 January 2026, valid to 15 January 2028
    bare = f.an_agency()
    status = record_safeguards(
        actor=cast.director, at=on(10, 20), agency=cast.agency, status="open_findings", reviewed_on=dt.date(2026, 10, 20),
        valid_until=dt.date(2027, 10, 20), open_findings=3,
    )  # fmt: skip
    override_safeguards(status.pk, actor=cast.director, at=on(10, 21), reason="Mended by March.", until=dt.date(2027, 3, 31))

    def of(agency: str, last: dt.date) -> tuple[object, ...]:
        rows = rows_of("safeguards", Period(dt.date(2026, 1, 1), last))
        (told,) = (row for row in rows if row["agency"] == agency)
        return told["last_review"], told["open_findings"], told["status"], told["override_until"]

    assert of(cast.agency.code, dt.date(2026, 10, 19)) == (dt.date(2026, 1, 15), 0, "current", None)
    assert of(cast.agency.code, dt.date(2026, 10, 20)) == (dt.date(2026, 10, 20), 3, "open_findings", dt.date(2027, 3, 31))
    assert of(bare.code, dt.date(2026, 10, 20)) == (None, None, "never reviewed", None)


@pytest.mark.django_db
def test_a_status_that_ran_out_by_the_last_day_says_so() -> None:
    cast = f.a_cast()
    told = {
        last: row["status"]
        for last in (dt.date(2028, 1, 15), dt.date(2028, 1, 16))
        for row in rows_of("safeguards", Period(dt.date(2026, 1, 1), last))
        if row["agency"] == cast.agency.code
    }
    assert list(told.values()) == ["current", "run out"]


def test_a_delegation_is_told_with_what_was_approved_under_it_in_the_period(october: October) -> None:
    used = {row["user"]: row["approvals"] for row in rows_of("delegations", OCTOBER)}
    assert used == {october.a.approver.username: 1, october.b.approver.username: 2}
    of_november = {row["user"]: row["approvals"] for row in rows_of("delegations", NOVEMBER)}
    assert of_november == {october.a.approver.username: 1, october.b.approver.username: 0}


@pytest.mark.django_db
def test_a_delegation_that_ended_or_was_revoked_before_the_period_did_not_stand_in_it() -> None:
    cast, other = f.a_cast(), f.a_cast()
    ended = f.a_grant(cast.approver, valid_to=dt.date(2026, 9, 30), order_reference="ended")
    revoke_delegation(other.grant.pk, actor=cast.admin, at=on(10, 12), reason="A new order.")
    assert ended.pk
    told = {period: sorted(row["user"] for row in rows_of("delegations", period)) for period in (OCTOBER, NOVEMBER)}
    assert told[OCTOBER] == sorted([cast.approver.username, other.approver.username])
    assert told[NOVEMBER] == [cast.approver.username]
    (revoked,) = (row for row in rows_of("delegations", OCTOBER) if row["user"] == other.approver.username)
    assert revoked["revoked"] == dt.date(2026, 10, 12)
    assert picked(rows_of("delegations", OCTOBER), "order") == [("DO 11-2, row 14",)] * 2
