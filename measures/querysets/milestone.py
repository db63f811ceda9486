"""Words about milestones."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from agencies.permissions import Perm
from measures.choices import Nature

if TYPE_CHECKING:
    from agencies.models import User


def plan_rows() -> QuerySet:
    """The steps of the plan of the outer query's measure; for rules.plan.plan_read."""
    planning = apps.get_model("measures", "Milestone").objects.planning()
    own = planning.filter(measure=OuterRef("pk")).order_by("due_on")
    return own.values(json=JSONObject(day="due_on", percent="planned_percent"))


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
