"""Fills a confirmed gap: its text, or its agencies and their filings; undoes it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.timezone import localdate

from agencies.models import Agency, User
from lib.chinese import listed
from lib.errors import DomainError
from measures.choices import GapKind, ResponsibilityRole
from measures.models import (
    Filing,
    Gap,
    Measure,
    NoticeChange,
    Period,
    Responsibility,
    Section,
)
from measures.notice_changes.revising import (
    has_closed_since,
    put_back,
    rows_of,
    why_revision_kept,
    write_list,
)
from measures.periods.extensions import move_closing_day, move_closing_day_back
from measures.responsibilities.reassigning import (
    Handout,
    Reassignment,
    asked_words,
    follow_responsibilities,
    handouts_for,
    tell_agencies,
)
from measures.rules.notice_changes import CHANGED_SINCE, PERIOD_CLOSED, WORKDAYS_LEFT
from measures.status.actions import mark_changed


class Consequence(NamedTuple):
    """The filings that confirmed agencies would get at once, in one open period."""

    handout: Handout

    @property
    def period(self) -> Period:
        return self.handout.period

    @property
    def due_on(self) -> date:
        return self.handout.due_on

    @property
    def owed(self) -> int:
        """The number of filings that the period requires now, without waived ones."""
        return self.period.owed

    @property
    def is_past_closing(self) -> bool:
        """Whether the period would close before the day on which they are due."""
        return self.due_on > self.period.closes_on


def consequences_of(gap: Gap, *, on: date) -> list[Consequence]:
    """Return the effect of confirming a gap's agencies, by open period; two queries."""
    if gap.measure is None or not gap.is_list:
        return []
    found = handouts_for(gap.measure, on=on, workdays=WORKDAYS_LEFT, with_counts=True)
    return [Consequence(one) for one in found]


def apply_change(
    change: NoticeChange, agencies: Sequence[Agency], *, by: User, at: datetime
) -> dict[str, object]:
    """Fill the gap of a locked change, in the caller's transaction.

    Returns the effects, for the event. Stores the earlier content in `change.before`.
    """
    gap, after = _locked(change), {}
    if gap.is_list:
        after = _name_agencies(change, gap, agencies, by=by, at=at)
    else:
        _write_words(change, gap, at)
    return after


def why_kept(change: NoticeChange) -> str:
    """Return why a confirmed change cannot be taken back; empty if it can.

    It cannot if a period has closed since, or if the same part was changed again.
    """
    gap, measure = change.gap, change.measure
    if gap is None:
        return why_revision_kept(change)
    if has_closed_since(change):
        return PERIOD_CLOSED
    if gap.is_list:
        rows = Responsibility.objects.filter(measure=measure).order_by("order")
        rows = rows.filter(agency__in=change.agency_ids) if change.is_rest else rows
        found = rows.values_list("agency_id", "role", "valid_from", "valid_to")
        is_same = list(found) == [(pk, role, None, None) for pk, role in change.roles.items()]
    else:
        name = _field_of(gap)
        is_same = getattr(_place_of(gap), name) == getattr(change, name)
    return "" if is_same else CHANGED_SINCE


def demand_may_take_back(change: NoticeChange) -> None:
    if why := why_kept(change):
        raise DomainError(why)


def take_back(change: NoticeChange, *, reason: str, by: User, at: datetime) -> None:
    """Open the gap of a locked change again, in the caller's transaction.

    Waives filings that never left their agency; submitted ones do not change. Raises DomainError
    if it cannot be taken back (why_kept).
    """
    demand_may_take_back(change)
    gap = _locked(change)
    gap.confirmed_by = gap.confirmed_at = None
    gap.source = ""
    gap.save(update_fields=["confirmed_by", "confirmed_at", "source"])
    measure = change.measure
    if not gap.is_list:
        name, place = _field_of(gap), _place_of(gap)
        setattr(place, name, change.before[name])
        place.save(update_fields=[name])
        return
    assert measure is not None
    ids = set(change.agency_ids)
    if change.is_rest:  # the named agencies may have changed since
        Responsibility.objects.filter(measure=measure, agency__in=ids).delete()
    else:
        put_back(measure, change.before["rows"])
    follow_responsibilities(measure, Reassignment(by, reason, at, localdate(at), ids))
    for pk, was, moved_to in change.before.get("closings", ()):
        period = Period.objects.open().select_for_update(no_key=True).filter(pk=pk).first()
        if period is not None and f"{period.closes_on}" == moved_to:
            to = date.fromisoformat(was)
            move_closing_day_back(period, to=to, by=by, reason=reason, at=at)
    sentence = f"{measure}的责任单位核定已撤销，未报送的填报免报：{reason}"
    tell_agencies(measure, ids, sentence, at=at)


