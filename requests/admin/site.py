"""The administration as a whole: what stands in it, and that one signs in to it where one signs in to everything else."""

from __future__ import annotations

import allauth.account.admin
import allauth.mfa.admin
import django.contrib.auth.admin
import pghistory.admin  # noqa: F401 - loaded before ours, so that what it registers can be taken out below
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

__all__ = ["allauth", "django"]

# Roles are fixed, addresses follow the person, secrets are nobody's to read. Whatever a package adds goes out as well.
for _model in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


def to_password_change(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """One page changes passwords, and it is the one that asks for a fresh sign-in and is recorded."""
    return redirect("account_change_password")


admin.site.site_header = "Disclosure Requests, administration"
admin.site.site_title = "Disclosure Requests"
admin.site.index_title = "Administration"
admin.site.site_url = "/"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = to_password_change  # type: ignore[method-assign,assignment]
