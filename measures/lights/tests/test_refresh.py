"""How a light went: a row when it or its sentence changes, also for the days the job was down."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.choices import FilingState, Light, PeriodState
from measures.filings import submission
from measures.lights import refresh as lights
from measures.lights.current import verdicts_for
from measures.models import LightChange, Measure
from measures.tests.cast import make_cast
from measures.tests.factories import (
    content,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
)

pytestmark = pytest.mark.django_db
RED, YELLOW, GREEN, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.GREY
DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 13)  # the filing's due day; no holiday is near
MONDAY = date(2026, 11, 16)


def history():
    rows = LightChange.objects.order_by("on")
    return [(row.on, row.light, row.sentence.split("三季度")[-1]) for row in rows]


def late_filing(**fields):
    return make_filing(period=make_period(due_on=FRIDAY, opens_on=FRIDAY - 9 * DAY), **fields)


def lit(days, light):
    """The days on which a light changed to it."""
    return [row.on for row in LightChange.objects.filter(light=light, on__in=days).order_by("on")]


def test_the_first_judgement_is_the_first_row():
    make_dated_measure(due_on=MONDAY - DAY)
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    lights.refresh_all_lights(on=MONDAY)
    row = LightChange.objects.get()
    assert (row.on, row.light, row.label, row.cause) == (MONDAY, RED, "滞后", "overdue")
    assert row.sentence == "应于2026-11-15完成，已逾期未完成"
    assert row.until is None


def test_the_same_light_and_sentence_leave_no_row():
    make_dated_measure(due_on=MONDAY - DAY)
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    for n in range(3):
        lights.refresh_all_lights(on=MONDAY + n * DAY)
    assert LightChange.objects.count() == 1
    assert Measure.objects.get().light_on == MONDAY + 2 * DAY


def test_a_day_has_one_row_with_its_last_light():
    filing = late_filing()
    people = make_cast(filing.agency)
    lights.refresh_all_lights(on=MONDAY)
    at = datetime(2026, 11, 16, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    submission.save_note(filing, by=people.liaison, content=content(), revision=0, at=at)
    submission.submit_note(filing, by=people.liaison, at=at)
    assert [(row.on, row.light) for row in LightChange.objects.all()] == [(MONDAY, GREEN)]


def test_a_missed_week_is_made_up_for_and_turns_red_on_its_day():
    """5 working days late on Friday the 20th, 6 on Monday the 23rd; down from the 17th."""
    late_filing()
    lights.refresh_all_lights(on=MONDAY)
    back = date(2026, 11, 25)
    (verdict,) = verdicts_for(Measure.objects.all(), on=back).values()
    assert verdict.light == RED  # at once, before the job has run
    lights.refresh_all_lights(on=back)
    assert history() == [
        (MONDAY, YELLOW, "进展逾期1个工作日未报"),
        (date(2026, 11, 17), YELLOW, "进展逾期2个工作日未报"),
        (date(2026, 11, 18), YELLOW, "进展逾期3个工作日未报"),
        (date(2026, 11, 19), YELLOW, "进展逾期4个工作日未报"),
        (date(2026, 11, 20), YELLOW, "进展逾期5个工作日未报"),
        (date(2026, 11, 23), RED, "进展逾期6个工作日未报"),
        (date(2026, 11, 24), RED, "进展逾期7个工作日未报"),
        (date(2026, 11, 25), RED, "进展逾期8个工作日未报"),
    ]


@pytest.mark.parametrize("seen_last", [date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)])
def test_it_turns_red_on_the_same_day_wherever_the_outage_began(seen_last):
    late_filing()
    for on in (seen_last, date(2026, 11, 24)):
        lights.refresh_all_lights(on=on)
    assert LightChange.objects.filter(light=RED).earliest("on").on == date(2026, 11, 23)


def test_a_date_that_passed_in_the_missed_week():
    make_dated_measure(due_on=date(2026, 11, 18), percent=100)
    make_period(due_on=FRIDAY, opens_on=FRIDAY)
    lights.refresh_all_lights(on=MONDAY)
    lights.refresh_all_lights(on=MONDAY + 7 * DAY)
    assert [(on, light) for on, light, _ in history()] == [
        (MONDAY, YELLOW),  # 还有2个工作日
        (date(2026, 11, 17), YELLOW),  # 还有1个工作日
        (date(2026, 11, 18), YELLOW),  # 今日到期
        (date(2026, 11, 19), RED),
    ]


def test_what_was_filed_after_an_outage_was_not_yet_filed_before():
    """The verb comes first, then the job: the days between are told as they were."""
    filing = late_filing()
    people = make_cast(filing.agency)
    lights.refresh_all_lights(on=FRIDAY)
    at = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    submission.save_note(filing, by=people.liaison, content=content(), revision=0, at=at)
    submission.submit_note(filing, by=people.liaison, at=at)
    assert lit([date(2026, 11, 23), date(2026, 11, 24)], RED) == [
        date(2026, 11, 23),
        date(2026, 11, 24),
    ]
    assert LightChange.objects.latest("on").light == GREEN


def test_a_period_that_closed_after_an_outage_was_open_before():
    measure = make_measure()
    period = make_period(due_on=MONDAY + 30 * DAY, opens_on=FRIDAY, state=PeriodState.OPEN)
    make_filing(measure=measure, period=period, state=FilingState.PENDING)
    lights.refresh_all_lights(on=FRIDAY)
    period.state = PeriodState.CLOSED
    period.closed_at = datetime(2026, 11, 18, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    period.save()
    lights.refresh_all_lights(on=date(2026, 11, 20))
    assert [(on, light) for on, light, _ in history()] == [
        (FRIDAY, GREY),
        (date(2026, 11, 18), YELLOW),
    ]


def test_a_long_outage_is_gone_through_as_far_as_a_quarter_back():
    late_filing()
    lights.refresh_all_lights(on=FRIDAY)
    back = FRIDAY + 200 * DAY
    lights.refresh_all_lights(on=back)
    days = LightChange.objects.exclude(on=FRIDAY)
    assert days.earliest("on").on >= back - lights.MISSED_MOST * DAY
    assert Measure.objects.get().light == RED


def test_judging_an_earlier_day_again_writes_no_history():
    late_filing()
    lights.refresh_all_lights(on=date(2026, 11, 25))
    lights.refresh_all_lights(on=MONDAY)
    assert [on for on, _, _ in history()] == [date(2026, 11, 25)]


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
        make_dated_measure(due_on=MONDAY - DAY)
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
