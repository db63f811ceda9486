"""Short lists that belong to a row, fetched in the row's own query as an array of JSON objects.

For lists that are only shown, where one more query a list would be too many for a page.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def array_of(rows: QuerySet, *names: str) -> ArraySubquery:
    """Annotate with fields of `rows`, which use OuterRef; null if Django knows there are none."""
    return ArraySubquery(rows.values(json=JSONObject(**{name: name for name in names})))


def from_array(model: type[M], found: Iterable[Mapping[str, Any]] | None) -> list[M]:
    """What array_of() found, as instances that hold nothing but these fields."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [
        model(**{name: fields[name].to_python(value) for name, value in row.items()})
        for row in found or ()
    ]
