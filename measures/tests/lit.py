"""Facts of the light as rows: database rows for each case of the table."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count, groupby
from typing import Any

from django.utils.timezone import make_aware

from agencies.models import Agency, User
from lib.workdays import Calendar
from measures.choices import (
    Cause,
    Decision,
    Direction,
    FilingState,
    Nature,
    RequestState,
    Stage,
)
from measures.models import (
    Filing,
    Gap,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    LightThresholds,
    Measure,
    Milestone,
    Note,
    OverrideRequest,
    Period,
    Responsibility,
    Review,
    StatusUpdate,
    Workday,
)
from measures.rules.facts import (
    ConfidenceFact,
    Facts,
    FilingFact,
    IndicatorFact,
    MilestoneFact,
    OverrideFact,
)
from measures.rules.periods import Quarter
from measures.rules.thresholds import Thresholds
from measures.tests.factories import (
    NOW,
    make_agency,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_due_date_request

QUARTERS = {"三季度": Quarter(2026, 3), "二季度": Quarter(2026, 2), "一季度": Quarter(2026, 1)}
LONG_AGO = date(2018, 12, 1)
DAY = timedelta(days=1)
BEFORE = NOW - timedelta(days=400)  # before any day of a case
_numbers = count(1)


def keep_calendar(calendar: Calendar) -> None:
    Workday.objects.bulk_create(
        Workday(date=day, is_workday=is_workday, source="通知")
        for day, is_workday in calendar.items()
    )


def keep_thresholds(thresholds: Thresholds, since: date = LONG_AGO) -> LightThresholds:
    return LightThresholds.objects.create(
        valid_from=since, reason="测试", set_at=NOW, **thresholds._asdict()
    )


def keep_facts(facts: Facts) -> Measure:
    """Create a measure with rows for these facts; the newest due period is 2026's third quarter."""
    measure = make_measure(
        lead=_agency(facts.lead),
        nature=facts.nature,
        stage=facts.stage,
        starts_on=facts.starts_on,
        due_on=facts.due_on,
        percent=facts.percent if facts.nature == Nature.DATED else None,
        completed_on=LONG_AGO if facts.stage == Stage.DONE else None,
    )
    if not facts.is_confirmed:
        Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    if facts.has_due_period:
        _due_period("三季度").skipped.set([measure] if facts.skipped else [])
    for fact in facts.filings if facts.has_due_period else ():
        _filing(measure, _due_period(fact.period), fact)
    for _, versions in groupby(facts.confidences, key=lambda fact: fact.filing_id):
        _doubting(measure, list(versions))
    _plan(measure, facts.plan)
    for fact in facts.milestones:
        _milestone(measure, fact)
    for fact in facts.indicators:
        _indicator(measure, fact)
    _moved(measure, facts)
    for said in facts.overrides:
        _override(measure, said)
    return measure


def _agency(name: str) -> Agency:
    return Agency.objects.filter(short_name=name).first() or make_agency(name=name)


def _due_period(name: str) -> Period:
    """Create a period due before any case's day; the filings have their own due dates."""
    quarter = QUARTERS[name]
    days = {"opens_on": LONG_AGO, "due_on": LONG_AGO, "closes_on": date(2027, 12, 31)}
    return Period.objects.filter(covers_from=quarter.starts_on).first() or make_period(
        quarter, **days
    )


def _duty(measure: Measure, name: str) -> Responsibility:
    """Return the agency's part in the measure, created if it has none."""
    agency = _agency(name)
    return measure.responsibilities.filter(agency=agency).first() or Responsibility.objects.create(
        measure=measure,
        agency=agency,
        order=measure.responsibilities.count() + 1,
        role="responsible",
    )


def _filing(measure: Measure, period: Period, fact: FilingFact) -> Filing:
    """Write what its agency filed, owes, was waived or had written off."""
    duty = _duty(measure, fact.agency)
    has_left = fact.is_filed and fact.state != FilingState.WAIVED
    filing = make_row(
        measure,
        period,
        duty,
        due_on=fact.due_on,
        first_submitted_at=BEFORE if has_left else None,
        mend_by=fact.mend_by,
        **_given_up(fact.is_written_off),
        **_waived(fact.state),
    )
    if fact.state == FilingState.ACCEPTED or fact.has_accepted:
        filing.accepted_note = make_note(filing, submitted=True)
    filing.state = fact.state
    filing.save()
    return filing


def make_row(measure: Measure, period: Period, duty: Responsibility, **fields: object) -> Filing:
    """Create a filing of an agency that has a part in the measure."""
    return Filing.objects.create(
        period=period,
        measure=measure,
        agency=duty.agency,
        agency_name=duty.agency.short_name,
        role=duty.role,
        **fields,
    )


def _waived(state: FilingState) -> dict[str, object]:
    if state != FilingState.WAIVED:
        return {}
    return {"state": state, "waived_reason": "本期不涉及。", "waived_at": NOW}


def _given_up(is_written_off: bool) -> dict[str, object]:
    if not is_written_off:
        return {}
    by = {"written_off_by": writer(), "written_off_at": NOW}
    return by | {"written_off_reason": "机构已撤并。"}


