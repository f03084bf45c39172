"""Where an agency asks: a new request, mended lines, a file checked beforehand, and the empty file to begin with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import polars as pl
from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from requests import permissions as may
from requests.actions.advance import lock
from requests.actions.draft import change_draft, draft_request, refuse_unless_editable
from requests.actions.errors import ActionError, NotYours
from requests.actions.lines import load_lines
from requests.actions.record import record_refusal
from requests.calendar.office import office_day
from requests.forms_submission import (
    LINE_COLUMNS,
    CheckForm,
    FactsForm,
    FileForm,
    LineForm,
    MendLineForm,
    RequestForm,
)
from requests.intake.check import LINES_IN_FULL, check
from requests.intake.columns import BATCH
from requests.intake.errors import BatchError
from requests.intake.lines import frame_of_lines
from requests.intake.on_page import MAX_PAGE_LINES, opened, page_chunks
from requests.models import Agency, Authority, BatchLoad, DisclosureRequest, Event, Line, Person
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.queries import rule_parameters
from requests.rules.base import Judging
from requests.rules.registry import rule
from requests.views.doors import find, status_of
from requests.views.downloads import csv_response
from requests.views.files import answer_to_file, put_file
from requests.views.guard import anyone_signed_in, guarded_by

Chunks = Callable[[], Iterable[pl.DataFrame]]
can_ask = may.holds(Role.REQUESTER, Role.OFFICIAL, Role.INTAKE)

# An invented person: the header that every file needs, and one line that the gate accepts.
TEMPLATE: dict[str, str] = {
    "line": "1", "first_name": "Maria", "middle_name": "L", "last_name": "Example", "suffix": "",
    "street": "1710 Wesley Avenue", "unit": "Apt 3", "city": "Evanston", "state": "IL", "zip": "60201",
    "taxable_periods": "2022;2023", "statutory_authority": "18 USC 371",
    "reason": "Subject of criminal investigation EX-2026-0001 for conspiracy to defraud; "
              "a current address is needed to locate and charge the subject.",
    "case_number": "EX-2026-0001", "engaged_official": "Nadia Patel", "engaged_title": "Special Agent",
    "tin": "", "date_of_birth": "", "under_investigation": "Y",
}  # fmt: skip


def judging_at(at: dt.datetime) -> Judging:
    """The circumstances of judging now: the office's day and its parameters."""
    return Judging(as_of=office_day(at), parameters=rule_parameters())


def made_by_this_page(person: Person, once: str) -> DisclosureRequest | None:
    """The request for which this page was sent already, if it was: locks the person, so that a double click waits."""
    Person.objects.select_for_update().get(pk=person.pk)
    event = (
        Event.objects.filter(actor=person, verb="load_lines", is_refused=False, detail__once=once)
        .select_related("disclosure_request")
        .first()
    )
    return None if event is None else event.disclosure_request


@require_http_methods(["GET", "HEAD", "POST"])
@guarded_by(can_ask)
def new_request(request: HttpRequest) -> HttpResponse:
    """Draft a request with a file of lines or with one line; all errors at once, all or nothing."""
    person: Person = request.user  # type: ignore[assignment]
    is_intake = Role.INTAKE in person.role_names
    parent = find(person, request.GET["parent"]) if request.GET.get("parent") else None
    chooses_agency = is_intake and parent is None
    at = timezone.now()
    if request.method != "POST":
        initial = {} if parent is None else {
            "purpose": parent.purpose, "information_asked": parent.information_asked,
            "authority": parent.authority_id,
        }  # fmt: skip
        facts = RequestForm(chooses_agency=chooses_agency, initial=initial)
        return _show_new(request, facts, LineForm(prefix="line"), parent)
    is_announced = "file_size" in request.POST
    facts = RequestForm(request.POST, request.FILES, chooses_agency=chooses_agency, is_announced=is_announced)
    line = LineForm(request.POST, prefix="line")
    line.judging = judging_at(at)
    uses_file, uses_line = is_announced or "file" in request.FILES, line.has_anything()
    good = facts.is_valid()
    if uses_file and uses_line:
        facts.add_error(None if is_announced else "file", "Give a file or one line, not both. Take one of them away.")
    elif not uses_file and not uses_line:
        facts.add_error("file", "There is no line. Choose a file, or fill in the one line below.")
    good = (not uses_line or uses_file or line.is_valid()) and good and not facts.errors
    if not good:
        return _show_new(request, facts, line if uses_line else LineForm(prefix="line"), parent, status=400)
    agency = parent.agency if parent else facts.cleaned_data["agency"] if is_intake else person.agency
    try:
        if uses_file:
            load = _draft_with_file(person, agency, facts.cleaned_data, at=at, parent=parent)
            return answer_to_file(request, load)
        frame = frame_of_lines([line.texts()])
        made, is_new = _draft(person, agency, facts.cleaned_data, lambda: [frame], at=at, parent=parent)
    except BatchError as error:
        facts.add_error("file" if "file" in facts.fields else None, str(error))
        return _show_new(request, facts, line if uses_line else LineForm(prefix="line"), parent, status=400)
    except ActionError as error:
        record_refusal("draft", actor=person, at=at, request_id=None, error=error)
        facts.add_error(None, str(error))
        return _show_new(request, facts, line if uses_line else LineForm(prefix="line"), parent, status=status_of(error))
    if is_new:
        messages.success(request, _drafted_words(made))
    return HttpResponseRedirect(reverse("request", args=[made.control_number]))


