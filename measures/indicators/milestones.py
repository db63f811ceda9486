"""节点: the commission manages a measure's milestones; events keep old days and percentages."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Agency, Event, User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from measures.bars import MILESTONE
from measures.choices import MeasureMessage
from measures.indicators.events import record, tell_agency
from measures.lights.refresh import refresh_light
from measures.models import Measure, Milestone
from measures.rules.plan import demand_rising, plan_of

LAST_DAY = date(2099, 12, 31)
FIELDS = ("title", "due_on", "agency", "planned_percent", "source", "remark")


@transaction.atomic
def add_milestone(
    measure: Measure,
    *,
    by: User,
    title: str,
    due_on: date,
    agency: Agency | None = None,
    planned_percent: int | None = None,
    source: str,
    remark: str = "",
    at: datetime,
) -> Milestone:
    """Set a milestone. With a planned percentage it is a step of a dated measure's plan.

    Raises PermissionDenied, DomainError if day or percentage does not fit the measure and its
    plan, ValidationError if a constraint refuses it.
    """
    by.demand(Perm.UPDATE_STATUS)
    measure = _locked(measure)
    milestone = Milestone(measure=measure, original_due_on=due_on, added_at=at)
    said = {"title": title.strip(), "due_on": due_on, "agency": agency}
    said |= {"planned_percent": planned_percent, "source": source.strip(), "remark": remark.strip()}
    _write(milestone, said, localdate(at))
    sentence = f"为{measure}设定节点：{milestone.title}，计划于{due_on:%Y-%m-%d}完成。"
    _finish(milestone, "milestone.add", sentence, {}, said, by, at)
    return milestone


@transaction.atomic
def change_milestone(
    milestone: Milestone,
    *,
    by: User,
    title: str,
    due_on: date,
    agency: Agency | None,
    planned_percent: int | None,
    source: str,
    remark: str,
    reason: str,
    at: datetime,
) -> Milestone:
    """Change a milestone; the event keeps the old values, the row keeps the first day.

    Raises as add_milestone, and DomainError without a reason or if nothing would change.
    """
    milestone = _take(milestone, by)
    reason = demand_reason(reason, "调整节点")
    said = {"title": title.strip(), "due_on": due_on, "agency": agency}
    said |= {"planned_percent": planned_percent, "source": source.strip(), "remark": remark.strip()}
    before = {name: getattr(milestone, name) for name in FIELDS}
    changed = [name for name in FIELDS if said[name] != before[name]]
    if not changed:
        raise DomainError("节点没有变化，无需保存。")
    words = f"调整{milestone.measure}的节点：{_changed(before, said)}（理由：{reason}）"
    if "due_on" in changed:
        milestone.moved_at = at
    _write(milestone, said, localdate(at))
    after = {name: said[name] for name in changed} | {"reason": reason}
    old = {name: before[name] for name in changed}
    _finish(milestone, "milestone.change", words, old, after, by, at)
    return milestone


@transaction.atomic
def complete_milestone(
    milestone: Milestone, *, by: User, done_on: date, source: str, at: datetime
) -> Milestone:
    """Record that a milestone was reached, with the day and source.

    Raises PermissionDenied also for people of its own agency, DomainError if it is done already
    or the day is in the future or before the measure's start.
    """
    milestone = _take_to_record(milestone, by)
    source = demand_reason(source, "登记完成")
    if milestone.is_done:
        raise DomainError("这一节点已登记完成，请刷新页面查看最新状态。")
    if not milestone.measure.starts_on <= done_on <= localdate(at):
        raise DomainError(
            f"实际完成日期须在{milestone.measure.starts_on:%Y-%m-%d}到{localdate(at):%Y-%m-%d}之间。"
        )
    milestone.is_done, milestone.done_on = True, done_on
    milestone.done_source, milestone.done_by, milestone.done_at = source, by, at
    _save(milestone, "is_done", "done_on", "done_source", "done_by", "done_at")
    words = f"登记{milestone.measure}的节点完成：{milestone.title}，{done_on:%Y-%m-%d}，{source}"
    after = {"is_done": True, "done_on": done_on, "done_source": source}
    _finish(milestone, "milestone.complete", words, {"is_done": False}, after, by, at)
    return milestone


@transaction.atomic
def reopen_milestone(milestone: Milestone, *, by: User, reason: str, at: datetime) -> Milestone:
    """Undo complete_milestone, and raise as it does."""
    milestone = _take_to_record(milestone, by)
    reason = demand_reason(reason, "撤销完成")
    if not milestone.is_done:
        raise DomainError("这一节点尚未登记完成，请刷新页面查看最新状态。")
    before = {"is_done": True, "done_on": milestone.done_on, "done_source": milestone.done_source}
    milestone.is_done, milestone.done_on = False, None
    milestone.done_source, milestone.done_by, milestone.done_at = "", None, None
    _save(milestone, "is_done", "done_on", "done_source", "done_by", "done_at")
    words = f"撤销{milestone.measure}的节点完成登记：{milestone.title}（理由：{reason}）"
    after = {"is_done": False, "reason": reason}
    _finish(milestone, "milestone.reopen", words, before, after, by, at)
    return milestone


@transaction.atomic
def remove_milestone(milestone: Milestone, *, by: User, reason: str, at: datetime) -> None:
    """Delete a milestone that was set by mistake, if nothing depends on it.

    Raises DomainError if the notice sets it, it is done, was moved, or its day has passed, because
    lights and snapshots may mention it. The person who set it may delete it on the same day.
    """
    milestone = _take(milestone, by)
    reason = demand_reason(reason, "删除节点")
    if sentence := why_kept(milestone, by=by, on=localdate(at)):
        raise DomainError(sentence)
    before = {name: getattr(milestone, name) for name in FIELDS}
    words = f"删除{milestone.measure}的节点：{milestone.title}（理由：{reason}）"
    _finish(milestone, "milestone.remove", words, before, {"reason": reason}, by, at)
    try:
        milestone.delete()
    except ProtectedError as error:
        raise DomainError("已有记录以这一节点为依据，不能删除；请改为调整。") from error
    refresh_light(milestone.measure_id, on=localdate(at))


def why_kept(milestone: Milestone, *, by: User, on: date) -> str:
    """Return why a person may not delete a milestone, as a sentence; empty if they may."""
    events = Event.objects.filter(target_type="measures.measure", target_id=milestone.measure_id)
    made = events.filter(action="milestone.add", after__milestone=milestone.pk, actor=by)
    is_past = milestone.due_on < on and not made.between(on, on).exists()
    reasons = (
        (milestone.comes_from_notice, "通知原文载明的节点不能删除；期限有变的，请调整日期。"),
        (milestone.is_done, "已完成的节点不能删除；登记有误的，请先撤销完成。"),
        (milestone.is_moved, "调整过日期的节点不能删除，以保留期限变化的记录。"),
        (is_past, "已到期的节点不能删除，以保留逾期记录；如期限有误，请调整日期。"),
    )
    return next((sentence for holds, sentence in reasons if holds), "")


def _locked(measure: Measure) -> Measure:
    return Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)


def _take(milestone: Milestone, by: User) -> Milestone:
    by.demand(Perm.UPDATE_STATUS)
    return _found(milestone)


def _take_to_record(milestone: Milestone, by: User) -> Milestone:
    milestone = _found(milestone)
    MILESTONE.demand(milestone, by)
    return milestone


def _found(milestone: Milestone) -> Milestone:
    """Lock the measure, then read the milestone again."""
    measure = _locked(milestone.measure)
    found = Milestone.objects.select_related("agency").filter(pk=milestone.pk).first()
    if found is None:
        raise DomainError("这一节点已被删除，请刷新页面查看最新状态。")
    found.measure = measure
    return found


def _write(milestone: Milestone, said: Mapping[str, object], on: date) -> None:
    for name, value in said.items():
        setattr(milestone, name, value)
    milestone.agency_name = ""
    if milestone.agency is not None:
        named = Agency.objects.named(on=on).get(pk=milestone.agency.pk)
        milestone.agency_name = named.name_then or str(named)
    _demand_fit(milestone)
    _save(milestone, *FIELDS, "agency_name", "moved_at")


def _demand_fit(milestone: Milestone) -> None:
    measure = milestone.measure
    if not measure.starts_on <= milestone.due_on <= (measure.due_on or LAST_DAY):
        end = f"完成时限{measure.due_on:%Y-%m-%d}" if measure.due_on else f"{LAST_DAY:%Y-%m-%d}"
        raise DomainError(f"节点日期须在开始日期{measure.starts_on:%Y-%m-%d}到{end}之间。")
    if milestone.planned_percent is None:
        return
    if not measure.is_dated:
        raise DomainError("长期坚持的措施没有完成比例，节点不填计划进度。")
    others = Milestone.objects.planning().filter(measure=measure).exclude(pk=milestone.pk)
    points = list(others.values_list("due_on", "planned_percent"))
    demand_rising(plan_of([*points, (milestone.due_on, milestone.planned_percent)]))


def _save(milestone: Milestone, *fields: str) -> None:
    milestone.save_checked(update_fields=fields if milestone.pk else None)


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Return what changed, as text: day and percentage, or else only the title."""
    words = [str(before["title"])]
    if before["due_on"] != after["due_on"]:
        words.append(f"日期由{before['due_on']:%Y-%m-%d}改为{after['due_on']:%Y-%m-%d}")
    if before["planned_percent"] != after["planned_percent"]:
        percents = (side["planned_percent"] for side in (before, after))
        old, new = ("不设" if percent is None else f"{percent}%" for percent in percents)
        words.append(f"计划进度由{old}改为{new}")
    return "，".join(words)


def _finish(
    milestone: Milestone,
    action: str,
    sentence: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    by: User,
    at: datetime,
) -> None:
    """Write the event on the measure, compute its light again, and notify the agency."""
    record(milestone, action, sentence, before, after, by=by, at=at)
    url = reverse("measures:measure", args=[milestone.measure_id]) + "#milestones"
    tell_agency(milestone.agency_id, MeasureMessage.MILESTONE, sentence, url=url, at=at)
