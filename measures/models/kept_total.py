"""What all kept totals have: their number, whether it is settled, and how they are summed."""

from typing import Any

from django.db import models
from django.db.models import DO_NOTHING, QuerySet, Sum


def reference(model: str) -> models.ForeignKey:
    """A reference that the database does not check: what is counted has it checked already."""
    return models.ForeignKey(
        model, DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class TotalQuerySet(QuerySet):
    def summed(self, *keys: str, **sums: str) -> Any:
        """By some columns, how many there are, and the sums of others; what is none is left out."""
        sums = {"total": "number", **sums}
        rows = self.order_by().values_list(*keys)
        found = rows.annotate(**{name: Sum(column) for name, column in sums.items()})
        return found.exclude(total=0)


class KeptTotal(models.Model):
    """Rows of another table that stand alike; subclasses have the columns by which they do."""

    number = models.IntegerField()
    is_settled = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True
