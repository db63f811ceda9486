"""Where every verb on a request for the chief's word begins and ends."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Agency, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError
from measures.access import lead_of
from measures.choices import MeasureMessage
from measures.lights.refresh import refresh_light
from measures.models import Measure, Note, StatusUpdate
from measures.models.request import ChiefRequest
from measures.rules.requests import RequestStep, demand_step

R = TypeVar("R", bound=ChiefRequest)
COMMISSION = "市商务委统筹岗"
REASON_MOST, BACK_MOST = 1000, 300  # of a status update; the request keeps the whole
BARRED = "您提出了这一申请，或为牵头单位填报、审核过这项措施，请其他负责人审批。"


def speaks_for(user: User, agency: Agency, measure: Measure) -> bool:
    """Whether a person asks in the lead's name; needs the notice.

    Its liaisons and heads; where the commission itself leads, its coordinators too.
    """
    if user.acts_for(agency.pk):
        return True
    return agency.pk == measure.notice.coordinator_id and user.can(Perm.KEEP_NOTICE)


def bars_decision(request: ChiefRequest, user: User) -> bool:
    """Whether a person may not decide on it: who asked, or has a part in the lead agency.

    A current liaison or head of the agency that asked, and whoever wrote, handed in or approved
    a note of it on this measure. Persons are barred, not agencies.
    """
    if user.pk == request.asked_by_id:
        return True
    agency = request.agency_id
    if user.acts_for(agency):
        return True
    own = Note.objects.touched_by(user)
    return own.filter(filing__agency=agency, filing__measure=request.measure_id).exists()


def may_withdraw(request: ChiefRequest, user: User) -> bool:
    """Whether a person may take it back: who asked, and the lead's people; needs the notice."""
    return user.pk == request.asked_by_id or speaks_for(user, request.agency, request.measure)


def locked_measure(pk: int) -> Measure:
    """The measure with its notice, locked."""
    rows = Measure.objects.select_related("notice")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def demand_lead(measure: Measure, *, on: date) -> Agency:
    """The agency that leads it on a day, named as then; DomainError where none is known."""
    lead = lead_of(measure, on=on)
    if lead is None:
        raise DomainError("这项措施的责任单位待核，请先核定，再办理时限或办结。")
    return lead


def asked(row: R, measure: Measure, lead: Agency, *, by: User, at: datetime) -> R:
    """The row with whose it is and who asked, in the words of that day; not saved."""
    own = by.acts_for(lead.pk)
    row.measure, row.agency = measure, lead
    row.agency_name = lead.name_then or lead.short_name
    row.post = row.agency_name if own else COMMISSION
    row.asked_by, row.asked_at = by, at
    return row


def take_request(
    request: R,
    name: str,
    steps: Mapping[str, RequestStep],
    *,
    decides: User | None = None,
    withdraws: User | None = None,
) -> tuple[R, RequestStep]:
    """Lock the measure, then the request; check the person, then the step.

    `decides` takes it as the chief, `withdraws` as who asked. Raises PermissionDenied for the
    person, whatever the state, and DomainError for the step.
    """
    if decides is not None and not decides.can(Perm.DECIDE):
        raise PermissionDenied
    measure = locked_measure(request.measure_id)
    rows: QuerySet = type(request).objects.select_related("agency", "asked_by")
    found: R = rows.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    found.measure = measure
    if decides is not None and bars_decision(found, decides):
        raise PermissionDenied(BARRED)
    if withdraws is not None and not may_withdraw(found, withdraws):
        raise PermissionDenied
    return found, demand_step(steps, name, found.state_choice)


def settle(request: ChiefRequest, step: RequestStep, *, by: User, note: str, at: datetime) -> None:
    """Write how it ended; ValidationError where a refusal has no words."""
    request.state = step.target
    request.decided_by, request.decided_at, request.decision_note = by, at, note.strip()
    request.full_clean()
    names = ["state", "decided_by", "decided_at", "decision_note"]
    request.save(update_fields=names)
    settle_asked(kind=MeasureMessage.REQUEST, url=_page_of(request), at=at)


