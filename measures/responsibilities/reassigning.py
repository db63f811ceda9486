"""The effect of changed responsibilities on filings of open periods."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import tell
from agencies.models import Agency, User
from agencies.permissions import Role
from measures.choices import FilingState, MeasureMessage, PeriodKind
from measures.models import Filing, Measure, Period, Responsibility, Workday
from measures.models.period import PeriodQuerySet
from measures.reviews.waivers import clear_waiver, set_waived
from measures.rules.responsibilities import NOTICE_WORKDAYS, due_on, duty_day
from measures.status.actions import mark_changed

ENDED = "不再承担这项措施的责任"
CLOSED = "措施已办结，本期不再填报"  # both are undone if their cause ends


class Reassignment(NamedTuple):
    by: User
    reason: str
    at: datetime
    since: date  # the first effective day
    agency_ids: Collection[int] | None = None  # whose responsibility changes; None: everybody's


class Handout(NamedTuple):
    """A filing that would be created in the middle of a period."""

    period: Period
    due_on: date

    @property
    def is_later(self) -> bool:
        return self.due_on > self.period.due_on


def follow_responsibilities(measure: Measure, change: Reassignment) -> set[int]:
    """Update the filings of open periods; return the agencies concerned.

    Creates missing filings, waives those that are no longer owed and never left their agency, and
    sets the role of other filings that are not submitted. Submitted ones do not change. A period
    whose duty day (rules.responsibilities.duty_day) is before the change is not affected: the
    agencies that were responsible on that day report.
    """
    on = localdate(change.at)
    responsible = Responsibility.objects.filter(measure=measure)
    concerned = set(responsible.valid(on=on).values_list("agency_id", flat=True))
    concerned |= set(change.agency_ids or ())
    if measure.completed_on is None:
        for period in _periods_of(measure):
            day = duty_day(covers_to=period.covers_to, on=on)
            if change.since <= day:
                duties = {duty.agency_id: duty for duty in responsible.valid(on=day)}
                concerned |= _follow_in(period, measure, duties, change)
    mark_changed(measure, change.at)
    return concerned


def lock_open_filings(measure: Measure) -> list[Filing]:
    """Lock and return the measure's filings of open periods; call it before locking the measure."""
    periods = _periods_of(measure)
    rows = Filing.objects.filter(period__in=periods, measure=measure).order_by("pk")
    return list(rows.select_for_update(no_key=True))


def waive_unfiled(filings: Iterable[Filing], *, by: User, at: datetime) -> int:
    """Waive filings of a closed measure that never left their agency; return how many.

    Submitted ones are still reviewed. Drafts are kept, in case the measure is reopened.
    """
    unfiled = [f for f in filings if f.first_submitted_at is None and f.is_owed]
    for filing in unfiled:
        set_waived(filing, by=by, reason=CLOSED, at=at)
    return len(unfiled)


def tell_agencies(
    measure: Measure, agency_ids: Collection[int], sentence: str, *, at: datetime
) -> None:
    tell(
        User.objects.holding_in_any(agency_ids, Role.LIAISON, on=localdate(at)),
        kind=MeasureMessage.CHANGED,
        sentence=sentence,
        url=reverse("measures:measure", args=[measure.pk]),
        at=at,
    )


def asked_words(handouts: Iterable[Handout]) -> str:
    """Return a message's clause ，请于2026-12-07前报送2026年前三季度进展; empty without filings."""
    days = "，".join(f"{one.due_on:%Y-%m-%d}前报送{one.period}进展" for one in handouts)
    return f"，请于{days}" if days else ""


def handouts_for(
    measure: Measure, *, on: date, workdays: int = NOTICE_WORKDAYS, with_counts: bool = False
) -> list[Handout]:
    """Return the filings that an agency added on a day would get at once; at most two queries.

    `workdays`: the minimum time until they are due. `with_counts`: annotate the periods' counts.
    """
    asking = _asking(measure).with_counts() if with_counts else _asking(measure)
    periods = [] if measure.completed_on else list(asking)
    calendar = Workday.objects.as_calendar() if periods else {}
    return [Handout(one, due_on(one.due_on, on, calendar, workdays=workdays)) for one in periods]


