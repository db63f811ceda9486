"""What stands on 总览 many times: its rows, and the numbers that open their lists."""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Protocol

from django import template
from django.utils.safestring import SafeString

from lib.marks import badge, day, gap_mark, joined, light, markup, whole_days
from measures.choices import Light

if TYPE_CHECKING:
    from reports.overview.lights import LightPart, LightSummary
    from reports.overview.page import Band
    from reports.overview.rows import MeasureRow

SHAPE = '<span class="badge-shape" aria-hidden="true">{}</span>'
WORDS = (
    '{}，{}；<span class="tone is-green"><span class="badge-shape" aria-hidden="true">■</span>'
    "正常<b>{}</b>项</span>{}；{}。"
)
WALL_PART = '<g class="is-{}">'
LINKED_PART = '<a class="is-{}" href="{}" aria-label="{}{}项">'
PART = (
    '<rect class="lights-part" x="{0}%" width="{1}%" height="100%"{2}/>'
    '<text class="lights-label" x="{0}%" y="50%" dx=".6em" dy=".36em">{3}{4}'
    '<tspan dx=".2em">{5}</tspan></text>{6}'
)
BAND = (
    '<tbody><tr class="ledger-band"><th colspan="7" scope="rowgroup">{}{}'
    '<span class="band-count">{}项</span></th></tr>\n{}</tbody>'
)
ROW = (
    '<tr{}><td class="ledger-no">{}</td>'
    '<th scope="row" class="ledger-title"><a href="{}">{}</a>{}{}{}</th>'
    '<td class="ledger-light">{}{}</td><td class="ledger-lead">{}</td>'
    '<td class="ledger-stage">{}{}</td><td class="ledger-filed">{}</td>'
    '<td class="ledger-date">{}</td></tr>'
)
INSTRUCTED = ' <a href="{}#instructions" aria-label="批示{}">{}</a>'
MORE = ' <span class="ledger-more">{}</span>'
OTHERS = ' <span class="hands-others">{}</span>'
TOLD = ' class="is-told"'
STUCK = (Light.RED, Light.YELLOW)

register = template.Library()


class Counted(Protocol):
    """A number, its word, and the list it opens."""

    label: str
    value: int
    url: str


@register.simple_tag
def number(one: Counted, *, is_wall: bool = False) -> SafeString:
    """待审核8, as a link to its list; on the wall nothing is clicked."""
    words = markup("{}<b>{}</b>", one.label, one.value)
    return _linked(words, one.url, "", is_wall)


@register.simple_tag
def lights_words(lights: "LightSummary", *, is_wall: bool = False) -> SafeString:
    """▲滞后2项，●预警4项；■正常7项，其中牵头单位进展已审核5项（六）、待审核2项；○未评定4项。"""
    parts = lights.by_light
    split = ""
    if lights.is_split and lights.normal:
        said = ((Light.GREEN, "牵头单位进展已审核"), (Light.WAITING, "待审核"))
        split = "，其中" + "、".join(
            _counted(parts[one], words, is_wall) + _named(parts[one], is_wall)
            for one, words in said
            if parts[one].value
        )
    red, yellow, grey = (_counted(parts[one], "", is_wall) for one in (*STUCK, Light.GREY))
    return SafeString(WORDS.format(red, yellow, lights.normal, split, grey))


@register.simple_tag
def lights_bar(drawn: Iterable["LightPart"], *, is_wall: bool = False) -> SafeString:
    """The parts of the bar; on the wall nothing is clicked."""
    return SafeString("".join(_drawn_part(part, is_wall) for part in drawn))


def _drawn_part(part: "LightPart", is_wall: bool) -> str:
    label, opening, closing = escape(part.label), WALL_PART, "</g>"
    if not is_wall:
        opening, closing = LINKED_PART, "</a>"
    narrow = " is-narrow" if part.is_narrow else ""
    words = f'<tspan class="lights-name{narrow}">{label}</tspan>' if part.has_words else ""
    fill = ' fill="url(#hatch)"' if part.light == Light.WAITING else ""
    return opening.format(part.light.tone, escape(part.url), label, part.value) + PART.format(
        part.x, part.width, fill, part.light.shape, words, part.value, closing
    )


