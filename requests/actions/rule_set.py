"""Keep which rule versions and parameters judged, so that an old verdict can be replayed."""

from __future__ import annotations

import zlib

from requests.models import RuleSet
from requests.rules.base import Judging
from requests.rules.registry import RULE_SET_VERSION, rule_versions


def current_rule_set(judging: Judging) -> RuleSet:
    """The row that keeps which rule versions and parameters judge now."""
    parameters = {name: getattr(judging.parameters, name) for name in judging.parameters.__dataclass_fields__}
    numbers = "-".join(str(value) for value in parameters.values())
    digest = f"{RULE_SET_VERSION[:8]}{zlib.crc32(numbers.encode()):08x}"
    kept, _ = RuleSet.objects.get_or_create(
        digest=digest, defaults={"versions": rule_versions(), "parameters": parameters}
    )
    return kept
