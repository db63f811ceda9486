"""Several questions to the database in one statement.

A page about one thing asks a dozen small questions, each cheap, each with its way to the server
and back. Here each question stays a queryset of its own; together they are subselects of one
statement whose answers come as JSON, and every queryset then holds its rows as if asked alone.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Field, QuerySet

# How a value of a column is spelled in JSON, and what the driver would have given instead.
_BACK: dict[str, Callable[[Any], Any]] = {
    "DateField": date.fromisoformat,
    "DateTimeField": datetime.fromisoformat,
    "TimeField": time.fromisoformat,
    "DecimalField": Decimal,
    "FloatField": float,
    "UUIDField": UUID,
    "JSONField": lambda value: json.dumps(value, default=str),
}


def fetch_together(*querysets: QuerySet) -> None:
    """Have each queryset hold its rows, asking once for all; what one prefetches is asked after.

    All must be of the same database and none asked yet. Order and slices are kept. A queryset
    that can have no rows costs nothing.
    """
    asked = [(queryset, found) for queryset in querysets if (found := _compiled(queryset))]
    if asked:
        parts = [f"(SELECT json_agg(t) FROM ({sql}) t)" for _, (_, sql, _) in asked]
        params = [value for _, (_, _, values) in asked for value in values]
        with connections[asked[0][0].db].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(f'{part}::text' for part in parts)}", params)
            answers = cursor.fetchone()
        for (queryset, (compiler, _, _)), answer in zip(asked, answers, strict=True):
            queryset._result_cache = _rows(queryset, compiler, answer)
    for queryset in querysets:
        if queryset._result_cache is None:
            queryset._result_cache = []
        queryset._fetch_all()  # what it prefetches


def hand_out(parents: Iterable[Any], children: Iterable[Any], *, by: str, to: str) -> None:
    """Put beside each parent, as the list `to`, those of the children whose `by` is its id.

    For what is asked together with its parents, instead of a prefetch that asks after them.
    """
    found = defaultdict(list)
    for child in children:
        found[getattr(child, by)].append(child)
    for parent in parents:
        setattr(parent, to, found[parent.pk])


def _compiled(queryset: QuerySet) -> tuple[Any, str, Iterable[Any]] | None:
    """Its compiler, statement and values; None where no row can come of it."""
    compiler = queryset.query.get_compiler(using=queryset.db)
    try:
        sql, params = compiler.as_sql(with_col_aliases=True)
    except EmptyResultSet:
        return None
    return compiler, sql, params


def _rows(queryset: QuerySet, compiler: Any, answer: str | None) -> list[Any]:
    """What the queryset makes of its rows, through its own compiler and its own iterable."""
    objects = json.loads(answer, parse_float=Decimal) if answer else []
    backs = [_back(expression.output_field) for expression, _, _ in compiler.select]
    rows = [
        tuple(
            back(value) if back and value is not None else value
            for back, value in zip(backs, one.values(), strict=True)
        )
        for one in objects
    ]
    compiler.execute_sql = lambda *args, **kwargs: [rows]
    held: Any = queryset.all()
    held.query.get_compiler = lambda *args, **kwargs: compiler
    return list(held._iterable_class(held))


def _back(field: Field) -> Callable[[Any], Any] | None:
    """From JSON to what the driver gives for a column; None where that is the same."""
    if field.get_internal_type() == "ArrayField":
        inner = _back(field.base_field)  # type: ignore[attr-defined]
        return (lambda values: [inner(one) for one in values]) if inner else None
    return _back_of(field)


def _back_of(field: Field) -> Callable[[Any], Any] | None:
    return _BACK.get(field.get_internal_type())
