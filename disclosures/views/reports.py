"""The reports: the catalogue, each one on a page with its definitions, and as a file."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosures.actions.export import record_export
from disclosures.reports.base import REQUEST_COLUMNS, Period, Report, totals
from disclosures.reports.catalogue import BY_NAME, REPORTS, default_period
from disclosures.reports.charts import director_charts
from disclosures.reports.writers import FORMATS, MEDIA, as_csv, as_json, as_pdf, write_xlsx
from requests.calendar.office import office_day
from requests.permissions import can_read_reports
from requests.views.guard import guarded_by

ROWS_ON_A_PAGE = 500


@require_safe
@guarded_by(can_read_reports)
def catalogue(request: HttpRequest) -> HttpResponse:
    """All reports with what they say, and the charts of the office's work."""
    today = office_day(timezone.now())
    return render(request, "disclosures/reports.html", {"reports": REPORTS, "charts": director_charts(today=today)})


@require_safe
@guarded_by(can_read_reports)
def report_page(request: HttpRequest, name: str) -> HttpResponse:
    """One report with its definitions, its rows and their sums; its figures lead to the rows behind them."""
    report, period, wrong = _asked(request, name)
    rows, sums = totals(report, islice(report.rows(period), ROWS_ON_A_PAGE + 1))
    is_cut = len(rows) > ROWS_ON_A_PAGE
    actor: Any = request.user
    record_export(report.name, actor=actor, at=timezone.now(), first=period.first, last=period.last, kind="page")
    shown = [{"cells": _cells(report, period, row)} for row in rows[:ROWS_ON_A_PAGE]]
    return render(
        request,
        "disclosures/report.html",
        {
            "report": report, "period": period, "rows": shown, "is_cut": is_cut, "wrong": wrong, "formats": FORMATS,
            "sums": [] if is_cut or not any(total is not None for total in sums) else _cells(report, period, sums, is_sum=True),
        },
        status=400 if wrong else 200,
    )  # fmt: skip


def _cells(report: Report, period: Period, row: Sequence[Any], *, is_sum: bool = False) -> list[dict[str, Any]]:
    """The cells of a row or of the sums, each with the address of what stands behind it, where there is any."""
    named = dict(zip(report.header(), row, strict=True))
    keys = {key: str(named[key]) for key in report.behind.keys} if report.behind and not is_sum else {}
    found = []
    for cell, column in zip(row, report.columns, strict=True):
        link = ""
        if column.name in REQUEST_COLUMNS and cell:
            link = reverse("request", args=[cell])
        elif report.behind and column.name in report.behind.figures and cell:
            days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
            link = f"{reverse('report_rows', args=[report.name])}?{urlencode({'figure': column.name, **days, **keys})}"
        found.append({"text": column.told(cell), "column": column, "link": link})
    return found


@require_safe
@guarded_by(can_read_reports)
def report_rows(request: HttpRequest, name: str) -> HttpResponse:
    """The requests behind one figure of a report, which add up to it."""
    report, period, wrong = _asked(request, name)
    figure = next((column for column in report.columns if column.name == request.GET.get("figure")), None)
    if wrong or report.behind is None or figure is None or figure.name not in report.behind.figures:
        raise Http404("There is no such figure in this report.")
    where = {key: request.GET[key][:200].replace("\0", "") for key in report.behind.keys if key in request.GET}
    rows = list(islice(report.behind.rows(period, figure.name, where), ROWS_ON_A_PAGE + 1))
    is_cut = len(rows) > ROWS_ON_A_PAGE
    actor: Any = request.user
    record_export(report.name, actor=actor, at=timezone.now(), first=period.first, last=period.last, kind="rows")
    context = {
        "report": report, "period": period, "figure": figure, "where": [
            column.told(where[column.name]) for column in report.columns if column.name in where
        ], "is_cut": is_cut,
        "rows": rows[:ROWS_ON_A_PAGE], "total": sum(int(row[1]) for row in rows),
    }  # fmt: skip
    return render(request, "disclosures/report_rows.html", context)


@require_safe
@guarded_by(can_read_reports)
def report_file(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """One report as a file; CSV and JSON stream. With days that are none it is the page that says so."""
    report, period, wrong = _asked(request, name)
    if kind not in FORMATS:
        raise Http404("There is no such report in this form.")
    if wrong:
        return report_page(request, name)
    actor: Any = request.user
    record_export(report.name, actor=actor, at=timezone.now(), first=period.first, last=period.last, kind=kind)
    filename = f"{report.name}-{period.first}-{period.last}.{kind}"
    if kind == "xlsx":
        file = io.BytesIO()
        write_xlsx(report, period, file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=filename, content_type=MEDIA[kind])
    response: HttpResponseBase
    if kind == "pdf":
        response = HttpResponse(as_pdf(report, period), content_type=MEDIA[kind])
    else:
        pieces = as_csv(report, period) if kind == "csv" else as_json(report, period)
        response = StreamingHttpResponse(pieces, content_type=MEDIA[kind])
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _asked(request: HttpRequest, name: str) -> tuple[Report, Period, str]:
    report = BY_NAME.get(name)
    if report is None:
        raise Http404("There is no such report.")
    usual = default_period(report, today=office_day(timezone.now()))
    try:
        first = dt.date.fromisoformat(request.GET.get("from") or usual.first.isoformat())
        last = dt.date.fromisoformat(request.GET.get("to") or usual.last.isoformat())
    except ValueError:
        return report, usual, "A day is not written as a day. Choose both days again; the usual period is shown."
    try:
        return report, Period(first, last), ""
    except ValueError as error:
        return report, usual, f"{error} Choose both days again; the usual period is shown."
