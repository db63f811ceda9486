"""Rows of a prepared statement as objects, as select_related returns them."""

import pytest
from django.db.models import F

from agencies.models import Membership
from agencies.permissions import Role
from agencies.tests.factories import make_agency, make_user
from lib.prepared import PreparedObjects

pytestmark = pytest.mark.django_db


def test_rows_are_objects_with_their_related_objects(django_assert_num_queries):
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
    with django_assert_num_queries(1):  # a column that was not read
        assert found.user.username == user.username


def test_a_statement_without_matches_returns_no_rows():
    asked = PreparedObjects(Membership.objects.filter(user=-1), "bigint", related={"user": ()})
    assert asked.rows([0]) == []
