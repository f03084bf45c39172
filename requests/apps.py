"""The ask: who wants what, and may they have it."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """Named by its full path in INSTALLED_APPS, so that the HTTP library of the same name can never stand in for it."""

    name = "requests"
    verbose_name = "Requests (the ask)"
    default_auto_field = "django.db.models.BigAutoField"
