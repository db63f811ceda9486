"""两期对照: every measure at two moments, each a closed period's snapshot or the present."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from measures.choices import Change, Light
from measures.models import Measure, Period
from measures.rules.comparison import changes_between
from measures.rules.periods import closed_before
from reports.overview.data import overview_for
from reports.overview.rows import MeasureRow
from reports.period.measures import measures_in
from reports.period.shown import Shown, present, shown_period

NORMAL = {Light.GREEN, Light.WAITING}


class Side(NamedTuple):
    label: str
    as_of: date
    period: Period | None  # None: the present, and nothing was ever opened
    is_live: bool
    rows: dict[int, MeasureRow]  # by measure

    @property
    def short(self) -> str:
        """The open period by its name, the present by one word where none is open."""
        if self.is_live and not (self.period and self.period.is_open):
            return "当前"
        return self.period.label if self.period else self.label

    @property
    def period_id(self) -> int:
        """Its period's number; 0 where there is none."""
        return self.period.pk if self.period else 0

    @property
    def key(self) -> str:
        return "" if self.is_live or self.period is None else str(self.period.pk)


class Pair(NamedTuple):
    """One measure at both moments; it may be missing in a snapshot from before it was there."""

    before: MeasureRow | None
    after: MeasureRow | None
    changes: frozenset[Change]
    words: tuple[str, ...]  # what is different, one clause each

    @property
    def row(self) -> MeasureRow:
        found = self.after or self.before
        assert found is not None  # a pair is made of at least one
        return found


class PeriodComparison(NamedTuple):
    before: Side
    after: Side
    pairs: list[Pair]  # the worst lights first


def comparison_of(earlier: Shown, later: Shown, *, on: date) -> PeriodComparison:
    measures = measures_in(later)
    before, after = _side(earlier, measures, on=on), _side(later, measures, on=on)
    ids = dict.fromkeys([*after.rows, *before.rows])
    pairs = [_pair(before.rows.get(pk), after.rows.get(pk)) for pk in ids]
    order = list(Light)
    by_light = sorted(pairs, key=lambda one: (order.index(Light(one.row.light)), one.row.ordinal))
    return PeriodComparison(before, after, by_light)


def chosen_sides(
    wanted_from: int | None, wanted_to: int | None, *, on: date, notice: int | None = None
) -> tuple[Shown, Shown] | None:
    """The two moments that the address asks for, the earlier one first; one query.

    `on`: today; `notice`: that which was chosen, else the first. Nothing asked: what 总览 compares
    the present with, and the present; while nothing of the open period is due, the two that closed
    last, since nothing has changed since.
    None where one of them does not exist or has not closed, where both are the same, or where none
    has closed.
    """
    current = shown_period(None, on=on, notice=notice)
    assert current is not None  # without a choice there always is one
    closed = {period.pk: period for period in current.closed}
    then = current._replace(is_live=False, previous=None)
    usual = current.previous or next(iter(closed.values()), None)
    if wanted_from is wanted_to is None and current.period is not None:
        last = closed_before(current.period, periods=current.periods)
        if last is not None and last != usual:
            wanted_to = last.pk
    first = usual if wanted_from is None else closed.get(wanted_from)
    if first is None or first.pk == wanted_to:
        return None
    if wanted_to is None:
        return then._replace(period=first), present(current)
    second = closed.get(wanted_to)
    if second is None:
        return None
    pair = sorted((first, second), key=lambda period: period.covers_from)
    return then._replace(period=pair[0]), then._replace(period=pair[1])


def select_pairs(pairs: Iterable[Pair], wanted: Mapping[str, str]) -> list[Pair]:
    """The pairs that meet every filter of `wanted`; figures and lists both ask here."""
    return [pair for pair in pairs if all(_meets(pair, key, wanted[key]) for key in wanted)]


def difference_words(before: MeasureRow, after: MeasureRow) -> tuple[str, ...]:
    clauses = (
        f"进度由{before.stage_label}变为{after.stage_label}" if before.stage != after.stage else "",
        _percent_words(before, after),
        _light_words(before, after),
        _due_words(before, after),
        _lead_words(before, after),
        f"{'、'.join(after.never_filed)}从未报送" if after.never_filed else "",
    )
    return tuple(clause for clause in clauses if clause)


def _side(shown: Shown, measures: list[Measure], *, on: date) -> Side:
    data = overview_for(shown, on=on, measures=measures)
    label = f"当前 · {shown.period.label}" if shown.period else "当前"
    return Side(
        label=label if shown.is_live or shown.period is None else shown.period.label,
        as_of=data.as_of,
        period=shown.period,
        is_live=shown.is_live,
        rows={row.measure_id: row for row in data.rows},
    )


def _pair(before: MeasureRow | None, after: MeasureRow | None) -> Pair:
    if before is None or after is None:
        return Pair(before, after, frozenset(), ())
    changes = changes_between(before.moment, after.moment)
    return Pair(before, after, changes, difference_words(before, after))


def _meets(pair: Pair, key: str, value: str) -> bool:
    return {
        "change": value in pair.changes,
        "section": str(pair.row.section.ordinal) == value,
        "only": bool(pair.words),
        "was": pair.before is not None and pair.before.stage == value,
        "stage": pair.after is not None and pair.after.stage == value,
    }[key]


def _percent_words(before: MeasureRow, after: MeasureRow) -> str:
    if before.percent is None or after.percent is None or before.percent == after.percent:
        return ""
    points = after.percent - before.percent
    way = "提高" if points > 0 else "降低"
    return f"完成比例由{before.percent}%{way}到{after.percent}%（{way}{abs(points)}个百分点）"


def _light_words(before: MeasureRow, after: MeasureRow) -> str:
    is_told_apart = "·" in before.light_label  # 正常, before 已审核 and 待审核 were
    if before.light == after.light or {before.light, after.light} == NORMAL and not is_told_apart:
        return ""
    return f"预警灯由{before.light_label}变为{after.light_label}"


def _due_words(before: MeasureRow, after: MeasureRow) -> str:
    if before.due_on == after.due_on or not (before.knows_due and after.knows_due):
        return ""
    if before.due_on is None or after.due_on is None:
        return f"新设时限{after.due_on}" if after.due_on else f"取消时限{before.due_on}"
    way = "推后" if after.due_on > before.due_on else "提前"
    return f"时限由{before.due_on}{way}到{after.due_on}"


def _lead_words(before: MeasureRow, after: MeasureRow) -> str:
    if before.lead == after.lead or not (before.lead and after.lead):
        return ""
    return f"牵头单位由{before.lead}变为{after.lead}"
