"""The first way in: the three administrators."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from agencies.accounts.memberships import COMMISSION, make_membership
from agencies.accounts.people import make_account
from agencies.models import Agency, Membership
from agencies.permissions import Role

ADMINS = (
    ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN),
    ("secadmin", "安全管理员", Role.SECURITY_ADMIN),
    ("auditor", "审计管理员", Role.AUDITOR),
)


@transaction.atomic
def create_admins(*, at: datetime) -> list[tuple[str, str, str]]:
    """Create the missing administrators; returns (username, role, one-time password) of each."""
    agency = Agency.objects.get(code=COMMISSION)
    made = []
    for username, name, role in ADMINS:
        if Membership.objects.current(on=localdate(at)).filter(role=role).exists():
            continue
        user, password = make_account(by=None, username=username, name=name, at=at)
        make_membership(user, by=None, agency=agency, role=role, valid_from=localdate(at), at=at)
        made.append((username, role.label, password))
    return made
