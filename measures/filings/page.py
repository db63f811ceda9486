"""What an agency's people find on their page: all they owe in one period."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from lib.workdays import ONE_DAY
from measures.choices import NOTE_LABELS, Decision, FilingState, PeriodState
from measures.filings.content import corrects_nothing, repeated_in, typed_in
from measures.filings.figures import add_asked
from measures.filings.statements import (
    OTHERS_MOST,
    accepted_before,
    files_in_periods,
    last_accepted,
    late_milestones,
    owed_in_periods,
    unfiled_elsewhere,
    versions_in_periods,
)
from measures.models import Evidence, Filing, Note, Period, Review
from measures.models.measure import named_by
from measures.rules.named_times import TimeMark, marks_in
from measures.rules.notes import REPEATABLE, is_more, lacking, same_words, taken_over, to_confirm
from measures.rules.plan import LateMilestone
from measures.rules.workflow import OPEN_TO_LIAISON, steps_from

CARDS_MOST = 30  # on one page, as long as they are of several notices
# Where a filing stands in its agency's own eyes. Each stands in one place, so the numbers add up.
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
OUT_OF_HAND = {
    FilingState.ACCEPTED: "已通过",
    FilingState.SUBMITTED: "已报送待审核",
    FilingState.IN_AGENCY: "待本单位审核",
    FilingState.WAIVED: "免报",
}


class Carried(NamedTuple):
    """A field whose words are those of the last accepted note."""

    name: str
    label: str
    before: str  # whose words they are: 上期, else the period by its name
    marks: list[TimeMark]  # times in it that are not this period's
    is_more: bool = False  # the writer's own words stand beside them

    @property
    def is_stale(self) -> bool:
        return any(mark.is_over for mark in self.marks)

    @property
    def likeness(self) -> str:
        return f"写有{self.before}的全文" if self.is_more else f"与{self.before}相同"


class Card(NamedTuple):
    filing: Filing
    note: Note | None  # the version in hand
    draft: Note | None  # the same where it may still be written on
    previous: Filing | None  # the last period's filing whose note was accepted
    steps: frozenset[str]
    is_late: bool
    can_withdraw: bool
    missing: tuple[str, ...]  # labels of what must be filled in before it can be handed in
    can_drop: bool  # a correction is in hand, and what was accepted stands
    on: date  # the day on which it is so
    repeats: Sequence[str] = ()  # fields with words that were accepted for an earlier period
    is_unsaved: bool = False  # what was typed on it was refused
    is_asked: bool = False  # it was not a fault, but a question

    @property
    def key(self) -> str:
        """The filing's key as text: a template that prints a number asks for the language first."""
        return str(self.filing.pk)

    @property
    def previous_words(self) -> str:
        """What the accepted note beside it is: 上期 only of the period just before."""
        if self.previous is None:
            return "上期"
        before = self.previous.period
        return f"上期（{before}）已通过" if self.follows_previous else f"最近一次通过（{before}）"

    @property
    def before(self) -> str:
        """Whose words stand beside it: 上期, else the period by its name."""
        return _before(self.filing.period, self.previous.period) if self.previous else "上期"

    @property
    def follows_previous(self) -> bool:
        """Whether the accepted note beside it is of the period just before."""
        return self.previous is not None and self.filing.period.follows(self.previous.period)

    @property
    def last_return(self) -> Review | None:
        """The return that the version in hand mends: the last decision on those before it."""
        kept = [note for note in self.filing.versions if note.dropped_at is None]
        reviews = [_review(note) for note in kept[1:]]
        last = next((review for review in reviews if review and review.decision), None)
        return last if last and last.decision == Decision.RETURN else None

    @property
    def mends(self) -> bool:
        """Whether what is written now answers a return."""
        return self.filing.state == FilingState.RETURNED or self.last_return is not None

    @property
    def is_returned_by_commission(self) -> bool:
        """Whether one may object: to a return by the commission, until the rewriting begins."""
        is_returned = self.filing.state == FilingState.RETURNED
        return is_returned and self.note is not None and self.note.left_at is not None

    @property
    def carried(self) -> list[Carried]:
        """What the version in hand has taken over from an earlier period."""
        if not self.repeats or self.note is None or self.previous is None:
            return []
        last = self.previous.accepted_note
        assert last is not None  # previous is a filing whose note was accepted
        found = carried_in(self.note, self.repeats, self.filing.period, self.previous, on=self.on)
        same = same_words(typed_in(self.note), typed_in(last), among=REPEATABLE)
        # A frozen one goes on naming what was the last at its time.
        return [one if one.name in same else one._replace(before="此前") for one in found]

    @property
    def unsaved_word(self) -> str:
        return "待确认" if self.is_asked else "没有保存"

    @property
    def withdrawal(self) -> str:
        """What its agency is told of taking back what was handed in; empty where it has nothing."""
        if self.can_withdraw:
            is_inside = self.filing.state == FilingState.IN_AGENCY
            return f"{'本单位审核' if is_inside else '市商务委开始审核'}之前可以撤回。"
        if self.filing.state == FilingState.SUBMITTED:
            return "市商务委已开始审核，不能撤回；需要修改的，可以留言请审核人放回或退回。"
        return ""

    @property
    def place(self) -> str:
        if self.filing.accepted_note_id is not None:  # it stands while a correction is in hand
            return OUT_OF_HAND[FilingState.ACCEPTED]
        state = FilingState(self.filing.state)
        if state in OUT_OF_HAND:
            return OUT_OF_HAND[state]
        if self.is_ready:
            return "已填好待提交"
        if self.filing.mend_by is not None or state == FilingState.RETURNED:
            return "待补正"
        return "未填好" if self.note or self.is_unsaved else "未填写"

    @property
    def is_ready(self) -> bool:
        return self.draft is not None and not (self.missing or self.is_unsaved)

    @property
    def is_done(self) -> bool:
        """Whether its agency has nothing more to write here."""
        return self.is_ready or "save" not in self.steps


