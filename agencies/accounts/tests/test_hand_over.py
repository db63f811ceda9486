"""Handing over a post: permanently, between A岗 and B岗, and during an absence."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.accounts.handover import Terms, hand_over
from agencies.models import Event, Membership, Message, User
from agencies.permissions import Perm, Role
from agencies.tests.factories import LONG_AGO, NOW, TODAY, commission, join, make_agency, make_user
from lib.errors import DomainError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def heir():
    return make_user(name="李四")


@pytest.fixture
def admin():
    return make_user(Role.SECURITY_ADMIN)


def go(holder, heir, by, **fields):
    terms = {"successor": heir, "from_on": TODAY, "reason": "岗位调整"} | fields
    hand_over(holder.memberships.first(), terms=Terms(**terms), by=by, at=NOW)


def spans(user):
    """Return (A or B, from, to) of a person's memberships, in order."""
    return [
        ("B" if m.is_deputy else "A", m.valid_from, m.valid_to)
        for m in user.memberships.order_by("valid_from")
    ]


def now(user):
    """Return the person as a new request loads them."""
    return User.objects.get(pk=user.pk)


def test_one_membership_ends_the_day_before_the_other_begins(holder, heir, admin, agency):
    go(holder, heir, admin)
    assert spans(holder) == [("A", LONG_AGO, YESTERDAY)]
    assert spans(heir) == [("A", TODAY, None)]
    assert not now(holder).can(Perm.FILE, agency.pk)
    assert now(heir).can(Perm.FILE, agency.pk)


def test_a_deputy_who_succeeds_becomes_primary(holder, heir, admin, agency):
    join(heir, Role.LIAISON, agency)
    go(holder, heir, admin)
    assert spans(holder) == [("A", LONG_AGO, YESTERDAY)]
    assert spans(heir) == [("B", LONG_AGO, YESTERDAY), ("A", TODAY, None)]


def test_primary_and_deputy_can_change_places(holder, heir, admin, agency):
    join(heir, Role.LIAISON, agency)
    go(holder, heir, admin, stays_as_deputy=True)
    assert spans(holder) == [("A", LONG_AGO, YESTERDAY), ("B", TODAY, None)]
    assert spans(heir) == [("B", LONG_AGO, YESTERDAY), ("A", TODAY, None)]
    event = Event.objects.get(action="membership.hand_over")
    assert f"交由{heir.name}，{holder.name}转任B岗：" in event.sentence


def test_a_deputy_acts_for_some_days_and_both_go_back(holder, heir, admin, agency):
    join(heir, Role.LIAISON, agency)
    go(holder, heir, admin, from_on=TOMORROW, until=NEXT_WEEK)
    after = NEXT_WEEK + timedelta(days=1)
    assert spans(holder) == [("A", LONG_AGO, TODAY), ("A", after, None)]
    assert spans(heir) == [("B", LONG_AGO, TODAY), ("A", TOMORROW, NEXT_WEEK), ("B", after, None)]


def test_somebody_new_acts_for_some_days_and_has_no_role_afterwards(holder, heir, admin):
    go(holder, heir, admin, until=TODAY)  # one day
    assert spans(holder) == [("A", LONG_AGO, YESTERDAY), ("A", TOMORROW, None)]
    assert spans(heir) == [("A", TODAY, TODAY)]


def test_a_deputy_hands_over_to_the_primary_who_stays_primary(holder, heir, admin, agency):
    join(heir, Role.LIAISON, agency)
    go(heir, holder, admin)
    assert spans(heir) == [("B", LONG_AGO, YESTERDAY)]
    assert spans(holder) == [("A", LONG_AGO, None)]


def test_a_post_that_began_today_is_deleted_and_the_event_kept(holder, heir, admin):
    Membership.objects.filter(user=holder).update(valid_from=TODAY)
    go(holder, heir, admin)
    assert spans(holder) == []
    assert Event.objects.get().target_id is not None


def test_the_successor_gets_the_same_last_day(holder, heir, admin):
    Membership.objects.filter(user=holder).update(valid_to=date(2026, 12, 31))
    go(holder, heir, admin)
    assert spans(heir) == [("A", TODAY, date(2026, 12, 31))]


@pytest.mark.parametrize("role", [Role.AGENCY_HEAD, Role.LEADER, Role.CHIEF, Role.COORDINATOR])
def test_other_business_posts_can_be_handed_over_too(admin, heir, role):
    holder = make_user(role)
    go(holder, heir, admin)
    assert [m.role for m in heir.memberships.all()] == [role]
    assert not now(holder).roles


