"""Computing lights: correct, stored for one day, with a fixed number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.choices import Cause, FilingState, Light, PeriodState
from measures.filings import drafts, submission
from measures.lights import refresh as lights
from measures.lights.current import verdicts_for, work_out
from measures.models import Gap, Measure, Period
from measures.reviews import actions as reviews
from measures.reviews import waivers
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
    make_milestone,
    make_note,
    make_period,
)
from measures.tests.lit import accept

pytestmark = pytest.mark.django_db
S = FilingState
RED, YELLOW, GREEN, WAITING, GREY = Light.RED, Light.YELLOW, Light.GREEN, Light.WAITING, Light.GREY
LONG_AGO = TODAY - timedelta(days=20)
JUDGED = {"light_cause": Cause.FILED}


def measures():
    return Measure.objects.select_related("notice")


def only(on=TODAY):
    """Return the only measure's verdict."""
    (verdict,) = work_out(measures(), on=on).values()
    return said(verdict)


def late_period(quarter=None, **fields):
    return make_period(quarter or Quarter(2026, 3), **{"due_on": LONG_AGO} | fields)


def late_period_once():
    return Period.objects.first() or late_period()


def next_period():
    return make_period(Quarter(2026, 4), due_on=date(2027, 1, 8))


def closed_period(quarter):
    closed_at = NOW - timedelta(days=30)
    return late_period(
        quarter, state=PeriodState.CLOSED, due_on=quarter.next.starts_on, closed_at=closed_at
    )


# Cost --------------------------------------------------------------------------------------------


def cost(call):
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


@pytest.mark.parametrize("ask", [work_out, verdicts_for])
def test_eight_queries_for_two_and_for_thirty(ask):
    """Calendar, thresholds, periods, filings, doubts, indicators, updates and `beside_of`."""
    late, before = late_period(), closed_period(Quarter(2026, 2))

    def make():
        one(make_measure(others=(make_agency(), make_agency())))
        one(make_dated_measure())

    def one(measure):
        make_milestone(measure, due_on=LONG_AGO)
        for agency in [duty.agency for duty in measure.responsibilities.all()]:
            make_filing(measure=measure, period=late, agency=agency, state=S.ACCEPTED)
            make_filing(measure=measure, period=before, agency=agency)

    make()
    two = list(measures())
    assert cost(lambda: ask(two, on=TODAY)) == 8
    for _ in range(14):
        make()
    thirty = list(measures())
    assert cost(lambda: ask(thirty, on=TODAY)) == 8


def test_what_is_kept_for_today_costs_nothing():
    make_measure(light=YELLOW, light_sentence="已保存的原因", light_on=TODAY, **JUDGED)
    rows = list(measures())
    with CaptureQueriesContext(connection) as queries:
        (verdict,) = verdicts_for(rows, on=TODAY).values()
    assert said(verdict) == Said(YELLOW, "已保存的原因")
    assert len(queries) == 0


def test_what_is_kept_is_what_was_worked_out():
    """With its first day, its agencies, and every other finding."""
    measure = make_measure(others=(make_agency(name="市税务局"),))
    for duty in measure.responsibilities.all():
        make_filing(measure=measure, period=late_period_once(), agency=duty.agency)
    make_milestone(measure, due_on=TODAY - timedelta(days=5))
    lights.refresh_all_lights(on=TODAY)
    with CaptureQueriesContext(connection) as queries:
        rows = list(measures())
        kept = verdicts_for(rows, on=TODAY)
    assert len(queries) == 1
    assert kept == work_out(rows, on=TODAY)
    (verdict,) = kept.values()
    assert [one.cause for one in verdict.findings] == ["lead_late", "other_late", "milestone_late"]
    assert verdict.since == LONG_AGO + timedelta(days=1)
    assert verdict.others == ("市税务局",)


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
    assert only() == Said(GREY, "责任单位待核对，尚未布置")
    gap.kind = "title"  # a lost title is no reason
    gap.save()
    assert only().light == GREEN


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"state": PeriodState.OPEN, "due_on": TODAY}, Cause.NO_PERIOD),  # due today
        ({"state": PeriodState.OPEN, "due_on": TODAY - timedelta(days=1)}, Cause.LEAD_LATE),
        ({"state": PeriodState.DRAFT, "due_on": TODAY - timedelta(days=1)}, Cause.NO_PERIOD),
        # Closed before its day: it has begun to count, but nobody can owe anything yet.
        ({"state": PeriodState.CLOSED, "due_on": TODAY}, Cause.NO_LEAD_FILING),
    ],
)
def test_the_first_period_counts_once_it_is_past_due_or_closed(fields, cause):
    make_filing(period=make_period(**fields))
    (verdict,) = work_out(measures(), on=TODAY).values()
    assert verdict.cause == cause


