"""Every act that a person can do on a request: its words, its form, when it is open, and the one call behind it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from disclosures.actions import fetch, release
from requests import forms
from requests import permissions as may
from requests.actions import approve, assign, decide, finish, intake, receive, review, submit
from requests.models import DisclosureRequest, Person
from requests.models.conditions import Unmet
from requests.models.lifecycle import BEFORE_RESPONSE, State
from requests.queries import count_defects, move, transitions, unmet_conditions

S = State
Run = Callable[[DisclosureRequest, Person, dt.datetime, dict[str, Any]], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """One act. ``meets`` names the conditions that the act itself fulfils, so they are not held against it before."""

    name: str
    label: str
    states: tuple[str, ...]
    permission: may.Predicate
    run: Run
    form: type[forms.ActForm] = forms.PlainForm
    verb: str = ""
    meets: frozenset[str] = frozenset()
    done: str = "Done."
    says: str = ""
    is_main: bool = False
    is_danger: bool = False
    is_agencys: bool = False
    is_offered: Callable[[DisclosureRequest], bool] = lambda dr: True


def _sign(dr: DisclosureRequest, person: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
    letter = data.get("letter")
    return submit.submit_request(
        dr.pk, actor=person, at=at, official=data["official"],
        letter=(letter.name, letter.read()) if letter else None,
        authenticated_at=at if data.get("password") else None,
    )  # fmt: skip


def _simple(action: Callable[..., Any], *names: str) -> Run:
    """An act whose form fields are the action's keywords."""

    def run(dr: DisclosureRequest, person: Person, at: dt.datetime, data: dict[str, Any]) -> Any:
        return action(dr.pk, actor=person, at=at, **{name: data[name] for name in names})

    return run


SIGNED = frozenset({"is_signed_over_these_lines", "is_a_new_version"})

ACTS: tuple[Act, ...] = (
    Act("submit", "Sign and submit", (S.DRAFT,), may.can_submit, _sign, forms.SignForm, "submit", SIGNED,
        done="It is signed and submitted.", is_main=True, is_agencys=True,
        says="Your signature is bound to the lines as they stand now."),
    Act("resubmit", "Sign and resubmit", (S.RETURNED,), may.can_resubmit, _sign, forms.SignForm, "resubmit",
        frozenset({"is_signed_over_these_lines"}), done="The new version is signed and submitted.", is_main=True,
        is_agencys=True, says="Mend the lines first, then sign the new version."),
    Act("join", "Sign the mended lines", (S.IN_INTAKE,), may.can_submit, _sign, forms.SignForm,
        done="The mended lines joined as a new version.", is_main=True, is_agencys=True,
        says="They count when you sign them; until then intake waits.",
        is_offered=lambda dr: dr.version > dr.signed_version),
    Act("receive", "Receive", (S.SUBMITTED,), may.can_receive,
        _simple(receive.receive_request, "received_date", "channel"), forms.ReceiveForm, "receive",
        frozenset({"has_a_true_receipt", "has_its_signatory_judged"}), done="It is received.", is_main=True),
    Act("perfect", "Pass the complete lines to legal review", (S.IN_INTAKE,), may.can_perfect,
        _simple(intake.pass_to_legal_review), verb="perfect",
        meets=frozenset({"has_no_defective_line_left", "has_counts_that_reconcile"}),
        done="The complete lines are with counsel; defective lines went back with a letter.", is_main=True,
        says="Defective lines are split out and returned with a letter that lists each."),
    Act("return_imperfect", "Return the whole request to the agency", (S.IN_INTAKE, S.IN_LEGAL_REVIEW),
        may.can_return_imperfect, _simple(intake.return_to_agency, "reason"), forms.OptionalReasonForm,
        "return_imperfect", frozenset({"lists_every_defect"}), done="It is returned, with a letter.",
        says="The letter lists every defect and how to mend it."),
    Act("decide_finding", "Decide a finding about the whole request", (S.IN_LEGAL_REVIEW,), may.can_decide_findings,
        _simple(decide.decide_finding, "code", "decision", "reason"), forms.DecideFindingForm,
        done="The finding is decided.",
        is_offered=lambda dr: dr.findings.filter(version=dr.version, decision="").exists()),
    Act("decide_lines", "Decide lines in question", (S.IN_LEGAL_REVIEW,), may.can_decide_findings,
        lambda dr, person, at, data: decide.decide_lines(
            dr.pk, actor=person, at=at, numbers=data["lines"], decision=data["decision"], reason=data["reason"]),
        forms.DecideLinesForm, done="The lines are decided.", is_offered=lambda dr: dr.questioned_count > 0),
    Act("write_analysis", "Write the analysis", (S.IN_LEGAL_REVIEW,), may.can_clear_legally,
        _simple(review.write_analysis, "code", "authority", "procedure"), forms.AnalysisForm,
        done="The analysis is kept."),
    Act("clear_legally", "Clear legally", (S.IN_LEGAL_REVIEW,), may.can_clear_legally, _simple(review.clear_legally),
        verb="clear_legally", done="It is cleared and goes to the impairment check.", is_main=True),
    Act("clear_impairment", "Record the determination", (S.IN_IMPAIRMENT_CHECK,), may.can_clear_impairment,
        _simple(review.determine_impairment, "determined_date", "reason", "bars_all", "barred_lines"),
        forms.ImpairmentForm, "clear_impairment", frozenset({"has_an_impairment_determination"}),
        done="The determination is kept.", is_main=True,
        says="The agency sees the same words whatever you determine."),
    Act("renew_impairment", "Renew the determination", (S.AWAITING_APPROVAL, S.AWAITING_RELEASE),
        may.can_clear_impairment,
        _simple(review.determine_impairment, "determined_date", "reason", "bars_all", "barred_lines"),
        forms.ImpairmentForm, done="The determination is renewed."),
    Act("approve", "Approve", (S.AWAITING_APPROVAL,), may.can_approve,
        _simple(approve.approve_scope, "digest_seen"), forms.ApproveForm, "approve",
        frozenset({"has_its_scope_frozen", "rests_on_a_live_delegation"}),
        done="It is approved. The comparison has begun.", is_main=True),
    Act("send_back", "Send back to legal review", (S.AWAITING_APPROVAL,), may.can_send_back,
        _simple(approve.send_back, "reason"), forms.ReasonForm, "send_back", frozenset({"has_a_reason"}),
        done="It is back with counsel."),
    Act("deny", "Deny", (S.AWAITING_APPROVAL,), may.can_deny, _simple(approve.deny_request, "code", "reason"),
        forms.DenyForm, "deny", frozenset({"has_a_reason", "has_a_legal_ground_for_denial"}),
        done="It is denied, with a letter.", is_danger=True),
    Act("release", "Release the answers", (S.AWAITING_RELEASE,), may.can_release,
        _simple(release.ask_release), verb="release", meets=frozenset({"has_its_answers_accounted"}),
        done="The release is ordered; every check is repeated before anything leaves.", is_main=True,
        says="Every check is repeated in the background. Answers and accounting are written in one commit.",
        is_offered=lambda dr: not dr.release_jobs.filter(status="queued").exists()),
    Act("acknowledge", "Acknowledge receipt", (S.RESPONDED,), may.holds(may.Role.RECIPIENT),
        _simple(fetch.acknowledge_receipt), done="Receipt is acknowledged.", is_main=True, is_agencys=True),
    Act("close", "Close", (S.RESPONDED, S.DENIED), may.can_close, _simple(finish.close_request), verb="close",
        done="It is closed."),
    Act("withdraw", "Withdraw", tuple(BEFORE_RESPONSE), may.can_withdraw, _simple(finish.withdraw_request, "reason"),
        forms.ReasonForm, "withdraw", frozenset({"has_a_reason"}), done="It is withdrawn.", is_danger=True,
        is_agencys=True, says="It stays in the accounting of requests."),
    Act("take", "Take it", (S.SUBMITTED, S.IN_INTAKE, S.IN_LEGAL_REVIEW, S.IN_IMPAIRMENT_CHECK, S.AWAITING_APPROVAL,
        S.AWAITING_RELEASE), may.holds(*may.CASE_ROLES), _simple(assign.take), done="It is yours.",
        is_offered=lambda dr: dr.assignee_id is None),
    Act("assign", "Assign", (S.SUBMITTED, S.IN_INTAKE, S.IN_LEGAL_REVIEW, S.IN_IMPAIRMENT_CHECK, S.AWAITING_APPROVAL,
        S.APPROVED, S.AWAITING_RELEASE), may.can_assign, _simple(assign.assign_to, "assignee"), forms.AssignForm,
        done="It is assigned."),
)  # fmt: skip
BY_NAME = {act.name: act for act in ACTS}


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """An act as one person meets it on one request: open with its form, or closed with its reasons."""

    act: Act
    form: forms.ActForm | None
    unmet: tuple[Unmet, ...]

    @property
    def is_open(self) -> bool:
        """Whether the person can do it now."""
        return self.form is not None


