"""Marking messages as read and as unread again."""

from datetime import timedelta

import pytest

from agencies.inbox.actions import mark_read, mark_unread
from agencies.models import User
from agencies.tests.factories import NOW, make_message, make_user, sign_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def person(client) -> User:
    return sign_in(client)


def test_chosen_messages_are_read_and_keep_their_first_time():
    person = make_user()
    new, old = make_message(person), make_message(person, read_at=NOW)
    rest = make_message(person)
    assert mark_read([new.pk, old.pk], by=person, at=LATER) == 1
    for message, expected in ((new, LATER), (old, NOW), (rest, None)):
        message.refresh_from_db()
        assert message.read_at == expected


def test_messages_are_marked_unread_unless_settled():
    person = make_user()
    read, new = make_message(person, read_at=NOW), make_message(person)
    settled = make_message(person, read_at=NOW, settled_at=NOW)
    assert mark_unread([read.pk, new.pk, settled.pk], by=person) == 1
    read.refresh_from_db()
    settled.refresh_from_db()
    assert (read.read_at, settled.read_at) == (None, NOW)


def test_nobody_marks_another_persons_messages():
    person, other = make_user(), make_user()
    new, read = make_message(other), make_message(other, read_at=NOW)
    assert mark_read([new.pk], by=person, at=LATER) == 0
    assert mark_unread([read.pk], by=person) == 0
    assert list(other.inbox.unread()) == [new]


@pytest.mark.parametrize(
    ("said", "words"),
    [({"mark": "read"}, "已将2条消息标为已读。"), ({"mark": "unread"}, "已将1条消息标为未读。")],
)
def test_the_page_marks_the_ticked_ones(client, person, said, words):
    ids = [make_message(person).pk, make_message(person).pk]
    if said["mark"] == "unread":
        person.inbox.filter(pk=ids[0]).update(read_at=NOW)
    page = client.post("/inbox/mark/", said | {"message": ids}, follow=True)
    assert words in page.content.decode()


def test_a_messages_button_marks_only_that_message(client, person):
    one, other = make_message(person), make_message(person)
    client.post("/inbox/mark/", {"mark": f"read:{one.pk}", "message": [other.pk]})
    assert list(person.inbox.unread()) == [other]


@pytest.mark.parametrize("said", [{}, {"mark": "read"}, {"mark": "gone:1"}, {"mark": "read:甲"}])
def test_without_a_ticked_message_the_page_says_what_to_do(client, person, said):
    response = client.post("/inbox/mark/", said)
    assert response.status_code == 409
    assert "请先勾选消息" in response.content.decode()


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ("/inbox/?kind=account&page=2", "/inbox/?kind=account&page=2"),
        ("", "/inbox/"),
        ("https://elsewhere.example/inbox/", "/inbox/"),
        ("//elsewhere.example/inbox/", "/inbox/"),
        ("/accounts/", "/inbox/"),
    ],
)
def test_marking_returns_to_the_page_of_the_inbox_only(client, person, back, expected):
    message = make_message(person)
    said = {"mark": "read", "message": [message.pk], "back": back}
    assert client.post("/inbox/mark/", said).url == expected
