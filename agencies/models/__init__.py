"""Models: organisations, people, memberships, audit events, messages."""

from agencies.models.admin_request import AdminRequest
from agencies.models.agency import Agency, AgencyAlias, AgencyName
from agencies.models.audit import Event, RefusalCount
from agencies.models.former_password import FormerPassword
from agencies.models.identity import Identity
from agencies.models.inbox import MailSetting, Message
from agencies.models.outbox import OutboxItem
from agencies.models.recovery_code import RecoveryCode
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
