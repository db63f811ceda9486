"""Options of lists of agencies: sort order, and full telephone numbers.

Agencies are in protocol order, or the latest first. Telephone numbers are requested by a query
parameter and shown to people who may read them.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from django.http import QueryDict

from agencies.permissions import Perm
from lib.http import UserRequest
from reports.period.choosing import word

LATE = "late"
ORDERS = (("", "按单位排列"), (LATE, "按迟报排列"))
PHONES, SHOWN = "phones", "1"
Row = TypeVar("Row")


class SortLink(NamedTuple):
    label: str
    url: str
    is_chosen: bool


def sorted_as(
    query: QueryDict, rows: Iterable[Row], lateness: Callable[[Row], tuple[int, int]]
) -> list[Row]:
    """Sort rows, given in protocol order, as the query string asks; the sort is stable."""
    if word(query, "sort") != LATE:
        return list(rows)
    return sorted(rows, key=lateness, reverse=True)


def orders_of(query: QueryDict) -> list[SortLink]:
    """The sort orders; their links keep the other query parameters."""
    chosen = LATE if word(query, "sort") == LATE else ""
    return [SortLink(label, _address(query, key), key == chosen) for key, label in ORDERS]


def _address(query: QueryDict, key: str) -> str:
    kept = query.copy()
    kept.pop("sort", None)
    if key:
        kept["sort"] = key
    return f"?{kept.urlencode()}"


def wants_phones(request: UserRequest) -> bool:
    return request.GET.get(PHONES) == SHOWN and request.user.can(Perm.READ_PHONES)


def phones_url(request: UserRequest) -> str:
    """The link that shows or hides telephone numbers; empty if the person may not read them."""
    if not request.user.can(Perm.READ_PHONES):
        return ""
    query = request.GET.copy()
    if wants_phones(request):
        del query[PHONES]
    else:
        query[PHONES] = SHOWN
    return f"?{query.urlencode()}"
