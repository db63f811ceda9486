"""Which events belong to an agency: actions of its people, and changes of its memberships."""

import re

from django.db.models import Q, QuerySet

from agencies.contributions import AuditScope
from agencies.models import Agency, AgencyName, Membership


def events_about(*rows: QuerySet) -> Q:
    """Return a condition for the events about any of these rows."""
    found = Q()
    for one in rows:
        # A list, because with a subquery in an OR PostgreSQL reads the whole trail.
        keys = list(one.values_list("pk", flat=True))
        found |= Q(target_type=one.model._meta.label_lower, target_id__in=keys)
    return found


def events_of_agency(pk: int) -> Q:
    """Return a condition for the events of an agency, by its names over time.

    An event stores its person's post under the agency's name of that day. People with such a post
    have or had a membership; naming them in the condition too makes the search fast.
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