def test_a_period_that_is_not_due_yet_is_not_asked():
    measure = make_measure()
    make_filing(measure=measure, period=closed_period(Quarter(2026, 2)), state=S.ACCEPTED)
    newest = make_filing(measure=measure, period=late_period())
    make_filing(measure=measure, period=next_period(), state=S.DRAFT)
    assert only() == Said(YELLOW, f"{newest.agency_name}三季度进展未报，逾期14个工作日", newest.pk)


def test_the_year_of_a_debt_is_named_where_it_is_another_one():
    measure = make_measure()
    old = make_filing(measure=measure, period=closed_period(Quarter(2025, 4)))
    make_filing(measure=measure, period=late_period(), state=S.ACCEPTED)
    name = old.agency_name
    assert only().sentence.startswith(f"{name}2025年四季度进展未报，逾期")
    make_filing(measure=measure, period=closed_period(Quarter(2026, 2)))
    assert only().sentence.startswith(f"{name}2025年四季度、二季度进展均未报，逾期")


def silent_in(measure, *quarters):
    return [make_filing(measure=measure, period=closed_period(quarter)) for quarter in quarters]


def test_debts_are_counted_over_closed_and_open_periods():
    """Also if they are not consecutive: the period between was accepted."""
    measure = make_measure()
    make_filing(measure=measure, period=late_period(), state=S.SUBMITTED)
    first = silent_in(measure, Quarter(2026, 2))[0]
    make_filing(measure=measure, period=closed_period(Quarter(2026, 1)), state=S.ACCEPTED)
    name = first.agency_name
    assert only() == Said(RED, f"{name}二季度进展未报，逾期103个工作日", first.pk)
    oldest = silent_in(measure, Quarter(2025, 4))[0]
    found = only()
    assert found.sentence.startswith(f"{name}2025年四季度、二季度进展均未报")
    assert (found.light, found.filing_id) == (RED, oldest.pk)


@pytest.mark.parametrize("act", ["file", "waive", "write off"])
def test_a_debt_ends_by_an_act(act):
    measure = make_measure()
    make_filing(measure=measure, period=late_period(), state=S.ACCEPTED)
    (debt,) = silent_in(measure, Quarter(2026, 2))
    people = make_cast(debt.agency)
    assert only().light == RED
    if act == "waive":  # only while its period is open
        debt.period.state = PeriodState.OPEN
        debt.period.save()
        waivers.waive_filing(debt, by=people.coordinator, reason="本期不涉及。", at=NOW)
    elif act == "write off":
        waivers.write_off_debt(debt, by=people.coordinator, reason="机构已撤并。", at=NOW)
    else:
        drafts.save_note(debt, by=people.liaison, content=content(), revision=0, at=NOW)
        submission.submit_note(debt, by=people.liaison, at=NOW)
        debt.refresh_from_db()
        assert debt.is_backfilled
    assert only().light == GREEN
    if act == "write off":
        waivers.restore_debt(debt, by=people.coordinator, reason="仍须补报。", at=NOW)
        assert only().light == RED


def test_what_was_waived_is_no_silence():
    measure = make_measure()
    make_filing(measure=measure, period=late_period(), state=S.ACCEPTED)
    waived = make_filing(measure=measure, period=closed_period(Quarter(2026, 2)), state=S.WAIVED)
    assert waived.first_submitted_at is None
    assert only().light == GREEN


def test_a_former_leads_debt_counts_for_the_measure():
    """The role that the filing had then counts, not today's."""
    former = make_agency(name="原牵头单位")
    measure = make_measure(lead=former)
    silent_in(measure, Quarter(2026, 2))
    measure.responsibilities.update(valid_to=date(2026, 6, 30))
    assert only().sentence.startswith("原牵头单位二季度进展未报，逾期")


def test_an_extended_filing_is_not_late():
    measure = make_measure()
    make_filing(measure=measure, period=closed_period(Quarter(2026, 2)), state=S.ACCEPTED)
    make_filing(measure=measure, period=late_period(), due_on=TODAY)
    assert only().light == GREEN
    assert only(on=TODAY + timedelta(days=1)).light == YELLOW


