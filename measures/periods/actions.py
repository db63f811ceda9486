"""Create, open, close (with snapshots) and reopen periods, by a person or automatically."""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, demand_reason
from lib.inserting import insert_from
from measures.choices import FilingState, PeriodState
from measures.filings.locking import settle_period_call
from measures.models import Filing, Measure, Notice, Period, Snapshot, Workday
from measures.periods.alternate_filing import end_turned
from measures.periods.common import (
    asked_in,
    demand,
    is_main,
    lock_filings,
    refresh_lights_of,
    skipped_in,
    take_period,
    tell_keepers,
    tell_owing,
)
from measures.periods.leaving import Leaving, leaving_of
from measures.periods.short_notice import lacks_word
from measures.periods.snapshots import take_snapshots
from measures.rules import periods as rule

logger = logging.getLogger(__name__)


@transaction.atomic
def create_period(
    notice: Notice,
    *,
    by: User,
    covering: rule.Slice | rule.Special,
    measures: Sequence[Measure] = (),
    opens_on: date | None = None,
    due_on: date | None = None,
    opens_by_itself: bool = False,
    closes_by_itself: bool = False,
    at: datetime,
) -> Period:
    """Create a draft period of any kind; days not given are computed by the rules.

    `measures`: only for a special period, the ones it asks about. A due date on a day off moves to
    the next working day. Raises PermissionDenied, or ValidationError if the slice has a period, the
    dates are out of order, or a special period has no measures.
    """
    demand(by)
    # Lock: of two concurrent requests the second finds that the slice has a period.
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    notice.demand_open()
    is_special = isinstance(covering, rule.Special)
    if is_special != bool(measures) or any(m.notice_id != notice.pk for m in measures):
        raise ValidationError("专项填报期须选定涉及的措施，其他类别涵盖全部措施，不另选定。")
    calendar = Workday.objects.as_calendar()
    due = rule.due_on(covering, calendar, wanted=due_on)
    period = Period(
        notice=notice,
        kind=covering.kind,
        label=covering.label.strip(),
        covers_from=covering.starts_on,
        covers_to=covering.ends_on,
        cumulative_from=covering.cumulative_from,
        opens_on=opens_on or min(covering.ends_on, due),
        due_on=due,
        closes_on=rule.closes_on(due, calendar),
        opens_by_itself=opens_by_itself,
        closes_by_itself=closes_by_itself,
        reason=covering.reason.strip() if isinstance(covering, rule.Special) else "",
    )
    period.save_checked()
    period.measures.set(measures)
    trail.record(
        "period.create",
        period,
        by=by,
        at=at,
        sentence=f"新建{period.get_kind_display()}填报期“{period}”，{due:%Y-%m-%d}截止。",
        after=_plan_of(period)
        | ({"measures": [m.mark for m in measures], "reason": period.reason} if measures else {}),
    )
    return period


@transaction.atomic
def delete_draft_period(period: Period, *, by: User, at: datetime) -> None:
    """Delete a period that was never opened. Raises DomainError for any other."""
    period = take_period(period, "delete", by=by)
    trail.record(
        "period.delete",
        period,
        by=by,
        at=at,
        sentence=f"删除尚未开始的{period.get_kind_display()}填报期“{period}”。",
        before={"label": period.label, "covers_from": period.covers_from} | _plan_of(period),
    )
    period.delete()


@transaction.atomic
def open_period(period: Period, *, by: User | None, at: datetime) -> int:
    """Open a period: create a filing for each measure and responsible agency; returns how many.

    Opening an open period again creates only missing filings, so usually none. Measures with
    unconfirmed agencies and skipped ones (隔期填报) get none. Raises DomainError if the period has
    closed, or if a special one leaves the agencies too few days (see short_notice).
    """
    period = take_period(period, "open", by=by)
    if sentence := lacks_word(period, on=localdate(at)):
        raise DomainError(sentence)
    is_first = period.state == PeriodState.DRAFT
    if is_first:
        end_turned(notice=period.notice_id, at=at)
        period.skipped.set(skipped_in(period))
    made = _make_filings(period, on=localdate(at))
    if is_first:
        period.state, period.opened_at = PeriodState.OPEN, at
        period.save(update_fields=["state", "opened_at"])
    if made or is_first:
        trail.record(
            "period.open",
            period,
            by=by,
            at=at,
            sentence=f"{_by_itself(by)}开始“{period}”填报，布置{made}项填报任务{_left_out(period)}。",
            after={"filings": made, "state": period.state},
        )
        refresh_lights_of(period, on=localdate(at), is_new=True)
    if is_first:
        sentence = f"“{period}”开始填报，请于{period.due_on:%Y-%m-%d}前报送。"
        tell_owing(Filing.objects.filter(period=period), period, sentence, at)
    return made


