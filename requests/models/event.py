"""The history: append-only events. The timeline that people read and the record that auditors replay are the same rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One thing that happened, or was refused. The database refuses UPDATE, DELETE and TRUNCATE of it."""

    disclosure_request = models.ForeignKey(
        "requests.DisclosureRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    state_number = models.PositiveIntegerField(null=True, blank=True, help_text="Set on transitions: which one it was.")
    verb = models.CharField(max_length=40)
    stage = models.CharField(max_length=15, blank=True)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    is_refused = models.BooleanField(default=False)
    actor = models.ForeignKey("requests.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor_roles = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField(help_text="The time the action was given.")
    recorded_at = models.DateTimeField(help_text="The database's own clock; overwritten by it.")
    transaction_number = models.BigIntegerField(default=0, help_text="The database's transaction; overwritten by it.")
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True, help_text="Ids, codes and counts; never a subject's data.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["disclosure_request", "state_number"], name="event_once_per_transition"),
            models.CheckConstraint(
                name="event_refusal_moves_nothing", condition=Q(is_refused=False) | Q(state_number__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["disclosure_request", "id"], name="event_by_request"),
            models.Index(fields=["actor", "-id"], name="event_by_actor"),
            models.Index(fields=["verb", "-id"], name="event_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.occurred_at:%Y-%m-%d %H:%M}"