def _doubting(measure: Measure, versions: list[ConfidenceFact]) -> None:
    """Create a filing with the versions that state a confidence, the oldest first."""
    first, newest = versions[0], versions[-1]
    filing = make_row(
        measure,
        _due_period(first.period),
        _duty(measure, first.agency),
        due_on=LONG_AGO,
        first_submitted_at=BEFORE,
    )
    for said in versions:
        note = make_note(
            filing,
            author=writer(),
            submitted=True,
            left_at=BEFORE,
            confidence=said.confidence,
            confidence_reason=said.reason,
        )
        if said.is_accepted:
            accept(note)
            filing.accepted_note = note
    filing.state = FilingState.ACCEPTED if newest.is_accepted else FilingState.SUBMITTED
    filing.save()


def accept(note: Note, at: datetime = BEFORE) -> Review:
    """Create the review that accepted a version."""
    begun = {"begun_by": note.author, "begun_at": at}
    return Review.objects.create(
        note=note, decision=Decision.ACCEPT, decided_by=note.author, decided_at=at, **begun
    )


def _plan(measure: Measure, steps: Iterable[tuple[date, Decimal | int | None]]) -> None:
    """Create milestones with planned percents, all done: only the plan affects the light."""
    Milestone.objects.bulk_create(
        Milestone(
            measure=measure,
            title=f"节点{number}",
            due_on=day,
            original_due_on=day,
            planned_percent=percent,
            source="会议纪要",
            is_done=True,
            done_on=LONG_AGO,
            done_by=writer(),
            done_source="会议纪要",
        )
        for number, (day, percent) in enumerate(steps)
    )


def _milestone(measure: Measure, fact: MilestoneFact) -> None:
    agency = _agency(fact.agency) if fact.agency else None
    Milestone.objects.create(
        measure=measure,
        title=fact.title,
        due_on=fact.due_on,
        original_due_on=fact.due_on,
        agency=agency,
        agency_name=fact.agency,
        source="工作方案",
    )


# Faults of an indicator, as its values and its target (each as of a day, a figure).
END_OF_SEPTEMBER = date(2026, 9, 30)
WRONG: dict[Cause, tuple[list[tuple[date, int]], list[tuple[date, int]]]] = {
    Cause.INDICATOR_WORSE: ([(date(2026, 6, 30), 100), (END_OF_SEPTEMBER, 90)], []),
    Cause.INDICATOR_MISSED: ([(END_OF_SEPTEMBER, 50)], [(END_OF_SEPTEMBER, 60)]),
    Cause.INDICATOR_STALE: ([(date(2026, 6, 30), 50)], []),
}


def _indicator(measure: Measure, fact: IndicatorFact) -> None:
    values, targets = WRONG[fact.cause]
    indicator = Indicator.objects.create(
        measure=measure,
        name=f"指标{next(_numbers)}",
        unit="个",
        direction=Direction.UP,
        reporter=_agency(fact.agency),
        asked_since=LONG_AGO,
    )
    for day, value in values:
        enter(indicator, day, value)
    for day, value in targets:
        IndicatorTarget.objects.create(indicator=indicator, due_on=day, value=value, basis="意见")


def enter(
    indicator: Indicator, as_of: date, value: Decimal | int, at: datetime = BEFORE
) -> IndicatorValue:
    """Create a value that staff entered."""
    return IndicatorValue.objects.create(
        indicator=indicator, as_of=as_of, value=value, source="统计月报", by=writer(), at=at
    )


