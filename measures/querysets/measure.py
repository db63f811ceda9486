"""Words about measures, who is responsible for them, and what their text lost."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from agencies.permissions import Perm
from measures.querysets.light_twin import Yardstick, light_words
from measures.querysets.milestone import plan_rows
from measures.rules.thresholds import Thresholds, thresholds_on

if TYPE_CHECKING:
    from agencies.models import User


class MeasureQuerySet(QuerySet):
    """Measures; the default order is that of the notice."""

    def visible_to(self, user: "User") -> Self:
        """Every business role sees all measures; the three administrators see none."""
        return self if user.can(Perm.READ) else self.none()

    def confirmed(self) -> Self:
        """Those whose responsible agencies are known."""
        open_gaps = apps.get_model("measures", "Gap").objects.unconfirmed().agencies()
        return self.exclude(Exists(open_gaps.filter(measure=OuterRef("pk"))))

    def with_light(self, *, on: date, thresholds: Thresholds | None = None) -> Self:
        """Work the light out in SQL for a day, as `light_now` with `is_manual_now`.

        `rule_cause_now` names the row of the rule that decides, whatever a person has said. The
        set of thresholds is that of the day unless told. Two small queries read the calendar and
        the thresholds when the word is said.
        """
        calendar = apps.get_model("measures", "Workday").objects.as_calendar()
        if thresholds is None:
            scale = apps.get_model("measures", "LightThresholds").objects.as_scale()
            thresholds = thresholds_on(scale, on)
        return self.annotate(**light_words(Yardstick(on, calendar, thresholds)))

    def with_gaps(self) -> Self:
        """Fetch the unconfirmed gaps of each, as `open_gaps`."""
        gaps = apps.get_model("measures", "Gap").objects.unconfirmed()
        return self.prefetch_related(Prefetch("gaps", gaps, to_attr="open_gaps"))

    def with_responsibilities(self, *, on: date) -> Self:
        """Fetch who is responsible on a day, with their agencies named as then, as `duties`."""
        agencies = apps.get_model("agencies", "Agency").objects.named(on=on)
        duties = (
            apps.get_model("measures", "Responsibility")
            .objects.valid(on=on)
            .prefetch_related(Prefetch("agency", agencies))
        )
        return self.prefetch_related(Prefetch("responsibilities", duties, to_attr="duties"))

    def with_plan(self) -> Self:
        """Fetch the plan that each measure's milestones make, for Measure.plan."""
        return self.annotate(plan_found=ArraySubquery(plan_rows()))

    def with_moves(self) -> Self:
        """Fetch what moved the due date of each, the newest first, as `moves`."""
        moves = apps.get_model("measures", "DueDateRequest").objects.effective()
        return self.prefetch_related(Prefetch("duedaterequests", moves, to_attr="moves"))


class ResponsibilityQuerySet(QuerySet):
    """Responsibilities, in the order of the text."""

    def valid(self, *, on: date) -> Self:
        """Those that hold on a day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        )

    def with_agencies(self, *, on: date) -> Self:
        """Fetch the agency of each in the same query, with its name on a day as `name_then`."""
        named = apps.get_model("agencies", "Agency").objects.named(on=on)
        name = Subquery(named.filter(pk=OuterRef("agency")).values("name_then")[:1])  # type: ignore[misc]
        return self.select_related("agency").annotate(name_then=name)


class GapQuerySet(QuerySet):
    """What the captured text lost."""

    def visible_to(self, user: "User") -> Self:
        """The text is everybody's, and so are its gaps."""
        return self if user.can(Perm.READ) else self.none()

    def unconfirmed(self) -> Self:
        """Those still to be confirmed against the published notice."""
        return self.filter(confirmed_at__isnull=True)

    def agencies(self) -> Self:
        """Lost lists of responsible agencies."""
        return self.filter(kind="agencies")
