"""Who may do what: predicates ``(instance, user) -> bool`` that compare roles and ids and import no model.

A user of ``None`` is the system itself (Celery, the sweep). An anonymous visitor holds no role and passes nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

Predicate = Callable[[Any, Any], bool]


class Role(enum.StrEnum):
    """The roles of design section 3; each is a Django group of the same name."""

    REQUESTER = "requester"
    OFFICIAL = "official"
    INTAKE = "intake"
    COUNSEL = "counsel"
    IMPAIRMENT = "impairment"
    APPROVER = "approver"
    MATCHER = "matcher"
    RELEASER = "releaser"
    AUDITOR = "auditor"
    DIRECTOR = "director"
    ADMIN = "admin"
    RECIPIENT = "recipient"


class Stage(enum.StrEnum):
    """The stages of one request that four eyes keep apart, and those that stand beside them."""

    AGENCY = "agency"
    INTAKE = "intake"
    LEGAL_REVIEW = "legal_review"
    IMPAIRMENT = "impairment"
    APPROVAL = "approval"
    MATCHING = "matching"
    RELEASE = "release"


AGENCY_ROLES = frozenset({Role.REQUESTER, Role.OFFICIAL, Role.RECIPIENT})
OFFICE_ROLES = frozenset(Role) - AGENCY_ROLES
CASE_ROLES = frozenset({Role.INTAKE, Role.COUNSEL, Role.IMPAIRMENT, Role.APPROVER, Role.MATCHER, Role.RELEASER})

# Nobody holds two of these at once: the pairs that four eyes keep apart in one request, people who ask and people who
# answer, and those who only read or only configure beside those who act.
CONFLICTING_ROLES: frozenset[frozenset[Role]] = frozenset(
    [frozenset({asking, answering}) for asking in AGENCY_ROLES for answering in OFFICE_ROLES]
    + [frozenset({reading, acting}) for reading in (Role.AUDITOR, Role.ADMIN) for acting in CASE_ROLES | {Role.DIRECTOR}]
    + [frozenset({Role.AUDITOR, Role.ADMIN})]
    + [
        frozenset(pair)
        for pair in (
            (Role.COUNSEL, Role.IMPAIRMENT),
            (Role.COUNSEL, Role.APPROVER),
            (Role.COUNSEL, Role.RELEASER),
            (Role.IMPAIRMENT, Role.APPROVER),
            (Role.IMPAIRMENT, Role.RELEASER),
            (Role.APPROVER, Role.RELEASER),
            (Role.MATCHER, Role.APPROVER),
            (Role.MATCHER, Role.RELEASER),
        )
    ]
)

# Four eyes: a person who acted in the first stage of one request may not act in the others. The database repeats this
# table (migration 0002), so that raw SQL meets it too.
APART: dict[Stage, frozenset[Stage]] = {
    Stage.LEGAL_REVIEW: frozenset({Stage.IMPAIRMENT, Stage.APPROVAL, Stage.RELEASE}),
    Stage.IMPAIRMENT: frozenset({Stage.LEGAL_REVIEW, Stage.APPROVAL, Stage.RELEASE}),
    Stage.APPROVAL: frozenset({Stage.LEGAL_REVIEW, Stage.IMPAIRMENT, Stage.RELEASE, Stage.MATCHING}),
    Stage.RELEASE: frozenset({Stage.LEGAL_REVIEW, Stage.IMPAIRMENT, Stage.APPROVAL, Stage.MATCHING}),
    Stage.MATCHING: frozenset({Stage.APPROVAL, Stage.RELEASE}),
    Stage.INTAKE: frozenset(),
    Stage.AGENCY: frozenset(),
}


def is_system(instance: Any, user: Any) -> bool:
    """The system acts: no person is behind this."""
    return user is None


def holds(*roles: Role) -> Predicate:
    """A predicate: the user is active and holds one of these roles. Superusers get no role by being superusers."""

    def predicate(instance: Any, user: Any) -> bool:
        return user is not None and user.is_active and bool(user.role_names & frozenset(roles))

    return predicate


def is_of_the_agency(instance: Any, user: Any) -> bool:
    """The user works for the agency that asks."""
    return user is not None and user.agency_id is not None and user.agency_id == instance.agency_id


def has_acted_in(stages: frozenset[Stage]) -> Predicate:
    """A predicate: the user already acted in one of these stages of this request."""

    def predicate(instance: Any, user: Any) -> bool:
        return user is not None and any(user.pk in instance.people_by_stage.get(stage, ()) for stage in stages)

    return predicate


def may_work(stage: Stage, *roles: Role) -> Predicate:
    """A predicate: the role fits and four eyes are kept for this stage of this request."""
    fits, conflicts = holds(*roles), has_acted_in(APART[stage])

    def predicate(instance: Any, user: Any) -> bool:
        return fits(instance, user) and not conflicts(instance, user)

    return predicate


def either(*predicates: Predicate) -> Predicate:
    """A predicate: at least one of these holds."""

    def predicate(instance: Any, user: Any) -> bool:
        return any(each(instance, user) for each in predicates)

    return predicate


def _official(instance: Any, user: Any) -> bool:
    return holds(Role.OFFICIAL)(instance, user) and is_of_the_agency(instance, user)


def enters_paper(instance: Any, user: Any) -> bool:
    """Intake enters what came as a letter or by e-mail: the drafts that they began themselves, for an agency."""
    return holds(Role.INTAKE)(instance, user) and instance.drafted_by_id == user.pk


def _signs(instance: Any, user: Any) -> bool:
    return _official(instance, user) or enters_paper(instance, user)


def _return_imperfect(instance: Any, user: Any) -> bool:
    if instance.state == "in_legal_review":
        return may_work(Stage.LEGAL_REVIEW, Role.COUNSEL)(instance, user)
    return may_work(Stage.INTAKE, Role.INTAKE)(instance, user)


def _may_draft(instance: Any, user: Any) -> bool:
    return holds(Role.REQUESTER, Role.OFFICIAL)(instance, user) and is_of_the_agency(instance, user)


can_submit = _signs
can_resubmit = _signs
can_withdraw = _official
can_draft = _may_draft
can_receive = may_work(Stage.INTAKE, Role.INTAKE)
can_return_imperfect = _return_imperfect
can_perfect = may_work(Stage.INTAKE, Role.INTAKE)
can_clear_legally = may_work(Stage.LEGAL_REVIEW, Role.COUNSEL)
can_decide_findings = may_work(Stage.LEGAL_REVIEW, Role.COUNSEL)
can_clear_impairment = may_work(Stage.IMPAIRMENT, Role.IMPAIRMENT)
can_approve = may_work(Stage.APPROVAL, Role.APPROVER)
can_send_back = may_work(Stage.APPROVAL, Role.APPROVER)
can_deny = may_work(Stage.APPROVAL, Role.APPROVER)
can_complete_matching = is_system
can_decide_matches = may_work(Stage.MATCHING, Role.MATCHER)
can_release = may_work(Stage.RELEASE, Role.RELEASER)
can_close = either(is_system, holds(Role.INTAKE))
can_lapse = is_system
can_configure = holds(Role.ADMIN)
can_direct = holds(Role.DIRECTOR)
can_place_hold = holds(Role.COUNSEL, Role.DIRECTOR)
can_lift_hold = holds(Role.COUNSEL, Role.DIRECTOR)
can_record_determination = holds(Role.COUNSEL)
can_assign = holds(*CASE_ROLES, Role.DIRECTOR)
can_read_reports = holds(Role.DIRECTOR, Role.AUDITOR)
can_read_notices = holds(Role.DIRECTOR, Role.ADMIN, Role.AUDITOR)
can_resend_notices = holds(Role.DIRECTOR, Role.ADMIN)
is_office = holds(*OFFICE_ROLES)
