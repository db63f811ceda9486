"""The history of a measure's status: old and new values, person, time and basis."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple, Self

from django.utils.timezone import localdate

from agencies.models import User
from lib.charts.steps import HeldValue, StepLine, step_line
from measures.choices import Decision, Nature, Stage, StatusKind
from measures.models import ClosingRequest, Measure, Period, StatusUpdate
from measures.models.measure import ONGOING_DONE
from measures.rules.comparison import ADVANCING
from measures.rules.periods import slice_label_of

PERCENTS = [(Decimal(number), f"{number}%") for number in (0, 50, 100)]


class BasisNote(NamedTuple):
    filing_id: int
    agency: str
    period: str  # name of its slice
    version: int
    is_accepted: bool  # its accept was not undone

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        start = date.fromisoformat(row["covers_from"])
        return cls(
            filing_id=row["filing"],
            agency=row["agency"],
            period=slice_label_of(row["kind"], start, row["label"]),
            version=row["version"],
            is_accepted=row["decision"] == Decision.ACCEPT,
        )


class HistoryStep(NamedTuple):
    at: datetime
    by: User | None
    stage: Stage
    label: str
    percent: int | None
    reason: str
    word: str  # 更正, 中止, 恢复, 重新启动, 办结 or 转入常态; empty for a plain update
    before: str = ""  # the status before, in words; empty if unknown
    period: Period | None = None
    back_reason: str = ""
    corrected_at: datetime | None = None
    notes: Sequence[BasisNote] = ()
    is_newest: bool = False

    @property
    def words(self) -> str:
        return self.label if self.percent is None else f"{self.label} {self.percent}%"

    @property
    def lost_notes(self) -> list[BasisNote]:
        return [note for note in self.notes if not note.is_accepted]

    @property
    def is_same(self) -> bool:
        return self.before == self.words

    @property
    def tone(self) -> str:
        return self.stage.tone

    @property
    def order(self) -> tuple[datetime, int]:
        """Sort key: at the same time, updates come first, then closing, then reopening."""
        is_reopening = self.word == StatusKind.REOPENED.label
        return self.at, 2 if is_reopening else int(self.stage == Stage.DONE)


class History(NamedTuple):
    steps: list[HistoryStep]
    chart: StepLine | None
    chart_title: str
    has_updates: bool  # whether there is an update that can be corrected


def history_of(measure: Measure, closings: Iterable[ClosingRequest], *, on: date) -> History:
    """Return the whole history; one query.

    `closings`: the measure's closing requests; those agreed to are included.
    """
    rows = StatusUpdate.objects.filter(measure=measure).select_related("by", "period")
    updates = list(rows.with_notes())
    corrected = {u.corrects_id: u.at for u in updates if u.corrects_id}
    said = [_said(update, corrected.get(update.pk)) for update in reversed(updates)]
    closed = [_closed(request) for request in closings if request.took_effect]
    steps = _following(sorted((*said, *closed), key=lambda step: step.order))
    counted = [step for step in steps if step.corrected_at is None]
    title = "完成比例的变化" if measure.is_dated else "进度的变化"
    chart = _percent_line(counted, on) if measure.is_dated else _stage_line(counted, on)
    return History(steps[::-1], chart, title, bool(updates))


def _said(update: StatusUpdate, corrected_at: datetime | None) -> HistoryStep:
    return HistoryStep(
        at=update.at,
        by=update.by,
        stage=update.stage_choice,
        label=str(update.stage_choice.label),
        percent=update.percent,
        reason=update.reason,
        word="" if update.kind == StatusKind.UPDATED else str(update.kind.label),
        before=update.words_before,
        period=update.period,
        back_reason=update.back_reason,
        corrected_at=corrected_at,
        notes=[BasisNote.read(row) for row in update.notes_found],
    )


def _closed(request: ClosingRequest) -> HistoryStep:
    is_dated = request.nature == Nature.DATED
    day = f"{request.completed_on:%Y-%m-%d}"
    assert request.decided_at is not None  # it was agreed to
    return HistoryStep(
        at=request.decided_at,
        by=request.decided_by,
        stage=Stage.DONE,
        label=str(Stage.DONE.label) if is_dated else ONGOING_DONE,
        percent=100 if is_dated else None,
        reason=f"负责人同意{request.word}，{f'{day}完成' if is_dated else f'自{day}起'}。",
        word=request.word,
    )


def _following(steps: list[HistoryStep]) -> list[HistoryStep]:
    """Return the steps, oldest first, each with the status before it."""
    found = steps[:1]
    for earlier, step in pairwise(steps):
        is_told = bool(step.before) and earlier.stage != Stage.DONE
        found.append(step if is_told else step._replace(before=earlier.words))
    return [*found[:-1], *(step._replace(is_newest=True) for step in found[-1:])]


def _percent_line(steps: Iterable[HistoryStep], on: date) -> StepLine | None:
    held = [
        HeldValue(
            localdate(step.at), Decimal(step.percent), f"{localdate(step.at):%Y-%m-%d} {step.words}"
        )
        for step in steps
        if step.percent is not None
    ]
    return step_line(held, PERCENTS, until=on)


def _stage_line(steps: Sequence[HistoryStep], on: date) -> StepLine | None:
    """Return the chart of stages; 已终止 and 已中止 are below the others, if they occur."""
    found = {step.stage for step in steps}
    order = [*(one for one in (Stage.ENDED, Stage.SUSPENDED) if one in found), *ADVANCING]
    names = {Stage.DONE: ONGOING_DONE}
    levels = [
        (Decimal(number), names.get(stage, str(stage.label))) for number, stage in enumerate(order)
    ]
    held = [
        HeldValue(
            localdate(step.at),
            Decimal(order.index(step.stage)),
            f"{localdate(step.at):%Y-%m-%d} {step.words}",
        )
        for step in steps
    ]
    return step_line(held, levels, until=on)
