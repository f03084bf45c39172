"""What matchers fill in: the decision about one undecided line."""

from __future__ import annotations

from typing import Any

from django import forms

from disclosures.models import MatchResult

CHOICES = {
    MatchResult.Resolution.YES: "Yes: the same person at the same address. A second matcher has to agree.",
    MatchResult.Resolution.NO: "No: not shown to agree on both name and address.",
    MatchResult.Resolution.RETURN: "Return: the line cannot be decided as it stands. It is not answered.",
}


class DecideMatchForm(forms.Form):
    """One matcher's decision, with the reason. Yes is a choice only where every component agrees.

    ``letters`` name the records (A, B, …) to which a yes is possible at all; a yes means one of them.
    """

    choice = forms.ChoiceField(
        label="Same person, same address?", widget=forms.RadioSelect,
        error_messages={"invalid_choice": "This line has no such choice: a component differs or is missing."},
    )  # fmt: skip
    record = forms.ChoiceField(label="Record", required=False, help_text="Which record a yes means.")
    reason = forms.CharField(
        label="Reason", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000,
        help_text="Kept in the record, never sent to the agency.",
    )  # fmt: skip

    def __init__(self, *args: Any, letters: list[str], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.letters = letters
        offered = [value for value in CHOICES if letters or value != MatchResult.Resolution.YES]
        self.fields["choice"].choices = [(value.value, CHOICES[value]) for value in offered]  # type: ignore[attr-defined]
        if len(letters) > 1:
            named = [(letter, f"Record {letter}") for letter in letters]
            self.fields["record"].choices = [("", "Choose a record"), *named]  # type: ignore[attr-defined]
        else:
            del self.fields["record"]

    def clean(self) -> dict[str, Any]:
        """A yes to one of several records says which."""
        cleaned = super().clean() or {}
        if cleaned.get("choice") == MatchResult.Resolution.YES:
            if "record" in self.fields and not cleaned.get("record") and not self.errors.get("record"):
                self.add_error("record", "Say which record is the same person.")
            elif "record" not in self.fields:
                cleaned["record"] = self.letters[0]
        return cleaned
