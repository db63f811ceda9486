"""What an agency's people find on their page: all they owe in one period."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from measures.choices import FilingState
from measures.models import Filing, Note, Notice, Period
from measures.rules.workflow import steps_from


class Card(NamedTuple):
    """One filing with what stands beside it."""

    filing: Filing
    note: Note | None  # the version in hand
    draft: Note | None  # the same where it may still be written on
    previous: Filing | None  # the last period's filing whose note was accepted
    steps: frozenset[str]
    is_late: bool
    can_withdraw: bool


class Desk(NamedTuple):
    """All that some agencies owe in one period."""

    period: Period
    cards: list[Card]

    @property
    def filed(self) -> int:
        """How many have left the agency."""
        return sum(card.filing.first_submitted_at is not None for card in self.cards)

    @property
    def waiting(self) -> int:
        """How many still wait for the agency's own people."""
        return sum(card.filing.is_open_to_liaison for card in self.cards)

    @property
    def late(self) -> int:
        """How many are past due and never left the agency."""
        return sum(card.is_late for card in self.cards)


def current_period(notice: Notice, *, periods: Iterable[Period]) -> Period | None:
    """The newest open one of the main kind, else the newest that was opened, else none.

    `periods` are the notice's opened ones, newest first.
    """
    main = [period for period in periods if period.kind == notice.main_kind]
    open_ones = [period for period in main if period.state == "open"]
    return next(iter(open_ones or main), None)


def desk_for(agencies: list[Agency], period: Period, *, on: date) -> Desk:
    """All that the agencies owe in a period; three queries for any number."""
    ids = [agency.pk for agency in agencies]
    filings = list(
        Filing.objects.filter(period=period)
        .owed_by(ids)
        .select_related("measure", "agency", "period")
        .with_notes()
    )
    previous = _previous(ids, period)
    return Desk(period, [_card(filing, previous, on) for filing in filings])


def card_for(filing: Filing, *, on: date) -> Card:
    """One filing's card; needs measure, agency and notes fetched."""
    return _card(filing, _previous([filing.agency_id], filing.period), on)


def _card(filing: Filing, previous: dict[tuple[int, int], Filing], on: date) -> Card:
    note = filing.in_hand
    writable = filing.is_open_to_liaison and note is not None and note.submitted_at is None
    return Card(
        filing=filing,
        note=note,
        draft=note if writable else None,
        previous=previous.get((filing.measure_id, filing.agency_id)),
        steps=frozenset(steps_from(filing.state)),
        is_late=filing.first_submitted_at is None
        and filing.state != FilingState.WAIVED
        and filing.due_on < on,
        can_withdraw="withdraw" in steps_from(filing.state)
        and note is not None
        and not hasattr(note, "review"),
    )


def _previous(agency_ids: list[int], period: Period) -> dict[tuple[int, int], Filing]:
    """The last accepted filing before a period, by (measure, agency); one query."""
    rows = (
        Filing.objects.owed_by(agency_ids)
        .filter(period__covers_from__lt=period.covers_from, accepted_note__isnull=False)
        .select_related("period", "accepted_note")
        .order_by("measure_id", "agency_id", "-period__covers_from")
        .distinct("measure_id", "agency_id")
    )
    return {(row.measure_id, row.agency_id): row for row in rows}
