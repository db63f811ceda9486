from datetime import datetime, timedelta

import pytest
from django.utils.timezone import get_current_timezone

from agencies.audit import trail
from agencies.choices import AccountState
from agencies.models import Event, User
from agencies.models.agency import labels_of
from agencies.permissions import Role
from agencies.tests.factories import NOW, TODAY, join, make_agency, make_user

pytestmark = pytest.mark.django_db
SOON, JUST_NOW = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, AccountState.USABLE),
        ({"must_change_password": True}, AccountState.MUST_CHANGE),
        ({"locked_until": SOON, "must_change_password": True}, AccountState.LOCKED),
        ({"locked_until": NOW}, AccountState.USABLE),
        ({"locked_until": JUST_NOW}, AccountState.USABLE),
        ({"is_active": False, "locked_until": SOON}, AccountState.OFF),
    ],
)
def test_the_most_serious_state_is_returned(fields, expected):
    make_user(**fields)
    found = User.objects.with_state(at=NOW)
    assert found.get().state == expected
    assert found.in_state(expected).count() == 1
    assert all(not found.in_state(s).exists() for s in AccountState if s != expected)


def test_memberships_of_all_people_need_one_query(django_assert_num_queries):
    for _ in range(3):
        join(make_user(), Role.LIAISON, make_agency())
    with django_assert_num_queries(2):
        rows = list(User.objects.with_memberships(on=TODAY))
        held = [str(membership.agency) for user in rows for membership in user.memberships_now]
    assert len(held) == 3


def test_days_of_events_are_beijing_days_inclusive():
    zone = get_current_timezone()
    for moment in [
        datetime(2026, 11, 21, 23, 59, 59, tzinfo=zone),
        datetime(2026, 11, 22, 0, 0, tzinfo=zone),
        datetime(2026, 11, 23, 23, 59, 59, tzinfo=zone),
        datetime(2026, 11, 24, 0, 0, tzinfo=zone),
    ]:
        trail.record("user.sign_out", None, by=None, at=moment, sentence="退出登录。")
    found = Event.objects.between(TODAY - timedelta(days=1), TODAY)
    assert found.count() == 2
    assert Event.objects.between(None, TODAY).count() == 3
    assert Event.objects.between(TODAY, None).count() == 2


def test_agencies_with_the_same_name_get_different_labels():
    one, other = (
        make_agency(short_name="市财政局", full_name=name) for name in ("甲市财政局", "乙市财政局")
    )
    third = make_agency(short_name="市水利局")
    assert labels_of([one, other, third]) == {
        one.pk: f"市财政局（甲市财政局，{one.code}）",
        other.pk: f"市财政局（乙市财政局，{other.code}）",
        third.pk: "市水利局",
    }
