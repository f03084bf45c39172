"""Who may open which page: one decorator on every view, which a house test reads."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from requests.permissions import Predicate

View = Callable[..., HttpResponseBase]


def anyone_signed_in(instance: Any, user: Any) -> bool:
    """A signed-in, active person of whatever role; what they see is narrowed by ``visible_to``."""
    return user is not None and user.is_authenticated and user.is_active


def guarded_by(rule: Predicate) -> Callable[[View], View]:
    """Let a view be opened only by a signed-in person whom ``rule(None, person)`` lets pass; never cached anywhere."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not rule(None, request.user):
                raise PermissionDenied("Your role does not open this page.")
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        guarded.guard = rule  # type: ignore[attr-defined]
        return guarded

    return decorate
