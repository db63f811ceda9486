"""The role of pages and jobs can write the audit trail, but not change it."""

import os
from collections.abc import Iterator

import pgtrigger
import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.utils.timezone import now

from agencies.audit.seals import seal_events
from agencies.models import Event, User
from measures.tests.factories import make_user
from policy_tracker.app_role import grant_to

pytestmark = pytest.mark.django_db
ROLE = f"app_of_test_{os.getpid()}"  # roles belong to the server, so each process needs its own


def make_event() -> Event:
    return Event.objects.create(at=now(), actor_name="演示", action="user.edit", sentence="修改。")


@pytest.fixture
def as_app(db: None) -> Iterator[None]:
    """Create one event, then continue as the application's role."""
    make_event()
    grant_to(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def refused(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied|must be (owner|superuser)"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_it_can_write_all_that_the_product_writes(as_app):
    user = make_user()
    User.objects.filter(pk=user.pk).update(name="改名")
    user.delete()
    make_event()
    assert Event.objects.count() >= 2
    assert seal_events(at=now()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agencies_event SET sentence = ''",
        "DELETE FROM agencies_event",
        "TRUNCATE agencies_event",
        "UPDATE agencies_seal SET digest = ''",
        "DELETE FROM agencies_seal",
        "TRUNCATE agencies_seal",
        "ALTER TABLE agencies_seal DISABLE TRIGGER ALL",
        "DROP TABLE agencies_event",
        "ALTER TABLE agencies_event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE more (id int)",
    ],
)
def test_nothing_in_the_trail_can_be_changed_or_emptied(as_app, statement):
    refused(statement)
    assert Event.objects.count() >= 1


def test_not_even_if_the_trigger_is_told_to_ignore_it(as_app):
    with pgtrigger.ignore("agencies.Event:append_only"):
        refused("DELETE FROM agencies_event")


def test_the_trigger_refuses_the_owner_too(db):
    event = Event.objects.create(
        at=now(), actor_name="演示", action="user.create", sentence="新建。"
    )
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        event.delete()


def test_granting_twice_changes_nothing(as_app):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    grant_to(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    refused("DELETE FROM agencies_event")
