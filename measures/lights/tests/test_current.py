"""Working out lights: right, kept only for the day they hold, at a cost that does not grow."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.choices import Cause, FilingState, Light, PeriodState
from measures.filings import submission
from measures.lights import refresh as lights
from measures.lights.current import verdicts_for, work_out
from measures.models import Gap, Measure
from measures.reviews import actions as reviews
from measures.rules.periods import Quarter
from measures.rules.tests.facts import Said, said
from measures.tests.cast import make_cast
from measures.tests.factories import (
    NOW,
    TODAY,
    content,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
    make_period,
)

pytestmark = pytest.mark.django_db
S = FilingState
RED, YELLOW, GREEN, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.GREY
LONG_AGO = TODAY - timedelta(days=20)
JUDGED = {"light_cause": Cause.FILED}


def measures():
    return Measure.objects.select_related("notice")


def only(on=TODAY):
    """The one measure's verdict."""
    (verdict,) = work_out(measures(), on=on).values()
    return said(verdict)


def late_period(quarter=None, **fields):
    return make_period(quarter or Quarter(2026, 3), **{"due_on": LONG_AGO} | fields)


def next_period():
    return make_period(Quarter(2026, 4), due_on=date(2027, 1, 8))


def closed_period(quarter):
    return late_period(quarter, state=PeriodState.CLOSED, due_on=quarter.next.starts_on)


# Cost --------------------------------------------------------------------------------------------


def cost(call):
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


@pytest.mark.parametrize("ask", [work_out, verdicts_for])
def test_five_queries_for_one_and_for_thirty(ask):
    late, before = late_period(), closed_period(Quarter(2026, 2))

    def make():
        measure = make_measure(others=(make_agency(), make_agency()))
        for agency in [duty.agency for duty in measure.responsibilities.all()]:
            make_filing(measure=measure, period=late, agency=agency, state=S.ACCEPTED)
            make_filing(measure=measure, period=before, agency=agency)

    make()
    one = list(measures())
    assert cost(lambda: ask(one, on=TODAY)) == 5
    for _ in range(29):
        make()
    thirty = list(measures())
    assert cost(lambda: ask(thirty, on=TODAY)) == 5


def test_what_is_kept_for_today_costs_nothing():
    make_measure(light=YELLOW, light_sentence="已保存的原因", light_on=TODAY, **JUDGED)
    rows = list(measures())
    with CaptureQueriesContext(connection) as queries:
        (verdict,) = verdicts_for(rows, on=TODAY).values()
    assert said(verdict) == Said(YELLOW, "已保存的原因")
    assert len(queries) == 0


def test_nothing_is_asked_for_nothing():
    assert cost(lambda: work_out([], on=TODAY)) == 0
    assert cost(lambda: verdicts_for([], on=TODAY)) == 0


# Kept and worked out -----------------------------------------------------------------------------


