from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.accounts.people import unlock_account
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def make_locked():
    return make_user(username="lisi", locked_until=NOW + timedelta(minutes=5))


def test_a_locked_account_is_opened_and_the_trail_says_so():
    person = make_locked()
    unlock_account(person, by=make_user(Role.SECURITY_ADMIN), at=NOW)
    person.refresh_from_db()
    assert not person.is_locked(at=NOW)
    assert Event.objects.get(action="user.unlock").sentence == "解除了账号“lisi”的锁定。"


def test_unlocking_twice_changes_nothing():
    person, admin = make_locked(), make_user(Role.SECURITY_ADMIN)
    unlock_account(person, by=admin, at=NOW)
    unlock_account(person, by=admin, at=NOW)
    assert Event.objects.filter(action="user.unlock").count() == 1


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR, Role.CHIEF])
def test_only_the_security_administrator_unlocks(role):
    with pytest.raises(PermissionDenied):
        unlock_account(make_locked(), by=make_user(role), at=NOW)