@transaction.atomic
def _draft_with_file(
    person: Person, agency: Agency | None, facts: dict[str, Any], *, at: dt.datetime, parent: DisclosureRequest | None
) -> BatchLoad:
    """The draft and its file, whole or announced; a page sent twice gives the first one. A refused file leaves no draft."""
    Person.objects.select_for_update().get(pk=person.pk)  # a double click waits
    made = BatchLoad.objects.filter(sent_by=person, once=facts["once"]).first()
    return made or put_file(_begin(person, agency, facts, at=at, parent=parent), person, facts, at=at, replaces="all")


@transaction.atomic
def _draft(
    person: Person, agency: Agency | None, facts: dict[str, Any], chunks: Chunks, *, at: dt.datetime,
    parent: DisclosureRequest | None,
) -> tuple[DisclosureRequest, bool]:  # fmt: skip
    """The draft with its lines in one transaction, and whether it is new: a page sent twice gives the first one."""
    made = made_by_this_page(person, facts["once"])
    if made is not None:
        return made, False
    drafted = _begin(person, agency, facts, at=at, parent=parent)
    return load_lines(drafted.pk, chunks, actor=person, at=at, detail={"once": facts["once"]}), True


def _begin(
    person: Person, agency: Agency | None, facts: dict[str, Any], *, at: dt.datetime, parent: DisclosureRequest | None
) -> DisclosureRequest:
    if agency is None:
        raise NotYours("Your account names no agency, so there is nobody to ask for. The administrator can mend that.")
    return draft_request(
        actor=person, at=at, agency=agency, authority=facts["authority"], purpose=facts["purpose"],
        information_asked=facts["information_asked"], certified_solely=facts["certified_solely"], parent=parent,
    )  # fmt: skip


def _drafted_words(drafted: DisclosureRequest) -> str:
    back = drafted.defective_count + drafted.blocked_count
    lines = "one line" if drafted.line_count == 1 else f"{drafted.line_count:,} lines"
    words = f"The draft {drafted.control_number} is kept with {lines}."
    if back:
        words += f" {back:,} of them would be returned: mend them now, or send the others without waiting."
    return f"{words} An official of the agency signs and submits it."


