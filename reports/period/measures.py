"""The measures of the notice that is shown, in pages if there are hundreds, and its gaps."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar, overload

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import CharField, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.http import QueryDict

from agencies.models import Agency
from agencies.models.fields import holds_q
from lib.arrays import among
from lib.prepared import Prepared, PreparedObjects, prepared, sliced
from measures.models import DutyTotal, Gap, Measure, MeasureTotal, SnapshotTotal
from reports.period.shown import Shown, notice_key, notice_of

COLUMNS = [one.attname for one in Measure._meta.concrete_fields if one.attname != "text"]
Gaps = Mapping[int | None, list[str]]  # measure → kinds of its gaps; None: gaps of sections
WHOLE_MOST = 100  # a notice with at most this many measures is shown whole
PER_PAGE = 20


Row = TypeVar("Row")


class LazyRows(Sequence[Row], Generic[Row]):
    """Rows that are read page by page; at first only the ordinals of their measures are known."""

    def __init__(self, ordinals: Sequence[int], gather: Callable[[Sequence[int]], list[Row]]):
        self._ordinals, self._gather = ordinals, gather

    def __len__(self) -> int:
        return len(self._ordinals)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            wanted = self._ordinals[place]
            return self._gather(wanted) if wanted else []
        return self._gather([self._ordinals[place]])[0]

    def __iter__(self) -> Iterator[Row]:
        return iter(self[:])


def is_large(measures: int) -> bool:
    """Whether a notice with this number of measures is shown in pages."""
    return measures > WHOLE_MOST


def page_of_list(rows: Sequence[Any], query: QueryDict, *, measures: int) -> Page[Any]:
    """Return a list's page by the query string; `measures`: how many the notice has."""
    most = PER_PAGE if is_large(measures) else max(len(rows), 1)
    return Paginator(rows, most).get_page(query.get("page"))


def measures_in(shown: Shown) -> list[Measure]:
    """Return the measures in the order of the notice, without their text; one query."""
    return _in_order().rows([notice_key(shown)])


def measures_unless_large(shown: Shown) -> list[Measure] | None:
    """Return the same as measures_in(), with data for gaps_in(); None for a large notice."""
    found: list[Any] = _unless_large(WHOLE_MOST).rows([notice_key(shown)])
    return None if found and found[0].beyond is not None else found


@cache
def _in_order() -> PreparedObjects:
    rows = Measure.objects.filter(notice=-1).order_by("ordinal")
    return PreparedObjects(rows, "bigint", only=COLUMNS, related={"section": ()})


@cache
def _unless_large(most: int) -> PreparedObjects:
    """Return the statement for the measures of a notice; only for the first of a large one."""
    own = Measure.objects.filter(notice=-1).order_by("ordinal")
    beyond = Subquery(own.values("ordinal")[most : most + 1])
    few = own.filter(pk__in=own.values("pk")[:most]).annotate(beyond=beyond)
    first = Q(beyond__isnull=True) | Q(pk__in=own.values("pk")[:1])
    gaps = Gap.objects.unconfirmed()
    added = {
        "own_gaps": _words(gaps.filter(measure=OuterRef("pk"))),
        "section_gaps": _words(gaps.filter(notice=-1, measure=None)),
    }
    return PreparedObjects(
        few.filter(first).annotate(**added),
        "bigint",
        only=COLUMNS,
        related={"section": ()},
        added=["beyond", *added],
    )


def measures_between(shown: Shown, first: int, last: int) -> list[Measure]:
    """Return those of measures_in() from ordinal `first` to ordinal `last`."""
    return _between().rows([notice_key(shown), first, last])


@cache
def _between() -> PreparedObjects:
    rows = Measure.objects.filter(notice=-1, ordinal__range=(-2, -3)).order_by("ordinal")
    return PreparedObjects(rows, *["bigint"] * 3, only=COLUMNS, related={"section": ()})


def measures_of(shown: Shown, keys: Collection[int]) -> list[Measure]:
    """Return those of measures_in() with these keys."""
    return _of_keys().rows([notice_key(shown), list(keys)])


@cache
def _of_keys() -> PreparedObjects:
    rows = Measure.objects.filter(notice=-1, pk__in=among(-2)).order_by("ordinal")
    return PreparedObjects(rows, "bigint", "bigint[]", only=COLUMNS, related={"section": ()})


class Ordinals(Sequence[int]):
    """The ordinals of all measures, in order; the length needs no query, a slice needs one."""

    def __init__(self, shown: Shown, total: int = 0) -> None:
        """`total`: their number, if known; else one query."""
        self._notice = notice_key(shown)
        self._total = total or sum(number for *_, number in measure_totals(self._notice))

    def __len__(self) -> int:
        return self._total

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        first, last, _ = place.indices(self._total)
        return [number for (number,) in _ordinals().rows([self._notice, first, last - first])]


@cache
def _ordinals() -> Prepared:
    rows = Measure.objects.filter(notice=-1).order_by("ordinal").values_list("ordinal")
    return sliced(rows, "bigint")


def measure_totals(notice: int) -> list[tuple]:
    """Return counts by section (key, ordinal, title), nature, stage, light and the light's day."""
    return _measure_totals().rows([notice])


@cache
def _measure_totals() -> Prepared:
    section = ("section_id", "section__ordinal", "section__title")
    rows = MeasureTotal.objects.filter(notice=-1)
    return prepared(rows.summed(*section, "nature", "stage", "light", "light_on"), "bigint")


def kept_total(shown: Shown) -> int:
    """Return how many measures a period's last closing kept; 0 if the notice now has others."""
    own = MeasureTotal.objects.filter(notice=OuterRef("period__notice")).summed("notice")
    now = Subquery(own.values("total"))
    rows = SnapshotTotal.objects.filter(period=shown.period).summed("closing", "period__notice")
    last = rows.annotate(now=now).order_by("-closing").values_list("total", "now").first()
    return last[0] if last and last[0] == last[1] else 0


def responsible_in(notice: Any, *, on: date, named_on: date) -> QuerySet[Agency]:
    """Return the notice's responsible agencies on `on`, with their names on `named_on`."""
    own = DutyTotal.objects.filter(holds_q(on), notice=notice).summed("agency")
    return Agency.objects.filter(pk__in=own.values("agency")).named(on=named_on)


def gaps_in(shown: Shown, measures: list[Any] | None = None) -> Gaps:
    """Return the gaps of the notice that are unconfirmed now, or were when the period closed.

    One query; none if shown live with the `measures` of measures_unless_large().
    """
    gaps: defaultdict[int | None, list[str]] = defaultdict(list)
    rows: Any
    if shown.closed_at is not None:
        rows = _kinds(Gap.objects.unconfirmed(at=shown.closed_at).filter(notice=notice_of(shown)))
    elif measures:
        own = [(one.pk, one.own_gaps) for one in measures] + [(None, measures[0].section_gaps)]
        rows = [(pk, kind) for pk, found in own for kind in found.split()]
    else:
        rows = _open_gaps().rows([notice_key(shown)])
    for measure, kind in rows:
        gaps[measure].append(kind)
    return gaps


def _words(gaps: QuerySet) -> Func:
    kinds = ArraySubquery(gaps.values("kind"))
    return Func(kinds, Value(" "), function="array_to_string", output_field=CharField())


@cache
def _open_gaps() -> Prepared:
    return prepared(_kinds(Gap.objects.unconfirmed().filter(notice=-1)), "bigint")


def _kinds(gaps: QuerySet) -> QuerySet:
    return gaps.order_by().values_list("measure_id", "kind")
