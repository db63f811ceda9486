"""What 审核 has many of: the rows, what they are sifted by, the marks in two versions."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from agencies.models import User
from lib.http import address_of
from lib.marks import badge, icon, joined, markup, moment
from measures.chosen_notice import offered_notices

if TYPE_CHECKING:
    from lib.diff import MarkedText, Span
    from measures.reviews.queue import QueueChip, Select, WaitingFiling

ROW = """<li class="queue-row">
{}<a class="queue-item" href="{}{}/{}"{}>
<b>{}</b>
<span class="queue-meta"><span>{} · {}</span><span class="queue-days{}">{}{}</span></span>
<span class="queue-meta"><span>{} · <time>{}</time>{}</span></span>
{}{}
</a>
</li>"""
PICK = """<label class="queue-pick"><input type="checkbox" name="filing" value="{}" form="bulk">
<span class="visually-hidden">选中{}{}{}</span></label>"""
TAG, SAID_OVER = '<span class="tag">{}</span>', '<span class="tone is-yellow">沿用{}，已核对</span>'
LATE = SafeString('<span aria-hidden="true">▲</span>')
TEXT = '<div class="note-part"><h4>{}{}</h4><p class="prose">{}</p></div>'
SAME = SafeString('<span class="note-same">没有变化</span>')
CHIP = '<a class="chip"{} href="{}{}">{}{}{}</a>'
ON = SafeString(' aria-current="true"')
OPTION = '<option value="{}"{}>{}（{}）</option>'

register = template.Library()


@register.simple_tag(takes_context=True)
def queue_rows(
    context: template.RequestContext,
    rows: Iterable["WaitingFiling"],
    query: str,
    opened: int | None,
    picked: Collection[int],
) -> SafeString:
    """What waits, each a link to its panel.

    `query`: of the queue's address; `opened`: which is before the reviewer; `picked`: which may be
    accepted at once.
    """
    request, queue = context.request, address_of("measures:reviews")
    says_notice = request is not None and offered_notices(request).has_several
    return joined(
        _row(row, queue, query, row.pk == opened, row.pk in picked, says_notice, context["user"])
        for row in rows
    )


def _row(
    row: "WaitingFiling",
    queue: str,
    query: str,
    is_open: bool,
    is_picked: bool,
    says_notice: bool,
    reader: User,
) -> SafeString:
    notice = markup(' <span class="of-notice">{}</span>', row.notice) if says_notice else ""
    pick = markup(PICK, row.pk, row.agency_name, row.measure, notice) if is_picked else ""
    waited = "今日重新送审" if row.is_upheld else "今日报送"
    tags = joined(_tags(row, reader)) if row.has_tags else ""
    return markup(
        ROW,
        pick,
        queue,
        row.pk,
        query,
        SafeString(' aria-current="true"') if is_open else "",
        row.measure,
        row.agency_name,
        row.role_choice.label,
        " is-red" if row.is_overdue else "",
        LATE if row.is_overdue else "",
        f"已等{row.days}个工作日" if row.days else waited,
        row.period,
        moment(row.since),
        f" · {row.state_choice.label}" if row.state == "in_agency" else "",
        notice,
        markup('<span class="queue-tags">{}</span>', tags) if tags else "",
    )


def _tags(row: "WaitingFiling", reader: User) -> Iterator[SafeString]:
    plain = {
        "异议成立": row.is_upheld,
        "补报": row.is_backfilled,
        Truncator(f"更正：{row.correction_reason}").chars(40): row.correction_reason,
        "本期无新进展": row.is_unchanged,
    }
    yield from (markup(TAG, words) for words, is_so in plain.items() if is_so)
    if row.times_over:
        yield markup(SAID_OVER, "、".join(row.times_over))
    elif row.carried:
        yield markup(TAG, "沿用此前内容，已核对")
    if row.is_doubtful:
        yield badge(row.confidence_choice)
    if row.begun_by:
        who = "您" if row.begun_by_id == reader.pk else row.begun_by
        yield markup(TAG, f"{who}审核中")


@register.simple_tag
def marked_texts(parts: Iterable["MarkedText"]) -> SafeString:
    """A version's texts: what was added underlined, what was removed struck through."""
    texts = (
        markup(TEXT, one.label, "" if one.is_changed else SAME, joined(map(_span, one.spans)))
        for one in parts
    )
    return markup('<div class="note">{}</div>', joined(texts))


def _span(span: "Span") -> SafeString | str:
    if span.is_added or span.is_removed:
        return markup("<{0}>{1}</{0}>", "ins" if span.is_added else "del", span.text)
    return span.text


@register.simple_tag
def queue_options(select: "Select") -> SafeString:
    """What a select of the queue offers, each with how many it would show."""
    return joined(_group(number, options) for number, options in select.groups)


@register.simple_tag
def queue_chips(chips: Iterable["QueueChip"]) -> SafeString:
    """Filters that are on or off, or orders; each leads to the other."""
    return joined(map(_chip, chips))


def _chip(chip: "QueueChip") -> SafeString:
    here = ON if chip.is_on else ""
    off = icon("x-lg", "去掉这一条件") if chip.is_on and chip.found is not None else ""
    found = "" if chip.found is None else f" {chip.found}"
    return markup(CHIP, here, address_of("measures:reviews"), chip.url, chip.label, found, off)


def _group(number: str, options: Iterable) -> SafeString:
    chosen = SafeString(" selected")
    found = joined(
        markup(OPTION, one.value, chosen if one.is_chosen else "", one.label, one.found)
        for one in options
    )
    return markup('<optgroup label="{}">{}</optgroup>', number, found) if number else found
