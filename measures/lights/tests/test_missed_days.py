"""The light of a missed day uses the facts known and effective on that day."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agencies.permissions import Role
from measures.choices import FilingState, Light, PeriodState, RequestState
from measures.filings import drafts, submission
from measures.indicators import milestones, values
from measures.lights import overrides
from measures.lights import refresh as lights
from measures.lights.thresholds import set_thresholds
from measures.models import Filing, Gap, Indicator, LightChange, Measure, Note, Period
from measures.notice.load import load_thresholds
from measures.periods import extensions
from measures.reviews import actions as reviews
from measures.reviews import waivers
from measures.rules.periods import Quarter
from measures.rules.thresholds import DEFAULTS
from measures.status.actions import update_status
from measures.tests.cast import make_cast
from measures.tests.factories import (
    NOW,
    content,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_milestone,
    make_notice,
    make_period,
    make_user,
)
from measures.tests.lit import accept, enter, tell
from measures.tests.request_factories import make_due_date_request

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 16)  # judged for the last time before the outage
BACK = MONDAY + 9 * DAY  # Wednesday of the week after
RED, YELLOW, GREEN, WAITING, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.WAITING, Light.GREY


def at(day, clock="09:00"):
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZoneInfo("Asia/Shanghai"))


def begin():
    lights.refresh_all_lights(on=MONDAY)


def runs():
    """Return the runs of the one measure's light over the outage."""
    lights.refresh_all_lights(on=BACK)
    rows = LightChange.objects.order_by("on")
    return [(row.on, Light(row.light), row.cause) for row in rows]


@pytest.fixture
def coordinator():
    return make_user(Role.COORDINATOR)


def period_due(day, **fields):
    return make_period(**{"due_on": day, "opens_on": date(2026, 10, 8)} | fields)


def long_filed(measure):
    """The lead's filing came and was accepted long before the outage."""
    period = period_due(date(2026, 10, 14))
    before = at(date(2026, 10, 12))
    filing = make_filing(measure=measure, period=period, first_submitted_at=before)
    note = Note.objects.create(
        filing=filing,
        version=1,
        author=make_user(),
        progress="已推进。",
        claimed_stage="under_way",
        saved_at=before,
        submitted_by=make_user(),
        submitted_at=before,
        left_at=before,
    )
    accept(note, at=before)
    filing.state, filing.accepted_note = FilingState.ACCEPTED, note
    filing.save()
    return filing


# Filings ------------------------------------------------------------------------------------------


def test_versions_count_from_the_day_on_which_they_left_and_were_decided():
    """Owed, filed on the 18th, returned on the 19th, resubmitted on the 23rd, accepted on 24th."""
    filing = make_filing(period=period_due(MONDAY - 3 * DAY))
    people = make_cast(filing.agency)
    with lights.lights_at_the_end():
        begin()
        day = MONDAY + 2 * DAY
        said = {"by": people.liaison, "content": content(), "revision": 0}
        drafts.save_note(filing, **said, at=at(day))
        submission.submit_note(filing, by=people.liaison, at=at(day))
        coordinator = {"by": people.coordinator, "at": at(day + DAY)}
        reviews.return_note(filing, comment="请补充。", **coordinator)
        mended = said | {"content": content(progress="已补充说明。")}
        drafts.save_note(filing, **mended, at=at(MONDAY + 7 * DAY))
        submission.submit_note(filing, by=people.liaison, at=at(MONDAY + 7 * DAY))
        reviews.accept_note(filing, by=people.coordinator, at=at(MONDAY + 8 * DAY))
    assert runs() == [
        (MONDAY, YELLOW, "lead_late"),
        (MONDAY + 2 * DAY, WAITING, "waiting"),
        (MONDAY + 3 * DAY, YELLOW, "returned"),
        (MONDAY + 7 * DAY, WAITING, "waiting"),
        (MONDAY + 8 * DAY, GREEN, "filed"),
    ]