class Unfiled(NamedTuple):
    """What is owed outside the period that the page shows, and has not come."""

    pk: int
    measure_id: int
    ordinal: int
    title: str
    working_title: str
    agency_name: str
    period_id: int
    period: str
    period_state: str
    period_due_on: date
    notice_number: str
    due_on: date

    @property
    def measure(self) -> str:
        return named_by(self._asdict())


class Debt(NamedTuple):
    """欠报: what is past due and has not come."""

    filing: Unfiled
    since: date  # the day after it was due
    days: int  # of any kind, and said so: lights and chases count working days


class OwedFilings(NamedTuple):
    period: Period
    cards: list[Card]

    @property
    def places(self) -> list[tuple[str, int]]:
        found = Counter(card.place for card in self.cards)
        return [(place, found[place]) for place in PLACES if found[place]]

    @property
    def corrected(self) -> int:
        """How many of the accepted ones are being corrected."""
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

    def with_unsaved(self, filing: Filing, *, is_asked: bool = False) -> "OwedFilings":
        """The same, where what was typed for one filing was refused, or (`is_asked`) a question."""
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
    """All that the agencies owe in a period: see owed_in()."""
    return owed_in([period], agencies, on=on, is_brief=is_brief)[0]


def owed_in(
    periods: Sequence[Period], agencies: list[Agency], *, on: date, is_brief: bool = False
) -> list[OwedFilings]:
    """All that the agencies owe in each period; a few queries for any number.

    Each period is of another notice. `is_brief`: without evidence, older versions and the last
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
    previous = {} if is_brief else _previous(ids, periods)
    if not is_brief:
        _add_late_milestones(filings, len(periods), own, on=on)
    cards: dict[int, list[Card]] = {pk: [] for pk in by_key}
    for filing in filings:
        cards[filing.period_id].append(_card(filing, previous, on))
    return [OwedFilings(by_key[pk], found) for pk, found in cards.items()]


def _add_versions(
    filings: Sequence[Filing], periods: int, own: list[int], *, is_brief: bool
) -> None:
    """Set the versions of each filing, newest first, and the files behind them.

    `own`: the ids of the periods, so many, and then of the agencies.
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


