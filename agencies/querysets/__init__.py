"""The words with which this app's tables are asked."""

from agencies.querysets.agency import AgencyQuerySet
from agencies.querysets.audit import EventQuerySet
from agencies.querysets.inbox import MessageQuerySet
from agencies.querysets.user import MembershipQuerySet, UserQuerySet

__all__ = [
    "AgencyQuerySet",
    "EventQuerySet",
    "MembershipQuerySet",
    "MessageQuerySet",
    "UserQuerySet",
]
