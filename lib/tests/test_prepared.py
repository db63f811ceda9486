"""A prepared statement: planned once a connection, and the same rows as a plain one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from lib.prepared import Argument, Prepared

pytestmark = pytest.mark.django_db

ECHO = "SELECT %s::text || %s, %s"


@pytest.fixture
def echo():
    return Prepared(ECHO, ["100% '", Argument(1), Argument(0)], types=["bigint", "text"])


def planned():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ '100%'")
        return cursor.fetchone()[0]


def test_each_run_brings_its_values_and_only_the_first_prepares(echo, django_assert_num_queries):
    before = planned()
    with django_assert_num_queries(2):
        assert echo.rows([1, "a"]) == [("100% 'a", 1)]
        assert echo.rows([2, "'; --"]) == [("100% ''; --", 2)]
    assert planned() == before + 1


def test_a_value_that_no_part_asks_for_is_left_aside():
    assert Prepared("SELECT 1", [], types=["bigint"]).rows([7]) == [(1,)]


def test_another_connection_prepares_for_itself(echo):
    def rows():
        try:
            return echo.rows([2, "b"]), planned()
        finally:
            connection.close()

    echo.rows([1, "a"])
    with ThreadPoolExecutor() as pool:
        assert pool.submit(rows).result() == ([("100% 'b", 2)], 1)


def test_behind_a_pooler_it_is_asked_plainly(echo, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    before = planned()
    assert echo.rows([1, "a"]) == [("100% 'a", 1)]
    assert planned() == before


def test_its_plan_is_made_for_any_values(echo):
    echo.rows([1, "a"])
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)
