"""Making a filing period."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from measures.actions.notice import load_workdays
from measures.actions.periods import create_period
from measures.choices import PeriodState
from measures.models import Filing, Period
from measures.rules.periods import Quarter
from measures.tests.actions.asking import only_event
from measures.tests.factories import NOW, make_notice

pytestmark = pytest.mark.django_db


def create(by, number=3, **fields):
    quarter = Quarter(2026, number)
    return create_period(make_notice(), by=by, quarter=quarter, at=NOW, **fields)


def test_a_quarters_days_follow_from_the_calendar(people):
    load_workdays()
    period = create(people.coordinator)
    assert (period.label, period.slice_label, period.state) == (
        "2026年前三季度",
        "三季度",
        PeriodState.DRAFT,
    )
    assert (period.covers_from, period.covers_to) == (date(2026, 7, 1), date(2026, 9, 30))
    assert period.cumulative_from == date(2026, 1, 1)
    assert period.opens_on == date(2026, 9, 30)
    assert period.due_on == date(2026, 10, 13)  # over National Day, 10 October is worked
    assert period.closes_on == date(2026, 10, 27)
    assert not Filing.objects.exists()


def test_another_due_date_may_be_given(people):
    period = create(people.coordinator, due_on=date(2026, 10, 16))
    assert (period.due_on, period.closes_on) == (date(2026, 10, 16), date(2026, 10, 30))


def test_one_event_is_left(people):
    create(people.coordinator, due_on=date(2026, 10, 16))
    event = only_event()
    assert event.action == "period.create"
    assert event.sentence == "新建填报期“2026年前三季度”，2026-10-16截止。"
    assert event.after == {"due_on": "2026-10-16", "closes_on": "2026-10-30"}


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_make_periods(people, who):
    with pytest.raises(PermissionDenied):
        create(getattr(people, who))


def test_the_same_quarter_is_refused(people):
    create(people.coordinator)
    with pytest.raises(ValidationError, match="这一时段已有同类填报期。"):
        create(people.coordinator)
    assert Period.objects.count() == 1


def test_the_next_quarter_is_not(people):
    create(people.coordinator)
    create(people.coordinator, 4)
    assert [p.label for p in Period.objects.newest_first()] == ["2026年全年", "2026年前三季度"]
