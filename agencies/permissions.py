"""Who may do what: roles, permissions, and the one table that joins them. Pure."""

from enum import Enum, auto

from django.db.models import TextChoices


class RoleGroup(TextChoices):
    """Groups that exclude each other for one person (三员分立, GB/T 22239-2019 8.1.5)."""

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
    """What can be allowed. Those in BOUND hold only for the agency of the membership."""

    READ = auto()  # text, agencies, stage, light, accepted progress of all measures
    READ_TROUBLE = auto()  # problems and help needed of accepted notes of all agencies
    READ_UNACCEPTED = auto()  # notes that are submitted or returned, of all agencies
    READ_PHONES = auto()  # office telephones in full; each look is recorded
    FILE = auto()
    APPROVE_IN_AGENCY = auto()
    REVIEW = auto()
    UPDATE_STATUS = auto()
    KEEP_PERIODS = auto()
    KEEP_NOTICE = auto()
    DECIDE = auto()  # closing, later dates, overridden lights, circulars: the chief's word
    CHASE = auto()  # 催报 by hand
    INSTRUCT = auto()  # 批示: what a leader writes on a measure
    ASK_REPORT = auto()  # what is read: reports, ledgers, briefs
    DRAFT_DOCUMENT = auto()  # what is sent in the commission's name, and any agency's report
    KEEP_PEOPLE = auto()
    KEEP_MEMBERSHIPS = auto()
    READ_AUDIT = auto()
    READ_SEALS = auto()  # whether the audit trail is as it was sealed; none of its content
    KEEP_OUTBOX = auto()  # what leaves the product: see what was not delivered, send it again
    KEEP_SYSTEM = auto()  # how its parts do; backups: see them, make one, rehearse a restore
    KEEP_ADMINS = auto()  # ask and confirm what is done to another administrator's account


BOUND = frozenset({Perm.FILE, Perm.APPROVE_IN_AGENCY})
# Whoever holds one of these in an agency acts for it: its liaisons and its heads.
ACTING = frozenset({Perm.FILE, Perm.APPROVE_IN_AGENCY})

# Those who could do most harm under a stolen password: where SECOND_FACTOR_REQUIRED is set, they
# prove by a second factor who they are.
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
