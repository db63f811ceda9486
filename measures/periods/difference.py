"""How the filings of a period differ from those of the one before, and why."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from agencies.models import Agency
from measures.choices import FilingState, PeriodState
from measures.models import Measure, Period
from measures.periods.common import asked_in

Pair = tuple[int, int]  # measure and agency


class FilingDifference(NamedTuple):
    before: Period
    was: int
    gone: list[str]  # （六）市商务委、市文化旅游委（常态化）
    new: list[str]
    gone_count: int
    new_count: int

    @property
    def sentence(self) -> str:
        """比上期（2026年前三季度，53项）少2项：（六）…; empty where all is as before."""
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
    """Compare with the last period of its kind; a draft by what opening it on a day would make.

    None for a special period, which is like no other, and where there is none before.
    """
    before = None if period.is_special else Period.objects.before(period).first()
    if before is None:
        return None
    is_draft = period.state == PeriodState.DRAFT
    now = _pairs(asked_in(period, on=on) if is_draft else period.filings.owed())
    was = _pairs(before.filings.owed())
    gone, new = was - now, now - was
    waived = set() if is_draft else _pairs(period.filings.filter(state=FilingState.WAIVED))
    waived_before = _pairs(before.filings.filter(state=FilingState.WAIVED)) if new else set()
    asked_before = {measure for measure, _ in was}
    measures = Measure.objects.with_gaps().in_bulk({measure for measure, _ in gone | new})
    names = dict(
        Agency.objects.filter(pk__in={agency for _, agency in gone | new}).values_list(
            "pk", "short_name"
        )
    )

    def why_gone(pair: Pair) -> str:
        return _why_gone(measures[pair[0]], is_waived=pair in waived)

    def why_new(pair: Pair) -> str:
        if pair in waived_before:
            return "上期免报"
        return "新增责任" if pair[0] in asked_before else "上期未布置"

    return FilingDifference(
        before=before,
        was=len(was),
        gone=_named(gone, measures, names, why_gone),
        new=_named(new, measures, names, why_new),
        gone_count=len(gone),
        new_count=len(new),
    )


def _pairs(rows: QuerySet) -> set[Pair]:
    return set(rows.order_by().values_list("measure", "agency"))


def _why_gone(measure: Measure, *, is_waived: bool) -> str:
    if measure.completed_on is not None:
        return measure.stage_words
    if measure.lacks_agencies:
        return "责任单位待核对"
    return "免报" if is_waived else "不再承担责任"


def _named(
    pairs: Iterable[Pair],
    measures: dict[int, Measure],
    names: dict[int, str],
    why: Callable[[Pair], str],
) -> list[str]:
    """（六）市商务委、市文化旅游委（常态化), by measure and reason, in the order of the notice."""
    agencies: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for pair in sorted(pairs):
        agencies[pair[0], why(pair)].append(names[pair[1]])
    rows = sorted(agencies, key=lambda one: measures[one[0]].ordinal)
    return [
        f"{measures[pk].mark}{'、'.join(agencies[pk, reason])}（{reason}）" for pk, reason in rows
    ]
