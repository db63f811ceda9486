"""The lines of 今日待办."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agencies.todo.page import ShownLine

register = template.Library()
LINE = """<li class="to-do-line">
  <span class="to-do-count">{}{}</span>
  <a class="to-do-what" href="{}">{}</a>
  <span class="to-do-whom">{}</span>
  <span class="to-do-when{}">{}</span>
  <a class="btn btn-small" href="{}">{}<span class="visually-hidden">：{}{}</span></a>
</li>"""


@register.simple_tag
def to_do_lines(lines: Iterable[ShownLine], unit: str) -> SafeString:
    """A list of them; each says how many of which unit."""
    found = format_html_join("\n", LINE, (_words(line, unit) for line in lines))
    return format_html('<ul class="to-do-lines">{}</ul>', found)


def _words(line: ShownLine, unit: str) -> tuple[object, ...]:
    told = line.told
    urgent, beside = (
        " to-do-urgent" if line.is_urgent else "",
        f"，{told.whom}" if told.whom else "",
    )
    return (
        *(line.number, unit, told.url, told.label, told.whom, urgent, line.when),
        *(told.act_url or told.url, told.act, told.label, beside),
    )
