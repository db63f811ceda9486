"""Connections to the database: what limits how long a page waits for a machine that is gone."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_machine_that_is_gone_without_a_word_is_noticed_in_seconds():
    connection.ensure_connection()
    limits = connection.connection.get_dsn_parameters()
    assert int(limits["connect_timeout"]) <= 5
    assert int(limits["tcp_user_timeout"]) <= 20_000  # milliseconds: somebody waits for an answer
    keepalive = {name: int(limits[f"keepalives_{name}"]) for name in ("idle", "interval", "count")}
    assert keepalive["idle"] + keepalive["interval"] * keepalive["count"] <= 30
