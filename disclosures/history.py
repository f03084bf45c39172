"""Who changed a small noun, from which page: pghistory's context, told to the database in a statement of its own.

pghistory puts ``SELECT set_config(…);`` in front of a writing statement, two statements in one text. A text with parameters
that the server binds holds one statement alone (docs/decisions/0012), so they are sent one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pghistory.middleware
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

TELLING = "SELECT set_config('pghistory.context_id', "
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """The same context, parted from the statement that it stands before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        def within(request: HttpRequest) -> HttpResponse:
            with connection.execute_wrapper(one_at_a_time):  # entered after pghistory's, so it sees what that makes
                return get_response(request)

        super().__init__(within)


def one_at_a_time(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Send what tells the context first, in the transaction of the statement itself: it holds no longer than that."""
    if not sql.startswith(TELLING):
        return execute(sql, params, many, context)
    telling, _, statement = sql.partition("; ")
    named = isinstance(params, dict)
    with transaction.atomic(using=context["connection"].alias, savepoint=False):
        execute(telling, params if named else params[:2], False, context)
        return execute(statement, params if named else params[2:], many, context)
