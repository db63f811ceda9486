"""A special period leaves agencies five working days, or fewer with the chief's consent."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, demand_reason
from lib.workdays import workdays_between
from measures.choices import MeasureMessage, PeriodState
from measures.models import Period, ShortNotice, Workday
from measures.periods.common import take_period, tell_keepers
from measures.rules.periods import NOTICE_WORKDAYS, is_short_notice


def workdays_left(period: Period, *, on: date) -> int:
    """Return how many working days the agencies would have if it was opened on a day."""
    return workdays_between(on, period.due_on, Workday.objects.as_calendar())


def lacks_word(period: Period, *, on: date) -> str:
    """Return why a special period needs the chief's consent to open on a day; empty if not."""
    if not period.is_special or period.state != PeriodState.DRAFT:
        return ""
    days = workdays_left(period, on=on)
    words = set(period.short_notices.values_list("is_agreed", flat=True))
    if not is_short_notice(days) or True in words:
        return ""
    how = "已提请负责人同意，待决定" if None in words else "请推后报送截止，或者提请负责人同意"
    return f"专项填报从开始到截止至少{NOTICE_WORKDAYS}个工作日，现在只有{max(days, 0)}个：{how}。"


def waiting_short_notices(user: User) -> QuerySet[ShortNotice]:
    """Return undecided requests that this chief may decide (not their own), the oldest first."""
    waiting = ShortNotice.objects.filter(is_agreed=None, period__state=PeriodState.DRAFT)
    return waiting.exclude(asked_by=user).order_by("asked_at", "pk")


@transaction.atomic
def ask_short_notice(period: Period, *, by: User, reason: str, at: datetime) -> ShortNotice:
    """Ask the chiefs to let a special period open with too few working days.

    Raises PermissionDenied, DomainError if consent is not needed or already given,
    ValidationError if a request is open.
    """
    period = take_period(period, "open", by=by)
    reason = demand_reason(reason, "提请")
    if not lacks_word(period, on=max(localdate(at), period.opens_on)):
        raise DomainError("这一期留给单位的时间足够，或者负责人已经同意，不需要提请。")
    row = ShortNotice(period=period, reason=reason, asked_by=by, asked_at=at)
    row.full_clean()
    row.save()
    sentence = f"提请负责人同意专项“{period}”少于{NOTICE_WORKDAYS}个工作日：{reason}"
    trail.record("period.short_notice", period, by=by, at=at, sentence=sentence)
    tell(
        User.objects.holding(Role.CHIEF, on=localdate(at)),
        kind=MeasureMessage.REQUEST,
        sentence=sentence,
        url=_page_of(period),
        at=at,
    )
    return row


@transaction.atomic
def decide_short_notice(
    period: Period, *, by: User, agrees: bool, note: str = "", at: datetime
) -> ShortNotice:
    """Agree or refuse that a special period opens with too few working days.

    Raises PermissionDenied except for chiefs, DomainError if no request is open, the person made
    it, or it is refused without a note.
    """
    by.demand(Perm.DECIDE)
    period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    row = period.short_notices.filter(is_agreed=None).first()
    if row is None or period.state != PeriodState.DRAFT:
        raise DomainError("没有等待决定的提请，请刷新页面查看最新状态。")
    if row.asked_by_id == by.pk:
        raise DomainError("提请人不能自己决定，请由其他负责人决定。")
    row.note = note.strip() if agrees else demand_reason(note, "不同意")
    row.is_agreed, row.decided_by, row.decided_at = agrees, by, at
    row.save(update_fields=["is_agreed", "decided_by", "decided_at", "note"])
    words = f"：{row.note}" if row.note else "。"
    how = "同意" if agrees else "不同意"
    sentence = f"{how}专项“{period}”少于{NOTICE_WORKDAYS}个工作日{words}"
    trail.record("period.short_notice_decide", period, by=by, at=at, sentence=sentence)
    settle_asked(MeasureMessage.REQUEST, url=_page_of(period), at=at)
    tell_keepers(period, f"负责人{sentence}", at)
    return row


def _page_of(period: Period) -> str:
    return reverse("measures:short_notice", args=[period.pk])