def test_a_return_that_was_not_mended_in_time_turned_on_its_day():
    """Returned on Tuesday, to be corrected by Friday the 20th."""
    filing = make_filing(period=period_due(MONDAY - 3 * DAY))
    people = make_cast(filing.agency)
    with lights.lights_at_the_end():
        drafts.save_note(filing, by=people.liaison, content=content(), revision=0, at=at(MONDAY))
        submission.submit_note(filing, by=people.liaison, at=at(MONDAY))
        begin()
        reviews.return_note(filing, by=people.coordinator, comment="请补充。", at=at(MONDAY + DAY))
    assert runs() == [
        (MONDAY, WAITING, "waiting"),
        (MONDAY + DAY, YELLOW, "returned"),
        (MONDAY + 5 * DAY, YELLOW, "not_mended"),
    ]


@pytest.mark.parametrize("act", ["waive", "write off"])
def test_what_was_waived_or_given_up_was_owed_until_that_day(act):
    filing = make_filing(period=period_due(MONDAY - 3 * DAY))
    coordinator = make_cast(filing.agency).coordinator
    verb = waivers.waive_filing if act == "waive" else waivers.write_off_debt
    with lights.lights_at_the_end():
        begin()
        verb(filing, by=coordinator, reason="本期不涉及。", at=at(MONDAY + 4 * DAY))
    assert runs() == [
        (MONDAY, YELLOW, "lead_late"),
        (MONDAY + 4 * DAY, GREY, "no_lead_filing"),
    ]


def test_a_filing_that_was_put_off_was_late_until_that_day():
    """It was due on the 13th; from the 18th on it is due on the 23rd."""
    long_filed(measure := make_measure())
    newer = make_period(Quarter(2026, 4), due_on=MONDAY - 3 * DAY, opens_on=MONDAY - 9 * DAY)
    filing = make_filing(measure=measure, period=newer)
    with lights.lights_at_the_end():
        begin()
        extensions.extend_filing(
            filing,
            by=make_cast(filing.agency).coordinator,
            due_on=MONDAY + 7 * DAY,
            reason="台风。",
            at=at(MONDAY + 2 * DAY),
        )
    assert runs() == [
        (MONDAY, YELLOW, "lead_late"),
        (MONDAY + 2 * DAY, GREEN, "filed"),
        (MONDAY + 8 * DAY, YELLOW, "lead_late"),
    ]


def test_a_period_that_was_put_off_was_due_until_that_day():
    """Nothing else was due: from the 18th to the 23rd no period is."""
    make_filing(period=period_due(MONDAY - 3 * DAY))
    begin()
    # The action would compute all lights of its period, so the rows are written directly.
    moved = {"due_was": MONDAY - 3 * DAY, "due_moved_at": at(MONDAY + 2 * DAY)}
    Period.objects.update(due_on=MONDAY + 7 * DAY, **moved)
    Filing.objects.update(due_on=MONDAY + 7 * DAY, **moved)
    assert runs() == [
        (MONDAY, YELLOW, "lead_late"),
        (MONDAY + 2 * DAY, GREY, "no_period"),
        (MONDAY + 8 * DAY, YELLOW, "lead_late"),
    ]


def test_a_period_that_closed_in_the_outage_was_open_before():
    """It closes before its day: until then no period was due."""
    period = period_due(MONDAY + 30 * DAY, state=PeriodState.OPEN)
    make_filing(period=period, state=FilingState.PENDING)
    begin()
    period.state, period.closed_at = PeriodState.CLOSED, at(MONDAY + 2 * DAY)
    period.save()
    assert runs() == [
        (MONDAY, GREY, "no_period"),
        (MONDAY + 2 * DAY, GREY, "no_lead_filing"),
    ]


def test_a_doubt_counts_from_the_day_on_which_it_was_submitted():
    tax = make_agency(name="市税务局")
    measure = make_measure(others=(tax,))
    long_filed(measure)
    other = make_filing(measure=measure, agency=tax, due_on=MONDAY + 4 * DAY)
    people = make_cast(other.agency)
    said = content(confidence="red", confidence_reason="资金未到位")
    with lights.lights_at_the_end():
        begin()
        drafts.save_note(
            other, by=people.liaison, content=said, revision=0, at=at(MONDAY + 3 * DAY)
        )
        submission.submit_note(other, by=people.liaison, at=at(MONDAY + 3 * DAY))
    assert runs() == [(MONDAY, GREEN, "filed"), (MONDAY + 3 * DAY, RED, "confidence_red")]


# Dates and progress -------------------------------------------------------------------------------


