import pytest
from django.core.exceptions import ValidationError

from agencies.accounts.people import edit_own_profile
from agencies.models import Event
from agencies.tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def test_a_person_keeps_their_own_phone_and_the_trail_masks_it():
    person = make_user(phone="13800005678")
    edit_own_profile(person, phone="13900001234", office_phone="", email="", at=NOW)
    person.refresh_from_db()
    event = Event.objects.get(action="user.edit_profile")
    assert person.phone == "13900001234"
    assert event.before == {"phone": "138****5678"}
    assert event.after == {"phone": "139****1234"}


def test_the_office_telephone_is_a_separate_field():
    person = make_user(phone="13800005678", office_phone="023-63150001")
    edit_own_profile(person, phone="13800005678", office_phone="023-63150002", email="", at=NOW)
    person.refresh_from_db()
    event = Event.objects.get(action="user.edit_profile")
    assert (person.phone, person.office_phone) == ("13800005678", "023-63150002")
    assert (event.before, event.after) == (
        {"office_phone": "023-****0001"},
        {"office_phone": "023-****0002"},
    )


def test_a_person_changes_their_own_email_and_the_event_masks_it():
    person = make_user()
    edit_own_profile(person, phone="", office_phone="", email="zhang@sww.example", at=NOW)
    person.refresh_from_db()
    event = Event.objects.get(action="user.edit_profile")
    assert person.email == "zhang@sww.example"
    assert (event.before, event.after) == ({"email": ""}, {"email": "z***@sww.example"})


@pytest.mark.parametrize("email", ["张三", "a@", "a@b.example\nBcc: c@d.example", "a b@c.example"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(ValidationError):
        edit_own_profile(make_user(), phone="", office_phone="", email=email, at=NOW)


@pytest.mark.parametrize(
    "typed",
    [
        {"phone": "见通讯录", "office_phone": ""},
        {"phone": "", "office_phone": "见通讯录"},
    ],
)
def test_a_phone_without_digits_is_refused(typed):
    with pytest.raises(ValidationError, match="电话只能含数字"):
        edit_own_profile(make_user(), **typed, email="", at=NOW)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("", ""), ("12345", "****2345"), ("023-62661234", "023-****1234")],
)
def test_only_the_last_four_digits_are_shown(phone, shown):
    assert make_user(phone=phone).masked_phone == shown
    assert make_user(office_phone=phone).masked_office_phone == shown