@pytest.mark.parametrize("kept_on", [None, TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_what_is_kept_for_another_day_is_not_believed(kept_on):
    late_period()
    make_dated_measure(due_on=TODAY - timedelta(days=1), light=GREEN, light_on=kept_on)
    (verdict,) = verdicts_for(measures(), on=TODAY).values()
    assert said(verdict) == Said(RED, "应于2026-11-22完成，已逾期未完成")


def test_a_page_is_right_though_the_midnight_job_was_down_for_a_week():
    dated = make_dated_measure(due_on=TODAY + timedelta(days=2), percent=100)
    late_period()
    lights.refresh_all_lights(on=TODAY)
    for days, expected in [(0, YELLOW), (2, YELLOW), (3, RED), (7, RED)]:
        found = verdicts_for(measures(), on=TODAY + timedelta(days=days))
        assert found[dated.pk].light == expected


def test_fresh_and_stale_rows_are_answered_together():
    late_period()
    fresh = make_measure(light=GREEN, light_sentence="今日评定", light_on=TODAY, **JUDGED)
    stale = make_dated_measure(due_on=TODAY - timedelta(days=1), light=GREEN, light_on=None)
    found = verdicts_for(measures(), on=TODAY)
    assert found[fresh.pk].sentence == "今日评定"
    assert found[stale.pk].light == RED


# The facts ---------------------------------------------------------------------------------------


def test_a_measure_whose_agencies_were_lost_is_grey_until_they_are_confirmed():
    period = late_period()
    measure = make_measure()
    make_filing(measure=measure, period=period, state=S.ACCEPTED)
    gap = Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    assert only() == Said(GREY, "责任单位待核，尚未下达")
    gap.kind = "title"  # a lost title is no reason
    gap.save()
    assert only().light == GREEN


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": PeriodState.OPEN, "due_on": TODAY}, GREY),  # due today
        ({"state": PeriodState.OPEN, "due_on": TODAY - timedelta(days=1)}, YELLOW),
        ({"state": PeriodState.DRAFT, "due_on": TODAY - timedelta(days=1)}, GREY),
        ({"state": PeriodState.CLOSED, "due_on": TODAY}, YELLOW),  # closed before its day
    ],
)
def test_the_first_period_counts_once_it_is_past_due_or_closed(fields, expected):
    make_filing(period=make_period(**fields))
    assert only().light == expected


def test_the_newest_due_period_decides():
    measure = make_measure()
    make_filing(measure=measure, period=closed_period(Quarter(2026, 2)), state=S.ACCEPTED)
    newest = make_filing(measure=measure, period=late_period())
    make_filing(measure=measure, period=next_period(), state=S.DRAFT)
    assert only() == Said(RED, f"{newest.agency_name}三季度进展逾期14个工作日未报", newest.pk)


def silent_in(measure, *quarters):
    return [make_filing(measure=measure, period=closed_period(quarter)) for quarter in quarters]


def test_silence_in_one_closed_period_is_yellow_in_two_running_red():
    measure = make_measure()
    make_filing(measure=measure, period=late_period(), state=S.SUBMITTED)
    last, _ = silent_in(measure, Quarter(2026, 2), Quarter(2025, 4))
    make_filing(measure=measure, period=closed_period(Quarter(2026, 1)), state=S.ACCEPTED)
    name = last.agency_name
    assert only() == Said(YELLOW, f"{name}二季度漏报进展", last.pk)
    measure.filings.filter(period__label="2026年一季度").update(
        state=S.PENDING, first_submitted_at=None, accepted_note=None
    )
    assert only() == Said(RED, f"{name}连续2期未报进展", last.pk)


def test_silence_is_looked_for_behind_several_open_periods():
    measure = make_measure()
    make_filing(measure=measure, period=late_period(), state=S.SUBMITTED)
    make_filing(measure=measure, period=late_period(Quarter(2026, 2)), state=S.SUBMITTED)
    last, _ = silent_in(measure, Quarter(2026, 1), Quarter(2025, 4))
    assert only() == Said(RED, f"{last.agency_name}连续2期未报进展", last.pk)


def test_what_was_waived_is_no_silence():
    measure = make_measure()
    make_filing(measure=measure, period=late_period(), state=S.ACCEPTED)
    waived = make_filing(measure=measure, period=closed_period(Quarter(2026, 2)), state=S.WAIVED)
    assert waived.first_submitted_at is None
    assert only().light == GREEN


def test_a_former_leads_silence_counts_for_the_measure():
    """The role that the filing had then counts, not today's."""
    former = make_agency(name="原牵头单位")
    measure = make_measure(lead=former)
    silent_in(measure, Quarter(2026, 2))
    measure.responsibilities.update(valid_to=date(2026, 6, 30))
    assert only().sentence.startswith("原牵头单位二季度进展逾期")


