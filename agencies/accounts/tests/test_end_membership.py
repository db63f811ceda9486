from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.accounts.memberships import end_membership
from agencies.models import Event, Membership, User
from agencies.permissions import Perm, Role
from agencies.tests.factories import NOW, TODAY, join, make_user
from lib.errors import DomainError

pytestmark = pytest.mark.django_db


def end(membership, by=None):
    return end_membership(membership, by=by or make_user(Role.SECURITY_ADMIN), on=TODAY, at=NOW)


@pytest.mark.usefixtures("frozen")
def test_it_holds_no_longer_from_today_on():
    person = make_user(name="李四")
    membership = join(person, Role.LEADER)
    end(membership)
    membership.refresh_from_db()
    assert membership.valid_to == TODAY - timedelta(days=1)
    assert not User.objects.get(pk=person.pk).can(Perm.READ)
    event = Event.objects.get(action="membership.end")
    assert event.sentence == "终止李四的“市商务委 市领导”。"
    assert event.after == {"valid_to": "2026-11-22"}


@pytest.mark.parametrize("begins", [TODAY, TODAY + timedelta(days=1)])
def test_a_membership_that_began_today_is_deleted_and_its_events_are_kept(begins):
    membership = join(make_user(), Role.LEADER, valid_from=begins)
    end(membership)
    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert Event.objects.filter(action="membership.end", target_id=membership.pk).exists()


def test_an_ended_membership_cannot_be_ended_again():
    membership = join(make_user(), Role.LEADER, valid_to=date(2026, 11, 22))
    with pytest.raises(DomainError, match="已经终止"):
        end(membership)


def test_nobody_ends_their_own():
    admin = make_user(Role.SECURITY_ADMIN)
    with pytest.raises(DomainError, match="不能终止自己的角色"):
        end(admin.memberships.get(), by=admin)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR, Role.CHIEF])
def test_only_the_security_administrator_ends_memberships(role):
    with pytest.raises(PermissionDenied):
        end(join(make_user(), Role.LEADER), by=make_user(role))
