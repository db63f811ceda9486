"""Office telephones in full: who may look them up, and what is recorded."""

import pytest
from django.core.exceptions import PermissionDenied

from agencies.accounts.contacts import look_up_liaisons
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, TODAY, join, make_agency, make_user

pytestmark = pytest.mark.django_db


def test_liaisons_are_listed_with_the_primary_one_first():
    agency = make_agency(name="市科技局")
    make_user(Role.LIAISON, agency, name="乙", office_phone="023-67890002")
    first = make_user(name="甲", office_phone="023-67890001")
    join(first, Role.LIAISON, agency, is_deputy=False)
    make_user(Role.AGENCY_HEAD, agency, name="丙", office_phone="023-67890003")
    by = make_user(Role.COORDINATOR)
    found = look_up_liaisons([agency.pk], by=by, at=NOW, on=TODAY)[agency.pk]
    assert [(one.name, one.office_phone) for one in found] == [
        ("甲", "023-67890001"),
        ("乙", "023-67890002"),
    ]
    event = Event.objects.get(action="user.look_up")
    assert event.sentence == "查看了甲（市科技局）、乙（市科技局）的办公电话。"
    assert event.actor == by


def test_a_look_at_no_telephone_is_not_recorded():
    agency = make_agency()
    make_user(Role.LIAISON, agency)
    look_up_liaisons([agency.pk], by=make_user(Role.COORDINATOR), at=NOW, on=TODAY)
    assert not Event.objects.filter(action="user.look_up").exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_only_people_with_the_permission_may_look(role):
    with pytest.raises(PermissionDenied):
        look_up_liaisons([make_agency().pk], by=make_user(role), at=NOW, on=TODAY)