def doubting(measure, period, is_accepted=True, **fields):
    """Create the lead's filing with a submitted version, accepted or not reviewed yet."""
    filing = make_filing(measure=measure, period=period)
    note = make_note(filing, submitted=True, **fields)
    filing.state, filing.first_submitted_at = S.SUBMITTED, note.left_at
    if is_accepted:
        filing.state, filing.accepted_note = S.ACCEPTED, note
        accept(note, at=note.left_at)
    filing.save()
    return filing


def test_confidence_is_that_of_each_agencys_newest_period_that_has_an_accepted_note():
    measure = make_measure()
    doubting(measure, closed_period(Quarter(2026, 1)), confidence="red", confidence_reason="旧的")
    filing = doubting(
        measure, closed_period(Quarter(2026, 2)), confidence="yellow", confidence_reason="新的"
    )
    make_filing(measure=measure, period=late_period(), state=S.SUBMITTED)
    assert only() == Said(YELLOW, f"{filing.agency_name}二季度自评“有风险”：新的", filing.pk)


def test_good_news_that_waits_leaves_the_doubt_of_the_period_before():
    measure = make_measure()
    doubting(measure, closed_period(Quarter(2026, 2)), confidence="yellow", confidence_reason="缺")
    newest = doubting(measure, late_period(), is_accepted=False)
    assert only().light == YELLOW
    newest.state, newest.accepted_note = S.ACCEPTED, newest.notes.get()
    newest.save()
    accept(newest.accepted_note)
    assert only().light == GREEN


def test_a_doubt_that_awaits_review_darkens_the_light_at_once():
    reason = {"confidence": "red", "confidence_reason": "资金未到位"}
    filing = doubting(make_measure(), late_period(), is_accepted=False, **reason)
    words = f"{filing.agency_name}三季度自评“难以完成”（待审核）：资金未到位"
    assert only() == Said(RED, words, filing.pk)


def test_a_doubt_of_an_agency_without_a_part_any_more_does_not_count():
    measure = make_measure()
    reason = {"confidence": "red", "confidence_reason": "资金未到位"}
    doubting(measure, late_period(), **reason)
    assert only().light == RED
    measure.responsibilities.update(valid_to=date(2026, 6, 30))
    assert only().light == GREEN


def test_while_a_correction_is_in_hand_the_accepted_note_stands():
    measure = make_measure()
    filing = doubting(measure, late_period(), confidence="red", confidence_reason="资金未到位")
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
    assert (found[good.pk].light, found[bad.pk].light) == (GREEN, YELLOW)


# Actions change it -------------------------------------------------------------------------------


def test_the_light_follows_a_filing_through_its_life():
    filing = make_filing(period=late_period())
    people = make_cast(filing.agency)
    lights.refresh_all_lights(on=TODAY)

    def kept():
        measure = measures().get()
        assert verdicts_for([measure], on=TODAY) == work_out([measure], on=TODAY)
        return measure.light, measure.light_sentence.removeprefix(f"{filing.agency_name}三季度")

    doubt = content(confidence="yellow", confidence_reason="资金未到位")
    assert kept() == (YELLOW, "进展未报，逾期14个工作日")
    drafts.save_note(filing, by=people.liaison, content=content(), revision=0, at=NOW)
    assert kept() == (YELLOW, "进展未报，逾期14个工作日")
    submission.submit_note(filing, by=people.liaison, at=NOW)
    assert kept() == (WAITING, "进展已报送，待审核")
    submission.withdraw_note(filing, by=people.liaison, at=NOW)
    assert kept() == (YELLOW, "进展撤回后尚未重新报送，逾期14个工作日")
    submission.submit_note(filing, by=people.liaison, at=NOW)
    reviews.return_note(filing, by=people.coordinator, comment="请补充。", at=NOW)
    assert kept() == (YELLOW, "进展退回修改中，应于2026-11-26前补正")
    assert only(on=date(2026, 11, 26)).sentence.endswith("退回修改中，应于2026-11-26前补正")
    assert only(on=date(2026, 11, 27)).sentence.endswith("三季度进展退回后逾期未补正")
    drafts.save_note(filing, by=people.liaison, content=doubt, revision=0, at=NOW)
    assert kept() == (YELLOW, "进展退回修改中，应于2026-11-26前补正")
    submission.submit_note(filing, by=people.liaison, at=NOW)
    assert kept() == (YELLOW, "自评“有风险”（待审核）：资金未到位")
    reviews.accept_note(filing, by=people.coordinator, at=NOW)
    assert kept() == (YELLOW, "自评“有风险”：资金未到位")
