"""The administration's half of the answer: the registry, comparisons, answers and accounting, for auditors to read."""

from disclosures import accounts  # its receivers record every sign-in; loaded here, at every start
from disclosures.admin import answers, registry

__all__ = ["accounts", "answers", "registry"]