class MeasureStatus(NamedTuple):
    """How far a measure has got."""

    stage: str
    percent: int | None


def keep_status(
    measure: Measure,
    before: MeasureStatus,
    now: MeasureStatus,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    """Say in the history of stages what a decision made of them; the row is saved too."""
    is_less = (now.percent or 0) < (before.percent or 0)
    update = StatusUpdate(
        measure=measure,
        stage_before=before.stage,
        percent_before=before.percent,
        stage=now.stage,
        percent=now.percent,
        reason=Truncator(reason).chars(REASON_MOST),
        back_reason=Truncator(reason).chars(BACK_MOST) if is_less else "",
        by=by,
        at=at,
    )
    update.full_clean()
    update.save()
    measure.stage, measure.percent = now
    measure.save(update_fields=["stage", "percent"])


def take_back(
    request: R, action: str, steps: Mapping[str, RequestStep], *, by: User, at: datetime
) -> R:
    """Withdraw it before it is decided: the whole verb but its transaction."""
    request, step = take_request(request, "withdraw", steps, withdraws=by)
    settle(request, step, by=by, note="", at=at)
    sentence = f"撤回{request.measure}的{request.subject}。"
    record(action, request, by=by, at=at, sentence=sentence, after=state_of(request))
    return request


def tell_decision(
    request: ChiefRequest,
    action: str,
    *,
    by: User,
    at: datetime,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    """How the chief decided, in the trail and to both sides; `after`: what it changed."""
    words = f"：{request.decision_note}" if request.decision_note else "。"
    state = state_of(request)
    sentence = f"{request.measure}的{request.subject}{state['request_state']}{words}"
    after = {**after, "decision_note": request.decision_note, **state}
    record(action, request, by=by, at=at, sentence=sentence, before=before, after=after)
    tell_sides(request, sentence, by=by, at=at)


def state_of(request: ChiefRequest) -> dict[str, object]:
    """Which request, and where it stands, as the trail keeps it."""
    state = request.state_choice.label
    return {"request": str(request.pk), "request_state": state}


def touch(measure: Measure, at: datetime) -> None:
    """Note the day of the last change, and work out the light again."""
    Measure.objects.filter(pk=measure.pk).update(changed_on=localdate(at))
    refresh_light(measure.pk, on=localdate(at))


def record(
    action: str,
    request: ChiefRequest,
    *,
    by: User,
    at: datetime,
    sentence: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object],
) -> None:
    """One event on the measure, so that its trail tells it."""
    trail.record(
        action, request.measure, by=by, at=at, sentence=sentence, before=before, after=after
    )


def tell_chiefs(request: ChiefRequest, sentence: str, *, at: datetime) -> None:
    """Something waits for them."""
    chiefs = User.objects.holding(Role.CHIEF, on=localdate(at))
    tell(chiefs, kind=MeasureMessage.REQUEST, sentence=sentence, url=_page_of(request), at=at)


def tell_sides(
    request: ChiefRequest, sentence: str, *, by: User, also: Iterable[str] = (), at: datetime
) -> None:
    """Tell who asked and the lead's liaisons and heads, but not who did it; `also`: roles."""
    on = localdate(at)
    people = User.objects.holding_in(request.agency_id, Role.LIAISON, Role.AGENCY_HEAD, on=on)
    sides = Q(pk__in=people.values("pk")) | Q(pk=request.asked_by_id)
    if also:
        sides |= Q(pk__in=User.objects.holding(*also, on=on).values("pk"))
    tell(
        User.objects.active().filter(sides).exclude(pk=by.pk),
        kind=MeasureMessage.DECISION,
        sentence=sentence,
        url=_page_of(request),
        at=at,
    )


def _page_of(request: ChiefRequest) -> str:
    return reverse("measures:approval", args=[request.slug, request.pk])