class OtherPeriod(NamedTuple):
    """An open period beside the one that is shown."""

    pk: int
    label: str
    due_on: date
    late: int  # what is past due in it
    missing: int  # all that has not come
    number: str = ""  # of its notice, where that is another one


class Elsewhere(NamedTuple):
    """What the agencies owe outside the period that their page shows, and all of 往期欠报."""

    debts: list[Debt]  # of every closed period, the oldest first
    put_off: list[Unfiled]  # of closed periods, and not due yet
    open: list[OtherPeriod]  # the other open periods, of this notice and then of others
    more: int  # of other notices, for which there is no room


def shown_beside(period: Period | None, others: Sequence[Period]) -> list[Period]:
    """The periods whose cards a page shows: that one, and of each other notice the first due.

    As long as there is room for them; in the order of their notices, whichever is the first.
    """
    shown = {period.notice_id: period} if period else {}
    room = CARDS_MOST
    for one in sorted(others, key=lambda other: (other.due_on, other.pk)):
        if one.notice_id not in shown and one.cards <= room:
            shown[one.notice_id] = one
            room -= one.cards
    return [shown[notice] for notice in sorted(shown)]


def elsewhere(
    agencies: list[Agency], shown: Sequence[Period], periods: list[Period], *, on: date
) -> Elsewhere:
    """What is owed in other periods than are shown; `periods`: all of the chosen notice.

    往期欠报 is that of every closed period, whichever is shown. One query.
    """
    keys = {period.pk for period in shown}
    others = [one for one in periods if one.is_open and one.pk not in keys]
    ids = [agency.pk for agency in agencies]
    found = [Unfiled(*row) for row in unfiled_elsewhere(len(ids)).rows(ids)] if ids else []
    debts = [row for row in found if row.period_state == PeriodState.CLOSED and row.due_on < on]
    rows = [row for row in found if row.period_id not in keys]
    late = Counter(row.period_id for row in rows if row.due_on < on)
    missing = Counter(row.period_id for row in rows)
    put_off = [r for r in rows if r.period_state == PeriodState.CLOSED and r.due_on >= on]
    own = {one.pk: (str(one), one.due_on, "") for one in others}
    foreign = {
        row.period_id: (row.period, row.period_due_on, row.notice_number)
        for row in rows
        if row.period_state == PeriodState.OPEN and row.period_id not in own
    }
    opened = [
        OtherPeriod(pk, label, due_on, late[pk], missing[pk], number)
        for pk, (label, due_on, number) in (own | foreign).items()
    ]
    most = len(own) + OTHERS_MOST
    return Elsewhere(
        [Debt(row, row.due_on + ONE_DAY, (on - row.due_on).days) for row in debts],
        put_off,
        opened[:most],
        len(opened[most:]),
    )


def carried_in(
    note: Note, names: Iterable[str], period: Period, last: Filing, *, on: date
) -> list[Carried]:
    """The fields of a note with what they name that is not this period's.

    `last`: the filing whose accepted note they repeat.
    """
    written_for = last.period
    found = []
    for name in names:
        words, earlier = getattr(note, name), getattr(last.accepted_note, name)
        marks = marks_in(
            taken_over(words, earlier),
            covering=period,
            written_for=written_for,
            is_plan=name == "next_steps",
            on=on,
        )
        before = _before(period, written_for)
        more = is_more(words, earlier)
        found.append(Carried(name, NOTE_LABELS[name], before, marks, more))
    return found


def _before(period: Period, written_for: Period) -> str:
    return "上期" if period.follows(written_for) else str(written_for)


def card_for(filing: Filing, *, on: date) -> Card:
    previous = previous_of(filing)
    key = (filing.measure_id, filing.agency_id)
    return _card(filing, {key: previous} if previous else {}, on)


def previous_of(filing: Filing) -> Filing | None:
    """The agency's last filing on the measure before this one's period that was accepted."""
    own = [filing.measure_id, filing.agency_id, filing.period_id]
    return next(iter(last_accepted().rows(own)), None)


