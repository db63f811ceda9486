"""The lines of 今日待办."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from agencies.todo.page import ShownLine
from lib.marks import joined, markup

register = template.Library()
LINE = """<li class="to-do-line">
  <span class="to-do-count">{}{}</span>
  <a class="to-do-what" href="{}">{}{}</a>
  <span class="to-do-whom">{}</span>
  <span class="to-do-when{}">{}</span>
  <a class="btn btn-small" href="{}">{}<span class="visually-hidden">：{}{}</span></a>
</li>"""


@register.simple_tag(takes_context=True)
def to_do_lines(context: Any, lines: Iterable[ShownLine], unit: str) -> SafeString:
    """Return the lines as a list, each with its number and unit, and the notice if several."""
    several = bool(context["frame"].notices)
    found = joined((markup(LINE, *_words(line, unit, several)) for line in lines), "\n")
    return markup('<ul class="to-do-lines">{}</ul>', found)


def _words(line: ShownLine, unit: str, several: bool) -> tuple[object, ...]:
    told = line.told
    number = told.notice if several else ""
    notice = markup(' <span class="to-do-notice">{}</span>', number) if number else ""
    urgent, beside = (
        " to-do-urgent" if line.is_urgent else "",
        f"，{told.whom}" if told.whom else "",
    )
    return (
        *(line.number, unit, told.url, told.label, notice, told.whom, urgent, line.when),
        *(told.act_url or told.url, told.act, told.label, beside),
    )