def is_resumed(filing: Filing) -> bool:
    """Return whether a filing was waived only for an ended responsibility or a closed measure."""
    is_waived = filing.state == FilingState.WAIVED
    return is_waived and filing.waived_reason.startswith((ENDED, CLOSED))


def still_owed(row: Responsibility, *, on: date) -> str:
    """Return what an agency still owes after its responsibility ends, as text; or empty."""
    filings = Filing.objects.filter(measure=row.measure_id, agency=row.agency_id)
    counts = {
        "已退回或撤回的{}项仍须补正后报送": filings.to_be_mended().count(),
        "往期欠报的{}项仍须补报或由市商务委核销": filings.unfiled().earlier_debts(on=on).count(),
    }
    return "，".join(words.format(number) for words, number in counts.items() if number)


def _periods_of(measure: Measure) -> list[Period]:
    return list(_asking(measure).select_for_update(of=("self",), no_key=True))


def _asking(measure: Measure) -> PeriodQuerySet:
    """Return the open periods with this measure: a special one has its own list of measures."""
    special = Period.objects.filter(measures__in=[measure.pk]).values("pk")  # it may not be saved
    skipped = Period.objects.filter(skipped__in=[measure.pk]).values("pk")
    found: PeriodQuerySet = Period.objects.open().filter(notice=measure.notice_id).order_by("pk")
    found = found.exclude(pk__in=skipped)
    return found.filter(~Q(kind=PeriodKind.SPECIAL) | Q(pk__in=special))


def _follow_in(
    period: Period, measure: Measure, duties: dict[int, Responsibility], change: Reassignment
) -> set[int]:
    filings = list(
        Filing.objects.filter(period=period, measure=measure)
        .select_related("measure", "period")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    had = {filing.agency_id for filing in filings}
    moved = had | duties.keys() if change.agency_ids is None else set(change.agency_ids)
    for filing in filings:
        if filing.first_submitted_at is None and filing.agency_id in moved:
            _follow(filing, duties.get(filing.agency_id), change)
    missing = [duties[pk] for pk in duties if pk in moved - had]
    _hand_out(period, missing, change)
    return had


def _follow(filing: Filing, duty: Responsibility | None, change: Reassignment) -> None:
    if duty is None:
        if filing.state != FilingState.WAIVED:
            reason = f"{ENDED}：{change.reason}"[:300]
            set_waived(filing, by=change.by, reason=reason, at=change.at)
            _record("waive", filing, f"{filing}免报：{reason}", change)
        return
    if is_resumed(filing):
        clear_waiver(filing)
        words = f"取消{filing}的免报：重新承担这项措施的责任：{change.reason}"
        _record("unwaive", filing, words, change)
    if filing.role != duty.role:
        filing.role = duty.role
        filing.save(update_fields=["role"])


def _record(what: str, filing: Filing, sentence: str, change: Reassignment) -> None:
    trail.record(
        f"filing.{what}",
        filing,
        by=change.by,
        at=change.at,
        sentence=sentence,
        after={"state": filing.state, "waived_reason": filing.waived_reason},
    )


def _hand_out(period: Period, duties: list[Responsibility], change: Reassignment) -> None:
    names = Agency.objects.named(on=period.covers_to).in_bulk([d.agency_id for d in duties])
    calendar = Workday.objects.as_calendar()
    first = max(change.since, localdate(change.at))
    Filing.objects.bulk_create(
        Filing(
            period=period,
            measure_id=duty.measure_id,
            agency_id=duty.agency_id,
            role=duty.role,
            agency_name=names[duty.agency_id].name_then or names[duty.agency_id].short_name,
            due_on=due_on(period.due_on, first, calendar),
        )
        for duty in duties
    )
