"""The daily chase: words, sends and records reminders, one message per person and day."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import BigIntegerField, DateTimeField, F, OuterRef, Subquery, Value
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.audit.trail import AuditEntry
from agencies.inbox.messages import tell_each
from agencies.models import Message, User
from lib.chinese import ended_once, listed, long_date
from lib.inserting import insert_from, insert_rows
from lib.workdays import Calendar, is_workday, is_working_time
from measures.chasing.instructions import DueInstruction, due_instructions, record_told
from measures.chasing.planning import AgencyPlan, Debts, plan, told_on
from measures.choices import MeasureMessage, Rung
from measures.models import ChaseRound, Filing, Urge, Workday

ROWS_AT_ONCE = 5000
Ledger = defaultdict[tuple[Rung, bool], list[int]]  # (rung, is sent) → filings
_LOCK = 7_360_218  # key of the advisory lock for all chases
AGENCIES_SPELLED = 3
MOST = 500
ASKS = "请尽快报送，或在“本期应报”中答复拟报送日期。"


def _owed(debts: Debts) -> str:
    late = f"{debts.late}项逾期未报（最长{debts.latest}个工作日）" if debts.late else ""
    soon = ""
    if debts.soon and debts.soon_until:
        soon = f"{debts.soon}项将到期（最早{long_date(debts.soon_until)}）"
    mending = f"{debts.mending}项退回后逾期未补正" if debts.mending else ""
    candidate = "已列为情况通报候选" if debts.is_candidate else ""
    return f"{debts.agency}有{'，'.join(filter(None, (late, soon, mending, candidate)))}"


def sentence_for(
    owed: Sequence[Debts], words: Sequence[str], others: Sequence[str], *, on: date
) -> str:
    """Return one person's message of a day, for all agencies they act for; at most 500 characters.

    `words`: texts of chases by hand; `others`: sentences about instructions.
    """
    sentence = ""
    if owed:
        first = "；".join(_owed(debts) for debts in owed[:AGENCIES_SPELLED])
        rest = owed[AGENCIES_SPELLED:]
        more = f"；{listed(debts.agency for debts in rest)}也有应报未报" if rest else ""
        sentence = f"截至{long_date(on)}，{first}{more}。{ASKS}"
    said = ended_once(f"市商务委催报：{'；'.join(words)}。") if words else ""
    told = "".join(f"{one}。" for one in others)
    return f"{sentence}{said}{told}"[:MOST]


class Chased(NamedTuple):
    people: int  # number of messages, one each
    agencies: int
    filings: int


class Rehearsed(NamedTuple):
    """The message one person would get, and why."""

    person: User
    sentence: str
    why: str


class _PersonTold:
    """The parts of one person's message, collected over all agencies they act for."""

    def __init__(self) -> None:
        self.debts: list[Debts] = []
        self.words: list[str] = []
        self.others: list[str] = []  # sentences about instructions
        self.rungs: list[str] = []

    def add(self, planned: AgencyPlan, words: Collection[str]) -> None:
        self.debts.append(planned.debts)
        self.words += [one for one in words if one not in self.words]
        counted = planned.rungs.items()
        self.rungs += [f"{planned.debts.agency}{rung.label}{n}项" for rung, n in counted]

    def add_instruction(self, due: DueInstruction) -> None:
        self.others.append(due.sentence)
        self.rungs.append(due.rung.label)

    def sentence(self, on: date) -> str:
        return sentence_for(self.debts, self.words, self.others, on=on)

    @property
    def url(self) -> str:
        """The URL of the message: the debts, else the instructions."""
        return reverse("measures:my_filings" if self.debts else "measures:instructions")


def chase(*, at: datetime) -> Chased:
    """Send the reminders due by now; may run at any time and repeatedly.

    Sends nothing outside working hours. The next run sends what a missed run left.
    """
    calendar = Workday.objects.as_calendar()
    if not is_working_time(at, calendar):
        return Chased(0, 0, 0)
    return send_due(at=at, calendar=calendar)


def rehearse(*, on: date) -> Iterator[Rehearsed]:
    """Yield the messages that the job would send on a day; writes nothing."""
    calendar = Workday.objects.as_calendar()
    if not is_workday(on, calendar):
        return
    told: defaultdict[int, _PersonTold] = defaultdict(_PersonTold)
    for planned in plan(on=on, calendar=calendar):
        if planned.tells and not planned.is_held:
            words = _words_by_hand(planned)
            for person in planned.people:
                told[person].add(planned, words)
    for due in _untold_instructions(on, calendar):
        for pk in due.people:
            told[pk].add_instruction(due)
    for user in User.objects.filter(pk__in=told):
        own = told[user.pk]
        yield Rehearsed(user, own.sentence(on), "、".join(own.rungs))


@transaction.atomic
def send_due(
    *, at: datetime, calendar: Calendar, agencies: Collection[int] | None = None
) -> Chased:
    """Send due reminders to these agencies, or to all; write messages, records and events.

    One transaction, so that a failed run has sent nothing. Filings are read agency by agency; only
    the text for each person is kept until the end.
    """
    lock_chasing()
    on = localdate(at)
    told: defaultdict[int, _PersonTold] = defaultdict(_PersonTold)
    rounds: list[tuple[ChaseRound, frozenset[int]]] = []
    entries: list[AuditEntry] = []
    ledger: Ledger = defaultdict(list)
    filings = 0
    for planned in plan(on=on, calendar=calendar, agencies=agencies):
        if planned.is_held and planned.tells:
            continue
        by_hand = _words_by_hand(planned)
        used = _record(planned, ledger, at)
        rounds += [(round_, planned.people) for round_ in used]
        if not planned.tells:
            continue
        for person in planned.people:
            told[person].add(planned, by_hand)
        filings += sum(planned.rungs.values())
        entries.append(_entry(used[0], planned))
    insert_rows([round_ for round_, _ in rounds if round_.pk is None])
    _write(ledger, at)
    _pass_over_waiting(at, agencies)
    entries += _remind_of_instructions(told, on=on, calendar=calendar, at=at)
    _tell_all(told, on=on, at=at)
    _link(rounds, at)
    trail.record_all(entries, by=None, at=at)
    return Chased(len(told), len({round_.agency_id for round_, _ in rounds}), filings)