def test_a_handover_is_one_event_and_both_people_are_told(holder, heir, admin):
    go(holder, heir, admin)
    event = Event.objects.get()
    assert event.action == "membership.hand_over"
    words = "张三的“重庆海关 联络员（A岗）”自2026年11月23日起交由李四：岗位调整。"
    assert event.sentence == words
    assert (event.before["user"], event.after["user"]) == ("张三", "李四")
    said = dict(Message.objects.values_list("user__name", "sentence"))
    assert said == {
        "张三": "您的“重庆海关 联络员（A岗）”自2026年11月23日起由李四接手。",
        "李四": "张三的“重庆海关 联络员（A岗）”自2026年11月23日起由您接手。",
    }


@pytest.mark.parametrize("role", [*(role for role in Role if role != Role.SECURITY_ADMIN), None])
def test_only_the_security_administrator_hands_over(holder, heir, role):
    with pytest.raises(PermissionDenied):
        go(holder, heir, make_user(role))


REFUSED = [
    ({"from_on": YESTERDAY}, "交接日期不能早于今天"),
    ({"from_on": TODAY, "until": YESTERDAY}, "代理截止不能早于交接日期"),
    ({"from_on": date(2027, 6, 1)}, "须在任期之内"),
    ({"until": date(2027, 6, 1)}, "代理截止须在这一任职的任期之内"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_invalid_days_are_refused(holder, heir, admin, fields, sentence):
    Membership.objects.filter(user=holder).update(valid_to=date(2026, 12, 31))
    with pytest.raises(DomainError, match=sentence):
        go(holder, heir, admin, **fields)
    assert spans(heir) == []


def test_unsuitable_successors_are_refused(holder, heir, admin):
    with pytest.raises(DomainError, match="接手人不能是交出人本人"):
        go(holder, holder, admin)
    with pytest.raises(DomainError, match="不能办理本人的交接"):
        go(holder, admin, admin)
    User.objects.filter(pk=heir.pk).update(is_active=False)
    with pytest.raises(DomainError, match="接手人的账号已停用"):
        go(holder, now(heir), admin)


def test_an_administrator_s_role_is_not_handed_over(heir, admin):
    with pytest.raises(DomainError, match="三员的角色不办理交接"):
        go(make_user(Role.AUDITOR), heir, admin)


def test_an_administrator_cannot_take_a_business_post(holder, admin):
    with pytest.raises(ValidationError, match="互斥"):
        go(holder, make_user(Role.AUDITOR), admin)
    assert spans(holder) == [("A", LONG_AGO, None)]


def test_a_coordinators_post_is_handed_over_only_today(heir, admin):
    with pytest.raises(DomainError, match="统筹岗的交接自办理当日起生效"):
        go(make_user(Role.COORDINATOR), heir, admin, from_on=TOMORROW)


@pytest.mark.parametrize("who", ["deputy", "head"])
def test_only_a_primary_liaison_can_become_deputy(heir, admin, agency, who):
    holder = make_user(Role.LIAISON if who == "deputy" else Role.AGENCY_HEAD, agency)
    with pytest.raises(DomainError, match="只有A岗联络员可以转任B岗"):
        go(holder, heir, admin, stays_as_deputy=True)


def test_a_future_post_of_the_successor_prevents_the_handover(holder, heir, admin, agency):
    join(heir, Role.LIAISON, agency, valid_from=NEXT_WEEK)
    with pytest.raises(ValidationError, match="该人员此期间已有这一角色"):
        go(holder, heir, admin)
    assert spans(holder) == [("A", LONG_AGO, None)]
    go(holder, heir, admin, until=NEXT_WEEK - timedelta(days=1))
    assert spans(heir)[0] == ("A", TODAY, NEXT_WEEK - timedelta(days=1))


def test_a_role_in_one_agency_does_not_pass_with_another(heir, admin):
    """A role of one agency passes to the successor in that agency only."""
    holder = make_user(Role.COORDINATOR)
    other = make_agency()
    join(holder, Role.LIAISON, other, is_deputy=False)
    post = holder.memberships.get(agency=commission())
    hand_over(post, terms=Terms(heir, TODAY, reason="休假"), by=admin, at=NOW)
    assert now(holder).can(Perm.FILE, other.pk)
    assert not now(heir).can(Perm.FILE, other.pk)