def test_an_extended_filing_is_not_late():
    make_filing(period=late_period(), due_on=TODAY)
    assert only().light == GREEN
    assert only(on=TODAY + timedelta(days=1)).light == YELLOW


def accepted(measure, period, **fields):
    filing = make_filing(measure=measure, period=period)
    note = make_note(filing, submitted=True, **fields)
    filing.state, filing.accepted_note, filing.first_submitted_at = S.ACCEPTED, note, NOW
    filing.save()
    return filing


def test_confidence_is_that_of_the_newest_period_that_has_an_accepted_note():
    measure = make_measure()
    accepted(measure, closed_period(Quarter(2026, 1)), confidence="red", confidence_reason="旧的")
    filing = accepted(
        measure, closed_period(Quarter(2026, 2)), confidence="yellow", confidence_reason="新的"
    )
    make_filing(measure=measure, period=late_period(), state=S.SUBMITTED)
    assert only() == Said(YELLOW, f"{filing.agency_name}二季度自评“有风险”：新的", filing.pk)


def test_a_note_that_awaits_review_does_not_darken_the_light():
    filing = make_filing(period=late_period())
    make_note(filing, submitted=True, confidence="red", confidence_reason="资金未到位")
    filing.state, filing.first_submitted_at = S.SUBMITTED, NOW
    filing.save()
    assert only().light == GREEN


def test_while_a_correction_is_in_hand_the_accepted_note_stands():
    measure = make_measure()
    filing = accepted(measure, late_period(), confidence="red", confidence_reason="资金未到位")
    make_note(filing)
    filing.state = S.DRAFT
    filing.save()
    assert only().light == RED
    assert only().sentence.endswith("自评“难以完成”：资金未到位")


def test_each_measure_is_answered_by_its_own_filings():
    period = late_period()
    good, bad = make_measure(), make_measure()
    make_filing(measure=good, period=period, state=S.ACCEPTED)
    make_filing(measure=bad, period=period)
    found = work_out(measures(), on=TODAY)
    assert (found[good.pk].light, found[bad.pk].light) == (GREEN, RED)


# The verbs move it -------------------------------------------------------------------------------


def test_the_light_follows_a_filing_through_its_life():
    filing = make_filing(period=late_period())
    people = make_cast(filing.agency)
    lights.refresh_all_lights(on=TODAY)

    def kept():
        measure = measures().get()
        assert verdicts_for([measure], on=TODAY) == work_out([measure], on=TODAY)
        return measure.light, measure.light_sentence.removeprefix(f"{filing.agency_name}三季度")

    said = content(confidence="yellow", confidence_reason="资金未到位")
    assert kept() == (RED, "进展逾期14个工作日未报")
    submission.save_note(filing, by=people.liaison, content=said, revision=0, at=NOW)
    assert kept() == (RED, "进展逾期14个工作日未报")
    submission.submit_note(filing, by=people.liaison, at=NOW)
    assert kept() == (GREEN, "进展已报送，待审核")
    submission.withdraw_note(filing, by=people.liaison, at=NOW)
    assert kept() == (YELLOW, "进展撤回后尚未重新报送")
    submission.submit_note(filing, by=people.liaison, at=NOW)
    reviews.return_note(filing, by=people.coordinator, comment="请补充。", at=NOW)
    assert kept() == (GREEN, "进展已报送，退回补正中")
    assert only(on=date(2026, 11, 26)).light == GREEN
    assert only(on=date(2026, 11, 27)).sentence.endswith("三季度进展退回后逾期未补正")
    submission.save_note(filing, by=people.liaison, content=said, revision=0, at=NOW)
    assert kept() == (GREEN, "进展已报送，退回补正中")
    submission.submit_note(filing, by=people.liaison, at=NOW)
    assert kept() == (GREEN, "进展已报送，待审核")
    reviews.accept_note(filing, by=people.coordinator, at=NOW)
    assert kept() == (YELLOW, "自评“有风险”：资金未到位")
