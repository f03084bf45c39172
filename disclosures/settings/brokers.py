"""Three databases of one Redis server: the broker, the results and the cache."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit, urlunsplit


def numbered(url: str, step: int) -> str:
    """The same server, ``step`` databases further: of ``redis://host/4`` and 2, ``redis://host/6``.

    Takes ``redis://``, ``rediss://`` and ``unix:///path?db=N``. Raises ValueError for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = parse_qs(parts.query)
        number = int(query.pop("db", ["0"])[0]) + step
        rest = "".join(f"&{name}={values[0]}" for name, values in query.items())
        return f"unix://{parts.netloc}{parts.path}?db={number}{rest}"
    if parts.scheme in ("redis", "rediss"):
        number = int(parts.path.strip("/") or 0) + step
        return urlunsplit(parts._replace(path=f"/{number}"))
    raise ValueError(f"{parts.scheme}:// is neither redis://, rediss:// nor unix://")


def for_celery(url: str) -> str:
    """Celery's spelling of the same URL: it names a socket and its database differently."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={number}"
