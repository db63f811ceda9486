"""Finds the notice that an event, a message or a to-do is about, by its app's lookup path."""

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from django.apps import apps
from django.db.models import CharField, F, Value
from django.urls import Resolver404, resolve

from agencies.contributions import contributions
from lib.numbers import row_number

Thing = tuple[str, int]  # the model's label and the key


def documents_of(things: Iterable[Thing]) -> dict[Thing, str]:
    """Return the notice's number of each object that is about one; one query for all."""
    keys: defaultdict[str, set[int]] = defaultdict(set)
    for label, pk in things:
        keys[label].add(pk)
    parts = []
    for label, wanted in sorted(keys.items()):
        if path := _path_from(label):
            rows = apps.get_model(label)._default_manager.order_by().filter(pk__in=wanted)
            name = Value(label, output_field=CharField())
            parts.append(rows.values_list(name, F("pk"), F(path)))
    if not parts:
        return {}
    found = parts[0].union(*parts[1:], all=True)
    return {(label, pk): number for label, pk, number in found if number}


def thing_at(url: str) -> Thing | None:
    """Return the object that a page of this site is about, or None if no app declares it."""
    parts = urlsplit(url)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    name = " ".join([match.view_name, *filter(None, [match.kwargs.get("kind")])])
    for added in contributions().values():
        for place, label in added.pages.items():
            page, _, asked = place.partition("?")
            words = parse_qs(parts.query).get(asked, [""])[0]
            pk = row_number(words) if asked else match.kwargs.get("pk")
            if page == name and pk:
                return label, pk
    return None


def _path_from(label: str) -> str:
    """Return the lookup path from a model to the notice's number; empty if there is none."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):  # an old event of a model that no longer exists
        return ""
    ways = (added.document_of for added in contributions().values())
    return next((way(model) for way in ways if way), "")
