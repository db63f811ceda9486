"""Unused accounts are switched off, but never the last administrator of a kind."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from agencies import demonstration
from agencies.accounts.people import set_active
from agencies.accounts.unused import switch_off_unused
from agencies.models import Event, Message, User
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
LONG_AGO = NOW - timedelta(days=400)


def make(role=None, *, days=400, **fields):
    """Make a person with an old account, last signed in so many days ago."""
    entered = NOW - timedelta(days=days)
    made = {"usable_since": LONG_AGO, "password_set_at": LONG_AGO, "last_login": entered}
    return make_user(role, **(made | fields))


@pytest.mark.parametrize(
    ("most", "fields", "goes"),
    [
        (90, {"days": 90}, False),
        (90, {"days": 91}, True),
        (0, {"days": 400}, False),
        (90, {"last_login": None}, True),
        (90, {"last_login": None, "usable_since": NOW - timedelta(days=90)}, False),
        (90, {"password_set_at": NOW - timedelta(days=3)}, False),
        (90, {"password": make_password(demonstration.PASSWORD)}, False),
    ],
)
def test_who_goes(settings, most, fields, goes):
    settings.UNUSED_DAYS = most
    person = make(Role.LIAISON, **fields)
    assert [one.pk for one in switch_off_unused(at=NOW)] == [person.pk] * goes
    assert User.objects.get(pk=person.pk).is_active is not goes


def test_the_last_administrator_of_a_kind_is_kept():
    for role in (Role.SYSTEM_ADMIN, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
        make(role)
    make(Role.AUDITOR, days=1)
    gone = switch_off_unused(at=NOW)
    assert [one.roles for one in gone] == [{Role.SYSTEM_ADMIN}, {Role.AUDITOR}]
    assert switch_off_unused(at=NOW) == []


def test_switching_off_is_recorded_told_and_reversible():
    admin, person = make_user(Role.SYSTEM_ADMIN), make(name="张三", username="zhangsan")
    switch_off_unused(at=NOW)
    event = Event.objects.get(action="user.set_active")
    assert (event.actor_name, event.sentence) == ("系统", "因90天未登录，停用了账号“zhangsan”。")
    told = Message.objects.get(user=admin).sentence
    assert told == "90天未登录，已停用1个账号：张三（zhangsan）。仍在岗的请重新启用。"
    set_active(person, by=admin, active=True, at=NOW)
    assert switch_off_unused(at=NOW) == []


def test_the_account_page_suggests_a_handover_first(client):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    holder, other = make_user(Role.COORDINATOR), make_user()
    words = "请先由安全管理员办理交接"
    assert words in client.get(f"/accounts/{holder.pk}/").content.decode()
    assert words not in client.get(f"/accounts/{other.pk}/").content.decode()
