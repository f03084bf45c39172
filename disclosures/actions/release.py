"""Release: ordered by a releaser, worked in the background, every check repeated, all in one commit."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db import connection, transaction

from disclosures.models import ReleaseJob, Response
from requests.actions.advance import advance_locked, lock, prepare
from requests.actions.errors import ActionError, NotNow, NotYours
from requests.actions.record import record, record_refusal
from requests.calendar.office import office_day
from requests.models import DisclosureRequest, Person
from requests.models.lifecycle import State
from requests.permissions import Stage, can_release
from requests.queries import lines_digest, parameter, unmet_conditions

NATURE = "Whether a record agrees on name and address: yes or no"
PURPOSE_CODE = "i2"
SOURCE_CODE = "registry"

# Of several determinations about the whole request, or about one line, the newest counts; as in the comparison.
_BARS = """
SELECT line_number FROM (
    SELECT DISTINCT ON (i.line_number) i.line_number, i.bars_answer FROM requests_impairmentdetermination i
    JOIN requests_disclosurerequest q ON q.id = i.disclosure_request_id AND q.version = i.version
    WHERE q.id = %s ORDER BY i.line_number, i.recorded_at DESC, i.id DESC) newest
WHERE bars_answer
"""
_COUNT_BARRED = """
SELECT count(*) FILTER (WHERE 'yes' IN (m.result, m.resolution)), count(*) FILTER (WHERE 'no' IN (m.result, m.resolution))
FROM requests_line l JOIN disclosures_matchresult m ON m.line_id = l.id
WHERE l.disclosure_request_id = %(request)s AND l.until_version IS NULL
  AND (%(bars_all)s OR l.number = ANY(%(barred)s::bigint[]))
"""

# The one answer of each standing line. What was returned carries its rule codes; every other cause reads the same.
_ANSWERS = """
INSERT INTO disclosures_answer (response_id, line_id, line_number, engaged_by_id, answer, reason)
SELECT %(response)s, l.id, l.number, l.engaged_by_id, a.word,
       CASE WHEN a.word <> 'not_answered' THEN ''
            WHEN l.standing = 'returned' AND cardinality(l.findings) > 0 THEN array_to_string(l.findings, ';')
            ELSE 'cannot_be_furnished' END
FROM requests_line l
LEFT JOIN disclosures_matchresult m ON m.line_id = l.id
CROSS JOIN LATERAL (SELECT CASE
    WHEN l.standing NOT IN ('complete', 'accepted') OR m.id IS NULL
        OR %(bars_all)s OR l.number = ANY(%(barred)s::bigint[]) THEN 'not_answered'
    WHEN m.result = 'yes' OR (m.result = 'undecided' AND m.resolution = 'yes') THEN 'yes'
    WHEN m.result = 'no' OR (m.result = 'undecided' AND m.resolution = 'no') THEN 'no'
    ELSE 'not_answered' END AS word) a
WHERE l.disclosure_request_id = %(request)s AND l.until_version IS NULL
"""

_ACCOUNTING = """
INSERT INTO disclosures_accountingentry (
    answer_id, disclosure_request_id, line_number, taxpayer_ref, name, tin, authority, control_number, request_date,
    reason, disclosed_at, nature, taxable_periods, recipient_name, recipient_agency, recipient_address, agency_code,
    purpose_code, source_code, is_releasable_to_subject, retain_until)
SELECT a.id, %(request)s, a.line_number, CASE WHEN a.answer = 'yes' THEN m.taxpayer_ref ELSE '' END,
       coalesce(nullif(l.name, ''), concat_ws(' ', nullif(l.first_name, ''), nullif(l.middle_name, ''),
                nullif(l.last_name, ''), nullif(l.suffix, ''))),
       left(l.tin, 11), %(authority)s, %(control_number)s, %(request_date)s, l.reason, %(at)s,
       %(nature)s, left(l.taxable_periods, 200), o.name, %(agency)s, %(agency_address)s, %(agency_code)s,
       %(purpose_code)s, %(source_code)s, false, %(retain_until)s
FROM disclosures_answer a
JOIN requests_line l ON l.id = a.line_id
JOIN disclosures_matchresult m ON m.line_id = a.line_id
JOIN requests_engagedofficial o ON o.id = a.engaged_by_id
WHERE a.response_id = %(response)s AND a.answer IN ('yes', 'no')
"""

_DIGEST = """
SELECT coalesce(encode(sha256(string_agg(
    sha256(convert_to(line_number || ',' || answer || ',' || reason, 'UTF8')), ''::bytea ORDER BY line_number)), 'hex'), '')
