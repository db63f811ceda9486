"""Roles, permissions, and the one table of which role has which. Pure."""

from enum import Enum, auto

from django.db.models import TextChoices


class RoleGroup(TextChoices):
    """Groups of which a person may have only one (三员分立, GB/T 22239-2019 8.1.5)."""

    BUSINESS = "business", "业务"
    SYSTEM_ADMIN = "system_admin", "系统管理"
    SECURITY_ADMIN = "security_admin", "安全管理"
    AUDITOR = "auditor", "审计管理"


class Role(TextChoices):
    COORDINATOR = "coordinator", "统筹岗"
    CHIEF = "chief", "商务委负责人"
    LIAISON = "liaison", "联络员"
    AGENCY_HEAD = "agency_head", "分管领导"
    LEADER = "leader", "市领导"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计管理员"

    @property
    def group(self) -> RoleGroup:
        own = {g.value for g in RoleGroup}
        return RoleGroup(self.value) if self.value in own else RoleGroup.BUSINESS


class Perm(Enum):
    """Permissions. Those in BOUND apply only to the agency of the membership."""

    READ = auto()  # text, agencies, stage, light, accepted progress of all measures
    READ_TROUBLE = auto()  # problems and help needed of accepted notes of all agencies
    READ_UNACCEPTED = auto()  # submitted and returned notes of all agencies
    READ_PHONES = auto()  # office telephones in full; each look is recorded
    FILE = auto()
    APPROVE_IN_AGENCY = auto()
    REVIEW = auto()
    UPDATE_STATUS = auto()
    KEEP_PERIODS = auto()
    KEEP_NOTICE = auto()
    DECIDE = auto()  # the chief's decisions: closing, later dates, overridden lights, circulars
    CHASE = auto()  # 催报 by hand
    INSTRUCT = auto()  # 批示: a leader's instructions on a measure
    ASK_REPORT = auto()  # request documents to read: reports, ledgers, briefs
    DRAFT_DOCUMENT = auto()  # documents sent in the commission's name, and any agency's report
    KEEP_PEOPLE = auto()
    KEEP_MEMBERSHIPS = auto()
    READ_AUDIT = auto()
    READ_SEALS = auto()  # whether the audit trail matches its seals; none of its content
    KEEP_OUTBOX = auto()  # see which e-mails and 待办 were not delivered, send them again
    KEEP_SYSTEM = auto()  # system status; backups: see them, make one, rehearse a restore
    KEEP_ADMINS = auto()  # request and confirm changes to other administrators' accounts


BOUND = frozenset({Perm.FILE, Perm.APPROVE_IN_AGENCY})
# People with one of these in an agency act for it: its liaisons and heads.
ACTING = frozenset({Perm.FILE, Perm.APPROVE_IN_AGENCY})

# Roles with which a stolen password could do most harm: they need a second factor if
# SECOND_FACTOR_REQUIRED is set.
TWO_STEPS = frozenset({Role.CHIEF, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})

LEADING = frozenset({Perm.READ, Perm.READ_TROUBLE, Perm.ASK_REPORT})
COMMISSION = LEADING | {Perm.READ_UNACCEPTED, Perm.CHASE, Perm.DRAFT_DOCUMENT}
GRANTS: dict[Role, frozenset[Perm]] = {
    Role.COORDINATOR: COMMISSION
    | {Perm.READ_PHONES, Perm.REVIEW, Perm.UPDATE_STATUS, Perm.KEEP_PERIODS, Perm.KEEP_NOTICE},
    Role.CHIEF: COMMISSION | {Perm.DECIDE},
    Role.LIAISON: frozenset({Perm.READ, Perm.FILE}),
    Role.AGENCY_HEAD: frozenset({Perm.READ, Perm.APPROVE_IN_AGENCY}),
    Role.LEADER: LEADING | {Perm.INSTRUCT},
    Role.SYSTEM_ADMIN: frozenset(
        {
            *(Perm.KEEP_PEOPLE, Perm.READ_SEALS),
            *(Perm.KEEP_OUTBOX, Perm.KEEP_SYSTEM, Perm.KEEP_ADMINS),
        }
    ),
    Role.SECURITY_ADMIN: frozenset({Perm.KEEP_MEMBERSHIPS, Perm.KEEP_ADMINS}),
    Role.AUDITOR: frozenset({Perm.READ_AUDIT, Perm.READ_SEALS, Perm.KEEP_ADMINS}),
}
