"""人工认定: a light set by hand, requested by a coordinator, decided by the chief."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from measures.bars import END_OVERRIDE
from measures.choices import Light, Stage
from measures.lights.current import verdicts_for
from measures.lights.refresh import refresh_light
from measures.models import LightThresholds, Measure, OverrideRequest
from measures.requests.actions import (
    COMMISSION,
    announce_decision,
    demand_lead,
    lock_as_chief,
    lock_measure,
    lock_request,
    record,
    save_new,
    settle,
    tell_chiefs,
    tell_sides,
)
from measures.rules.requests import OVERRIDE_STEPS as STEPS
from measures.rules.thresholds import thresholds_on


@transaction.atomic
def ask_override(
    measure: Measure, *, by: User, light: Light, reason: str, ends_on: date, at: datetime
) -> OverrideRequest:
    """Ask the chief to set a measure's light by hand, from the day of agreement to `ends_on`.

    Raises PermissionDenied, DomainError if the measure is done, its agencies are unconfirmed or the
    last day is out of bounds, ValidationError if a request is open or effective already.
    """
    by.demand(Perm.UPDATE_STATUS)
    measure, on = lock_measure(measure.pk), localdate(at)
    if measure.stage == Stage.DONE:
        raise DomainError("已完成或已转入常态的措施不再评定，不需要人工认定。")
    latest = last_day(on)
    if not on <= ends_on <= latest:
        raise DomainError(f"截止日须在今天至{latest:%Y-%m-%d}之间；需要更长的，到期前重新申请。")
    lead = demand_lead(
        measure, on=on, otherwise="这项措施的责任单位待核对，尚未布置，不作人工认定。"
    )
    verdict = verdicts_for([measure], on=on)[measure.pk]
    rule, step = verdict.computed or verdict, STEPS["ask"]
    request = OverrideRequest(
        light=light,
        reason=demand_reason(reason, "申请人工认定"),
        against=f"{rule.light.label}：{rule.sentence}",
        starts_on=on,
        ends_on=ends_on,
    )
    save_new(request, step, measure=measure, lead=lead, by=by, post=COMMISSION, at=at)
    record(request, step, by=by, at=at, sentence=f"申请将{request}：{request.reason}")
    sentence = f"{measure}申请{request.headline}，请审批：{request.reason}"
    tell_chiefs(request, sentence, at=at)
    return request


@transaction.atomic
def agree_override(
    request: OverrideRequest, *, by: User, note: str = "", at: datetime
) -> OverrideRequest:
    """Agree as the chief: the light is set from today to its last day.

    Raises PermissionDenied except for chiefs who took no part in it, DomainError if it is not open
    any more or its last day has passed.
    """
    request, step = lock_as_chief(request, "agree", by=by)
    on = localdate(at)
    if request.ends_on < on:
        raise DomainError(f"申请的截止日{request.ends_on:%Y-%m-%d}已过，不能再同意。")
    request.starts_on = on
    settle(request, step, by=by, note=note, at=at)
    refresh_light(request.measure_id, on=on)
    announce_decision(request, step, by=by, at=at)
    return request


@transaction.atomic
def end_override(
    request: OverrideRequest, *, by: User, reason: str, at: datetime
) -> OverrideRequest:
    """End an effective override before its last day: from today on the rule decides again.

    Allowed for coordinators and chiefs without a part in the lead agency. Raises PermissionDenied,
    DomainError if it is not effective.
    """
    request, on, step = lock_request(request), localdate(at), STEPS["end"]
    END_OVERRIDE.demand(request, by)
    if not request.holds(on=on):
        raise DomainError(step.too_late)
    request.state, request.ended_on, request.ended_by = step.target, on, by
    request.end_reason = demand_reason(reason, step.label)
    request.full_clean()
    request.save()
    sentence = f"{step.label}{request}：{request.end_reason}"
    record(request, step, by=by, at=at, sentence=sentence)
    refresh_light(request.measure_id, on=on)
    tell_sides(request, sentence, by=by, at=at)
    return request


def last_day(on: date) -> date:
    """Return the latest last day for an override requested on a day."""
    most = thresholds_on(LightThresholds.objects.as_scale(), on).override_days
    return on + timedelta(days=most)
