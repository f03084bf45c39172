"""One machine: ./run and manage.py, on the embedded servers unless URLs are given. For trials, not for an office."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from disclosures.embedded.places import Places, data_folder

# Without a URL the servers are the ones of the data folder; manage.py or ./run has started them where they are needed.
_absent = ["REDIS_URL"] if os.environ.get("DATABASE_URL") else ["REDIS_URL", "DATABASE_URL", "DATABASE_OWNER_URL"]
for _name in _absent:
    os.environ[_name] = os.environ.get(_name) or Places(data_folder(os.environ)).urls()[_name]

from disclosures.settings.base import *  # noqa: E402, F403
from disclosures.settings.base import ALLOWED_HOSTS, DATA, SECRET_KEY, STORAGES, env  # noqa: E402


def _kept_key(file: Path) -> str:
    """The key of this data folder, made once. Without a data folder it lasts as long as the process."""
    fresh = secrets.token_urlsafe(64)
    if not file.parent.is_dir():
        return fresh
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        draft.write_text(fresh)
        draft.chmod(0o600)
        os.link(draft, file)  # in one step, and only if there is none: two starts at once agree on one key
    except FileExistsError:
        pass
    except OSError:
        return fresh
    finally:
        draft.unlink(missing_ok=True)
    return file.read_text()


DEMO = env.bool("TRACKER_DEMO", default=True)
SECRET_KEY = SECRET_KEY or _kept_key(DATA / "secret_key")
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
# The demonstration's passwords are no secret; this hasher's marks are refused in production.
PASSWORD_HASHERS = ["disclosures.accounts.DemonstrationHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
# Static files come straight from the source folders, read once at the start: no step before it.
STATIC_ROOT = None
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
