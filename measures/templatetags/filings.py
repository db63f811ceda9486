"""What 本期应报 says after each saving: how far all is, where a card stands, that it was saved."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django import template
from django.forms import BaseForm
from django.utils.safestring import SafeString

from lib.chinese import weekday
from lib.http import address_of
from lib.marks import day, joined, markup, moment, progress
from measures.filings.page import REST_MOST

if TYPE_CHECKING:
    from measures.filings.card import Card
    from measures.filings.page import OwedFilings

SWAPPED = SafeString(' hx-swap-oob="true"')  # a script puts it into the page
WHERE = (
    '<span class="filing-status" id="status-{}"{}>{}\n<span class="state is-{}">{}{}</span></span>'
)
MISSING = '<span class="filing-missing">{}</span>'
BAR = """<div class="owe" id="owe-{}"{}>
<div class="owe-words">
<strong>本期应报{}项</strong>：{}；<time>{}（{}）</time>{}截止{}
</div>
<div class="owe-end">{}
{}</div>
{}</div>"""
LATE = '，<strong class="tone is-red nowrap">已逾期{}项</strong>'
IN_TIME = "，{}项截止日另定，本期虽已关闭，截止前报送仍算按时"
SUBMIT_ALL = """<form method="post" action="{}">
<input type="hidden" name="csrfmiddlewaretoken" value="{}">
<input type="hidden" name="period" value="{}">{}
<button class="btn btn-primary" id="submit-all-{}" type="submit" data-settle data-confirm="{}"
data-confirm-yes="提交{}项">全部提交（{}项）</button>
</form>"""
SEEN = '<input type="hidden" name="seen" value="{}">'
REST = '<p class="owe-rest">未填好{}项：{}{}</p>'
LACKS = '<a class="nowrap" href="#filing-{}">{}</a>{}'

register = template.Library()


@register.simple_tag
def owe_bar(
    owed: "OwedFilings", on: date, token: str, *, files: bool, swapped: bool = False
) -> SafeString:
    """Above the cards: how far all is, and what can be done to several.

    `token`: against forged forms; `files`: whether the person may file.
    """
    period, total, ready, rest = owed.period, len(owed.cards), owed.ready, owed.unready
    places = "，".join(f"{place}{number}项" for place, number in owed.places)
    corrected = f"，其中已通过的{owed.corrected}项正在更正" if owed.corrected else ""
    late = markup(LATE, owed.late) if owed.late else ""
    in_time = markup(IN_TIME, owed.in_time) if owed.in_time else SafeString()
    return markup(
        BAR,
        period.pk,
        SWAPPED if swapped else "",
        total,
        places + corrected,
        day(period.due_on),
        weekday(period.due_on),
        "已" if period.due_on < on else "",
        (late + in_time) or ("，本期已关闭" if period.state == "closed" else ""),
        progress(owed.settled, total, "已填好"),
        _submit_all(owed, token) if files and ready else "",
        _rest(rest) if files and rest else "",
    )


def _rest(cards: "Sequence[Card]") -> SafeString:
    more = len(cards[REST_MOST:])
    named = joined(map(_lacks, cards[:REST_MOST]), "；")
    return markup(REST, len(cards), named, f"；另有{more}项" if more else "")


def _submit_all(owed: "OwedFilings", token: str) -> SafeString:
    seen = ",".join(f"{one.key}:{one.draft.revision}" for one in owed.ready if one.draft)
    number, url = len(owed.ready), address_of("measures:filings_submit")
    pk = owed.period.pk
    return markup(SUBMIT_ALL, url, token, pk, markup(SEEN, seen), pk, owed.question, number, number)


def _lacks(card: "Card") -> SafeString:
    lacks = f"缺{'、'.join(card.missing)}" if card.missing else "缺补正"
    words = card.unsaved_word if card.is_unsaved else lacks
    return markup(LACKS, card.key, card.filing.measure.mark, words)


@register.simple_tag
def filing_status(card: "Card", *, swapped: bool = False) -> SafeString:
    """At the head of a card: what is missing, and where it stands."""
    filing, lacks, more = card.filing, SafeString(), SafeString()
    if card.is_unsaved:
        lacks = markup(MISSING, card.unsaved_word)
    elif card.missing:
        lacks = markup(MISSING, f"缺：{'、'.join(card.missing)}")
    elif card.draft and card.is_ready:
        news = "无新进展，" if card.draft.is_unchanged else ""
        lacks = markup('<span class="filing-ready">{}已填好，待提交</span>', news)
    is_unfiled = "save" in card.steps and filing.first_submitted_at is None
    if is_unfiled and filing.due_on != filing.period.due_on:
        more = markup(" · <time>{}</time>截止", day(filing.due_on))
    if card.is_late:
        more += SafeString(" · 已逾期")
    elif filing.mend_by and "save" in card.steps:
        more += markup(" · <time>{}</time>前补正", day(filing.mend_by))
    state = filing.state_choice
    tone = "red" if card.is_late else state.tone
    swap = SWAPPED if swapped else ""
    return markup(WHERE, filing.pk, swap, lacks, tone, state.label, more)


@register.simple_tag
def saved_line(
    card: "Card", refused: BaseForm | None = None, *, swapped: bool = False
) -> SafeString:
    """Whether and when a card was saved; `refused`: why it was not."""
    return markup(
        '<span class="saved{}" id="saved-{}"{} role="status">{}</span>',
        " is-refused" if refused or card.is_unsaved else "",
        card.filing.pk,
        SWAPPED if swapped else "",
        _saved_words(card, refused),
    )


def _saved_words(card: "Card", refused: BaseForm | None) -> SafeString | str:
    if refused:
        errors = (f"{one.label}，{error}" for one in refused for error in one.errors)
        return f"没有保存：{''.join(errors)}"
    when = SafeString()
    if card.draft and card.draft.revision:  # else it was begun by a file alone
        at = moment(card.draft.saved_at)
        when = markup("{}保存于<time>{}</time>", card.draft.author, at)
    if card.is_unsaved:
        if when:
            return markup("{}，上次{}", card.unsaved_word, when)
        return f"{card.unsaved_word}，材料已随草稿存下" if card.draft else card.unsaved_word
    return when or ("尚未修改" if card.note else "尚未保存")
