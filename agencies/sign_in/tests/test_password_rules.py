"""A password over time: none of the last, not older than allowed."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from agencies import demonstration
from agencies.accounts.passwords import change_password
from agencies.accounts.people import reset_password
from agencies.models import FormerPassword, User
from agencies.permissions import Role
from agencies.sign_in.actions import enter
from agencies.tests.factories import NOW, PASSWORD, make_user
from lib.errors import DomainError

pytestmark = pytest.mark.django_db
PASSWORDS = [f"Qs8-vBn3-yLk{number}" for number in range(6)]


def test_none_of_the_last_five_comes_back():
    person = make_user()
    for number, password in enumerate(PASSWORDS):
        change_password(person, password=password, at=NOW + timedelta(days=number))
    person.refresh_from_db()
    for password in PASSWORDS[:-1]:
        with pytest.raises(DomainError, match="此前用过的5个密码之一"):
            change_password(person, password=password, at=NOW)
    change_password(person, password=PASSWORD, at=NOW + timedelta(days=9))
    assert FormerPassword.objects.filter(user=person).count() == 5


def test_a_reset_does_not_bring_the_old_one_back():
    person = make_user()
    given = reset_password(person, by=make_user(Role.SYSTEM_ADMIN), at=NOW)
    with pytest.raises(DomainError, match="此前用过"):
        change_password(person, password=PASSWORD, at=NOW)
    change_password(person, password=PASSWORDS[0], at=NOW)
    kept = FormerPassword.objects.get(user=person)
    assert kept.encoded != User(password=given).password
    assert kept.encoded == make_user().password  # all are made with one


@pytest.mark.parametrize(
    ("most", "age", "password", "must_change"),
    [
        (90, 89, PASSWORD, False),
        (90, 90, PASSWORD, False),
        (90, 91, PASSWORD, True),
        (1, 2, PASSWORD, True),
        (0, 5000, PASSWORD, False),
        (90, 91, demonstration.PASSWORD, False),
    ],
)
def test_the_days_after_which_a_new_one_is_due(settings, most, age, password, must_change):
    settings.PASSWORD_MAX_DAYS = most
    set_at = (NOW - timedelta(days=age)).replace(hour=23)
    person = make_user(password=make_password(password), password_set_at=set_at)
    enter(person, at=NOW)
    person.refresh_from_db()
    assert person.must_change_password is must_change


def test_an_old_one_leads_to_a_new_one_with_the_reason(client, settings):
    settings.PASSWORD_MAX_DAYS = 90
    person = make_user(password_set_at=NOW - timedelta(days=500))
    typed = {"username": person.username, "password": PASSWORD}
    client.post("/login/again/", typed)
    assert client.get("/inbox/").status_code == 200  # a page that is open is not torn away
    client.post("/logout/")
    client.post("/login/", typed)
    assert client.get("/inbox/").url == "/password/"
    assert "您的密码已使用超过90天" in client.get("/password/").content.decode()
    typed = {"old_password": PASSWORD, "new_password1": PASSWORDS[0], "new_password2": PASSWORDS[0]}
    client.post("/password/", typed)
    assert client.get("/inbox/").status_code == 200
