"""The life of one demonstration request, walked by the same actions that people use, each at its own past moment."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import random

import polars as pl

from disclosures.actions.decide_match import decide_match
from disclosures.actions.fetch import acknowledge_receipt
from disclosures.actions.match import match_request
from disclosures.actions.release import ask_release, run_release
from disclosures.demo.lines import Row, draw_lines, frame_of
from disclosures.demo.people import RECIPIENTS_OF, Cast
from disclosures.models import MatchResult
from requests.actions import approve, decide, draft, finish, intake, lines, receive, review, submit
from requests.actions.errors import Missing, NotNow
from requests.calendar.office import office_zone
from requests.models import DisclosureRequest, Line, Person
from requests.models.lifecycle import State
from requests.permissions import Stage
from requests.queries import parameter

ENGAGED = ("Sara Kowalski", "Nadia Patel", "Ama Park", "Reiko Okada", "Tom Doyle", "Alma Reyes")


class Ended(Exception):
    """The story stops here."""


@dataclasses.dataclass(slots=True)
class Plot:
    """What is to become of a request. ``stops_at`` names the verb before which nothing more happens."""

    agency: str
    begins: dt.datetime
    stops_at: str = ""
    line_count: int = 3
    defects: int = 0
    questions: int = 0
    ending: str = "answered"
    is_slow: bool = False
    is_returned_first: bool = False
    case: str = ""
    rows: list[Row] = dataclasses.field(default_factory=list)
    frame: pl.DataFrame | None = None


class Story:
    """One request from its draft to as far as its plot and today allow."""

    def __init__(self, cast: Cast, plot: Plot, *, chance: random.Random, now: dt.datetime) -> None:
        self.cast, self.plot, self.chance, self.now = cast, plot, chance, now
        self.at = plot.begins
        self.dr: DisclosureRequest

    def someone(self, role: str) -> Person:
        """One of the two people of a role."""
        return self.cast.people[role + self.chance.choice(("", "2"))]

    def later(self, low: int, high: int) -> dt.datetime:
        """Some working days on, at an hour of the office. Raises Ended where that lies after now."""
        days = self.chance.randint(low, high) * (3 if self.plot.is_slow else 1)
        day = self.at.astimezone(office_zone())
        for _ in range(days):
            day += dt.timedelta(days=1)
            while day.weekday() >= 5:
                day += dt.timedelta(days=1)
        moved = day.replace(hour=self.chance.randint(9, 16), minute=self.chance.randint(0, 59))
        self.at = max(self.at + dt.timedelta(minutes=5), moved)
        if self.at > self.now:
            raise Ended
        return self.at

    def stop_before(self, verb: str) -> None:
        """Raises Ended where the plot says so."""
        if self.plot.stops_at == verb:
            raise Ended

    def tell(self) -> DisclosureRequest:
        """Walk it; returns the request as it then stands."""
        try:
            self._ask()
            self._take_in()
            self._review()
            self._answer()
        except Ended:
            pass
        return self.dr

    def _ask(self) -> None:
        plot = self.plot
        official = self.cast.officials[plot.agency]
        self.dr = draft.draft_request(
            actor=official.person, at=self.at, agency=self.cast.agencies[plot.agency], authority=self.cast.authority,
            purpose=f"Criminal investigation {self.plot.case}: to locate, serve and charge its subjects.",
            certified_solely=True,
        )  # fmt: skip
        self.load(frame_of(plot.rows) if plot.frame is None else plot.frame)
        self.stop_before("submit")
        self.sign(0, 2)
        if plot.ending == "withdrawn_early":
            finish.withdraw_request(
                self.dr.pk, actor=official.person, at=self.later(1, 3), reason="The subjects were found otherwise."
            )
            raise Ended

    def load(self, frame: pl.DataFrame) -> None:
        """Put these lines in as the whole request."""
        official = self.cast.officials[self.plot.agency]
        lines.load_lines(self.dr.pk, lambda: [frame], actor=official.person, at=self.at)

    def sign(self, low: int, high: int) -> None:
        """The official signs and hands it in."""
        official = self.cast.officials[self.plot.agency]
        at = self.later(low, high)
        self.dr = submit.submit_request(self.dr.pk, actor=official.person, at=at, official=official, authenticated_at=at)

    def _take_in(self) -> None:
        self.stop_before("receive")
        submitted = self.at.astimezone(office_zone()).date()
        clerk = self.someone("intake")
        self.dr = receive.receive_request(
            self.dr.pk, actor=clerk, at=self.later(0, 3), received_date=submitted, channel="upload"
        )
        self.stop_before("perfect")
        if self.plot.is_returned_first and self.plot.defects:
            self._return_and_mend(clerk)
        self.dr = intake.pass_to_legal_review(self.dr.pk, actor=clerk, at=self.later(1, 6))

    def _return_and_mend(self, clerk: Person) -> None:
        self.dr = intake.return_to_agency(self.dr.pk, actor=clerk, at=self.later(1, 5), reason="")
        if self.plot.ending == "lapsed":
            self.at += dt.timedelta(days=40)
            if self.at <= self.now:
                self.dr = finish.lapse_request(self.dr.pk, at=self.at)
            raise Ended
        self.stop_before("resubmit")
        mended = draw_lines(
            self.chance, agency=self.plot.agency, case=self.plot.case, count=self.plot.line_count, engaged=list(ENGAGED)
        )
        self.later(2, 10)
        self.load(frame_of(mended))
        self.sign(0, 1)
        received = self.at.astimezone(office_zone()).date()
        self.dr = receive.receive_request(
            self.dr.pk, actor=clerk, at=self.later(0, 2), received_date=received, channel="upload"
        )

    def _review(self) -> None:
        self.stop_before("clear_legally")
        counsel = self.someone("counsel")
        questioned = list(
            Line.objects.filter(
                disclosure_request=self.dr, until_version__isnull=True, standing="questioned"
            ).values_list("number", flat=True)
        )
        if questioned:
            decide.decide_lines(
                self.dr.pk, actor=counsel, at=self.later(1, 4), numbers=questioned, decision="return",
                reason="The element is not set forth; the agency mends it in a follow-up request.",
            )  # fmt: skip
        for finding in self.dr.findings.filter(version=self.dr.version, decision=""):
            try:
                decide.decide_finding(
                    self.dr.pk, actor=counsel, at=self.later(0, 2), code=finding.code, decision="accept",
                    reason="The recorded determination and the signed letter name the component and its head.",
                )  # fmt: skip
            except NotNow:
                raise Ended from None
        review.write_analysis(
            self.dr.pk, actor=counsel, at=self.later(0, 3),
            code="Section 6103(i)(2) reaches identity information for a criminal, non-tax investigation.",
            authority="The official who signed is listed, and signed in person.",
            procedure="Every remaining line sets forth name and address, period, authority and reason.",
        )  # fmt: skip
        self.dr = review.clear_legally(self.dr.pk, actor=counsel, at=self.later(0, 4))
        self.stop_before("clear_impairment")
        self._determine(self.someone("impairment"), at=self.later(2, 9))

    def _determine(self, officer: Person, *, at: dt.datetime) -> None:
        self.dr = review.determine_impairment(
            self.dr.pk, actor=officer, at=at, determined_date=at.astimezone(office_zone()).date(),
            reason="Criminal Investigation and Examination were asked; their answers are on file.",
            barred_lines=[1] if self.plot.ending == "one_barred" else [],
        )  # fmt: skip

    def _answer(self) -> None:
        self.stop_before("approve")
        approver = self.someone("approver")
        if self.plot.ending == "denied":
            self.dr = approve.deny_request(
                self.dr.pk, actor=approver, at=self.later(0, 4), code="no_active_investigation",
                reason="The agency gave no assurance of an active investigation when asked.",
            )  # fmt: skip
            raise Ended
        self.dr = approve.approve_scope(
            self.dr.pk, actor=approver, at=self.later(0, 4), digest_seen=self.dr.lines_digest
        )
        self.stop_before("match")
        match_request(self.dr.pk, at=self.later(0, 1))
        self._decide_undecided()
        self.dr = DisclosureRequest.objects.get(pk=self.dr.pk)
        self.stop_before("release")
        if self.dr.state != State.AWAITING_RELEASE:
            raise Ended
        releaser, at = self.someone("releaser"), self.later(0, 3)
        determined = self.dr.impairment_determined_date
        if determined and (at.date() - determined).days >= parameter("impairment_validity_days"):
            officer = Person.objects.get(pk__in=self.dr.people_by_stage[Stage.IMPAIRMENT])
            self._determine(officer, at=at - dt.timedelta(minutes=2))
        job = ask_release(self.dr.pk, actor=releaser, at=at)
        run_release(job.pk, at=self.at + dt.timedelta(minutes=1))
        self.dr = DisclosureRequest.objects.get(pk=self.dr.pk)
        self.stop_before("close")
        for username in RECIPIENTS_OF.get(self.plot.agency, ()):
            # Most lines name somebody else; then there is nothing to acknowledge.
            with contextlib.suppress(Missing):
                acknowledge_receipt(self.dr.pk, actor=self.cast.people[username], at=self.later(1, 5))
        self.at += dt.timedelta(days=45)
        if self.at > self.now:
            raise Ended
        self.dr = finish.close_request(self.dr.pk, actor=None, at=self.at)

    def _decide_undecided(self) -> None:
        for result in MatchResult.objects.filter(
            run__disclosure_request=self.dr, result="undecided", resolution=""
        ).order_by("pk"):
            self.stop_before("decide_match")
            decide_match(
                result.pk, actor=self.someone("matcher"), at=self.later(0, 1), choice="no",
                reason="The address of the record is another one.",
            )  # fmt: skip
