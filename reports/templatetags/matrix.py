"""The places of 责任矩阵: three hundred a page, so each is a call and no part of a template."""

from collections.abc import Iterable
from functools import cache
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


class GridPlace(Protocol):
    """A place of the grid: reports.matrix.page.MatrixCell."""

    tone: str
    mark: str
    sign: str
    name: str
    hint: str
    url: str


class GridSum(Protocol):
    """A number at an edge: reports.matrix.page.Total."""

    value: int
    url: str
    name: str


@register.simple_tag
def cells(found: Iterable[GridPlace]) -> SafeString:
    """The <td>s of a measure; what stands in one links to the fact behind it."""
    return format_html_join("", "{}", ((_cell(one),) for one in found))


@register.simple_tag
def totals(found: Iterable[GridSum]) -> SafeString:
    """The <td>s of a line of totals; none where nothing is counted."""
    return format_html_join("", "<td>{}</td>", ((_total(one),) for one in found))


def _cell(cell: GridPlace) -> SafeString:
    if not cell.mark:
        return _empty(cell.tone)
    sign = format_html("<small>{}</small>", cell.sign) if cell.sign else ""
    return format_html(
        '<td class="is-{}"><a href="{}" aria-label="{}" title="{}">{}{}</a></td>',
        cell.tone,
        cell.url,
        cell.name,
        cell.hint,
        cell.mark,
        sign,
    )


@cache
def _empty(tone: str) -> SafeString:
    return format_html("<td{}></td>", format_html(' class="is-{}"', tone) if tone else "")


def _total(one: GridSum) -> SafeString | str:
    if not one.value:
        return ""
    return format_html('<a href="{}" aria-label="{}">{}</a>', one.url, one.name, one.value)
