"""A measure's dates and milestones as a lane over time."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from lib.charts.gantt import Gantt, GanttPoint, Lane, PlacedLane, gantt, window_of
from measures.models import DueDateRequest, Measure, Milestone
from measures.rules.closing import word_of

DONE, OVERDUE, OPEN = ("■", "green", "已完成"), ("▲", "red", "逾期未完成"), ("○", "plain", "未到期")
DUE, BEFORE = "◆", "◇"
BACK = 12  # number of past quarters on a measure's own page
LEGEND = (
    DONE,
    OVERDUE,
    OPEN,
    (DUE, "blue", "现行时限"),
    (BEFORE, "plain", "原时限"),
)  # shape, tone, word


class Strip(NamedTuple):
    chart: Gantt
    legend: list[tuple[str, str, str]]

    @property
    def lane(self) -> PlacedLane:
        return self.chart.lanes[0]


def strip_of(
    measure: Measure,
    milestones: Sequence[Milestone],
    requests: Iterable[DueDateRequest],
    *,
    on: date,
) -> Strip | None:
    moves = [one for one in requests if one.took_effect]
    lane = lane_of(measure, milestones, moves, on=on)
    if not lane.points:
        return None
    chart = gantt([lane], today=on, window=window_of([lane], today=on, back=BACK))
    return Strip(chart, legend_of([lane]))


def lane_of(
    measure: Measure,
    milestones: Iterable[Milestone],
    moves: Iterable[DueDateRequest],
    *,
    on: date,
) -> Lane:
    """Return one measure over time. `moves`: requests that changed its date."""
    points = [_milestone(one, on) for one in milestones]
    points += [
        GanttPoint(one.from_on, BEFORE, "plain", f"原时限{one.from_on}")
        for one in moves
        if one.from_on
    ]
    if measure.completed_on:
        words = f"{word_of(measure.nature)}{measure.completed_on}"
        points.append(GanttPoint(measure.completed_on, *DONE[:2], words))
    is_overrun = is_past_due(measure, on=on)
    if measure.due_on:
        tone = "red" if is_overrun else "blue"
        points.append(GanttPoint(measure.due_on, DUE, tone, f"现行时限{measure.due_on}"))
    end = measure.due_on or measure.completed_on
    return Lane(measure.starts_on, end, tuple(points), is_overrun)


def legend_of(lanes: Iterable[Lane]) -> list[tuple[str, str, str]]:
    used = {point.shape for lane in lanes for point in lane.points}
    return [one for one in LEGEND if one[0] in used]


def is_past_due(measure: Measure, *, on: date) -> bool:
    """Return whether its due date has passed and it is not done. Due today is not late."""
    return measure.due_on is not None and measure.due_on < on and measure.completed_on is None


def _milestone(one: Milestone, on: date) -> GanttPoint:
    shape, tone, word = DONE if one.is_done else OVERDUE if one.is_overdue(on=on) else OPEN
    moved = f"（原定{one.original_due_on}）" if one.is_moved else ""
    label = f"{one.title}，计划{one.due_on}{moved}，{word}"
    return GanttPoint(one.due_on, shape, tone, label, one.original_due_on if one.is_moved else None)
