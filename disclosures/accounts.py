"""How people come in: by an account that an administrator made."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Nobody signs up: the office gives accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class DemonstrationHasher(PBKDF2PasswordHasher):
    """A quick hash for the passwords of the demonstration and the tests, which are known to everybody.

    Its name differs, so that production, which does not know it, lets no such account in.
    """

    algorithm = "pbkdf2_sha256_demonstration"
    iterations = 1000
