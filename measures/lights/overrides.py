"""人工认定: a light set by hand, asked for by the coordinator, decided by the chief."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Agency, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError
from lib.reasons import demand_reason
from measures.access import lead_of
from measures.choices import Light, MeasureMessage, RequestState, Stage
from measures.lights.current import verdicts_for
from measures.lights.override_rights import bars_decision, may_end, may_withdraw
from measures.lights.refresh import refresh_light
from measures.models import LightThresholds, Measure, OverrideRequest
from measures.rules.thresholds import thresholds_on

COMMISSION = "市商务委统筹岗"
BARRED = "您提出了这一申请，或为牵头单位填报、审核过这项措施，请其他负责人办理。"
STALE = "这一申请已经办理，请刷新页面查看最新状态。"


@transaction.atomic
def ask_override(
    measure: Measure, *, by: User, light: Light, reason: str, ends_on: date, at: datetime
) -> OverrideRequest:
    """Ask the chief to set a measure's light by hand, from the day of agreement to `ends_on`.

    Raises PermissionDenied, DomainError where the measure is done, its agencies are unconfirmed
    or the last day is out of bounds, ValidationError where one is open or holds already.
    """
    if not by.can(Perm.UPDATE_STATUS):
        raise PermissionDenied
    measure, on = _locked(measure.pk), localdate(at)
    if measure.stage == Stage.DONE:
        raise DomainError("已完成或已转入常态的措施不再评定，不需要人工认定。")
    _demand_end(ends_on, on)
    verdict = verdicts_for([measure], on=on)[measure.pk]
    rule = verdict.computed or verdict
    lead = _demand_lead(measure, on)
    request = OverrideRequest(
        measure=measure,
        agency=lead,
        agency_name=lead.name_then or lead.short_name,
        post=COMMISSION,
        light=light,
        reason=demand_reason(reason, "申请人工认定"),
        against=f"{rule.light.label}：{rule.sentence}",
        starts_on=on,
        ends_on=ends_on,
        asked_by=by,
        asked_at=at,
    )
    request.full_clean()
    request.save()
    _record("override.ask", request, request, by, at, f"申请将{request}：{request.reason}")
    chiefs = User.objects.holding(Role.CHIEF, on=on)
    url = _page_of(request)
    words = f"{measure}申请{request.headline}，请审批：{request.reason}"
    tell(chiefs, kind=MeasureMessage.REQUEST, sentence=words, url=url, at=at)
    return request


@transaction.atomic
def agree_override(
    request: OverrideRequest, *, by: User, note: str = "", at: datetime
) -> OverrideRequest:
    """The chief agrees: the light is shown so from today on, until its last day.

    Raises PermissionDenied for others than chiefs without a part in it, DomainError where it is
    not open any more or its last day has passed meanwhile.
    """
    request, on = _take(request, by), localdate(at)
    if request.ends_on < on:
        raise DomainError(f"申请的截止日{request.ends_on:%Y-%m-%d}已过，不能再同意。")
    request.starts_on = on
    _settle(request, RequestState.AGREED, by, note.strip(), at)
    return request


@transaction.atomic
def refuse_override(
    request: OverrideRequest, *, by: User, note: str, at: datetime
) -> OverrideRequest:
    """The chief does not agree, with a reason; the rule goes on. Raises as agree_override."""
    request = _take(request, by)
    _settle(request, RequestState.REFUSED, by, demand_reason(note, "不同意"), at)
    return request


@transaction.atomic
def withdraw_override(request: OverrideRequest, *, by: User, at: datetime) -> OverrideRequest:
    """Take a request back before it is decided; who asked, or another coordinator."""
    request = _locked_request(request)
    if not may_withdraw(request, by):
        raise PermissionDenied
    if not request.is_open:
        raise DomainError(STALE)
    request.state = RequestState.WITHDRAWN
    request.save(update_fields=["state"])
    settle_asked(kind=MeasureMessage.REQUEST, url=_page_of(request), at=at)
    _record("override.withdraw", request, request, by, at, f"撤回申请：将{request}")
    return request


@transaction.atomic
def end_override(
    request: OverrideRequest, *, by: User, reason: str, at: datetime
) -> OverrideRequest:
    """End one that holds before its last day: from today on the rule decides again.

    A coordinator or a chief, none with a part in the lead agency. Raises PermissionDenied,
    DomainError where it does not hold.
    """
    request, on = _locked_request(request), localdate(at)
    if not may_end(request, by):
        raise PermissionDenied(BARRED)
    if not request.holds(on=on):
        raise DomainError("这一人工认定现在不起作用，不需要结束，请刷新页面查看最新状态。")
    request.state, request.ended_on, request.ended_by = RequestState.ENDED, on, by
    request.end_reason = demand_reason(reason, "提前结束")
    request.full_clean()
    request.save(update_fields=["state", "ended_on", "ended_by", "end_reason"])
    words = f"提前结束{request}：{request.end_reason}"
    _record("override.end", request, request.measure, by, at, words)
    refresh_light(request.measure_id, on=on)
    _tell_sides(request, words, by, at)
    return request


def last_day(on: date) -> date:
    """The latest day until which a light may be set by hand, asked on a day."""
    most = thresholds_on(LightThresholds.objects.as_scale(), on).override_days
    return on + timedelta(days=most)


def _demand_end(ends_on: date, on: date) -> None:
    latest = last_day(on)
    if not on <= ends_on <= latest:
        raise DomainError(f"截止日须在今天至{latest:%Y-%m-%d}之间；需要更长的，到期前重新申请。")


def _demand_lead(measure: Measure, on: date) -> Agency:
    lead = lead_of(measure, on=on)
    if lead is None:
        raise DomainError("这项措施的责任单位待核，尚未下达，不作人工认定。")
    return lead


def _locked(pk: int) -> Measure:
    rows = Measure.objects.select_related("notice")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _locked_request(request: OverrideRequest) -> OverrideRequest:
    """The measure first, then the request: see measures.actions on the order of locks."""
    measure = _locked(request.measure_id)
    rows = OverrideRequest.objects.select_for_update(of=("self",), no_key=True)
    request = rows.get(pk=request.pk)
    request.measure = measure
    return request


def _page_of(request: OverrideRequest) -> str:
    return reverse("measures:approval", args=[request.slug, request.pk])


def _take(request: OverrideRequest, by: User) -> OverrideRequest:
    if not by.can(Perm.DECIDE):
        raise PermissionDenied
    request = _locked_request(request)
    if bars_decision(request, by):
        raise PermissionDenied(BARRED)
    if not request.is_open:
        raise DomainError(STALE)
    return request


def _settle(
    request: OverrideRequest, state: RequestState, by: User, note: str, at: datetime
) -> None:
    request.state, request.decision_note = state, note
    request.decided_by, request.decided_at = by, at
    request.full_clean()
    names = ["state", "decision_note", "decided_by", "decided_at", "starts_on"]
    request.save(update_fields=names)
    settle_asked(kind=MeasureMessage.REQUEST, url=_page_of(request), at=at)
    is_agreed = state == RequestState.AGREED
    verb = "agree" if is_agreed else "refuse"
    word = "同意" if is_agreed else "不同意"
    said = request.reason if is_agreed else note
    words = f"{word}将{request}，至{request.ends_on:%Y-%m-%d}：{said}"
    target = request.measure if is_agreed else request
    _record(f"override.{verb}", request, target, by, at, words)
    refresh_light(request.measure_id, on=localdate(at))
    _tell_sides(request, words, by, at)


def _record(
    action: str,
    request: OverrideRequest,
    target: Measure | OverrideRequest,
    by: User,
    at: datetime,
    sentence: str,
) -> None:
    """One event: on the measure where its light moves, so that its trail tells it."""
    trail.record(
        action,
        target,
        by=by,
        at=at,
        sentence=sentence,
        after={"light": request.light, "ends_on": request.ends_on, "state": request.state},
    )


def _tell_sides(request: OverrideRequest, sentence: str, by: User, at: datetime) -> None:
    """Who asked; and once it moves the light, the lead's liaisons and heads."""
    sides = Q(pk=request.asked_by_id)
    if request.state != RequestState.REFUSED:
        roles = (Role.LIAISON, Role.AGENCY_HEAD)
        people = User.objects.holding_in(request.agency_id, *roles, on=localdate(at))
        sides |= Q(pk__in=people.values("pk"))
    url = reverse("measures:measure", args=[request.measure_id]) + "#override"
    people = User.objects.active().filter(sides).exclude(pk=by.pk)
    tell(people, kind=MeasureMessage.DECISION, sentence=sentence, url=url, at=at)
