"""Rows made of rows by the database itself, and many written at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, TextField, Value

from agencies.models import Agency, AgencyAlias
from agencies.tests.factories import make_agency
from lib.inserting import insert_from, insert_rows, update_fields, upsert_rows
from lib.prepared import reading_from
from measures.models import Measure

pytestmark = pytest.mark.django_db


def alias_all(rows=None):
    rows = Agency.objects.order_by("order") if rows is None else rows
    return insert_from(AgencyAlias, rows, agency=F("pk"), text=F("code"))


def aliases():
    return list(AgencyAlias.objects.order_by("pk").values_list("agency__code", "text"))


def test_each_row_is_inserted_in_order():
    second, first = make_agency(order=2), make_agency(order=1)
    assert alias_all() == 2
    assert aliases() == [(first.code, first.code), (second.code, second.code)]


def test_existing_rows_are_skipped():
    make_agency()
    assert (alias_all(), alias_all()) == (1, 0)
    make_agency()
    assert alias_all() == 1


def test_no_rows_insert_nothing():
    assert alias_all(Agency.objects.filter(code="nobody")) == 0


def test_a_constraint_refuses_the_whole_insert():
    make_agency()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_from(
            AgencyAlias, Agency.objects.all(), agency=F("pk"), text=Value(None, TextField())
        )
    assert aliases() == []


def test_some_fields_of_many_rows_are_updated_at_once(real_notice, django_assert_num_queries):
    first, second, other = Measure.objects.order_by("pk")[:3]
    for row in (first, second):
        row.light_since, row.light_worst = date(2026, 11, row.pk % 9 + 1), Decimal("2.5")
        row.light_findings, row.light_sentence = [{"cause": "“'%s”"}], f"第{row.pk}项"
        row.light_filing, row.title = None, "不写"
    fields = ("light_since", "light_worst", "light_findings", "light_sentence", "light_filing")
    with django_assert_num_queries(1):
        update_fields([first, second], fields)
        update_fields([], fields)
    for row in (first, second):
        found = Measure.objects.get(pk=row.pk)
        assert [getattr(found, name) for name in fields] == [getattr(row, name) for name in fields]
        assert found.title != "不写"
    assert Measure.objects.get(pk=other.pk).light_sentence == other.light_sentence


def test_new_rows_are_inserted_at_once_and_get_their_keys(django_assert_num_queries):
    agency = make_agency()
    texts = ["“'%s”", "\n100% \\"]
    rows = [AgencyAlias(agency=agency, text=one, valid_from=date(2026, 1, 2)) for one in texts]
    with django_assert_num_queries(1):
        insert_rows(rows)
        insert_rows([])
    told = ("pk", "agency", "text", "valid_from", "valid_to")
    found = AgencyAlias.objects.order_by("pk").values_list(*told)
    assert list(found) == [(one.pk, agency.pk, one.text, one.valid_from, None) for one in rows]


def test_a_page_that_reads_from_a_replica_writes_to_the_primary():
    agency = make_agency()
    with reading_from("no such database"):
        insert_rows([AgencyAlias(agency=agency, text="别名")])
    assert aliases() == [(agency.code, "别名")]


def test_only_the_named_fields_of_existing_rows_are_updated(django_assert_num_queries):
    there, new = make_agency(full_name="甲", order=5), {"code": "new", "order": 7}
    row = {field.name: getattr(there, field.attname) for field in Agency._meta.concrete_fields}
    del row["id"]
    rows = [row | {"full_name": "乙“'%s”", "order": 6}, row | new]
    upsert_rows(Agency, rows[1:], ["code"], ["order"])
    with django_assert_num_queries(1):
        upsert_rows(Agency, rows, ["code"], ["order"])
    there.refresh_from_db()
    assert (there.full_name, there.order) == ("甲", 6)
    assert Agency.objects.get(code="new").order == 7
    upsert_rows(Agency, [], ["code"], ["order"])
