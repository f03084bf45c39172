"""What an agency fills in to ask: the facts of a request, a file, or one line; and a file to check beforehand."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from requests.intake.errors import BatchError
from requests.intake.limits import MAX_FILE_BYTES, MAX_LINES
from requests.intake.lines import frame_of_lines
from requests.intake.on_page import MAX_PAGE_BYTES, MAX_PAGE_LINES
from requests.models import Agency, Authority
from requests.rules.base import Judging
from requests.rules.judge import judge
from requests.rules.registry import rule

FILE_HELP = f"CSV or XLSX, at most {MAX_LINES:,} lines and {MAX_FILE_BYTES // 2**20} MiB. You see how it was read before a line is kept."
CHECK_HELP = f"CSV or XLSX, at most {MAX_PAGE_LINES:,} lines and {MAX_PAGE_BYTES // 2**20} MiB. Nothing of it is kept."

# Where a finding of the gate is shown in the form of one line. What is not named here is shown above the form.
FIELD_OF = {
    "V03": "last_name", "V04": "street", "V05": "street", "V06": "street", "V07": "street", "V08": "street",
    "V09": "taxable_periods", "V10": "statutory_authority", "V11": "reason", "V12": "engaged_official",
    "V14": "reason", "V15": "case_number", "V16": "reason",
}  # fmt: skip


class PageForm(forms.Form):
    """What the forms of this page share. Django ties hints and errors to fields by id; ``_field.html`` gives them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3


class OnceForm(PageForm):
    """Carries a key that is drawn once a page, so that one page sent twice does its work once."""

    once = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, error_messages={
        "required": "Open the page again and send it from there.", "invalid": "Open the page again and send it from there.",
    })  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = secrets.token_hex(16)


