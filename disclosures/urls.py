"""All addresses of the site. A house test walks them and fails on one that nobody guards."""

from django.contrib import admin
from django.urls import include, path, re_path

from disclosures.views import answers, desk, health, reports, request_page, undecided

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("reminders/read/", desk.read_notices, name="read_notices"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("requests/", desk.worklist, name="worklist"),
    path("", include("requests.urls")),
    path("requests/<str:control_number>/", request_page.request_page, name="request"),
    path("requests/<str:control_number>/do/<slug:name>/", request_page.act, name="act"),
    path("requests/<str:control_number>/documents/<int:pk>/", request_page.document, name="document"),
    path("requests/<str:control_number>/answers/", answers.answers, name="answers"),
    path("requests/<str:control_number>/answers.csv", answers.answers_csv, name="answers_csv"),
    path("undecided/", undecided.undecided, name="undecided"),
    path("requests/<str:control_number>/undecided/", undecided.undecided_of, name="undecided_of"),
    path("undecided/<int:pk>/", undecided.decide, name="decide_match"),
    path("reports/", reports.catalogue, name="reports"),
    path("reports/<slug:name>/", reports.report_page, name="report"),
    path("reports/<slug:name>/rows/", reports.report_rows, name="report_rows"),
    path("reports/<slug:name>.<slug:kind>", reports.report_file, name="report_file"),
    # Accounts are kept by the administrator: nobody adds an address or signs in by a code sent there.
    re_path(r"^accounts/(?:email|confirm-email|login/code)/", health.not_here),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
