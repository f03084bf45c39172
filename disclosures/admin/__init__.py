"""The administration's half of the answer: the registry, comparisons, answers and accounting, for auditors to read."""

from disclosures.admin import answers, registry

__all__ = ["answers", "registry"]
