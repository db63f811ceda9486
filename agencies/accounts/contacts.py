"""Office telephones of an agency's liaisons; showing them in full is recorded."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from agencies.audit import trail
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from lib.chinese import listed


class Contact(NamedTuple):
    agency_id: int
    agency: str
    name: str
    office_phone: str


@transaction.atomic
def look_up_liaisons(
    agency_ids: Collection[int], *, by: User, at: datetime, on: date
) -> dict[int, list[Contact]]:
    """Return the liaisons with their office telephones by agency id, A岗 first.

    Writes one event that names all of them. Raises PermissionDenied.
    """
    members = (
        Membership.objects.current(on=on)
        .filter(agency__in=agency_ids, role=Role.LIAISON, user__is_active=True)
        .select_related("user", "agency")
        .order_by("agency__order", "is_deputy", "valid_from", "pk")
    )
    found = [contact_of(member) for member in members]
    record_look(found, by=by, at=at)
    by_agency = defaultdict(list)
    for contact in found:
        by_agency[contact.agency_id].append(contact)
    return dict(by_agency)


@transaction.atomic
def record_look(
    contacts: Iterable[Contact], *, by: User, at: datetime, of: Agency | None = None
) -> None:
    """Record whose office telephones are shown to `by` in full. Raises PermissionDenied."""
    by.demand(Perm.READ_PHONES)
    named = listed(f"{c.name}（{c.agency}）" for c in contacts if c.office_phone)
    if named:
        sentence = f"查看了{named}的办公电话。"
        trail.record("user.look_up", of, by=by, at=at, sentence=sentence)


def contact_of(member: Membership) -> Contact:
    """Return a membership as a contact; its person and agency must have been fetched."""
    phone = member.user.office_phone
    return Contact(member.agency_id, str(member.agency), member.user.name, phone)
