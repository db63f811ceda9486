"""Pages of 本期应报 of an agency that owes very much; a usual number stays whole."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from lib.numbers import row_number
from measures.filings.card import Card

WHOLE_MOST = 20  # cards that are shown on one page
PER_PAGE = 7
DEBTS_MOST = 20  # of 往期欠报, unless all is asked for
REST_MOST = 10  # that the bar above the cards names


def shows_all(query: QueryDict) -> bool:
    """Whether the reader asked for everything on one page, as for printing."""
    return "whole" in query


def page_of_cards(
    cards: Sequence[Card], query: QueryDict, *, refused: int | None = None
) -> Page[Card]:
    """The page that the address asks for by its number, or by a filing that is on it (`at`).

    `refused`: the filing that was sent and refused.
    """
    is_whole = shows_all(query) or len(cards) <= WHOLE_MOST
    pages = Paginator(cards, max(len(cards), 1) if is_whole else PER_PAGE)
    keys = [card.filing.pk for card in cards]
    wanted = refused or row_number(query.get("at", ""))
    if wanted in keys and "page" not in query:
        return pages.page(keys.index(wanted) // pages.per_page + 1)
    return pages.get_page(query.get("page"))
