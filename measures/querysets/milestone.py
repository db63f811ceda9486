"""Words about milestones."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from agencies.permissions import Perm
from measures.choices import Nature

if TYPE_CHECKING:
    from agencies.models import User


class MilestoneQuerySet(QuerySet):
    """Milestones, by measure and day by default."""

    def visible_to(self, user: "User") -> Self:
        """How far a measure has got every business role sees."""
        return self if user.can(Perm.READ) else self.none()

    def overdue(self, *, on: date) -> Self:
        """Past their day and not done (rules.plan.is_overdue). Due today is not late."""
        return self.filter(is_done=False, due_on__lt=on)

    def planning(self) -> Self:
        """Those that make the plan of a measure with a date."""
        return self.filter(planned_percent__isnull=False, measure__nature=Nature.DATED)
