"""What the doors of the ask have in common: which request is meant, and the status of a refusal."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from requests.actions.errors import ActionError, BadInput, Missing, NotNow, NotYours
from requests.models import DisclosureRequest
from requests.permissions import AGENCY_ROLES, OFFICE_ROLES, Role

STATUS: dict[type[ActionError], int] = {BadInput: 400, NotYours: 403, Missing: 404, NotNow: 409}


def find(person: Any, control_number: str) -> DisclosureRequest:
    """The request of this number that the person may know of; anything else is a 404, whether it exists or not."""
    found = (
        DisclosureRequest.objects.visible_to(person)
        .filter(control_number=control_number)
        .select_related("agency", "authority", "signed_by__person", "parent", "assignee", "drafted_by")
        .first()
    )
    if found is None:
        raise Http404("There is no such request.")
    return found


def status_of(error: ActionError) -> int:
    """The HTTP status of a refusal: 400 what was given, 403 who, 404 what, 409 when."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 409)


def sees_whole_requests(instance: Any, user: Any) -> bool:
    """Everybody but those who are recipients alone: they see only the lines that name them."""
    roles = user.role_names if user is not None and user.is_active else frozenset()
    return bool(roles & ((OFFICE_ROLES | AGENCY_ROLES) - {Role.RECIPIENT, Role.ADMIN}))
