"""Lists that are sent to the database, or read from it, as one array.

A short list that belongs to a row is read in the row's own query, as an array of JSON objects.
This is for lists that are only shown, on pages that cannot afford one more query per list.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, Model, QuerySet, Value
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def array_of(rows: QuerySet, *names: str) -> ArraySubquery:
    """An annotation with fields of `rows`, which use OuterRef; null if Django knows it is empty."""
    return ArraySubquery(rows.values(json=JSONObject(**{name: name for name in names})))


def among(keys: Collection[int] | int) -> Func:
    """Keys for `__in` as one parameter, however many there are; or a number as their placeholder.

    Django would pass each key as its own parameter, and lib.prepared needs a fixed number of them.
    """
    told = keys if isinstance(keys, int) else list(keys)
    return each_of(Value(told, output_field=ArrayField(BigIntegerField())))


def each_of(array: Value | ArraySubquery) -> Func:
    """The keys in an array for `__in`: PostgreSQL then looks for each in an index."""
    return Func(array, template="(SELECT unnest(%(expressions)s))", output_field=BigIntegerField())


def from_array(model: type[M], found: Iterable[Mapping[str, Any]] | None) -> list[M]:
    """The result of array_of() as instances in which only these fields are loaded."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [
        model(**{name: fields[name].to_python(value) for name, value in row.items()})
        for row in found or ()
    ]
