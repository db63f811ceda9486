"""Additional facts of measures on 总览: instructions, milestones, changed dates and lights."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate

from agencies.models import User
from lib.arrays import among
from lib.prepared import Prepared, prepared
from measures.choices import InstructionState, Light
from measures.models import DueDateRequest, Instruction, LightChange, Milestone
from measures.models.instruction import agencies_told
from reports.overview.rows import STUCK, Instructed, UndoneMilestone

LATELY = timedelta(days=30)  # a change of light is shown for this long
EMPTY = Value("", output_field=CharField())


class BesideMeasure(NamedTuple):
    """The additional facts of one measure."""

    instructed: tuple[Instructed, ...] = ()
    undone: tuple[UndoneMilestone, ...] = ()
    first_due: date | None = None  # its original due date
    turned: str = ""  # 11-25由滞后转预警, if the light changed within LATELY


class _Found(NamedTuple):
    """A row of any of the four queries; the columns are named after a milestone's fields."""

    what: str
    measure: int
    day: date | None
    original: date
    title: str
    agency: str
    number: int


def beside_in(
    notice: int, lights: Mapping[int, str], *, reader: User, on: date
) -> dict[int, BesideMeasure]:
    """Return the facts of a notice by measure; one query.

    `lights`: the lights of measures whose change is shown.
    """
    return _beside(_in_notice(agencies_told(reader), on).rows([notice]), lights, on=on)


def beside_of(
    measures: Collection[int], lights: Mapping[int, str], *, reader: User, on: date
) -> dict[int, BesideMeasure]:
    """Return the same as beside_in() for the measures with these keys."""
    rows = _of_measures(agencies_told(reader), on).rows([list(measures), list(lights)])
    return _beside(rows, lights, on=on)


def dates_beside(notice: int, *, reader: User, on: date) -> dict[int, BesideMeasure]:
    """Return the same as beside_in() without changes of lights."""
    return _beside(_dates(agencies_told(reader), on).rows([notice]), {}, on=on)


IN_NOTICE = Q(measure__notice=-1)


@lru_cache(maxsize=200)  # one entry for each day and each set of agencies of readers
def _in_notice(told_to: frozenset[int] | None, on: date) -> Prepared:
    changed = _changed(IN_NOTICE & Q(measure__light__in=STUCK))
    return prepared(_union(IN_NOTICE, changed, told_to=told_to, on=on), "bigint")


@lru_cache(maxsize=200)
def _of_measures(told_to: frozenset[int] | None, on: date) -> Prepared:
    own, changed = Q(measure__in=among(-1)), _changed(Q(measure__in=among(-2)))
    return prepared(_union(own, changed, told_to=told_to, on=on), "bigint[]", "bigint[]")


@lru_cache(maxsize=200)
def _dates(told_to: frozenset[int] | None, on: date) -> Prepared:
    return prepared(_union(IN_NOTICE, told_to=told_to, on=on), "bigint")


def _union(measures: Q, *changed: QuerySet, told_to: frozenset[int] | None, on: date) -> QuerySet:
    return _undone(measures, on=on).union(
        _instructed(measures, told_to), _moved(measures), *changed, all=True
    )


def _beside(
    rows: Iterable[tuple], lights: Mapping[int, str], *, on: date
) -> dict[int, BesideMeasure]:
    found: defaultdict[int, defaultdict[str, list[_Found]]]
    found = defaultdict(lambda: defaultdict(list))
    for row in sorted(map(_Found._make, rows), key=lambda row: (row.day or date.max, row.number)):
        found[row.measure][row.what].append(row)
    return {
        measure: BesideMeasure(
            tuple(_instruction(one, on) for one in own["instructed"]),
            tuple(
                UndoneMilestone(one.title, one.day or on, one.original, one.agency)
                for one in own["undone"]
            ),
            own["moved"][0].original if own["moved"] else None,
            _turned_words(own["changed"], lights.get(measure, ""), on=on),
        )
        for measure, own in found.items()
    }


def _rows(rows: QuerySet, what: str, day: Any, **columns: Any) -> QuerySet:
    columns = {"original": day, "title": EMPTY, "agency": EMPTY, "number": Value(0)} | columns
    return rows.order_by().values_list(Value(what), "measure_id", day, *columns.values())


def _undone(measures: Q, *, on: date) -> QuerySet:
    """Return milestones that are not done and are past their day or were moved."""
    rows = Milestone.objects.filter(measures, is_done=False)
    rows = rows.filter(Q(due_on__lt=on) | ~Q(due_on=F("original_due_on")))
    names = {"title": F("title"), "agency": F("agency_name"), "number": F("pk")}
    return _rows(rows, "undone", F("due_on"), original=F("original_due_on"), **names)


def _instructed(measures: Q, told_to: frozenset[int] | None) -> QuerySet:
    """Return open instructions that the person may see, with the number of missing answers."""
    rows = Instruction.objects.told_to(told_to).open().filter(measures)
    owing = Count("addressees", filter=Q(addressees__replies__isnull=True), distinct=True)
    return _rows(rows.annotate(owing=owing), "instructed", F("due_on"), number=F("owing"))


def _moved(measures: Q) -> QuerySet:
    """Return requests that set or moved a measure's date, by time of request, with the old date."""
    rows = DueDateRequest.objects.effective().filter(measures)
    first = Coalesce("from_on", "to_on")
    return _rows(rows, "moved", TruncDate("asked_at"), original=first, number=F("pk"))


def _changed(measures: Q) -> QuerySet:
    """Return the periods of time with the same light of a measure, by day."""
    rows = LightChange.objects.filter(measures)
    return _rows(rows, "changed", F("on"), title=F("light"), agency=F("label"))


def _instruction(row: _Found, on: date) -> Instructed:
    if not row.number:
        return Instructed(InstructionState.ANSWERED, 0, 0)
    late = max((on - row.day).days, 0) if row.day else 0
    return Instructed(
        InstructionState.OVERDUE if late else InstructionState.WAITING, late, row.number
    )


def _turned_words(rows: list[_Found], light: str, *, on: date) -> str:
    """Return 11-25由滞后转预警; empty if nothing changed within LATELY. Both greens are 正常."""
    turns = [(old, new) for old, new in pairwise(rows) if old.title != new.title]
    if not turns:
        return ""
    old, new = turns[-1]
    if new.title != light or new.original <= on - LATELY:
        return ""
    was, now = old.agency.partition("·")[0], str(Light(light).label).partition("·")[0]
    return f"{new.original:%m-%d}由{was}转{now}" if was != now else ""
