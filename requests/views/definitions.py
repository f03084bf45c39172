"""What the words mean: states, roles, verdicts, answers, and every rule of the gate with its source."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests.models.lifecycle import State
from requests.permissions import Role
from requests.queries import rule_parameters, transitions
from requests.rules.base import LineRule
from requests.rules.registry import LINE_RULES, REQUEST_RULES, rule_set_digest
from requests.rules.request_rule import RequestRule
from requests.views.guard import anyone_signed_in, guarded_by

STATE_WORDS: dict[str, str] = {
    State.DRAFT: "The agency writes it. Nobody at the office sees it yet.",
    State.SUBMITTED: "Signed and handed in; intake has not received it yet.",
    State.IN_INTAKE: "Received. Intake looks whether every line is complete.",
    State.RETURNED: "Back with the agency, with every defect listed; the reply window runs.",
    State.IN_LEGAL_REVIEW: "Counsel writes the analysis and decides every finding. The clock of the answer runs.",
    State.IN_IMPAIRMENT_CHECK: "Whether an answer would expose an informant or impair a tax case is looked at. That clock stands still.",
    State.AWAITING_APPROVAL: "Somebody with delegated power reads the scope and signs it.",
    State.APPROVED: "The complete lines are compared with the records; matchers decide what is undecided.",
    State.AWAITING_RELEASE: "Every line is compared or decided. A releaser checks again and releases.",
    State.RESPONDED: "The answers are out, and every disclosure is accounted for.",
    State.DENIED: "Refused on a ground of the law, with a letter.",
    State.WITHDRAWN: "Taken back by the agency in writing.",
    State.LAPSED: "The reply window passed without a new version.",
    State.CLOSED: "Answered or denied, and receipt is settled.",
}
ROLE_WORDS: dict[str, str] = {
    Role.REQUESTER: "Drafts an agency's requests and mends their lines.",
    Role.OFFICIAL: "Signs an agency's requests.",
    Role.INTAKE: "Receives requests, passes complete lines on, returns what is not complete.",
    Role.COUNSEL: "Reviews legally, decides findings and lines in question, in writing.",
    Role.IMPAIRMENT: "Determines whether an answer would expose an informant or impair a tax case.",
    Role.APPROVER: "Approves or denies the scope, under a delegation.",
    Role.MATCHER: "Decides lines that the comparison left undecided.",
    Role.RELEASER: "Releases answers.",
    Role.AUDITOR: "Reads everything and acts on nothing.",
    Role.DIRECTOR: "Sees workload and reports, decides escalations and safeguards.",
    Role.ADMIN: "Configures the office and its people; has no power over cases.",
    Role.RECIPIENT: "Fetches the answers to the lines that name them as engaged official.",
}
VERDICTS: tuple[tuple[str, str, str], ...] = (
    ("yes", "Complete", "No rule objects. The line goes on."),
    ("ask", "To a person", "Counsel decides it, with a reason."),
    ("back", "Defective", "An element that the law demands is missing. The line comes back to be mended."),
    ("no", "Blocks", "The whole request cannot go on before the agency has mended it."),
)
ANSWERS: tuple[tuple[str, str, str], ...] = (
    ("yes", "Yes", "Exactly one record agrees on the whole name and on the whole address."),
    ("no", "No", "No single record agrees on both name and address; it does not say that the person is unknown."),
    ("hold", "Not answered", "The line was not compared, or its answer cannot be furnished. It says neither yes nor no."),
)
REASONS: tuple[tuple[str, str], ...] = (
    ("V03;V06 and the like", "The line was returned for these rules."),
    ("withdrawn", "The agency took it back."),
    ("cannot_be_furnished", "Every other cause alike, so that no cause can be told from another."),
)


def rule_rows() -> list[dict[str, Any]]:
    """Every rule in the order of the codes, with what it judges; one that judges both stands once."""
    found: dict[str, dict[str, Any]] = {}
    rules: tuple[LineRule | RequestRule, ...] = (*LINE_RULES, *REQUEST_RULES)
    for each in rules:
        judges = "a line" if isinstance(each, LineRule) else "the request"
        if each.code in found:
            found[each.code]["judges"] = "a line, and the request"
        else:
            found[each.code] = {"rule": each, "judges": judges, "history": list(enumerate(each.changes, 2))}
    return [found[code] for code in sorted(found)]


def state_rows() -> list[dict[str, Any]]:
    """Every state in the order of a request's life, with the steps that lead out of it."""
    return [
        {
            "name": State(value).label, "words": words,
            "steps": [
                each.transitions[value].custom["label"] for each in transitions().values() if value in each.transitions
            ],
        }
        for value, words in STATE_WORDS.items()
    ]  # fmt: skip


@require_safe
@guarded_by(anyone_signed_in)
def definitions(request: HttpRequest) -> HttpResponse:
    """The page of definitions."""
    context = {
        "states": state_rows(), "roles": [(name.capitalize(), words) for name, words in ROLE_WORDS.items()],
        "verdicts": VERDICTS, "answers": ANSWERS, "reasons": REASONS, "rules": rule_rows(), "version": rule_set_digest(rule_parameters()),
    }  # fmt: skip
    return render(request, "requests/definitions.html", context)
