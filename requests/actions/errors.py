"""Why an action did not happen. Each error carries the one clear sentence that its door shows."""

from __future__ import annotations

from collections.abc import Sequence

from requests.models.conditions import Unmet


class ActionError(Exception):
    """Something could not be done. ``str(error)`` is the sentence for the person; nothing was changed."""


class BadInput(ActionError):
    """What was given cannot be used (400): the sentence names the place, what is wrong and how to mend it."""


class Missing(ActionError):
    """There is no such thing, or the person may not know of it (404)."""


class NotYours(ActionError):
    """The person may not do this (403)."""




class NotNow(ActionError):
    """The request cannot take this step as it stands (409). Carries every unmet condition."""

    def __init__(self, sentence: str, unmet: Sequence[Unmet] = ()) -> None:
        super().__init__(sentence)
        self.unmet = tuple(unmet)


class Stale(NotNow):
    """The page that asked is older than the request (409): somebody acted in between."""
