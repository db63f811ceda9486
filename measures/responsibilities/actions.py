"""Who is responsible for a measure, from a day on. Rows are dated, never overwritten.

The day may be in the future: no job has to run on it, because all code reads rows by their days. A
change only affects filings of open periods that never left their agency
(measures.responsibilities.reassigning).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import Agency, User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from measures.access import eligible_agencies
from measures.choices import LeadBasis, ResponsibilityRole, Stage
from measures.models import Gap, Measure, Notice, Period, Responsibility
from measures.responsibilities.reassigning import (
    Reassignment,
    follow_responsibilities,
    still_owed,
    tell_agencies,
)
from measures.rules.responsibilities import demand_day, may_take_back

ONE_DAY = timedelta(days=1)
LEAD = ResponsibilityRole.LEAD
PLANNED = "已有尚未生效的变更，请先撤销，再办理。"
TAKEN_BACK = "撤销变更"


@transaction.atomic
def add_responsibility(
    measure: Measure,
    *,
    agency: Agency,
    role: ResponsibilityRole,
    duty: str,
    since: date,
    by: User,
    reason: str,
    at: datetime,
) -> Responsibility:
    """Make an agency or district responsible from a day on; a new lead replaces the old one.

    Raises PermissionDenied without KEEP_NOTICE, DomainError if the measure's agencies are not
    confirmed, the day is not allowed, the agency does not exist or is responsible already, or the
    reason is empty.
    """
    measure, reason = _take(measure, by, reason)
    demand_day(since, told_until=told_until(measure), began=_after_issue(measure))
    if agency not in eligible_agencies(on=since):
        raise DomainError(f"{agency}在{since:%Y-%m-%d}不存在，不能承担责任。")
    if measure.responsibilities.valid(on=since).filter(agency=agency).exists():
        raise DomainError(f"{agency}已是这项措施的责任单位，请在其一行中变更。")
    moved = {agency.pk}
    if role == LEAD:
        moved |= _end_lead(measure, since, at)
    row = _insert(measure, agency, role, duty, since)
    sentence = f"自{since:%Y-%m-%d}起，{agency}为{measure}的{role.label}：{reason}"
    after = {"agency": agency, "role": role, "duty": row.duty, "valid_from": since}
    change = Reassignment(by, reason, at, since, moved)
    _finish(measure, "responsibility.add", sentence, {}, after | {"reason": reason}, change)
    return row


@transaction.atomic
def change_responsibility(
    row: Responsibility,
    *,
    role: ResponsibilityRole,
    duty: str,
    since: date,
    by: User,
    reason: str,
    at: datetime,
) -> Responsibility:
    """Change role or 分工 from a day on. A new lead replaces the old one, which stays responsible.

    Raises as add_responsibility; DomainError also if nothing would change, the row has ended, or
    the measure would have no lead.
    """
    measure, reason = _take(row.measure, by, reason)
    row = _current(row, measure, since, at)
    if (row.role, row.duty) == (role, duty.strip()):
        raise DomainError("责任和分工都没有变化，无需保存。")
    if row.role == LEAD and role != LEAD:
        raise DomainError("每项措施须有牵头单位：请先在新的牵头单位一行中指定牵头。")
    before = {"role": row.role, "duty": row.duty}
    moved = {row.agency_id}
    if role == LEAD and row.role != LEAD:
        moved |= _end_lead(measure, since, at)
    _end(row, since)
    new = _insert(measure, row.agency, role, duty, since, like=row)
    words = f"{role.label}，分工：{new.duty}" if new.duty else role.label
    sentence = f"自{since:%Y-%m-%d}起，{row.agency}在{measure}中改为{words}：{reason}"
    after = {"role": role, "duty": new.duty, "valid_from": since, "reason": reason}
    change = Reassignment(by, reason, at, since, moved)
    _finish(measure, "responsibility.change", sentence, before, after, change)
    return new


@transaction.atomic
def end_responsibility(
    row: Responsibility, *, since: date, by: User, reason: str, at: datetime
) -> Responsibility:
    """End an agency's responsibility from a day on; the lead's only if there is another lead.

    Raises as change_responsibility.
    """
    measure, reason = _take(row.measure, by, reason)
    row = _current(row, measure, since, at)
    if row.role == LEAD:
        raise DomainError("牵头单位不能直接终止：请先指定新的牵头单位，再终止其责任。")
    before = {"agency": row.agency, "role": row.role, "duty": row.duty}
    owed = still_owed(row, on=localdate(at))
    _end(row, since, ended_at=at)
    role = row.get_role_display() + f"，{owed}" * bool(owed)
    sentence = f"自{since:%Y-%m-%d}起，{row.agency}不再是{measure}的{role}：{reason}"
    after = {"valid_to": since - ONE_DAY, "reason": reason}
    change = Reassignment(by, reason, at, since, {row.agency_id})
    _finish(measure, "responsibility.end", sentence, before, after, change)
    return row


@transaction.atomic
def take_back_change(row: Responsibility, *, by: User, at: datetime) -> None:
    """Undo a change, given by the row that it will begin, or an ending, by the row that it ends.

    Undoing a new lead also restores the old one. Raises PermissionDenied; DomainError for a change
    that has begun, unless it is an ending made today.
    """
    measure, reason = _take(row.measure, by, TAKEN_BACK)
    row = Responsibility.objects.select_related("agency").get(pk=row.pk)
    on, role = localdate(at), row.get_role_display()
    if row.valid_from is not None and row.valid_from > on:
        since, moved = row.valid_from, _drop_planned(measure, row)
        sentence = f"撤销{row.agency}自{since:%Y-%m-%d}起为{measure}的{role}的安排。"
        before = {"agency": row.agency, "role": row.role, "valid_from": since}
        after: dict[str, object] = {}
    else:
        since, moved = _reopen(measure, row, on), {row.agency_id}
        sentence = f"撤销{row.agency}自{since:%Y-%m-%d}起不再承担{measure}的终止，仍是{role}。"
        before = {"agency": row.agency, "valid_to": since - ONE_DAY}
        after = {"valid_to": None}
    change = Reassignment(by, reason, at, since, moved)
    _finish(measure, "responsibility.take_back", sentence, before, after, change)


def replace_responsibilities(
    measure: Measure,
    agencies: Sequence[Agency],
    wanted: Mapping[int, ResponsibilityRole],
    *,
    basis: LeadBasis,
    since: date,
    at: datetime,
) -> set[int]:
    """Make a later document's list effective from a day on, in the caller's transaction.

    `wanted`: each agency's role. Returns the agencies whose responsibility changes. Raises
    DomainError if there is a change that has not begun.
    """
    on, rows = localdate(at), list(measure.responsibilities.select_related("agency"))
    for row in rows:
        begins_later = row.valid_from is not None and row.valid_from > on
        if begins_later or (row.valid_to is not None and row.valid_to >= on):
            raise DomainError(f"{row.agency}{PLANNED}")
    current = {row.agency_id: row for row in rows if row.valid_to is None}
    ended = {pk: row for pk, row in current.items() if wanted.get(pk) != row.role}
    for row in ended.values():
        _end(row, since)
    for agency in agencies:
        had = current.get(agency.pk)
        if had is None or agency.pk in ended:
            duty = had.duty if had else ""
            _insert(measure, agency, wanted[agency.pk], duty, since, like=had, basis=basis)
    return set(ended) | {pk for pk in wanted if pk not in current}


def told_until(measure: Measure) -> date | None:
    """Return the last day that a closed period of the notice's main kind covers."""
    closed = Period.objects.filter(notice=measure.notice_id).main().closed()
    last: date | None = closed.aggregate(last=Max("covers_to"))["last"]
    return last


