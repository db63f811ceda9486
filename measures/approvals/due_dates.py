"""完成时限: set, moved earlier or later, removed; every change is a row that is kept.

A stricter date takes effect at once, a later one needs the chief (measures.rules.due_dates).
"""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm, Role
from lib.errors import demand_reason
from measures.access import speaks_for_lead
from measures.choices import Nature
from measures.models import DueDateRequest, Measure
from measures.requests.actions import (
    announce_decision,
    demand_lead,
    lapse_request,
    lock_as_chief,
    lock_measure,
    record,
    save_new,
    settle,
    tell_chiefs,
    tell_sides,
)
from measures.rules.due_dates import (
    DateWanted,
    demand_date,
    demand_may_ask,
    demand_still_ahead,
    passes_at_once,
)
from measures.rules.requests import DUE_DATE_STEPS as STEPS
from measures.status.actions import mark_changed, write_status

NO_LEAD = "这项措施的责任单位待核对，名单补录以前不能办理时限或办结。"


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
    """Set, move or remove (None) a due date: at once if that is stricter, else ask the chief.

    `percent`: the percentage of a measure that gets its first date. Raises PermissionDenied for
    people other than the lead's and coordinators, DomainError if it may not be requested now or
    the date is not possible, ValidationError for values that constraints refuse.
    """
    measure, on = lock_measure(measure.pk), localdate(at)
    lead = demand_lead(measure, on=on, otherwise=NO_LEAD)
    is_staff = by.can(Perm.KEEP_NOTICE)
    if not (is_staff or speaks_for_lead(by, lead, measure)):
        raise PermissionDenied
    has_open = DueDateRequest.objects.filter(measure=measure).open().exists()
    is_closed = measure.completed_on is not None
    wanted = DateWanted(measure.starts_on, measure.due_on, to_on, is_closed, has_open)
    demand_may_ask(wanted, is_staff=is_staff, on=on)
    demand_date(wanted, is_staff=is_staff, on=on)
    is_at_once = passes_at_once(measure.due_on, to_on)
    step = STEPS["pass" if is_at_once else "ask"]
    request = DueDateRequest(
        from_on=measure.due_on,
        to_on=to_on,
        wording=wording.strip(),
        percent=percent if measure.due_on is None else measure.percent,
        reason=demand_reason(reason, "调整时限"),
    )
    save_new(request, step, measure=measure, lead=lead, by=by, at=at)
    names = ("to_on", "wording", "percent", "reason")
    after = {name: getattr(request, name) for name in names}
    sentence = f"{measure}{request.headline}：{request.reason}"
    if is_at_once:
        _apply(request, by, at)
        before = request.event_before
        record(request, step, by=by, at=at, sentence=sentence, before=before, after=after)
        tell_sides(request, sentence, by=by, also=(Role.COORDINATOR, Role.CHIEF), at=at)
    else:
        sentence = f"{request.post}申请{sentence}"
        record(request, step, by=by, at=at, sentence=sentence, after=after)
        tell_chiefs(request, sentence, at=at)
    return request


@transaction.atomic
def agree_due_date(
    request: DueDateRequest, *, by: User, note: str = "", at: datetime
) -> DueDateRequest:
    """Agree as the chief: the date is effective from now on, and the light is computed again.

    Raises PermissionDenied unless `by` is a chief without a part in it, DomainError if it is not
    open any more or the date has passed.
    """
    request, step = lock_as_chief(request, "agree", by=by)
    demand_still_ahead(request.to_on, on=localdate(at))
    settle(request, step, by=by, note=note, at=at)
    _apply(request, by, at)
    announce_decision(request, step, by=by, at=at)
    return request


def lapse_due_dates(measure: Measure, *, by: User, reason: str, at: datetime) -> None:
    """End open requests about the date of a measure being closed; the caller has locked it."""
    for found in DueDateRequest.objects.filter(measure=measure).open():
        lapse_request(found, by=by, reason=reason, at=at)


def _apply(request: DueDateRequest, by: User, at: datetime) -> None:
    """Write the date; a measure that becomes dated or ongoing gets or loses its percentage."""
    measure = request.measure
    before = (measure.stage, measure.percent)
    measure.due_on = request.to_on
    measure.nature = Nature.ONGOING if request.to_on is None else Nature.DATED
    changes_nature = None in (request.from_on, request.to_on)
    if changes_nature:
        measure.percent = None
    measure.save(update_fields=["due_on", "nature", "percent"])
    if changes_nature:
        now = (measure.stage, request.percent if request.from_on is None else None)
        words = f"{request.headline}：{request.reason}"
        write_status(measure, before, now, reason=words, by=by, at=at)
    mark_changed(measure, at)
