"""Where every action on a filing begins and ends: lock, step, newest version, who is told.

All actions of this app lock in one order, so that none waits for another in a circle: notice,
uploaded sheet, period, filings by id, measures by id. The lock is always `no_key`: whoever writes a
row that refers to a locked one (a light that names its filing, a status update that names its
period) then need not wait for it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Max, QuerySet
from django.utils.timezone import localdate, localtime

from agencies.choices import MessageKind, Outcome
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Event, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, StaleError
from lib.http import address_of
from measures.bars import REVIEW
from measures.chasing.settling import settle_chases_of
from measures.choices import FilingState, MeasureMessage
from measures.filings.statements import lock, locked, newest_version, states_beside
from measures.lights.refresh import refresh_light
from measures.models import Filing, Note, Review
from measures.rules.workflow import OPEN_TO_LIAISON, STEPS, FilingStep, step_from

BEFORE_SOMEBODY = (FilingState.IN_AGENCY, FilingState.SUBMITTED)
# What asks an agency to file: one filing, or all that it owes in a period.
CALLS = (MeasureMessage.RETURNED, MeasureMessage.CHANGED, MeasureMessage.PERIOD_CHANGED)
PERIOD_CALLS = (MeasureMessage.PERIOD_OPENED, MeasureMessage.PERIOD_CHANGED)


def take(
    filing: Filing, name: str, *, by: User, seen: int | None = None
) -> tuple[Filing, FilingStep]:
    """Lock the filing and check the person and the step; every verb on a filing begins here.

    `seen` is the version that a reviewer had before them: nobody decides on words they have not
    read. Raises PermissionDenied for the person, whatever the state, DomainError for the step,
    StaleError where a newer version has come in the meantime.
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
    """The same for several filings, in the order of their ids."""
    filings = lock_all(ids)
    for filing in filings:
        demand_step(filing, name, by=by)
    return filings


def lock_all(ids: Iterable[int]) -> list[Filing]:
    """Lock filings in the order of their ids.

    They are read under the lock, with their periods: one may have closed while we waited for it.
    """
    found = list(dict.fromkeys(ids))
    if not found:
        return []
    return locked(len(found)).rows(found, after=lock(len(found)))


def demand_step(filing: Filing, name: str, *, by: User) -> FilingStep:
    """The step; PermissionDenied for the person, whatever the state, DomainError for the step."""
    step = STEPS[name]
    if step.perm == Perm.REVIEW:
        REVIEW.demand(filing, by)
    else:
        by.demand(step.perm, filing.agency_id)
    since = _last_step(filing, by) if filing.state not in step.sources else ""
    return step_from(filing.state, name, since=since)


def _last_step(filing: Filing, by: User) -> str:
    """Who took the last step and when, for whom it surprises; empty where it was themselves."""
    actions = [f"filing.{name}" for name in STEPS if name != "save"]
    events = Event.objects.about("measures.filing", filing.pk)
    last = events.filter(action__in=actions, outcome=Outcome.DONE).newest_first().first()
    if last is None or last.actor_id == by.pk:
        return ""
    label = STEPS[last.action.removeprefix("filing.")].label
    return f"{last.actor_name}已于{localtime(last.at):%Y-%m-%d %H:%M}{label}"


def move(filing: Filing, step: FilingStep, *, at: datetime) -> None:
    """Write the new state. Being in time counts from the first time it left the agency."""
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
        return  # a draft saved again is the same fact
    filing.save(update_fields=["state", "first_submitted_at", "mend_by"])
    if bears_on_light(filing, on=localdate(at)):
        refresh_light(filing.measure_id, on=localdate(at))


def bears_on_light(filing: Filing, *, on: date) -> bool:
    """Whether where it stands may be a fact behind its measure's light.

    Its period is due, or a version has left the agency: bad news counts at once.
    """
    return filing.first_submitted_at is not None or filing.period.is_due(on=on)


def newest_of(filing: Filing) -> Note | None:
    found: list[Note] = newest_version().rows([filing.pk])
    return found[0] if found else None


def next_number(filing: Filing) -> int:
    """The number of the version that comes next; those that were dropped keep theirs."""
    return (filing.notes.aggregate(last=Max("version"))["last"] or 0) + 1


