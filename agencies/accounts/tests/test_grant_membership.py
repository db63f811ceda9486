from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.accounts.memberships import grant_membership
from agencies.models import Event, Membership
from agencies.permissions import Perm, Role
from agencies.tests.factories import (
    NOW,
    TODAY,
    commission,
    government_office,
    join,
    make_agency,
    make_user,
)
from lib.errors import DomainError

pytestmark = pytest.mark.django_db


def grant(person, role, *, by=None, agency=None, **fields):
    values = {"valid_from": TODAY} | fields
    by = by or make_user(Role.SECURITY_ADMIN)
    agency = agency or (government_office() if role == Role.LEADER else commission())
    return grant_membership(person, by=by, agency=agency, role=role, at=NOW, **values)


@pytest.mark.usefixtures("frozen")
def test_a_role_holds_at_once_and_the_trail_says_so():
    person, agency = make_user(name="李四"), make_agency(name="重庆海关")
    grant(person, Role.LIAISON, agency=agency)
    event = Event.objects.get(action="membership.grant")
    assert person.can(Perm.FILE, agency.pk)
    assert event.sentence == "授予李四“重庆海关 联络员”。"


@pytest.mark.parametrize("role", [*(role for role in Role if role != Role.SECURITY_ADMIN), None])
def test_only_the_security_administrator_grants(role):
    with pytest.raises(PermissionDenied):
        grant(make_user(), Role.LEADER, by=make_user(role))


def test_nobody_grants_to_themselves():
    admin = make_user(Role.SECURITY_ADMIN)
    with pytest.raises(DomainError, match="不能给自己授予角色"):
        grant(admin, Role.LEADER, by=admin)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF])
def test_the_commissions_roles_are_granted_only_there(role):
    with pytest.raises(DomainError, match="只能设在市商务委"):
        grant(make_user(), role, agency=make_agency())
    assert grant(make_user(), role).agency == commission()


def test_a_leader_belongs_to_the_government_office():
    for agency in (make_agency(), commission()):
        with pytest.raises(DomainError, match="市领导只能设在市政府办公厅"):
            grant(make_user(), Role.LEADER, agency=agency)
    assert grant(make_user(), Role.LEADER).agency == government_office()


@pytest.mark.parametrize(
    ("held", "granted", "sentence"),
    [
        (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, "互斥"),
        (Role.AUDITOR, Role.LIAISON, "互斥"),
        (Role.LEADER, Role.SYSTEM_ADMIN, "互斥"),
        (Role.COORDINATOR, Role.COORDINATOR, "已有这一角色"),
    ],
)
def test_constraints_answer_with_their_sentence(held, granted, sentence):
    with pytest.raises(ValidationError, match=sentence):
        grant(make_user(held), granted)


def test_an_agency_has_one_primary_liaison_at_a_time():
    agency = make_agency()
    grant(make_user(), Role.LIAISON, agency=agency, valid_to=date(2026, 12, 31))
    with pytest.raises(ValidationError, match="请设为B岗"):
        grant(make_user(), Role.LIAISON, agency=agency, valid_from=date(2026, 12, 31))
    grant(make_user(), Role.LIAISON, agency=agency, is_deputy=True)
    grant(make_user(), Role.LIAISON, agency=agency, valid_from=date(2027, 1, 1))
    assert Membership.objects.filter(agency=agency).count() == 3


def test_only_a_liaison_can_be_a_deputy():
    assert not grant(make_user(), Role.LEADER, is_deputy=True).is_deputy


def test_a_business_role_may_begin_after_an_administrators_ends():
    person = make_user()
    join(person, Role.AUDITOR, valid_to=date(2026, 11, 22))
    assert grant(person, Role.LEADER).valid_from == TODAY