def waiting_before(cards: Sequence[Card]) -> dict[int, Period]:
    """The periods that wait for review after the one whose words a card shows, by the filings' ids.

    One query for the cards of one period.
    """
    if not cards:
        return {}
    period = cards[0].filing.period
    rows = (
        Filing.objects.owed_by([card.filing.agency_id for card in cards])
        .filter(state__in=(FilingState.IN_AGENCY, FilingState.SUBMITTED))
        .filter(period__kind=period.kind, period__notice=period.notice_id)
        .filter(period__covers_from__lt=period.covers_from)
        .select_related("period")
        .order_by("period__covers_from")
    )
    newest = {(row.measure_id, row.agency_id): row.period for row in rows}
    found = {}
    for card in cards:
        waits = newest.get((card.filing.measure_id, card.filing.agency_id))
        shown = card.previous.period if card.previous else None
        if waits and (shown is None or waits.covers_from > shown.covers_from):
            found[card.filing.pk] = waits
    return found


def filings_before(filings: Sequence[Filing]) -> dict[int, Filing]:
    """The last accepted filings before some of one period, by the ids of these."""
    if not filings:
        return {}
    found = _previous([filing.agency_id for filing in filings], [filings[0].period])
    pairs = ((one.pk, found.get((one.measure_id, one.agency_id))) for one in filings)
    return {pk: last for pk, last in pairs if last}


def _card(filing: Filing, previous: dict[tuple[int, int], Filing], on: date) -> Card:
    note, steps = filing.in_hand, frozenset(steps_from(filing.state))
    is_draft = note is not None and note.submitted_at is None
    said = typed_in(note) if note else None
    last = previous.get((filing.measure_id, filing.agency_id))
    repeats = note.carried if note else []
    if note and is_draft and last:  # more may have been accepted since it was saved
        repeats = repeated_in(note, filing, last)
    confirmed = note.carried if note and note.is_confirmed else []
    open_ = to_confirm(repeats, confirmed=confirmed)
    unconfirmed = tuple(f"对{NOTE_LABELS[name]}的核对" for name in open_)
    if note and is_draft and corrects_nothing(note, filing):
        unconfirmed += ("更正的内容",)
    return Card(
        filing=filing,
        note=note,
        draft=note if is_draft and filing.state in OPEN_TO_LIAISON else None,
        previous=last,
        repeats=repeats,
        steps=steps,
        is_late=filing.is_debt(on=on),
        can_withdraw="withdraw" in steps and note is not None and _review(note) is None,
        missing=lacking(said, _silent_on(filing)) + unconfirmed if "save" in steps else (),
        can_drop="drop" in steps and filing.accepted_note_id is not None,
        on=on,
    )


def _review(note: Note) -> Review | None:
    return getattr(note, "review", None)


def _silent_on(filing: Filing) -> list[str]:
    """The indicators of which it says nothing, in quotes; 本期无新进展 answers for all."""
    note = filing.in_hand
    if note is not None and note.is_unchanged:
        return []
    said = {figure.indicator_id for figure in note.shown_figures} if note else set()
    return [f"“{one.name}”" for one in filing.asked if one.pk not in said]


def _add_late_milestones(
    filings: Sequence[Filing], periods: int, own: list[int], *, on: date
) -> None:
    """Set the milestones of each filing's agency whose day has passed; one query."""
    rows = late_milestones(periods, len(own) - periods, on).rows(own) if filings else []
    found: defaultdict[tuple[int, int | None], list[LateMilestone]] = defaultdict(list)
    for measure, agency, *facts in rows:
        found[measure, agency].append(LateMilestone(*facts))
    for filing in filings:
        filing.late_milestones = found[filing.measure_id, filing.agency_id]


def _previous(agency_ids: list[int], periods: Sequence[Period]) -> dict[tuple[int, int], Filing]:
    """The last accepted filing before each period, by (measure, agency), one query."""
    ids = list(dict.fromkeys(agency_ids))
    if not (ids and periods):
        return {}
    keys = [period.pk for period in periods], [period.notice_id for period in periods]
    rows = accepted_before(len(periods), len(ids)).rows([*keys[0], *keys[1], *ids])
    return {(row.measure_id, row.agency_id): row for row in rows}
