"""Filters and tags for text, numbers, dates, icons, parts and tables; built into all templates."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from django import template
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.utils.safestring import SafeString
from django_htmx.jinja import htmx_script

from lib import chinese, marks
from lib.charts.markup import hatch, hatching, parts_bar
from lib.http import address_of, page_address
from lib.marks import asset, icon
from lib.widgets import act, field, fields, grid, hidden, postform, send
from measures.chosen_notice import offered_notices
from policy_tracker.header import header

register = template.Library()
register.filter("cn", chinese.chinese_number)
register.filter("ordinal", chinese.ordinal)
register.filter("bare_ordinal", chinese.bare_ordinal)
register.filter(marks.day)
register.filter(marks.moment)
register.filter(marks.whole_days)
register.filter(marks.within)
register.simple_tag(marks.badge)
register.simple_tag(marks.light)
register.simple_tag(marks.progress)
register.simple_tag(marks.options)
register.simple_tag(marks.select_filter)
register.simple_tag(field)
register.simple_tag(fields)
register.simple_tag(grid)
register.simple_tag(send)
register.simple_tag(hidden)
register.simple_tag(act, takes_context=True)
register.simple_block_tag(postform, takes_context=True)
register.simple_tag(parts_bar)
register.simple_tag(hatching)

LINE_BREAK = re.compile(r"\n\s*")
LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")


def _written_once(name: str, function: Callable[..., str]) -> None:
    """A simple tag; with constant arguments only, it is rendered when the template is compiled."""
    simple = template.Library()
    simple.simple_tag(function, name=name)

    def compiled(parser: Parser, token: Token) -> Node:
        said = token.split_contents()[1:]
        if all(map(LITERAL.fullmatch, said)):
            return TextNode(marks.written(function(*(one[1:-1] for one in said))))
        return simple.tags[name](parser, token)

    register.tag(name, compiled)


_written_once("asset", asset)
_written_once("icon", icon)
_written_once("columns", marks.columns)
_written_once("scripts", marks.scripts)
_written_once("styles", marks.styles)
_written_once("gap_mark", marks.gap_mark)
_written_once("hatch", hatch)
_written_once("htmx_script", htmx_script)
_written_once("url", address_of)  # Django's tag looks up the address at every call


@register.tag
def oneline(parser: Parser, token: Token) -> Node:
    """Write one line of output over several lines: `{% oneline %} … {% endoneline %}`.

    `{% oneline "p" "small muted" %}` is a whole element, here with two classes.

    Line breaks of the template and the indentation after them are removed, as they would appear
    as spaces between Chinese words and inline elements. Values of variables are not changed, only
    the template's own text, once, when the template is compiled.
    """
    nodelist = parser.parse(("endoneline",))
    parser.delete_first_token()
    for node in nodelist.get_nodes_by_type(TextNode):
        if isinstance(node, TextNode):
            node.s = LINE_BREAK.sub("", node.s)
    element, css = (*(one.strip('"') for one in token.split_contents()[1:]), "", "")[:2]
    if element:
        head = f'<{element} class="{css}">' if css else f"<{element}>"
        nodelist = NodeList([TextNode(head), *nodelist, TextNode(f"</{element}>")])
    return OneLineNode(nodelist)


class OneLineNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> str:
        return self.nodelist.render(context)


@register.filter
def counted(number: int | None) -> str | SafeString:
    if number is None:
        return "—"
    return str(number) if number else marks.markup('<span class="muted">{}</span>', 0)


@register.filter
def day_weekday(value: date | None) -> str:
    """2026-11-23（周一）, for deadlines."""
    return f"{marks.day(value)}（{chinese.weekday(marks.day_of(value))}）" if value else "—"


@register.filter
def deadline(value: date | None) -> str:
    """The same as an element that no line break divides; empty if there is none."""
    return marks.markup("<time>{}</time>", day_weekday(value)) if value else ""


@register.filter
def done_at(who: object, at: datetime | None) -> str:
    """Who did something, and when; empty if nobody has."""
    return marks.markup("{}，<time>{}</time>", who, marks.moment(at)) if at else ""


@register.filter
def day_long(value: date | None) -> str:
    """2026年11月23日."""
    return chinese.long_date(marks.day_of(value)) if value else "—"


@register.simple_block_tag
def part(
    content: str, key: str, title: object, css: str = "", count: str = "", beside: str = ""
) -> SafeString:
    """A part of a page under its heading, which has the id `key`.

    `count`: how many things it lists, in the heading; `beside`: a short text after it.
    """
    head = '<h2 class="block-head" id="{}">{}</h2>'
    if count or beside:
        head = '<div class="block-head"><h2 id="{}">{}{}</h2>{}</div>'
        count = count and marks.markup('<span class="band-count">{}</span>', count)
        beside = beside and marks.markup('<span class="small muted">{}</span>', beside)
    head = marks.markup(head, key, title, count, beside)
    form = '<section class="block{}" aria-labelledby="{}">\n{}{}</section>'
    return marks.markup(form, css and f" {css}", key, head, content)


@register.simple_block_tag
def panel(content: str, key: str, title: object) -> SafeString:
    """The same in a frame, with a ruled head."""
    form = (
        '<section class="panel block" aria-labelledby="{0}">\n<header class="panel-head">'
        '<h2 id="{0}">{1}</h2></header>\n<div class="panel-part">{2}</div>\n</section>'
    )
    return marks.markup(form, key, title, content)


@register.simple_block_tag
def table(
    content: str, css: str, caption: object, *names: str | Iterable[str], scrolls: bool = True
) -> SafeString:
    """A plain table that scrolls if it is wide: its rows, below `names` as in `columns`."""
    if caption:
        caption = marks.markup('<caption class="visually-hidden">{}</caption>', caption)
    form = '<table class="table-plain{}">\n{}\n{}\n<tbody>{}</tbody>\n</table>'
    whole = marks.markup(form, css and f" {css}", caption, marks.columns(*names), content)
    return marks.markup('<div class="table-scroll">\n{}\n</div>', whole) if scrolls else whole


@register.filter
def number_columns(kinds: Iterable[marks.Toned]) -> list[str]:
    """Columns of numbers for the head of a table, one for each kind."""
    return [f"num:{kind.label}" for kind in kinds]


@register.simple_tag
def fact(label: str, value: object) -> SafeString:
    """A line of a list of facts: what it is, and its value."""
    return marks.markup("<dt>{}</dt>\n<dd>{}</dd>", label, value)


@register.simple_block_tag
def fact_of(content: str, label: str) -> SafeString:
    """The same with a value of several elements."""
    return fact(label, content)


@register.simple_tag
def fact_if(label: str, value: object) -> SafeString | str:
    """A fact, but nothing if the value is missing or empty."""
    return fact(label, value) if value else ""


@register.simple_tag
def page_head(
    title: object, *subs: object, ordinal: str = "", as_of: date | None = None
) -> SafeString:
    """The h1 of a page, with its number before it, and a line below, which may end in its day."""
    number = marks.markup('<span class="page-ordinal">{}</span>', ordinal) if ordinal else ""
    head = marks.markup("<h1>{}{}</h1>", number, title)
    below = [one for one in (*subs, as_of and f"截至{day_long(as_of)}") if one]
    line = marks.joined(below, "&nbsp;· ")
    return marks.markup('{}\n<p class="page-sub">{}</p>', head, line) if below else head


@register.inclusion_tag("components/empty.html")
def empty_list(
    title: str, text: str = "", action_label: str = "", action_url: str = ""
) -> dict[str, str]:
    return {"title": title, "text": text, "action_label": action_label, "action_url": action_url}


@register.inclusion_tag("components/crumbs.html")
def crumbs(
    here: object, parent: object, page: str, *keys: int, above: str = "", above_page: str = ""
) -> dict[str, object]:
    """The path to a page: `page` (or its address) and `keys` are its parent's; above it `above`."""
    way = {"here": here, "parent": parent, "parent_url": page_address(page, *keys)}
    return way | {"grandparent": above, "grandparent_url": above and address_of(above_page)}


@register.simple_tag(takes_context=True)
def page_header(context: template.RequestContext) -> SafeString:
    """The head of every page, above its content."""
    return header(context["frame"], context["user"], context["csrf_token"])


@register.simple_tag(takes_context=True)
def of_notice(context: template.RequestContext, number: str) -> str | SafeString:
    """The notice that a line is about; empty if there is only one."""
    request = context.request
    if not number or request is None or not offered_notices(request).has_several:
        return ""
    return marks.markup(' <span class="of-notice">{}</span>', number)
