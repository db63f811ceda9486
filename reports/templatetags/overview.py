"""Numbers of 总览 that open their lists: written without a blank before the sign that follows."""

from typing import Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from measures.choices import Light

register = template.Library()


class Counted(Protocol):
    """A number, its word, and the list it opens."""

    label: str
    value: int
    url: str


class CountedLight(Counted, Protocol):
    """A number of measures with one light."""

    light: Light


@register.simple_tag
def number(one: Counted, *, is_wall: bool = False) -> SafeString:
    """待审核8, as a link to its list; on the wall nothing is clicked."""
    words = format_html("{}<b>{}</b>", one.label, one.value)
    return _linked(words, one.url, "", is_wall)


@register.simple_tag
def lights(part: CountedLight, words: str = "", *, is_wall: bool = False) -> SafeString:
    """▲滞后2项, or with other words 2项待审核."""
    if words:
        said = format_html("<b>{}</b>项{}", part.value, words)
    else:
        shape = format_html(
            '<span class="badge-shape" aria-hidden="true">{}</span>', part.light.shape
        )
        said = format_html("{}{}<b>{}</b>项", shape, part.label, part.value)
    return _linked(said, part.url, f" tone is-{part.light.tone}", is_wall)


def _linked(words: SafeString, url: str, more: str, is_wall: bool) -> SafeString:
    if is_wall:
        return format_html('<span class="{}">{}</span>', more.strip(), words) if more else words
    return format_html('<a class="counted{}" href="{}">{}</a>', more, url, words)
