"""What the rows of an installed version become in a migration that changes their table."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from measures.models import ClosingRequest, DueDateRequest, OverrideRequest
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    make_dated_measure,
    make_measure,
    make_user,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_override,
)


def migrate_to_the_newest():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def before_one_base(transactional_db):
    """Back to the tables of the version before the requests to the chief had one base."""

    def back():
        MigrationExecutor(connection).migrate([("measures", "0011_filing_due_with_period")])

    yield back
    migrate_to_the_newest()


def rows():
    models = (DueDateRequest, ClosingRequest, OverrideRequest)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_requests_keep_every_value_in_the_tables_of_one_base(before_one_base):
    """A light set by hand also gets the lead that its table let it miss."""
    for state in ("open", "agreed", "refused", "withdrawn"):
        make_due_date_request(make_dated_measure(), state=state)
        make_closing_request(make_measure(), state=state)
        make_override(state=state)
    make_due_date_request(make_dated_measure(), state="passed", to_on=TODAY)
    again = {"reopened_by": make_user(), "reopened_at": NOW, "reopened_reason": "又有任务。"}
    make_closing_request(make_measure(), state="reopened", **again)
    ended = {"ended_by": make_user(), "ended_on": TODAY, "end_reason": "已补报。"}
    make_override(state="ended", **ended)
    unled = make_override(agency=commission(), agency_name=commission().short_name)
    unled.measure.responsibilities.all().delete()
    expected = rows()
    before_one_base()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE measures_overriderequest SET agency_id = NULL, agency_name = ''")
    migrate_to_the_newest()
    assert rows() == expected