def _locked(change: NoticeChange) -> Gap:
    assert change.gap_id is not None
    rows = Gap.objects.select_related("measure__notice", "section__notice")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=change.gap_id)


def _place_of(gap: Gap) -> Measure | Section:
    place = gap.measure or gap.section
    assert place is not None  # a constraint
    return place


def _field_of(gap: Gap) -> str:
    return "title" if gap.kind == GapKind.TITLE else "text"


def _confirm(gap: Gap, change: NoticeChange, at: datetime) -> None:
    gap.confirmed_by, gap.confirmed_at, gap.source = change.decided_by, at, change.source
    gap.full_clean(exclude=["confirmed_by"])
    gap.save(update_fields=["confirmed_by", "confirmed_at", "source"])


def _write_words(change: NoticeChange, gap: Gap, at: datetime) -> None:
    name, place = _field_of(gap), _place_of(gap)
    change.before = {name: getattr(place, name)}
    setattr(place, name, getattr(change, name))
    place.save(update_fields=[name])
    _confirm(gap, change, at)


def _name_agencies(
    change: NoticeChange, gap: Gap, agencies: Sequence[Agency], *, by: User, at: datetime
) -> dict[str, object]:
    """Write who is responsible, as the notice's own list, and create their filings."""
    measure, on = gap.measure, localdate(at)
    assert measure is not None
    change.before = {"rows": rows_of(measure)}
    if change.is_rest:
        _demand_new(measure, agencies, on)
    else:
        Responsibility.objects.filter(measure=measure).delete()  # a partial list, without a lead
    ids = write_list(change, measure, agencies)
    _confirm(gap, change, at)
    reason = f"责任单位据{change.source}核定"
    follow_responsibilities(measure, Reassignment(by, reason, at, on, ids))
    handouts = handouts_for(measure, on=on, workdays=WORKDAYS_LEFT)
    for one in handouts:
        _leave_time(one, measure, ids)
    if change.moves_closing:
        change.before["closings"] = [_moved(one, reason=reason, by=by, at=at) for one in handouts]
    mark_changed(measure, at)
    named = {
        role: listed(one.name_then for one in agencies if change.roles[one.pk] == role)
        for role in ResponsibilityRole
    }
    words = "，".join(f"{names}为{role.label}" for role, names in named.items() if names)
    sentence = f"{measure}经核定，{words}{asked_words(handouts)}。"
    tell_agencies(measure, ids, sentence, at=at)
    made = Filing.objects.filter(measure=measure, period__in=[one.period for one in handouts])
    return {"filings": made.filter(agency__in=ids).count()}


def _demand_new(measure: Measure, agencies: Sequence[Agency], on: date) -> None:
    there = set(measure.responsibilities.valid(on=on).values_list("agency_id", flat=True))
    if named := [agency.name_then for agency in agencies if agency.pk in there]:
        raise DomainError(f"{listed(named)}已是这项措施的责任单位，请退回后改选。")


def _moved(handout: Handout, *, reason: str, by: User, at: datetime) -> list[Any]:
    """Move a period's closing to the new filings' due day; return its days for JSON."""
    period, was = handout.period, handout.period.closes_on
    move_closing_day(period, until=handout.due_on, reason=reason, by=by, at=at)
    return [period.pk, f"{was}", f"{period.closes_on}"]


def _leave_time(handout: Handout, measure: Measure, ids: set[int]) -> None:
    """Set the due day of the new filings as announced."""
    unfiled = Q(first_submitted_at__isnull=True, due_on__lt=handout.due_on)
    filings = Filing.objects.filter(unfiled, period=handout.period, measure=measure)
    filings.filter(agency__in=ids).update(due_on=handout.due_on)
