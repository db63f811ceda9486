"""The history of a light: a row for each change of cause, also for days without the job."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.choices import Light
from measures.filings import drafts, submission
from measures.lights import refresh as lights
from measures.lights.current import verdicts_for
from measures.models import LightChange, Measure
from measures.tests.cast import make_cast
from measures.tests.factories import (
    content,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
)

pytestmark = pytest.mark.django_db
RED, YELLOW, GREEN, WAITING, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.WAITING, Light.GREY
DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 13)  # the filing's due day; no holiday is near
MONDAY = date(2026, 11, 16)
OVERDUE = date(2026, 12, 14)  # the day on which the debt is 21 working days old


def history():
    """Return each run: first day, light, the first day's sentence and the worst one."""
    rows = LightChange.objects.order_by("on")
    words = [(row.sentence, row.worst_sentence) for row in rows]
    tails = [(first.split("三季度")[-1], worst.split("三季度")[-1]) for first, worst in words]
    return [(row.on, row.light, *tail) for row, tail in zip(rows, tails, strict=True)]


def late_filing(**fields):
    return make_filing(period=make_period(due_on=FRIDAY, opens_on=FRIDAY - 9 * DAY), **fields)


def file(filing, day, hour=9):
    """Submit the agency's note on a day."""
    people = make_cast(filing.agency)
    at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))
    drafts.save_note(filing, by=people.liaison, content=content(), revision=0, at=at)
    submission.submit_note(filing, by=people.liaison, at=at)
    return people


def test_the_first_judgement_is_the_first_row():
    make_dated_measure(due_on=MONDAY - DAY)
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    lights.refresh_all_lights(on=MONDAY)
    row = LightChange.objects.get()
    assert (row.on, row.light, row.label, row.cause) == (MONDAY, RED, "滞后", "overdue")
    assert row.sentence == row.worst_sentence == "应于2026-11-15完成，已逾期未完成"
    assert row.until is None
    assert not row.is_old_rule


def test_the_same_light_and_sentence_leave_no_row():
    make_dated_measure(due_on=MONDAY - DAY)
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    for n in range(3):
        lights.refresh_all_lights(on=MONDAY + n * DAY)
    assert LightChange.objects.count() == 1
    assert Measure.objects.get().light_on == MONDAY + 2 * DAY


def test_a_day_has_one_row_with_its_last_light():
    filing = late_filing()
    lights.refresh_all_lights(on=MONDAY)
    file(filing, MONDAY, hour=15)
    assert [(row.on, row.light) for row in LightChange.objects.all()] == [(MONDAY, WAITING)]


# One run, one cause -------------------------------------------------------------------------------


def night_by_night(first, last):
    for n in range((last - first).days + 1):
        lights.refresh_all_lights(on=first + n * DAY)


def all_at_once(first, last):
    lights.refresh_all_lights(on=first)
    lights.refresh_all_lights(on=last)


@pytest.mark.parametrize("judge", [night_by_night, all_at_once])
def test_a_count_that_grows_is_one_run_which_tells_the_worst(judge):
    """The worst is that of its last day, before the cause changes."""
    late_filing()
    judge(MONDAY, OVERDUE + 2 * DAY)
    assert history() == [
        (MONDAY, YELLOW, "进展未报，逾期1个工作日", "进展未报，逾期20个工作日"),
        (OVERDUE, RED, "进展未报，逾期21个工作日", "进展未报，逾期23个工作日"),
    ]


@pytest.mark.parametrize("judge", [night_by_night, all_at_once])
def test_another_debtor_is_the_same_run(judge):
    """市税务局 joins and 重庆海关 has filed: other agencies owe, from the first day to the last."""
    customs, tax = make_agency(name="重庆海关", order=2), make_agency(name="市税务局", order=3)
    measure = make_measure(others=(customs, tax))
    period = make_period(due_on=FRIDAY, opens_on=FRIDAY - 9 * DAY)
    make_filing(measure=measure, period=period, state="submitted")
    first = make_filing(measure=measure, period=period, agency=customs)
    make_filing(measure=measure, period=period, agency=tax, due_on=FRIDAY + DAY)
    judge(date(2026, 11, 23), date(2026, 11, 25))
    file(first, date(2026, 11, 26))
    assert [(on, light) for on, light, *_ in history()] == [(date(2026, 11, 23), YELLOW)]
    row = LightChange.objects.get()
    assert row.sentence == "重庆海关三季度进展未报，逾期6个工作日"
    assert row.worst_sentence == "重庆海关三季度进展未报，逾期9个工作日"
    assert Measure.objects.get().light_sentence == "市税务局三季度进展未报，逾期9个工作日"


def test_the_row_keeps_the_worst_though_it_gets_less_bad():
    """The plan expects 31.9 percent on Monday."""
    start = date(2026, 1, 1)
    make_dated_measure(starts_on=start, due_on=start + 1000 * DAY, percent=15)
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    for n, percent in enumerate((15, 5, 15)):
        Measure.objects.update(percent=percent)
        lights.refresh_all_lights(on=MONDAY + n * DAY)
    row = LightChange.objects.get()
    assert row.sentence == "实际进度15%，低于序时进度16.9个百分点"
    assert row.worst_sentence == "实际进度5%，低于序时进度27.0个百分点"
    assert row.severity == Decimal("27.0")


def test_each_cause_is_a_run_of_its_own():
    """Late, waiting, withdrawn: three runs, though two are yellow."""
    filing = late_filing()
    lights.refresh_all_lights(on=MONDAY)
    people = file(filing, MONDAY + DAY)
    at = datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    submission.withdraw_note(filing, by=people.liaison, at=at)
    assert [row.cause for row in LightChange.objects.order_by("on")] == [
        "lead_late",
        "waiting",
        "withdrawn",
    ]


