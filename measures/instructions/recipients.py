"""Who an instruction would reach: told before it is sent, by the agencies that can be chosen."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from agencies.models import Agency, Membership
from measures.instructions.actions import ANSWERING
from measures.lights.current import verdicts_for
from measures.models import Filing, Measure


class Recipient(NamedTuple):
    """One agency that can be chosen, and its people who would be told."""

    agency_id: int
    name: str
    people: tuple[str, ...]  # empty: nobody there has an account


def recipients_of(agencies: Iterable[Agency], *, on: date) -> list[Recipient]:
    """The people of each agency who answer for it; one query for all of them."""
    posts = Membership.objects.current(on=on).filter(role__in=ANSWERING, user__is_active=True)
    people: defaultdict[int, list[str]] = defaultdict(list)
    for post in posts.select_related("user").order_by("agency", "-role", "is_deputy", "pk"):
        people[post.agency_id].append(f"{post.role_words}{post.user.name}")
    return [Recipient(one.pk, one.name_then, tuple(people[one.pk])) for one in agencies]


def owing_agencies(measure: Measure, agencies: Iterable[Agency], *, on: date) -> list[Agency]:
    """Those behind the findings of the measure's light, and those that owe a filing for it."""
    verdict = verdicts_for([measure], on=on)[measure.pk]
    named = {name for finding in verdict.findings for name in finding.agencies}
    owed = Filing.objects.filter(measure=measure).debts(on=on)
    ids = set(owed.values_list("agency", flat=True))
    return [one for one in agencies if one.pk in ids or {one.name_then, one.short_name} & named]
