"""What must hold before a request moves: named conditions, each with its words, its source and who can mend it.

A condition reads only the request's own tables (design section 2): its columns, and rows that belong to it. It is
asked inside ``advance`` under the row's lock, and again by the page that shows why an action is closed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from requests.models.request import DisclosureRequest


@dataclasses.dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that does not hold: what is so, the legal source, and who can mend it."""

    name: str
    text: str
    source: str
    mended_by: str


@dataclasses.dataclass(frozen=True)
class Condition:
    """A named condition. Called with a request it answers True or False, as django_fsm expects."""

    test: Callable[[DisclosureRequest], bool]
    text: str
    source: str
    mended_by: str

    @property
    def __name__(self) -> str:  # django_fsm and its graph speak of conditions by name
        return self.test.__name__

    def __call__(self, disclosure_request: Any) -> bool:
        """Whether the condition holds for this request now."""
        return self.test(disclosure_request)

    def unmet(self) -> Unmet:
        """The words for the page, the refusal and the record."""
        return Unmet(self.test.__name__, self.text, self.source, self.mended_by)


def _says(text: str, *, source: str, mended_by: str) -> Callable[[Callable[[DisclosureRequest], bool]], Condition]:
    return lambda test: Condition(test, text, source, mended_by)


@_says(
    "No signature of a listed official is bound to the lines as they now stand.",
    source="26 U.S.C. 6103(i)(2)(B): the request is in writing",
    mended_by="The official who signs for the agency",
)
def is_signed_over_these_lines(dr: DisclosureRequest) -> bool:
    return dr.signed_digest != "" and dr.signed_digest == dr.lines_digest and dr.signed_version == dr.version


@_says(
    "The authority is not open here on this day.",
    source="26 U.S.C. 6103(i)",
    mended_by="The agency, by naming another paragraph",
)
def rests_on_an_open_authority(dr: DisclosureRequest) -> bool:
    return dr.authority.is_open and (dr.acting_on is None or dr.authority.is_in_force(dr.acting_on))


@_says(
    "The lines of a file are being taken in.",
    source="Office procedure: a request moves as a whole",
    mended_by="Nobody: it takes minutes. Whoever sent the file can cancel it",
)
def takes_no_lines_in(dr: DisclosureRequest) -> bool:
    return not dr.takes_lines_in


@_says("It has no line.", source="26 U.S.C. 6103(i)(2)(B)(i)", mended_by="The agency, by adding lines")
def has_a_line(dr: DisclosureRequest) -> bool:
    return dr.line_count > 0


@_says(
    "The agency has not certified that it will use the answer solely for the criminal investigation.",
    source="26 U.S.C. 6103(i)(2)(A)",
    mended_by="The official who signs for the agency",
)
def is_certified_for_sole_use(dr: DisclosureRequest) -> bool:
    return dr.certified_solely


def _no_hold_on(act: str, words: str) -> Condition:
    def is_free_of_holds(dr: DisclosureRequest) -> bool:
        return not dr.holds_on(act)

    is_free_of_holds.__name__ = f"is_free_of_holds_on_{act}"
    return Condition(
        is_free_of_holds,
        f"A hold stops {words} for this request.",
        "The order that the hold carries",
        "Two people, counsel or director, who lift the hold",
    )


is_free_of_holds_on_submit = _no_hold_on("submit", "taking in")
is_free_of_holds_on_approve = _no_hold_on("approve", "approval")
is_free_of_holds_on_match = _no_hold_on("match", "the comparison with the records")
is_free_of_holds_on_release = _no_hold_on("release", "the release of answers")


@_says("It has no control number.", source="Office procedure: receipt", mended_by="The system")
def has_a_control_number(dr: DisclosureRequest) -> bool:
    return dr.control_number != ""


@_says(
    "The true date of receipt and the channel are not recorded.",
    source="26 U.S.C. 6103(p)(3)(A): dates of requests",
    mended_by="Intake",
)
def has_a_true_receipt(dr: DisclosureRequest) -> bool:
    return dr.received_date is not None and dr.channel != ""


