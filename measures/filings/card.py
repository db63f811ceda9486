"""One filing as its agency sees it on 本期应报, with the note accepted for the last period."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from measures.choices import NOTE_LABELS, Decision, FilingState
from measures.filings.content import corrects_nothing, repeated_in, typed_in
from measures.filings.statements import accepted_before, newest_and_accepted
from measures.models import Filing, Note, Period, Review
from measures.rules.named_times import TimeMark, marks_in
from measures.rules.notes import REPEATABLE, is_more, lacking, same_words, taken_over, to_confirm
from measures.rules.workflow import OPEN_TO_LIAISON, steps_from

OUT_OF_HAND = {
    FilingState.ACCEPTED: "已通过",
    FilingState.SUBMITTED: "已报送待审核",
    FilingState.IN_AGENCY: "待本单位审核",
    FilingState.WAIVED: "免报",
}


class Carried(NamedTuple):
    """A field that repeats the text of the last accepted note."""

    name: str
    label: str
    before: str  # the period of the earlier text: 上期 or its name
    marks: list[TimeMark]  # times in it outside this period
    is_more: bool = False  # the writer has added text

    @property
    def is_stale(self) -> bool:
        return any(mark.is_over for mark in self.marks)

    @property
    def likeness(self) -> str:
        return f"写有{self.before}的全文" if self.is_more else f"与{self.before}相同"


class Card(NamedTuple):
    filing: Filing
    note: Note | None  # the current version
    draft: Note | None  # the same if it can still be edited
    previous: Filing | None  # the last period's filing whose note was accepted
    steps: frozenset[str]
    is_late: bool
    can_withdraw: bool
    missing: tuple[str, ...]  # labels of fields required before it can be submitted
    can_drop: bool  # it is a correction of an accepted note
    on: date  # the day of this view
    repeats: Sequence[str] = ()  # fields that repeat a note accepted for an earlier period
    is_unsaved: bool = False  # the form sent for it was refused
    is_asked: bool = False  # refused only because of an open question

    @property
    def key(self) -> str:
        """The filing's id as text: printing a number in a template is slower (localisation)."""
        return str(self.filing.pk)

    @property
    def previous_words(self) -> str:
        """The heading of the accepted note beside it: 上期 only for the period just before."""
        if self.previous is None:
            return "上期"
        before = self.previous.period
        return f"上期（{before}）已通过" if self.follows_previous else f"最近一次通过（{before}）"

    @property
    def before(self) -> str:
        """The period of the text beside it: 上期 or its name."""
        return _before(self.filing.period, self.previous.period) if self.previous else "上期"

    @property
    def follows_previous(self) -> bool:
        """Whether the accepted note beside it is from the period just before."""
        return self.previous is not None and self.filing.period.follows(self.previous.period)

    @property
    def last_return(self) -> Review | None:
        """The return that the current version answers: the last decision on earlier versions."""
        kept = [note for note in self.filing.versions if note.dropped_at is None]
        reviews = [_review(note) for note in kept[1:]]
        last = next((review for review in reviews if review and review.decision), None)
        return last if last and last.decision == Decision.RETURN else None

    @property
    def mends(self) -> bool:
        """Whether the version being written answers a return."""
        return self.filing.state == FilingState.RETURNED or self.last_return is not None

    @property
    def is_returned_by_commission(self) -> bool:
        """Whether the commission returned it and no new version is begun; one may object then."""
        is_returned = self.filing.state == FilingState.RETURNED
        return is_returned and self.note is not None and self.note.left_at is not None

    @property
    def carried(self) -> list[Carried]:
        """The fields that the current version repeats from an earlier period."""
        if not self.repeats or self.note is None or self.previous is None:
            return []
        last = self.previous.accepted_note
        assert last is not None  # previous is a filing whose note was accepted
        found = carried_in(self.note, self.repeats, self.filing.period, self.previous, on=self.on)
        same = same_words(typed_in(self.note), typed_in(last), among=REPEATABLE)
        # A frozen version may repeat a note that is no longer the last accepted one: 此前.
        return [one if one.name in same else one._replace(before="此前") for one in found]

    @property
    def unsaved_word(self) -> str:
        return "待确认" if self.is_asked else "没有保存"

    @property
    def withdrawal(self) -> str:
        """The sentence about withdrawing the submitted note; empty if there is none."""
        if self.can_withdraw:
            is_inside = self.filing.state == FilingState.IN_AGENCY
            return f"{'本单位审核' if is_inside else '市商务委开始审核'}之前可以撤回。"
        if self.filing.state == FilingState.SUBMITTED:
            return "市商务委已开始审核，不能撤回；需要修改的，可以留言请审核人放回或退回。"
        return ""

    @property
    def place(self) -> str:
        if self.filing.accepted_note_id is not None:  # stays effective while it is corrected
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
        """Whether its agency has nothing left to write."""
        return self.is_ready or "save" not in self.steps


def card_for(filing: Filing, *, on: date) -> Card:
    previous = previous_of(filing)
    key = (filing.measure_id, filing.agency_id)
    return make_card(filing, {key: previous} if previous else {}, on)


def make_card(filing: Filing, previous: dict[tuple[int, int], Filing], on: date) -> Card:
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
    """Return the indicators without an entry, in quotes; none if the note says 本期无新进展."""
    note = filing.in_hand
    if note is not None and note.is_unchanged:
        return []
    said = {figure.indicator_id for figure in note.shown_figures} if note else set()
    return [f"“{one.name}”" for one in filing.asked if one.pk not in said]


def carried_in(
    note: Note, names: Iterable[str], period: Period, last: Filing, *, on: date
) -> list[Carried]:
    """Return the given fields of a note with the times in them that lie outside its period.

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


def previous_of(filing: Filing) -> Filing | None:
    """Return the agency's last accepted filing on the measure before this one's period."""
    return newest_and_last(filing)[1]


def newest_and_last(filing: Filing) -> tuple[Note | None, Filing | None]:
    """Return the current version, and previous_of() with its accepted note; one query."""
    own = [filing.pk, filing.measure_id, filing.agency_id, filing.period_id]
    newest, last = None, None
    for note in newest_and_accepted().rows(own):
        if note.filing_id == filing.pk:
            note.filing = filing  # the locked object, whose state changes
            newest = note
        else:
            last = note.filing
            last.accepted_note = note
    return newest, last


def filings_before(filings: Sequence[Filing]) -> dict[int, Filing]:
    """Return the last accepted filing before each of some filings of one period, by their ids."""
    if not filings:
        return {}
    found = last_before([filing.agency_id for filing in filings], [filings[0].period])
    pairs = ((one.pk, found.get((one.measure_id, one.agency_id))) for one in filings)
    return {pk: last for pk, last in pairs if last}


def waiting_before(cards: Sequence[Card]) -> dict[int, Period]:
    """Return the period under review between a card and its earlier note, if any, by filing id.

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


def last_before(agency_ids: list[int], periods: Sequence[Period]) -> dict[tuple[int, int], Filing]:
    """Return the last accepted filing before the periods by (measure, agency); one query."""
    ids = list(dict.fromkeys(agency_ids))
    if not (ids and periods):
        return {}
    keys = [period.pk for period in periods], [period.notice_id for period in periods]
    rows = accepted_before(len(periods), len(ids)).rows([*keys[0], *keys[1], *ids])
    return {(row.measure_id, row.agency_id): row for row in rows}
