"""完成时限: set, moved earlier or later, lifted; every move is a row that is kept.

What is stricter passes at once, what is laxer waits for the chief (measures.rules.due_dates).
"""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm, Role
from lib.reasons import demand_reason
from measures.approvals.common import (
    MeasureStatus,
    asked,
    demand_lead,
    keep_status,
    locked_measure,
    record,
    settle,
    speaks_for,
    state_of,
    take_back,
    take_request,
    tell_chiefs,
    tell_decision,
    tell_sides,
    touch,
)
from measures.choices import Nature
from measures.models import DueDateRequest, Measure
from measures.rules.due_dates import (
    DateWanted,
    demand_date,
    demand_may_ask,
    demand_still_ahead,
    passes_at_once,
)
from measures.rules.requests import DUE_DATE_STEPS as STEPS


@transaction.atomic
def ask_due_date(
    measure: Measure,
    *,
    by: User,
    to_on: date | None,
    reason: str,
    wording: str = "",
    percent: int | None = None,
    at: datetime,
) -> DueDateRequest:
    """Set, move or lift (None) a due date: at once where that is stricter, else the chief is asked.

    `percent`: how far a measure is that gets its first date. Raises PermissionDenied for others
    than the lead's people and coordinators, DomainError where it may not be asked now or the date
    cannot hold, ValidationError for values the constraints refuse.
    """
    measure, on = locked_measure(measure.pk), localdate(at)
    lead = demand_lead(measure, on=on)
    is_staff = by.can(Perm.KEEP_NOTICE)
    if not (is_staff or speaks_for(by, lead, measure)):
        raise PermissionDenied
    has_open = DueDateRequest.objects.filter(measure=measure).open().exists()
    is_closed = measure.completed_on is not None
    wanted = DateWanted(measure.starts_on, measure.due_on, to_on, is_closed, has_open)
    demand_may_ask(wanted, is_staff=is_staff, on=on)
    demand_date(wanted, is_staff=is_staff, on=on)
    is_at_once = passes_at_once(measure.due_on, to_on)
    request = DueDateRequest(
        from_on=measure.due_on,
        to_on=to_on,
        wording=wording.strip(),
        percent=percent if measure.due_on is None else measure.percent,
        reason=demand_reason(reason, "调整时限"),
        state=STEPS["pass" if is_at_once else "ask"].target,
    )
    asked(request, measure, lead, by=by, at=at)
    request.full_clean()
    request.save()
    if is_at_once:
        _pass(request, by, at)
    else:
        _ask(request, by, at)
    return request


@transaction.atomic
def withdraw_due_date(request: DueDateRequest, *, by: User, at: datetime) -> DueDateRequest:
    """Take a request back before it is decided.

    Raises PermissionDenied for others than who asked and the lead's people, DomainError where it
    was decided already.
    """
    return take_back(request, "due_date.withdraw", STEPS, by=by, at=at)


@transaction.atomic
def agree_due_date(
    request: DueDateRequest, *, by: User, note: str = "", at: datetime
) -> DueDateRequest:
    """The chief agrees: the date holds from now on, and the light follows.

    Raises PermissionDenied for others than chiefs without a part in it, DomainError where it is
    not open any more or the date has passed meanwhile.
    """
    request, step = take_request(request, "agree", STEPS, decides=by)
    demand_still_ahead(request.to_on, on=localdate(at))
    settle(request, step, by=by, note=note, at=at)
    _apply(request, by, at)
    _decided(request, by, at)
    return request


@transaction.atomic
def refuse_due_date(
    request: DueDateRequest, *, by: User, note: str, at: datetime
) -> DueDateRequest:
    """The chief does not agree, with a reason; the date stays. Raises as agree_due_date."""
    request, step = take_request(request, "refuse", STEPS, decides=by)
    settle(request, step, by=by, note=demand_reason(note, "不同意"), at=at)
    _decided(request, by, at)
    return request


def lapse_due_dates(measure: Measure, *, by: User, reason: str, at: datetime) -> None:
    """End what waits about a measure that is closed; part of a verb that holds the measure."""
    for found in DueDateRequest.objects.filter(measure=measure).open():
        request, step = take_request(found, "lapse", STEPS)
        settle(request, step, by=by, note=reason, at=at)
        sentence = f"{request.measure}的申请“{request.headline}”失效，{reason}。"
        record("due_date.lapse", request, by=by, at=at, sentence=sentence, after=state_of(request))


def _pass(request: DueDateRequest, by: User, at: datetime) -> None:
    _apply(request, by, at)
    sentence = f"{request.measure}{request.headline}：{request.reason}"
    record(
        "due_date.pass",
        request,
        by=by,
        at=at,
        sentence=sentence,
        before={"due_on": request.from_on},
        after=_content(request),
    )
    tell_sides(request, sentence, by=by, also=(Role.COORDINATOR, Role.CHIEF), at=at)


def _ask(request: DueDateRequest, by: User, at: datetime) -> None:
    sentence = f"{request.post}申请{request.measure}{request.headline}：{request.reason}"
    record("due_date.ask", request, by=by, at=at, sentence=sentence, after=_content(request))
    tell_chiefs(request, sentence, at=at)


def _apply(request: DueDateRequest, by: User, at: datetime) -> None:
    """Write the date; where the nature changes, so does whether there is a percentage."""
    measure = request.measure
    before = MeasureStatus(measure.stage, measure.percent)
    measure.due_on = request.to_on
    measure.nature = Nature.ONGOING if request.to_on is None else Nature.DATED
    changes_nature = None in (request.from_on, request.to_on)
    if changes_nature:
        measure.percent = None
    measure.save(update_fields=["due_on", "nature", "percent"])
    if changes_nature:
        now = MeasureStatus(measure.stage, request.percent if request.from_on is None else None)
        words = f"{request.headline}：{request.reason}"
        keep_status(measure, before, now, reason=words, by=by, at=at)
    touch(measure, at)


def _decided(request: DueDateRequest, by: User, at: datetime) -> None:
    before = {"due_on": request.from_on}
    tell_decision(request, "due_date.decide", by=by, at=at, before=before, after={})


def _content(request: DueDateRequest) -> dict[str, object]:
    names = ("to_on", "wording", "percent", "reason")
    return {name: getattr(request, name) for name in names} | state_of(request)
