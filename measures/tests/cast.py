"""One person for each role, for tests that ask what each may do."""

from typing import NamedTuple

from agencies.models import Agency, User
from agencies.permissions import Role
from measures.tests.factories import make_agency, make_user


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
    """The agency's own liaison and head, those of another agency, and one of every other role."""
    other = make_agency()
    people = {
        role.value: make_user(role) for role in Role if role not in (Role.LIAISON, Role.AGENCY_HEAD)
    }
    return Cast(
        liaison=make_user(Role.LIAISON, agency),
        head=make_user(Role.AGENCY_HEAD, agency),
        other_liaison=make_user(Role.LIAISON, other),
        other_head=make_user(Role.AGENCY_HEAD, other),
        **people,
    )
