"""A person's sessions: listed, ended from elsewhere, limited in number."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.accounts.people import reset_password
from agencies.models import Event, UserSession
from agencies.permissions import Role
from agencies.tests.factories import NOW, PASSWORD, make_user

pytestmark = pytest.mark.django_db


def enter(person, address="10.0.0.1"):
    client = Client(REMOTE_ADDR=address)
    client.post("/login/", {"username": person.username, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/inbox/").status_code == 200


def test_one_sees_where_one_is_signed_in_and_ends_it_there():
    person, stranger = make_user(), make_user()
    here, there, third = enter(person), enter(person, "10.9.9.9"), enter(person)
    foreign = enter(stranger, "10.7.7.7")
    page = here.get("/me/").content.decode()
    assert page.count("这次登录") == 1
    assert ("10.9.9.9" in page, "10.7.7.7" in page) == (True, False)
    keys = UserSession.objects.values_list("session_key", flat=True)
    assert not [key for key in keys if key in page]
    one = UserSession.objects.get(address="10.9.9.9")
    assert here.post("/me/sessions/", {"mark": one.mark}).url == "/me/"
    assert [is_in(client) for client in (here, there, third, foreign)] == [True, False, True, True]
    assert "已由您在另一处结束" in there.get("/login/").content.decode()
    here.post("/me/sessions/")
    assert [is_in(client) for client in (here, third, foreign)] == [True, False, True]
    said = Event.objects.filter(action="user.end_sessions").values_list("sentence", flat=True)
    assert set(said) == {"结束了本人在另一处的登录（1个）。"}


def test_nobody_ends_another_persons_session():
    foreign, here = enter(make_user()), enter(make_user())
    mark = UserSession.objects.earliest("since").mark
    assert here.post("/me/sessions/", {"mark": mark}).status_code == 409
    assert is_in(foreign)


@pytest.mark.parametrize(("most", "left"), [(0, 3), (1, 1), (2, 2)])
def test_a_newer_sign_in_ends_the_oldest_with_a_sentence(settings, most, left):
    settings.SESSIONS_MOST = most
    person = make_user()
    clients = [enter(person) for _ in range(3)]
    assert [is_in(client) for client in clients] == [False] * (3 - left) + [True] * left
    told = "您的账号已在另一处登录，此处已退出。" in clients[0].get("/login/").content.decode()
    assert told is (left < 3)


def test_a_reset_ends_all_listed_sessions():
    person = make_user()
    client = enter(person)
    reset_password(person, by=make_user(Role.SYSTEM_ADMIN), at=NOW)
    assert not person.sessions.exists()
    assert not is_in(client)


def test_a_page_reads_the_session_in_one_query_and_writes_none():
    client = enter(make_user(Role.LEADER))
    with CaptureQueriesContext(connection) as asked:
        assert is_in(client)
    key = client.cookies["sessionid"].value
    assert len([one for one in asked if key in one["sql"]]) == 1
