"""A prepared statement: planned once a connection, and the same rows as a plain one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F, OuterRef
from django.forms import model_to_dict

from agencies.models import Agency
from agencies.tests.factories import make_agency
from lib.arrays import array_of
from lib.prepared import OWN, Argument, Prepared, PreparedObjects, prepared
from measures.models import Gap, Measure

pytestmark = pytest.mark.django_db

ECHO = "SELECT %s::text || %s, %s"
OF_THE_ECHO = "FROM pg_prepared_statements WHERE statement ~ '100%'"


@pytest.fixture
def echo():
    return Prepared(ECHO, ["100% '", Argument(1), Argument(0)], types=["bigint", "text"])


def planned():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {OF_THE_ECHO}")
        return cursor.fetchone()[0]


def test_each_run_passes_values_and_only_the_first_prepares(echo, django_assert_num_queries):
    before = planned()
    with django_assert_num_queries(2):
        assert echo.rows([1, "a"]) == [("100% 'a", 1)]
        assert echo.rows([2, "'; --"]) == [("100% ''; --", 2)]
    assert planned() == before + 1


def test_a_value_that_is_not_used_is_ignored():
    assert Prepared("SELECT 1", [], types=["bigint"]).rows([7]) == [(1,)]


def test_a_number_too_large_for_a_column_finds_nothing():
    statement = prepared(Agency.objects.filter(pk=-1).values_list("pk"), "bigint")
    assert statement.rows([2**63]) == []
    assert statement.rows([2**63 - 1]) == []


def test_a_value_can_be_part_of_the_plan(echo):
    known = Prepared(ECHO, ["100% '", Argument(1), Argument(-1 - OWN)], types=["bigint", "text"])
    assert known.planned_for(7).rows([1, "a"]) == [("100% 'a", 7)]
    assert known.planned_for(8).rows([1, "a"]) == [("100% 'a", 8)]


def test_a_value_of_a_queryset_of_objects_can_be_part_of_the_plan():
    agency = make_agency()
    statement = PreparedObjects(Agency.objects.filter(pk=OWN))
    assert statement.planned_for(agency.pk).rows([]) == [agency]
    assert statement.planned_for(agency.pk + 1).rows([]) == []


def test_each_connection_prepares_the_statement(echo):
    def rows():
        try:
            return echo.rows([2, "b"]), planned()
        finally:
            connection.close()

    echo.rows([1, "a"])
    with ThreadPoolExecutor() as pool:
        assert pool.submit(rows).result() == ([("100% 'b", 2)], 1)


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_while_preparing_raises_djangos_error(echo):
    """By which the pages know that the database is away, and answer 503 and no 500."""
    connection.ensure_connection()
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(_terminate, connection.connection.info.backend_pid).result()
    with pytest.raises(OperationalError):
        echo.rows([1, "a"])
    connection.close()
    assert echo.rows([1, "a"]) == [("100% 'a", 1)]


def _terminate(process: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    connection.close()


def test_behind_a_pooler_the_statement_is_sent_as_text(echo, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    before = planned()
    assert echo.rows([1, "a"]) == [("100% 'a", 1)]
    assert planned() == before


def test_the_plan_is_generic_even_after_a_rollback(echo):
    with transaction.atomic():
        echo.rows([1, "a"])
        transaction.set_rollback(True)
    for number in range(3):
        echo.rows([number, "b"])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT generic_plans, custom_plans {OF_THE_ECHO} ORDER BY prepare_time")
        assert cursor.fetchall()[-1] == (4, 0)


def test_an_empty_queryset_has_no_rows():
    assert prepared(Agency.objects.none().values_list("pk"), "bigint").rows([1]) == []


def test_rows_are_read_like_those_of_the_queryset(real_notice):
    gaps = array_of(Gap.objects.filter(measure=OuterRef("pk")).order_by("pk"), "id", "kind")
    rows = Measure.objects.annotate(gaps_found=gaps, number=F("ordinal")).order_by("pk")
    plain = list(rows.select_related("notice", "light_filing"))
    beside = {"notice": (), "light_filing": ()}
    whole = PreparedObjects(rows, "bigint", related=beside, added=("gaps_found", "number"))
    found = whole.rows([1])
    assert [_told(one) for one in found] == [_told(one) for one in plain]
    assert any(one.gaps_found for one in found)


def _told(measure):
    beside = model_to_dict(measure.notice), measure.light_filing
    return model_to_dict(measure), *beside, measure.gaps_found, measure.number