# Since when ---------------------------------------------------------------------------------------


def test_since_is_the_facts_own_day_or_else_the_first_of_the_run():
    late_filing()
    lights.refresh_all_lights(on=MONDAY + 3 * DAY)
    measure = Measure.objects.get()
    assert measure.light_since == FRIDAY + DAY  # the first day of the debt
    assert measure.light_run_on == MONDAY + 3 * DAY  # the first day on which it was judged


@pytest.mark.parametrize("judge", [night_by_night, all_at_once])
def test_what_has_no_day_of_its_own_counts_from_its_run(judge):
    """Being behind the plan: from the day on which the gap was first found."""
    start = date(2026, 1, 1)
    measure = make_dated_measure(starts_on=start, due_on=start + 1000 * DAY, percent=22)
    period = make_period(due_on=FRIDAY, opens_on=FRIDAY)
    make_filing(measure=measure, period=period, state="submitted")
    first = start + 320 * DAY  # the plan expects 32 percent
    judge(first - DAY, first + 2 * DAY)
    measure.refresh_from_db()
    assert (measure.light_cause, measure.light_since) == ("behind", first)
    later = verdicts_for([measure], on=first + 5 * DAY)[measure.pk]
    assert later.since == first  # also where a page works it out, before the night


def test_the_worst_of_a_run_is_forgotten_with_the_run():
    filing = late_filing()
    lights.refresh_all_lights(on=MONDAY + 3 * DAY)
    assert Measure.objects.get().light_worst > 0
    file(filing, MONDAY + 4 * DAY)
    measure = Measure.objects.get()
    assert (measure.light_worst, measure.light_run_on) == (0, MONDAY + 4 * DAY)


# Days that were missed ----------------------------------------------------------------------------


def test_a_missed_month_is_made_up_for_and_turns_red_on_its_day():
    """20 working days late on Friday the 11th, 21 on Monday the 14th; down from 17 November."""
    late_filing()
    lights.refresh_all_lights(on=MONDAY)
    back = OVERDUE + 2 * DAY
    (verdict,) = verdicts_for(Measure.objects.all(), on=back).values()
    assert verdict.light == RED  # at once, before the job has run
    lights.refresh_all_lights(on=back)
    assert [(on, light) for on, light, *_ in history()] == [(MONDAY, YELLOW), (OVERDUE, RED)]


@pytest.mark.parametrize("days", [3, 2, 1])
def test_it_turns_red_on_the_same_day_wherever_the_outage_began(days):
    late_filing()
    for on in (OVERDUE - days * DAY, OVERDUE + DAY):
        lights.refresh_all_lights(on=on)
    assert LightChange.objects.filter(light=RED).earliest("on").on == OVERDUE


def test_a_date_that_passed_in_the_missed_week():
    make_dated_measure(due_on=date(2026, 11, 18), percent=100)
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    lights.refresh_all_lights(on=MONDAY)
    lights.refresh_all_lights(on=MONDAY + 7 * DAY)
    assert [(on, light) for on, light, *_ in history()] == [
        (MONDAY, YELLOW),  # 还有2个工作日, …, 今日到期: one cause
        (date(2026, 11, 19), RED),
    ]


def test_what_was_filed_after_an_outage_was_not_yet_filed_before():
    """The action runs first, then the job: the days between get their own lights."""
    filing = late_filing()
    lights.refresh_all_lights(on=FRIDAY)
    file(filing, OVERDUE + 2 * DAY)
    assert [(on, light) for on, light, *_ in history()] == [
        (FRIDAY, GREY),
        (FRIDAY + DAY, YELLOW),
        (OVERDUE, RED),
        (OVERDUE + 2 * DAY, WAITING),
    ]


def test_a_long_outage_is_gone_through_as_far_as_a_quarter_back():
    late_filing()
    lights.refresh_all_lights(on=FRIDAY)
    back = FRIDAY + 200 * DAY
    lights.refresh_all_lights(on=back)
    days = LightChange.objects.exclude(on=FRIDAY)
    assert days.earliest("on").on == back - lights.MISSED_MOST * DAY
    assert Measure.objects.get().light == RED


def test_judging_an_earlier_day_again_writes_no_history():
    late_filing()
    lights.refresh_all_lights(on=date(2026, 11, 25))
    lights.refresh_all_lights(on=MONDAY)
    assert [on for on, *_ in history()] == [date(2026, 11, 25)]


def test_a_second_run_on_the_same_day_writes_nothing():
    late_filing()
    make_dated_measure(due_on=MONDAY)
    lights.refresh_all_lights(on=MONDAY)
    with CaptureQueriesContext(connection) as queries:
        lights.refresh_all_lights(on=MONDAY)
    assert not [q for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))]


def test_an_unchanged_light_costs_one_update_for_all():
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    for _ in range(5):
        make_measure(starts_on=MONDAY + 30 * DAY)
    lights.refresh_all_lights(on=MONDAY)
    with CaptureQueriesContext(connection) as queries:
        lights.refresh_all_lights(on=MONDAY + DAY)
    written = [q["sql"] for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(written) == 1
    assert "light_on" in written[0]
    assert "light_sentence" not in written[0]


def test_what_is_kept_for_a_day_can_be_doubted():
    late_filing()
    lights.refresh_all_lights(on=MONDAY)
    lights.doubt_lights(on=MONDAY)
    assert Measure.objects.get().light_on == MONDAY - DAY
    lights.refresh_all_lights(on=MONDAY)
    assert Measure.objects.get().light_on == MONDAY
    assert LightChange.objects.count() == 1
