"""Sets of numbers with a first day, as people set them: light thresholds and chase ladders."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError
from measures.models import ChaseLadder, LightThresholds

DatedSet = ChaseLadder | LightThresholds


class SetLine(NamedTuple):
    """One set in its page's list; `told`: its numbers, or those that it changed, by name."""

    row: DatedSet
    told: Sequence[tuple[str, object]]
    is_current: bool
    is_planned: bool


def set_lines(
    rows: Sequence[tuple[DatedSet, Sequence[tuple[str, object]]]], *, on: date
) -> list[SetLine]:
    """Return the sets with their shown numbers, newest first."""
    held = next((row for row, _ in rows if row.valid_from <= on), None)
    return [SetLine(row, told, row == held, row.valid_from > on) for row, told in rows]


def demand_no_past_day(day: date, *, name: str, at: datetime) -> None:
    if day < localdate(at):
        raise DomainError(f"过去的日子已按当时的{name}办理，不能再改；请从今天或以后起用。")


@transaction.atomic
def drop_set(
    row: DatedSet, *, perm: Perm, action: str, before: Mapping[str, object], by: User, at: datetime
) -> None:
    """Delete a set that is not effective yet. Raises PermissionDenied, DomainError if it is.

    `before`: its values for the event.
    """
    by.demand(perm)
    row = type(row).objects.select_for_update().get(pk=row.pk)
    if row.valid_from <= localdate(at):
        name = row._meta.verbose_name
        raise DomainError(f"已经生效的{name}不能撤销；需要改变的，请另设一套，从今天或以后起用。")
    trail.record(action, row, by=by, at=at, sentence=f"撤销{row}。", before=before)
    row.delete()