class AnnouncedFile(forms.Form):
    """A file that a script sends part by part after the form: for now there is its name and its size."""

    def __init__(self, *args: Any, is_announced: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_announced:
            del self.fields["file"]
            self.fields["file_name"] = forms.CharField(max_length=400)
            self.fields["file_size"] = forms.IntegerField(min_value=1, max_value=MAX_FILE_BYTES)


class FactsForm(PageForm):
    """What the answer is needed for, and the word of the agency about its use."""

    purpose = forms.CharField(
        label="Purpose", widget=forms.Textarea, max_length=8000,
        help_text="What the answer is needed for: the crime under investigation, and what an answer would prove.",
    )  # fmt: skip
    information_asked = forms.CharField(
        label="Information asked", widget=forms.Textarea, required=False, max_length=4000,
        help_text="Only if you ask for more than yes or no. The answer itself is yes or no, per line.",
    )  # fmt: skip
    certified_solely = forms.BooleanField(
        label="We certify that what is disclosed is used solely for this criminal investigation and its proceedings",
        required=False,
        help_text="26 U.S.C. 6103(i)(2)(A). Without it the request can be drafted, but not submitted.",
    )


class AuthorityChoice(forms.ModelChoiceField):
    """The open authorities."""

    def label_from_instance(self, obj: Any) -> str:
        """The citation and the title."""
        return f"{obj.citation}: {obj.title}"


class RequestForm(AnnouncedFile, OnceForm, FactsForm):
    """The facts of a new request. Only intake, who enters what came on paper, chooses the agency."""

    agency = forms.ModelChoiceField(
        label="Agency that asks", queryset=Agency.objects.none(), empty_label="Choose the agency",
        help_text="Whose signed letter or e-mail you enter.",
    )  # fmt: skip
    authority = AuthorityChoice(
        label="Authority", queryset=Authority.objects.none(), empty_label=None,
        error_messages={"invalid_choice": "This authority cannot be chosen here. Choose one of the list."},
    )  # fmt: skip
    file = forms.FileField(label="File with the lines", required=False, help_text=FILE_HELP, allow_empty_file=True)
    field_order = ("agency", "authority", "purpose", "information_asked", "certified_solely", "file", "once")

    def __init__(self, *args: Any, chooses_agency: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].queryset = Authority.objects.filter(is_open=True).order_by("code")  # type: ignore[attr-defined]
        self.fields["authority"].initial = Authority.objects.filter(is_open=True).order_by("code").first()
        if chooses_agency:
            self.fields["agency"].queryset = Agency.objects.filter(is_active=True).order_by("code")  # type: ignore[attr-defined]
        else:
            del self.fields["agency"]

    def clean_file(self) -> UploadedFile | None:
        """The file, if it is one that a page can take."""
        return refuse_unless_takeable(self.cleaned_data.get("file"))


def refuse_unless_takeable(upload: UploadedFile | None, *, most: int = MAX_FILE_BYTES) -> UploadedFile | None:
    """The upload as it came. Raises ValidationError on an empty file and on one of more than ``most`` bytes."""
    if upload is None:
        return None
    if not upload.size:
        raise forms.ValidationError("The file is empty: it has no header and no lines. Choose the right file.")
    if upload.size > most:
        raise forms.ValidationError(
            f"The file has {upload.size / 2**20:,.0f} MiB; {most // 2**20} MiB is the most here. Send it in parts."
        )
    return upload


class FileForm(AnnouncedFile, OnceForm):
    """A file that takes the place of all lines, or of those with the same number."""

    file = forms.FileField(label="File with the lines", help_text=FILE_HELP, allow_empty_file=True)
    replaces = forms.ChoiceField(
        label="What it replaces", widget=forms.RadioSelect, initial="mended",
        choices=[
            ("mended", "The lines with the same numbers; all others stay as they are (the file needs the column line)"),
            ("all", "All lines: the file is the whole request"),
        ],
    )  # fmt: skip

    def clean_file(self) -> UploadedFile | None:
        """The file, if it is one that a page can take."""
        return refuse_unless_takeable(self.cleaned_data.get("file"))


class CheckForm(PageForm):
    """A file to check; nothing of it is kept."""

    file = forms.FileField(label="File", help_text=CHECK_HELP, allow_empty_file=True)

    def clean_file(self) -> UploadedFile | None:
        """The file, if it is one that is checked while its sender waits."""
        return refuse_unless_takeable(self.cleaned_data.get("file"), most=MAX_PAGE_BYTES)


class LineForm(PageForm):
    """One taxpayer with the elements of (i)(2)(B), judged by the same rules as a line of a file.

    ``judging`` is set before ``is_valid``. A line that the gate would send back is refused here with the gate's own
    words, next to the field; what goes to counsel is taken.
    """

    first_name = forms.CharField(label="First name", required=False, max_length=200)
    middle_name = forms.CharField(label="Middle name", required=False, max_length=200)
    last_name = forms.CharField(label="Last name", required=False, max_length=200)
    suffix = forms.CharField(label="Suffix", required=False, max_length=20)
    street = forms.CharField(
        label="Street", required=False, max_length=400, help_text="Number and street, or PO box. A ZIP is not an address."
    )
    unit = forms.CharField(label="Unit", required=False, max_length=100)
    city = forms.CharField(label="City", required=False, max_length=200)
    state = forms.CharField(label="State", required=False, max_length=60)
    zip = forms.CharField(label="ZIP", required=False, max_length=20)
    country = forms.CharField(label="Country", required=False, max_length=60, help_text="Only outside the United States.")
    taxable_periods = forms.CharField(
        label="Taxable periods", required=False, max_length=400, help_text="Such as 2022;2023 or 2021-2023 or 2023Q1."
    )
    statutory_authority = forms.CharField(
        label="Criminal statute", required=False, max_length=400, help_text="The statute under which you investigate, such as 18 USC 371."
    )
    reason = forms.CharField(
        label="Reason", widget=forms.Textarea, required=False, max_length=4000,
        help_text="Why an answer about this person is, or may be, relevant to the investigation.",
    )  # fmt: skip
    case_number = forms.CharField(label="Case number", required=False, max_length=200)
    engaged_official = forms.CharField(
        label="Engaged official", required=False, max_length=200,
        help_text="The one person who is personally and directly engaged, by first and last name. Answers go to them.",
    )  # fmt: skip
    engaged_title = forms.CharField(label="Their title", required=False, max_length=150)
    tin = forms.CharField(label="TIN", required=False, max_length=20, help_text="If known. It never makes a yes.")
    date_of_birth = forms.CharField(label="Date of birth", required=False, max_length=20, help_text="If known.")
    under_investigation = forms.BooleanField(
        label="This person is under criminal investigation, and the case is open", required=False
    )

    judging: Judging | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The gate and not Django refuses them empty, in its own words; the page must not call them optional.
        for name in ("last_name", "street", "taxable_periods", "statutory_authority", "reason", "case_number", "engaged_official"):
            self.fields[name].is_needed = True  # type: ignore[attr-defined]

    def texts(self) -> dict[str, str]:
        """The line as a file's record would hold it: column to text."""
        cleaned = {name: self.cleaned_data.get(name) or "" for name in LINE_COLUMNS}
        cleaned["under_investigation"] = "Y" if self.cleaned_data.get("under_investigation") else ""
        return cleaned

    def has_anything(self) -> bool:
        """Whether anything at all was typed."""
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in LINE_COLUMNS)

    def clean(self) -> dict[str, Any]:
        """Let the gate judge the line as it stands; every reason for a return becomes an error at its field."""
        cleaned = super().clean() or {}
        if self.errors or self.judging is None:
            return cleaned
        try:
            judged = judge(frame_of_lines([self.texts()]), judging=self.judging)
        except BatchError as error:
            raise forms.ValidationError(str(error)) from None
        if judged["verdict"][0] in ("reject", "block"):
            for code in judged["findings"][0].to_list():
                words = rule(code)
                self.add_error(FIELD_OF.get(code), f"{words.wrong} {words.mend} ({code})")
        return cleaned


# The columns of the form of one line, in the order of the form.
LINE_COLUMNS: tuple[str, ...] = tuple(LineForm.base_fields)


class MendLineForm(OnceForm, LineForm):
    """One line of a standing request, by its number. The TIN that was given is never shown, and kept unless it is told."""

    number = forms.IntegerField(
        label="Line", min_value=1, max_value=2_147_483_647,
        help_text="It takes the place of the line with this number; a new number adds a line.",
    )  # fmt: skip
    forget_tin = forms.BooleanField(label="Remove the TIN that was given", required=False)
    field_order = ("number", *LINE_COLUMNS, "forget_tin", "once")