@_says(
    "Nobody has judged whether the official who signed may ask (V02).",
    source="26 U.S.C. 6103(i)(2)(A)",
    mended_by="Intake, by receiving it through the page",
)
def has_its_signatory_judged(dr: DisclosureRequest) -> bool:
    return dr.signatory_judged_version == dr.version


@_says("It has no defect to list.", source="Office procedure: imperfect requests", mended_by="Nobody: it is complete")
def has_a_defect(dr: DisclosureRequest) -> bool:
    return dr.defect_count > 0


@_says(
    "Not every defect is listed in the letter to the agency.",
    source="Office procedure: imperfect requests",
    mended_by="Intake or counsel, by writing the letter from the findings",
)
def lists_every_defect(dr: DisclosureRequest) -> bool:
    return dr.listed_defect_count == dr.defect_count


@_says(
    "It has not come back from the agency in a new version.",
    source="Office procedure: resubmission",
    mended_by="The official who signs for the agency",
)
def is_a_new_version(dr: DisclosureRequest) -> bool:
    return dr.returned_version is not None and dr.version > dr.returned_version


@_says(
    "No complete line is left.",
    source="26 U.S.C. 6103(i)(2)(B)",
    mended_by="The agency, after the request is returned to it",
)
def has_a_complete_line(dr: DisclosureRequest) -> bool:
    return dr.complete_count + dr.questioned_count > 0


@_says(
    "Defective lines are not split out as returned yet.",
    source="26 U.S.C. 6103(i)(2)(B): every line sets forth the elements",
    mended_by="Intake, by passing it on through the page",
)
def has_no_defective_line_left(dr: DisclosureRequest) -> bool:
    return dr.defective_count == 0


@_says(
    "A finding blocks the whole request, or one of its lines.",
    source="26 U.S.C. 6103(i)(2)",
    mended_by="The agency, after the request is returned to it",
)
def has_no_block(dr: DisclosureRequest) -> bool:
    return dr.blocked_count == 0 and ("block", "") not in dr.findings_now


@_says(
    "The counts do not reconcile: received is not complete, in question, accepted and returned together.",
    source="Office procedure: counts reconcile at every stage (V21)",
    mended_by="Intake, by judging the request again",
)
def has_counts_that_reconcile(dr: DisclosureRequest) -> bool:
    parts = dr.complete_count + dr.questioned_count + dr.accepted_count + dr.returned_count + dr.defective_count
    return dr.line_count == parts + dr.blocked_count


@_says(
    "The written analysis (code, authority, procedure) is missing.",
    source="Office procedure: CAP analysis before any release",
    mended_by="Counsel",
)
def has_a_written_analysis(dr: DisclosureRequest) -> bool:
    return dr.has_analysis_now


@_says(
    "Lines in question have no decision.",
    source="26 U.S.C. 6103(i)(2)(B)",
    mended_by="Counsel, line by line or by group, with a reason",
)
def has_every_line_decided(dr: DisclosureRequest) -> bool:
    return dr.questioned_count == 0


@_says(
    "A finding about the whole request has no decision in writing.",
    source="26 U.S.C. 6103(i)(2)(A)",
    mended_by="Counsel, in writing",
)
def has_every_request_finding_decided(dr: DisclosureRequest) -> bool:
    return all(decision for _, decision in dr.findings_now)


@_says(
    "A finding about the whole request was decided against it.",
    source="26 U.S.C. 6103(i)(2)",
    mended_by="Counsel, by returning it to the agency",
)
def has_no_finding_upheld(dr: DisclosureRequest) -> bool:
    return all(decision != "return" for _, decision in dr.findings_now)


@_says(
    "No line is left that could be answered.",
    source="26 U.S.C. 6103(i)(2)(B)",
    mended_by="Counsel, by returning it to the agency",
)
def has_a_line_to_answer(dr: DisclosureRequest) -> bool:
    return dr.complete_count + dr.accepted_count > 0


@_says(
    "The determination whether an answer would expose an informant or impair a tax investigation is missing.",
    source="26 U.S.C. 6103(i)(6)",
    mended_by="The impairment officer",
)
def has_an_impairment_determination(dr: DisclosureRequest) -> bool:
    return dr.impairment_determined_date is not None


