import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.accounts.people import create_person, set_email
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
EMAIL = "zhang@office.example"


def test_a_set_address_is_masked_in_the_event_and_told_to_the_person():
    admin, person = make_user(Role.SYSTEM_ADMIN, name="王五"), make_user(email="old@a.example")
    set_email(person, email=EMAIL, by=admin, at=NOW)
    person.refresh_from_db()
    event = Event.objects.get(action="user.set_email")
    assert person.email == EMAIL
    assert event.before == {"email": "o***@a.example"}
    assert event.after == {"email": "z***@office.example"}
    assert person.inbox.get().sentence.startswith("您的电子邮箱已由王五改动。")


def test_an_empty_address_removes_it():
    person = make_user(email=EMAIL)
    set_email(person, email="", by=make_user(Role.SYSTEM_ADMIN), at=NOW)
    person.refresh_from_db()
    assert person.email == ""
    assert "删去" in person.inbox.get().sentence


def test_the_same_address_changes_nothing():
    person = make_user(email=EMAIL)
    set_email(person, email=EMAIL, by=make_user(Role.SYSTEM_ADMIN), at=NOW)
    assert not Event.objects.exists()


@pytest.mark.parametrize("role", [*(r for r in Role if r != Role.SYSTEM_ADMIN), None])
def test_nobody_else_sets_it(role):
    with pytest.raises(PermissionDenied):
        set_email(make_user(), email=EMAIL, by=make_user(role), at=NOW)


def test_what_is_no_address_is_refused():
    with pytest.raises(ValidationError):
        set_email(make_user(), email="张三", by=make_user(Role.SYSTEM_ADMIN), at=NOW)


def test_an_account_may_be_created_with_an_address():
    admin = make_user(Role.SYSTEM_ADMIN)
    person, _ = create_person(by=admin, username="zhangsan", name="张三", email=EMAIL, at=NOW)
    assert person.email == EMAIL


def test_the_page_shows_the_address_masked_and_saves_a_new_one(client):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    person = make_user(email="old@a.example")
    page = client.get(f"/accounts/{person.pk}/").content.decode()
    assert "o***@a.example" in page
    assert "old@a.example" not in page
    page = client.post(f"/accounts/{person.pk}/email/", {"email": EMAIL}, follow=True)
    assert "邮箱已保存，本人将收到消息。" in page.content.decode()
    response = client.post(f"/accounts/{person.pk}/email/", {"email": "张三"})
    assert response.status_code == 422
    person.refresh_from_db()
    assert person.email == EMAIL