def test_a_due_date_that_was_moved_was_overdue_until_that_day():
    measure = make_dated_measure(due_on=MONDAY - DAY, percent=100)
    long_filed(measure)
    begin()
    to_on = date(2027, 6, 30)
    make_due_date_request(
        measure, to_on=to_on, state=RequestState.AGREED, decided_at=at(MONDAY + 3 * DAY),
        decided_by=make_user(Role.CHIEF), decision_note="同意。",
    )  # fmt: skip
    Measure.objects.update(due_on=to_on)
    assert runs() == [(MONDAY, RED, "overdue"), (MONDAY + 3 * DAY, GREEN, "on_plan")]


def test_a_percent_counts_from_the_day_on_which_it_was_told():
    start = date(2026, 1, 1)
    measure = make_dated_measure(starts_on=start, due_on=start + 1000 * DAY, percent=10)
    long_filed(measure)
    tell(measure, date(2026, 10, 1), 10)
    begin()
    tell(measure, MONDAY + 4 * DAY, 40)
    Measure.objects.update(percent=40)
    assert runs() == [(MONDAY, YELLOW, "behind"), (MONDAY + 4 * DAY, GREEN, "on_plan")]


def test_a_step_back_ends_no_standstill_and_a_corrected_word_neither(coordinator):
    """85 percent for three periods; a wrong value that was corrected is no progress."""
    start = date(2026, 1, 1)
    measure = make_dated_measure(starts_on=start, due_on=start + 1000 * DAY, percent=85)
    long_filed(measure)
    for number in (1, 2):
        make_period(Quarter(2026, number), due_on=date(2026, 3 + 3 * number, 8), opens_on=start)
    tell(measure, start, 85)
    begin()
    said = {"by": coordinator, "stage": "under_way", "reason": "按核实的数据。"}
    with lights.lights_at_the_end():
        update_status(measure, percent=80, back_reason="退出一家。", at=at(MONDAY + DAY), **said)
        wrong = update_status(measure, percent=89, at=at(MONDAY + 2 * DAY), **said)
        update_status(measure, percent=80, corrects=wrong, at=at(MONDAY + 4 * DAY), **said)
    assert runs() == [
        (MONDAY, YELLOW, "unmoved"),
        (MONDAY + 2 * DAY, GREEN, "on_plan"),
        (MONDAY + 4 * DAY, YELLOW, "unmoved"),
    ]
    measure.refresh_from_db()
    assert measure.light_sentence == "完成比例由85%回退至80%，连续3期未提高"
    assert measure.light_since == date(2026, 10, 15)  # the day after the third was due


def test_progress_stood_still_on_the_days_before_its_date_was_put_back():
    """Three periods came due with 40 percent; then the lead was given half a year more.

    Two periods are enough from the move on, so the cause is another one and the light the same.
    """
    start = date(2026, 1, 1)
    measure = make_dated_measure(starts_on=start, due_on=start + 800 * DAY, percent=40)
    long_filed(measure)
    for number in (1, 2):
        make_period(Quarter(2026, number), due_on=date(2026, 3 + 3 * number, 8), opens_on=start)
    begin()
    to_on = start + 1000 * DAY
    make_due_date_request(
        measure, to_on=to_on, state=RequestState.AGREED, decided_at=at(MONDAY + 3 * DAY),
        decided_by=make_user(Role.CHIEF), decision_note="同意。",
    )  # fmt: skip
    Measure.objects.update(due_on=to_on)
    assert runs() == [(MONDAY, YELLOW, "unmoved"), (MONDAY + 3 * DAY, YELLOW, "date_moved")]


# Milestones ---------------------------------------------------------------------------------------


def test_a_milestone_was_overdue_until_it_was_told_to_be_done(coordinator):
    """It was reached on the 12th, which was recorded on the 19th."""
    measure = make_measure()
    long_filed(measure)
    one = make_milestone(measure, due_on=MONDAY - 3 * DAY)
    with lights.lights_at_the_end():
        begin()
        milestones.complete_milestone(
            one, by=coordinator, done_on=MONDAY - 4 * DAY, source="通报", at=at(MONDAY + 3 * DAY)
        )
    assert runs() == [(MONDAY, YELLOW, "milestone_late"), (MONDAY + 3 * DAY, GREEN, "filed")]


