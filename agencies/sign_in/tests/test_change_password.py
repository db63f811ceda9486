from datetime import timedelta

import pytest

from agencies.accounts.passwords import change_password
from agencies.models import Event
from agencies.tests.factories import NOW, PASSWORD, make_user
from lib.errors import DomainError

pytestmark = pytest.mark.django_db
NEW = "Qs8-vBn3-yLk6"


def test_the_one_time_password_is_consumed():
    person = make_user(must_change_password=True, temporary_until=NOW + timedelta(hours=72))
    change_password(person, password=NEW, at=NOW)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert not person.check_password(PASSWORD)
    assert (person.must_change_password, person.temporary_until) == (False, None)


def test_the_trail_says_so_without_the_password():
    person = make_user()
    change_password(person, password=NEW, at=NOW)
    event = Event.objects.get(action="user.change_password")
    assert (event.actor, event.sentence, event.after) == (person, "修改了本人密码。", {})


def test_the_new_one_is_not_the_old_one():
    with pytest.raises(DomainError, match="不能与现在的密码相同"):
        change_password(make_user(), password=PASSWORD, at=NOW)
