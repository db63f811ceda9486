from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.accounts.people import create_person
from agencies.models import Event, User
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def make(by: User, **fields: str) -> tuple[User, str]:
    values = {"username": "zhangsan", "name": "张三"} | fields
    return create_person(by=by, at=NOW, **values)


def test_a_person_begins_with_a_one_time_password_for_72_hours():
    person, password = make(make_user(Role.SYSTEM_ADMIN))
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.must_change_password
    assert person.temporary_until == NOW + timedelta(hours=72)


def test_the_password_stands_neither_in_the_row_nor_in_the_trail():
    person, password = make(make_user(Role.SYSTEM_ADMIN))
    event = Event.objects.get(action="user.create")
    assert password not in person.password
    assert password not in f"{event.sentence}{event.before}{event.after}"
    assert event.sentence == "新建账号“zhangsan”（张三）。"


@pytest.mark.parametrize("role", [*(role for role in Role if role != Role.SYSTEM_ADMIN), None])
def test_only_the_system_administrator_creates_accounts(role):
    with pytest.raises(PermissionDenied):
        make(make_user(role))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"username": "Zhangsan"}, "账号须以小写字母开头"),
        ({"username": "1zhang"}, "账号须以小写字母开头"),
        ({"username": "z"}, "账号须以小写字母开头"),
        ({"phone": "无"}, "电话只能含数字"),
    ],
)
def test_invalid_values_are_refused_with_a_sentence(fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        make(make_user(Role.SYSTEM_ADMIN), **fields)


def test_a_username_is_never_used_again_even_after_switching_off():
    admin = make_user(Role.SYSTEM_ADMIN)
    make_user(username="zhangsan", is_active=False)
    with pytest.raises(ValidationError, match="已有人使用"):
        make(admin)
