"""How the filings of a period differ from those of the one before, and why."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from measures.choices import PeriodState
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
    earlier = Period.objects.opened().filter(notice=period.notice_id, kind=period.kind)
    before = earlier.filter(covers_from__lt=period.covers_from).newest_first().first()
    if period.is_special or before is None:
        return None
    rows = asked_in(period, on=on) if period.state == PeriodState.DRAFT else period.filings.all()
    now = set(rows.order_by().values_list("measure", "agency"))
    was = set(before.filings.order_by().values_list("measure", "agency"))
    gone, new = was - now, now - was
    asked_before = {measure for measure, _ in was}
    measures = Measure.objects.with_gaps().in_bulk({measure for measure, _ in gone | new})
    names = dict(
        Agency.objects.filter(pk__in={agency for _, agency in gone | new}).values_list(
            "pk", "short_name"
        )
    )
    return FilingDifference(
        before=before,
        was=len(was),
        gone=_named(gone, measures, names, _why_gone),
        new=_named(
            new,
            measures,
            names,
            lambda one: "新增责任" if one.pk in asked_before else "上期未布置",
        ),
        gone_count=len(gone),
        new_count=len(new),
    )


def _why_gone(measure: Measure) -> str:
    if measure.completed_on is not None:
        return measure.stage_words
    return "责任单位待核对" if measure.lacks_agencies else "不再承担责任"


def _named(
    pairs: Iterable[Pair],
    measures: dict[int, Measure],
    names: dict[int, str],
    why: Callable[[Measure], str],
) -> list[str]:
    """（六）市商务委、市文化旅游委（常态化), a measure each, in the order of the notice."""
    agencies: defaultdict[int, list[str]] = defaultdict(list)
    for measure, agency in sorted(pairs):
        agencies[measure].append(names[agency])
    rows = sorted((measures[pk] for pk in agencies), key=lambda one: one.ordinal)
    return [f"{one.mark}{'、'.join(agencies[one.pk])}（{why(one)}）" for one in rows]