def _take(measure: Measure, by: User, reason: str) -> tuple[Measure, str]:
    """Check person, reason and measure; lock the notice, so that its changes are one at a time."""
    by.demand(Perm.KEEP_NOTICE)
    reason = demand_reason(reason, "变更责任")
    Notice.objects.select_for_update(no_key=True).get(pk=measure.notice_id)
    if Gap.objects.unconfirmed().agencies().filter(measure=measure).exists():
        raise DomainError(f"{measure}的责任单位待核对，名单补录以前不能变更责任。")
    if Measure.objects.filter(pk=measure.pk, stage=Stage.ENDED).exists():
        raise DomainError(f"{measure}已终止；按后来的文件恢复的，请办理修订。")
    return measure, reason


def _current(row: Responsibility, measure: Measure, since: date, at: datetime) -> Responsibility:
    """Return the row, read again. Raises DomainError if it ended or cannot change that day."""
    row = Responsibility.objects.select_related("agency").get(pk=row.pk)
    on = localdate(at)
    begins_later = row.valid_from is not None and row.valid_from > on
    if begins_later or (row.valid_to is not None and row.valid_to >= on):
        raise DomainError(f"{row.agency}{PLANNED}")
    if row.valid_to is not None:
        raise DomainError("这一责任已经终止或变更，请刷新页面查看最新状态。")
    began = row.valid_from or _after_issue(measure)
    demand_day(since, told_until=told_until(measure), began=began)
    return row


