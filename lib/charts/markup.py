"""Bars in the rows of a table, as markup: a call costs less than an included template."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lib.charts.strip import StripPart

HATCHED = "waiting"  # 正常·待审核


def parts_bar(parts: Iterable[StripPart], title: str, unit: str = "项") -> SafeString:
    """A bar over the full width; each part links to the list it counts. `title`: of the bar."""
    return format_html(
        '<svg class="parts" width="100%" height="26" role="group" aria-label="{}"'
        ' focusable="false">{}</svg>',
        title,
        format_html_join("", "{}", ((_part(one, unit),) for one in parts)),
    )


def hatch() -> SafeString:
    """The SVG pattern for 正常·待审核. A page includes it once; all its charts refer to it."""
    return SafeString(
        '<svg class="hatch" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        '<pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect class="hatch-ground" width="8" height="8"></rect>'
        '<rect class="hatch-line" width="3" height="8"></rect></pattern></defs></svg>'
    )


def hatching(x: float, width: float, height: int, y: int = 0, unit: str = "") -> SafeString:
    """The rectangle over the 正常·待审核 part of a bar, filled with the pattern of hatch()."""
    return format_html(
        '<rect class="hatched" fill="url(#hatch)" x="{}{unit}" y="{}" width="{}{unit}"'
        ' height="{}"></rect>',
        *(x, y, width, height),
        unit=unit,
    )


def _part(one: StripPart, unit: str) -> SafeString:
    has_short = one.short != one.words
    short = '<text class="part-short" x="{}%" y="17">{}</text>'
    return format_html(
        '<a href="{url}" class="part is-{tone}" aria-label="{said}"><title>{said}</title>'
        '<rect x="{x}%" y="1" width="{width}%" height="24"></rect>{hatching}{short}'
        '<text{kind} x="{middle}%" y="17">{words}</text></a>',
        url=one.part.url,
        tone=one.part.tone,
        said=f"{one.part.label}{one.value}{unit}",
        x=one.x,
        width=one.width,
        hatching=hatching(one.x, one.width, 24, 1, "%") if one.part.tone == HATCHED else "",
        short=format_html(short, one.middle, one.short) if has_short else "",
        kind=format_html(' class="{}"', "part-words") if has_short else "",
        middle=one.middle,
        words=one.words,
    )
