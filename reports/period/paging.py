"""Pages of a notice that has hundreds of measures; a usual one is shown whole."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

WHOLE_MOST = 100  # measures of a notice that is shown whole
PER_PAGE = 50


def is_large(measures: int) -> bool:
    """Whether a notice of so many measures is shown in pages."""
    return measures > WHOLE_MOST


def page_of_list(rows: Sequence[Any], query: QueryDict, *, measures: int) -> Page[Any]:
    """The page of a list that the address asks for, in a notice of so many measures."""
    most = PER_PAGE if is_large(measures) else max(len(rows), 1)
    return Paginator(rows, most).get_page(query.get("page"))
