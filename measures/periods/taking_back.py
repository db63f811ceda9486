"""撤回开始: an opened period goes back to draft while nobody has worked on it."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import tell
from agencies.models import Event, User
from lib.errors import DomainError
from measures.choices import FilingState, MeasureMessage, PeriodState
from measures.filings.locking import settle_period_call
from measures.models import Filing, Period, Snapshot
from measures.periods.common import liaisons_of, lock_filings, refresh_lights_of, take_period

RESTING = "已有留言或其他记录以这一期的填报任务为依据，不能撤回开始。"


@transaction.atomic
def take_back_opening(period: Period, *, by: User, at: datetime) -> int:
    """Return an opened period to draft and delete its untouched filings; returns how many.

    It no longer opens automatically, and the liaisons are notified. Raises PermissionDenied;
    DomainError if it is not open, or anything was saved, submitted, waived or extended in it.
    """
    period = take_period(period, "take_back", by=by)
    lock_filings(period)
    if sentence := why_begun(period):
        raise DomainError(sentence)
    filings = Filing.objects.filter(period=period)
    people = list(liaisons_of(filings, at))  # read before the filings are deleted
    number = _remove(period)
    period.skipped.clear()
    before = {"state": period.state, "opened_at": period.opened_at, "filings": number}
    period.state, period.opened_at, period.opens_by_itself = PeriodState.DRAFT, None, False
    period.save(update_fields=["state", "opened_at", "opens_by_itself"])
    refresh_lights_of(period, on=localdate(at))
    sentence = f"撤回“{period}”的开始，{number}项填报任务一并撤回。"
    after = {"state": period.state, "opens_by_itself": False}
    trail.record(
        "period.take_back", period, by=by, at=at, sentence=sentence, before=before, after=after
    )
    settle_period_call(period.pk, at)
    words = f"“{period}”的填报任务已撤回，暂不填报，重新开始时另行通知。"
    tell(people, kind=MeasureMessage.PERIOD_CHANGED, sentence=words, at=at)
    return number


def why_begun(period: Period) -> str:
    """Return why an open period cannot go back to draft, in one sentence; empty if it can."""
    filings = Filing.objects.filter(period=period)
    touched = ~Q(state=FilingState.PENDING) | Q(notes__isnull=False)
    if filings.filter(touched).exists():
        return "本期已有单位填写或免报，不能撤回开始。"
    moved = Event.objects.filter(target_type="measures.period", target_id=period.pk)
    is_moved = moved.filter(action__in=("period.extend", "period.close")).exists()
    if is_moved or filings.exclude(due_on=period.due_on).exists():
        return "本期已办理过延期或关闭，不能撤回开始。"
    return RESTING if Snapshot.objects.filter(period=period).exists() else ""


def _remove(period: Period) -> int:
    filings = Filing.objects.filter(period=period)
    number = filings.count()
    try:
        filings.delete()
    except ProtectedError as error:
        raise DomainError(RESTING) from error
    return number
