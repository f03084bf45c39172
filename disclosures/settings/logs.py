"""Logs: one line of JSON per event, with ids, and never with what a line, a form or a database row said."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor


def without_query_string(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Cuts the query string from the logged request: people search by name."""
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    return event


def without_values(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Replaces an exception by its kinds and places. Its message may quote a row (``Key (tin)=…``): it stays out."""
    for name in ("error", "reason"):  # where django-structlog repeats the message of a task's exception
        event.pop(name, None)
    given = event.pop("exc_info", None) or event.get("exception")
    error = given if isinstance(given, BaseException) else (given[1] if isinstance(given, tuple) else None)
    if given is True:
        error = sys.exc_info()[1]
    chain: list[dict[str, Any]] = []
    while error is not None and len(chain) < 5:
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        where = [f"{os.path.relpath(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        chain.append({"kind": f"{type(error).__module__}.{type(error).__qualname__}", "at": where})
        error = error.__cause__ or error.__context__
    if chain:
        event["exception"] = chain
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_query_string,
    without_values,
]


def configure(level: str) -> dict[str, Any]:
    """Sets structlog up and returns Django's LOGGING for the same form, to stderr, from this level upwards."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Their messages quote paths with queries, parameters and message bodies.
            "django.request": {"level": "CRITICAL"},
            "django.db.backends": {"level": "WARNING"},
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
            "kombu": {"level": "WARNING"},
            # It repeats what django-structlog says, with the task's result and the exception's message.
            "celery.app.trace": {"level": "CRITICAL"},
        },
    }


def level_named(name: str) -> str:
    """The level in capitals. Raises ValueError when logging knows no such level."""
    if name.upper() not in logging.getLevelNamesMapping():
        raise ValueError(f"{name} is not a level; use DEBUG, INFO, WARNING or ERROR")
    return name.upper()
