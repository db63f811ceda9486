"""Lights, badges, days and icons as markup: cheaper as a call than as an included template."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from html import escape
from typing import NamedTuple, Protocol

from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.timezone import get_default_timezone, localtime

HIDDEN = SafeString('aria-hidden="true"')
ICON = '<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>'
SELECT = (
    '<div><label class="visually-hidden" for="{0}">{1}</label>'
    '<select id="{0}" name="{0}"><option value="">全部{1}</option>{2}</select></div>'
)
A_DAY_OR_LIGHT = re.compile(r"(\d{4}-\d{2}-\d{2}|[▲●■○]\w{2,3}\b)")


class Toned(Protocol):
    """A state with its colour and word, and often a shape: a member of a closed list, a Word."""

    @property
    def tone(self) -> str: ...
    @property
    def label(self) -> str: ...


class Option(NamedTuple):
    """What a select offers."""

    value: str
    label: str
    is_chosen: bool


def markup(form: str, *values: object) -> SafeString:
    """Put escaped values into the `{}` of a form: like format_html, in a quarter of the time."""
    return SafeString(form.format(*map(written, values)))


def joined(parts: Iterable[object], between: str = "") -> SafeString:
    """Join parts, each escaped unless it is markup, with `between`, which must be safe markup."""
    return SafeString(between.join(map(written, parts)))


def written(value: object) -> str:
    """A value as templates print it: markup unchanged, anything else escaped."""
    return value if isinstance(value, SafeString) else escape(str(value))


def badge(choice: Toned) -> SafeString:
    """A state in its colour, word and shape."""
    shape = getattr(choice, "shape", "")
    mark = f'<span class="badge-shape" aria-hidden="true">{shape}</span>' if shape else ""
    return SafeString(f'<span class="badge is-{choice.tone}">{mark}{written(choice.label)}</span>')


def light(
    choice: Toned,
    sentence: str = "",
    url: str = "",
    until: date | None = None,
    since: date | None = None,
) -> SafeString:
    """A measure's light and its one sentence.

    `url`: of the fact behind the sentence; `until`: the last day of a light that a person set;
    `since`: the first day of the light.
    """
    css, manual, why, run = "", "", "", ""
    if until:
        css, tip = " is-manual", "由人工认定，不由系统计算，到期自动失效"
        manual = f'<span class="tag" title="{tip}">人工 至{day(until)}</span>'
    if sentence:
        why = f'<span class="light-why">{written(sentence)}</span>'
    if sentence and url:
        why = f'<a class="light-why" href="{written(url)}">{written(sentence)}</a>'
    if since:
        run = f'<span class="small nowrap">（自<time>{day(since)}</time>起）</span>'
    return SafeString(f'<span class="light{css}">{badge(choice)} {manual}{why}{run}</span>')


def progress(done: int, total: int, label: str) -> SafeString:
    """A bar with `done` of `total`; `label`: what is counted, e.g. 已填好."""
    return markup(
        '<span class="progress-line"><progress max="{0}" value="{1}" aria-label="{2}">{1}/{0}'
        '</progress><span class="progress-words">{2} <b>{1}/{0}</b></span></span>',
        total,
        done,
        label,
    )


def gap_mark(kind: str, url: str = "") -> SafeString:
    """A mark for text missing in the captured notice; `url`: the page of the gaps."""
    name = "a" if url else "span"
    return markup(
        '<{0} class="gap-mark"{1} title="通知原文此处缺失，待与公布文本核对">{2}</{0}>',
        name,
        markup(' href="{}"', url) if url else "",
        kind,
    )


def day(value: date | None) -> str:
    """2026-11-23, or a dash for None."""
    return f"{day_of(value):%Y-%m-%d}" if value else "—"


def moment(value: datetime | None) -> str:
    """2026-11-23 14:05, Beijing time, or a dash for None."""
    return f"{_here(value):%Y-%m-%d %H:%M}" if value else "—"


def day_of(value: date) -> date:
    """The day of a date, or of a datetime in Beijing time."""
    return _here(value).date() if isinstance(value, datetime) else value


def _here(value: datetime) -> datetime:
    """A moment in Beijing time; the zone is passed because Django's own lookup is slower."""
    return localtime(value, get_default_timezone())


def within(value: object, sentence: str) -> str:
    """The value in the `{}` of a sentence; empty if there is none."""
    return "" if value in (None, "") else sentence.format(value)


def whole_days(sentence: object) -> SafeString:
    """The sentence as markup that breaks no line within a day or within a light and its shape."""
    parts = A_DAY_OR_LIGHT.split(str(sentence))
    return joined(_whole(part) if place % 2 else part for place, part in enumerate(parts))


def _whole(part: str) -> SafeString:
    if part[0].isdigit():
        return markup("<time>{}</time>", part)
    return markup('<span class="nowrap">{}</span>', part)


@cache
def asset(name: str) -> str:
    """The address of a file of static/, cached because a page has about a dozen."""
    return static(name)


def styles(*names: str) -> SafeString:
    """Links to stylesheets of static/css/, in this order."""
    form = '<link rel="stylesheet" href="{}">'
    return joined(markup(form, asset(f"css/{name}.css")) for name in names)


def scripts(*names: str) -> SafeString:
    """Scripts of static/js/, which run in this order once the page is read."""
    return joined(
        markup('<script src="{}" defer></script>', asset(f"js/{name}.js")) for name in names
    )


def columns(*names: str | Iterable[str]) -> SafeString:
    """The head of a table: a column for each name, with its class before a colon (`num:件数`).

    A list stands for several. A name in brackets is only for screen readers; an empty one has no
    column; `|` breaks the line.
    """
    flat = (one for name in names for one in ([name] if isinstance(name, str) else name))
    heads = (name.rpartition(":") for name in flat if name)
    cells = (
        markup('<th scope="col"{}>{}</th>', markup(' class="{}"', css) if css else "", _head(name))
        for css, _, name in heads
    )
    return markup("<thead><tr>{}</tr></thead>", joined(cells))


def _head(name: str) -> SafeString:
    if name.startswith("("):
        return markup('<span class="visually-hidden">{}</span>', name.strip("()"))
    return joined(name.split("|"), "<br>")


def icon(name: str, label: str = "") -> SafeString:
    """An icon of static/img/icons.svg by its id; `label`: its name if no text is beside it."""
    says = markup('role="img" aria-label="{}"', label) if label else HIDDEN
    return markup(ICON, says, asset("img/icons.svg"), name)


def select_filter(name: str, label: str, found: Iterable[Option]) -> SafeString:
    """A select among the filters of a list; empty: all."""
    return markup(SELECT, name, label, options(found))


def options(found: Iterable[Option]) -> SafeString:
    """The <option>s of a select; a value that is its own label is not said twice."""
    return SafeString("".join(map(_option, found)))


def _option(option: Option) -> str:
    label, chosen = written(option.label), " selected" if option.is_chosen else ""
    value = "" if option.value == option.label else f' value="{written(option.value)}"'
    return f"<option{value}{chosen}>{label}</option>"