def _untold_instructions(on: date, calendar: Calendar) -> list[DueInstruction]:
    """Return due reminders, without those with a recipient who has a message of today."""
    told = told_on(on)
    found = due_instructions(on=on, calendar=calendar)
    return [due for due in found if not due.people & told]


def _remind_of_instructions(
    told: defaultdict[int, _PersonTold], *, on: date, calendar: Calendar, at: datetime
) -> list[AuditEntry]:
    entries = []
    for due in _untold_instructions(on, calendar):
        record_told(due, at=at)
        for person in due.people:
            told[person].add_instruction(due)
        sentence = f"{due.rung.label}：{due.instruction}。"
        entries.append(AuditEntry("instruction.remind", due.instruction, sentence))
    return entries


def lock_chasing() -> None:
    """Acquire the lock shared by runs and chases by hand, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _words_by_hand(planned: AgencyPlan) -> list[str]:
    waiting = [step.waiting for step in planned.steps if step.waiting]
    found = ChaseRound.objects.filter(urges__in=waiting).exclude(words="").distinct()
    return list(found.values_list("words", flat=True)) if waiting else []


def _record(planned: AgencyPlan, ledger: Ledger, at: datetime) -> list[ChaseRound]:
    """Collect one agency's rungs in `ledger`; returns the rounds with something to send.

    The round of this run is not saved yet.
    """
    waiting = [step.waiting for step in planned.steps if step.waiting]
    used = list(ChaseRound.objects.filter(urges__in=waiting).distinct()) if waiting else []
    Urge.objects.filter(pk__in=waiting).update(sent_at=at)
    if any(step.told for step in planned.steps):
        used.append(ChaseRound(agency_id=planned.agency_id, asked_at=at))
    for step in planned.steps:
        for rung in step.passed:
            ledger[rung, False].append(step.filing_id)
        if step.told:
            ledger[step.told.rung, True].append(step.filing_id)
    return used


def _write(ledger: Ledger, at: datetime) -> None:
    """Write the records, thousands of filings in one statement: a run may have 40,000."""
    own = ChaseRound.objects.filter(agency=OuterRef("agency"), asked_at=at, by__isnull=True)
    never = Value(None, output_field=DateTimeField())
    for (rung, is_told), ids in ledger.items():
        for start in range(0, len(ids), ROWS_AT_ONCE):
            insert_from(
                Urge,
                Filing.objects.chased().filter(pk__in=ids[start : start + ROWS_AT_ONCE]),
                filing=F("pk"),
                rung=Value(rung.value),
                due_on=F("chased_day"),
                round=Subquery(own.values("pk")[:1]) if is_told else Value(None, BigIntegerField()),
                sent_at=Value(at) if is_told else never,
                passed_at=never if is_told else Value(at),
                answer=Value(""),
            )


def _pass_over_waiting(at: datetime, agencies: Collection[int] | None) -> None:
    """Mark queued chases by hand as skipped if there is no reason left to send them."""
    queued = Urge.objects.queued()
    if agencies is not None:
        queued = queued.filter(filing__agency__in=agencies)
    # None waits in most runs, and building the statement below takes most of their time.
    if not queued.exists():
        return
    owed = Filing.objects.chased().values("pk")
    told = Urge.objects.to_tell(on=localdate(at)).filter(filing__in=owed)
    queued.exclude(pk__in=told.values("pk")).update(passed_at=at)


def _entry(round_: ChaseRound, planned: AgencyPlan) -> AuditEntry:
    counted = {rung.label: n for rung, n in planned.rungs.items()}
    words = "、".join(f"{label}{n}项" for label, n in counted.items())
    unread = "" if planned.people else "，没有可以送达的人员"
    sentence = f"向{planned.debts.agency}催报：{words}{unread}。"
    after = {"rungs": words, "people": len(planned.people)}
    return AuditEntry("chase.send", round_, sentence, after=after)


def _tell_all(told: dict[int, _PersonTold], *, on: date, at: datetime) -> None:
    """Send the messages; one text for people with the same, as A岗 and B岗."""
    same: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for person, own in told.items():
        same[own.sentence(on), own.url].append(person)
    people = User.objects.in_bulk(told)
    groups = [([people[pk] for pk in ids], *message) for message, ids in same.items()]
    tell_each(groups, kind=MeasureMessage.CHASE, at=at)


def _link(rounds: list[tuple[ChaseRound, frozenset[int]]], at: datetime) -> None:
    """Link each round with its messages, which have the time of reading."""
    sent = Message.objects.filter(kind=MeasureMessage.CHASE, created_at=at)
    messages = dict(sent.values_list("user", "pk"))
    through = ChaseRound.messages.through
    through.objects.bulk_create(
        [
            through(chaseround_id=round_.pk, message_id=messages[person])
            for round_, people in rounds
            for person in people
        ],
        batch_size=1000,
    )
