"""The real notice with a closed and an open period and lights of all colours. Invented."""

from datetime import date, datetime, timedelta

from agencies.models import User
from measures.choices import FilingState, Light, Stage
from measures.models import Filing, Measure, Note, Notice, Period, Responsibility, Snapshot
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_period,
    make_user,
)
from reports.datasets import progress
from reports.datasets.schema import ProgressData
from reports.models.report import Scope

LIGHTS = {
    3: (Light.YELLOW, "市农业农村委三季度进展逾期3个工作日未报"),
    5: (Light.YELLOW, "市商务委三季度自评“有风险”：境外展会改期"),
    13: (Light.RED, "市金融监管局连续2期未报进展"),
    16: (Light.RED, "市政府口岸物流办三季度进展逾期8个工作日未报"),
}
BEFORE = {5: Light.GREEN, 6: Light.YELLOW, 13: Light.RED, 16: Light.GREEN}
UNKNOWN = (Light.GREY, "责任单位待核对，尚未布置")
DATED = {7: 96, 14: 55}
LATE = {(3, 0), (13, 0), (13, 1), (16, 0), (5, 4)}  # (ordinal, place in the text)
WAITING = {(4, 1), (6, 1), (2, 3)}
RETURNED = {(7, 2)}


def gather_progress(period_id: int, *, on: date) -> ProgressData:
    """Return the dataset of the whole notice."""
    return progress.gather(Scope(period_id), on=on)


def make_world(notice: Notice) -> tuple[Period, Period]:
    """Fill in the notice; return the closed second quarter and the open third one."""
    closed = make_period(
        Quarter(2026, 2),
        state="closed",
        due_on=TODAY - timedelta(days=130),
        opened_at=NOW - timedelta(days=145),
        closed_at=NOW - timedelta(days=100),
    )
    opened = make_period(due_on=TODAY - timedelta(days=11), opened_at=NOW - timedelta(days=20))
    author = make_user()
    for measure in Measure.objects.filter(notice=notice).order_by("ordinal"):
        _set_status(measure)
        _snapshot(measure, closed)
        for place, duty in enumerate(measure.responsibilities.all()):
            _file(opened, duty, state_of(measure.ordinal, place), author)
    return closed, opened


def state_of(ordinal: int, place: int) -> FilingState:
    """Return the state of one agency's filing in the open period."""
    if (ordinal, place) in LATE:
        return FilingState.PENDING
    if (ordinal, place) in WAITING:
        return FilingState.SUBMITTED
    return FilingState.RETURNED if (ordinal, place) in RETURNED else FilingState.ACCEPTED


def _set_status(measure: Measure) -> None:
    duties = list(measure.responsibilities.all())
    green = (Light.GREEN, f"{duties[0].agency}三季度进展已报送并通过" if duties else "")
    measure.light, measure.light_sentence = LIGHTS.get(measure.ordinal) or (
        green if duties else UNKNOWN
    )
    measure.light_on = TODAY
    measure.stage = Stage.UNDER_WAY if duties else Stage.NOT_STARTED
    measure.changed_on = TODAY - timedelta(days=measure.ordinal) if duties else None
    if measure.ordinal in DATED:
        measure.nature, measure.due_on = "dated", TODAY + timedelta(days=38)
        measure.percent = DATED[measure.ordinal]
        measure.stage = Stage.NEARLY_DONE if measure.percent > 90 else Stage.UNDER_WAY
    measure.save()


def _snapshot(measure: Measure, period: Period) -> None:
    duties = list(measure.responsibilities.select_related("agency"))
    light = BEFORE.get(measure.ordinal, Light(measure.light))
    stage = Stage.UNDER_WAY if duties else Stage.NOT_STARTED
    Snapshot.objects.create(
        period=period,
        measure=measure,
        taken_at=period.closed_at,
        stage=stage,
        stage_label=stage.label,
        percent=40 if measure.is_dated else None,
        light=light,
        light_label=light.label,
        sentence=f"二季度时的原因{measure.ordinal}" if duties else "责任单位待核对，尚未布置",
        agencies=[{"name": f"{d.agency}", "role": d.role} for d in duties],
        filed=max(len(duties) - 1, 0),
        owed=len(duties),
    )


def _file(period: Period, duty: Responsibility, state: FilingState, author: User) -> None:
    filing = Filing.objects.create(
        period=period,
        measure=duty.measure,
        agency=duty.agency,
        role=duty.role,
        agency_name=duty.agency.short_name,
        due_on=period.due_on,
        state=FilingState.PENDING,
    )
    if state == FilingState.PENDING:
        return
    moment: datetime = NOW - timedelta(days=13)
    filing.first_submitted_at = moment
    if state == FilingState.ACCEPTED:
        filing.accepted_note = Note.objects.create(
            filing=filing,
            version=1,
            progress="已推进。",
            claimed_stage=Stage.UNDER_WAY,
            author=author,
            saved_at=moment,
            submitted_by=author,
            submitted_at=moment,
        )
    filing.state = state
    filing.save()


def make_many(count: int) -> Period:
    """Create measures with three agencies each, filed in an open period, and their lights."""
    period = make_period(due_on=TODAY - timedelta(days=3))
    others = (make_agency(), make_agency())
    lead = make_agency()
    for _ in range(count):
        measure = make_measure(
            lead=lead, others=others, light=Light.RED, light_sentence="逾期", light_on=TODAY
        )
        make_filing(measure=measure, period=period)
    return period


def relabel(period: Period, **labels: str) -> None:
    """Store a second closing in words no longer in use, by the choice's value."""
    for snapshot in Snapshot.objects.filter(period=period):
        snapshot.pk, snapshot.closing = None, snapshot.closing + 1
        snapshot.light_label = labels.get(snapshot.light, snapshot.light_label)
        snapshot.stage_label = labels.get(snapshot.stage, snapshot.stage_label)
        snapshot.save(force_insert=True)
