"""Each named condition of the lifecycle: what it lets pass, what it refuses, and the words it refuses with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from requests.actions.decide import decide_finding
from requests.actions.hold import place_hold
from requests.actions.safeguards import record_safeguards
from requests.models import DisclosureRequest, Finding, Line, RuleSet
from requests.models import conditions as if_
from requests.models.authority import Authority
from requests.models.conditions import Condition
from requests.models.lifecycle import State
from requests.queries import move, sources, transitions, unmet_conditions
from tests import factories as f

DAY = dt.date(2026, 11, 23)
DIGEST, OTHER = "a" * 64, "b" * 64

# condition -> (what lets it pass, what it refuses): the columns that it reads, and nothing else.
OF_COLUMNS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "is_signed_over_these_lines": (
        [{"signed_digest": DIGEST, "lines_digest": DIGEST, "signed_version": 2, "version": 2}],
        [
            {"signed_digest": "", "lines_digest": "", "signed_version": 1, "version": 1},
            {"signed_digest": OTHER, "lines_digest": DIGEST, "signed_version": 1, "version": 1},
            {"signed_digest": DIGEST, "lines_digest": DIGEST, "signed_version": 1, "version": 2},
        ],
    ),
    "has_a_line": ([{"line_count": 1}], [{"line_count": 0}]),
    "is_certified_for_sole_use": ([{"certified_solely": True}], [{"certified_solely": False}]),
    "has_a_control_number": ([{"control_number": "26-7KQM-X4TD"}], [{"control_number": ""}]),
    "has_a_true_receipt": (
        [{"received_date": DAY, "channel": "letter"}],
        [{"received_date": None, "channel": "letter"}, {"received_date": DAY, "channel": ""}],
    ),
    "has_its_signatory_judged": (
        [{"signatory_judged_version": 1, "version": 1}],
        [{"signatory_judged_version": 0, "version": 1}, {"signatory_judged_version": 1, "version": 2}],
    ),
    "has_a_defect": ([{"defect_count": 1}], [{"defect_count": 0}]),
    "lists_every_defect": (
        [{"listed_defect_count": 3, "defect_count": 3}],
        [{"listed_defect_count": 2, "defect_count": 3}, {"listed_defect_count": 0, "defect_count": 3}],
    ),
    "is_a_new_version": (
        [{"version": 2, "returned_version": 1}],
        [{"version": 1, "returned_version": 1}, {"version": 1, "returned_version": None}],
    ),
    "has_a_complete_line": (
        [{"complete_count": 1}, {"complete_count": 0, "questioned_count": 1}],
        [{"complete_count": 0, "questioned_count": 0, "returned_count": 4}],
    ),
    "has_no_defective_line_left": ([{"defective_count": 0}], [{"defective_count": 1}]),
    "has_counts_that_reconcile": (
        [
            {
                "line_count": 21, "complete_count": 6, "questioned_count": 5, "accepted_count": 4, "returned_count": 3,
                "defective_count": 2, "blocked_count": 1,
            }
        ],
        [
            {"line_count": 3, "complete_count": 2},
            {"line_count": 1, "complete_count": 2},
        ],
    ),
    "has_every_line_decided": ([{"questioned_count": 0}], [{"questioned_count": 1}]),
    "has_a_line_to_answer": (
        [{"complete_count": 1}, {"accepted_count": 1}],
        [{"complete_count": 0, "accepted_count": 0, "questioned_count": 2, "returned_count": 2}],
    ),
    "has_an_impairment_determination": (
        [{"impairment_determined_date": DAY}],
        [{"impairment_determined_date": None}],
    ),
    "has_its_scope_frozen": (
        [{"approved_digest": DIGEST, "lines_digest": DIGEST}],
        [{"approved_digest": "", "lines_digest": ""}, {"approved_digest": OTHER, "lines_digest": DIGEST}],
    ),
    "has_every_line_matched": (
        [
            {"line_count": 6, "complete_count": 3, "yes_count": 1, "no_count": 2, "not_answered_count": 3},
            {"line_count": 2, "complete_count": 2, "not_answered_count": 2},
        ],
        [
            {"line_count": 3, "complete_count": 3, "no_count": 2, "undecided_count": 1},
            {"line_count": 3, "complete_count": 3, "no_count": 2},
            {"line_count": 3, "complete_count": 1, "yes_count": 2, "not_answered_count": 1},
        ],
    ),
    "has_a_fresh_impairment_determination": (
        [
            {"impairment_determined_date": DAY, "acting_on": DAY},
            {"impairment_determined_date": DAY, "acting_on": DAY + dt.timedelta(days=30)},
        ],
        [
            {"impairment_determined_date": DAY, "acting_on": DAY + dt.timedelta(days=31)},
            {"impairment_determined_date": None, "acting_on": DAY},
            {"impairment_determined_date": DAY, "acting_on": None},
            {"impairment_determined_date": DAY, "acting_on": DAY + dt.timedelta(3), "impairment_validity_days": 2},
        ],
    ),
    "has_its_answers_accounted": (
        [{"answers_digest": DIGEST, "accounted_count": 3, "yes_count": 1, "no_count": 2, "not_answered_count": 9}],
        [
            {"answers_digest": "", "accounted_count": 3, "yes_count": 1, "no_count": 2},
            {"answers_digest": DIGEST, "accounted_count": 2, "yes_count": 1, "no_count": 2},
        ],
    ),
    "has_a_reason": ([{"acting_reason": "Because."}], [{"acting_reason": ""}, {"acting_reason": " \n"}]),
    "has_a_legal_ground_for_denial": (
        [{"denial_code": "civil_purpose"}, {"denial_code": "wrong_office"}],
        [{"denial_code": ""}, {"denial_code": "workload"}, {"denial_code": "policy"}],
    ),
    "has_its_receipt_settled": (
        [
            {"state": "denied"},
            {"state": "responded", "receipt_acknowledged_at": f.AT},
            {"state": "responded", "receipt_window_ends": DAY, "acting_on": DAY + dt.timedelta(days=1)},
        ],
        [
            {"state": "responded"},
            {"state": "responded", "receipt_window_ends": DAY, "acting_on": DAY},
            {"state": "responded", "receipt_window_ends": DAY, "acting_on": None},
        ],
    ),
    "has_let_its_reply_window_pass": (
        [{"reply_window_ends": DAY, "acting_on": DAY + dt.timedelta(days=1)}],
        [{"reply_window_ends": DAY, "acting_on": DAY}, {"reply_window_ends": None, "acting_on": DAY}],
    ),
}
# These read rows beside the request; each has tests of its own below.
OF_ROWS = {
    "rests_on_an_open_authority", "is_free_of_holds_on_submit", "is_free_of_holds_on_approve",
    "is_free_of_holds_on_match", "is_free_of_holds_on_release", "has_no_block", "has_a_written_analysis",
    "has_every_request_finding_decided", "has_no_finding_upheld", "rests_on_a_live_delegation",
    "has_current_safeguards", "takes_no_lines_in",  # the last: tests/actions/test_files.py walks it
}  # fmt: skip
# What a reader should meet in the words: the source of the law or the office's rule, and who can mend it.
SOURCES = {
    "is_signed_over_these_lines": "6103(i)(2)", "is_certified_for_sole_use": "6103(i)(2)(A)",
    "has_an_impairment_determination": "6103(i)(6)", "has_a_fresh_impairment_determination": "V23",
    "has_current_safeguards": "6103(p)(4)", "has_its_answers_accounted": "6103(p)(3)(A)",
    "rests_on_a_live_delegation": "Delegation Order 11-2", "has_its_scope_frozen": "Delegation Order 11-2",
    "has_counts_that_reconcile": "V21", "has_every_line_matched": "V21",
}  # fmt: skip


def condition(name: str) -> Condition:
    return getattr(if_, name)


def a_dr(fields: dict[str, Any]) -> DisclosureRequest:
    """A request in memory: no database behind it."""
    fields = {"impairment_validity_days": 30, **fields}  # the office's parameter, unless a case says otherwise
    transient = {key: value for key, value in fields.items() if key.startswith(("acting_", "impairment_validity"))}
    dr = DisclosureRequest(**{key: value for key, value in fields.items() if key not in transient})
    for key, value in transient.items():
        setattr(dr, key, value)
    return dr


def named_in_the_lifecycle() -> dict[str, Condition]:
    return {
        each.__name__: each for verb in transitions() for state in sources(verb) for each in move(verb, state).conditions
    }


def test_every_condition_of_the_lifecycle_is_tried_here() -> None:
    assert set(named_in_the_lifecycle()) == set(OF_COLUMNS) | OF_ROWS


@pytest.mark.parametrize("name", [*OF_COLUMNS, *sorted(OF_ROWS)])
def test_a_condition_says_what_is_so_by_which_source_and_who_mends_it(name: str) -> None:
    unmet = condition(name).unmet()
    assert unmet.name == name
    assert unmet.text.endswith(".")
    assert unmet.source
    assert unmet.mended_by
    assert SOURCES.get(name, "") in unmet.source


@pytest.mark.parametrize(("name", "fields"), [(name, each) for name, (good, _) in OF_COLUMNS.items() for each in good])
def test_a_condition_lets_pass(name: str, fields: dict[str, Any]) -> None:
    assert condition(name)(a_dr(fields)) is True


@pytest.mark.parametrize(("name", "fields"), [(name, each) for name, (_, bad) in OF_COLUMNS.items() for each in bad])
def test_a_condition_refuses(name: str, fields: dict[str, Any]) -> None:
    assert condition(name)(a_dr(fields)) is False


@pytest.mark.parametrize(
    ("is_open", "valid_from", "valid_to", "holds"),
    [
        (True, dt.date(1976, 1, 1), None, True),
        (True, DAY, DAY, True),
        (False, dt.date(1976, 1, 1), None, False),
        (True, DAY + dt.timedelta(days=1), None, False),
        (True, dt.date(1976, 1, 1), DAY - dt.timedelta(days=1), False),
    ],
)
def test_an_authority_must_be_open_here_and_in_force_on_the_day(
    is_open: bool, valid_from: dt.date, valid_to: dt.date | None, holds: bool
) -> None:
    authority = Authority(code="i2", is_open=is_open, valid_from=valid_from, valid_to=valid_to)
    dr = a_dr({"authority": authority, "acting_on": DAY})
    assert if_.rests_on_an_open_authority(dr) is holds


HELD_STATES = {
    "submit": State.DRAFT, "approve": State.AWAITING_APPROVAL, "match": State.APPROVED,
    "release": State.AWAITING_RELEASE,
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("act", HELD_STATES)
def test_a_hold_stops_the_act_that_it_names_and_no_other(cast: f.Cast, dr: DisclosureRequest, act: str) -> None:
    dr.acting_on = f.TODAY
    holds = {each: condition(f"is_free_of_holds_on_{each}") for each in HELD_STATES}
    assert all(each(dr) for each in holds.values())
    place_hold(
        actor=cast.counsel, at=f.AT, order_reference="D.D.C. 25-0457", reason="Stay.", acts=[act], starts_on=f.TODAY,
        disclosure_request=dr,
    )  # fmt: skip
    dr = f.again(dr)  # as the next act reads it
    dr.acting_on = f.TODAY
    assert {each for each, holds_not in holds.items() if not holds_not(dr)} == {act}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        ("everybody", True), ("this request", True), ("this agency", True), ("this authority", True),
        ("its department", True), ("another request", False), ("another agency", False), ("another authority", False),
        ("this agency under another authority", False), ("from tomorrow", False),
    ],
)  # fmt: skip
def test_a_hold_covers_what_its_scope_says(scope: str, covers: bool) -> None:
    department = f.an_agency()
    cast = f.a_cast(f.an_agency(kind="component", parent=department))
    dr, other = f.draft(cast), f.draft(cast)
    dr.acting_on = f.TODAY
    scopes: dict[str, dict[str, Any]] = {
        "everybody": {}, "this request": {"disclosure_request": dr}, "this agency": {"agency": cast.agency},
        "this authority": {"authority": f.the_authority()}, "its department": {"agency": department},
        "another request": {"disclosure_request": other}, "another agency": {"agency": f.an_agency()},
        "another authority": {"authority": f.the_authority("i1")},
        "this agency under another authority": {"agency": cast.agency, "authority": f.the_authority("i1")},
        "from tomorrow": {"starts_on": f.TODAY + dt.timedelta(days=1)},
    }  # fmt: skip
    place_hold(
        **{"actor": cast.director, "at": f.AT, "order_reference": "D.D.C. 25-0457", "reason": "Stay.",
           "acts": ["approve"], "starts_on": f.TODAY} | scopes[scope]
    )  # fmt: skip
    assert if_.is_free_of_holds_on_approve(dr) is not covers


def a_finding(dr: DisclosureRequest, **changes: Any) -> Finding:
    rule_set = RuleSet.objects.first() or RuleSet.objects.create(digest="0" * 16, versions={}, parameters={})
    fields = {"version": dr.version, "code": "V13", "verdict": "review", "rule_set": rule_set} | changes
    dr.forget()
    return Finding.objects.create(disclosure_request=dr, **fields)


@pytest.mark.django_db
def test_a_block_of_a_line_or_of_the_request_stops_it(dr: DisclosureRequest) -> None:
    assert if_.has_no_block(dr)
    dr.blocked_count = 1
    assert not if_.has_no_block(dr)
    dr.blocked_count = 0
    a_finding(dr, code="V02", verdict="block", version=dr.version + 1)
    assert if_.has_no_block(dr)
    a_finding(dr, code="V02", verdict="block")
    assert not if_.has_no_block(dr)


@pytest.mark.django_db
def test_an_analysis_counts_for_the_version_that_it_was_written_for(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    assert not if_.has_a_written_analysis(dr)
    f.analyse(cast, dr)
    dr.forget()
    assert if_.has_a_written_analysis(dr)
    dr.version += 1
    dr.forget()
    assert not if_.has_a_written_analysis(dr)


@pytest.mark.django_db
def test_a_finding_about_the_request_waits_for_counsels_word_and_a_return_is_upheld(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_LEGAL_REVIEW)
    assert if_.has_every_request_finding_decided(dr)
    assert if_.has_no_finding_upheld(dr)
    a_finding(dr)
    assert not if_.has_every_request_finding_decided(dr)
    assert if_.has_no_finding_upheld(dr)
    decide_finding(dr.pk, actor=cast.counsel, at=f.AT, code="V13", decision="accept", reason="A large case.")
    dr.forget()
    assert if_.has_every_request_finding_decided(dr)
    assert if_.has_no_finding_upheld(dr)
    decide_finding(dr.pk, actor=cast.counsel, at=f.AT, code="V13", decision="return", reason="Not plausible.")
    dr.forget()
    assert not if_.has_no_finding_upheld(dr)


@pytest.mark.django_db
def test_an_approval_rests_on_the_grant_of_its_approver_for_this_authority_on_this_day(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.APPROVED)
    dr.acting_on, dr.acting_at = f.TODAY, f.AT
    assert if_.rests_on_a_live_delegation(dr)
    for change in (
        {"valid_to": f.TODAY - dt.timedelta(days=1)}, {"valid_from": f.TODAY + dt.timedelta(days=1)},
        {"revoked_at": f.AT}, {"person": cast.releaser}, {"authority": f.the_authority("i1")},
    ):  # fmt: skip
        before = {name: getattr(cast.grant, name) for name in change}
        cast.grant.__class__.objects.filter(pk=cast.grant.pk).update(**change)
        dr.forget()
        assert not if_.rests_on_a_live_delegation(dr), change
        cast.grant.__class__.objects.filter(pk=cast.grant.pk).update(**before)
    dr.forget()
    dr.approved_digest = OTHER
    assert not if_.rests_on_a_live_delegation(dr)


@pytest.mark.django_db
def test_a_request_that_nobody_approved_rests_on_no_delegation() -> None:
    assert not if_.rests_on_a_live_delegation(f.a_request(f.a_cast(), State.AWAITING_APPROVAL))


@pytest.mark.django_db
def test_safeguards_are_those_of_the_newest_review_on_the_day_of_acting(cast: f.Cast, dr: DisclosureRequest) -> None:
    assert not if_.has_current_safeguards(dr)  # nobody says on which day
    dr.acting_on = f.TODAY
    assert if_.has_current_safeguards(dr)
    dr.acting_on = dt.date(2028, 1, 16)  # the review ran out the day before
    assert not if_.has_current_safeguards(dr)
    dr.acting_on = f.TODAY
    record_safeguards(
        actor=cast.director, at=f.AT, agency=cast.agency, status="open_findings", reviewed_on=f.TODAY,
        valid_until=dt.date(2029, 1, 1), open_findings=2,
    )  # fmt: skip
    assert not if_.has_current_safeguards(dr)


@pytest.mark.django_db
def test_an_agency_without_any_review_has_no_current_safeguards(cast: f.Cast, dr: DisclosureRequest) -> None:
    dr.agency = f.an_agency()
    dr.acting_on = f.TODAY
    assert not if_.has_current_safeguards(dr)


@pytest.mark.django_db
def test_all_unmet_conditions_are_told_at_once_in_the_order_of_the_lifecycle() -> None:
    dr = f.draft(f.a_cast(), certified_solely=False)
    Line.objects.filter(disclosure_request=dr).delete()
    dr.line_count, dr.lines_digest = 0, ""
    assert [each.name for each in unmet_conditions(dr, "submit")] == [
        "has_a_line", "is_certified_for_sole_use", "is_signed_over_these_lines",
    ]  # fmt: skip
