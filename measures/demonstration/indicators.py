"""Invented milestones and indicators, with values for each period."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from agencies.models import Agency
from lib.numbers import figure
from measures.demonstration.parts import FilingKey, Scene
from measures.demonstration.texts import ADDED_UP, MARK
from measures.indicators import actions as indicators
from measures.indicators import milestones, targets, values
from measures.models import Indicator, Measure, Milestone
from measures.rules.figures import Said

CLEARANCE = 15


class Filed(NamedTuple):
    measure: int
    agency: str
    name: str
    unit: str
    direction: str
    is_cumulative: bool
    baseline: str  # empty: 待定
    target: str
    figures: tuple[str, str, str]  # per quarter if they are added up, else per period


FILED = (
    Filed(2, "cqcustoms", "监管进口消费品金额", "亿元", "up", True, "", "31.0", ("7.2",) * 3),
    Filed(3, "nyncw", "肉类、水产品、水果进口量", "万吨", "up", True, "", "8.0", ("1.8",) * 3),
    Filed(5, "sww", "自沿线国家进口额", "亿元", "up", True, "", "165.0", ("38.5",) * 3),
    Filed(
        *(2, "yjj", "进口药品备案平均用时", "个工作日", "down", False, "10.0", "6.0"),
        ("8.2", "7.1", "7.9"),  # the last one moves the wrong way
    ),
)
STALE = (13, "进口预付款保险承保金额", "亿元", "3.4")  # reported only once
CLEARANCE_BASELINE = "72.0"
CLEARANCE_HOURS = ("66.5", "60.2", "55.4")
LATE = timedelta(days=12)  # before the newest period is due: late, but not red yet
# measure, agency, what
OVERDUE = (1, "jjxxw", "印发重点进口设备需求台账")
REACHED = (3, "nyncw", "形成特色产业农机需求清单")
COMING = (5, "sww", "首批“一带一路”国家馆开馆")
FEES = 16


def set_up(scene: Scene, *, at: datetime) -> None:
    by, begins = scene.cast.coordinator, scene.spans[0].quarter.starts_on
    for one in FILED:
        said = {
            "name": one.name,
            "unit": one.unit,
            "decimals": 1,
            "direction": one.direction,
            "is_cumulative": one.is_cumulative,
            "meaning": f"口径为虚构{MARK}",
            "reporter": _agency(one.agency),
            "asked_since": begins,
        }
        made = indicators.add_indicator(_measure(scene, one.measure), by=by, said=said, at=at)
        if one.baseline:
            indicators.set_baseline(
                made, by=by, value=Decimal(one.baseline), on=_before(begins), source=_SOURCE, at=at
            )
        targets.add_target(
            made, by=by, due_on=_year_end(scene), value=Decimal(one.target), basis=_BASIS, at=at
        )
    _set_up_staffs_own(scene, at)
    _complete(scene, Milestone.objects.get(measure=_measure(scene, FEES)), date(2020, 12, 28), at)
    newest = scene.spans[2]
    for due_on, (measure, agency, title) in (
        (newest.due_on - LATE, OVERDUE),
        (scene.spans[1].quarter.ends_on, REACHED),
        (newest.quarter.ends_on, COMING),
    ):
        milestones.add_milestone(
            _measure(scene, measure),
            by=by,
            title=title + MARK,
            due_on=due_on,
            agency=_agency(agency),
            source=_BASIS,
            at=at,
        )


def move_milestone(scene: Scene, *, at: datetime) -> None:
    row = _milestone(scene, COMING)
    milestones.change_milestone(
        row,
        by=scene.cast.coordinator,
        title=row.title,
        due_on=scene.spans[2].quarter.next.next.ends_on,
        agency=row.agency,
        planned_percent=None,
        source=row.source,
        remark="",
        reason=f"布展进度调整{MARK}",
        at=at,
    )


def reach_milestones(scene: Scene, *, at: datetime) -> None:
    reached = _milestone(scene, REACHED)
    _complete(scene, reached, reached.due_on, at)


def _complete(scene: Scene, row: Milestone, day: date, at: datetime) -> None:
    milestones.complete_milestone(
        row, by=scene.cast.coordinator, done_on=day, source=f"完成情况报告{MARK}", at=at
    )


def staff_enter(scene: Scene, number: int, *, at: datetime) -> None:
    by, as_of = scene.cast.coordinator, scene.spans[number].quarter.ends_on
    hours, around = _clearance(scene)
    said = {hours: CLEARANCE_HOURS[number], around: str(int(number > 0))}
    if number == 0:
        said[_indicator(scene, STALE[0], STALE[1])] = STALE[3]
    for indicator, value in said.items():
        values.record_value(
            indicator, by=by, as_of=as_of, value=Decimal(value), source=_SOURCE, at=at
        )


def figures_of(scene: Scene, key: FilingKey) -> dict[int, Said]:
    quarter = scene.spans[key.period].quarter
    found = {}
    for one in FILED:
        if (one.measure, one.agency) == (key.measure, key.agency):
            value = Decimal(one.figures[key.period])
            if one.is_cumulative:
                value *= Decimal(str(ADDED_UP[quarter.number - 1]))
            pk = _indicator(scene, one.measure, one.name).pk
            found[pk] = Said(Decimal(figure(value, 1)))  # rounded as in the texts
    return found


_SOURCE = f"业务统计{MARK}"
_BASIS = f"年度工作方案{MARK}"


def _set_up_staffs_own(scene: Scene, at: datetime) -> None:
    """Set baseline and day of （十五）, and create an indicator that no agency files."""
    by, begins = scene.cast.coordinator, scene.spans[0].quarter.starts_on
    hours, _ = _clearance(scene)
    indicators.set_baseline(
        hours,
        by=by,
        value=Decimal(CLEARANCE_BASELINE),
        on=_before(begins),
        source=_SOURCE,
        at=at,
    )
    targets.change_target(
        hours.targets.get(),
        by=by,
        due_on=_year_end(scene),
        value=None,
        basis=_BASIS,
        reason=f"明确目标日期{MARK}",
        at=at,
    )
    measure, name, unit, _ = STALE
    said = dict.fromkeys(("reporter", "asked_since")) | {
        "name": name,
        "unit": unit,
        "decimals": 1,
        "direction": "up",
        "is_cumulative": False,
        "meaning": f"口径为虚构{MARK}",
    }
    indicators.add_indicator(_measure(scene, measure), by=by, said=said, at=at)


def _clearance(scene: Scene) -> tuple[Indicator, Indicator]:
    """Return the notice's own indicators: hours of clearance, and clearance around the clock."""
    hours, around = Indicator.objects.filter(measure=_measure(scene, CLEARANCE)).order_by("pk")
    return hours, around


def _measure(scene: Scene, ordinal: int) -> Measure:
    return Measure.objects.get(notice=scene.notice, ordinal=ordinal)


def _agency(code: str) -> Agency:
    return Agency.objects.get(code=code)


def _indicator(scene: Scene, measure: int, name: str) -> Indicator:
    return Indicator.objects.get(measure=_measure(scene, measure), name=name)


def _milestone(scene: Scene, what: tuple[int, str, str]) -> Milestone:
    return Milestone.objects.get(measure=_measure(scene, what[0]), title=what[2] + MARK)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _year_end(scene: Scene) -> date:
    """Return the end of the open period's year: a target day in the future or just past."""
    return date(scene.spans[2].quarter.ends_on.year, 12, 31)