def _moved(measure: Measure, facts: Facts) -> None:
    """Move its date, and repeat its percent in so many periods that were due since."""
    if facts.original_due_on is not None:
        make_due_date_request(
            measure, from_on=facts.original_due_on, to_on=facts.due_on, state=RequestState.AGREED
        )
    if facts.unmoved_periods:
        if facts.fell_from is not None:
            tell(measure, facts.starts_on, facts.fell_from)
        tell(measure, facts.starts_on, facts.percent)
    for number in range(facts.unmoved_periods):
        due_on = facts.starts_on + DAY
        quarter = Quarter(2025 - number // 4, 4 - number % 4)
        make_period(quarter, opens_on=LONG_AGO, due_on=due_on, state="closed")


def tell(measure: Measure, on: date, percent: int | None, stage: str = "under_way") -> StatusUpdate:
    """Create the commission's status update of a day."""
    return StatusUpdate.objects.create(
        measure=measure,
        stage=stage,
        percent=percent,
        reason="按报送的进展。",
        by=writer(),
        at=make_aware(datetime.combine(on, time(9))),
    )


def _override(measure: Measure, said: OverrideFact) -> None:
    lead = measure.responsibilities.get(role="lead").agency
    OverrideRequest.objects.create(
        measure=measure,
        agency=lead,
        agency_name=lead.short_name,
        light=said.light,
        reason=said.reason,
        against="滞后",
        starts_on=said.starts_on,
        ends_on=said.last_on,
        post="市商务委统筹岗",
        asked_by=make_user(),
        asked_at=NOW,
        state=RequestState.AGREED,
        decided_by=make_user(),
        decided_at=NOW,
    )


def writer() -> User:
    """Return the person who wrote or decided it, created once per test."""
    return User.objects.filter(username="writer").first() or make_user(username="writer")


# Random rows, for lights/tests/test_facts ---------------------------------------------------------

NEWEST = (Quarter(2026, 3), Quarter(2026, 2), Quarter(2026, 1), Quarter(2025, 4))


def keep_period(number: int, state: str, due_on: date) -> Period:
    """Create the quarter of that number, 0 the newest, due on any day."""
    return make_period(NEWEST[number], state=state, due_on=due_on, opens_on=LONG_AGO)


def keep_measure(fields: dict[str, Any], periods: list[Period], on: date) -> Measure:
    """Create a measure of any kind with filings in any states, some unreachable by actions."""
    is_dated = fields["nature"] == Nature.DATED
    starts_on = on + fields["begun"] * DAY
    measure = make_measure(
        nature=fields["nature"],
        stage=fields["stage"],
        starts_on=starts_on,
        due_on=starts_on + fields["due"] * DAY if is_dated else None,
        percent=fields["percent"] if is_dated else None,
        completed_on=LONG_AGO if fields["stage"] == Stage.DONE else None,
    )
    other = Responsibility.objects.create(
        measure=measure, agency=make_agency(), order=2, role="responsible"
    )
    duties = {True: measure.responsibilities.get(role="lead"), False: other}
    if fields["lost"]:
        Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    for number, is_lead, move, versions in fields["filings"]:
        _any_filing(measure, periods[number], duties[is_lead], move, versions, on)
    for day, percent, is_done in fields["milestones"]:
        _any_milestone(measure, on + day * DAY, percent, is_done)
    for numbers in fields["indicators"]:
        _any_indicator(measure, numbers, on)
    if is_dated:
        _any_moves(measure, fields, on)
    if fields["by_hand"]:
        light, start, days = fields["by_hand"]
        first = on + start * DAY
        said = OverrideFact(light, "已商定方案", first, first + days * DAY)
        _override(measure, said)
    return measure


def _any_filing(
    measure: Measure,
    period: Period,
    duty: Responsibility,
    move: tuple[FilingState, int, int, bool, bool],
    versions: list[tuple[str, bool]],
    on: date,
) -> None:
    """Create a filing with submitted versions, each with its confidence, accepted or not."""
    state, due, mend, has_left, is_given_up = move
    must = state in (FilingState.SUBMITTED, FilingState.ACCEPTED) or bool(versions)
    is_out = must or has_left
    could_mend = state in (FilingState.DRAFT, FilingState.IN_AGENCY) and mend % 2
    filing = make_row(
        measure,
        period,
        duty,
        due_on=on + due * DAY,
        first_submitted_at=BEFORE if is_out else None,
        mend_by=on + mend * DAY
        if is_out and (state == FilingState.RETURNED or could_mend)
        else None,
        **_given_up(is_given_up),
        **_waived(state),
    )
    for confidence, is_accepted in versions:
        note = make_note(
            filing,
            author=writer(),
            submitted=True,
            left_at=BEFORE,
            confidence=confidence,
            confidence_reason="" if confidence == "green" else "资金未到位",
        )
        if is_accepted:
            accept(note)
            filing.accepted_note = note
    if state == FilingState.ACCEPTED and filing.accepted_note is None:
        filing.accepted_note = make_note(filing, author=writer(), submitted=True, left_at=BEFORE)
        accept(filing.accepted_note)
    filing.state = state
    filing.save()


def _any_milestone(measure: Measure, due_on: date, percent: int | None, is_done: bool) -> None:
    done = {"is_done": True, "done_on": due_on, "done_by": writer(), "done_source": "会议纪要"}
    Milestone.objects.create(
        measure=measure,
        title=f"节点{next(_numbers)}",
        due_on=due_on,
        original_due_on=due_on,
        planned_percent=percent,
        source="会议纪要",
        **done if is_done else {},
    )


def _any_indicator(measure: Measure, numbers: dict[int, int], on: date) -> None:
    """Create values as of so many days ago, and a target of 20 days ago."""
    indicator = Indicator.objects.create(
        measure=measure,
        name=f"指标{next(_numbers)}",
        unit="个",
        direction=Direction.UP,
        reporter=_agency("市统计局"),
        asked_since=on - 150 * DAY,
    )
    IndicatorTarget.objects.create(
        indicator=indicator, due_on=on - 20 * DAY, value=80, basis="实施方案"
    )
    for days, value in numbers.items():
        enter(indicator, on - days * DAY, value)


def _any_moves(measure: Measure, fields: dict[str, Any], on: date) -> None:
    """Create updates of its percent, the newest last, and its date before it was moved."""
    for days, percent in sorted(fields["told"].items(), reverse=True):
        tell(measure, on - days * DAY, percent)
    if fields["told"]:
        measure.percent = fields["told"][min(fields["told"])]
        measure.save()
    if fields["moved"] is not None:
        from_on = measure.due_on + fields["moved"] * DAY
        make_due_date_request(
            measure, from_on=from_on, to_on=measure.due_on, state=RequestState.AGREED
        )
