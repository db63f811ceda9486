"""Who: organisations, people, what they may do, what they did, what they were told."""

from agencies.models.agency import Agency, AgencyAlias, AgencyName
from agencies.models.audit import Event
from agencies.models.inbox import Message
from agencies.models.user import Membership, User

__all__ = ["Agency", "AgencyAlias", "AgencyName", "Event", "Membership", "Message", "User"]
