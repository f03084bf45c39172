"""The life of a disclosure request: states, transitions, who may, under which named conditions. Nothing else.

This is the page to read first. A transition only sets fields of the one object; ``actions/advance.py`` is the one door
that calls it, under a lock and with an event. ``docs/lifecycle.md`` is drawn from this file.
"""

from __future__ import annotations

from django.db import models
from django_fsm import FSMField, transition

from requests import permissions as may
from requests.models import conditions as if_


class State(models.TextChoices):
    """Where a request is."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    IN_INTAKE = "in_intake", "Intake"
    RETURNED = "returned", "Returned"
    IN_LEGAL_REVIEW = "in_legal_review", "Legal review"
    IN_IMPAIRMENT_CHECK = "in_impairment_check", "Impairment check"
    AWAITING_APPROVAL = "awaiting_approval", "Approval"
    APPROVED = "approved", "Matching"
    AWAITING_RELEASE = "awaiting_release", "Release"
    RESPONDED = "responded", "Responded"
    DENIED = "denied", "Denied"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"
    CLOSED = "closed", "Closed"


class Outcome(models.TextChoices):
    """How a request ended; empty while it has not."""

    ANSWERED = "answered", "Answered"
    DENIED = "denied", "Denied"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


S = State
ENDED = (S.RESPONDED, S.DENIED, S.WITHDRAWN, S.LAPSED, S.CLOSED)
BEFORE_RESPONSE = [
    S.DRAFT, S.SUBMITTED, S.IN_INTAKE, S.RETURNED, S.IN_LEGAL_REVIEW,
    S.IN_IMPAIRMENT_CHECK, S.AWAITING_APPROVAL, S.APPROVED, S.AWAITING_RELEASE,
]  # fmt: skip


class Lifecycle(models.Model):
    """The state, the outcome and the fifteen verbs. ``custom`` carries the label, the stage and the clocks of a verb."""

    state = FSMField(choices=State, default=State.DRAFT, protected=True, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, editable=False)

    class Meta:
        abstract = True

    @transition(
        "state", source=S.DRAFT, target=S.SUBMITTED, permission=may.can_submit,
        conditions=[
            if_.takes_no_lines_in, if_.has_a_line, if_.rests_on_an_open_authority, if_.is_certified_for_sole_use,
            if_.is_signed_over_these_lines, if_.is_free_of_holds_on_submit,
        ],
        custom={"label": "Submit", "stage": may.Stage.AGENCY, "starts": ["acknowledge"], "ends": []},
    )  # fmt: skip
    def submit(self) -> None:
        """The agency hands the signed request in."""

    @transition(
        "state", source=S.SUBMITTED, target=S.IN_INTAKE, permission=may.can_receive,
        conditions=[
            if_.has_a_control_number, if_.has_a_true_receipt, if_.has_its_signatory_judged,
            if_.is_free_of_holds_on_submit,
        ],
        custom={"label": "Receive", "stage": may.Stage.INTAKE, "starts": ["completeness"], "ends": ["acknowledge"]},
    )  # fmt: skip
    def receive(self) -> None:
        """Intake takes it in, with its true date and channel, and the signatory is judged."""

    @transition(
        "state", source=[S.IN_INTAKE, S.IN_LEGAL_REVIEW], target=S.RETURNED, permission=may.can_return_imperfect,
        conditions=[if_.takes_no_lines_in, if_.has_a_defect, if_.lists_every_defect],
        custom={
            "label": "Return to the agency", "stage": may.Stage.INTAKE, "starts": ["reply"],
            "ends": ["completeness", "legal_review", "response"],
        },
    )  # fmt: skip
    def return_imperfect(self) -> None:
        """It goes back with every defect listed and how to mend it."""

    @transition(
        "state", source=S.RETURNED, target=S.SUBMITTED, permission=may.can_resubmit,
        conditions=[
            if_.is_a_new_version, if_.takes_no_lines_in, if_.has_a_line, if_.rests_on_an_open_authority, if_.is_certified_for_sole_use,
            if_.is_signed_over_these_lines, if_.is_free_of_holds_on_submit,
        ],
        custom={"label": "Resubmit", "stage": may.Stage.AGENCY, "starts": ["acknowledge"], "ends": ["reply"]},
    )  # fmt: skip
    def resubmit(self) -> None:
        """The agency hands a new signed version in."""

    @transition(
        "state", source=S.IN_INTAKE, target=S.IN_LEGAL_REVIEW, permission=may.can_perfect,
        conditions=[
            if_.takes_no_lines_in, if_.is_signed_over_these_lines, if_.has_its_signatory_judged, if_.has_a_complete_line,
            if_.has_no_defective_line_left, if_.has_no_block, if_.has_counts_that_reconcile,
        ],
        custom={
            "label": "Pass to legal review", "stage": may.Stage.INTAKE, "starts": ["response", "legal_review"],
            "ends": ["completeness"],
        },
    )  # fmt: skip
    def perfect(self) -> None:
        """Every remaining line is complete; defective lines are split out as returned. The response clock starts."""

    @transition(
        "state", source=S.IN_LEGAL_REVIEW, target=S.IN_IMPAIRMENT_CHECK, permission=may.can_clear_legally,
        conditions=[
            if_.has_a_written_analysis, if_.has_every_line_decided, if_.has_every_request_finding_decided,
            if_.has_no_finding_upheld, if_.has_a_line_to_answer, if_.has_counts_that_reconcile,
        ],
        custom={
            "label": "Clear legally", "stage": may.Stage.LEGAL_REVIEW, "starts": ["impairment"],
            "ends": ["legal_review"], "pauses": "response",
        },
    )  # fmt: skip
    def clear_legally(self) -> None:
        """Counsel finds it legally sufficient, in writing. The response clock stands still."""

    @transition(
        "state", source=S.IN_IMPAIRMENT_CHECK, target=S.AWAITING_APPROVAL, permission=may.can_clear_impairment,
        conditions=[if_.has_an_impairment_determination],
        custom={
            "label": "Conclude the impairment check", "stage": may.Stage.IMPAIRMENT, "starts": ["approval"],
            "ends": ["impairment"], "resumes": "response",
        },
    )  # fmt: skip
    def clear_impairment(self) -> None:
        """The determination of (i)(6) is made, whatever it says. The response clock goes on."""

    @transition(
        "state", source=S.AWAITING_APPROVAL, target=S.APPROVED, permission=may.can_approve,
        conditions=[if_.has_its_scope_frozen, if_.rests_on_a_live_delegation, if_.is_free_of_holds_on_approve],
        custom={"label": "Approve", "stage": may.Stage.APPROVAL, "starts": ["matching"], "ends": ["approval"]},
    )  # fmt: skip
    def approve(self) -> None:
        """A delegated official approves the scope in writing: lines, recipients, kind of answer."""

    @transition(
        "state", source=S.AWAITING_APPROVAL, target=S.IN_LEGAL_REVIEW, permission=may.can_send_back,
        conditions=[if_.has_a_reason],
        custom={
            "label": "Send back to legal review", "stage": may.Stage.APPROVAL, "starts": ["legal_review"],
            "ends": ["approval"],
        },
    )  # fmt: skip
    def send_back(self) -> None:
        """The approver asks counsel to look again."""

    @transition(
        "state", source=S.AWAITING_APPROVAL, target=S.DENIED, permission=may.can_deny,
        conditions=[if_.has_a_legal_ground_for_denial, if_.has_a_reason],
        custom={"label": "Deny", "stage": may.Stage.APPROVAL, "starts": [], "ends": ["approval", "response"]},
    )  # fmt: skip
    def deny(self) -> None:
        """The approver refuses it on a ground of the closed legal list."""
        self.outcome = Outcome.DENIED

    @transition(
        "state", source=S.APPROVED, target=S.AWAITING_RELEASE, permission=may.can_complete_matching,
        conditions=[if_.is_free_of_holds_on_match, if_.has_every_line_matched],
        custom={"label": "Complete matching", "stage": may.Stage.MATCHING, "starts": ["release"], "ends": ["matching"]},
    )  # fmt: skip
    def complete_matching(self) -> None:
        """Every line is compared or decided, and the counts reconcile."""

    @transition(
        "state", source=S.AWAITING_RELEASE, target=S.RESPONDED, permission=may.can_release,
        conditions=[
            if_.is_free_of_holds_on_release, if_.has_current_safeguards, if_.rests_on_a_live_delegation,
            if_.has_a_fresh_impairment_determination, if_.has_its_scope_frozen, if_.has_every_line_matched,
            if_.has_its_answers_accounted,
        ],
        custom={"label": "Release", "stage": may.Stage.RELEASE, "starts": ["receipt"], "ends": ["release", "response"]},
    )  # fmt: skip
    def release(self) -> None:
        """Yes or no leaves, and the accounting is written with it."""
        self.outcome = Outcome.ANSWERED

    @transition(
        "state", source=[S.RESPONDED, S.DENIED], target=S.CLOSED, permission=may.can_close,
        conditions=[if_.has_its_receipt_settled],
        custom={"label": "Close", "stage": may.Stage.INTAKE, "starts": [], "ends": ["receipt"]},
    )  # fmt: skip
    def close(self) -> None:
        """Receipt is acknowledged, or its window has passed; retention begins."""

    @transition(
        "state", source=BEFORE_RESPONSE, target=S.WITHDRAWN, permission=may.can_withdraw,
        conditions=[if_.takes_no_lines_in, if_.has_a_reason],
        custom={"label": "Withdraw", "stage": may.Stage.AGENCY, "starts": [], "ends": ["*"]},
    )  # fmt: skip
    def withdraw(self) -> None:
        """The agency takes it back by written notice."""
        self.outcome = Outcome.WITHDRAWN

    @transition(
        "state", source=S.RETURNED, target=S.LAPSED, permission=may.can_lapse,
        conditions=[if_.takes_no_lines_in, if_.has_let_its_reply_window_pass],
        custom={"label": "Lapse", "stage": may.Stage.AGENCY, "starts": [], "ends": ["reply"]},
    )  # fmt: skip
    def lapse(self) -> None:
        """The reply window passed without a new version."""
        self.outcome = Outcome.LAPSED
