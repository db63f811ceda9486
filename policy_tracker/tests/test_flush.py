"""Rows that a test has committed are removed before the next one, however many there are."""

import pytest
from django.core.management import call_command
from django.db import connection

from agencies.models import Event
from measures.tests.rows import dump_rows, tables
from policy_tracker.tests.postgresql import base


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("large", "is_truncated"), [(base.LARGE, False), (0, True)], ids=["little", "much"]
)
def test_no_row_is_left_and_much_leaves_no_file_either(
    real_notice, monkeypatch, large, is_truncated
):
    assert Event.objects.exists()  # protected by triggers and foreign keys
    monkeypatch.setattr(base, "LARGE", large)
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    assert dump_rows() == {}
    assert (bytes_of_all_tables() == 0) == is_truncated


def bytes_of_all_tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_relation_size(name::regclass)) FROM unnest(%s) AS name", [tables()]
        )
        return int(cursor.fetchone()[0])
