"""Which events belong to an agency: what its people did, and what was done to its posts."""

import re

from django.db.models import Q, QuerySet

from agencies.contributions import AuditScope
from agencies.models import Agency, AgencyName, Membership


def events_about(*rows: QuerySet) -> Q:
    """Return the events about any of some rows, as a condition."""
    found = Q()
    for one in rows:
        # A list and no subquery: with one in an OR, PostgreSQL reads the whole trail.
        keys = list(one.values_list("pk", flat=True))
        found |= Q(target_type=one.model._meta.label_lower, target_id__in=keys)
    return found


def events_of_agency(pk: int) -> Q:
    """By the names it bore: an event keeps the post of its person as it was called that day.

    Who had such a post has or had a membership, and by their people the events are found quickly.
    """
    names = {*AgencyName.objects.filter(agency=pk).values_list("short_name", flat=True)}
    names |= {*Agency.objects.filter(pk=pk).values_list("short_name", flat=True)}
    posts = "|".join(re.escape(name) for name in sorted(names))
    members = Membership.objects.filter(agency=pk)
    people = list(members.values_list("user", flat=True).distinct())
    own = events_about(Agency.objects.filter(pk=pk), members)
    return own | Q(actor__in=people, actor_post__regex=f"(^|、)({posts}) ")


def _agencies() -> list[tuple[int, str]]:
    return list(Agency.objects.values_list("pk", "short_name"))


BY_AGENCY = AuditScope("agency", "单位", _agencies)