FROM disclosures_answer WHERE response_id = %s
"""

# Conditions that only the job itself can meet; the order is given before them.
_MET_BY_THE_JOB = frozenset({"has_its_answers_accounted"})


@dataclasses.dataclass(frozen=True, slots=True)
class Sums:
    """How many lines of a response say what."""

    yes: int
    no: int
    not_answered: int


@transaction.atomic
def ask_release(request_id: int, *, actor: Person, at: dt.datetime) -> ReleaseJob:
    """Order the release. The row is the order; the job works on it and repeats every check.

    Raises NotNow with the unmet conditions, or where it is being released already; NotYours.
    """
    disclosure_request = prepare(lock(request_id), at=at)
    if disclosure_request.state != State.AWAITING_RELEASE:
        raise NotNow(f"It is in “{disclosure_request.get_state_display()}”; nobody can release it there.")
    if not can_release(disclosure_request, actor):
        raise NotYours("Only a releaser who acted in no other stage of this request, and decided none of its lines.")
    unmet = [each for each in unmet_conditions(disclosure_request, "release") if each.name not in _MET_BY_THE_JOB]
    if unmet:
        raise NotNow(" ".join(each.text for each in unmet), unmet)
    if ReleaseJob.objects.filter(disclosure_request=disclosure_request, status=ReleaseJob.Status.QUEUED).exists():
        raise NotNow("It is being released already.")
    job = ReleaseJob.objects.create(disclosure_request=disclosure_request, asked_by=actor, asked_at=at)
    record(
        "ask_release", actor=actor, at=at, disclosure_request=disclosure_request, stage=Stage.RELEASE,
        detail={"job": job.pk},
    )  # fmt: skip
    return job


def run_release(job_id: int, *, at: dt.datetime) -> ReleaseJob:
    """Work on one ordered release. Running it twice, or after a kill, is harmless: the row says whether it is done.

    A check that fails now marks the job refused, with the unmet conditions, and leaves an event; nothing leaves.
    """
    try:
        with transaction.atomic():
            return _release(job_id, at=at)
    except ActionError as error:
        return _keep_refusal(job_id, error, at=at)


def _release(job_id: int, *, at: dt.datetime) -> ReleaseJob:
    request_id = ReleaseJob.objects.values_list("disclosure_request_id", flat=True).get(pk=job_id)
    disclosure_request = prepare(lock(request_id), at=at)
    job = ReleaseJob.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=job_id)
    if job.status != ReleaseJob.Status.QUEUED:
        return job
    if disclosure_request.state != State.AWAITING_RELEASE:
        raise NotNow(f"It is in “{disclosure_request.get_state_display()}” now.")
    # The digest is taken anew from the lines themselves, so that a line changed on any road stops the release.
    disclosure_request.lines_digest = lines_digest(request_id)
    _take_away_barred(disclosure_request)
    unmet = [each for each in unmet_conditions(disclosure_request, "release") if each.name not in _MET_BY_THE_JOB]
    if unmet:
        raise NotNow(" ".join(each.text for each in unmet), unmet)
    sums, digest, accounted = write_answers(disclosure_request, released_by=job.asked_by, at=at)
    expected = (disclosure_request.yes_count, disclosure_request.no_count, disclosure_request.not_answered_count)
    if (sums.yes, sums.no, sums.not_answered) != expected:
        raise NotNow("The answers do not reconcile with what was compared (V21). Nothing was released.")
    disclosure_request.answers_digest = digest
    disclosure_request.accounted_count = accounted
    advance_locked(
        disclosure_request, "release", actor=job.asked_by, at=at, yes=sums.yes, no=sums.no, not_answered=sums.not_answered,
        answers_digest=digest, accounted=accounted,
    )  # fmt: skip
    job.status, job.finished_at = ReleaseJob.Status.DONE, at
    job.save()
    return job


def _bars(disclosure_request: DisclosureRequest) -> dict[str, Any]:
    """What the determinations bar by now: everything, or these line numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_BARS, [disclosure_request.pk])
        numbers = [row[0] for row in cursor.fetchall()]
    return {"bars_all": None in numbers, "barred": [number for number in numbers if number is not None]}


def _take_away_barred(disclosure_request: DisclosureRequest) -> None:
    """Count what was compared and is barred by now as not answered; saves nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_BARRED, {"request": disclosure_request.pk, **_bars(disclosure_request)})
        yes, no = cursor.fetchone()
    disclosure_request.yes_count -= yes
    disclosure_request.no_count -= no
    disclosure_request.not_answered_count += yes + no


def write_answers(
    disclosure_request: DisclosureRequest, *, released_by: Person, at: dt.datetime
) -> tuple[Sums, str, int]:
    """Write the response, one answer a line, and one accounting entry per line answered; in the caller's transaction."""
    dr = disclosure_request
    response = Response(
        disclosure_request=dr, released_by=released_by, released_at=at, yes_count=dr.yes_count, no_count=dr.no_count,
        not_answered_count=dr.not_answered_count,
    )  # fmt: skip
    response.save(force_insert=True)
    today = office_day(at)
    values: dict[str, Any] = {
        **_bars(dr), "response": response.pk, "request": dr.pk, "authority": dr.authority.citation,
        "control_number": dr.control_number, "request_date": dr.received_date, "at": at, "nature": NATURE,
        "agency": dr.agency.name, "agency_address": dr.agency.address, "agency_code": dr.agency.accounting_code,
        "purpose_code": PURPOSE_CODE, "source_code": SOURCE_CODE,
        "retain_until": years_later(today, parameter("accounting_retention_years")),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, values)
        cursor.execute(_ACCOUNTING, values)
        accounted = cursor.rowcount
        cursor.execute(_DIGEST, [response.pk])
        digest = str(cursor.fetchone()[0])
        cursor.execute(
            "SELECT count(*) FILTER (WHERE answer = 'yes'), count(*) FILTER (WHERE answer = 'no'), "
            "count(*) FILTER (WHERE answer = 'not_answered') FROM disclosures_answer WHERE response_id = %s",
            [response.pk],
        )
        yes, no, not_answered = cursor.fetchone()
    return Sums(yes, no, not_answered), digest, accounted


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


@transaction.atomic
def _keep_refusal(job_id: int, error: ActionError, *, at: dt.datetime) -> ReleaseJob:
    job = ReleaseJob.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=job_id)
    if job.status != ReleaseJob.Status.QUEUED:
        return job
    unmet = getattr(error, "unmet", ())
    job.status, job.finished_at = ReleaseJob.Status.REFUSED, at
    job.refusal = [{"text": each.text, "source": each.source, "mended_by": each.mended_by} for each in unmet] or [
        {"text": str(error), "source": "", "mended_by": ""}
    ]
    job.save()
    record_refusal("release", actor=job.asked_by, at=at, request_id=job.disclosure_request_id, error=error)
    return job
