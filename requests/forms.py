"""What people fill in to act on a request. Each form reads and cleans; the action behind it judges and writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from requests.actions.assign import WORK, can_work_on
from requests.groups import Shown
from requests.models import DisclosureRequest, Hold, Official, Person
from requests.models.review import DenialCode

MANY_LINES = 20_000


class ActForm(forms.Form):
    """A form of one act. It carries the count of moves that its page saw, so that a stale page changes nothing."""

    state_number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, disclosure_request: DisclosureRequest, person: Person, today: dt.date, **kwargs: Any
    ) -> None:
        self.disclosure_request, self.person, self.today = disclosure_request, person, today
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["state_number"].initial = disclosure_request.state_number
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3


class PlainForm(ActForm):
    """An act that asks nothing."""


class ReasonForm(ActForm):
    """An act that asks for a reason."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea, max_length=4000)


class OptionalReasonForm(ActForm):
    """An act to which words may be added."""

    reason = forms.CharField(label="A word to add", widget=forms.Textarea, required=False, max_length=4000)


class SignForm(ActForm):
    """The official signs: the office they hold, and a letter or their password."""

    official = forms.ModelChoiceField(label="I sign as", queryset=Official.objects.none())
    letter = forms.FileField(
        label="Signed letter", required=False, help_text="A PDF of at most 10 MiB. Without one, sign with your password."
    )
    password = forms.CharField(
        label="Your password", required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="A fresh sign-in is your electronic signature under these lines.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Official.objects.filter(agency_id=self.disclosure_request.agency_id)
        if self.person.agency_id is None:  # intake enters a paper request: the letter is its only signature
            del self.fields["password"]
            self.fields["official"].label = "Signed by"
            self.fields["letter"].required = True
            self.fields["letter"].help_text = "The scan as a PDF of at most 10 MiB."
        else:
            offices = offices.filter(person=self.person)
        field = self.fields["official"]
        field.queryset = offices.select_related("person", "agency")  # type: ignore[attr-defined]
        field.initial = offices.first()

    def clean(self) -> dict[str, Any]:
        """One proof of signing is needed; a password must be the signer's own."""
        cleaned = super().clean() or {}
        if "password" in self.fields and not cleaned.get("letter") and not cleaned.get("password"):
            raise forms.ValidationError("Sign with your password, or add the signed letter as a PDF.")
        if cleaned.get("password") and not self.person.check_password(cleaned["password"]):
            self.add_error("password", "This is not your password. Nothing was signed.")
        return cleaned


class ReceiveForm(ActForm):
    """Intake: the true date of receipt and the channel."""

    received_date = forms.DateField(
        label="Received on", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The day on which it truly came in, which may be earlier than today.",
    )  # fmt: skip
    channel = forms.ChoiceField(label="It came by", choices=DisclosureRequest.Channel.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_date"].initial = self.today
        self.fields["channel"].initial = self.disclosure_request.channel or DisclosureRequest.Channel.PAGE


def parse_numbers(text: str) -> set[int]:
    """Line numbers such as ``3, 5-8``. Raises ValidationError with the part that is no number."""
    numbers: set[int] = set()
    for part in text.replace(";", ",").split(","):
        piece = part.strip()
        if not piece:
            continue
        first, _, last = piece.partition("-")
        if not first.strip().isdigit() or (last and not last.strip().isdigit()):
            raise forms.ValidationError(f"Lines: “{piece[:20]}” is no line number. Write them as 3, 5-8.")
        low, high = int(first), int(last or first)
        if high < low or high - low > MANY_LINES:
            raise forms.ValidationError(f"Lines: “{piece[:20]}” is no range of at most {MANY_LINES:,} lines.")
        numbers.update(range(low, high + 1))
    return numbers


class LinesField(forms.CharField):
    """Line numbers and ranges."""

    def clean(self, value: Any) -> set[int]:
        """The set of numbers."""
        return parse_numbers(super().clean(value))


class DecideLinesForm(ReasonForm):
    """Counsel decides lines in question, with one reason for all of them."""

    lines = LinesField(label="Lines", max_length=200_000, help_text="Numbers and ranges, such as 3, 5-8.")
    decision = forms.ChoiceField(label="Decision", choices=[("accept", "Accept"), ("return", "Return")])
    field_order = ("lines", "decision", "reason")


class DecideGroupForm(ReasonForm):
    """Counsel decides all lines of a group that was shown; what cannot be done is no choice."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.ChoiceField(
        label="Decision", widget=forms.RadioSelect,
        error_messages={"invalid_choice": "That is no choice for these lines. Choose one that is offered."},
    )  # fmt: skip
    field_order = ("decision", "reason")

    def __init__(self, *args: Any, shown: Shown, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = shown.digest
        these = f"the {shown.count:,} lines" if shown.count != 1 else "the one line"
        choices = [("return", f"Return {these} to the agency")]
        if shown.without_delivery_line == 0:
            choices.insert(0, ("accept", f"Accept {these}"))
        elif shown.can_be_accepted:
            able, unable = shown.can_be_accepted, shown.without_delivery_line
            stays = "lines without one stay" if unable != 1 else "line without one stays"
            has = "lines that have" if able != 1 else "line that has"
            choices.insert(0, ("accept", f"Accept the {able:,} {has} a delivery line; {unable:,} {stays} to decide"))
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]
        self.fields["reason"].help_text = "It stands with every one of these lines, with your name."

    @property
    def can_accept(self) -> bool:
        """Whether there is a line in the group that may be accepted."""
        return any(value == "accept" for value, _ in self.fields["decision"].choices)  # type: ignore[attr-defined]


class DecideFindingForm(ReasonForm):
    """Counsel decides a finding about the whole request in writing."""

    code = forms.ChoiceField(label="Finding")
    decision = forms.ChoiceField(label="Decision", choices=[("accept", "Proceed"), ("return", "Return to the agency")])
    field_order = ("code", "decision", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dr = self.disclosure_request
        codes = dr.findings.filter(version=dr.version, decision="").values_list("code", flat=True).order_by("code")
        self.fields["code"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


class AnalysisForm(ActForm):
    """Counsel's written analysis in three parts."""

    code = forms.CharField(
        label="Code", widget=forms.Textarea, max_length=8000,
        help_text="Which section and paragraph, and why it reaches this request.",
    )  # fmt: skip
    authority = forms.CharField(
        label="Authority", widget=forms.Textarea, max_length=8000,
        help_text="Why this official may ask, and for which investigation.",
    )  # fmt: skip
    procedure = forms.CharField(
        label="Procedure", widget=forms.Textarea, max_length=8000,
        help_text="Whether every line sets forth what (i)(2)(B) demands.",
    )  # fmt: skip


class ImpairmentForm(ReasonForm):
    """The determination of (i)(6)."""

    determined_date = forms.DateField(label="Determined on", widget=forms.DateInput(attrs={"type": "date"}))
    bars_all = forms.BooleanField(label="No line of this request may be answered", required=False)
    barred_lines = LinesField(
        label="Lines that may not be answered", required=False, max_length=200_000,
        help_text="Numbers and ranges, such as 3, 5-8. Empty where an answer to every line does no harm.",
    )  # fmt: skip
    field_order = ("determined_date", "bars_all", "barred_lines", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["determined_date"].initial = self.today
        self.fields["reason"].label = "What was asked, and the answer"


class ApproveForm(ActForm):
    """The approver signs the words that stand above: a tick, and the password."""

    digest_seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    has_read = forms.BooleanField(label="I have read the scope, and these are the words that I sign")
    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["digest_seen"].initial = self.disclosure_request.lines_digest

    def clean_password(self) -> str:
        """The approver's own password."""
        password = str(self.cleaned_data["password"])
        if not self.person.check_password(password):
            raise forms.ValidationError("This is not your password. Nothing was signed.")
        return password


class DenyForm(ReasonForm):
    """A ground of the closed legal list, and why."""

    code = forms.ChoiceField(label="Ground", choices=[("", "Choose a ground"), *DenialCode.choices])
    field_order = ("code", "reason")


class AssignForm(ActForm):
    """Who takes the next step; nobody gives it back to all who could."""

    assignee = forms.ModelChoiceField(
        label="Assign to", queryset=Person.objects.none(), required=False, empty_label="Nobody: to all who could"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, _ = WORK[self.disclosure_request.state]
        people = Person.objects.filter(groups__name=role.value, is_active=True)
        able = [each.pk for each in people if can_work_on(self.disclosure_request, each)]
        self.fields["assignee"].queryset = Person.objects.filter(pk__in=able).order_by("last_name")  # type: ignore[attr-defined]
        self.fields["assignee"].initial = self.disclosure_request.assignee_id


class HoldForm(forms.Form):
    """A hold: its order, its scope, the acts it stops."""

    order_reference = forms.CharField(label="Order", max_length=200, help_text="Court and docket, or the direction.")
    reason = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    acts = forms.MultipleChoiceField(
        label="It stops", choices=Hold.Act.choices, widget=forms.CheckboxSelectMultiple
    )
    starts_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))


class LeaveForm(forms.Form):
    """A leave and who stands in; for one's own leave only people who can stand in are offered."""

    away_until = forms.DateField(
        label="Away until", required=False, help_text="The last day of the leave. Empty: the leave is over.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    stands_in = forms.ModelChoiceField(
        label="Stands in", queryset=Person.objects.none(), required=False, empty_label="Nobody",
        help_text="Gets the reminders of your requests while you are away.",
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        people = Person.objects.filter(is_active=True).order_by("last_name", "first_name")
        if person is not None:
            people = people.filter(agency=person.agency_id).exclude(pk=person.pk)
        self.fields["stands_in"].queryset = people  # type: ignore[attr-defined]