def _show_new(
    request: HttpRequest, facts: RequestForm, line: LineForm, parent: DisclosureRequest | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "facts": facts, "line": line, "parent": parent, "agency": parent.agency if parent else request.user.agency,  # type: ignore[union-attr]
        "closed": Authority.objects.filter(is_open=False).order_by("code"), "columns": BATCH.known,
    }  # fmt: skip
    return render(request, "requests/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded_by(can_ask)
def mend(request: HttpRequest, control_number: str) -> HttpResponse:
    """Change the facts, all lines, mended lines of a file, or one line, while the request is the agency's to change."""
    person: Person = request.user  # type: ignore[assignment]
    dr = find(person, control_number)
    at = timezone.now()
    forms = _mend_forms(request, dr)
    try:
        refuse_unless_editable(dr, person)
    except ActionError as error:
        if request.method == "POST":
            record_refusal("load_lines", actor=person, at=at, request_id=dr.pk, error=error)
        return _show_mend(request, dr, forms, refused=error, status=status_of(error))
    if request.method != "POST":
        return _show_mend(request, dr, forms)
    part = request.POST.get("part", "")
    if part not in forms:
        raise Http404("There is no such part of the page.")
    form = forms[part]
    if isinstance(form, MendLineForm):
        form.judging = judging_at(at)
    if not form.is_valid():
        return _show_mend(request, dr, forms, status=400)
    try:
        if part == "file":
            load = _put_file(dr, person, form.cleaned_data, at=at)
            return answer_to_file(request, load)
        done = DOES[part](dr, person, at, form.cleaned_data, form)
    except BatchError as error:
        form.add_error("file" if "file" in form.fields else None, str(error))
        return _show_mend(request, dr, forms, status=400)
    except ActionError as error:
        record_refusal("load_lines" if part != "facts" else "change_draft", actor=person, at=at, request_id=dr.pk, error=error)
        return _show_mend(request, find(person, control_number), forms, refused=error, status=status_of(error))
    messages.success(request, done)
    return HttpResponseRedirect(reverse("request", args=[dr.control_number]))


def _mend_forms(request: HttpRequest, dr: DisclosureRequest) -> dict[str, Any]:
    """The three forms of the page; the one that was sent is bound."""
    part = request.POST.get("part", "") if request.method == "POST" else ""
    facts = {"purpose": dr.purpose, "information_asked": dr.information_asked, "certified_solely": dr.certified_solely}
    return {
        "facts": FactsForm(request.POST if part == "facts" else None, prefix="facts", initial=facts),
        "file": FileForm(
            request.POST if part == "file" else None, request.FILES if part == "file" else None, prefix="file",
            initial={"replaces": "all" if dr.state == State.DRAFT else "mended"},
            is_announced=part == "file" and "file-file_size" in request.POST,
        ),
        "line": MendLineForm(
            request.POST if part == "line" else None, prefix="line", initial=_line_values(dr, request.GET.get("line", ""))
        ),
    }  # fmt: skip


def _line_values(dr: DisclosureRequest, number: str) -> dict[str, Any]:
    """A standing line as the form shows it; without one, the next free number. The TIN is left out."""
    standing = Line.objects.filter(disclosure_request=dr, until_version__isnull=True)
    found = standing.filter(number=int(number)).first() if number.isdigit() and len(number) < 10 else None
    if found is None:
        return {"number": (standing.aggregate(most=Max("number"))["most"] or 0) + 1}
    values = {column: getattr(found, column) or "" for column in LINE_COLUMNS if column != "tin"}
    # The form has parts; a file may have had the whole name or address in one column.
    values["last_name"] = values["last_name"] or found.name
    values["street"] = values["street"] or found.address
    values["under_investigation"] = (found.under_investigation or "").strip().upper() in ("Y", "YES")
    return {"number": found.number, **values}


def _change_facts(dr: DisclosureRequest, person: Person, at: dt.datetime, data: dict[str, Any], form: Any) -> str:
    change_draft(dr.pk, actor=person, at=at, **data)
    return "The facts are changed."


@transaction.atomic
def _put_file(dr: DisclosureRequest, person: Person, data: dict[str, Any], *, at: dt.datetime) -> BatchLoad:
    lock(dr.pk)  # a double click waits
    return put_file(dr, person, data, at=at, replaces=data["replaces"])


def _put_line(dr: DisclosureRequest, person: Person, at: dt.datetime, data: dict[str, Any], form: MendLineForm) -> str:
    texts = form.texts()
    if not texts["tin"] and not data["forget_tin"]:
        standing = Line.objects.filter(disclosure_request=dr, until_version__isnull=True, number=data["number"])
        texts["tin"] = standing.values_list("tin", flat=True).first() or ""
    frame = frame_of_lines([{"line": str(data["number"]), **texts}])
    return _put(dr, person, lambda: [frame], at=at, once=data["once"], replace=False)


@transaction.atomic
def _put(
    dr: DisclosureRequest, person: Person, chunks: Chunks, *, at: dt.datetime, once: str, replace: bool
) -> str:
    """Put lines in, once for each page that asked."""
    lock(dr.pk)
    if made_by_this_page(person, once) is None:
        load_lines(dr.pk, chunks, actor=person, at=at, replace=replace, detail={"once": once})
    now = DisclosureRequest.objects.get(pk=dr.pk)
    back = now.defective_count + now.blocked_count
    words = f"The lines are in: {now.line_count:,} stand, {back:,} of them would be returned."
    return words if now.state == State.DRAFT else f"{words} An official signs the new version."


Does = Callable[[DisclosureRequest, Person, dt.datetime, dict[str, Any], Any], str]
DOES: dict[str, Does] = {"facts": _change_facts, "line": _put_line}


def _show_mend(
    request: HttpRequest, dr: DisclosureRequest, forms: dict[str, Any], *, refused: ActionError | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    number = forms["line"].initial["number"]
    is_standing = Line.objects.filter(disclosure_request=dr, until_version__isnull=True, number=number)
    context = {
        "dr": dr, **{f"{name}_form": form for name, form in forms.items()}, "refused": refused, "number": number,
        "had_tin": is_standing.exclude(tin="").exists(), "is_standing": is_standing.exists(),
        "said": [rule(code) for codes in is_standing.values_list("findings", flat=True) for code in codes],
        "is_follow_up_due": dr.returned_count > 0 and dr.state not in (State.DRAFT, State.RETURNED, State.IN_INTAKE),
    }  # fmt: skip
    return render(request, "requests/mend.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded_by(can_ask)
def check_file(request: HttpRequest) -> HttpResponse:
    """Judge a file as the gate would; nothing of it is stored."""
    form = CheckForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "most": LINES_IN_FULL, "most_lines": MAX_PAGE_LINES}
    status = 200
    if request.method == "POST":
        form = context["form"] = CheckForm(request.POST, request.FILES)
        status = 400
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                with opened(upload) as batch:
                    context["checked"] = check(page_chunks(batch), judging=judging_at(timezone.now()))
                    context["batch"] = {
                        "name": upload.name, "kind": batch.kind, "encoding": batch.encoding,
                        "separator": SEPARATORS.get(batch.separator, batch.separator), "columns": batch.columns,
                        "size": batch.size, "absent": [name for name in BATCH.known if name not in batch.columns],
                    }  # fmt: skip
                status = 200
            except BatchError as error:
                form.add_error("file", str(error))
    return render(request, "requests/check.html", context, status=status)


SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@require_safe
@guarded_by(anyone_signed_in)
def template_file(request: HttpRequest) -> HttpResponseBase:
    """The file to begin with: the header and one invented line."""
    return csv_response("request-lines.csv", tuple(TEMPLATE), [tuple(TEMPLATE.values())])
