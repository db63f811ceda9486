"""Rows copied out of the database come back unchanged, and constraints apply to them again."""

import pytest
from django.db import DatabaseError, connection

from agencies.models import Agency, Event
from measures.tests.factories import make_agency
from measures.tests.rows import dump_rows, restore_rows, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def _put_back(real_notice: None) -> None:
    taken = dump_rows()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables())}")
    assert dump_rows() == {}
    restore_rows(taken)
    assert dump_rows() == taken


@pytest.mark.usefixtures("_put_back")
def test_new_rows_are_numbered_after_those_put_back() -> None:
    known = set(Agency.objects.values_list("pk", flat=True))
    assert known
    assert make_agency().pk > max(known)


@pytest.mark.usefixtures("_put_back")
def test_triggers_guard_the_rows_put_back() -> None:
    with pytest.raises(DatabaseError, match="pgtrigger"):
        Event.objects.update(sentence="另一句。")
