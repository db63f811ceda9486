"""The filings that opening a period would create, and those of the period before."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q

from agencies.models import Agency, Membership
from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing, Gap, Measure, Period, Responsibility
from measures.models.alternate_filing import alternating
from measures.models.filing import FilingQuerySet
from measures.periods.common import duties_in


class Opening(NamedTuple):
    """A draft as it would open on a day."""

    period: Period
    duties: Sequence[Responsibility]  # each becomes a filing; by measure
    skipped: list[Measure]  # 隔期填报: left out, though unfinished
    last: list[Filing]  # of the period before, with waived ones
    deaf: list[Agency]  # would owe filings and have no liaison

    @property
    def before(self) -> Period | None:
        return self.last[0].period if self.last else None


def opening_of(period: Period, *, on: date) -> Opening:
    """Return the Opening of a draft on a day; two queries."""
    held = Membership.objects.current(on=on).filter(role=Role.LIAISON, user__is_active=True)
    rows = duties_in(period, on=on).annotate(
        is_skipped=Exists(alternating(period).filter(pk=OuterRef("measure"))),
        has_liaison=Exists(held.filter(agency=OuterRef("agency"))),
    )
    told = rows.select_related("agency", "measure").defer("measure__text")
    duties = list(told.order_by("measure__ordinal", "order", "pk"))
    asked = [duty for duty in duties if not duty.is_skipped]
    skipped = {duty.measure_id: duty.measure for duty in duties if duty.is_skipped}
    deaf = {duty.agency_id: duty.agency for duty in asked if not duty.has_liaison}
    return Opening(
        period,
        asked,
        list(skipped.values()),
        filings_before(period),
        sorted(deaf.values(), key=lambda agency: agency.order),
    )


def filings_before(period: Period) -> list[Filing]:
    """All filings of the last period of its kind, each with `is_unchanged` and `is_unconfirmed`.

    `is_unchanged`: whether the accepted note says 本期无新进展; None without an accepted note.
    Returns an empty list for a special period.
    """
    if period.is_special:
        return []
    rows: Any = Filing.objects.filter(period=Period.objects.before(period).values("pk")[:1])
    return list(_told(rows.annotate(is_unchanged=F("accepted_note__is_unchanged"))))


def differing(period: Period, before: Period) -> tuple[list[Any], list[Any]]:
    """Filings of `before` that `period` lacks, and the reverse; waived ones of both in any case.

    The latter with `was_asked`: whether its measure had filings in `before`. Two queries.
    """
    last, now = Filing.objects.filter(period=before), Filing.objects.filter(period=period)
    measure = last.owed().filter(measure=OuterRef("measure"))
    rows: Any = _without(now, last).annotate(was_asked=Exists(measure))
    return list(_told(_without(last, now))), list(_told(rows))


def _without(rows: FilingQuerySet, others: FilingQuerySet) -> FilingQuerySet:
    own = others.owed().filter(measure=OuterRef("measure"), agency=OuterRef("agency"))
    return rows.filter(~Exists(own) | Q(state=FilingState.WAIVED))


def _told(rows: FilingQuerySet) -> FilingQuerySet:
    gaps = Gap.objects.unconfirmed().agencies().filter(measure=OuterRef("measure"))
    found = rows.annotate(is_unconfirmed=Exists(gaps))
    return found.select_related("period", "measure", "agency").defer("measure__text")
