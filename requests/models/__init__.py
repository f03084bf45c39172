"""The nouns of the ask."""

from requests.models.authority import Authority, DelegationGrant
from requests.models.batch_load import BatchLoad, LoadChunk
from requests.models.deadline import Clock, Closure, Pause, Recount
from requests.models.document import Document, Signature
from requests.models.event import Event
from requests.models.hold import Hold, SafeguardStatus
from requests.models.lifecycle import Outcome, State
from requests.models.line import Finding, Line, LineDecision, RuleSet
from requests.models.notice import Notice
from requests.models.parameter import Parameter
from requests.models.party import Agency, ComponentDetermination, EngagedOfficial, Official, Person, Recipient
from requests.models.request import DisclosureRequest
from requests.models.review import Approval, ImpairmentDetermination, LegalReview

__all__ = [
    "Agency", "Approval", "Authority", "BatchLoad", "Clock", "Closure", "ComponentDetermination", "DelegationGrant",
    "DisclosureRequest", "Document", "EngagedOfficial", "Event", "Finding", "Hold", "ImpairmentDetermination", "LegalReview", "Line",
    "LineDecision", "LoadChunk", "Notice", "Official", "Outcome", "Parameter", "Pause", "Person", "Recipient", "Recount", "RuleSet",
    "SafeguardStatus", "Signature", "State",
]  # fmt: skip
