"""Keep which rule versions and parameters judged, so that an old verdict can be replayed."""

from __future__ import annotations

import dataclasses

from requests.models import RuleSet
from requests.rules.base import Judging, LineRule
from requests.rules.registry import LINE_RULES, REQUEST_RULES, rule_set_digest
from requests.rules.request_rule import RequestRule


def current_rule_set(judging: Judging) -> RuleSet:
    """The row that keeps which rule versions and parameters judge now."""
    every: tuple[LineRule | RequestRule, ...] = (*LINE_RULES, *REQUEST_RULES)
    kept, _ = RuleSet.objects.get_or_create(
        digest=rule_set_digest(judging.parameters),
        defaults={
            "versions": {rule.code: rule.version for rule in every},
            "parameters": dataclasses.asdict(judging.parameters),
        },
    )
    return kept
