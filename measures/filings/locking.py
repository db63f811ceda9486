"""What every action on a filing shares: lock, step, newest version, notifications.

All actions of this app lock in one order to avoid deadlocks: notice, uploaded sheet, period,
filings by id, measures by id. The lock is always `no_key`, so that inserting a row that refers to
a locked one (a light with its filing, a status update with its period) need not wait.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache

from django.db.models import Max, Q, QuerySet
from django.utils.timezone import localdate, localtime

from agencies.choices import MessageKind, Outcome
from agencies.inbox.messages import settle_asked, settle_by, settling, tell
from agencies.models import Event, Message, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, StaleError
from lib.http import address_of
from lib.inserting import update_fields
from lib.prepared import Prepared, day_stand_in
from measures.bars import REVIEW
from measures.chasing.settling import settle_chases_of
from measures.choices import FilingState, MeasureMessage
from measures.filings.statements import lock, locked, newest_version, states_beside
from measures.lights.refresh import refresh_light
from measures.models import Filing, Note, Review
from measures.rules.workflow import OPEN_TO_LIAISON, STEPS, FilingStep, step_from

BEFORE_SOMEBODY = (FilingState.IN_AGENCY, FilingState.SUBMITTED)
# Messages that ask an agency to file: one filing, or all that it owes in a period.
CALLS = (MeasureMessage.RETURNED, MeasureMessage.CHANGED, MeasureMessage.PERIOD_CHANGED)
PERIOD_CALLS = (MeasureMessage.PERIOD_OPENED, MeasureMessage.PERIOD_CHANGED)


def take(
    filing: Filing, name: str, *, by: User, seen: int | None = None
) -> tuple[Filing, FilingStep]:
    """Lock the filing and check the person and the step; every action on a filing begins here.

    `seen` is the version that the reviewer has read; nobody decides on a version they have not
    read. Raises PermissionDenied for the person, whatever the state, DomainError for the step,
    StaleError if there is a newer version.
    """
    (filing,) = take_all([filing.pk], name, by=by)
    if seen is not None:
        newest = newest_of(filing)
        version = newest.version if newest else None
        if version != seen:
            raise StaleError(
                f"您看到的是第{seen}版，现在已是第{version}版，请重新打开看过后再决定。"
            )
    return filing, STEPS[name]


def take_all(ids: Iterable[int], name: str, *, by: User) -> list[Filing]:
    """Do the same as take() for several filings, in the order of their ids."""
    filings = lock_all(ids)
    for filing in filings:
        demand_step(filing, name, by=by)
    return filings


def lock_all(ids: Iterable[int]) -> list[Filing]:
    """Lock filings in the order of their ids.

    They are read after locking, with their periods: one may have closed while we waited.
    """
    found = list(dict.fromkeys(ids))
    if not found:
        return []
    return locked(len(found)).rows(found, after=lock(len(found)))


def demand_step(filing: Filing, name: str, *, by: User) -> FilingStep:
    """Return the step; raises PermissionDenied for the person first, DomainError for the step."""
    step = STEPS[name]
    if step.perm == Perm.REVIEW:
        REVIEW.demand(filing, by)
    else:
        by.demand(step.perm, filing.agency_id)
    since = _last_step(filing, by) if filing.state not in step.sources else ""
    return step_from(filing.state, name, since=since)


def _last_step(filing: Filing, by: User) -> str:
    """Return who took the last step and when, for the message; empty if it was this person."""
    actions = [f"filing.{name}" for name in STEPS if name != "save"]
    events = Event.objects.about("measures.filing", filing.pk)
    last = events.filter(action__in=actions, outcome=Outcome.DONE).newest_first().first()
    if last is None or last.actor_id == by.pk:
        return ""
    label = STEPS[last.action.removeprefix("filing.")].label
    return f"{last.actor_name}已于{localtime(last.at):%Y-%m-%d %H:%M}{label}"


def move(filing: Filing, step: FilingStep, *, at: datetime) -> None:
    """Write the new state. Being on time depends on when it was first submitted."""
    state = (filing.state, filing.first_submitted_at, filing.mend_by)
    if filing.state in BEFORE_SOMEBODY:
        settle_turn(filing, at)
    filing.state = step.target
    if step.target == FilingState.SUBMITTED:
        filing.first_submitted_at = filing.first_submitted_at or at
        filing.mend_by = None
    if filing.state in BEFORE_SOMEBODY:
        settle_call(filing, at)
    if state == (filing.state, filing.first_submitted_at, filing.mend_by):
        return  # saving a draft again changes no fact
    update_fields([filing], ["state", "first_submitted_at", "mend_by"])
    if bears_on_light(filing, on=localdate(at)):
        refresh_light(filing.measure_id, on=localdate(at))


def bears_on_light(filing: Filing, *, on: date) -> bool:
    """Whether its state may affect its measure's light.

    It may if its period is due or a version was submitted: low confidence counts at once.
    """
    return filing.first_submitted_at is not None or filing.period.is_due(on=on)


def newest_of(filing: Filing) -> Note | None:
    """Return the current version, with its review if there is one."""
    found: list[Note] = newest_version().rows([filing.pk])
    for note in found:
        note.filing = filing
    return found[0] if found else None


def next_number(filing: Filing) -> int:
    """Return the next version number; dropped versions keep theirs."""
    return (filing.notes.aggregate(last=Max("version"))["last"] or 0) + 1


def demand_newest(filing: Filing) -> Note:
    """Return the current version; raises DomainError if there is none."""
    note = newest_of(filing)
    if note is None:  # not expected: filings in these states have a note
        raise DomainError("这项填报还没有内容。")
    return note


def last_decision(filing: Filing, **of: object) -> Review | None:
    """Return the last decided review of a kept version, with its note; `of`: further filters."""
    decided = Review.objects.filter(note__filing=filing, note__dropped_at__isnull=True, **of)
    decided = decided.exclude(decision="").select_related("note")
    return decided.order_by("-note__version").first()


def settle_turn(filing: Filing, at: datetime) -> None:
    """Settle the messages to reviewers after a decision or a withdrawal.

    A message about several filings is settled with the last of its agency and period.
    """
    url = address_of("measures:review", filing.pk)
    settle_asked(MeasureMessage.SUBMITTED, url=url, at=at)
    if filing.state in _states_beside(filing):
        return
    turn = _settling_turn(is_inner=filing.state == FilingState.IN_AGENCY)
    settle_by(turn, [_queue_of(filing), filing.agency_id, localdate(at)], at=at)


@cache
def _settling_turn(*, is_inner: bool) -> Prepared:
    """Settle the messages of the agency's heads, or of all others.

    Parameters: their URL, the agency, the day.
    """
    heads = User.objects.holding_in(-2, Role.AGENCY_HEAD, on=day_stand_in(-3))
    own = Q(user__in=heads.order_by().values("pk"))
    asked = Message.objects.filter(own if is_inner else ~own, url="-1")
    return settling(asked.filter(kind=MeasureMessage.SUBMITTED), "varchar", "bigint", "date")


def settle_call(filing: Filing, at: datetime) -> None:
    """Settle the messages that asked its agency to file or correct it.

    Also messages about the whole period, for liaisons who have nothing left to submit in it.
    """
    settle_asked(*CALLS, url=place_of(filing), at=at)
    settle_chases_of(filing, at=at)
    own = [period_place(filing.period_id), filing.agency_id, localdate(at)]
    beside = _states_beside(filing)
    if beside.isdisjoint(OPEN_TO_LIAISON):
        settle_by(_settling_call(), [*own, filing.period_id, filing.pk], at=at)
    if FilingState.DRAFT not in beside:
        settle_by(_settling_sheet(), own, at=at)


@cache
def _settling_call() -> Prepared:
    """Settle the messages about a period, of liaisons who have nothing left to submit in it.

    Parameters: their URL, the agency, the day, the period, the filing just submitted.
    """
    left = Filing.objects.filter(period=-4, state__in=OPEN_TO_LIAISON).exclude(pk=-5)
    busy = User.objects.holding_in_any(left.values("agency"), Role.LIAISON, on=day_stand_in(-3))
    asked = _to_liaisons(PERIOD_CALLS).exclude(user__in=busy.order_by().values("pk"))
    return settling(asked, "varchar", "bigint", "date", "bigint", "bigint")


@cache
def _settling_sheet() -> Prepared:
    """Settle the messages about a sheet; parameters: their URL, the agency, the day."""
    return settling(_to_liaisons([MeasureMessage.SHEET]), "varchar", "bigint", "date")


def _to_liaisons(kinds: Iterable[MessageKind]) -> QuerySet[Message]:
    people = User.objects.holding_in(-2, Role.LIAISON, on=day_stand_in(-3))
    own = people.order_by().values("pk")
    return Message.objects.filter(kind__in=kinds, url="-1", user__in=own)


def settle_period_call(period_id: int, at: datetime) -> None:
    settle_asked(*PERIOD_CALLS, url=period_place(period_id), at=at)


def tell_next(filing: Filing, at: datetime, *, sentence: str = "") -> None:
    """Notify the people who act next; the default sentence is that for a submitted note."""
    _call(_who_is_next(filing, at), filing, at, sentence=sentence)


def tell_next_at_once(filings: Iterable[Filing], at: datetime) -> None:
    """Notify the people who act next on filings submitted together: one message each.

    All are of one agency and one period.
    """
    theirs: defaultdict[User, list[Filing]] = defaultdict(list)
    for filing in filings:
        for person in _who_is_next(filing, at):
            theirs[person].append(filing)
    for person, called in theirs.items():
        first, *more = called
        if not more:
            _call([person], first, at)
            continue
        marks = "".join(filing.measure.mark for filing in called)
        sentence = f"{first.agency_name}提交了{first.period}进展{len(called)}项：{marks}，待审核。"
        kind, url = MeasureMessage.SUBMITTED, _queue_of(first)
        tell([person], kind=kind, sentence=sentence, url=url, at=at)


def _who_is_next(filing: Filing, at: datetime) -> list[User]:
    if filing.state == FilingState.IN_AGENCY:
        return User.objects.holders(filing.agency_id, Role.AGENCY_HEAD, on=localdate(at))
    return REVIEW.who_acts(filing)


def _call(people: Iterable[User], filing: Filing, at: datetime, *, sentence: str = "") -> None:
    handed_in = f"{filing.measure}的{filing.period}进展，待审核。"
    tell(
        people,
        kind=MeasureMessage.SUBMITTED,
        sentence=sentence or f"{filing.agency_name}提交了{handed_in}",
        url=address_of("measures:review", filing.pk),
        at=at,
    )


def _states_beside(filing: Filing) -> set[str]:
    """Return the states of the agency's other filings in the period."""
    found = states_beside().rows([filing.agency_id, filing.period_id, filing.pk])
    return {state for (state,) in found}


def _queue_of(filing: Filing) -> str:
    """Return the URL of the review queue for its agency and period."""
    return f"{address_of('measures:reviews')}?period={filing.period_id}&agency={filing.agency_id}"


def tell_filers(filing: Filing, kind: MessageKind, sentence: str, at: datetime) -> None:
    tell(
        User.objects.holders(filing.agency_id, Role.LIAISON, on=localdate(at)),
        kind=kind,
        sentence=sentence,
        url=place_of(filing),
        at=at,
    )


def place_of(filing: Filing) -> str:
    """Return the URL of a filing's card on its agency's page."""
    return f"{period_place(filing.period_id)}#filing-{filing.pk}"


def page_with(filing: Filing) -> str:
    """Return the same URL, for a page that may have its cards on several pages."""
    return f"{period_place(filing.period_id)}&at={filing.pk}#filing-{filing.pk}"


def period_place(period_id: int) -> str:
    """Return the URL of a period on 本期应报."""
    return f"{address_of('measures:my_filings')}?period={period_id}"
