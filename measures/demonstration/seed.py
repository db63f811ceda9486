"""Creates the demonstration: every step calls a verb with its own time, in order of time."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, groupby
from typing import NamedTuple

from django.db import transaction
from django.utils.timezone import localdate, make_aware

from agencies.models import Agency, User
from lib.errors import DomainError
from lib.workdays import Calendar, add_workdays
from measures.demonstration import (
    chasing,
    coordination,
    corrections,
    indicators,
    instructions,
    requests,
    scenarios,
    texts,
)
from measures.demonstration import filings as act
from measures.demonstration.parts import FilingKey, Scene
from measures.demonstration.people import make_people
from measures.demonstration.schedule import PeriodSpan, spans
from measures.lights.refresh import lights_at_the_end, refresh_all_lights
from measures.models import Measure, Note, Notice, Period, Responsibility, Workday
from measures.notice.load import mark_demonstrated

PEOPLE_BEFORE = 10  # working days before the first period opens
# How often all lights are computed, each time for all days since: as rarely as lights.refresh
# allows. A test does it night by night and compares the histories.
NIGHTS = timedelta(days=60)
STATUS_AFTER = 6  # working days after a period is due


class DatedEvent(NamedTuple):
    at: datetime
    happen: Callable[..., object]  # called with at=


def may_load() -> bool:
    return not any(model.objects.exists() for model in (User, Period, Note))


@transaction.atomic
def load_demonstration(*, on: date, at: datetime) -> None:
    """Load the whole demonstration relative to the day `on`, or nothing of it.

    The notice must be loaded. Raises DomainError if there are people, periods or notes already, or
    the day is too close to the notice's own.
    """
    notice = Notice.objects.select_for_update().first()
    if notice is None:
        raise DomainError("请先载入文件，再载入演示数据。")
    if not may_load():
        raise DomainError(
            "演示数据只能载入没有人员、填报期和进展的数据库，现有数据未作任何改动。"
            "如需从头开始，请运行 python3 start.py --fresh。"
        )
    calendar = Workday.objects.as_calendar()
    three = spans(on, calendar)
    if three[0].quarter.starts_on < notice.issued_on:
        raise DomainError("演示数据需要文件印发后的三个完整季度，请换一个更晚的日期。")
    measures = Measure.objects.filter(notice=notice).confirmed()
    found = Responsibility.objects.filter(measure__in=measures).select_related("measure", "agency")
    duties = list(found.order_by("measure__ordinal", "order"))
    begins = _moment(add_workdays(three[0].opened_on, -PEOPLE_BEFORE, calendar), "09:00")
    agencies = Agency.objects.filter(pk__in={duty.agency_id for duty in duties})
    cast = make_people(agencies, since=notice.issued_on, at=begins)
    scene = Scene(notice, cast, three, {}, {})
    steps = sorted(_steps(scene, duties, calendar, on), key=lambda step: step.at)
    with lights_at_the_end():
        judged = localdate(steps[0].at)
        for day, own in groupby(steps, key=lambda step: localdate(step.at)):
            while judged + NIGHTS < day:
                judged += NIGHTS
                refresh_all_lights(on=judged)
            for step in own:
                step.happen(at=step.at)
    mark_demonstrated(notice, at=at)
    refresh_all_lights(on=on)


def _steps(
    scene: Scene, duties: list[Responsibility], calendar: Calendar, on: date
) -> Iterator[DatedEvent]:
    told = (
        requests.moves(scene, on=on),
        instructions.moves(scene, on=on),
        coordination.moves(scene, on=on),
        corrections.moves(scene),
        chasing.moves(scene, calendar),
    )
    for move in chain(*told):
        day = _day(scene.spans[move.period], move.days, calendar)
        yield DatedEvent(_moment(day, move.time), move.happen)
    measures = {duty.measure_id: duty.measure for duty in duties}.values()
    for number, span in enumerate(scene.spans):
        yield from _period_steps(scene, number, span)
        yield from _counted_steps(scene, number, span)
        for duty in duties:
            yield from _filing_steps(scene, number, duty, calendar)
        for measure in measures:
            if texts.status_of(number, measure.ordinal):
                day = _day(span, STATUS_AFTER, calendar)
                at = _moment(day, "16:30", measure.ordinal * 4)
                yield DatedEvent(at, partial(act.set_status, scene, number, measure))


def _period_steps(scene: Scene, number: int, span: PeriodSpan) -> Iterator[DatedEvent]:
    yield DatedEvent(_moment(span.opened_on, "08:30"), partial(act.create, scene, number))
    yield DatedEvent(_moment(span.opened_on, "08:45"), partial(act.open_, scene, number))
    if number == scenarios.OPEN:
        yield DatedEvent(_moment(span.opened_on, "08:40"), partial(act.want_inner_approval, scene))
        yield DatedEvent(
            _moment(span.due_on, "12:00"), partial(act.read_messages, [scene.cast.coordinator])
        )
    else:
        yield DatedEvent(_moment(span.last_on, "17:40"), partial(act.close, scene, number))
        yield DatedEvent(
            _moment(span.last_on, "18:00"), partial(act.read_messages, scene.cast.everybody)
        )


def _counted_steps(scene: Scene, number: int, span: PeriodSpan) -> Iterator[DatedEvent]:
    """Yield the steps of milestones and indicators: before the first period, and after each."""
    if number == 0:
        yield DatedEvent(_moment(span.opened_on, "08:35"), partial(indicators.set_up, scene))
    if number == 1:
        yield DatedEvent(
            _moment(span.opened_on, "10:20"), partial(indicators.move_milestone, scene)
        )
        yield DatedEvent(_moment(span.due_on, "11:10"), partial(indicators.reach_milestones, scene))
    yield DatedEvent(_moment(span.due_on, "10:40"), partial(indicators.staff_enter, scene, number))


def _filing_steps(
    scene: Scene, number: int, duty: Responsibility, calendar: Calendar
) -> Iterator[DatedEvent]:
    """Yield one filing's steps, each later than the one before even if there are few days."""
    key = FilingKey(number, duty.measure.ordinal, duty.agency.code)
    earlier = (key.measure + duty.agency.order) % 2  # not everybody files on the same day
    minutes = (key.measure * 7 + duty.agency.order * 3) % 25
    last = None
    for move in scenarios.moves_of(*key):
        day = _day(scene.spans[number], move.days - earlier, calendar)
        at = _moment(day, move.time, minutes)
        if move.verb in scenarios.WRITING:
            at -= timedelta(minutes=scenarios.writing_minutes(key.measure, duty.agency.order))
        last = at if last is None else max(at, last + timedelta(minutes=5))
        yield DatedEvent(last, partial(act.VERBS[move.verb], scene, key))


def _day(span: PeriodSpan, days: int, calendar: Calendar) -> date:
    """Return the day so many working days from the due date, within the period's days."""
    return min(max(add_workdays(span.due_on, days, calendar), span.opened_on), span.last_on)


def _moment(day: date, clock: str, minutes: int = 0) -> datetime:
    return make_aware(datetime.combine(day, time.fromisoformat(clock))) + timedelta(minutes=minutes)
