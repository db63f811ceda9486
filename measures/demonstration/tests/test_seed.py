"""The demonstration shows everything the product can show, whatever day it is loaded."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from agencies.models import Event, User
from agencies.permissions import Role
from lib.errors import DomainError
from lib.workdays import workdays_between
from measures.choices import Light, PeriodState
from measures.demonstration.schedule import spans
from measures.demonstration.seed import load_demonstration, may_load
from measures.lights.current import kept_verdict, work_out
from measures.models import Measure, Notice, Period, Workday
from measures.periods.actions import create_period
from measures.rules.periods import Quarter
from measures.tests.factories import make_user

pytestmark = pytest.mark.django_db
DAYS = (  # a day without a published calendar is in the test of `prepare --demo`
    date(2026, 1, 2),  # a holiday just after the year's end
    date(2026, 2, 16),  # spring festival
    date(2026, 3, 31),  # a quarter's last day
    date(2026, 10, 8),  # the first working day after a long holiday
    date(2026, 10, 19),  # the due date by rule was a few working days ago
)
USUAL = date(2026, 11, 23)


def morning_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo("Asia/Shanghai"))


def load(day: date = USUAL) -> None:
    load_demonstration(on=day, at=morning_of(day))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_on_any_day_it_shows_all_colours_and_nothing_that_has_not_happened_yet(real_notice, day):
    load(day)
    demand_the_whole_story(day)
    demand_nothing_still_to_come(day)


def demand_nothing_still_to_come(day: date) -> None:
    """Check that the first notice's events are in order and before today."""
    mark = Event.objects.filter(action="notice.demonstrate").order_by("id")[0]
    played = Event.objects.filter(id__lte=mark.pk).exclude(action="notice.load").order_by("id")
    moments = list(played.values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] == morning_of(day)  # the mark; everything else was before today
    assert moments[-2] < morning_of(day) - timedelta(hours=8)


def demand_the_whole_story(day: date) -> None:
    first = Notice.objects.order_by("pk")[0]
    measures = list(Measure.objects.filter(notice=first).select_related("notice"))
    found = {light: {m.ordinal for m in measures if m.light == light} for light in Light}
    assert found == {
        Light.RED: {10, 13},
        Light.YELLOW: {1, 2, 3, 4, 5, 7, 14, 17},
        Light.GREEN: {6, 16},
        Light.WAITING: {12},
        Light.GREY: {8, 9, 11, 15},
    }
    assert {m.ordinal: m.computed_light for m in measures if m.light_until} == {14: Light.RED}
    causes = {m.ordinal: m.light_cause for m in measures}
    assert {causes[n] for n in (10, 13)} == {"lead_silent", "lead_overdue"}
    assert all(m.light_sentence and m.light_on == day for m in measures)
    verdicts = work_out(measures, on=day)
    assert all(verdicts[m.pk] == kept_verdict(m) for m in measures)
    assert all(m.light_since is not None and m.light_since <= day for m in measures)

    newest, middle, oldest = first.periods.newest_first()
    assert [p.state for p in (oldest, middle, newest)] == ["closed", "closed", "open"]
    assert all(p.covers_to < p.due_on for p in (oldest, middle, newest))
    assert newest.due_on < day < newest.closes_on
    assert 1 <= workdays_between(newest.due_on, day, Workday.objects.as_calendar()) <= 5
    assert oldest.closed_at < middle.opened_at < middle.closed_at < newest.opened_at


def test_it_is_refused_beside_real_people_and_periods(real_notice, now):
    assert may_load()
    coordinator = make_user(Role.COORDINATOR)
    with pytest.raises(DomainError):
        load()
    create_period(real_notice, by=coordinator, covering=Quarter(2026, 3), at=now)
    assert not may_load()
    real_notice.refresh_from_db()
    assert real_notice.demonstrated_at is None
    assert User.objects.get() == coordinator


def test_it_is_refused_where_the_notice_is_too_young(real_notice):
    with pytest.raises(DomainError, match="三个完整季度"):
        load(date(2019, 4, 30))
    assert not User.objects.exists()


def test_it_is_refused_where_there_is_no_notice():
    with pytest.raises(DomainError, match="请先载入文件"):
        load()


def test_the_command_loads_the_notice_too_and_takes_a_day(db, capsys):
    """The day is four working days into a quarter."""
    call_command("seed_demo", "--on", "2026-07-06")
    assert "演示数据已载入" in capsys.readouterr().out
    first, second = Notice.objects.order_by("pk")
    judged = Measure.objects.filter(light_on=date(2026, 7, 6))
    assert judged.filter(notice=first).count() == 17
    assert judged.filter(notice=second).count() == 6
    demand_the_whole_story(date(2026, 7, 6))
    opened = Period.objects.filter(state=PeriodState.OPEN)
    assert [one.label for one in opened] == ["2026年上半年"] * 2


def test_the_due_date_by_rule_is_kept_where_it_is_late_enough(real_notice):
    calendar = Workday.objects.as_calendar()
    assert spans(date(2026, 10, 19), calendar)[2].due_on == date(2026, 10, 13)
    assert spans(USUAL, calendar)[2].due_on == date(2026, 11, 18)
    assert spans(date(2026, 7, 6), calendar)[2].due_on == date(2026, 7, 1)
