from datetime import timedelta

import pytest

from agencies.choices import Outcome
from agencies.models import Event
from agencies.sign_in import actions as sign_in
from agencies.sign_in.backend import PeopleBackend
from agencies.sign_in.lockout import count_failure
from agencies.tests.factories import NOW, PASSWORD, make_user

pytestmark = pytest.mark.django_db


def newest() -> Event:
    return Event.objects.latest("id")


def test_entering_starts_the_count_anew():
    person = make_user(failed_logins=4)
    sign_in.enter(person, at=NOW)
    person.refresh_from_db()
    assert (person.failed_logins, person.last_login) == (0, NOW)
    assert (newest().actor, newest().outcome) == (person, Outcome.DONE)


def test_signing_in_keeps_the_one_time_password_until_it_is_changed():
    until = NOW + timedelta(hours=1)
    person = make_user(must_change_password=True, temporary_until=until)
    sign_in.enter(person, at=NOW)
    person.refresh_from_db()
    assert (person.must_change_password, person.temporary_until) == (True, until)


def test_signing_out_is_recorded():
    person = make_user()
    sign_in.leave(person, at=NOW)
    assert (newest().action, newest().actor) == ("user.sign_out", person)


def test_the_fifth_failure_locks_for_a_quarter_of_an_hour():
    person = make_user()
    for _ in range(4):
        count_failure(person, at=NOW)
    person.refresh_from_db()
    assert (person.failed_logins, person.locked_until) == (4, None)
    count_failure(person, at=NOW)
    person.refresh_from_db()
    assert person.locked_until == NOW + timedelta(minutes=15)
    assert newest().sentence == "密码错误，账号锁定15分钟。"


def test_an_unknown_name_is_cut_since_people_type_passwords_there():
    assert PeopleBackend().authenticate(None, "Secret-Password-1", "guessed") is None
    assert newest().sentence == "账号“Sec…”不存在或已停用，登录被拒。"


@pytest.mark.parametrize(
    "fields",
    [{"locked_until": NOW + timedelta(days=36_500)}, {"temporary_until": NOW - timedelta(days=9)}],
)
def test_a_refusal_names_the_person(fields):
    person = make_user(**fields)
    assert PeopleBackend().authenticate(None, person.username, PASSWORD) is None
    assert (newest().actor, newest().outcome) == (person, Outcome.REFUSED)
