"""What a card of 本期应报 says of itself: where it stands, and whether it was saved."""

from typing import TYPE_CHECKING

from django import template
from django.forms import BaseForm
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from lib.marks import day, markup

if TYPE_CHECKING:
    from measures.filings.page import Card

SWAPPED = SafeString(' hx-swap-oob="true"')  # a script puts it into the page
WHERE = (
    '<span class="filing-status" id="status-{}"{}>{}\n<span class="state is-{}">{}{}</span></span>'
)
MISSING = '<span class="filing-missing">{}</span>'

register = template.Library()


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
    if card.is_late:
        more = SafeString(" · 已逾期")
    elif filing.mend_by and "save" in card.steps:
        more = markup(" · <time>{}</time>前补正", day(filing.mend_by))
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
    if card.draft:
        at = f"{localtime(card.draft.saved_at):%Y-%m-%d %H:%M}"
        when = markup("{}保存于<time>{}</time>", card.draft.author, at)
    if card.is_unsaved:
        return markup("{}，上次{}", card.unsaved_word, when) if when else card.unsaved_word
    return when or ("尚未修改" if card.note else "尚未保存")
