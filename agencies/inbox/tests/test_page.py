from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Role
from agencies.tests.factories import NOW, join, make_agency, make_message, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client) -> User:
    return sign_in(client)


def test_the_inbox_lists_ones_own_messages_newest_first(client, person):
    make_message(person, sentence="旧的。")
    make_message(person, sentence="新的。", created_at=NOW + timedelta(hours=1))
    make_message(make_user(), sentence="别人的。")
    page = client.get("/inbox/").context["page"]
    assert [message.sentence for message in page] == ["新的。", "旧的。"]


def test_unread_ones_are_marked_and_counted(client, person):
    make_message(person)
    make_message(person, read_at=NOW)
    make_message(person, settled_at=NOW)
    page = client.get("/inbox/").content.decode()
    assert page.count("is-unread") == 1
    assert "1条未读" in page
    assert "全部标为已读" in page


def test_an_empty_inbox_says_what_it_will_contain(client, person):
    page = client.get("/inbox/").content.decode()
    assert "没有要看的消息" in page
    assert "全部标为已读" not in page


def test_who_is_away_is_told_when_the_role_comes_back(client, person):
    assert "您目前没有角色" in client.get("/inbox/").content.decode()
    today = localdate()
    later = today + timedelta(days=10)
    customs = make_agency(name="重庆海关")
    join(person, Role.LIAISON, customs, is_deputy=False, valid_from=later)
    words = f"自{later.year}年{later.month}月{later.day}日起任职"
    page = client.get("/inbox/").content.decode()
    assert f"您的“重庆海关 联络员（A岗）”{words}" in page
    assert "您目前没有角色" not in page
    join(person, Role.LIAISON, make_agency(), valid_from=today)

    assert "起任职" not in client.get("/inbox/").content.decode()


def test_a_page_has_twenty_messages(client, person):
    for _ in range(21):
        make_message(person)
    assert len(client.get("/inbox/").context["page"]) == 20
    assert len(client.get("/inbox/?page=2").context["page"]) == 1


def test_opening_a_message_marks_it_read_and_opens_its_page(client, person):
    message = make_message(person, url="/me/")
    response = client.post(f"/inbox/{message.pk}/")
    message.refresh_from_db()
    assert response.url == "/me/"
    assert message.read_at is not None


def test_a_message_without_a_page_returns_to_the_inbox(client, person):
    message = make_message(person, url="")
    assert client.post(f"/inbox/{message.pk}/").url == "/inbox/"


def test_another_persons_message_is_not_found(client, person):
    message = make_message(make_user())
    assert client.post(f"/inbox/{message.pk}/").status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_a_get_request_does_not_mark_a_message_read(client, person):
    assert client.get(f"/inbox/{make_message(person).pk}/").status_code == 405


def test_all_at_once(client, person):
    for _ in range(3):
        make_message(person)
    response = client.post("/inbox/read/", follow=True)
    assert "已将3条消息标为已读。" in response.content.decode()
    assert not person.inbox.unread().exists()


def test_cost_does_not_grow(client, person):
    make_message(person)
    client.get("/inbox/")  # the first page of a session also saves the session
    with CaptureQueriesContext(connection) as few:
        client.get("/inbox/")
    for _ in range(29):
        make_message(person)
    with CaptureQueriesContext(connection) as many:
        client.get("/inbox/")
    assert len(many) == len(few)


def test_a_person_without_a_role_is_told_whom_to_ask(client, person):
    assert "请联系安全管理员授予角色" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize(("url", "is_whole"), [("/overview/", False), ("", True)])
def test_a_long_sentence_is_cut_only_where_its_page_has_the_rest(client, person, url, is_whole):
    make_message(person, sentence="请" * 300, url=url)
    page = client.get("/inbox/").content.decode()
    assert ("请" * 300 in page) == is_whole
    assert "请" * 100 in page
