"""Rules for passwords: no former one, no name, not older than allowed."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from agencies import demonstration
from agencies.accounts.passwords import change_password
from agencies.accounts.people import reset_password
from agencies.models import FormerPassword, User
from agencies.permissions import Role
from agencies.sign_in.actions import enter
from agencies.tests.factories import NOW, PASSWORD, make_agency, make_user
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


def test_after_a_reset_the_old_password_is_still_refused():
    person = make_user()
    given = reset_password(person, by=make_user(Role.SYSTEM_ADMIN), at=NOW)
    with pytest.raises(DomainError, match="此前用过"):
        change_password(person, password=PASSWORD, at=NOW)
    change_password(person, password=PASSWORDS[0], at=NOW)
    kept = FormerPassword.objects.get(user=person)
    assert kept.encoded != User(password=given).password
    assert kept.encoded == make_user().password  # the password of all test accounts


@pytest.mark.parametrize(
    ("name", "agency", "password", "names_them"),
    [
        ("张三丰", "市商务委", "Zhangsanfeng-26", True),
        ("张三丰", "市商务委", "2026zhangSanFENG!", True),
        ("单田", "市商务委", "Shantian-2026x", True),  # a surname with its own reading
        ("单田", "市商务委", "Dantian-2026xy", True),
        ("张三丰", "市商务委", "Zhangsan-2026-k", False),  # only a part of the name
        ("李", "市商务委", "Liqun8-vBn3-y", False),  # two letters are in many words
        ("张三丰", "市商务委", "Shishangwuwei-26", True),
        ("张三丰", "市商务委", "Shangwuwei-2026", True),
        ("张三丰", "重庆海关", "Haiguan-Qs8-vBn", False),
        ("张三丰", "重庆海关", "ChongqingHaiguan8", True),
        ("张三丰", "市商务委", "市商务委Qs8-vBn", True),
        ("Wang", "市商务委", "Qs8-vBn3-yLk6", False),
        ("演示·张三", "市商务委", "yanshi·zhangsan8", True),
        ("行重长乐" * 10, "市商务委", "Qs8-vBn3-yLk6", False),  # 40 characters of several readings
    ],
)
def test_it_names_neither_the_person_nor_the_agency_in_pinyin(name, agency, password, names_them):
    person = make_user(Role.LIAISON, make_agency(name=agency), name=name, username="u1")
    codes = []
    try:
        validate_password(password, person)
    except ValidationError as refusal:
        codes = [error.code for error in refusal.error_list]
    assert ("names_the_account" in codes) is names_them


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


def test_an_expired_password_leads_to_the_form_with_the_reason(client, settings):
    settings.PASSWORD_MAX_DAYS = 90
    person = make_user(password_set_at=NOW - timedelta(days=500))
    typed = {"username": person.username, "password": PASSWORD}
    client.post("/login/again/", typed)
    assert client.get("/inbox/").status_code == 200  # a page that is open still works
    client.post("/logout/")
    client.post("/login/", typed)
    assert client.get("/inbox/").url == "/password/"
    assert "您的密码已使用超过90天" in client.get("/password/").content.decode()
    typed = {"old_password": PASSWORD, "new_password1": PASSWORDS[0], "new_password2": PASSWORDS[0]}
    client.post("/password/", typed)
    assert client.get("/inbox/").status_code == 200
