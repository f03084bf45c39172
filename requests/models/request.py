"""The disclosure request itself: what is asked, by whom, where it stands, and its counts."""

from __future__ import annotations

import datetime as dt
import functools
import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin

from requests.models.lifecycle import ENDED, Lifecycle, Outcome, State
from requests.permissions import AGENCY_ROLES, OFFICE_ROLES, Role

if TYPE_CHECKING:
    from requests.models.party import Person

# Crockford's alphabet: no I, L, O or U, so that a number read over the telephone is the number that was meant.
CONTROL_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def draw_control_number(*, year: int) -> str:
    """A number that nobody can guess: the year and eight random signs (40 bits), such as ``26-7KQM-X4TD``."""
    signs = "".join(secrets.choice(CONTROL_ALPHABET) for _ in range(8))
    return f"{year % 100:02d}-{signs[:4]}-{signs[4:]}"


class DisclosureRequestQuerySet(models.QuerySet["DisclosureRequest"]):
    """Questions about many requests; what a person may see starts here, so that no list can leak by forgetting."""

    def visible_to(self, person: Any) -> Self:
        """The requests that this person may know of: the office sees all it works on, an agency its own, others none."""
        if not person.is_authenticated or not person.is_active:
            return self.none()
        roles = person.role_names
        if roles & (OFFICE_ROLES - {Role.ADMIN}):
            return self.filter(~Q(state=State.DRAFT) | Q(drafted_by=person))  # intake's own drafts came on paper
        if roles & (AGENCY_ROLES - {Role.RECIPIENT}) and person.agency_id:
            return self.filter(agency_id=person.agency_id)
        if Role.RECIPIENT in roles:
            # By the answers and not by the lines: what was mended since does not count, and a million lines need no index.
            return self.filter(
                state__in=[State.RESPONDED, State.CLOSED], response__answers__engaged_by__recipient__person=person
            ).distinct()
        return self.none()

    def open(self) -> Self:
        """Those that have not ended."""
        return self.exclude(state__in=ENDED)


