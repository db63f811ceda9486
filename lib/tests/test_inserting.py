"""Rows made of rows, by the database itself."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, TextField, Value

from agencies.models import Agency, AgencyAlias
from agencies.tests.factories import make_agency
from lib.inserting import insert_from

pytestmark = pytest.mark.django_db


def alias_all(rows=None):
    rows = Agency.objects.order_by("order") if rows is None else rows
    return insert_from(AgencyAlias, rows, agency=F("pk"), text=F("code"))


def aliases():
    return list(AgencyAlias.objects.order_by("pk").values_list("agency__code", "text"))


def test_one_row_for_each_in_their_order():
    second, first = make_agency(order=2), make_agency(order=1)
    assert alias_all() == 2
    assert aliases() == [(first.code, first.code), (second.code, second.code)]


def test_what_is_there_already_is_left_out():
    make_agency()
    assert (alias_all(), alias_all()) == (1, 0)
    make_agency()
    assert alias_all() == 1


def test_of_no_rows_none_is_made():
    assert alias_all(Agency.objects.filter(code="nobody")) == 0


def test_what_a_constraint_forbids_is_refused_as_a_whole():
    make_agency()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_from(
            AgencyAlias, Agency.objects.all(), agency=F("pk"), text=Value(None, TextField())
        )
    assert aliases() == []
