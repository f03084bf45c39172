"""What an agency hands in through pages: a new request, mended lines, a file checked beforehand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from requests.intake import files
from requests.models import BatchLoad, DisclosureRequest, Event, Line
from requests.models.lifecycle import State
from requests.permissions import Role
from requests.rules.base import Parameters
from requests.rules.registry import LINE_RULES, REQUEST_RULES, rule, rule_set_digest
from tests.factories import (
    Cast,
    a_cast,
    a_defective_line,
    a_line,
    a_person,
    a_request,
    again,
    sign,
    the_authority,
)
from tests.pages.conftest import Browser

NEW = "/requests/new/"


@pytest.fixture(autouse=True)
def _batch_folder(settings: object, tmp_path: Path) -> None:
    settings.BATCH_FOLDER = tmp_path / "batches"  # type: ignore[attr-defined]


ONCE = "0123456789abcdef0123456789abcdef"


def csv_of(lines: Sequence[dict[str, str]], *, encoding: str = "utf-8", separator: str = ",") -> bytes:
    """These lines as a CSV file."""
    header = list(lines[0])
    rows = [header, *([line[column] for column in header] for line in lines)]
    return "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows).encode(encoding)


def upload(content: bytes, name: str = "lines.csv") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def facts(**changes: object) -> dict[str, object]:
    """The facts of a new request as the page sends them."""
    return {
        "authority": the_authority().pk, "purpose": "To locate subjects of criminal investigations under 8 USC 1253.",
        "information_asked": "", "certified_solely": "on", "once": ONCE, **changes,
    }  # fmt: skip


def line_fields(**changes: str) -> dict[str, str]:
    """One honest line as the form sends it."""
    honest = a_line(1)
    texts = {
        "first_name": "Maria", "middle_name": "", "last_name": "Okafor", "suffix": "", "street": "1710 Wesley Avenue",
        "unit": "", "city": "Evanston", "state": "IL", "zip": "60201", "country": "", "taxable_periods": "2023",
        "statutory_authority": "8 USC 1253(a)(1)", "reason": honest["reason"], "case_number": honest["case_number"],
        "engaged_official": "Nadia Patel", "engaged_title": "Special Agent", "tin": "", "date_of_birth": "",
        "under_investigation": "on", **changes,
    }  # fmt: skip
    return {f"line-{name}": text for name, text in texts.items()}


def confirm(client: Client, response: HttpResponse) -> HttpResponse:
    """Say on the page of the file to which this answer leads that it is the right one."""
    assert response.status_code == 302
    assert response["Location"].endswith("/file/")
    load = BatchLoad.objects.latest("pk")
    assert client.get(response["Location"]).status_code == 200
    return client.post(f"{response['Location']}{load.pk}/take-in/")


def text_of(response: HttpResponse) -> str:
    """The page, with entities as signs."""
    return response.content.decode().replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")


def refused(response: HttpResponse, status: int, words: str) -> None:
    """The page came again with this status and these words, and no draft is there."""
    assert response.status_code == status
    assert words in text_of(response)
    assert not DisclosureRequest.objects.exists()


# --- a new request ---


def test_a_requester_drafts_a_request_from_a_csv_file(cast: Cast, browser: Browser) -> None:
    lines = [a_line(1), a_line(2), a_defective_line(3)]
    client = browser(cast.requester)
    response = confirm(client, client.post(NEW, facts(file=upload(csv_of(lines)))))
    drafted = DisclosureRequest.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/requests/{drafted.control_number}/"
    assert (drafted.state, drafted.agency, drafted.drafted_by) == (State.DRAFT, cast.agency, cast.requester)
    assert (drafted.line_count, drafted.complete_count, drafted.defective_count) == (3, 2, 1)
    assert drafted.certified_solely


def test_an_official_drafts_a_request_from_a_workbook(cast: Cast, browser: Browser) -> None:
    book = openpyxl.Workbook()
    lines = [a_line(1), a_line(2)]
    book.active.append(list(lines[0]))
    for line in lines:
        book.active.append(list(line.values()))
    kept = io.BytesIO()
    book.save(kept)
    client = browser(cast.official)
    assert confirm(client, client.post(NEW, facts(file=upload(kept.getvalue(), "lines.xlsx")))).status_code == 302
    assert DisclosureRequest.objects.get().line_count == 2


def test_one_line_of_the_form_becomes_the_draft(cast: Cast, browser: Browser) -> None:
    response = browser(cast.requester).post(NEW, facts() | line_fields())
    assert response.status_code == 302
    line = Line.objects.get()
    assert (line.number, line.last_name, line.street, line.under_investigation) == (1, "Okafor", "1710 Wesley Avenue", "Y")
    assert line.verdict == "accept"
    assert line.engaged_by == cast.engaged


def test_a_line_without_the_word_about_the_investigation_goes_to_counsel(cast: Cast, browser: Browser) -> None:
    sent = facts() | line_fields()
    del sent["line-under_investigation"]
    assert browser(cast.requester).post(NEW, sent).status_code == 302
    line = Line.objects.get()
    assert (line.verdict, line.findings) == ("review", ["V15"])


def test_all_errors_come_at_once_and_the_values_stay(cast: Cast, browser: Browser) -> None:
    sent = facts(purpose=" ") | line_fields(street="Failed to Provide", taxable_periods="", zip="60208", last_name="Okoye")
    response = browser(cast.requester).post(NEW, sent)
    refused(response, 400, "(V09)")
    page = text_of(response)
    assert "(V05)" in page
    assert "This field is required." in page
    assert 'value="Failed to Provide"' in page
    assert 'value="Okoye"' in page


def test_an_error_of_a_field_is_tied_to_it_for_those_who_listen(cast: Cast, browser: Browser) -> None:
    page = text_of(browser(cast.requester).post(NEW, facts() | line_fields(taxable_periods="")))
    assert 'id="id_line-taxable_periods_error"' in page
    assert 'aria-describedby="id_line-taxable_periods_helptext id_line-taxable_periods_error"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"name,address\nA B,1 Main St\n", "Missing required columns: taxable_periods"),
        (b"%PDF-1.7 not a table", "The file is a PDF document"),
        (b"PK\x03\x04 not a workbook", "damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "Excel 97"),
        (csv_of([a_line(1)]).replace(b'"first_name"', b'"last_name"', 1), "A column stands twice in the header"),
        (csv_of([a_line(1)]).replace(b'"suffix"', b'"favourite_colour"', 1), "favourite_colour"),
        (csv_of([a_line(1), a_line(1)]), "These line numbers stand more than once: 1"),
        (csv_of([a_line(1)]).split(b"\n", 1)[0] + b"\n", "a header and no lines"),
        (csv_of([a_line(1, last_name="Müller")]) + b"\n\xff\xfe\xff,", "not UTF-8"),
        (csv_of([a_line(1)]).replace(b"Maria", b"Ma\x00ia"), "NUL"),
    ],
)
def test_a_file_that_is_no_batch_is_refused_in_one_sentence_and_nothing_is_kept(
    cast: Cast, browser: Browser, content: bytes, words: str
) -> None:
    response = browser(cast.requester).post(NEW, facts(file=upload(content)))
    refused(response, 400, words)
    assert Line.objects.count() == 0
    assert not Event.objects.filter(verb__in=["draft", "load_lines"]).exists()
    assert "To locate subjects of criminal investigations" in text_of(response)
    assert "(V03)" not in text_of(response), "nobody typed a line"


def test_a_file_that_breaks_in_its_last_record_leaves_nothing_half_written(cast: Cast, browser: Browser) -> None:
    broken = csv_of([a_line(number) for number in range(1, 40)]) + b'\n"40","too short"'
    response = browser(cast.requester).post(NEW, facts(file=upload(broken)))
    refused(response, 400, "has 2 cells")
    assert not Line.objects.exists()
    assert not Event.objects.filter(verb="draft").exists()


def test_a_file_in_windows_1252_keeps_its_names(cast: Cast, browser: Browser) -> None:
    content = csv_of([a_line(1, last_name="Muñoz")], encoding="cp1252", separator=";")
    client = browser(cast.requester)
    page = client.post(NEW, facts(file=upload(content)))
    shown = text_of(client.get(page["Location"]))
    assert "Windows-1252" in shown
    assert "semicolon" in shown
    assert "Muñoz" in shown
    assert not Line.objects.exists()
    assert confirm(client, page).status_code == 302
    assert Line.objects.get().last_name == "Muñoz"


def test_a_file_with_more_lines_than_are_taken_is_refused(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_LINES", 2)
    content = csv_of([a_line(1), a_line(2), a_line(3)])
    refused(browser(cast.requester).post(NEW, facts(file=upload(content))), 400, "more than 2 lines")


def test_a_file_and_a_line_together_are_refused(cast: Cast, browser: Browser) -> None:
    sent = facts(file=upload(csv_of([a_line(1)]))) | line_fields()
    refused(browser(cast.requester).post(NEW, sent), 400, "Give a file or one line, not both")


def test_neither_file_nor_line_is_refused(cast: Cast, browser: Browser) -> None:
    refused(browser(cast.requester).post(NEW, facts()), 400, "There is no line")


def test_a_double_click_drafts_one_request(cast: Cast, browser: Browser) -> None:
    client = browser(cast.requester)
    first = client.post(NEW, facts() | line_fields())
    second = client.post(NEW, facts() | line_fields())
    assert first["Location"] == second["Location"]
    assert DisclosureRequest.objects.count() == 1
    assert Line.objects.count() == 1


def test_a_page_opened_anew_drafts_another_request(cast: Cast, browser: Browser) -> None:
    client = browser(cast.requester)
    client.post(NEW, facts() | line_fields())
    client.post(NEW, facts(once="f" * 32) | line_fields())
    assert DisclosureRequest.objects.count() == 2


def test_a_form_without_its_key_is_refused(cast: Cast, browser: Browser) -> None:
    refused(browser(cast.requester).post(NEW, facts(once="") | line_fields()), 400, "Nothing is kept yet")


def test_the_page_says_why_the_other_authorities_are_closed(cast: Cast, browser: Browser) -> None:
    page = text_of(browser(cast.requester).get(NEW))
    assert "cannot be submitted yet" in page
    closed = the_authority("i1")
    assert closed.citation in page
    assert closed.why_closed in page
    assert f'<option value="{closed.pk}"' not in page


def test_a_closed_authority_cannot_be_chosen_by_hand(cast: Cast, browser: Browser) -> None:
    response = browser(cast.requester).post(NEW, facts(authority=the_authority("i7a").pk) | line_fields())
    refused(response, 400, "This authority cannot be chosen here")


def test_the_agency_is_the_persons_own_whatever_is_sent(cast: Cast, browser: Browser) -> None:
    other = a_cast()
    browser(cast.requester).post(NEW, facts(agency=other.agency.pk) | line_fields())
    assert DisclosureRequest.objects.get().agency == cast.agency


def test_intake_enters_a_paper_request_for_the_agency_it_chooses(cast: Cast, browser: Browser) -> None:
    client = browser(cast.intake)
    assert "Agency that asks" in text_of(client.get(NEW))
    response = client.post(NEW, facts(agency=cast.agency.pk) | line_fields())
    drafted = DisclosureRequest.objects.get()
    assert (drafted.agency, drafted.drafted_by) == (cast.agency, cast.intake)
    assert client.get(response["Location"]).status_code == 200
    assert browser(cast.counsel).get(response["Location"]).status_code == 404


def test_intake_names_the_agency(cast: Cast, browser: Browser) -> None:
    refused(browser(cast.intake).post(NEW, facts() | line_fields()), 400, "This field is required.")


def test_people_who_ask_nothing_cannot_open_the_page(cast: Cast, browser: Browser) -> None:
    for role in ("counsel", "approver", "releaser", "matcher", "auditor", "director", "recipient", "admin"):
        client = browser(getattr(cast, role))
        assert client.get(NEW).status_code == 403, role
        assert client.post(NEW, facts() | line_fields()).status_code == 403, role
    assert not DisclosureRequest.objects.exists()


def test_a_visitor_is_led_to_the_sign_in(cast: Cast) -> None:
    for address in (NEW, "/requests/check/", "/requests/template.csv"):
        response = Client().get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_a_requester_whose_account_names_no_agency_is_refused(cast: Cast, browser: Browser) -> None:
    refused(browser(a_person(Role.REQUESTER)).post(NEW, facts() | line_fields()), 403, "names no agency")


def test_pages_are_never_kept_by_a_cache(cast: Cast, browser: Browser) -> None:
    assert "no-store" in browser(cast.requester).get(NEW)["Cache-Control"]


# --- a follow-up ---


def test_a_follow_up_request_brings_returned_lines_under_its_parent(cast: Cast, browser: Browser) -> None:
    parent = a_request(cast, State.IN_LEGAL_REVIEW, lines=[a_line(1), a_defective_line(2)])
    client = browser(cast.requester)
    address = f"{NEW}?parent={parent.control_number}"
    assert parent.purpose in text_of(client.get(address))
    response = client.post(address, facts() | line_fields())
    assert response.status_code == 302
    child = DisclosureRequest.objects.exclude(pk=parent.pk).get()
    assert (child.parent, child.agency, child.state) == (parent, cast.agency, State.DRAFT)
    followed = f'Followed up by <a href="/requests/{child.control_number}/">'
    assert followed in text_of(client.get(f"/requests/{parent.control_number}/"))
    assert "Followed up" not in text_of(browser(cast.counsel).get(f"/requests/{parent.control_number}/")), "a draft is the agency's"


def test_a_follow_up_needs_a_parent_with_returned_lines(cast: Cast, browser: Browser) -> None:
    parent = a_request(cast, State.IN_LEGAL_REVIEW)
    response = browser(cast.requester).post(f"{NEW}?parent={parent.control_number}", facts() | line_fields())
    assert response.status_code == 400
    assert "with returned lines" in text_of(response)
    assert DisclosureRequest.objects.count() == 1


def test_nobody_follows_up_on_the_request_of_another_agency(cast: Cast, browser: Browser) -> None:
    parent = a_request(cast, State.IN_LEGAL_REVIEW, lines=[a_line(1), a_defective_line(2)])
    stranger = a_cast()
    assert browser(stranger.requester).get(f"{NEW}?parent={parent.control_number}").status_code == 404


# --- mending ---


def mend(client: Client, dr: DisclosureRequest, part: str, query: str = "", **sent: object) -> HttpResponse:
    """Send one part of the page."""
    return client.post(f"/requests/{dr.control_number}/mend/{query}", {"part": part, **sent})


def mended_line(**changes: str) -> dict[str, str]:
    """The form of one line with its number and its key."""
    return line_fields(number="2", once=ONCE, **changes)


def test_a_returned_request_is_mended_line_by_line(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    response = mend(browser(cast.requester), dr, "line", **mended_line())
    assert response.status_code == 302
    now = again(dr)
    assert (now.version, now.line_count, now.complete_count) == (2, 2, 2)
    old, new = Line.objects.filter(disclosure_request=dr, number=2).order_by("since_version")
    assert (old.until_version, new.since_version, new.until_version) == (1, 2, None)
    assert Line.objects.get(disclosure_request=dr, number=1).until_version is None


def test_the_form_of_a_line_begins_with_what_was_given_but_never_with_its_tin(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_line(1), a_line(2, tin="900-70-1234", last_name="Zelenka")])
    page = text_of(browser(cast.requester).get(f"/requests/{dr.control_number}/mend/?line=2"))
    assert 'value="Zelenka"' in page
    assert "900-70-1234" not in page
    assert "A TIN was given for this line" in page


def test_a_tin_stays_when_its_field_is_left_empty_and_goes_when_told(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_line(1), a_line(2, tin="900-70-1234")])
    client = browser(cast.requester)
    mend(client, dr, "line", **mended_line())
    assert Line.objects.get(disclosure_request=dr, number=2).tin == "900-70-1234"
    mend(client, dr, "line", **(mended_line() | {"line-once": "e" * 32, "line-forget_tin": "on"}))
    assert Line.objects.get(disclosure_request=dr, number=2).tin == ""


def test_the_form_of_a_line_says_what_was_wrong_with_it(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    path = f"/requests/{dr.control_number}/mend/?line="
    codes = Line.objects.get(disclosure_request=dr, number=2).findings
    page = text_of(browser(cast.requester).get(f"{path}2"))
    assert codes
    assert all(f"<code>{code}</code>" in page and rule(code).mend in page for code in codes)
    assert f"<code>{codes[0]}</code>" not in text_of(browser(cast.requester).get(f"{path}1"))


def test_a_mended_line_that_would_come_back_is_refused_with_the_gates_words(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    response = mend(browser(cast.requester), dr, "line", **mended_line(street="Don't Care", zip="12345", city="", state=""))
    assert response.status_code == 400
    assert "(V05)" in text_of(response)
    assert again(dr).version == 1


def test_a_file_of_mended_lines_leaves_the_others_alone(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2), a_line(3)])
    sent = {"file-file": upload(csv_of([a_line(2)])), "file-replaces": "mended", "file-once": ONCE}
    client = browser(cast.official)
    assert confirm(client, mend(client, dr, "file", **sent)).status_code == 302
    standing = Line.objects.filter(disclosure_request=dr, until_version__isnull=True).order_by("number")
    assert [(line.number, line.since_version, line.verdict) for line in standing] == [
        (1, 1, "accept"), (2, 2, "accept"), (3, 1, "accept"),
    ]  # fmt: skip


def test_a_file_of_mended_lines_needs_their_numbers(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    without = {name: text for name, text in a_line(2).items() if name != "line"}
    sent = {"file-file": upload(csv_of([without])), "file-replaces": "mended", "file-once": ONCE}
    response = mend(browser(cast.requester), dr, "file", **sent)
    assert response.status_code == 400
    assert "has no column line" in text_of(response)
    assert again(dr).version == 1


def test_a_file_that_is_the_whole_request_replaces_all_lines(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, lines=[a_line(1), a_line(2), a_line(3)])
    sent = {"file-file": upload(csv_of([a_line(7)])), "file-replaces": "all", "file-once": ONCE}
    client = browser(cast.requester)
    assert confirm(client, mend(client, dr, "file", **sent)).status_code == 302
    assert list(Line.objects.filter(disclosure_request=dr).values_list("number", flat=True)) == [7]


def test_a_bad_file_changes_nothing(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    digest = again(dr).lines_digest
    broken = csv_of([a_line(1), a_line(2)]) + b'\n"3"'
    sent = {"file-file": upload(broken), "file-replaces": "all", "file-once": ONCE}
    response = mend(browser(cast.requester), dr, "file", **sent)
    assert response.status_code == 400
    assert "has 1 cells" in text_of(response)
    assert (again(dr).lines_digest, again(dr).version) == (digest, 1)


def test_the_facts_of_a_draft_change(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast)
    sent = {"facts-purpose": "To prove a failure to depart.", "facts-information_asked": "", "facts-certified_solely": ""}
    assert mend(browser(cast.requester), dr, "facts", **sent).status_code == 302
    assert (again(dr).purpose, again(dr).certified_solely) == ("To prove a failure to depart.", False)


def test_a_double_click_on_a_mended_line_makes_one_version_and_one_event(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    client = browser(cast.requester)
    before = Event.objects.filter(disclosure_request=dr, verb="load_lines").count()
    assert [mend(client, dr, "line", **mended_line()).status_code for _ in range(2)] == [302, 302]
    assert again(dr).version == 2
    assert Event.objects.filter(disclosure_request=dr, verb="load_lines").count() == before + 1


def test_lines_join_while_the_request_is_in_intake(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.IN_INTAKE, lines=[a_line(1), a_defective_line(2)])
    assert mend(browser(cast.requester), dr, "line", **mended_line()).status_code == 302
    assert (again(dr).state, again(dr).version, again(dr).signed_version) == (State.IN_INTAKE, 2, 1)


def test_the_page_says_that_mended_lines_are_not_signed_and_who_signs_them(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.IN_INTAKE, lines=[a_line(1), a_defective_line(2)])
    page = f"/requests/{dr.control_number}/"
    assert "Version 1, signed" in text_of(browser(cast.intake).get(page))
    mend(browser(cast.requester), dr, "line", **mended_line())
    seen = text_of(browser(cast.intake).get(page))
    assert "Version 2, not signed yet" in seen
    assert "version 1 alone" in seen
    assert "The agency acts next: an official signs the mended lines." in seen
    assert "You can sign the mended lines." in text_of(browser(cast.official).get(page))


def test_what_the_gate_refuses_empty_is_not_called_optional(cast: Cast, browser: Browser) -> None:
    page = text_of(browser(cast.requester).get(NEW))
    assert 'Middle name <span class="soft">(optional)' in page
    for label in ("Last name", "Street", "Taxable periods", "Criminal statute", "Reason", "Case number", "Engaged official"):
        assert f">{label}</label>" in page


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_LEGAL_REVIEW, State.AWAITING_APPROVAL, State.RESPONDED])
def test_what_is_signed_and_under_way_cannot_be_changed(cast: Cast, browser: Browser, state: State) -> None:
    dr = a_request(cast, state)
    client = browser(cast.requester)
    assert client.get(f"/requests/{dr.control_number}/mend/").status_code == 409
    response = mend(client, dr, "line", **mended_line())
    assert response.status_code == 409
    assert "It can be changed after a return, or in a follow-up request." in text_of(response)
    assert Line.objects.filter(disclosure_request=dr).count() == 1
    assert Event.objects.filter(disclosure_request=dr, verb="load_lines", is_refused=True).count() == 1


def test_a_page_opened_before_somebody_signed_changes_nothing(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast)
    client = browser(cast.requester)
    assert client.get(f"/requests/{dr.control_number}/mend/").status_code == 200
    sign(cast, dr)
    purpose = again(dr).purpose
    response = mend(client, dr, "facts", **{"facts-purpose": "Another purpose."})
    assert response.status_code == 409
    assert again(dr).purpose == purpose


def test_an_unknown_part_of_the_page_is_not_there(cast: Cast, browser: Browser) -> None:
    assert mend(browser(cast.requester), a_request(cast), "everything").status_code == 404


def test_strangers_do_not_learn_that_a_request_exists(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED)
    stranger = a_cast()
    assert browser(stranger.requester).get(f"/requests/{dr.control_number}/mend/").status_code == 404
    assert mend(browser(stranger.requester), dr, "line", **mended_line()).status_code == 404


def test_intake_cannot_change_what_an_agency_asked(cast: Cast, browser: Browser) -> None:
    dr = a_request(cast, State.RETURNED, lines=[a_line(1), a_defective_line(2)])
    response = mend(browser(cast.intake), dr, "line", **mended_line())
    assert response.status_code == 403
    assert again(dr).version == 1


# --- a file checked beforehand; the file to begin with ---


def test_a_checked_file_is_told_by_verdict_and_rule_and_not_stored(cast: Cast, browser: Browser) -> None:
    lines = [a_line(1), a_defective_line(2, last_name="Zelenka"), a_line(3, address="General Delivery, Evanston, IL 60201")]
    content = csv_of(lines, encoding="utf-16", separator=";")
    client = browser(cast.requester)
    before = Event.objects.count()
    response = client.post("/requests/check/", {"file": upload(content, "mine.csv")})
    page = text_of(response)
    assert response.status_code == 200
    assert "1 of 3 lines would be returned." in page
    assert (response.context["checked"].by_verdict) == {"accept": 1, "review": 1, "reject": 1, "block": 0}
    assert "Failed to Provide 60608" in page
    assert "Zelenka" in page
    assert "utf-16" in page
    assert "semicolon" in page
    assert not Line.objects.exists()
    assert not DisclosureRequest.objects.exists()
    assert Event.objects.count() == before


def test_a_check_shows_at_most_two_hundred_lines(cast: Cast, browser: Browser) -> None:
    lines = [a_defective_line(number, last_name=f"Name{number:03d}") for number in range(1, 206)]
    response = browser(cast.requester).post("/requests/check/", {"file": upload(csv_of(lines))})
    checked = response.context["checked"]
    assert [line.number for line in checked.first] == list(range(1, 201))
    assert checked.would_return == 205
    assert "The first 200 of 205 lines" in text_of(response)


def test_a_check_never_shows_a_tin(cast: Cast, browser: Browser) -> None:
    content = csv_of([a_defective_line(1, tin="900-70-1234")])
    assert "900-70-1234" not in text_of(browser(cast.requester).post("/requests/check/", {"file": upload(content)}))


def test_too_many_lines_for_one_official_are_told_about_the_whole_request(cast: Cast, browser: Browser) -> None:
    content = csv_of([a_line(number) for number in range(1, 52)])
    assert "The whole request (V13)" in text_of(browser(cast.requester).post("/requests/check/", {"file": upload(content)}))


@pytest.mark.parametrize(("content", "words"), [(b"", "The file is empty"), (b"just words\n", "Unknown column")])
def test_a_file_that_cannot_be_checked_says_why(cast: Cast, browser: Browser, content: bytes, words: str) -> None:
    response = browser(cast.requester).post("/requests/check/", {"file": upload(content)})
    assert response.status_code == 400
    assert words in text_of(response)


def test_a_check_without_a_file_asks_for_one(cast: Cast, browser: Browser) -> None:
    response = browser(cast.requester).post("/requests/check/", {})
    assert response.status_code == 400
    assert "This field is required." in text_of(response)


def test_the_file_to_begin_with_passes_the_gate(cast: Cast, browser: Browser) -> None:
    client = browser(cast.requester)
    response = client.get("/requests/template.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    content = b"".join(response.streaming_content)
    checked = client.post("/requests/check/", {"file": upload(content)}).context["checked"]
    assert (checked.lines, checked.by_verdict["accept"]) == (1, 1)


def test_the_definitions_name_every_state_role_and_rule(cast: Cast, browser: Browser) -> None:
    page = text_of(browser(cast.recipient).get("/definitions/"))
    for state in State:
        assert state.label in page
    for role in Role:
        assert f"<dt>{role.capitalize()}</dt>" in page
    for number in range(1, 20):
        assert f'id="V{number:02d}"' in page
    assert "it does not say that the person is unknown" in page
    assert f"Rule set <code>{rule_set_digest(Parameters())}</code>" in page


def test_the_definitions_tell_of_each_rule_its_words_its_law_and_its_versions(cast: Cast, browser: Browser) -> None:
    page = text_of(browser(cast.recipient).get("/definitions/"))
    for each in (*LINE_RULES, *REQUEST_RULES):
        row = page.split(f'id="{each.code}"')[1].split("</tr>")[0]
        for words in (each.title, each.wrong, each.mend, each.citation, f"version {each.version}", "since 1 Jan 1977"):
            assert words in row
        assert "at worst: " in row
        for number, change in enumerate(each.changes, 2):
            assert f"Version {number}, {change.on:%-d %b %Y}: {change.what}" in row
