"""催办见效: how many filings came within two working days after each rung."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from lib.workdays import Calendar, add_workdays
from measures.choices import Rung
from measures.models import Period, Urge

PERIODS_BACK = 2
WORKDAYS_AFTER = 2


class Effect(NamedTuple):
    """One rung in one period."""

    told: int  # filings with this reminder, not filed before it
    filed: int  # of these, filed within two working days after it


class RungEffect(NamedTuple):
    rung: Rung
    periods: list[Effect]  # the newest first

    @property
    def is_idle(self) -> bool:
        """Whether it had no effect in the last two periods, so that it may be removed."""
        told = [one for one in self.periods if one.told]
        return len(told) == PERIODS_BACK and not any(one.filed for one in told)


def last_periods() -> list[tuple[date, date, str]]:
    """Return the last two closed slices of any main kind, newest first: from, to, label."""
    found = Period.objects.main().closed().order_by("-covers_to", "-covers_from", "label")
    slices = {(one.covers_from, one.covers_to): one.slice_label for one in found}
    return [(since, until, label) for (since, until), label in slices.items()][:PERIODS_BACK]


def effects(periods: Sequence[tuple[date, date, str]], *, calendar: Calendar) -> list[RungEffect]:
    """Return each rung's effect in these periods; one query. Corrections do not count."""
    wanted = Q(pk__in=[])
    for since, until, _ in periods:
        wanted |= Q(filing__period__covers_from=since, filing__period__covers_to=until)
    rows = (
        Urge.objects.sent()
        .filter(wanted, filing__period__kind=F("filing__period__notice__main_kind"))
        .order_by()
        .values_list(
            "rung",
            "filing__period__covers_to",
            TruncDate("sent_at"),
            TruncDate("filing__first_submitted_at"),
        )
        .annotate(n=Count("pk"))
    )
    told: Counter[tuple[str, date]] = Counter()
    filed: Counter[tuple[str, date]] = Counter()
    for rung, until, sent_on, filed_on, n in rows:
        if filed_on is not None and filed_on < sent_on:
            continue
        told[rung, until] += n
        if filed_on is not None and filed_on <= add_workdays(sent_on, WORKDAYS_AFTER, calendar):
            filed[rung, until] += n
    return [
        RungEffect(
            rung,
            [Effect(told[rung, until], filed[rung, until]) for _, until, _ in periods],
        )
        for rung in Rung
    ]
