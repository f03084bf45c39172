"""Sign and hand in: the first time, again after a return, or mended lines while it is still in intake."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

from django.db import transaction
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from requests.actions.advance import advance_locked, lock
from requests.actions.errors import BadInput, NotNow, NotYours
from requests.actions.receive import judge_signatory
from requests.actions.record import record
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Document, Official, Person, Signature
from requests.models.lifecycle import State
from requests.permissions import Stage, can_submit

MAX_LETTER_BYTES = 10 * 1024 * 1024
FRESH_SIGN_IN = dt.timedelta(minutes=10)


@transaction.atomic
def submit_request(
    request_id: int,
    *,
    actor: Person,
    at: dt.datetime,
    official: Official,
    letter: tuple[str, bytes] | None = None,
    authenticated_at: dt.datetime | None = None,
) -> DisclosureRequest:
    """Sign the lines as they stand and hand the request in; a returned one is resubmitted as a new version.

    The signature is the agency's signed letter (file name, bytes of a PDF) or a sign-in not older than ten minutes.
    In intake the signed version only joins; no state changes. Raises BadInput, NotYours, NotNow.
    """
    disclosure_request = lock(request_id)
    _refuse_strangers(disclosure_request, actor=actor, official=official, letter=letter, at=at)
    _sign(disclosure_request, actor=actor, official=official, letter=letter, authenticated_at=authenticated_at, at=at)
    if disclosure_request.state == State.IN_INTAKE:
        judge_signatory(disclosure_request, at=at)
        disclosure_request.save()
        record(
            "join_mended_lines", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.AGENCY,
            detail={"version": disclosure_request.version, "lines_digest": disclosure_request.lines_digest},
        )  # fmt: skip
        return disclosure_request
    verb = "resubmit" if disclosure_request.state == State.RETURNED else "submit"
    return advance_locked(disclosure_request, verb, actor=actor, at=at)


def _refuse_strangers(
    disclosure_request: DisclosureRequest,
    *,
    actor: Person,
    official: Official,
    letter: tuple[str, bytes] | None,
    at: dt.datetime,
) -> None:
    if not can_submit(disclosure_request, actor):
        raise NotYours("Only a signed-in official of the agency can sign and submit its request.")
    today = office_day(at)
    in_office = official.valid_from <= today and (official.valid_to is None or today <= official.valid_to)
    if official.agency_id != disclosure_request.agency_id or not in_office:
        raise BadInput("Office: choose an office that is held today at the agency that asks.")
    if actor.agency_id is None:
        if letter is None:
            raise BadInput("Letter: a request on paper is signed by its letter. Add the scan as a PDF.")
    elif official.person_id != actor.pk:
        raise BadInput("Office: choose the office that you hold today at the agency that asks.")
    is_signed = disclosure_request.signed_digest == disclosure_request.lines_digest != ""
    if is_signed and disclosure_request.signed_version == disclosure_request.version and disclosure_request.state != State.DRAFT:
        raise NotNow("Nothing changed since the last signature. Mend the lines first.")


def _sign(
    disclosure_request: DisclosureRequest,
    *,
    actor: Person,
    official: Official,
    letter: tuple[str, bytes] | None,
    authenticated_at: dt.datetime | None,
    at: dt.datetime,
) -> None:
    document = None
    if letter is not None:
        document = keep_letter(disclosure_request, name=letter[0], content=letter[1], actor=actor, at=at)
    elif authenticated_at is None or at - authenticated_at > FRESH_SIGN_IN:
        raise NotYours("Signing needs a fresh sign-in. Give your password again, or add the signed letter as a PDF.")
    Signature.objects.get_or_create(
        disclosure_request=disclosure_request,
        version=disclosure_request.version,
        lines_digest=disclosure_request.lines_digest,
        defaults={
            "official": official,
            "method": Signature.Method.LETTER if document else Signature.Method.ELECTRONIC,
            "document": document,
            "authenticated_at": authenticated_at,
            "signed_at": at,
        },
    )
    disclosure_request.signed_by = official
    disclosure_request.signed_version = disclosure_request.version
    disclosure_request.signed_digest = disclosure_request.lines_digest


def keep_letter(
    disclosure_request: DisclosureRequest, *, name: str, content: bytes, actor: Person, at: dt.datetime
) -> Document:
    """Keep the agency's signed letter: a readable, unencrypted PDF of at most 10 MiB. Raises BadInput."""
    refuse_unless_letter(content)
    return Document.objects.create(
        disclosure_request=disclosure_request, kind=Document.Kind.SIGNED_LETTER, version=disclosure_request.version,
        name=name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1][:200] or "letter.pdf", media_type="application/pdf",
        size=len(content), digest=hashlib.sha256(content).hexdigest(), content=content, added_by=actor, added_at=at,
    )  # fmt: skip


def refuse_unless_letter(content: bytes) -> None:
    """Raise BadInput unless these bytes are a readable, unencrypted PDF with at least one page, of at most 10 MiB."""
    if not content:
        raise BadInput("Letter: the file is empty. Add the signed letter as a PDF.")
    if len(content) > MAX_LETTER_BYTES:
        raise BadInput("Letter: the file is larger than 10 MiB. Scan it at a lower resolution.")
    if not content.startswith(b"%PDF-"):
        raise BadInput("Letter: the file is not a PDF. Save the signed letter as a PDF and add it again.")
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise BadInput("Letter: the PDF is locked with a password. Add it without one.")
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise BadInput("Letter: the PDF cannot be read. Save it anew and add it again.") from None
    if pages == 0:
        raise BadInput("Letter: the PDF has no page. Add the signed letter.")
