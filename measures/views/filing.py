"""One filing: where it stands, and every version a person may read."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from agencies.permissions import Perm
from measures.models import Filing
from measures.reading import is_own, reader_for, shown_standing, versions_for
from policy_tracker.lib.http import UserRequest


def filing(request: UserRequest, pk: int) -> HttpResponse:
    """The versions with their reviews; drafts of other agencies do not exist for the reader."""
    if not request.user.can(Perm.READ):
        raise PermissionDenied
    filing = get_object_or_404(
        Filing.objects.visible_to(request.user)
        .select_related("measure", "agency", "period")
        .with_notes(),
        pk=pk,
    )
    reader = reader_for(request.user, on=localdate())
    context = {
        "filing": filing,
        "versions": versions_for(reader, filing, filing.versions),
        "standing": shown_standing(reader, filing, on=localdate()),
        "is_own": is_own(reader, filing),
        "may_review": request.user.can(Perm.REVIEW) and filing.state == "submitted",
        "on": localdate(),
    }
    return render(request, "measures/filing.html", context)
