"""Facts of the light as rows: what a case of the table looks like in the database."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from agencies.models import User
from lib.workdays import Calendar
from measures.choices import FilingState, Nature, RequestState, Stage
from measures.models import (
    Filing,
    Gap,
    LightThresholds,
    Measure,
    Milestone,
    OverrideRequest,
    Period,
    Responsibility,
    Workday,
)
from measures.rules.facts import Facts, FilingFact, OverrideFact
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

QUARTERS = {"三季度": Quarter(2026, 3), "二季度": Quarter(2026, 2), "一季度": Quarter(2026, 1)}
LONG_AGO = date(2018, 12, 1)
DAY = timedelta(days=1)


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
    """A measure with rows that make these facts; the newest due period is 2026's third quarter."""
    measure = make_measure(
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
        # Past due on whichever day is asked; the filings have days of their own.
        newest = _period("三季度", due_on=LONG_AGO, closes_on=date(2027, 12, 31))
        for fact in facts.newest_due:
            _filing(measure, newest, fact)
    for number, fact in enumerate(facts.silent_closed):
        period = _period(("二季度", "一季度")[number], state="closed")
        _filing(measure, period, fact)
    _confidences(measure, facts)
    _plan(measure, facts.plan)
    for said in facts.overrides:
        _override(measure, said)
    return measure


def _plan(measure: Measure, steps: Iterable[tuple[date, Decimal | int | None]]) -> None:
    Milestone.objects.bulk_create(
        Milestone(
            measure=measure,
            title=f"节点{number}",
            due_on=day,
            original_due_on=day,
            planned_percent=percent,
            source="会议纪要",
        )
        for number, (day, percent) in enumerate(steps)
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


def _period(name: str, **fields: object) -> Period:
    quarter = QUARTERS[name]
    due_on = fields.pop("due_on", quarter.next.starts_on)
    if due_on == LONG_AGO:
        fields["opens_on"] = LONG_AGO
    return Period.objects.filter(covers_from=quarter.starts_on).first() or make_period(
        quarter, due_on=due_on, **fields
    )


def _filing(measure: Measure, period: Period, fact: FilingFact) -> Filing:
    """The lead's own, or another agency's."""
    if fact.is_lead:
        duty = measure.responsibilities.get(role="lead")
    else:
        duty = _other(measure)
    waived = fact.state == FilingState.WAIVED
    filing = Filing.objects.create(
        period=period,
        measure=measure,
        agency=duty.agency,
        agency_name=duty.agency.short_name,
        role=duty.role,
        due_on=fact.due_on,
        first_submitted_at=NOW - timedelta(days=400) if fact.is_filed and not waived else None,
        mend_by=fact.mend_by,
        waived_reason="本期不涉及。" if waived else "",
        waived_at=NOW if waived else None,
        state=FilingState.WAIVED if waived else FilingState.PENDING,
    )
    if fact.state == FilingState.ACCEPTED or fact.has_accepted:
        filing.accepted_note = make_note(filing, submitted=True)
    filing.state = fact.state
    filing.save()
    return filing


def _other(measure: Measure) -> Responsibility:
    return Responsibility.objects.create(
        measure=measure,
        agency=make_agency(),
        order=measure.responsibilities.count() + 1,
        role="responsible",
    )


def _confidences(measure: Measure, facts: Facts) -> None:
    """Of accepted notes, by other agencies, in a period of their own that never is the newest."""
    for fact in facts.confidences:
        period = Period.objects.filter(covers_from=date(2018, 10, 1)).first() or make_period(
            Quarter(2018, 4), due_on=LONG_AGO, opens_on=LONG_AGO, state="closed"
        )
        duty = _other(measure)
        filing = Filing.objects.create(
            period=period,
            measure=measure,
            agency=duty.agency,
            agency_name=duty.agency.short_name,
            role=duty.role,
            due_on=LONG_AGO,
            first_submitted_at=NOW,
        )
        filing.accepted_note = make_note(
            filing, submitted=True, confidence=fact.confidence, confidence_reason=fact.reason
        )
        filing.state = FilingState.ACCEPTED
        filing.save()


# Rows made at random, for lights/tests/test_facts -------------------------------------------------

NEWEST = (Quarter(2026, 3), Quarter(2026, 2), Quarter(2026, 1), Quarter(2025, 4))


def keep_period(number: int, state: str, due_on: date) -> Period:
    """The quarter of that number, 0 the newest, due on any day."""
    return make_period(NEWEST[number], state=state, due_on=due_on, opens_on=LONG_AGO)


def keep_measure(fields: dict[str, Any], periods: list[Period], on: date) -> Measure:
    """A measure of any kind with filings in any states, some of which no verb would reach."""
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
    duties = {True: measure.responsibilities.get(), False: _other(measure)}
    if fields["lost"]:
        Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    for number, is_lead, move, confidence in fields["filings"]:
        _any_filing(measure, periods[number], duties[is_lead], move, confidence, on)
    if is_dated:
        _plan(measure, [(on + day * DAY, percent) for day, percent in fields["plan"]])
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
    move: tuple[FilingState, int, int | None, bool],
    confidence: str,
    on: date,
) -> None:
    state, due, mend, has_left = move
    must = state in (FilingState.SUBMITTED, FilingState.ACCEPTED)
    filing = Filing.objects.create(
        period=period,
        measure=measure,
        agency=duty.agency,
        agency_name=duty.agency.short_name,
        role=duty.role,
        due_on=on + due * DAY,
        first_submitted_at=NOW if must or has_left else None,
        mend_by=None if mend is None else on + mend * DAY,
        waived_reason="本期不涉及。" if state == FilingState.WAIVED else "",
        waived_at=NOW if state == FilingState.WAIVED else None,
        state=FilingState.WAIVED if state == FilingState.WAIVED else FilingState.PENDING,
    )
    if state == FilingState.ACCEPTED or confidence:
        filing.accepted_note = make_note(
            filing,
            author=_writer(),
            submitted=True,
            confidence=confidence or "green",
            confidence_reason="资金未到位" if confidence in ("yellow", "red") else "",
        )
    filing.state = state
    filing.save()


def _writer() -> User:
    return User.objects.filter(username="writer").first() or make_user(username="writer")