def _counted(part: "LightPart", words: str, is_wall: bool) -> SafeString:
    """▲滞后2项, or with other words 2项待审核."""
    said = f"<b>{part.value}</b>项{words}"
    if not words:
        said = f"{SHAPE.format(part.light.shape)}{escape(part.label)}{said}"
    tone = f" tone is-{part.light.tone}"
    return _linked(SafeString(said), part.url, tone, is_wall or not part.value)


def _named(part: "LightPart", is_wall: bool) -> str:
    return "" if is_wall else f'<span class="no-print">{part.marks}</span>'


def _linked(words: SafeString, url: str, more: str, is_wall: bool) -> SafeString:
    if is_wall:
        return markup('<span class="{}">{}</span>', more.strip(), words) if more else words
    return markup('<a class="counted{}" href="{}">{}</a>', more, url, words)


@register.simple_tag
def ledger_bands(bands: Iterable["Band"], measures_url: str, gaps_url: str) -> SafeString:
    """The <tbody>s of the ledger: its rows are most of the page."""
    found = []
    for band in bands:
        lost = band.section is not None and not band.section.title
        mark = f"{gap_mark('原文待核对', gaps_url)} " if lost else ""
        rows = "\n".join(
            _ledger_row(row, f"{measures_url}{row.measure_id}/", gaps_url) for row in band.rows
        )
        found.append(BAND.format(escape(band.label), mark, band.total, rows))
    return SafeString("\n".join(found))


def _ledger_row(row: "MeasureRow", url: str, gaps_url: str) -> str:
    waits = row.waits_words
    return ROW.format(
        TOLD if row.is_stuck or waits else "",
        row.mark,
        url,
        escape(row.title),
        _title_gap(row, gaps_url),
        f' <span class="tag">{day(row.due_on)}前完成</span>' if row.due_on else "",
        "".join(INSTRUCTED.format(url, escape(one.label), badge(one)) for one in row.told),
        light(row.light_word, row.sentence, row.fact_url, row.manual_until),
        MORE.format(f"等：{waits}" if waits else _lasted(row)) if waits or _has_run(row) else "",
        _lead(row, gaps_url),
        escape(row.stage_label),
        "" if row.is_ongoing else f" <b>{row.percent or 0}%</b>",
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


def _has_run(row: "MeasureRow") -> bool:
    return row.is_stuck and row.since is not None


def _lasted(row: "MeasureRow") -> str:
    """How long a light has lasted that somebody has to do something about."""
    return f"{row.since_word}自{row.since}" + (f"，{row.days}个自然日" if row.days else "")


def _lead(row: "MeasureRow", gaps_url: str) -> str:
    if row.lacks_agencies:
        return gap_mark("责任单位待核对", gaps_url)
    more = f' <span class="muted">等{len(row.agencies)}家</span>'
    lead = escape(row.lead)
    lead += more if lead and len(row.agencies) > 1 else ""
    lead += _joint(row)
    return lead + (gap_mark("其余待核对", gaps_url) if row.lacks_others else "") or "—"


def _joint(row: "MeasureRow") -> str:
    return markup(OTHERS, f"并列牵头：{row.joint_leads}") if row.joint_leads else ""


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
        '<td class="hands-who">{}{}{}</td>\n'
        '<td class="hands-since">{}</td>\n'
        '<td class="hands-told{}">{}</td></tr>',
        badge(row.light_word),
        name,
        why,
        markup(OTHERS, f"人工认定，至{row.manual_until}") if row.manual_until else "",
        "、".join(row.waits_for) or row.lead or "—",
        _joint(row) if not row.waits_for or row.lead in row.waits_for else "",
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
