"""The database's constraints, tested without forms and verbs."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from agencies.audit import trail
from agencies.models import Agency, Event, Membership, Message, User
from agencies.permissions import Role, RoleGroup
from agencies.tests.factories import NOW, TODAY, join, make_agency, make_message, make_user

pytestmark = pytest.mark.django_db
ADMINS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR]
BUSINESS = [role for role in Role if role.group == RoleGroup.BUSINESS]


@pytest.mark.parametrize(("held", "granted"), list(permutations(ADMINS, 2)))
def test_the_three_admins_exclude_each_other(held, granted):
    person = make_user(held)
    with pytest.raises(IntegrityError, match="membership_admins_exclude_each_other"):
        join(person, granted)


def test_there_is_no_superuser_and_no_admin_site():
    fields = {field.name for field in User._meta.get_fields()}
    assert not fields & {"is_superuser", "is_staff", "groups", "user_permissions"}
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


@pytest.mark.parametrize("business", BUSINESS)
@pytest.mark.parametrize("admin", ADMINS)
def test_an_admin_has_no_business_role_and_the_other_way_round(admin, business):
    for held, granted in [(admin, business), (business, admin)]:
        person = make_user(held)
        with (
            pytest.raises(IntegrityError, match="membership_admins_exclude_each_other"),
            transaction.atomic(),
        ):
            join(person, granted)


def test_roles_exclude_each_other_only_on_shared_days():
    person = make_user()
    join(person, Role.AUDITOR, valid_to=TODAY)
    join(person, Role.LEADER, valid_from=TODAY + timedelta(days=1))
    with pytest.raises(IntegrityError, match="membership_admins_exclude_each_other"):
        Membership.objects.filter(user=person, role=Role.LEADER).update(valid_from=TODAY)


def test_the_group_cannot_be_forged_to_escape_the_exclusion():
    membership = join(make_user(), Role.SYSTEM_ADMIN)
    with pytest.raises(IntegrityError, match="membership_group_follows_role"):
        Membership.objects.filter(pk=membership.pk).update(role_group=RoleGroup.BUSINESS)


def test_a_person_may_have_several_business_roles():
    person = make_user(Role.COORDINATOR)
    join(person, Role.LIAISON)
    assert person.memberships.count() == 2


def test_an_agency_has_one_primary_liaison():
    agency = make_agency()
    join(make_user(), Role.LIAISON, agency, is_deputy=False)
    join(make_user(), Role.LIAISON, agency, is_deputy=True)
    with pytest.raises(IntegrityError, match="membership_one_primary_liaison"):
        join(make_user(), Role.LIAISON, agency, is_deputy=False)


def test_the_same_role_cannot_be_held_twice():
    person = make_user(Role.LEADER)
    with pytest.raises(IntegrityError, match="membership_once_at_a_time"):
        join(person, Role.LEADER)


def test_a_membership_does_not_end_before_it_begins():
    # The range type refuses it before the check constraint does.
    with pytest.raises(DatabaseError):
        join(make_user(), Role.LEADER, valid_from=TODAY, valid_to=date(2026, 11, 22))


def test_an_account_is_unique():
    make_user(username="lisi")
    with pytest.raises(IntegrityError):
        make_user(username="lisi")


def test_a_value_outside_its_closed_list_is_refused():
    row = make_agency()
    with pytest.raises(IntegrityError, match="known"):
        Agency.objects.filter(pk=row.pk).update(kind="other")


@pytest.mark.parametrize("kind", ["", "开始填报", "Remark", "re mark"])
def test_the_kind_of_a_message_is_a_code(kind):
    row = make_message(make_user())
    with pytest.raises(IntegrityError, match="message_kind_is_a_code"):
        Message.objects.filter(pk=row.pk).update(kind=kind)


def make_event() -> Event:
    return trail.record("user.sign_in", None, by=make_user(), at=NOW, sentence="登录。")


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: Event.objects.filter(pk=event.pk).update(sentence="无事。"),
        lambda event: Event.objects.all().delete(),
        lambda event: run("UPDATE agencies_event SET sentence = '无事。' WHERE id = %s", event.pk),
        lambda event: run("DELETE FROM agencies_event WHERE id = %s", event.pk),
    ],
    ids=["save", "delete", "update", "delete all", "raw update", "raw delete"],
)
def test_an_event_is_never_changed_or_removed(change):
    event = make_event()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        change(event)
    assert Event.objects.get(pk=event.pk).sentence == "登录。"


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
