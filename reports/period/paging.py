"""Paging for notices with hundreds of measures; a usual notice is shown whole."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from django.core.paginator import Page, Paginator
from django.http import QueryDict

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
