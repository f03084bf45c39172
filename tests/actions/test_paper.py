"""What came as a letter or by e-mail: intake enters it, its letter is the signature, its true date stays."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from pypdf import PdfWriter

from requests.actions.draft import draft_request
from requests.actions.errors import BadInput, NotYours
from requests.actions.lines import load_lines
from requests.actions.receive import receive_request
from requests.actions.submit import submit_request
from requests.intake.lines import frame_of_lines
from requests.models import DisclosureRequest, Signature
from requests.models.lifecycle import State
from requests.permissions import Role
from tests.factories import AT, Cast, a_cast, a_line, a_person, the_authority


def a_letter() -> bytes:
    """A PDF of one blank page."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=612, height=792)
    writer.write(file)
    return file.getvalue()


@pytest.fixture
def cast(db: None) -> Cast:
    """An agency, its office and one person per role."""
    return a_cast()


@pytest.fixture
def paper(cast: Cast) -> DisclosureRequest:
    """A paper request that intake has typed in."""
    drafted = draft_request(
        actor=cast.intake, at=AT, agency=cast.agency, authority=the_authority(), purpose="To locate and charge.",
        certified_solely=True,
    )  # fmt: skip
    return load_lines(drafted.pk, lambda: [frame_of_lines([a_line(1)])], actor=cast.intake, at=AT)


def test_intake_submits_a_paper_request_by_its_letter_and_receives_it_on_its_true_day(
    cast: Cast, paper: DisclosureRequest
) -> None:
    dr = submit_request(paper.pk, actor=cast.intake, at=AT, official=cast.office, letter=("scan.pdf", a_letter()))
    assert dr.state == State.SUBMITTED
    signature = Signature.objects.get(disclosure_request=dr)
    assert (signature.method, signature.official, signature.lines_digest) == ("letter", cast.office, dr.lines_digest)
    day = AT.date() - dt.timedelta(days=6)
    dr = receive_request(dr.pk, actor=cast.intake, at=AT, received_date=day, channel="letter")
    assert (dr.state, dr.received_date, dr.channel) == (State.IN_INTAKE, day, "letter")


def test_a_paper_request_needs_its_letter(cast: Cast, paper: DisclosureRequest) -> None:
    with pytest.raises(BadInput, match="Letter: a request on paper is signed by its letter"):
        submit_request(paper.pk, actor=cast.intake, at=AT, official=cast.office, authenticated_at=AT)
    assert DisclosureRequest.objects.get(pk=paper.pk).state == State.DRAFT


def test_another_clerk_does_not_sign_what_a_colleague_typed_in(cast: Cast, paper: DisclosureRequest) -> None:
    colleague = a_person(Role.INTAKE)
    with pytest.raises(NotYours):
        submit_request(paper.pk, actor=colleague, at=AT, official=cast.office, letter=("scan.pdf", a_letter()))


def test_only_the_clerk_who_typed_it_in_sees_the_draft(cast: Cast, paper: DisclosureRequest) -> None:
    visible = DisclosureRequest.objects.visible_to
    assert visible(cast.intake).filter(pk=paper.pk).exists()
    assert not visible(a_person(Role.INTAKE)).filter(pk=paper.pk).exists()
    assert not visible(cast.counsel).filter(pk=paper.pk).exists()
