"""Models: organisations, people, memberships, audit events, messages."""

from agencies.models.admin_request import AdminRequest
from agencies.models.agency import Agency, AgencyAlias, AgencyName
from agencies.models.audit import Event, RefusalCount
from agencies.models.credentials import FormerPassword, Identity, RecoveryCode
from agencies.models.inbox import MailSetting, Message
from agencies.models.outbox import OutboxItem
from agencies.models.seal import Seal
from agencies.models.session import UserSession
from agencies.models.user import Membership, User

__all__ = [
    "AdminRequest",
    "Agency",
    "AgencyAlias",
    "AgencyName",
    "RecoveryCode",
    "RefusalCount",
    "Seal",
    "Event",
    "FormerPassword",
    "Identity",
    "MailSetting",
    "Membership",
    "Message",
    "OutboxItem",
    "User",
    "UserSession",
]
