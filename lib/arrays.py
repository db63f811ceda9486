"""Lists that go to and come from the database as one array.

Short lists that belong to a row come in the row's own query as an array of JSON objects: for lists
that are only shown, where one more query a list would be too many for a page.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, Model, QuerySet, Value
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def array_of(rows: QuerySet, *names: str) -> ArraySubquery:
    """Annotate with fields of `rows`, which use OuterRef; null if Django knows there are none."""
    return ArraySubquery(rows.values(json=JSONObject(**{name: name for name in names})))


def among(keys: Collection[int] | int) -> Func:
    """Keys for `__in` as one parameter, however many; or a number that stands in for them.

    Each would be a parameter of its own, and lib.prepared could not know how many there are.
    """
    told = keys if isinstance(keys, int) else list(keys)
    array = Value(told, output_field=ArrayField(BigIntegerField()))
    return Func(array, template="(SELECT unnest(%(expressions)s))", output_field=BigIntegerField())


def from_array(model: type[M], found: Iterable[Mapping[str, Any]] | None) -> list[M]:
    """What array_of() found, as instances that hold nothing but these fields."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [
        model(**{name: fields[name].to_python(value) for name, value in row.items()})
        for row in found or ()
    ]
