"""What the backend returns, and which failures it counts."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.timezone import now
from redis.exceptions import ConnectionError as CacheGone

from agencies.models import Event
from agencies.sign_in import actions as sign_in
from agencies.tests.factories import NOW, PASSWORD, make_user
from lib.origin import Origin, origin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def _from_an_address() -> Iterator[None]:
    token = origin.set(Origin(address="10.0.0.8"))
    yield
    origin.reset(token)


def enter(username: str, password: str = PASSWORD):
    return authenticate(None, username=username, password=password)


def fail(times: int) -> None:
    for number in range(times):
        assert enter(f"nobody{number}") is None


def test_username_and_password_sign_a_person_in():
    person = make_user()
    assert enter(person.username) == person


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"locked_until": NOW + timedelta(seconds=1)},
        {"must_change_password": True, "temporary_until": NOW - timedelta(seconds=1)},
    ],
    ids=["switched off", "locked", "one-time password too old"],
)
def test_the_right_password_does_not_sign_in_a_barred_account(fields):
    assert enter(make_user(**fields).username) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"locked_until": NOW},
        {"must_change_password": True, "temporary_until": NOW},
        {"failed_logins": 4},
    ],
    ids=["lock has run out", "the last moment of a one-time password", "four failures"],
)
def test_the_last_moment_counts_as_good(fields):
    person = make_user(**fields)
    assert enter(person.username) == person


def test_five_wrong_passwords_lock_and_the_right_one_is_refused_then():
    person = make_user()
    for _ in range(5):
        assert enter(person.username, "wrong") is None
    assert enter(person.username) is None
    assert Event.objects.latest("id").sentence == "账号锁定中，登录被拒。"
    person.refresh_from_db()
    assert person.locked_until == now() + timedelta(minutes=15)


@pytest.mark.usefixtures("_from_an_address")
class TestThrottle:
    def test_thirty_failures_bar_the_address_for_everybody(self):
        person = make_user()
        fail(30)
        with pytest.raises(ValidationError, match="登录尝试过于频繁，请15分钟后再试。"):
            enter(person.username)

    def test_recent_users_of_the_address_can_still_sign_in(self):
        person = make_user()
        sign_in.enter(person, at=NOW - timedelta(days=90))
        fail(30)
        assert enter(person.username) == person

    @pytest.mark.parametrize("how", ["wrong password", "too long ago", "elsewhere"])
    def test_the_answer_does_not_reveal_recent_users(self, how):
        person = make_user()
        if how == "elsewhere":
            origin.set(Origin(address="10.0.0.9"))
        sign_in.enter(person, at=NOW - timedelta(days=91 if how == "too long ago" else 1))
        origin.set(Origin(address="10.0.0.8"))
        fail(30)
        with pytest.raises(ValidationError, match="登录尝试过于频繁"):
            enter(person.username, "wrong" if how == "wrong password" else PASSWORD)

    def test_a_blocked_address_is_recorded_once(self):
        fail(30)
        with pytest.raises(ValidationError):
            enter("nobody")
        assert Event.objects.filter(sentence__startswith="同一来源地址").count() == 1

    def test_successful_sign_ins_are_not_counted(self):
        person = make_user()
        fail(29)
        for _ in range(3):
            assert enter(person.username) == person

    def test_another_address_is_not_blocked(self):
        person = make_user()
        fail(30)
        origin.set(Origin(address="10.0.0.9"))
        assert enter(person.username) == person

    @pytest.mark.parametrize("broken", ["get", "add"])
    def test_sign_in_goes_on_without_the_cache_and_says_so_in_the_log(
        self, broken, monkeypatch, caplog
    ):
        def gone(*_: object) -> None:
            raise CacheGone

        monkeypatch.setattr(cache, broken, gone)
        person = make_user()
        assert enter("nobody") is None
        assert enter(person.username) == person
        assert "without the throttle" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_no_more_than_five_are_judged():
    person = make_user()

    def guess(_: int) -> None:
        try:
            enter(person.username, "wrong")
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(guess, range(16)))
    judged = Event.objects.filter(sentence__startswith="密码错误")
    refused = Event.objects.filter(sentence="账号锁定中，登录被拒。")
    assert (judged.count(), refused.count()) == (5, 11)
