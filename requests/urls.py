"""The addresses of the ask: what agencies hand in, and the files around it."""

from django.urls import path

from requests.views import defects, definitions, files, groups, leave, notices, replay, submission, versions

urlpatterns = [
    path("requests/new/", submission.new_request, name="new_request"),
    path("requests/check/", submission.check_file, name="check_file"),
    path("requests/template.csv", submission.template_file, name="template_file"),
    path("requests/<str:control_number>/mend/", submission.mend, name="mend"),
    path("requests/<str:control_number>/file/", files.file_page, name="file"),
    path("requests/<str:control_number>/file/<int:pk>/part/", files.file_part, name="file_part"),
    path("requests/<str:control_number>/file/<int:pk>/take-in/", files.confirm_file, name="confirm_file"),
    path("requests/<str:control_number>/file/<int:pk>/cancel/", files.cancel_file, name="cancel_file"),
    path("requests/<str:control_number>/defects/", defects.defects, name="defects"),
    path("requests/<str:control_number>/defects.csv", defects.defects_csv, name="defects_csv"),
    path("requests/<str:control_number>/defects.xlsx", defects.defects_xlsx, name="defects_xlsx"),
    path("requests/<str:control_number>/decide/", groups.groups, name="decide"),
    path("requests/<str:control_number>/decide/undo/", groups.undo, name="undo_decision"),
    path("requests/<str:control_number>/decide/<str:code>/<str:by>/<int:number>/", groups.group, name="decide_group"),
    path("requests/<str:control_number>/versions/", versions.versions, name="versions"),
    path("requests/<str:control_number>/replay/", replay.replay, name="replay"),
    path("leave/", leave.leave, name="leave"),
    path("reminders/", notices.notices, name="notices"),
    path("reminders/<int:pk>/again/", notices.send_notice_again, name="send_notice_again"),
    path("definitions/", definitions.definitions, name="definitions"),
]
