"""Filters of responsibilities in 责任矩阵: totals count them, lists show them."""

from collections.abc import Iterable
from typing import NamedTuple

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.safestring import SafeString

from measures.choices import Light, ResponsibilityRole
from measures.models.public_status import PublicStatus
from reports.matrix.data import SKIPPED, UNASKED, Held, Matrix
from reports.matrix.grid import listed_rows
from reports.period.choosing import word
from reports.period.measures import page_of_list

ALL = {"list": "all"}


class MatrixFilter(NamedTuple):
    """A filter of responsibilities; an empty field matches all."""

    measure: str = ""
    agency: str = ""
    role: str = ""
    standing: str = ""  # a PublicStatus or UNASKED; the name is in addresses that people bookmark
    light: str = ""

    def holds(self, held: Held) -> bool:
        row, mark = held
        facts = (
            str(row.measure_id),
            str(mark.party.agency_id),
            mark.party.role,
            mark.standing,
            row.light_value,
        )
        return all(wanted in ("", fact) for wanted, fact in zip(self, facts, strict=True))

    @property
    def words(self) -> dict[str, str]:
        """The query parameters of the filter; none if it matches all."""
        return {name: value for name, value in self._asdict().items() if value}


class Listed(NamedTuple):
    """The list that a total opens."""

    label: str
    pages: Page[Held]

    @property
    def rows(self) -> SafeString:
        """The rows of the page as markup."""
        return listed_rows(self.pages)


def wanted_of(query: QueryDict) -> MatrixFilter | None:
    """Return the filter in the query string; None if it asks for no list."""
    found = MatrixFilter(*(word(query, name) for name in MatrixFilter._fields))
    return found if any(found) or word(query, "list") else None


def listed_in(data: Matrix, query: QueryDict) -> Listed | None:
    """Return the responsibilities that the total counts; None if no list is asked for."""
    wanted = wanted_of(query)
    if wanted is None:
        return None
    rows = [held for held in data.held if wanted.holds(held)]
    pages = page_of_list(rows, query, measures=len(data.rows))
    return Listed(_label(data, wanted, rows), pages)


def _label(data: Matrix, wanted: MatrixFilter, rows: Iterable[Held]) -> str:
    """Return 市商务委 · 牵头单位; 全部责任 without a filter."""
    first = next(iter(rows), None)
    parts = []
    if wanted.measure and first:
        parts.append(f"{first.row.mark}{first.row.title}")
    if wanted.agency and first:
        parts.append(first.mark.party.name)
    if wanted.role in ResponsibilityRole.values:
        parts.append(str(ResponsibilityRole(wanted.role).label))
    if wanted.standing in PublicStatus.values:
        parts.append(str(PublicStatus(wanted.standing).label))
    if wanted.standing == UNASKED:
        parts.append(SKIPPED.label)
    if wanted.light in Light.values:
        parts.append(data.called(Light(wanted.light)))
    return " · ".join(parts) or "全部责任"
