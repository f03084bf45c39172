"""Two ways into one PostgreSQL database: as the application, which owns nothing, and as the owner, for migrations."""

from __future__ import annotations

from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

APPLICATION_ROLE = "tracker_app"


def connection(url: str, *, session: dict[str, str]) -> dict[str, Any]:
    """One entry of DATABASES from a libpq URL, which may name a folder of sockets as its host.

    ``session`` holds PostgreSQL settings of each session. Raises ValueError for a URL that libpq cannot read.
    """
    try:
        parts = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise ValueError(f"not a PostgreSQL URL: {error}".strip()) from None
    given = str(parts.pop("options", ""))
    ours = " ".join(f"-c {name}={value}" for name, value in session.items())
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {**parts, "options": f"{ours} {given}".strip()},
    }


def both(url: str, owner_url: str, *, session: dict[str, str], max_age: int) -> dict[str, dict[str, Any]]:
    """DATABASES: ``default`` is the application's role, ``owner`` is for migrations only.

    With two URLs each is used as it is. With one, it is the owner's, and the application steps down to
    ``tracker_app`` as it connects. ``session`` limits the application, not the migrations. ``max_age`` in seconds.
    """
    step_down = {} if owner_url else {"role": APPLICATION_ROLE}
    default = connection(url, session={**step_down, **session})
    default |= {"CONN_MAX_AGE": max_age, "CONN_HEALTH_CHECKS": True}
    return {"default": default, "owner": connection(owner_url or url, session={})}


def application_role(databases: dict[str, dict[str, Any]], owner_url: str) -> str:
    """The name of the role that the application acts as; migrate gives it its rights."""
    return str(databases["default"]["USER"]) if owner_url else APPLICATION_ROLE
