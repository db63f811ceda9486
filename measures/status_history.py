"""How a measure's status went: who said what when, from what to what, and on what ground."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Prefetch
from django.utils.timezone import localdate

from measures.choices import Stage, StatusKind
from measures.models import Measure, Note, StatusUpdate
from measures.rules.comparison import ADVANCING
from policy_tracker.lib.charts.steps import Held, StepLine, step_line

PERCENTS = [(Decimal(number), f"{number}%") for number in (0, 50, 100)]


class HistoryStep(NamedTuple):
    """One update as the page tells it."""

    update: StatusUpdate
    before: str  # what held before, in words; empty where that is not known
    word: str  # 更正, 中止 or 恢复; empty for a plain update
    corrected_at: datetime | None
    notes: list[Note]
    is_newest: bool = False

    @property
    def lost_grounds(self) -> list[Note]:
        """The notes it rests on whose accept was taken back."""
        return [note for note in self.notes if not note.review.accepts]

    @property
    def is_same(self) -> bool:
        """Whether stage and percent are what they were."""
        return self.before == self.update.words


class History(NamedTuple):
    """All updates, newest first, and their line."""

    steps: list[HistoryStep]
    chart: StepLine | None
    chart_title: str


def history_of(measure: Measure, *, on: date) -> History:
    """Gather it; two queries for any number of updates."""
    notes = Note.objects.select_related("filing__period", "review").only(
        "version", "filing__agency_name", "filing__period", "review__decision"
    )
    updates = list(
        measure.status_updates.select_related("by", "period").prefetch_related(
            Prefetch("notes", notes.order_by("filing__agency__order"))
        )
    )
    corrected = {u.corrects_id: u.at for u in updates if u.corrects_id}
    earlier = [older.words for _, older in pairwise(updates)]
    befores = [*earlier, ""][: len(updates)]
    steps = [
        HistoryStep(
            update=update,
            before=update.words_before or before,
            word="" if update.kind == StatusKind.UPDATED else update.kind.label,
            corrected_at=corrected.get(update.pk),
            notes=list(update.notes.all()),
            is_newest=update is updates[0],
        )
        for update, before in zip(updates, befores, strict=True)
    ]
    wrong = set(corrected)
    counted = [update for update in reversed(updates) if update.pk not in wrong]
    title = "完成比例的变化" if measure.is_dated else "进度的变化"
    chart = _percent_line(counted, on) if measure.is_dated else _stage_line(counted, on)
    return History(steps, chart, title)


def _percent_line(updates: Iterable[StatusUpdate], on: date) -> StepLine | None:
    held = [
        Held(localdate(u.at), Decimal(u.percent), f"{localdate(u.at):%Y-%m-%d} {u.words}")
        for u in updates
        if u.percent is not None
    ]
    return step_line(held, PERCENTS, until=on)


def _stage_line(updates: Iterable[StatusUpdate], on: date) -> StepLine | None:
    """The stages one above the other, 已中止 below them all where it came about."""
    updates = list(updates)
    is_off = any(update.stage == Stage.SUSPENDED for update in updates)
    order = [Stage.SUSPENDED, *ADVANCING] if is_off else list(ADVANCING)
    levels = [(Decimal(number), str(stage.label)) for number, stage in enumerate(order)]
    held = [
        Held(
            localdate(update.at),
            Decimal(order.index(Stage(update.stage))),
            f"{localdate(update.at):%Y-%m-%d} {update.words}",
        )
        for update in updates
    ]
    return step_line(held, levels, until=on)