@transaction.atomic
def close_period(
    period: Period, *, by: User | None, seen: str | None = None, at: datetime
) -> list[Snapshot]:
    """Close an open period; one of the main kind takes a snapshot of each measure.

    Filings not submitted stay pending and count as missed; reviews and corrections go on, and
    extended filings keep their day (see leaving). `seen` is the digest of the open work that the
    person was shown. Raises DomainError if the period is not open, if the open work has changed,
    or if filings are missing and the period's due day has not passed.
    """
    period = take_period(period, "close", by=by)
    lock_filings(period)
    missing = Filing.objects.filter(period=period).missing()
    if early := missing.filter(due_on__gte=localdate(at), due_on__lte=period.due_on).count():
        raise DomainError(
            f"还有{early}项未报送而且没有到期，不能关闭；到期后，或者全部报送、免报后，可以关闭。"
        )
    leaving = leaving_of(period, on=localdate(at))
    if seen is not None and seen != leaving.digest:
        raise DomainError("页面打开后，未办结的情况有变化，请看过下列最新数字后再关闭。")
    period.state, period.closed_at = PeriodState.CLOSED, at
    period.save(update_fields=["state", "closed_at"])
    settle_period_call(period.pk, at)
    refresh_lights_of(period, on=localdate(at))
    snapshots = take_snapshots(period, at) if is_main(period) else []
    trail.record(
        "period.close",
        period,
        by=by,
        at=at,
        sentence=f"{_by_itself(by)}关闭“{period}”填报，期满未报{leaving.missed}项{_carried(leaving)}。",
        after={"state": period.state, "missed": leaving.missed}
        | ({"left_open": leaving.carried} if leaving.carried else {}),
    )
    if by is None and leaving.carried:
        tell_keepers(period, f"“{period}”已按计划自动关闭{_carried(leaving)}。", at)
    return snapshots


@transaction.atomic
def reopen_period(period: Period, *, by: User, reason: str, at: datetime) -> Period:
    """Reopen a closed period for first submissions, until 10 working days from today.

    The snapshots of its closing stay, and reports based on them; closing it again adds new ones.
    Raises DomainError if it is not closed or the reason is empty.
    """
    period, reason = take_period(period, "reopen", by=by), demand_reason(reason, "重新开放")
    lock_filings(period)
    before = {name: getattr(period, name) for name in ("state", "closed_at", "closes_on")}
    last = max(localdate(at), period.due_on)
    period.state, period.closed_at = PeriodState.OPEN, None
    period.closes_on = rule.closes_on(last, Workday.objects.as_calendar())
    period.save(update_fields=["state", "closed_at", "closes_on"])
    refresh_lights_of(period, on=localdate(at))
    trail.record(
        "period.reopen",
        period,
        by=by,
        at=at,
        sentence=f"重新开放“{period}”填报：{reason}",
        before=before,
        after={name: getattr(period, name) for name in before} | {"reason": reason},
    )
    unfiled = Filing.objects.filter(period=period).unfiled()
    sentence = f"“{period}”重新开放填报，尚未报送的请于{period.closes_on:%Y-%m-%d}前报送：{reason}"
    tell_owing(unfiled, period, sentence, at)
    return period


@transaction.atomic
def turn_period(period_id: int, *, at: datetime) -> str | None:
    """Open or close one period if that is planned and due; returns what was done, or None.

    Checked again after locking: of two concurrent runs the second finds nothing to do.
    """
    row = Period.objects.select_for_update(no_key=True).filter(pk=period_id)
    period = row.to_open(on=localdate(at)).first()
    if period and not lacks_word(period, on=localdate(at)):
        open_period(period, by=None, at=at)
        return "open"
    if period := row.to_close(on=localdate(at)).first():
        close_period(period, by=None, at=at)
        return "close"
    return None


def turn_periods(*, at: datetime) -> int:
    """Open and close all periods for which that is planned and due; returns how many.

    Each in its own transaction. If this did not run on a day, the next run catches up.
    """
    day = localdate(at)
    due = Period.objects.to_open(on=day) | Period.objects.to_close(on=day)
    ids = list(due.order_by("covers_from", "id").values_list("pk", flat=True))
    return sum(_turned(pk, at) for pk in ids)


def _turned(period_id: int, at: datetime) -> bool:
    """Whether it was opened or closed. A failure is logged and does not stop the others."""
    try:
        return turn_period(period_id, at=at) is not None
    except Exception:
        logger.exception("填报期 %s 没有自动开始或关闭", period_id)
        return False


def _make_filings(period: Period, *, on: date) -> int:
    """Insert missing filings in one statement; a unique constraint handles races."""
    day = period.covers_to
    begun = Q(agency__names__valid_from__isnull=True) | Q(agency__names__valid_from__lte=day)
    lasts = Q(agency__names__valid_to__isnull=True) | Q(agency__names__valid_to__gte=day)
    # A join, because a subquery for each row took a third of the time.
    held = FilteredRelation("agency__names", condition=begun & lasts)
    return insert_from(
        Filing,
        asked_in(period, on=on).annotate(held=held),
        period=Value(period.pk),
        measure=F("measure"),
        agency=F("agency"),
        role=F("role"),
        agency_name=Coalesce("held__short_name", "agency__short_name"),
        due_on=Value(period.due_on),
        state=Value(FilingState.PENDING.value),
        waived_reason=Value(""),
        written_off_reason=Value(""),
    )


def _left_out(period: Period) -> str:
    marks = "".join(one.mark for one in period.skipped.order_by("ordinal"))
    return f"；隔期填报不布置的措施：{marks}" if marks else ""


def _plan_of(period: Period) -> dict[str, object]:
    names = ("opens_on", "due_on", "closes_on", "opens_by_itself", "closes_by_itself")
    return {name: getattr(period, name) for name in names}


def _carried(leaving: Leaving) -> str:
    words = "、".join(f"{work.label}{count}项" for work, count in leaving.carried.items())
    return f"；继续办理：{words}" if words else ""


def _by_itself(by: User | None) -> str:
    return "" if by else "按计划自动"
