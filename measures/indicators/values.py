"""Values of indicators: entered by staff, taken from accepted notes, corrected, withdrawn."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from measures.indicators.events import record
from measures.models import Figure, Indicator, IndicatorValue, Note
from measures.rules.figures import demand_fit

FIRST_DAY = date(2000, 1, 1)
NEWER = "以新通过的版本为准"


@transaction.atomic
def record_value(
    indicator: Indicator,
    *,
    by: User,
    as_of: date,
    value: Decimal,
    source: str,
    reason: str = "",
    at: datetime,
) -> IndicatorValue:
    """Enter a value as of a day with its source, or correct the day's existing value.

    The corrected value is kept with the reason. Raises PermissionDenied, also for people of the
    agency that files the indicator; DomainError if the day is in the future, the indicator is
    retired, or a correction has no reason or changes nothing; ValidationError by the constraints.
    """
    indicator = take_indicator(indicator, by)
    bar_reporter(indicator, by)
    demand_in_use(indicator)
    demand_fit(value, direction=indicator.direction, decimals=indicator.decimals)
    if not FIRST_DAY <= as_of <= localdate(at):
        raise DomainError(f"数值的截至日期须在{FIRST_DAY:%Y-%m-%d}到今日之间。")
    old = IndicatorValue.objects.current().filter(indicator=indicator, as_of=as_of).first()
    source = source.strip()
    words = f"登记{indicator.measure}的指标：{indicator.name}"
    if old is not None:
        if (old.value, old.source) == (value, source):
            raise DomainError(f"{as_of:%Y-%m-%d}已有相同的数值，无需再登记。")
        day, figure = f"{as_of:%Y-%m-%d}", indicator.words_of(old.value)
        reason = demand_reason(reason, f"{day}已有数值{figure}，更正", audited=f"更正{day}的数值")
        _end(old, by=by, reason=reason, at=at)
        words = f"更正{indicator.measure}的指标：{indicator.name}"
    new = _insert(indicator, as_of, value, source=source, by=by, at=at)
    sentence = f"{words}，截至{as_of:%Y-%m-%d}为{indicator.words_of(value)}，来源：{source}"
    before = {"value": old.value, "basis": old.source} if old else {}
    after = {"as_of": as_of, "value": value, "basis": source, "reason": reason.strip()}
    action = "value.correct" if old else "value.record"
    record(indicator, action, sentence, before, after, by=by, at=at)
    return new


@transaction.atomic
def withdraw_value(value: IndicatorValue, *, by: User, reason: str, at: datetime) -> IndicatorValue:
    """End a value, for instance one with a wrong day; it is kept.

    Raises as record_value, and DomainError if it is not current.
    """
    indicator = take_indicator(value.indicator, by)
    bar_reporter(indicator, by)
    reason = demand_reason(reason, "撤下数值")
    value = IndicatorValue.objects.select_related("indicator__measure").get(pk=value.pk)
    if not value.is_current:
        raise DomainError("这一数值已更正或撤下，请刷新页面查看最新状态。")
    _end(value, by=by, reason=reason, at=at)
    figure = indicator.words_of(value.value)
    sentence = (
        f"撤下{indicator.measure}的指标数值：{indicator.name}，截至{value.as_of:%Y-%m-%d}的{figure}"
        f"（理由：{reason}）"
    )
    before = {"as_of": value.as_of, "value": value.value, "basis": value.source}
    record(indicator, "value.withdraw", sentence, before, {"reason": reason}, by=by, at=at)
    return value


def adopt_figures(note: Note, *, by: User, at: datetime) -> None:
    """Make the values of an accepted note effective, in the transaction of the acceptance.

    Values of an earlier version of the filing, and values of the same day, end.
    """
    as_of = note.filing.period.covers_to
    mentioned = {figure.indicator_id: figure for figure in Figure.objects.filter(note=note)}
    figures = {pk: figure for pk, figure in mentioned.items() if figure.value is not None}
    current = IndicatorValue.objects.current()
    earlier = current.filter(note__filing=note.filing_id).values("indicator")
    touched = Indicator.objects.filter(pk__in=mentioned) | Indicator.objects.filter(pk__in=earlier)
    # Lock in the order of ids, so that two concurrent acceptances cannot deadlock.
    rows = touched.select_for_update(of=("self",), no_key=True).order_by("pk")
    indicators = {row.pk: row for row in rows}
    stands = current.filter(indicator__in=indicators, as_of=as_of)
    same = set()
    for old in stands:
        figure = figures.get(old.indicator_id)
        if figure is not None and figure.value == old.value:
            same.add(old.indicator_id)
        elif figure is not None or old.note_id is not None:
            _end(old, by=by, reason=note.correction_reason or NEWER, at=at, for_note=note)
    for pk, figure in figures.items():
        if pk not in same and figure.value is not None:
            source = f"{note.filing.agency_name}{note.filing.period}进展第{note.version}版"
            _insert(indicators[pk], as_of, figure.value, source=source, note=note, by=by, at=at)


def take_back_figures(note: Note, *, by: User, reason: str, at: datetime) -> None:
    """End the values of a note; those that they replaced are effective again."""
    touched = IndicatorValue.objects.filter(Q(note=note) | Q(ended_for=note)).values("indicator")
    rows = Indicator.objects.filter(pk__in=touched)
    list(rows.select_for_update(no_key=True).order_by("pk"))  # only to lock them, as above
    for value in IndicatorValue.objects.current().filter(note=note):
        _end(value, by=by, reason=f"取消通过：{reason}"[:300], at=at)
    for value in IndicatorValue.objects.filter(ended_for=note):
        twin = IndicatorValue.objects.current().filter(
            indicator=value.indicator_id, as_of=value.as_of
        )
        if not twin.exists():
            value.ended_at = value.ended_by = value.ended_for = None
            value.ended_reason = ""
            value.save(update_fields=["ended_at", "ended_by", "ended_for", "ended_reason"])


def take_indicator(indicator: Indicator, by: User) -> Indicator:
    """Lock and return an indicator; every verb begins here. Raises DomainError if it is gone."""
    by.demand(Perm.UPDATE_STATUS)
    rows = Indicator.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("measure").filter(pk=indicator.pk).first()
    if found is None:
        raise DomainError("这一指标已被删除，请刷新页面查看最新状态。")
    return found


def bar_reporter(indicator: Indicator, by: User) -> None:
    """Raise PermissionDenied for people of the agency that files it: its values need a review."""
    if by.acts_for(indicator.reporter_id):
        raise PermissionDenied("这一指标由您所在单位填报，请随进展报送，或由其他统筹岗人员登记。")


def demand_in_use(indicator: Indicator) -> None:
    if indicator.retired_on is not None:
        raise DomainError("这一指标已停用；如需继续登记，请先恢复使用。")


def _insert(
    indicator: Indicator,
    as_of: date,
    value: Decimal,
    *,
    source: str,
    note: Note | None = None,
    by: User,
    at: datetime,
) -> IndicatorValue:
    row = IndicatorValue(
        indicator=indicator, as_of=as_of, value=value, source=source, note=note, by=by, at=at
    )
    row.save_checked()
    return row


def _end(
    value: IndicatorValue, *, by: User, reason: str, at: datetime, for_note: Note | None = None
) -> None:
    value.ended_at, value.ended_by = at, by
    value.ended_reason, value.ended_for = reason, for_note
    value.save_checked(update_fields=["ended_at", "ended_by", "ended_reason", "ended_for"])
