"""How the filings of a period differ from those of the one before, and why."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from measures.choices import FilingState, PeriodState
from measures.models import Filing, Period, Responsibility
from measures.periods.opening import Opening, differing, opening_of

Pair = tuple[int, int]  # measure and agency
Row = Filing | Responsibility  # existing or planned, with measure and agency


class FilingDifference(NamedTuple):
    before: Period
    was: int
    gone: list[str]  # （六）市商务委、市文化旅游委（常态化）
    new: list[str]
    gone_count: int
    new_count: int

    @property
    def sentence(self) -> str:
        """比上期（2026年前三季度，53项）少2项：（六）…; empty without a difference."""
        parts = [
            f"{word}{count}项：{'；'.join(named)}"
            for word, count, named in (
                ("少", self.gone_count, self.gone),
                ("多", self.new_count, self.new),
            )
            if count
        ]
        return f"比上期（{self.before}，{self.was}项）{'；'.join(parts)}" if parts else ""


def difference_of(period: Period, *, on: date) -> FilingDifference | None:
    """Compare with the last period of its kind; for a draft, as if it was opened on a day.

    None for a special period, and if there was no period before.
    """
    if period.state == PeriodState.DRAFT:
        return difference_in(opening_of(period, on=on))
    before: Any = Period.objects.before(period).with_counts().first()
    if period.is_special or before is None:
        return None
    last, now = differing(period, before)
    asked = {row.measure_id for row in now if row.was_asked}
    skipped = set(period.skipped.values_list("pk", flat=True))
    return _compare(before, before.owed, last, now, skipped=skipped, asked=asked)


def difference_in(opening: Opening) -> FilingDifference | None:
    """The same for a draft with a known Opening."""
    last, skipped = opening.last, {one.pk for one in opening.skipped}
    if opening.before is None:
        return None
    asked = {one.measure_id for one in last if one.state != FilingState.WAIVED}
    return _compare(
        opening.before, len(_parted(last)[0]), last, opening.duties, skipped=skipped, asked=asked
    )


def _compare(
    before: Period,
    owed: int,
    last: Sequence[Filing],
    rows: Sequence[Row],
    *,
    skipped: Collection[int],
    asked: Collection[int],
) -> FilingDifference:
    """`owed`: the number of filings before; `asked`: the measures that had filings then."""
    was, waived_before = _parted(last)
    now, waived = _parted(rows)
    gone = {pair: row for pair, row in was.items() if pair not in now}
    new = {pair: row for pair, row in now.items() if pair not in was}

    def why_gone(pair: Pair, row: Row) -> str:
        if row.measure.completed_on is not None:
            return row.measure.stage_words
        if row.is_unconfirmed:  # type: ignore[union-attr]
            return "责任单位待核对"
        if pair[0] in skipped:
            return "隔期填报"
        return "免报" if pair in waived else "不再承担责任"

    def why_new(pair: Pair, row: Row) -> str:
        if pair in waived_before:
            return "上期免报"
        return "新增责任" if pair[0] in asked else "上期未布置"

    return FilingDifference(
        before=before,
        was=owed,
        gone=_named(gone, why_gone),
        new=_named(new, why_new),
        gone_count=len(gone),
        new_count=len(new),
    )


def _parted(rows: Iterable[Row]) -> tuple[dict[Pair, Row], set[Pair]]:
    """Split rows into those owed and those waived."""
    owed, waived = {}, set()
    for row in rows:
        pair = row.measure_id, row.agency_id
        if isinstance(row, Filing) and row.state == FilingState.WAIVED:
            waived.add(pair)
        else:
            owed[pair] = row
    return owed, waived


def _named(rows: Mapping[Pair, Row], why: Callable[[Pair, Row], str]) -> list[str]:
    """Return texts by measure and reason, in order: （六）市商务委、市文化旅游委（常态化)."""
    agencies: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for pair, row in sorted(rows.items(), key=lambda one: one[0]):
        agencies[pair[0], why(pair, row)].append(row.agency.short_name)
    measures = {row.measure_id: row.measure for row in rows.values()}
    ordered = sorted(agencies, key=lambda one: measures[one[0]].ordinal)
    return [
        f"{measures[pk].mark}{'、'.join(agencies[pk, reason])}（{reason}）"
        for pk, reason in ordered
    ]
