"""The base of all kept totals: their count, and summing them."""

from typing import Any

from django.db import models
from django.db.models import DO_NOTHING, QuerySet, Sum


def reference(model: str) -> models.ForeignKey:
    """Return a foreign key without a constraint: the counted rows have one already."""
    return models.ForeignKey(
        model, DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class TotalQuerySet(QuerySet):
    def summed(self, *keys: str, **sums: str) -> Any:
        """Return total and sums of other columns, grouped by `keys`; without totals of zero."""
        sums = {"total": "number", **sums}
        rows = self.order_by().values_list(*keys)
        found = rows.annotate(**{name: Sum(column) for name, column in sums.items()})
        return found.exclude(total=0)


class KeptTotal(models.Model):
    """How many rows of another table have equal values in the columns of the subclass."""

    number = models.IntegerField()
    is_settled = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True
