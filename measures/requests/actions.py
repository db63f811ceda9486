"""What all requests to the chief share: lock, check person and step, event, messages.

Withdrawing and refusing are the same for every kind. A kind's own module adds the checks when it is
requested, and the effects when it is agreed.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Agency, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, demand_reason
from measures.access import lead_of, may_withdraw
from measures.bars import DECISION
from measures.choices import MeasureMessage
from measures.models import Measure, NoticeChange
from measures.models.request import ChiefRequest
from measures.rules.notice_changes import ChangeStep
from measures.rules.requests import RequestStep

R = TypeVar("R", bound=ChiefRequest)
COMMISSION = "市商务委统筹岗"


# Verbs that are the same for every kind -----------------------------------------------------------


@transaction.atomic
def withdraw_request(request: R, *, by: User, at: datetime) -> R:
    """Withdraw a request before it is decided.

    Raises PermissionDenied unless access.may_withdraw allows it, DomainError if it was decided
    already.
    """
    request = lock_request(request)
    if not may_withdraw(request, by):
        raise PermissionDenied
    step = request.demand_step("withdraw")
    settle(request, step, by=by, note="", at=at)
    record(request, step, by=by, at=at, sentence=request.withdrawal_sentence)
    return request


@transaction.atomic
def refuse_request(request: R, *, by: User, note: str, at: datetime) -> R:
    """Refuse as the chief, with a reason; the measure does not change.

    Raises PermissionDenied unless `by` is a chief without a part in it, DomainError if it is not
    open any more or there is no reason.
    """
    request, step = lock_as_chief(request, "refuse", by=by)
    settle(request, step, by=by, note=demand_reason(note, step.label), at=at)
    announce_decision(request, step, by=by, at=at)
    return request


def lapse_request(request: ChiefRequest, *, by: User, reason: str, at: datetime) -> None:
    """End an open request about a measure that is being closed.

    The caller has locked the measure; `reason` is a clause without a full stop.
    """
    request = lock_request(request)
    step = request.demand_step("lapse")
    settle(request, step, by=by, note=reason, at=at)
    sentence = f"{request.measure}的{request.subject}{step.label}，{reason}。"
    record(request, step, by=by, at=at, sentence=sentence)


# How a verb of a kind begins ---------------------------------------------------------------------


def lock_measure(pk: int) -> Measure:
    """Return the measure with its notice, locked."""
    rows = Measure.objects.select_related("notice")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def lock_request(request: R) -> R:
    """Return the request as it is now, locked, with its locked measure.

    Locks the measure first, as closing does before it ends open requests: verbs that lock in
    different orders would deadlock.
    """
    measure = lock_measure(request.measure_id)
    rows: QuerySet = type(request).objects.select_related("agency", "asked_by")
    found: R = rows.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    found.measure = measure
    return found


def lock_as_chief(request: R, name: str, *, by: User) -> tuple[R, RequestStep]:
    """Lock the request, check the chief, then the step of that name; return request and step.

    Raises PermissionDenied unless `by` is a chief without a part in it, whatever the state, then
    DomainError if the step may not start.
    """
    by.demand(Perm.DECIDE)
    request = lock_request(request)
    DECISION.demand(request, by)
    return request, request.demand_step(name)


def demand_lead(measure: Measure, *, on: date, otherwise: str) -> Agency:
    """Return the agency that leads a measure on a day, with its name of that day.

    Raises DomainError with the sentence `otherwise` if none is known.
    """
    lead = lead_of(measure, on=on)
    if lead is None:
        raise DomainError(otherwise)
    return lead


def save_new(
    request: R,
    step: RequestStep,
    *,
    measure: Measure,
    lead: Agency,
    by: User,
    post: str = "",
    at: datetime,
) -> None:
    """Save a new request with its agency and requester, by the names of that day.

    The kind's own fields are already set. `post`: on whose behalf it is requested; if empty, the
    lead's for its people, else the commission's. Raises ValidationError for values that constraints
    refuse.
    """
    name = lead.name_then or lead.short_name
    request.measure, request.agency, request.agency_name = measure, lead, name
    request.post = post or (name if by.acts_for(lead.pk) else COMMISSION)
    request.asked_by, request.asked_at, request.state = by, at, step.target
    # Of several violated constraints it names the first; PostgreSQL would name any of them.
    request.full_clean()
    request.save()


# How a verb of a kind ends -----------------------------------------------------------------------


def settle(request: ChiefRequest, step: RequestStep, *, by: User, note: str, at: datetime) -> None:
    """Save how a request ended, and settle the chiefs' messages about it.

    Raises ValidationError for values that constraints refuse.
    """
    request.state = step.target
    if step.target not in request.undecided:
        request.decided_by, request.decided_at, request.decision_note = by, at, note.strip()
    request.full_clean()
    request.save()
    is_void = step.target in request.undecided
    settle_asked(MeasureMessage.REQUEST, url=_page_of(request), at=at, is_void=is_void)


def announce_decision(
    request: ChiefRequest,
    step: RequestStep,
    *,
    by: User,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Record the chief's decision and notify both sides; `before`, `after`: what it changed."""
    sentence = request.decision_sentence
    before = {**(before or {}), **request.event_before}
    after = {**(after or {}), **request.event_decision}
    record(request, step, by=by, at=at, sentence=sentence, before=before, after=after)
    tell_sides(request, sentence, by=by, at=at)


def record(
    request: ChiefRequest | NoticeChange,
    step: RequestStep | ChangeStep,
    *,
    by: User,
    at: datetime,
    sentence: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    trail.record(
        step.event,
        request.event_target,
        by=by,
        at=at,
        sentence=sentence,
        before=before,
        after={**(after or {}), **request.event_state},
    )


def tell_chiefs(request: ChiefRequest, sentence: str, *, at: datetime) -> None:
    chiefs = User.objects.holding(Role.CHIEF, on=localdate(at))
    tell(chiefs, kind=MeasureMessage.REQUEST, sentence=sentence, url=_page_of(request), at=at)


def tell_sides(
    request: ChiefRequest, sentence: str, *, by: User, also: Iterable[str] = (), at: datetime
) -> None:
    """Notify the requester and the lead's liaisons and heads, except `by`; `also`: more roles."""
    on = localdate(at)
    sides = Q(pk=request.asked_by_id)
    if request.concerns_lead:
        lead = User.objects.holding_in(request.agency_id, Role.LIAISON, Role.AGENCY_HEAD, on=on)
        sides |= Q(pk__in=lead.values("pk"))
    if also:
        sides |= Q(pk__in=User.objects.holding(*also, on=on).values("pk"))
    people = User.objects.active().filter(sides).exclude(pk=by.pk)
    url = _page_of(request)
    if request.decision_section:
        page = reverse("measures:measure", args=[request.measure_id])
        url = f"{page}#{request.decision_section}"
    tell(people, kind=MeasureMessage.DECISION, sentence=sentence, url=url, at=at)


def _page_of(request: ChiefRequest) -> str:
    return reverse("measures:approval", args=[request.slug, request.pk])
