"""Signing and handing in: the first time, after a return, and mended lines while it is in intake."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

import pytest
from pypdf import PdfWriter

from requests.actions.draft import draft_request
from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.hold import place_hold
from requests.actions.intake import pass_to_legal_review
from requests.actions.submit import MAX_LETTER_BYTES, submit_request
from requests.models import Clock, DisclosureRequest, Document, Event, Finding, Line, Signature
from requests.models.lifecycle import State
from requests.permissions import Role
from tests import factories as f

pytestmark = pytest.mark.django_db


def a_pdf(*, pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def submit(cast: f.Cast, dr, **changes: object):
    given = {"actor": cast.official, "at": f.AT, "official": cast.office, "authenticated_at": f.AT}
    return submit_request(dr.pk, **(given | changes))  # type: ignore[arg-type]


def test_a_fresh_sign_in_signs_the_lines_as_they_stand_and_hands_in(cast: f.Cast, dr: DisclosureRequest) -> None:
    done = submit(cast, dr)
    assert (done.state, done.submitted_at, done.signed_by) == ("submitted", f.AT, cast.office)
    signature = Signature.objects.get(disclosure_request=dr)
    assert (signature.method, signature.version, signature.lines_digest) == ("electronic", 1, dr.lines_digest)
    clock = Clock.objects.get(disclosure_request=dr)
    assert (clock.kind, clock.ended_on) == ("acknowledge", None)


def test_a_signed_letter_signs_too_and_is_kept_with_its_digest(cast: f.Cast, dr: DisclosureRequest) -> None:
    letter = a_pdf()
    assert submit(cast, dr, letter=("C:\\scans\\request.pdf", letter), authenticated_at=None).state == "submitted"
    document = Document.objects.get(disclosure_request=dr)
    assert (document.name, document.size, bytes(document.content)) == ("request.pdf", len(letter), letter)
    assert document.digest == hashlib.sha256(letter).hexdigest()
    assert Signature.objects.get(disclosure_request=dr).document == document


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        (b"", "empty"), (b"PK\x03\x04 not a PDF", "not a PDF"), (b"%PDF-1.7 and then nothing", "cannot be read"),
        (a_pdf(password="x"), "locked with a password"), (a_pdf(pages=0), "no page"),
        (b"%PDF-" + b"0" * MAX_LETTER_BYTES, "larger than 10 MiB"),
    ],
    ids=["empty", "another kind", "broken", "locked", "no page", "too large"],
)  # fmt: skip
def test_what_is_no_readable_letter_is_refused_and_says_how_to_mend_it(
    cast: f.Cast, dr: DisclosureRequest, letter: bytes, words: str
) -> None:
    with pytest.raises(BadInput, match=rf"^Letter: .*{words}"):
        submit(cast, dr, letter=("letter.pdf", letter))
    assert f.again(dr).signed_digest == ""


@pytest.mark.parametrize("minutes", [None, 11, 60 * 24])
def test_signing_needs_a_fresh_sign_in_or_a_letter(cast: f.Cast, minutes: int | None) -> None:
    signed_in = None if minutes is None else f.AT - dt.timedelta(minutes=minutes)
    with pytest.raises(NotYours, match="fresh sign-in"):
        submit(cast, f.draft(cast), authenticated_at=signed_in)


def test_a_sign_in_of_ten_minutes_ago_is_fresh(cast: f.Cast) -> None:
    assert submit(cast, f.draft(cast), authenticated_at=f.AT - dt.timedelta(minutes=10)).state == "submitted"


def test_intake_hands_in_what_it_entered_from_paper_with_the_scan_of_its_letter(cast: f.Cast) -> None:
    paper = draft_request(
        actor=cast.intake, at=f.AT, agency=cast.agency, authority=f.the_authority(), purpose="To locate subjects.",
        certified_solely=True,
    )  # fmt: skip
    f.load(paper, [f.a_line(1)], actor=cast.intake)
    scan = ("scan.pdf", a_pdf())
    with pytest.raises(BadInput, match=r"^Letter: .*paper"):
        submit(cast, paper, actor=cast.intake)
    with pytest.raises(NotYours):
        submit(cast, paper, actor=f.a_person(Role.INTAKE), letter=scan)
    with pytest.raises(BadInput, match=r"^Office: "):
        submit(cast, paper, actor=cast.intake, official=f.a_cast().office, letter=scan)
    done = submit(cast, paper, actor=cast.intake, letter=scan)
    assert (done.state, done.signed_by) == ("submitted", cast.office)
    assert Signature.objects.get(disclosure_request=paper).method == "letter"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICIAL])
def test_nobody_but_an_official_signs(cast: f.Cast, role: Role) -> None:
    with pytest.raises(NotYours):
        submit(cast, f.draft(cast), actor=getattr(cast, role.value))


def test_an_official_signs_with_the_office_they_hold_today_at_the_agency_that_asks() -> None:
    cast, other = f.a_cast(), f.a_cast()
    dr = f.draft(cast)
    second = f.a_person(Role.OFFICIAL, agency=cast.agency)
    for office in (
        other.office, f.an_official(second),
        f.an_official(cast.official, title="Past", valid_to=f.TODAY - dt.timedelta(days=1)),
        f.an_official(cast.official, title="Next", valid_from=f.TODAY + dt.timedelta(days=1)),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=r"^Office: "):
            submit(cast, dr, official=office)
    with pytest.raises(NotYours):
        submit(cast, dr, actor=other.official, official=other.office)


def test_whether_the_title_suffices_is_not_judged_when_submitting() -> None:
    cast = f.a_cast(title="Special Agent")
    assert submit(cast, f.draft(cast)).state == "submitted"


def test_what_is_not_ready_is_refused_with_every_reason_and_stays_unsigned(cast: f.Cast) -> None:
    dr = f.draft(cast, certified_solely=False)
    Line.objects.filter(disclosure_request=dr).delete()
    dr.__class__.objects.filter(pk=dr.pk).update(line_count=0, lines_digest="")
    with pytest.raises(NotNow) as refused:
        submit(cast, dr)
    assert {each.name for each in refused.value.unmet} == {
        "has_a_line", "is_certified_for_sole_use", "is_signed_over_these_lines",
    }  # fmt: skip
    assert not Signature.objects.filter(disclosure_request=dr).exists()


def test_a_hold_on_taking_in_stops_the_submission(cast: f.Cast, dr: DisclosureRequest) -> None:
    place_hold(
        actor=cast.director, at=f.AT, order_reference="D.D.C. 25-0457", reason="Stay.", acts=["submit"],
        starts_on=f.TODAY, agency=cast.agency,
    )  # fmt: skip
    with pytest.raises(NotNow, match="hold"):
        submit(cast, dr)


def test_lines_changed_after_the_signature_are_not_signed(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.RETURNED)
    with pytest.raises(NotNow, match="Nothing changed"):
        submit(cast, dr)
    f.load(dr, [f.a_line(1)], actor=cast.requester)
    assert submit(cast, dr).state == "submitted"


def test_a_returned_request_comes_back_as_a_new_signed_version(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.RETURNED)
    f.load(dr, [f.a_line(1)], actor=cast.requester)
    later = f.AT + dt.timedelta(days=3)
    done = submit(cast, dr, at=later, authenticated_at=later)
    assert (done.state, done.version, done.returned_version, done.submitted_at) == ("submitted", 2, 1, later)
    assert Event.objects.filter(disclosure_request=dr, verb="resubmit").count() == 1
    assert list(Signature.objects.filter(disclosure_request=dr).order_by("pk").values_list("version", flat=True)) == [1, 2]
    running = Clock.objects.filter(disclosure_request=dr, ended_on__isnull=True).values_list("kind", flat=True)
    assert list(running) == ["acknowledge"]


def test_mended_lines_join_while_it_is_in_intake_without_a_change_of_state(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_INTAKE, lines=[f.a_line(1), f.a_defective_line(2)])
    f.load(dr, [f.a_line(2)], actor=cast.requester, replace=False)
    joined = submit(cast, dr)
    assert (joined.state, joined.version, joined.signed_version) == ("in_intake", 2, 2)
    assert joined.signatory_judged_version == 2
    assert Event.objects.filter(disclosure_request=dr, verb="join_mended_lines").count() == 1
    assert pass_to_legal_review(dr.pk, actor=cast.intake, at=f.AT).state == "in_legal_review"


def test_mended_lines_that_nobody_signed_do_not_leave_intake(cast: f.Cast) -> None:
    dr = f.a_request(cast, State.IN_INTAKE, lines=[f.a_line(1), f.a_defective_line(2)])
    f.load(dr, [f.a_line(2)], actor=cast.requester, replace=False)
    with pytest.raises(NotNow) as refused:
        pass_to_legal_review(dr.pk, actor=cast.intake, at=f.AT)
    assert [each.name for each in refused.value.unmet] == ["is_signed_over_these_lines", "has_its_signatory_judged"]


def test_a_signature_of_somebody_who_may_not_ask_is_found_again_when_mended_lines_join() -> None:
    cast = f.a_cast(title="Special Agent")
    dr = f.a_request(cast, State.IN_INTAKE, lines=[f.a_line(1), f.a_defective_line(2)])
    f.load(dr, [f.a_line(2)], actor=cast.requester, replace=False)
    submit(cast, dr)
    assert Finding.objects.get(disclosure_request=dr, version=2).code == "V02"


@pytest.mark.parametrize("state", [state for state in State if state not in ("draft", "returned", "in_intake")])
def test_nothing_is_signed_anew_while_it_is_under_way(cast: f.Cast, state: State) -> None:
    dr = f.a_request(cast, state)
    with pytest.raises(NotNow):
        submit(cast, dr)
    assert f.again(dr).state == state