@_says(
    "The approved scope is not bound to the lines as they now stand.",
    source="Delegation Order 11-2: approval in writing",
    mended_by="The approver, by reading and signing the scope again",
)
def has_its_scope_frozen(dr: DisclosureRequest) -> bool:
    return dr.approved_digest != "" and dr.approved_digest == dr.lines_digest


@_says(
    "The approval does not rest on a live delegation for this authority.",
    source="Delegation Order 11-2",
    mended_by="The administrator records a grant; another approver who holds one approves",
)
def rests_on_a_live_delegation(dr: DisclosureRequest) -> bool:
    approval = dr.approval_now
    if approval is None or approval.scope_digest != dr.approved_digest:
        return False
    grant = approval.grant
    on, at = dr.acting_on or approval.approved_on, dr.acting_at or approval.approved_at
    return (
        grant.person_id == approval.approver_id
        and grant.authority_id == dr.authority_id
        and grant.is_live(on=on, at=at)
    )


@_says(
    "Not every line is compared or decided.",
    source="26 U.S.C. 6103(i)(2); counts reconcile (V21)",
    mended_by="The matchers, on the page of undecided lines",
)
def has_every_line_matched(dr: DisclosureRequest) -> bool:
    return (
        dr.undecided_count == 0
        and dr.yes_count + dr.no_count + dr.not_answered_count == dr.line_count
        and dr.yes_count + dr.no_count <= dr.complete_count + dr.accepted_count
    )


@_says(
    "The safeguards of the agency are not current, and the director has not decided otherwise in writing.",
    source="26 U.S.C. 6103(p)(4)",
    mended_by="The agency, by meeting its safeguards; else the director, in writing",
)
def has_current_safeguards(dr: DisclosureRequest) -> bool:
    return dr.acting_on is not None and dr.has_safeguards_on(dr.acting_on)


@_says(
    "The impairment determination is older than the office allows, or missing.",
    source="26 U.S.C. 6103(i)(6); office parameter impairment_validity_days (V23)",
    mended_by="The impairment officer, by a fresh determination",
)
def has_a_fresh_impairment_determination(dr: DisclosureRequest) -> bool:
    determined, on = dr.impairment_determined_date, dr.acting_on
    return determined is not None and on is not None and (on - determined).days <= dr.impairment_validity_days


@_says(
    "The answers are not written, or are not those that were compared.",
    source="26 U.S.C. 6103(p)(3)(A): accounting at the time of disclosure",
    mended_by="The release job, by running again",
)
def has_its_answers_accounted(dr: DisclosureRequest) -> bool:
    return dr.answers_digest != "" and dr.accounted_count == dr.yes_count + dr.no_count


@_says("No reason is given in writing.", source="Office procedure", mended_by="Whoever acts, by writing one")
def has_a_reason(dr: DisclosureRequest) -> bool:
    return dr.acting_reason.strip() != ""


@_says(
    "The reason is not on the closed list of grounds for denial.",
    source="Domain section 5: denial codes; workload and policy are not on it",
    mended_by="The approver, by choosing a legal ground or approving",
)
def has_a_legal_ground_for_denial(dr: DisclosureRequest) -> bool:
    from requests.models.review import DenialCode

    return dr.denial_code in DenialCode.values


@_says(
    "Receipt is not acknowledged, and the window for it has not passed.",
    source="Office procedure: auto-close",
    mended_by="The recipients, by acknowledging; else the passing of the window",
)
def has_its_receipt_settled(dr: DisclosureRequest) -> bool:
    if dr.state == "denied":
        return True
    passed = dr.receipt_window_ends is not None and dr.acting_on is not None and dr.acting_on > dr.receipt_window_ends
    return dr.receipt_acknowledged_at is not None or passed


@_says("The reply window has not passed.", source="Office parameter imperfect_reply_days", mended_by="The calendar")
def has_let_its_reply_window_pass(dr: DisclosureRequest) -> bool:
    return dr.reply_window_ends is not None and dr.acting_on is not None and dr.acting_on > dr.reply_window_ends