class DisclosureRequest(ConcurrentTransitionMixin, Lifecycle):
    """One written request of one agency under one authority, with one or many lines."""

    class Channel(models.TextChoices):
        PAGE = "page", "This website"
        UPLOAD = "upload", "File on this website"
        LETTER = "letter", "Letter"
        EMAIL = "email", "E-mail"

    class InformationKind(models.TextChoices):
        MATCH_FLAG_ONLY = "match_flag_only", "Yes or no, per line"

    control_number = models.CharField(max_length=12, unique=True, editable=False)
    agency = models.ForeignKey("requests.Agency", on_delete=models.PROTECT, related_name="requests")
    authority = models.ForeignKey("requests.Authority", on_delete=models.PROTECT, related_name="requests")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    state_number = models.PositiveIntegerField(default=0, editable=False, help_text="Counted up by the database.")
    version = models.PositiveIntegerField(default=1)
    returned_version = models.PositiveIntegerField(null=True, blank=True)

    purpose = models.TextField(help_text="What the answer is needed for, in the agency's words.")
    information_asked = models.TextField(blank=True, help_text="What is asked beyond yes or no, if anything.")
    response_kind = models.CharField(
        max_length=20, choices=InformationKind, default=InformationKind.MATCH_FLAG_ONLY, editable=False
    )
    certified_solely = models.BooleanField(default=False)
    drafted_by = models.ForeignKey("requests.Person", on_delete=models.PROTECT, related_name="drafts")
    created_at = models.DateTimeField()

    signed_by = models.ForeignKey("requests.Official", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_version = models.PositiveIntegerField(default=0)
    signed_digest = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    received_date = models.DateField(null=True, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    signatory_judged_version = models.PositiveIntegerField(default=0)
    perfected_at = models.DateTimeField(null=True, blank=True)
    reply_window_ends = models.DateField(null=True, blank=True)
    impairment_determined_date = models.DateField(null=True, blank=True)
    approved_digest = models.CharField(max_length=64, blank=True)
    denial_code = models.CharField(max_length=40, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    receipt_window_ends = models.DateField(null=True, blank=True)
    receipt_acknowledged_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    due_date = models.DateField(null=True, blank=True, help_text="The nearest running clock's, kept for the worklist.")
    due_unit = models.CharField(max_length=8, blank=True, editable=False, help_text="In which days that clock counts.")

    # Counts and digests, written by actions under the same lock as the rows they count; never by hand.
    lines_digest = models.CharField(max_length=64, blank=True)
    line_count = models.PositiveIntegerField(default=0)
    finding_counts = models.JSONField(default=dict, help_text="Rule code to the number of standing lines it spoke on.")
    complete_count = models.PositiveIntegerField(default=0)
    questioned_count = models.PositiveIntegerField(default=0)
    accepted_count = models.PositiveIntegerField(default=0)
    returned_count = models.PositiveIntegerField(default=0)
    defective_count = models.PositiveIntegerField(default=0)
    blocked_count = models.PositiveIntegerField(default=0)
    defect_count = models.PositiveIntegerField(default=0)
    listed_defect_count = models.PositiveIntegerField(default=0)
    yes_count = models.PositiveIntegerField(default=0)
    no_count = models.PositiveIntegerField(default=0)
    undecided_count = models.PositiveIntegerField(default=0)
    not_answered_count = models.PositiveIntegerField(default=0)
    accounted_count = models.PositiveIntegerField(default=0)
    answers_digest = models.CharField(max_length=64, blank=True)

    # Transient: who acts, when and why. ``advance`` sets them for the conditions; they are not stored here.
    acting_at: dt.datetime | None = None
    acting_on: dt.date | None = None
    acting_reason: str = ""

    objects: ClassVar[Any] = DisclosureRequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="request_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="request_outcome_known", condition=Q(outcome__in=["", *Outcome.values])),
            models.CheckConstraint(
                name="request_outcome_iff_ended",
                condition=(Q(state__in=ENDED) & ~Q(outcome="")) | (~Q(state__in=ENDED) & Q(outcome="")),
            ),
            models.CheckConstraint(
                name="request_ended_iff_outcome",
                condition=(Q(outcome="") & Q(ended_at__isnull=True)) | (~Q(outcome="") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="request_dates_in_order",
                condition=(
                    (Q(submitted_at__isnull=True) | Q(submitted_at__gte=models.F("created_at")))
                    & (Q(perfected_at__isnull=True) | Q(perfected_at__gte=models.F("submitted_at")))
                    & (Q(responded_at__isnull=True) | Q(responded_at__gte=models.F("perfected_at")))
                ),
            ),
            models.CheckConstraint(
                name="request_only_yes_or_no", condition=Q(response_kind="match_flag_only")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_date", "id"], name="request_open_by_due", condition=~Q(state__in=ENDED)),
            models.Index(fields=["state", "due_date", "id"], name="request_by_state"),
            models.Index(fields=["agency", "-id"], name="request_by_agency"),
            models.Index(fields=["assignee", "due_date", "id"], name="request_by_assignee"),
            models.Index(fields=["-created_at", "-id"], name="request_newest"),
        ]

    def __str__(self) -> str:
        return self.control_number

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *rest: Any, **more: Any) -> Any:
        """Leave the control number out: it never changes, and who sets a unique column takes the row's strongest lock.

        That lock also keeps out those who only name the request, such as the sweep that writes its reminders: it would wait
        for us while we wait for its clocks.
        """
        changing = [value for value in values if value[0].attname != "control_number"]
        return super()._do_update(base_qs, using, pk_val, changing, *rest, **more)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.state not in ENDED

    @functools.cached_property
    def people_by_stage(self) -> dict[str, frozenset[int]]:
        """Ids of the people who acted, by stage, from the events that were not refusals."""
        by_stage: dict[str, set[int]] = {}
        acts = self.events.filter(is_refused=False, actor__isnull=False).exclude(stage="")
        for stage, actor_id in acts.values_list("stage", "actor_id").distinct():
            by_stage.setdefault(stage, set()).add(actor_id)
        return {stage: frozenset(people) for stage, people in by_stage.items()}

    @functools.cached_property
    def impairment_validity_days(self) -> int:
        """For how many days the office lets an impairment determination stand: its parameter of that name."""
        from requests.models.parameter import Parameter

        return int(Parameter.objects.values_list("value", flat=True).get(name="impairment_validity_days"))

    @functools.cached_property
    def live_holds(self) -> list[Any]:
        """The holds that are not lifted and whose scope holds this request, whatever they stop."""
        from requests.models.hold import Hold

        return [hold for hold in Hold.objects.live() if hold.covers(self)]

    @functools.cached_property
    def takes_lines_in(self) -> bool:
        """Whether a confirmed file is on its way in: until it is done or cancelled, its lines do not stand yet."""
        return bool(self.loads.filter(ended_at__isnull=True, begun_at__isnull=False).exists())

    @functools.cached_property
    def findings_now(self) -> list[tuple[str, str]]:
        """Verdict and decision of every finding about the whole request, of this version."""
        return list(self.findings.filter(version=self.version).values_list("verdict", "decision"))

    @functools.cached_property
    def has_analysis_now(self) -> bool:
        """Whether counsel's written analysis of this version is kept."""
        return bool(self.reviews.filter(version=self.version).exists())

    @functools.cached_property
    def approval_now(self) -> Any:
        """The newest approval of this version with the grant on which it rests, or None."""
        return self.approvals.filter(version=self.version).order_by("-pk").select_related("grant").first()

    def forget(self) -> None:
        """Drop what was looked up about this request, so that whoever asks next sees what is so then."""
        for name, member in vars(DisclosureRequest).items():
            if isinstance(member, functools.cached_property):
                self.__dict__.pop(name, None)

    def holds_on(self, act: str) -> list[Any]:
        """The live holds that stop this act for this request on the day of acting (any day, if none is set)."""
        on = self.acting_on
        return [hold for hold in self.live_holds if act in hold.acts and (on is None or hold.starts_on <= on)]

    def has_safeguards_on(self, day: dt.date) -> bool:
        """Whether the agency's safeguards are current on this day, or the director decided otherwise in writing."""
        from requests.models.hold import SafeguardStatus

        return SafeguardStatus.objects.allow(self.agency_id, on=day)

    def is_drafted_by_agency_of(self, person: Person) -> bool:
        """Whether this person works for the agency that asks."""
        return person.agency_id == self.agency_id
