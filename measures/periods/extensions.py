"""Extending the due date of an open period or of one filing; the closing day moves along."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, demand_reason
from lib.workdays import next_workday
from measures.chasing.settling import settle_chases, settle_chases_of
from measures.choices import FilingState, MeasureMessage
from measures.filings.locking import tell_filers
from measures.lights.refresh import refresh_light
from measures.models import Filing, Period, Workday
from measures.periods.common import (
    lock_filings,
    refresh_lights_of,
    take_period,
    tell_owing,
)
from measures.rules import periods as rule


@transaction.atomic
def extend_period(period: Period, *, by: User, due_on: date, reason: str, at: datetime) -> Period:
    """Extend an open period's due date, and with it that of every filing.

    Submitted filings too: whether one was on time depends on the present due date. A filing with a
    longer extension keeps its day. The closing day moves by rule, never to an earlier day. Raises
    DomainError unless the period is open, the day is later than before, and there is a reason.
    """
    period, reason = take_period(period, "extend", by=by), demand_reason(reason, "延期")
    calendar = Workday.objects.as_calendar()
    due = next_workday(due_on, calendar)
    _demand_later(due, period.due_on)
    lock_filings(period)
    before = {"due_on": period.due_on, "closes_on": period.closes_on}
    period.due_was, period.due_moved_at, period.due_on = period.due_on, at, due
    period.closes_on = max(period.closes_on, rule.closes_on(due, calendar))
    period.save(update_fields=["due_on", "due_was", "due_moved_at", "closes_on"])
    unfiled = Filing.objects.filter(period=period).unfiled()
    sooner = Filing.objects.filter(period=period, due_on__lt=due)
    put_off = list(sooner.unfiled().values_list("pk", flat=True))
    sooner.update(due_was=F("due_on"), due_moved_at=at, due_on=due)
    refresh_lights_of(period, on=localdate(at))
    trail.record(
        "period.extend",
        period,
        by=by,
        at=at,
        sentence=f"“{period}”报送截止由{before['due_on']:%Y-%m-%d}延至{due:%Y-%m-%d}，"
        f"涉及{len(put_off)}项尚未报送的填报：{reason}",
        before=before,
        after={
            "due_on": due,
            "closes_on": period.closes_on,
            "filings": len(put_off),
            "reason": reason,
        },
    )
    settle_chases(Filing.objects.filter(pk__in=put_off), at=at)
    tell_owing(unfiled, period, f"“{period}”报送截止延至{due:%Y-%m-%d}：{reason}", at)
    return period


@transaction.atomic
def extend_filing(filing: Filing, *, by: User, due_on: date, reason: str, at: datetime) -> Filing:
    """Extend one filing's due date, up to its period's closing day.

    Raises DomainError unless its period is open, it was never submitted and is not waived, the day
    is later than before and not past the closing day, and there is a reason.
    """
    period = take_period(filing.period, "extend", by=by)
    reason = demand_reason(reason, "延期")
    filing = Filing.objects.select_for_update(of=("self",), no_key=True).get(pk=filing.pk)
    if filing.first_submitted_at is not None or filing.state == FilingState.WAIVED:
        raise DomainError(f"{filing}已报送或免报，不需要延期。")
    due = next_workday(due_on, Workday.objects.as_calendar())
    before = filing.due_on
    _demand_later(due, before)
    if due > period.closes_on:
        raise DomainError(
            f"本期{period.closes_on:%Y-%m-%d}关闭，单项延期不能晚于这一天；确需更晚的，请延长整个填报期。"
        )
    filing.due_was, filing.due_moved_at, filing.due_on = before, at, due
    filing.save(update_fields=["due_on", "due_was", "due_moved_at"])
    refresh_light(filing.measure_id, on=localdate(at))
    trail.record(
        "filing.extend",
        filing,
        by=by,
        at=at,
        sentence=f"{filing}报送截止由{before:%Y-%m-%d}延至{due:%Y-%m-%d}：{reason}",
        before={"due_on": before},
        after={"due_on": due, "reason": reason},
    )
    settle_chases_of(filing, at=at)
    sentence = f"{filing.measure}的报送截止延至{due:%Y-%m-%d}：{reason}"
    tell_filers(filing, MeasureMessage.PERIOD_CHANGED, sentence, at)
    return filing


def move_closing_day(period: Period, *, until: date, by: User, reason: str, at: datetime) -> bool:
    """Move a locked open period's closing day to a later day, never earlier; part of an action.

    Returns whether the day moved.
    """
    if until <= period.closes_on:
        return False
    _set_closing_day(period, until, by=by, how="顺延至", reason=reason, at=at)
    return True


def move_closing_day_back(period: Period, *, to: date, by: User, reason: str, at: datetime) -> bool:
    """Undo move_closing_day() of a locked open period, as far as possible.

    The closing day is neither before today nor before the due day of a filing still owed. Returns
    whether the day moved.
    """
    owed = Filing.objects.filter(period=period).missing()
    last = owed.aggregate(last=Max("due_on"))["last"]
    day = max(filter(None, (to, last, localdate(at))))
    if day >= period.closes_on:
        return False
    _set_closing_day(period, day, by=by, how="改回", reason=reason, at=at)
    return True


def _set_closing_day(
    period: Period, day: date, *, by: User, how: str, reason: str, at: datetime
) -> None:
    before, period.closes_on = period.closes_on, day
    period.save(update_fields=["closes_on"])
    trail.record(
        "period.extend",
        period,
        by=by,
        at=at,
        sentence=f"“{period}”关闭日期由{before:%Y-%m-%d}{how}{day:%Y-%m-%d}：{reason}",
        before={"closes_on": before},
        after={"closes_on": day, "reason": reason},
    )


def _demand_later(due: date, before: date) -> None:
    if due <= before:
        raise DomainError(f"原报送截止为{before:%Y-%m-%d}，延期须填写更晚的日期。")
