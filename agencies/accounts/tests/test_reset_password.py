from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.accounts.people import reset_password
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, PASSWORD, make_user
from lib.errors import DomainError

pytestmark = pytest.mark.django_db


def test_the_old_password_ends_and_the_new_one_must_be_changed():
    person = make_user()
    password = reset_password(person, by=make_user(Role.SYSTEM_ADMIN), at=NOW)
    person.refresh_from_db()
    assert person.check_password(password)
    assert not person.check_password(PASSWORD)
    assert person.must_change_password
    assert person.temporary_until == NOW + timedelta(hours=72)


def test_the_account_is_unlocked():
    person = make_user(failed_logins=3, locked_until=NOW + timedelta(minutes=5))
    reset_password(person, by=make_user(Role.SYSTEM_ADMIN), at=NOW)
    person.refresh_from_db()
    assert (person.failed_logins, person.locked_until) == (0, None)


def test_the_event_names_the_person_but_not_the_password():
    person, admin = make_user(username="lisi"), make_user(Role.SYSTEM_ADMIN)
    password = reset_password(person, by=admin, at=NOW)
    event = Event.objects.get(action="user.reset_password")
    assert (event.actor, event.sentence) == (admin, "重置了“lisi”的密码。")
    assert password not in str(event.after)


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR, Role.COORDINATOR])
def test_only_the_system_administrator_resets(role):
    with pytest.raises(PermissionDenied):
        reset_password(make_user(), by=make_user(role), at=NOW)


def test_nobody_resets_their_own_password():
    admin = make_user(Role.SYSTEM_ADMIN)
    with pytest.raises(DomainError, match="请用“修改密码”"):
        reset_password(admin, by=admin, at=NOW)
