"""Which notice a to-do, a message or an event is about; no to-do is about an archived one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Exists, ForeignKey, Min, Model, OuterRef, QuerySet

from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from measures.models import Notice

NUMBER = "notice_number"  # among the facts
Among = Callable[[User, date], QuerySet[Any]]
# What a row is about, and how a notice refers to that.
HELD = {"notice": "pk", "period": "periods", "measure": "measures"}


def of_notices(path: str, *to_dos: ToDo) -> tuple[ToDo, ...]:
    """The same to-dos about open notices only; `path` leads from their rows to the notice."""
    return tuple(_of_notices(path, one) for one in to_dos)


def _of_notices(path: str, one: ToDo) -> ToDo:
    number: Any = f"{path}__number"

    def line(found: Found) -> ToDoLine:
        return one.line(found)._replace(notice=found.facts[NUMBER])

    return replace(
        one,
        among=_in_open(path, one.among),
        facts={**one.facts, NUMBER: Min(number) if one.by else number},
        line=line,
    )


@cache  # to-dos that share the function that finds their rows are counted in one pass
def _in_open(path: str, among: Among) -> Among:
    step, _, _ = path.partition("__")

    def found(user: User, on: date) -> QuerySet[Any]:
        # Begins with the archived ones where these are few, instead of joining each row's notice.
        own = Notice.objects.archived().filter(**{HELD[step]: OuterRef(step)})
        return among(user, on).filter(~Exists(own))

    return found


@cache
def path_to_number(model: type[Model]) -> str:
    """Return the shortest way from rows of a model to their notice's number; empty if none."""
    ways: list[tuple[type[Model], str]] = [(model, "")]
    for place, path in ways:
        if place is Notice:
            return f"{path}number"
        keys = (key for key in place._meta.concrete_fields if isinstance(key, ForeignKey))
        known = {one for one, _ in ways}
        ways += [
            (key.related_model, f"{path}{key.name}__")
            for key in keys
            if key.related_model not in known and key.related_model._meta.app_label != "agencies"
        ]
    return ""
