"""An office: its own servers, HTTPS, no default for anything that must be secret or chosen."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from disclosures.settings.environment import env

_REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
_MISSING = [name for name in _REQUIRED if not env(name, default="")]
if _MISSING:
    raise ImproperlyConfigured(f"Set {', '.join(_MISSING)} in the environment; .env.example says what each one is.")
if len(env("SECRET_KEY")) < 50 or len(set(env("SECRET_KEY"))) < 10 or "change-me" in env("SECRET_KEY"):
    raise ImproperlyConfigured("SECRET_KEY must be your own and random, of 50 characters or more (see .env.example).")
if "*" in env.list("ALLOWED_HOSTS"):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name your hosts; '*' would take any.")

from disclosures.settings.base import *  # noqa: E402, F403

SECURE_SSL_REDIRECT = True
# Probes come over plain HTTP from inside, and learn nothing.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
# How many proxies of your own stand before the application; 0 trusts no forwarded header.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
