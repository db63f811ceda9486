"""The effect of a revision on filings of open periods, shown before it is confirmed."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from measures.choices import FilingState
from measures.models import Filing, Measure, NoticeChange, Period
from measures.notice_changes.revising import current_roles, open_roles, roles_after
from measures.responsibilities.reassigning import Handout, handouts_for, is_resumed
from measures.rules.responsibilities import duty_day


class FilingConsequence(NamedTuple):
    """In one period: how many filings are added, by when they are due, and how many are waived."""

    period: Period  # with_counts()
    due_on: date
    added: int
    waived: int

    @property
    def is_moving(self) -> bool:
        return bool(self.added or self.waived)

    @property
    def owed(self) -> int:
        return self.period.owed + self.added - self.waived


def consequences_of(change: NoticeChange, *, on: date) -> list[FilingConsequence]:
    """Return the effects of a revision or of taking one back; `on`: the day of confirming it."""
    taken = change.takes_back
    since = (taken or change).holds_from
    assert since is not None  # a constraint
    measure = change.measure or Measure(notice_id=change.notice_id)
    before = current_roles(measure) if measure.pk else {}
    roles = open_roles(taken.before["rows"]) if taken else roles_after(change, before)
    return follow_from(measure, roles, since, on=on)


def follow_from(
    measure: Measure, roles: Mapping[int, str], since: date, *, on: date
) -> list[FilingConsequence]:
    """Return the effects if these agencies, by their roles, are responsible from a day on.

    Computes what reassigning.follow_responsibilities would do. `measure` need not be saved.
    """
    before = current_roles(measure) if measure.pk else {}
    moved = {pk for pk in {*before, *roles} if before.get(pk) != roles.get(pk)}
    handouts = [
        one
        for one in handouts_for(measure, on=max(since, on), with_counts=True)
        if since <= duty_day(covers_to=one.period.covers_to, on=on)
    ]
    rows = Filing.objects.filter(period__in=[one.period for one in handouts], agency__in=moved)
    had = {(row.period_id, row.agency_id): row for row in rows.filter(measure=measure.pk)}
    return [_in_period(one, roles, moved, had) for one in handouts]


def _in_period(
    handout: Handout,
    roles: Mapping[int, str],
    moved: Collection[int],
    had: Mapping[tuple[int, int], Filing],
) -> FilingConsequence:
    filings = {pk: had.get((handout.period.pk, pk)) for pk in moved}
    added = sum(pk in roles and (one is None or is_resumed(one)) for pk, one in filings.items())
    unfiled = [pk for pk, one in filings.items() if one is not None and _is_unfiled(one)]
    waived = sum(pk not in roles for pk in unfiled)
    return FilingConsequence(handout.period, handout.due_on, added, waived)


def _is_unfiled(filing: Filing) -> bool:
    return filing.first_submitted_at is None and filing.state != FilingState.WAIVED
