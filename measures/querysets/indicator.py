"""Words about indicators and their values."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, JSONObject

from agencies.permissions import Perm

if TYPE_CHECKING:
    from agencies.models import User

NEWEST = 120  # values a chart and its table show: ten years of months


def as_text(field: str) -> Cast:
    """A decimal as its digits: JSON's own numbers would come back as floats."""
    return Cast(field, CharField())


def figure_rows() -> QuerySet:
    """What the outer query's note says of indicators."""
    figures = apps.get_model("measures", "Figure").objects.filter(note=OuterRef("pk"))
    row = JSONObject(
        pk="indicator",
        name="indicator__name",
        unit="indicator__unit",
        decimals="indicator__decimals",
        direction="indicator__direction",
        value=as_text("value"),
        absence="absence",
    )
    return figures.order_by("indicator").values(json=row)


def asked_rows() -> QuerySet:
    """The indicators that the outer query's filing is asked for, each with the value before."""
    values = (
        apps.get_model("measures", "IndicatorValue")
        .objects.current()
        .filter(indicator=OuterRef("pk"), as_of__lt=OuterRef(OuterRef("period__covers_to")))
        .order_by("-as_of")
    )
    last = values.values(json=JSONObject(as_of="as_of", value=as_text("value")))[:1]
    indicators = (
        apps.get_model("measures", "Indicator")
        .objects.in_use()
        .filter(
            measure=OuterRef("measure"),
            reporter=OuterRef("agency"),
            asked_since__lte=OuterRef("period__covers_to"),
        )
    )
    row = JSONObject(
        pk="pk",
        name="name",
        unit="unit",
        decimals="decimals",
        direction="direction",
        meaning="meaning",
        last=Subquery(last),
    )
    return indicators.order_by("pk").values(json=row)


def late_milestone_rows(*, on: date) -> QuerySet:
    """The milestones of the outer query's filing, its agency's own, whose day has passed."""
    late = apps.get_model("measures", "Milestone").objects.overdue(on=on)
    own = late.filter(measure=OuterRef("measure"), agency=OuterRef("agency"))
    return own.order_by("due_on", "pk").values(json=JSONObject(title="title", due_on="due_on"))


class IndicatorQuerySet(QuerySet):
    """Indicators, by measure in the order they were set."""

    def visible_to(self, user: "User") -> Self:
        """Indicators and what was accepted of them every business role sees."""
        return self if user.can(Perm.READ) else self.none()

    def in_use(self) -> Self:
        """Those that are not retired."""
        return self.filter(retired_on__isnull=True)

    def asked_of(self, agency_ids: Iterable[int], *, covers_to: date) -> Self:
        """Those whose values some agencies file with a period that ends on a day."""
        return self.in_use().filter(reporter__in=list(agency_ids), asked_since__lte=covers_to)

    def with_figures(self, newest: int = NEWEST) -> Self:
        """Fetch targets and the newest current values (for measures.indicators.readings)."""
        targets = (
            apps.get_model("measures", "IndicatorTarget")
            .objects.filter(indicator=OuterRef("pk"))
            .order_by("due_on", "pk")
        )
        values = (
            apps.get_model("measures", "IndicatorValue")
            .objects.current()
            .filter(indicator=OuterRef("pk"))
            .order_by("-as_of")
        )
        return self.annotate(
            targets_found=ArraySubquery(
                targets.values(
                    json=JSONObject(
                        pk="pk",
                        due_on="due_on",
                        value=as_text("value"),
                        share_of="share_of",
                        share_out_of="share_out_of",
                        basis="basis",
                    )
                )
            ),
            values_found=ArraySubquery(
                values.values(
                    json=JSONObject(pk="pk", as_of="as_of", value=as_text("value"), source="source")
                )[:newest]
            ),
        )


class IndicatorValueQuerySet(QuerySet):
    """Values of indicators, the newest day first, of one day the last entered first."""

    def current(self) -> Self:
        """Those that count: one a day."""
        return self.filter(ended_at__isnull=True)

    def from_note(self, note_id: int) -> Self:
        """Those that came with an accepted version and still count."""
        return self.current().filter(note=note_id)

    def of_filing(self, filing_id: int) -> Self:
        """Those that count and came with any version of a filing."""
        return self.current().filter(Q(note__filing=filing_id))
