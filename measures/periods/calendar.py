"""The working-day calendar: set or reset one day, import a year.

Stored dates, such as due dates, stay as they are; the lights are computed again.
"""

from collections.abc import Iterable
from datetime import date, datetime

import chinese_calendar
from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError
from measures.lights.refresh import doubt_lights
from measures.models import Notice, Workday
from measures.rules.calendar_list import Day, is_usual

CALENDAR_SOURCE = "国务院办公厅放假通知"


def published_days() -> list[Day]:
    """Return the days that differ from Monday to Friday, in the years the library has, sorted."""
    chinese = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    off = [Day(day, False, chinese[name]) for day, name in chinese_calendar.holidays.items()]
    on = [Day(day, True, f"{chinese[name]}调休") for day, name in chinese_calendar.workdays.items()]
    return sorted(day for day in off + on if not is_usual(day.date, day.is_workday))


@transaction.atomic
def set_workday(
    day: date, *, by: User, is_workday: bool, name: str, source: str, at: datetime
) -> Workday:
    """Set a day as a workday or a day off, against Monday to Friday or an earlier setting.

    Raises PermissionDenied, ValidationError for invalid texts, and DomainError if Monday to Friday
    gives the same.
    """
    _take(by)
    if is_usual(day, is_workday):
        word = "上班" if is_workday else "休息"
        raise DomainError(f"{day}按周一至周五本来就是{word}，不需要设定；要撤销设定，请点“恢复”。")
    row = Workday.objects.filter(date=day).first() or Workday(date=day)
    before = _facts(row) if row.pk else {}
    _write(row, Day(day, is_workday, name), source)
    trail.record(
        "workday.set",
        row,
        by=by,
        at=at,
        sentence=f"工作日历设定{row}。",
        before=before,
        after=_facts(row),
    )
    doubt_lights(on=localdate(at))
    return row


@transaction.atomic
def clear_workday(workday: Workday, *, by: User, at: datetime) -> None:
    _take(by)
    trail.record(
        "workday.clear",
        workday,
        by=by,
        at=at,
        sentence=f"工作日历撤销设定“{workday}”，恢复周一至周五。",
        before=_facts(workday),
    )
    workday.delete()
    doubt_lights(on=localdate(at))


def import_published(year: int, *, by: User, at: datetime) -> int:
    """Import a year from the library; returns how many days were new or changed.

    Raises PermissionDenied, or DomainError if the library does not have the year yet.
    """
    days = [day for day in published_days() if day.date.year == year]
    if by.can(Perm.KEEP_PERIODS) and not days:
        raise DomainError(
            f"系统自带的日历还没有{year}年的放假安排，请按国务院办公厅通知粘贴或上传名单。"
        )
    return import_days(days, by=by, source=CALENDAR_SOURCE, year=year, at=at)


@transaction.atomic
def import_days(days: Iterable[Day], *, by: User, source: str, year: int, at: datetime) -> int:
    """Import a list of days, all or nothing; returns how many were new or changed.

    Days not in the list stay. A listed day that agrees with Monday to Friday (a Saturday off within
    a holiday) is not stored, and an earlier setting of it is removed.
    """
    _take(by)
    had = {row.date: row for row in Workday.objects.of_year(year)}
    changed = sum(_bring_in(day, had.get(day.date), source) for day in days)
    if changed:
        trail.record(
            "workday.import",
            None,
            by=by,
            at=at,
            sentence=f"导入{year}年工作日历，新增或变更{changed}天，依据：{source}。",
            after={"days": changed, "source": source},
        )
        doubt_lights(on=localdate(at))
    return changed


def _bring_in(day: Day, row: Workday | None, source: str) -> bool:
    if is_usual(day.date, day.is_workday):
        if row is not None:
            row.delete()
        return row is not None
    if row is not None and (row.is_workday, row.name) == (day.is_workday, day.name):
        return False
    _write(row or Workday(date=day.date), day, source)
    return True


def _write(row: Workday, day: Day, source: str) -> None:
    row.is_workday, row.name, row.source = day.is_workday, day.name, source
    row.full_clean()
    row.save()


def _take(by: User) -> None:
    """Check the person, and lock so that changes of the calendar run one after another."""
    by.demand(Perm.KEEP_PERIODS)
    list(Notice.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _facts(row: Workday) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("date", "is_workday", "name", "source")}