def offers(dr: DisclosureRequest, person: Person, *, today: dt.date, bound: forms.ActForm | None = None) -> list[Offer]:
    """The acts of this state for this person: the open ones with forms, the closed ones with every reason.

    ``dr`` is prepared (``advance.prepare``). ``bound`` is a form that was just refused and is shown again.
    """
    dr.defect_count = count_defects(dr) if dr.state in (S.IN_INTAKE, S.IN_LEGAL_REVIEW) else dr.defect_count
    found = []
    is_outsider = person.agency_id is not None
    for act in ACTS:
        if dr.state not in act.states or (is_outsider and not act.is_agencys) or not act.is_offered(dr):
            continue
        allowed = act.permission(dr, person)
        if not allowed and (not act.verb or is_outsider):
            continue
        unmet = reasons(act, dr, allowed=allowed)
        form = None
        if not unmet:
            mine = bound is not None and bound.prefix == act.name
            form = bound if mine else new_form(act, dr, person, today=today)
        found.append(Offer(act, form, tuple(unmet)))
    return found


def new_form(act: Act, dr: DisclosureRequest, person: Person, *, today: dt.date, data: Any = None, files: Any = None) -> forms.ActForm:
    """The form of an act, empty or filled."""
    return act.form(data, files, prefix=act.name, disclosure_request=dr, person=person, today=today)


def reasons(act: Act, dr: DisclosureRequest, *, allowed: bool) -> list[Unmet]:
    """Why an act is closed: every unmet condition, and whose it is where it is not this person's."""
    unmet = [each for each in unmet_conditions(dr, act.verb) if each.name not in act.meets] if act.verb else []
    if not allowed:
        unmet.append(Unmet("whose", whose(act, dr), "Roles and four eyes, design of the office", "Somebody who holds the role"))
    return unmet


def whose(act: Act, dr: DisclosureRequest) -> str:
    """Whose step it is, in plain words."""
    stage = str(move(act.verb, dr.state).custom["stage"]).replace("_", " ") if act.verb else ""
    if act.verb in transitions() and act.is_agencys:
        return "Only an official of the agency takes this step."
    return f"It is a step of {stage}; your role does not take it, or you acted in another stage of this request."
