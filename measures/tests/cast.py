"""One person for each role, for tests of what each may do."""

from typing import NamedTuple

from agencies.models import Agency, User
from agencies.permissions import Role
from agencies.tests.factories import make_agency, make_users


class Cast(NamedTuple):
    """One person for each role, seen from one agency."""

    liaison: User
    head: User
    other_liaison: User
    other_head: User
    coordinator: User
    chief: User
    leader: User
    system_admin: User
    security_admin: User
    auditor: User


def make_cast(agency: Agency) -> Cast:
    """Create the agency's liaison and head, another agency's, and one of every other role."""
    other = make_agency()
    posts = {
        "liaison": (Role.LIAISON, agency),
        "head": (Role.AGENCY_HEAD, agency),
        "other_liaison": (Role.LIAISON, other),
        "other_head": (Role.AGENCY_HEAD, other),
        "coordinator": (Role.COORDINATOR, None),
        "chief": (Role.CHIEF, None),
        "leader": (Role.LEADER, None),
        "system_admin": (Role.SYSTEM_ADMIN, None),
        "security_admin": (Role.SECURITY_ADMIN, None),
        "auditor": (Role.AUDITOR, None),
    }
    return Cast(**dict(zip(posts, make_users(*posts.values()), strict=True)))
