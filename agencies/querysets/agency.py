"""Words about agencies and their names over time."""

from datetime import date
from typing import Self

from django.apps import apps
from django.db.models import OuterRef, Q, QuerySet, Subquery


class AgencyQuerySet(QuerySet):
    """Agencies; the default order is protocol order."""

    def named(self, *, on: date) -> Self:
        """Add `name_then`, the short name that held on a day (its present one where none did)."""
        names = apps.get_model("agencies", "AgencyName").objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
            agency=OuterRef("pk"),
        )
        return self.annotate(name_then=Subquery(names.values("short_name")[:1]))

    def responsible(self) -> Self:
        """Those that are or were responsible for a measure."""
        return self.filter(responsibilities__isnull=False).distinct()

    def existing(self, *, on: date) -> Self:
        """Those not yet ended on a day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))
