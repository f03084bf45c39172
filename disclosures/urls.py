"""All addresses of the site. A house test walks them and fails on one that nobody guards."""

from django.contrib import admin
from django.urls import include, path

from disclosures.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
