"""隔期填报: begun by the commission, ended by a person or when the light turns."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, demand_reason
from measures.models import AlternateFiling, LightChange, Measure, Notice
from measures.models.alternate_filing import STUCK, proposed
from measures.models.limits import REASON_MOST
from measures.periods.common import demand


def proposals_in(notice: int | None, *, on: date) -> list[Measure]:
    """Return a notice's measures for which 隔期填报 is proposed, in order; one query."""
    return proposed(Measure.objects.filter(notice=notice), on=on)


@transaction.atomic
def begin_alternate(
    measures: Collection[Measure], *, by: User, at: datetime
) -> list[AlternateFiling]:
    """Begin 隔期填报: the next period, and then every second one, skips the measures.

    Raises PermissionDenied, DomainError without measures or if one is not proposed any more.
    """
    demand(by)
    ids = [measure.pk for measure in measures]
    locked = list(Measure.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    if not locked:
        raise DomainError("请选择至少一项措施。")
    for notice in Notice.objects.filter(pk__in={one.notice_id for one in locked}):
        notice.demand_open()
    able = {one.pk for one in proposed(Measure.objects.filter(pk__in=ids), on=localdate(at))}
    if lost := [one.mark for one in locked if one.pk not in able]:
        raise DomainError(f"{''.join(lost)}已不符合隔期填报的条件，请刷新页面后重新选择。")
    return [_begin(one, by, at) for one in locked]


@transaction.atomic
def end_alternate(row: AlternateFiling, *, by: User, reason: str, at: datetime) -> AlternateFiling:
    """End 隔期填报 of a measure.

    Raises PermissionDenied, or DomainError if it has ended already or the reason is empty.
    """
    demand(by)
    reason = demand_reason(reason, "恢复逐期填报")
    return _end(_take(row.pk), by, reason, at)


def end_turned(*, at: datetime, notice: int | None = None) -> int:
    """End it for measures that have turned yellow or red since it began; returns how many.

    Uses the history of the lights, not today's: if this did not run on a day, the next run catches
    up.
    """
    found = AlternateFiling.objects.to_end()
    found = found if notice is None else found.filter(measure__notice=notice)
    return sum(_end_turned(pk, at) for pk in found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _end_turned(pk: int, at: datetime) -> bool:
    """Checked again after locking: of two concurrent runs the second finds nothing to do."""
    row = AlternateFiling.objects.to_end().filter(pk=pk).select_for_update(of=("self",)).first()
    if row is None:
        return False
    _end(row, None, _why(row), at)
    return True


def _why(row: AlternateFiling) -> str:
    turned: QuerySet[LightChange] = LightChange.objects.filter(
        measure=row.measure_id, light__in=STUCK, on__gte=localdate(row.begun_at)
    )
    first = turned.order_by("on")[0]
    words = f"{first.on:%Y-%m-%d}转为{first.label}（{first.sentence}）"
    return words if len(words) <= REASON_MOST else f"{words[: REASON_MOST - 1]}…"


def _take(pk: int) -> AlternateFiling:
    row = AlternateFiling.objects.select_for_update().get(pk=pk)
    if row.ended_at is not None:
        raise DomainError("这项措施已恢复逐期填报，请刷新页面查看最新状态。")
    return row


def _begin(measure: Measure, by: User, at: datetime) -> AlternateFiling:
    row = AlternateFiling.objects.create(measure=measure, begun_by=by, begun_at=at)
    sentence = f"确认{measure}隔期填报：下一期不要求报送，以后每两期报一期。"
    trail.record("measure.alternate", measure, by=by, at=at, sentence=sentence)
    return row


def _end(row: AlternateFiling, by: User | None, reason: str, at: datetime) -> AlternateFiling:
    row.ended_by, row.ended_at, row.end_reason = by, at, reason
    row.save(update_fields=["ended_by", "ended_at", "end_reason"])
    how = "结束" if by else "自动结束"
    sentence = f"{row.measure}隔期填报{how}，下一期起逐期填报：{reason}"
    trail.record("measure.alternate_end", row.measure, by=by, at=at, sentence=sentence)
    return row
