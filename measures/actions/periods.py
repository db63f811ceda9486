"""Filing periods: made, opened, closed with a snapshot."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import localdate

from agencies import audit
from agencies.choices import MessageKind
from agencies.inbox import tell
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from measures.actions.lights import refresh_lights
from measures.choices import Light, PeriodKind, PeriodState
from measures.models import Filing, Measure, Notice, Period, Responsibility, Snapshot, Workday
from measures.rules import periods as rule
from policy_tracker.lib.errors import DomainError


@transaction.atomic
def create_period(
    notice: Notice, *, by: User, quarter: rule.Quarter, due_on: date | None = None, at: datetime
) -> Period:
    """Make a quarterly period, not open yet; `due_on` is by rule where not given.

    Raises PermissionDenied, or ValidationError where the slice is taken or dates are out of order.
    """
    _demand(by)
    # One at a time, so that the second of two finds the slice taken and says so.
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    calendar = Workday.objects.as_calendar()
    due = due_on or rule.due_on(quarter, calendar)
    period = Period(
        notice=notice,
        kind=PeriodKind.QUARTERLY,
        label=quarter.label,
        covers_from=quarter.starts_on,
        covers_to=quarter.ends_on,
        cumulative_from=date(quarter.year, 1, 1),
        opens_on=min(quarter.ends_on, due),
        due_on=due,
        closes_on=rule.closes_on(due, calendar),
    )
    period.full_clean()
    period.save()
    audit.record(
        "period.create",
        period,
        by=by,
        at=at,
        sentence=f"新建填报期“{period}”，{due:%Y-%m-%d}截止。",
        after={"due_on": due, "closes_on": period.closes_on},
    )
    return period


@transaction.atomic
def open_period(period: Period, *, by: User, at: datetime) -> int:
    """Open a period: one filing for each measure and responsible agency. Gives how many were made.

    Opening an open one again makes only what is missing, so usually none. Measures whose agencies
    are not confirmed owe nothing yet. Raises DomainError where the period has closed.
    """
    _demand(by)
    period = _locked(period)
    if period.state == PeriodState.CLOSED:
        raise DomainError(f"{period}已关闭，不能再开始填报。")
    made = _make_filings(period, on=localdate(at))
    is_first = period.state == PeriodState.DRAFT
    if is_first:
        period.state, period.opened_at = PeriodState.OPEN, at
        period.save(update_fields=["state", "opened_at"])
    if made or is_first:
        audit.record(
            "period.open",
            period,
            by=by,
            at=at,
            sentence=f"开始“{period}”填报，下达{made}项填报任务。",
            after={"filings": made, "state": period.state},
        )
        refresh_lights(_measures_of(period), on=localdate(at))
    if is_first:
        _tell_liaisons(period, at)
    return made


@transaction.atomic
def close_period(period: Period, *, by: User, at: datetime) -> list[Snapshot]:
    """Close an open period and keep each measure's state of that day as a snapshot.

    What was not filed stays pending and counts as missed. Raises DomainError unless it is open.
    """
    _demand(by)
    period = _locked(period)
    if period.state != PeriodState.OPEN:
        raise DomainError(f"“{period.get_state_display()}”的填报期不能关闭。")
    _await_submissions(period)
    period.state, period.closed_at = PeriodState.CLOSED, at
    period.save(update_fields=["state", "closed_at"])
    refresh_lights(_measures_of(period), on=localdate(at))
    snapshots = _take_snapshots(period, at)
    missed = Filing.objects.filter(period=period).unfiled().count()
    audit.record(
        "period.close",
        period,
        by=by,
        at=at,
        sentence=f"关闭“{period}”填报，漏报{missed}项。",
        after={"state": period.state, "missed": missed},
    )
    return snapshots


def _demand(by: User) -> None:
    if not by.can(Perm.KEEP_PERIODS):
        raise PermissionDenied


def _locked(period: Period) -> Period:
    return Period.objects.select_for_update(no_key=True).get(pk=period.pk)


def _await_submissions(period: Period) -> None:
    """Lock all filings: what is being handed in counts, what comes later finds it closed."""
    filings = Filing.objects.filter(period=period).order_by("pk")
    list(filings.select_for_update(no_key=True).values_list("pk"))


def _make_filings(period: Period, *, on: date) -> int:
    """Insert what is missing in one statement; the unique constraint settles every race."""
    names = dict(Agency.objects.named(on=period.covers_to).values_list("pk", "name_then"))  # type: ignore[misc]
    owed = Responsibility.objects.valid(on=on).filter(
        measure__in=Measure.objects.filter(notice=period.notice_id)
        .confirmed()
        .filter(completed_on__isnull=True)
    )
    before = Filing.objects.filter(period=period).count()
    Filing.objects.bulk_create(
        (
            Filing(
                period=period,
                measure_id=duty.measure_id,
                agency_id=duty.agency_id,
                role=duty.role,
                agency_name=names[duty.agency_id],
                due_on=period.due_on,
            )
            for duty in owed
        ),
        ignore_conflicts=True,
        batch_size=5000,
    )
    return Filing.objects.filter(period=period).count() - before


def _measures_of(period: Period) -> list[Measure]:
    return list(
        Measure.objects.filter(notice=period.notice_id)
        .select_related("notice")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )


def _take_snapshots(period: Period, at: datetime) -> list[Snapshot]:
    earlier = Snapshot.objects.filter(period=period).aggregate(n=Max("closing"))["n"] or 0
    measures = (
        Measure.objects.filter(notice=period.notice_id)
        .with_responsibilities(on=period.covers_to)
        .order_by("ordinal")
    )
    owed: dict[int, list[Filing]] = {}
    for filing in Filing.objects.filter(period=period):
        owed.setdefault(filing.measure_id, []).append(filing)
    return Snapshot.objects.bulk_create(
        Snapshot(
            period=period,
            measure=measure,
            closing=earlier + 1,
            taken_at=at,
            stage=measure.stage,
            stage_label=measure.stage_choice.label,
            percent=measure.percent,
            light=measure.light,
            light_label=Light(measure.light).label,
            sentence=measure.light_sentence,
            agencies=[{"name": d.agency.name_then, "role": d.role} for d in measure.duties],
            filed=sum(f.first_submitted_at is not None for f in owed.get(measure.pk, [])),
            owed=len(owed.get(measure.pk, [])),
        )
        for measure in measures
    )


def _tell_liaisons(period: Period, at: datetime) -> None:
    owing = Filing.objects.filter(period=period).values("agency")
    liaisons = Membership.objects.current(on=localdate(at)).filter(
        role=Role.LIAISON, agency__in=owing
    )
    tell(
        User.objects.active().filter(pk__in=liaisons.values("user")),
        kind=MessageKind.PERIOD_OPENED,
        sentence=f"“{period}”开始填报，请于{period.due_on:%Y-%m-%d}前报送。",
        url=reverse("measures:my_filings"),
        at=at,
    )
