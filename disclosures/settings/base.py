"""What holds everywhere. Safe by default: local, test and production add to it, and nothing here is for show."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

import requests
from disclosures.embedded.places import data_folder
from disclosures.settings import brokers, databases, logs
from disclosures.settings.environment import env

BASE_DIR = Path(__file__).resolve().parents[2]
if Path(requests.__file__ or "").parent != BASE_DIR / "requests":
    raise ImproperlyConfigured(f"`import requests` is not our app but {requests.__file__}: uninstall that package.")

DATA = data_folder(os.environ)
READY_FILE = env("TRACKER_READY_FILE", default="") or None  # written by ./run when migrations and demo are done
DEMO = False
DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- apps and pages ---
INSTALLED_APPS = [
    "requests.apps.RequestsConfig",
    "disclosures.apps.DisclosuresConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "pghistory",
    "pgtrigger",
    "django_prometheus",
    "django_structlog",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "disclosures.urls"
WSGI_APPLICATION = "disclosures.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "disclosures.context.shell",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA / "files"  # private: nothing is served from it by address
# Files of lines on their way in, shared by web and workers; each goes when its lines are stored.
BATCH_FOLDER = Path(env("BATCH_FOLDER", default="") or DATA / "batches")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = ["disclosures.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
OFFICE_TIME_ZONE = env("OFFICE_TIME_ZONE", default="America/New_York")  # decides what day it is

# --- database: rows are written by a role that owns no table ---
DATABASE_URL = env("DATABASE_URL", default="")
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="")
# Limits of every session of the application. Batch work sets its own for a transaction, with SET LOCAL.
DATABASE_SESSION = {
    "statement_timeout": f"{env.int('STATEMENT_TIMEOUT_SECONDS', default=30)}s",
    "lock_timeout": f"{env.int('LOCK_TIMEOUT_SECONDS', default=10)}s",
    "idle_in_transaction_session_timeout": f"{env.int('IDLE_TRANSACTION_TIMEOUT_SECONDS', default=120)}s",
}
try:
    DATABASES = databases.both(DATABASE_URL, DATABASE_OWNER_URL, session=DATABASE_SESSION, max_age=60)
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL or DATABASE_OWNER_URL: {error}.") from None
APPLICATION_ROLE = databases.application_role(DATABASES, DATABASE_OWNER_URL)
# The application may add rows to these tables and read them, nothing else (migrate sees to it).
APPEND_ONLY_TABLES = [
    "requests_event",
    "requests_signature",
    "requests_approval",
    "requests_document",
    "disclosures_response",
    "disclosures_answer",
    "disclosures_accountingentry",
    "disclosures_receipt",
]

# --- broker, cache, background work ---
REDIS_URL = env("REDIS_URL", default="") or "redis://127.0.0.1:6379/0"
try:
    CELERY_BROKER_URL = brokers.for_celery(REDIS_URL)
    CELERY_RESULT_BACKEND = brokers.for_celery(brokers.numbered(REDIS_URL, 1))
    CACHE_URL = brokers.numbered(REDIS_URL, 2)
except ValueError as error:
    raise ImproperlyConfigured(f"REDIS_URL: {error}.") from None
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = 3600
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 1500
CELERY_TASK_TIME_LIMIT = 1800
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 7200}  # well over the time limit: nothing runs twice at once
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# The broker only wakes workers up: losing it is no reason to kill work that is under way.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CONCURRENCY = env.int("WORKER_PROCESSES", default=2)
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # in memory: every task is a sweep of rows, so nothing is to be kept
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {}

# --- people ---
AUTH_USER_MODEL = "requests.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "disclosures.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Per account (key) and per address: the account is locked for a quarter of an hour, whoever tries.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,100/15m/ip", "login": "600/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are kept by the administrator
MFA_TOTP_ISSUER = "Disclosure requests"
MFA_TOTP_TOLERANCE = 1  # the code before and the one after count too: clocks differ, and people type slowly

# --- sessions, cookies, headers ---
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_SAVE_EVERY_REQUEST = True  # so that the age counts from the last page, not from the login
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- mail, logs ---
SITE_ADDRESS = env("SITE_ADDRESS", default="http://127.0.0.1:8000")  # what a reminder links to
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="disclosures@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = str(DATA / "mail")
EMAIL_BACKEND = "disclosures.mail.FolderOfMails"
EMAIL_TIMEOUT = 20  # seconds: a mail server that hangs delays one reminder, not the sweep
if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
try:
    LOG_LEVEL = logs.level_named(env("LOG_LEVEL", default="WARNING"))
except ValueError as error:
    raise ImproperlyConfigured(f"LOG_LEVEL: {error}.") from None
LOGGING = logs.configure(LOG_LEVEL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # DEBUG: one line for each request is enough
