"""Splitting 本期应报 into pages if an agency owes very much; usually there is one page."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from lib.numbers import row_number
from measures.filings.card import Card

WHOLE_MOST = 20  # most cards shown without splitting
PER_PAGE = 7  # of more cards: so that a page stays below 60 kB
DEBTS_MOST = 4  # most lines of 往期欠报 and of what is not due yet, unless all are requested
DEBTS_WHOLE = 2_147_483_647
REST_MOST = 8  # most filings named in the bar above the cards


def shows_all(query: QueryDict) -> bool:
    """Whether the URL asks for everything on one page, as for printing."""
    return "whole" in query


def page_of_cards(
    cards: Sequence[Card], query: QueryDict, *, refused: int | None = None
) -> Page[Card]:
    """Return the page given in the URL by number, or by a filing on it (`at`).

    `refused`: the id of the filing whose form was refused.
    """
    is_whole = shows_all(query) or len(cards) <= WHOLE_MOST
    pages = Paginator(cards, max(len(cards), 1) if is_whole else PER_PAGE)
    keys = [card.filing.pk for card in cards]
    wanted = refused or row_number(query.get("at", ""))
    if wanted in keys and "page" not in query:
        return pages.page(keys.index(wanted) // pages.per_page + 1)
    return pages.get_page(query.get("page"))
