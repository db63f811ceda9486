"""What stands on 总览 many times: its rows, its selects, and the numbers that open their lists."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from django import template
from django.utils.safestring import SafeString

from lib.marks import badge, day, gap_mark, joined, light, markup, whole_days
from measures.choices import Light

if TYPE_CHECKING:
    from reports.overview.rows import MeasureRow
    from reports.period.choosing import Option

INSTRUCTED = ' <a href="{}#instructions" aria-label="批示{}">{}</a>'
MORE = ' <span class="ledger-more">{}</span>'
OTHERS = ' <span class="hands-others">{}</span>'
TOLD = SafeString(' class="is-told"')

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
    words = markup("{}<b>{}</b>", one.label, one.value)
    return _linked(words, one.url, "", is_wall)


@register.simple_tag
def lights(part: CountedLight, words: str = "", *, is_wall: bool = False) -> SafeString:
    """▲滞后2项, or with other words 2项待审核."""
    if words:
        said = markup("<b>{}</b>项{}", part.value, words)
    else:
        shape = markup('<span class="badge-shape" aria-hidden="true">{}</span>', part.light.shape)
        said = markup("{}{}<b>{}</b>项", shape, part.label, part.value)
    return _linked(said, part.url, f" tone is-{part.light.tone}", is_wall)


def _linked(words: SafeString, url: str, more: str, is_wall: bool) -> SafeString:
    if is_wall:
        return markup('<span class="{}">{}</span>', more.strip(), words) if more else words
    return markup('<a class="counted{}" href="{}">{}</a>', more, url, words)


@register.simple_tag
def ledger_rows(rows: Iterable["MeasureRow"], measures_url: str, gaps_url: str) -> SafeString:
    """The <tr>s of a section: seventeen of them are most of the page."""
    found = (_ledger_row(row, f"{measures_url}{row.measure_id}/", gaps_url) for row in rows)
    return joined(found, "\n")


def _ledger_row(row: "MeasureRow", url: str, gaps_url: str) -> SafeString:
    return markup(
        '<tr{}><td class="ledger-no">{}</td>\n'
        '<th scope="row" class="ledger-title"><a href="{}">{}</a>{}{}{}</th>\n'
        '<td class="ledger-light">{}{}</td>\n'
        '<td class="ledger-lead">{}</td>\n'
        '<td class="ledger-stage">{}{}</td>\n'
        '<td class="ledger-filed">{}</td>\n'
        '<td class="ledger-date">{}</td></tr>',
        TOLD if row.is_stuck or row.waits_words else "",
        row.mark,
        url,
        row.title,
        _title_gap(row, gaps_url),
        markup(' <span class="tag">{}前完成</span>', row.due_on) if row.due_on else "",
        joined(markup(INSTRUCTED, url, one.label, badge(one)) for one in row.told),
        light(row.light_word, row.sentence, row.fact_url, row.manual_until),
        _light_more(row),
        _lead(row, gaps_url),
        row.stage_label,
        "" if row.is_ongoing else markup(" <b>{}%</b>", row.percent or 0),
        _filed(row),
        day(row.changed_on),
    )


def _filed(row: "MeasureRow") -> str:
    if row.is_skipped:
        return "隔期填报"
    return f"{row.accepted}/{row.owed}" if row.owed and row.accepted is not None else "—"


def _title_gap(row: "MeasureRow", gaps_url: str) -> SafeString | str:
    if not row.lacks_title:
        return ""
    return gap_mark("暂拟 · 待核对" if row.is_title_ours else "原文待核对", gaps_url)


def _light_more(row: "MeasureRow") -> SafeString | str:
    """What a grey light waits for, or how long another has lasted."""
    if row.waits_words:
        return markup(MORE, f"等：{row.waits_words}")
    if row.is_stuck and row.since:
        return markup(
            MORE, f"{row.since_word}自{row.since}" + (f"，{row.days}天" if row.days else "")
        )
    return ""


def _lead(row: "MeasureRow", gaps_url: str) -> SafeString | str:
    if row.lacks_agencies:
        return gap_mark("责任单位待核对", gaps_url)
    if row.lead and len(row.agencies) > 1:
        return markup('{} <span class="muted">等{}家</span>', row.lead, len(row.agencies))
    return row.lead or "—"


@register.simple_tag
def hands_rows(
    rows: Iterable["MeasureRow"], measures_url: str, *, is_wall: bool = False
) -> SafeString:
    """The <tr>s of what needs a hand; on the wall nothing is clicked."""
    found = (_hands_row(row, f"{measures_url}{row.measure_id}/", is_wall) for row in rows)
    return joined(found, "\n")


def _hands_row(row: "MeasureRow", url: str, is_wall: bool) -> SafeString:
    name, why = f"{row.mark}{row.title}", whole_days(row.sentence)
    told = [badge(one) for one in row.told]
    if is_wall:
        why = markup('<span class="hands-words">{}</span>', why)
    else:
        name = markup('<a href="{}">{}</a>', url, name)
        why = markup('<a href="{}">{}</a>', row.fact_url, why)
        told = [markup('<a href="{}#instructions">{}</a>', url, one) for one in told]
    return markup(
        '<tr><td class="hands-light">{}</td>\n'
        '<th scope="row" class="hands-title">{}</th>\n'
        '<td class="hands-why">{}{}</td>\n'
        '<td class="hands-who">{}{}</td>\n'
        '<td class="hands-since">{}</td>\n'
        '<td class="hands-told{}">{}</td></tr>',
        badge(row.light_word),
        name,
        why,
        markup(OTHERS, f"人工认定，至{row.manual_until}") if row.manual_until else "",
        "、".join(row.waits_for) or row.lead or "—",
        markup(OTHERS, f"另：{row.others_words}") if row.others else "",
        _since(row),
        "" if row.instructed else " is-none",
        joined(told) or "—",
    )


def _since(row: "MeasureRow") -> SafeString | str:
    if row.since is None:
        return "—"
    turned = markup('<span class="hands-more">{}</span>', row.turned) if row.turned else ""
    lasted = f"{row.since_word}{row.days}天"
    year, rest = f"{row.since:%Y-}", f"{row.since:%m-%d}"
    words = '<time><span class="hands-year">{}</span>{}</time><b>{}</b>{}'
    return markup(words, year, rest, lasted, turned)


@register.simple_tag
def select_filter(name: str, label: str, options: Iterable["Option"]) -> SafeString:
    """One select of the filters; a value that is its own label is not said twice."""
    return markup(
        '<div><label class="visually-hidden" for="{0}">{1}</label>'
        '<select id="{0}" name="{0}"><option value="">全部{1}</option>{2}</select></div>',
        name,
        label,
        joined(markup("<option{}{}>{}</option>", *_option(one)) for one in options),
    )


def _option(option: "Option") -> tuple[SafeString | str, str, str]:
    is_same = option.value == option.label
    value = "" if is_same else markup(' value="{}"', option.value)
    return value, " selected" if option.is_chosen else "", option.label
