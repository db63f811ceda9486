"""Which events belong to an agency: what its people did, and what was done to its posts."""

import re

from django.db.models import Q, QuerySet

from agencies.contributions import AuditScope
from agencies.models import Agency, AgencyName, Membership


def events_about(*rows: QuerySet) -> Q:
    """Return the events about any of some rows, as a condition."""
    found = Q()
    for one in rows:
        found |= Q(target_type=one.model._meta.label_lower, target_id__in=one.values("pk"))
    return found


def events_of_agency(pk: int) -> Q:
    """By the names it bore: an event keeps the post of its person as it was called that day."""
    names = {*AgencyName.objects.filter(agency=pk).values_list("short_name", flat=True)}
    names |= {*Agency.objects.filter(pk=pk).values_list("short_name", flat=True)}
    posts = "|".join(re.escape(name) for name in sorted(names))
    own = events_about(Agency.objects.filter(pk=pk), Membership.objects.filter(agency=pk))
    return own | Q(actor_post__regex=f"(^|、)({posts}) ")


def _agencies() -> list[tuple[int, str]]:
    return list(Agency.objects.values_list("pk", "short_name"))


BY_AGENCY = AuditScope("agency", "单位", _agencies)
