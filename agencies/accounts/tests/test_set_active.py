import pytest
from django.core.exceptions import PermissionDenied

from agencies.accounts.people import set_active
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user
from lib.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (True, False, "停用了账号“lisi”。"),
        (False, True, "启用了账号“lisi”。"),
    ],
)
def test_switching_an_account_is_recorded(before, after, sentence):
    person = make_user(username="lisi", is_active=before)
    set_active(person, by=make_user(Role.SYSTEM_ADMIN), active=after, at=NOW)
    person.refresh_from_db()
    event = Event.objects.get(action="user.set_active")
    assert person.is_active is after
    assert event.sentence == sentence
    assert (event.before, event.after) == ({"is_active": before}, {"is_active": after})


def test_ones_own_account_cannot_be_switched_off():
    admin = make_user(Role.SYSTEM_ADMIN)
    with pytest.raises(DomainError, match="不能停用自己的账号"):
        set_active(admin, by=admin, active=False, at=NOW)


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR, Role.CHIEF])
def test_only_the_system_administrator_switches(role):
    with pytest.raises(PermissionDenied):
        set_active(make_user(), by=make_user(role), active=False, at=NOW)


def test_switching_off_ends_every_session_for_good(client):
    person = make_user(Role.LIAISON)
    client.force_login(person)
    assert client.get("/inbox/").status_code == 200
    admin = make_user(Role.SYSTEM_ADMIN)
    set_active(person, by=admin, active=False, at=NOW)
    set_active(person, by=admin, active=True, at=NOW)
    assert client.get("/inbox/").status_code == 302
