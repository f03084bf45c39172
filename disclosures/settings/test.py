"""The tests: embedded servers in a temporary folder, or those of DATABASE_URL and REDIS_URL."""

from __future__ import annotations

import os

from disclosures.embedded.testing import start_servers

# Only pytest needs servers; a type checker or an editor also reads this file.
if "PYTEST_VERSION" in os.environ:
    start_servers()

from disclosures.settings import brokers
from disclosures.settings.local import *  # noqa: F403
from disclosures.settings.local import CACHES, REDIS_URL

SECRET_KEY = "for tests only: " + "x" * 50
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
# Each parallel worker of the tests has three databases of Redis for itself.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
REDIS_URL = brokers.numbered(REDIS_URL, 3 * (int(_WORKER.removeprefix("gw")) + 1) if _WORKER else 0)
CELERY_BROKER_URL = brokers.for_celery(REDIS_URL)
CELERY_RESULT_BACKEND = brokers.for_celery(brokers.numbered(REDIS_URL, 1))
CACHES = {"default": CACHES["default"] | {"LOCATION": brokers.numbered(REDIS_URL, 2)}}
# Nobody changes a static file in a test, but every client of a test would list them all as it begins.
WHITENOISE_AUTOREFRESH = True
