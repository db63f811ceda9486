"""Events past their retention are removed seal by seal, and the rest still verifies."""

import os
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agencies.audit.retention import check_retention, drop_before, newest_month_to_drop_before
from agencies.audit.seals import seal_events
from agencies.audit.tests.test_seals import write_events
from agencies.audit.tests.test_verification import as_owner
from agencies.audit.verification import verify
from agencies.models import Event, Seal
from agencies.tests.factories import NOW
from lib.errors import DomainError
from policy_tracker.app_role import grant_to

pytestmark = pytest.mark.django_db
NOVEMBER = date(2023, 11, 1)


@pytest.fixture
def old() -> list[int]:
    """Create a seal of October 2023 in two parts, one of November, and one of today."""
    ids = []
    for at in (NOW.replace(year=2023, month=10), NOW.replace(year=2023), NOW):
        ids += [event.pk for event in write_events(3)]
        seal_events(at=at, most=2)
    return ids


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 11, 30), 36, NOVEMBER),
        (date(2026, 11, 1), 36, NOVEMBER),
        (date(2026, 1, 31), 6, date(2025, 7, 1)),
        (date(2026, 6, 1), 6, date(2025, 12, 1)),
        (date(2026, 6, 1), 1, date(2025, 12, 1)),  # never less than the law requires
    ],
)
def test_the_months_that_are_kept(settings, on, months, expected):
    settings.AUDIT_KEEP_MONTHS = months
    assert newest_month_to_drop_before(on) == expected


def test_less_than_the_law_asks_for_is_an_error(settings):
    assert not check_retention()
    settings.AUDIT_KEEP_MONTHS = 5
    assert [one.id for one in check_retention()] == ["agencies.E006"]


def test_what_was_sealed_before_goes_and_the_rest_verifies(old):
    last = Seal.objects.get(number=2)
    assert drop_before(NOVEMBER, at=NOW) == (3, 2)
    assert list(Seal.objects.values_list("number", flat=True)) == [3, 4, 5, 6]
    assert Event.objects.order_by("pk").first().pk == old[3]
    event = Event.objects.get(action="audit.drop")
    assert event.sentence == "清除2023-11以前封存的3条审计记录、2个封存。"
    assert (event.after["last_seal"], event.after["digest"]) == (2, last.digest)
    seal_events(at=NOW)
    found = verify()
    assert (found.fault, found.seals, found.unsealed) == (None, 5, 0)


def test_dropping_without_an_event_is_a_fault(old):
    drop_before(NOVEMBER, at=NOW)
    as_owner("DELETE FROM agencies_event WHERE action = 'audit.drop'")
    assert verify().fault.words == "封存1不见了，其后是封存3。"


def test_the_newest_seal_stays(old):
    later = NOW + timedelta(days=365 * 5)
    assert drop_before(date(2028, 1, 1), at=later).seals == 5
    assert Seal.objects.get().number == 6


def test_nothing_to_drop_is_no_event(old):
    assert drop_before(date(2023, 1, 1), at=NOW) == (0, 0)
    assert not Event.objects.filter(action="audit.drop")


def test_a_month_that_must_be_kept_is_refused(old):
    with pytest.raises(DomainError, match="^2023-11起的审计记录须保留"):
        drop_before(date(2023, 12, 1), at=NOW)


def test_a_trail_that_differs_is_not_touched_and_that_is_an_event(old):
    as_owner(f"UPDATE agencies_event SET sentence = '别的。' WHERE id = {old[8]}")
    with pytest.raises(DomainError, match=f"核验不符，不能清除：审计记录{old[8]}被改动"):
        drop_before(NOVEMBER, at=NOW)
    assert Event.objects.filter(pk=old[0]).exists()
    assert Event.objects.last_verification().get().action == "audit.broken"


def test_only_the_owner_of_the_table_may(old):
    role = f"drops_in_test_{os.getpid()}"
    grant_to(role)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        try:
            with pytest.raises(CommandError, match="须以数据表所有者"):
                call_command("drop_audit", "--before=2020-01")
        finally:
            cursor.execute("RESET ROLE")