def demand_newest(filing: Filing) -> Note:
    """The version in hand; DomainError where there is none."""
    note = newest_of(filing)
    if note is None:  # the states that lead here all have a note
        raise DomainError("这项填报还没有内容。")
    return note


def last_decision(filing: Filing, **of: object) -> Review | None:
    """The last one on a version that was not dropped, with its note; `of` narrows the versions."""
    decided = Review.objects.filter(note__filing=filing, note__dropped_at__isnull=True, **of)
    decided = decided.exclude(decision="").select_related("note")
    return decided.order_by("-note__version").first()


def settle_turn(filing: Filing, at: datetime) -> None:
    """Whose turn it was has decided, or it was taken back.

    A message about several is settled with the last of its agency and period that waits there.
    """
    url = address_of("measures:review", filing.pk)
    settle_asked(MeasureMessage.SUBMITTED, url=url, at=at)
    if filing.state in _states_beside(filing):
        return
    heads = User.objects.holding_in(filing.agency_id, Role.AGENCY_HEAD, on=localdate(at))
    is_inner = filing.state == FilingState.IN_AGENCY
    called = heads if is_inner else User.objects.exclude(pk__in=heads.values("pk"))
    settle_asked(MeasureMessage.SUBMITTED, url=_queue_of(filing), at=at, to=called)


def settle_call(filing: Filing, at: datetime) -> None:
    """What asked its agency to file or mend it is done or void.

    So is what called for the whole period, for liaisons who have nothing of it left to hand in.
    """
    settle_asked(*CALLS, url=place_of(filing), at=at)
    settle_chases_of(filing, at=at)
    period, on = filing.period_id, localdate(at)
    done = User.objects.holding_in(filing.agency_id, Role.LIAISON, on=on)
    beside = _states_beside(filing)
    if beside.isdisjoint(OPEN_TO_LIAISON):
        left = Filing.objects.filter(period=period, state__in=OPEN_TO_LIAISON)
        agencies = left.exclude(pk=filing.pk).values_list("agency", flat=True)
        busy = User.objects.holding_in_any(agencies, Role.LIAISON, on=on)
        settle_period_call(period, at, to=done.exclude(pk__in=busy.values("pk")))
    if FilingState.DRAFT not in beside:
        settle_asked(MeasureMessage.SHEET, url=period_place(period), at=at, to=done)


def settle_period_call(period_id: int, at: datetime, *, to: QuerySet[User] | None = None) -> None:
    settle_asked(*PERIOD_CALLS, url=period_place(period_id), at=at, to=to)


def tell_next(filing: Filing, at: datetime, *, sentence: str = "") -> None:
    """Call on whoever acts next; without a sentence of its own, as on what was handed in."""
    _call(_who_is_next(filing, at), filing, at, sentence=sentence)


def tell_next_at_once(filings: Iterable[Filing], at: datetime) -> None:
    """Call on whoever acts next on what was handed in at once: one message each.

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
        heads = User.objects.holding_in(filing.agency_id, Role.AGENCY_HEAD, on=localdate(at))
        return list(heads)
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
    """Where the others stand that its agency owes in its period."""
    found = states_beside().rows([filing.agency_id, filing.period_id, filing.pk])
    return {state for (state,) in found}


def _queue_of(filing: Filing) -> str:
    """Return the address of what waits for review of its agency in its period."""
    return f"{address_of('measures:reviews')}?period={filing.period_id}&agency={filing.agency_id}"


def tell_filers(filing: Filing, kind: MessageKind, sentence: str, at: datetime) -> None:
    tell(
        User.objects.holding_in(filing.agency_id, Role.LIAISON, on=localdate(at)),
        kind=kind,
        sentence=sentence,
        url=place_of(filing),
        at=at,
    )


def place_of(filing: Filing) -> str:
    """Return the address of a filing's card on its agency's page."""
    return f"{period_place(filing.period_id)}#filing-{filing.pk}"


def page_with(filing: Filing) -> str:
    """The same, on whichever page of many cards it is."""
    return f"{period_place(filing.period_id)}&at={filing.pk}#filing-{filing.pk}"


def period_place(period_id: int) -> str:
    """Return the address of a period on the page of the agency that looks."""
    return f"{address_of('measures:my_filings')}?period={period_id}"