def test_a_milestone_was_overdue_until_it_was_moved(coordinator):
    measure = make_measure()
    long_filed(measure)
    one = make_milestone(measure, due_on=MONDAY - 3 * DAY)
    kept = {name: getattr(one, name) for name in ("title", "agency", "source", "remark")}
    with lights.lights_at_the_end():
        begin()
        milestones.change_milestone(
            one,
            by=coordinator,
            due_on=MONDAY + 5 * DAY,
            planned_percent=None,
            reason="会议调整。",
            at=at(MONDAY + 2 * DAY),
            **kept,
        )
    assert runs() == [
        (MONDAY, YELLOW, "milestone_late"),
        (MONDAY + 2 * DAY, GREEN, "filed"),
        (MONDAY + 6 * DAY, YELLOW, "milestone_late"),
    ]


def test_a_milestone_that_was_added_in_the_outage_was_not_overdue_before():
    measure = make_measure()
    long_filed(measure)
    begin()
    make_milestone(measure, due_on=MONDAY - 3 * DAY, added_at=at(MONDAY + 4 * DAY))
    assert runs() == [(MONDAY, GREEN, "filed"), (MONDAY + 4 * DAY, YELLOW, "milestone_late")]


def test_the_plan_of_a_milestone_counts_from_the_day_on_which_it_was_set():
    measure = make_dated_measure(due_on=date(2027, 12, 31), percent=50)
    long_filed(measure)
    begin()
    make_milestone(
        measure,
        due_on=MONDAY - 3 * DAY,
        planned_percent=90,
        added_at=at(MONDAY + 4 * DAY),
    )
    assert runs()[-1] == (MONDAY + 4 * DAY, RED, "far_behind")
    assert runs()[0] == (MONDAY, GREEN, "on_plan")


# Indicators ---------------------------------------------------------------------------------------


def test_a_value_counts_from_the_day_on_which_it_was_entered(coordinator):
    """As of the end of October, entered on the 20th of November."""
    measure = make_measure()
    long_filed(measure)
    one = Indicator.objects.create(measure=measure, name="企业数", unit="家", direction="up")
    enter(one, date(2026, 9, 30), 100)
    with lights.lights_at_the_end():
        begin()
        values.record_value(
            one,
            by=coordinator,
            as_of=date(2026, 10, 31),
            value=Decimal(80),
            source="统计月报",
            at=at(MONDAY + 4 * DAY),
        )
    assert runs() == [(MONDAY, GREEN, "filed"), (MONDAY + 4 * DAY, YELLOW, "indicator_worse")]


# What holds beside --------------------------------------------------------------------------------


def test_agencies_that_were_confirmed_in_the_outage_were_unknown_before():
    measure = make_measure()
    long_filed(measure)
    gap = Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    begin()
    gap.confirmed_at, gap.confirmed_by = at(MONDAY + 3 * DAY), make_user(Role.COORDINATOR)
    gap.source = "公布文本"
    gap.save()
    assert runs() == [(MONDAY, GREY, "unconfirmed"), (MONDAY + 3 * DAY, GREEN, "filed")]


def test_thresholds_hold_from_their_day_on():
    """The debt is 2 working days old on the 17th; from the 19th on more than 3 are red."""
    make_filing(period=period_due(MONDAY - 3 * DAY))
    load_thresholds(make_notice(), at=NOW)
    begin()
    set_thresholds(
        DEFAULTS._replace(lead_workdays=3),
        by=make_user(Role.CHIEF),
        valid_from=MONDAY + 3 * DAY,
        reason="会议议定。",
        at=at(MONDAY),
    )
    assert runs() == [(MONDAY, YELLOW, "lead_late"), (MONDAY + 3 * DAY, RED, "lead_overdue")]


def test_a_light_set_by_hand_holds_on_its_days():
    filing = make_filing(period=period_due(MONDAY - 3 * DAY))
    begin()
    asked = overrides.ask_override(
        filing.measure,
        by=make_user(Role.COORDINATOR),
        light=GREEN,
        reason="已商定。",
        ends_on=MONDAY + 4 * DAY,
        at=at(MONDAY),
    )
    overrides.agree_override(asked, by=make_user(Role.CHIEF), at=at(MONDAY, "15:00"))
    assert runs() == [(MONDAY, GREEN, "manual"), (MONDAY + 5 * DAY, YELLOW, "lead_late")]
