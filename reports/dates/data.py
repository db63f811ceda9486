"""节点与期限: when each measure is due, what must have come about by when, and what was moved."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from lib.charts.gantt import Lane
from measures.approvals.page import original_of
from measures.choices import GapKind
from measures.measure_page.timeline import is_past_due, lane_of
from measures.models import DueDateRequest, Gap, Measure, Milestone
from reports.period.shown import Party, SectionHead, Shown, first_notice, parties_in

LIVE = Shown(period=None, is_live=True, previous=None, periods=())


class Due(NamedTuple):
    """One milestone, and whether its day has passed without its being done."""

    milestone: Milestone
    is_overdue: bool


class DateRow(NamedTuple):
    """One measure over time."""

    measure: Measure
    section: SectionHead
    parties: tuple[Party, ...]
    milestones: tuple[Due, ...]
    moves: tuple[DueDateRequest, ...]  # what changed its date, the newest first
    is_past_due: bool
    lacks_title: bool
    lane: Lane

    @property
    def lead(self) -> Party | None:
        """Who leads."""
        return next((party for party in self.parties if party.is_lead), None)

    @property
    def first_due(self) -> date | None:
        """The first date that held; None where there never was one."""
        return original_of(self.measure, list(self.moves))

    @property
    def shifts(self) -> int:
        """How often the date was moved: that it was set at all is no move."""
        return sum(move.from_on is not None for move in self.moves)

    @property
    def is_overdue(self) -> bool:
        """Whether the measure or one of its milestones is past its day."""
        return self.is_past_due or any(due.is_overdue for due in self.milestones)


class Dates(NamedTuple):
    """The page's content."""

    on: date
    rows: list[DateRow]

    @property
    def milestones(self) -> list[Due]:
        """All of them, in the order of the measures."""
        return [due for row in self.rows for due in row.milestones]

    @property
    def counts(self) -> Counter[str]:
        """How many milestones are done, overdue or to come."""
        return Counter(
            "done" if due.milestone.is_done else "overdue" if due.is_overdue else "open"
            for due in self.milestones
        )


def dates_for(notice: int | None = None, *, on: date) -> Dates:
    """Gather it, of the first notice where none was chosen; four queries for any number."""
    measures = _measures(notice)
    milestones: defaultdict[int, list[Due]] = defaultdict(list)
    for one in Milestone.objects.filter(measure__in=measures):
        milestones[one.measure_id].append(Due(one, one.is_overdue(on=on)))
    moves: defaultdict[int, list[DueDateRequest]] = defaultdict(list)
    for move in DueDateRequest.objects.effective().filter(measure__in=measures):
        moves[move.measure_id].append(move)
    parties = parties_in(measures[0].notice_id, LIVE, on=on) if measures else {}
    rows = [_row(m, parties.get(m.pk, ()), milestones[m.pk], moves[m.pk], on) for m in measures]
    return Dates(on, rows)


def _measures(notice: int | None) -> list[Any]:
    """The measures; one query."""
    own: Any = notice or first_notice()
    gaps = Gap.objects.unconfirmed().order_by().filter(measure=OuterRef("pk"), kind=GapKind.TITLE)
    return list(
        Measure.objects.filter(notice=own)
        .select_related("section")
        .defer("text")
        .annotate(lost_titles=ArraySubquery(gaps.values("pk")))
        .order_by("ordinal")
    )


def _row(
    measure: Any,
    parties: tuple[Party, ...],
    milestones: list[Due],
    moves: list[DueDateRequest],
    on: date,
) -> DateRow:
    return DateRow(
        measure=measure,
        section=SectionHead(measure.section.ordinal, measure.section.title),
        parties=parties,
        milestones=tuple(milestones),
        moves=tuple(moves),
        is_past_due=is_past_due(measure, on=on),
        lacks_title=bool(measure.lost_titles),
        lane=lane_of(measure, [due.milestone for due in milestones], moves, on=on),
    )
