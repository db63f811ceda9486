from datetime import timedelta

import pytest

from agencies.inbox.actions import read_all, read_message
from agencies.tests.factories import NOW, make_message, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_a_message_keeps_the_time_of_its_first_reading():
    person = make_user()
    message = make_message(person)
    read_message(message, by=person, at=NOW)
    read_message(message, by=person, at=LATER)
    message.refresh_from_db()
    assert message.read_at == NOW


def test_somebody_elses_message_stays_unread():
    message = make_message(make_user())
    read_message(message, by=make_user(), at=NOW)
    message.refresh_from_db()
    assert message.read_at is None


def test_read_all_marks_only_ones_own_unread_messages():
    person, other = make_user(), make_user()
    old = make_message(person, read_at=NOW)
    make_message(person)
    theirs = make_message(other)
    assert read_all(by=person, at=LATER) == 1
    old.refresh_from_db()
    theirs.refresh_from_db()
    assert (old.read_at, theirs.read_at) == (NOW, None)
