"""How people come in: by an account that an administrator made; and the record of who came, left or was turned away."""

from __future__ import annotations

import datetime as dt
import math
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core.internal import ratelimit
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from requests.actions.record import record
from requests.calendar.office import office_zone
from requests.models import Person

LIMIT = {"app": "allauth.account", "action": "login_failed"}


class ClosedSignup(DefaultAccountAdapter):
    """Nobody signs up: the office gives accounts. A refused sign-in says why, in the same words for every name."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Turns away, recorded, where too many tries failed: for this name, whether it exists or not, or this address."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            record_failed_sign_in("sign_in_locked_out", credentials)
            _, free_at = self._tries(request, credentials)
            until = f"Wait until {_clock(free_at)}, then try again." if free_at else "Try again in a moment."
            raise ValidationError(f"Too many tries failed for this name. {until}", code="locked_out") from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Keeps how many tries are left, for the sentence that follows."""
        self._left, self._free_at = self._tries(request, credentials)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The sentence of an error; a sign-in that failed also says how many tries are left."""
        failed = {
            "username_password_mismatch": "User name and password do not agree.",
            "email_password_mismatch": "User name and password do not agree.",
            "incorrect_password": "This is not your password.",
            "enter_current_password": "This is not your present password.",
        }
        if code not in failed:
            return super().validation_error(code, *args)
        left = getattr(self, "_left", None)
        if left is None:
            return ValidationError(failed[code], code=code)
        rest = (
            f"You have {left} {'try' if left == 1 else 'tries'} left before a wait of 15 minutes."
            if left
            else f"That was the last try: wait until {_clock(self._free_at)}."
        )
        return ValidationError(f"{failed[code]} {rest}", code=code)

    def _tries(self, request: HttpRequest, credentials: dict[str, Any]) -> tuple[int, float]:
        """How many failures are left, and when the next try is free (seconds since 1970; 0: now)."""
        key, now = self._get_login_attempts_cache_key(request, **credentials), time.time()
        left, free_at = math.inf, 0.0
        for rate in ratelimit.get_rates(**LIMIT):
            place = ratelimit.get_cache_key(request, **LIMIT, rate=rate, key=key)
            failures = [at for at in cache.get(place, []) if at > now - rate.duration]  # newest first
            left = min(left, max(0, rate.amount - len(failures)))
            if len(failures) >= rate.amount:
                free_at = max(free_at, failures[rate.amount - 1] + rate.duration)
        return (0 if left is math.inf else int(left)), free_at


def _clock(seconds: float) -> str:
    """The office's time of day of a moment, rounded up to the minute."""
    moment = dt.datetime.fromtimestamp(math.ceil(seconds / 60) * 60, tz=office_zone())
    return f"{moment:%H:%M}"


class DemonstrationHasher(PBKDF2PasswordHasher):
    """A quick hash for the passwords of the demonstration and the tests, which are known to everybody.

    Its name differs, so that production, which does not know it, lets no such account in.
    """

    algorithm = "pbkdf2_sha256_demonstration"
    iterations = 1000


# --- the record ---
def record_failed_sign_in(verb: str, credentials: dict[str, Any]) -> None:
    """Record a try that failed: whose account it was, if there is one, and never what was typed."""
    found = Person.objects.filter(username__iexact=str(credentials.get("username") or "")).first()
    record(verb, actor=None, at=timezone.now(), is_refused=True, detail={"person": found.pk} if found else {})


@receiver(user_logged_in, dispatch_uid="record_sign_in")
def _signed_in(user: Person, **_: Any) -> None:
    record("sign_in", actor=user, at=timezone.now())


@receiver(user_logged_out, dispatch_uid="record_sign_out")
def _signed_out(user: Person | None, **_: Any) -> None:
    if isinstance(user, Person):
        record("sign_out", actor=user, at=timezone.now())


@receiver(user_login_failed, dispatch_uid="record_failed_sign_in")
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    record_failed_sign_in("sign_in_failed", credentials)


@receiver([password_changed, password_set, password_reset], dispatch_uid="record_password")
def _password(user: Person, **_: Any) -> None:
    record("change_password", actor=user, at=timezone.now())


@receiver(authenticator_added, dispatch_uid="record_factor_added")
def _factor_added(user: Person, authenticator: Any, **_: Any) -> None:
    record("add_second_factor", actor=user, at=timezone.now(), detail={"kind": authenticator.type})


@receiver([authenticator_removed, authenticator_reset], dispatch_uid="record_factor_changed")
def _factor_changed(user: Person, authenticator: Any, **_: Any) -> None:
    record("change_second_factor", actor=user, at=timezone.now(), detail={"kind": authenticator.type})
