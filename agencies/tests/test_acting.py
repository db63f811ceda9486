import pytest

from agencies.permissions import Role
from agencies.tests.factories import join, make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_liaisons_and_heads_act_for_their_agency(role):
    agency, other, user = make_agency(), make_agency(), make_user()
    join(user, role, agency)
    acts = role in (Role.LIAISON, Role.AGENCY_HEAD)
    assert user.acts_for(agency.pk) is acts
    assert user.own_agencies() == ({agency.pk} if acts else set())
    assert not user.acts_for(other.pk)
    assert not user.acts_for(None)


def test_a_person_can_act_for_two_agencies():
    first, second, user = make_agency(), make_agency(), make_user()
    join(user, Role.LIAISON, first)
    join(user, Role.AGENCY_HEAD, second)
    join(user, Role.AGENCY_HEAD, first)
    assert user.own_agencies() == {first.pk, second.pk}
