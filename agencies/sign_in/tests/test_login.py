import time
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse
from redis.exceptions import ConnectionError as CacheGone

from agencies import demonstration
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, PASSWORD, commission, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/login/"
SAME = "账号或密码不正确。同一账号连续输错5次，将锁定15分钟。"


def enter(client, person, password=PASSWORD, **data):
    return client.post(URL, {"username": person.username, "password": password} | data)


def load_demonstration(at):
    apps.get_model("measures", "Notice").objects.create(
        number="渝府办发〔2018〕175号",
        title="关于一件事的意见",
        issuer="重庆市人民政府办公厅",
        issued_on=NOW.date(),
        coordinator=commission(),
        preamble="为做好一件事，提出以下意见：",
        closing=[],
        drafted_by=[],
        addressed_to=[],
        captured_text="",
        captured_digest="",
        demonstrated_at=at,
    )


def test_the_page_warns_that_this_is_no_place_for_secrets(client):
    page = client.get(URL).content.decode()
    assert "本系统为非涉密系统，严禁处理、存储国家秘密和工作秘密" in page


def test_a_person_gets_in_and_the_trail_says_so(client):
    person = make_user(Role.AUDITOR)
    response = enter(client, person)
    assert (response.status_code, response.url) == (302, "/")
    event = Event.objects.get(action="user.sign_in")
    assert (event.actor, event.actor_post) == (person, "市商务委 审计管理员")
    assert event.address == "127.0.0.1"


def test_the_sessions_id_is_a_new_one(client):
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    enter(client, make_user())
    assert client.cookies["sessionid"].value != before


@pytest.mark.parametrize("is_secure", [True, False])
def test_the_sessions_cookie_is_for_our_pages_alone(client, settings, is_secure):
    settings.SESSION_COOKIE_SECURE = is_secure
    enter(client, make_user())
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (
        True,
        "Lax",
        is_secure,
    )


@pytest.mark.parametrize(
    ("asked", "sent_to"),
    [
        ("/inbox/?page=2", "/inbox/?page=2"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_leads_to_this_host_only(client, asked, sent_to):
    assert enter(client, make_user(), next=asked).url == sent_to


@pytest.mark.parametrize(
    ("fields", "password"),
    [
        ({}, "wrong"),
        ({"is_active": False}, PASSWORD),
        ({"locked_until": NOW + timedelta(minutes=1)}, PASSWORD),
        ({"temporary_until": NOW - timedelta(minutes=1)}, PASSWORD),
    ],
    ids=["wrong", "switched off", "locked", "too old"],
)
def test_every_refusal_has_the_same_sentence(client, fields, password):
    response = enter(client, make_user(**fields), password)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [SAME]


def test_an_unknown_name_gets_the_same_sentence_and_keeps_what_was_typed(client):
    response = client.post(URL, {"username": "nobody", "password": PASSWORD})
    assert response.context["form"].non_field_errors() == [SAME]
    page = response.content.decode()
    assert 'value="nobody"' in page
    assert PASSWORD not in page


def test_an_address_with_too_many_failures_is_told_to_wait(client, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 2
    person = make_user()
    enter(client, person, "wrong")
    enter(client, person, "wrong")
    response = enter(client, person)
    assert response.status_code == 422
    assert "登录尝试过于频繁，请15分钟后再试。" in response.content.decode()


def test_a_broken_cache_bars_nobody(client, monkeypatch):
    def gone(*_):
        raise CacheGone

    monkeypatch.setattr(cache, "get", gone)
    assert enter(client, make_user()).status_code == 302


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_a_cache_that_hangs_bars_nobody_and_costs_seconds(client, settings, hung, password):
    there = {"LOCATION": f"redis://127.0.0.1:{hung}/0"}
    settings.CACHES = {"default": settings.CACHES["default"] | there}
    began = time.monotonic()
    status = enter(client, make_user(), password).status_code
    assert (status, time.monotonic() - began < 4) == (302 if password == PASSWORD else 422, True)


def test_somebody_who_is_in_already_is_sent_on(client):
    client.force_login(make_user())
    assert client.get(URL).url == "/"


def test_a_one_time_password_leads_to_a_new_one_and_nowhere_else(client):
    person = make_user(must_change_password=True, temporary_until=NOW + timedelta(hours=1))
    enter(client, person)
    for url in ("/", "/inbox/", "/me/"):
        assert client.get(url).url == reverse("agencies:password_change")


def test_the_demonstrations_accounts_are_listed_while_it_is_loaded(client):
    load_demonstration(NOW)
    page = client.get(URL).content.decode()
    assert demonstration.PASSWORD in page
    assert all(username in page for username, _ in demonstration.ACCOUNTS)


def test_and_never_otherwise(client):
    load_demonstration(None)
    response = client.get(URL)
    assert demonstration.PASSWORD not in response.content.decode()
