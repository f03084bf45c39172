"""Keep which rule versions and parameters judged, so that an old verdict can be replayed."""

from __future__ import annotations

import zlib

from requests.models import RuleSet
from requests.rules.base import Judging, LineRule
from requests.rules.registry import LINE_RULES, REQUEST_RULES, RULE_SET_VERSION
from requests.rules.request_rule import RequestRule


def current_rule_set(judging: Judging) -> RuleSet:
    """The row that keeps which rule versions and parameters judge now."""
    parameters = {name: getattr(judging.parameters, name) for name in judging.parameters.__dataclass_fields__}
    numbers = "-".join(str(value) for value in parameters.values())
    digest = f"{RULE_SET_VERSION[:8]}{zlib.crc32(numbers.encode()):08x}"
    every: tuple[LineRule | RequestRule, ...] = (*LINE_RULES, *REQUEST_RULES)
    kept, _ = RuleSet.objects.get_or_create(
        digest=digest,
        defaults={
            "versions": {rule.code: rule.version for rule in every},
            "parameters": parameters,
        },
    )
    return kept
