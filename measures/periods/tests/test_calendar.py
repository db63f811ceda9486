"""The working-day calendar: set or reset one day, import a year."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from lib import enqueue
from lib.errors import DomainError
from measures.lights.refresh import refresh_all_lights
from measures.models import Measure, Workday
from measures.notice.load import load_workdays
from measures.periods.calendar import (
    CALENDAR_SOURCE,
    clear_workday,
    import_days,
    import_published,
    set_workday,
)
from measures.rules.calendar_list import Day
from measures.tests.asking import only_event
from measures.tests.factories import NOW, TODAY, make_period

pytestmark = pytest.mark.django_db
FESTIVAL = date(2027, 10, 1)  # a Friday
SATURDAY = date(2027, 10, 9)
NOTICE = "国办发明电〔2026〕9号"


def set_day(by, day=FESTIVAL, is_workday=False, name="国庆节", source=NOTICE):
    return set_workday(day, by=by, is_workday=is_workday, name=name, source=source, at=NOW)


def bring_in(by, *days, year=2027):
    return import_days(days, by=by, source=NOTICE, year=year, at=NOW)


def calendar():
    return Workday.objects.as_calendar()


def test_a_day_is_taken_off_and_another_put_on(people):
    set_day(people.coordinator)
    set_day(people.coordinator, SATURDAY, is_workday=True, name="国庆节调休")
    assert calendar() == {FESTIVAL: False, SATURDAY: True}


def test_setting_it_again_changes_its_words(people):
    set_day(people.coordinator)
    again = set_day(people.coordinator, name="国庆")
    assert Workday.objects.get().name == again.name == "国庆"


def test_what_monday_to_friday_says_already_is_refused(people):
    with pytest.raises(DomainError, match="2027-10-09按周一至周五本来就是休息"):
        set_day(people.coordinator, SATURDAY)
    with pytest.raises(DomainError, match="2027-10-01按周一至周五本来就是上班"):
        set_day(people.coordinator, is_workday=True)


def test_a_source_is_needed(people):
    with pytest.raises(ValidationError):
        set_day(people.coordinator, source="")


def test_a_day_is_given_back(people):
    clear_workday(set_day(people.coordinator), by=people.coordinator, at=NOW)
    assert calendar() == {}


def test_each_leaves_an_event(people):
    row = Workday.objects.create(date=FESTIVAL, is_workday=False, source="旧")
    clear_workday(row, by=people.coordinator, at=NOW)
    assert only_event().sentence == ("工作日历撤销设定“2027-10-01 休息”，恢复周一至周五。")


def test_lights_are_worked_out_anew_and_no_stored_date_moves(
    measure, people, monkeypatch, django_capture_on_commit_callbacks
):
    period = make_period()
    before = type(period).objects.values().get()
    refresh_all_lights(on=TODAY)
    enqueued = []
    monkeypatch.setattr(enqueue, "enqueue", enqueued.append)
    with django_capture_on_commit_callbacks(execute=True):
        set_day(people.coordinator, period.due_on)
    # Forgotten in the transaction, kept again by a worker; pages work them out in between.
    assert Measure.objects.get().light_on < TODAY
    assert enqueued == ["measures.tasks.refresh_lights"]
    assert type(period).objects.values().get() == before


def test_a_year_comes_from_the_library(people):
    load_workdays()
    known = calendar()
    Workday.objects.filter(date__year=2026, date__month__gte=5).delete()
    Workday.objects.filter(date=date(2026, 1, 1)).update(name="错")
    import_published(2026, by=people.coordinator, at=NOW)
    assert calendar() == known
    assert Workday.objects.get(date=date(2026, 1, 1)).source == CALENDAR_SOURCE
    assert only_event().action == "workday.import"


def test_a_year_that_the_library_does_not_have_is_refused(people):
    with pytest.raises(DomainError, match="还没有2050年的放假安排"):
        import_published(2050, by=people.coordinator, at=NOW)


def test_a_list_adds_and_mends_and_leaves_what_it_does_not_name(people):
    set_day(people.coordinator)
    set_day(people.coordinator, date(2027, 1, 1), name="元旦")
    changed = bring_in(
        people.coordinator, Day(FESTIVAL, False, "国庆节假期"), Day(SATURDAY, True, "调休")
    )
    assert changed == 2
    assert calendar() == {FESTIVAL: False, SATURDAY: True, date(2027, 1, 1): False}


def test_a_weekend_within_a_holiday_is_not_stored_and_undoes_what_was_said(people):
    set_day(people.coordinator, SATURDAY, is_workday=True)
    assert bring_in(people.coordinator, Day(SATURDAY, False, "国庆节")) == 1
    assert calendar() == {}


def test_the_same_list_again_changes_nothing_and_leaves_no_event(people):
    days = [Day(FESTIVAL, False, "国庆节")]
    assert [bring_in(people.coordinator, *days), bring_in(people.coordinator, *days)] == [1, 0]
    assert only_event().after == {"days": 1, "source": NOTICE}


def test_an_unfit_day_takes_all_of_the_list_back(people):
    with pytest.raises(ValidationError):
        bring_in(people.coordinator, Day(FESTIVAL, False, ""), Day(SATURDAY, True, "长" * 41))
    assert calendar() == {}


def test_a_year_in_hand_is_not_loaded_over_at_the_next_start(people):
    load_workdays()
    clear_workday(Workday.objects.first(), by=people.coordinator, at=NOW)
    assert load_workdays() == 0


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_keep_it(people, who):
    by = getattr(people, who)
    row = Workday.objects.create(date=FESTIVAL, is_workday=False, source="通知")
    for call in (
        lambda: set_day(by),
        lambda: clear_workday(row, by=by, at=NOW),
        lambda: import_published(2026, by=by, at=NOW),
        lambda: import_published(2050, by=by, at=NOW),
        lambda: bring_in(by, Day(FESTIVAL, False, "")),
    ):
        with pytest.raises(PermissionDenied):
            call()