def _insert(
    measure: Measure,
    agency: Agency,
    role: ResponsibilityRole,
    duty: str,
    since: date,
    *,
    like: Responsibility | None = None,
    basis: LeadBasis = LeadBasis.DESIGNATED,
) -> Responsibility:
    """Write a row that is effective from a day on; `like` gives its place in the list.

    `basis`: the basis of a new lead.
    """
    last = measure.responsibilities.aggregate(last=Max("order"))["last"] or 0
    # A lead that only gets another 分工 keeps its basis; a new one is the commission's.
    kept = like.lead_basis if like and like.role == LEAD else basis
    row = Responsibility(
        measure=measure,
        agency=agency,
        order=like.order if like else last + 1,
        role=role,
        lead_basis=kept if role == LEAD else "",
        duty=duty.strip(),
        valid_from=since,
    )
    row.full_clean()
    row.save()
    return row


def _end(row: Responsibility, since: date, *, ended_at: datetime | None = None) -> None:
    """End a row the day before `since`; delete one that began on that day."""
    if row.valid_from is not None and row.valid_from >= since:
        Responsibility.objects.filter(pk=row.pk).delete()
        return
    row.valid_to, row.ended_at = since - ONE_DAY, ended_at
    row.save(update_fields=["valid_to", "ended_at"])


def _end_lead(measure: Measure, since: date, at: datetime) -> set[int]:
    """End the old lead; its agency stays responsible. Returns the agencies that changed."""
    leads = measure.responsibilities.select_related("agency").filter(role=LEAD)
    if planned := leads.filter(valid_from__gt=localdate(at)).first():
        raise DomainError(f"{planned.agency}{PLANNED}")
    old = leads.filter(valid_to=None).first()
    if old is None:
        return set()
    if old.valid_from is not None and old.valid_from > since:
        raise DomainError(f"现牵头单位自{old.valid_from:%Y-%m-%d}起，变更日期不能早于这一天。")
    _end(old, since)
    _insert(measure, old.agency, ResponsibilityRole.RESPONSIBLE, old.duty, since, like=old)
    return {old.agency_id}


def _drop_planned(measure: Measure, row: Responsibility) -> set[int]:
    """Delete a row that has not begun and its related changes; return the agencies concerned."""
    if row.role != LEAD and (before := _before(row)) and before.role == LEAD:
        raise DomainError(f"{row.agency}随新的牵头单位变更，请在新的牵头单位一行中撤销。")
    rows = [row]
    if row.role == LEAD:
        rows += [one for one in _beginning_with(row) if (old := _before(one)) and old.role == LEAD]
    for one in rows:
        earlier = _before(one)
        Responsibility.objects.filter(pk=one.pk).delete()
        if earlier is not None:
            Responsibility.objects.filter(pk=earlier.pk).update(valid_to=None, ended_at=None)
    return {one.agency_id for one in rows}


def _beginning_with(row: Responsibility) -> QuerySet[Responsibility]:
    """Return the rows of other agencies that begin on the same day."""
    same_day = Responsibility.objects.filter(measure=row.measure_id, valid_from=row.valid_from)
    return same_day.exclude(agency=row.agency_id).select_related("agency")


def _before(row: Responsibility) -> Responsibility | None:
    """Return the row of the same agency that ends the day before this one begins."""
    assert row.valid_from is not None  # it has not begun yet
    same = Responsibility.objects.filter(measure=row.measure_id, agency=row.agency_id)
    return same.filter(valid_to=row.valid_from - ONE_DAY).first()


def _reopen(measure: Measure, row: Responsibility, on: date) -> date:
    """Make an ended row effective again; return the day from which it would have ended."""
    ended_on = localdate(row.ended_at) if row.ended_at else None
    later = measure.responsibilities.filter(agency=row.agency_id, pk__gt=row.pk)
    is_open = may_take_back(row.valid_to, ended_on=ended_on, on=on)
    if row.valid_to is None or not is_open or later.exists():
        raise DomainError("只有当日办理的终止和尚未生效的变更可以撤销，请刷新页面查看最新状态。")
    since = row.valid_to + ONE_DAY
    row.valid_to = row.ended_at = None
    row.save(update_fields=["valid_to", "ended_at"])
    return since


def _after_issue(measure: Measure) -> date:
    """Return the first possible day of a change: after the notice's own day of issue."""
    return measure.starts_on + timedelta(days=1)


def _finish(
    measure: Measure,
    action: str,
    sentence: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    change: Reassignment,
) -> None:
    """Update the filings, write one event, and notify the agencies concerned."""
    touched = follow_responsibilities(measure, change)
    by, at = change.by, change.at
    trail.record(action, measure, by=by, at=at, sentence=sentence, before=before, after=after)
    tell_agencies(measure, touched, sentence, at=at)
