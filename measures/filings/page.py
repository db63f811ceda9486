"""The content of 本期应报: what some agencies owe in a period, in pages if that is very much."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from agencies.models import Agency
from lib.numbers import row_number
from measures.choices import FilingState, PeriodState
from measures.filings.card import Card, last_before, make_card
from measures.filings.figures import add_asked
from measures.filings.statements import (
    files_in_periods,
    late_milestones,
    owed_in_periods,
    versions_in_periods,
)
from measures.models import Evidence, Filing, Note, Period
from measures.rules.plan import LateMilestone

# A filing's place as its agency sees it. Each filing has one place, so the numbers add up.
PLACES = (
    "已通过",
    "已报送待审核",
    "待本单位审核",
    "已填好待提交",
    "待补正",
    "未填好",
    "未填写",
    "免报",
)
WHOLE_MOST = 20  # most cards shown without splitting
PER_PAGE = 7  # of more cards: so that a page stays below 60 kB
DEBTS_MOST = 4  # most lines of 往期欠报 and of what is not due yet, unless all are requested
DEBTS_WHOLE = 2_147_483_647
REST_MOST = 8  # most filings named in the bar above the cards


class OwedFilings(NamedTuple):
    period: Period
    cards: list[Card]

    @property
    def places(self) -> list[tuple[str, int]]:
        found = Counter(card.place for card in self.cards)
        return [(place, found[place]) for place in PLACES if found[place]]

    @property
    def corrected(self) -> int:
        """How many accepted filings are being corrected."""
        accepted = [card.filing for card in self.cards if card.filing.accepted_note_id]
        return sum(filing.state != FilingState.ACCEPTED for filing in accepted)

    @property
    def ready(self) -> list[Card]:
        return [card for card in self.cards if card.is_ready]

    @property
    def unready(self) -> list[Card]:
        return [card for card in self.cards if not card.is_done]

    @property
    def untouched(self) -> list[Card]:
        return [card for card in self.cards if card.note is None and "save" in card.steps]

    @property
    def settled(self) -> int:
        return sum(card.is_done for card in self.cards)

    @property
    def question(self) -> str:
        unchanged = sum(card.draft.is_unchanged for card in self.ready if card.draft)
        news = f"，其中无新进展{unchanged}项" if unchanged else ""
        rest = f"；另有{len(self.unready)}项未填好，不提交" if self.unready else ""
        return f"将提交{len(self.ready)}项{news}{rest}。确定提交吗？"

    @property
    def late(self) -> int:
        return sum(card.is_late for card in self.cards)

    @property
    def in_time(self) -> int:
        """How many filings of a closed period can still be submitted on time."""
        if self.period.state != PeriodState.CLOSED:
            return 0
        unfiled = [one for one in self.cards if not one.filing.first_submitted_at]
        return sum(one.filing.is_owed and one.filing.due_on >= one.on for one in unfiled)

    def with_unsaved(self, filing: Filing, *, is_asked: bool = False) -> "OwedFilings":
        """Return a copy in which one filing's form was refused, or (`is_asked`) has a question."""
        cards = [
            card._replace(is_unsaved=True, is_asked=is_asked)
            if card.filing.pk == filing.pk
            else card
            for card in self.cards
        ]
        return self._replace(cards=cards)


def owed_filings(
    agencies: list[Agency], period: Period, *, on: date, is_brief: bool = False
) -> OwedFilings:
    """Return all that the agencies owe in a period: see owed_in()."""
    return owed_in([period], agencies, on=on, is_brief=is_brief)[0]


def owed_in(
    periods: Sequence[Period], agencies: list[Agency], *, on: date, is_brief: bool = False
) -> list[OwedFilings]:
    """Return all that the agencies owe in each period; the number of queries is fixed.

    Each period belongs to another notice. `is_brief`: without evidence, older versions and the last
    period, for the bar above the cards.
    """
    ids = [agency.pk for agency in agencies]
    by_key = {period.pk: period for period in periods}
    own = [*by_key, *ids]
    filings: list[Filing] = []
    if periods and ids:
        filings = owed_in_periods(len(periods), len(ids)).rows(own)
    for filing in filings:
        filing.period = by_key[filing.period_id]
    _add_versions(filings, len(periods), own, is_brief=is_brief)
    add_asked(filings)
    previous = {} if is_brief else last_before(ids, periods)
    if not is_brief:
        _add_late_milestones(filings, len(periods), own, on=on)
    cards: dict[int, list[Card]] = {pk: [] for pk in by_key}
    for filing in filings:
        cards[filing.period_id].append(make_card(filing, previous, on))
    return [OwedFilings(by_key[pk], found) for pk, found in cards.items()]


def _add_versions(
    filings: Sequence[Filing], periods: int, own: list[int], *, is_brief: bool
) -> None:
    """Set the versions of each filing, newest first, and their files.

    `own`: the ids of the periods (their number is `periods`), followed by those of the agencies.
    """
    versions: defaultdict[int, list[Note]] = defaultdict(list)
    files: defaultdict[int, list[Evidence]] = defaultdict(list)
    agencies = len(own) - periods
    if filings:
        for note in versions_in_periods(periods, agencies, in_hand=is_brief).rows(own):
            versions[note.filing_id].append(note)
    if versions and not is_brief:
        for file in files_in_periods(periods, agencies).rows(own):
            files[file.note_id].append(file)
    for filing in filings:
        filing.versions = versions[filing.pk]
        for note in filing.versions:
            note.filing, note.files_found = filing, files[note.pk]


def _add_late_milestones(
    filings: Sequence[Filing], periods: int, own: list[int], *, on: date
) -> None:
    """Set the overdue milestones of each filing's agency; one query."""
    rows = late_milestones(periods, len(own) - periods, on).rows(own) if filings else []
    found: defaultdict[tuple[int, int | None], list[LateMilestone]] = defaultdict(list)
    for measure, agency, *facts in rows:
        found[measure, agency].append(LateMilestone(*facts))
    for filing in filings:
        filing.late_milestones = found[filing.measure_id, filing.agency_id]


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
