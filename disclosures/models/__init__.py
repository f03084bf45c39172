"""The nouns of the answer."""

from disclosures.models.accounting import AccountingEntry
from disclosures.models.match import MatchDecision, MatchResult, MatchRun
from disclosures.models.registry import RegistrySnapshot, TaxpayerRecord
from disclosures.models.response import Answer, Receipt, ReleaseJob, Response

__all__ = [
    "AccountingEntry", "Answer", "MatchDecision", "MatchResult", "MatchRun", "Receipt", "RegistrySnapshot",
    "ReleaseJob", "Response", "TaxpayerRecord",
]  # fmt: skip
