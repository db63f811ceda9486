"""Rows of a kept statement as objects: as select_related makes them."""

import pytest
from django.db.models import F

from agencies.models import Membership
from agencies.permissions import Role
from agencies.tests.factories import make_agency, make_user
from lib.prepared import PreparedObjects

pytestmark = pytest.mark.django_db


def test_rows_come_as_objects_with_what_they_refer_to(django_assert_num_queries):
    user = make_user(Role.LIAISON, make_agency())
    (held,) = user.current_memberships
    rows = Membership.objects.filter(user=-1).annotate(twice=F("pk") * 2)
    related = {"agency": ("short_name", "successor_id"), "agency__successor": (), "user": ("name",)}
    asked = PreparedObjects(rows, "bigint", related=related, added=["twice"])
    with django_assert_num_queries(1):
        (found,) = asked.rows([user.pk])
        assert (found, found.role, found.twice) == (held, held.role, held.pk * 2)
        assert (found.agency.short_name, found.user.name) == (held.agency.short_name, user.name)
        assert found.agency.successor is None
    with django_assert_num_queries(1):  # what was not asked for
        assert found.user.username == user.username


def test_nobody_is_no_row():
    asked = PreparedObjects(Membership.objects.filter(user=-1), "bigint", related={"user": ()})
    assert asked.rows([0]) == []
