"""措施: all about one measure."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.measure_page.page import dossier_of
from measures.measure_page.sections import contents_of, obstacles_of
from measures.models import Measure


@require_safe
@allowed_to(Perm.READ)
def measure(request: UserRequest, pk: int) -> HttpResponse:
    """Text, agencies with their filings, status, light, words of the agencies, trail."""
    on = localdate()
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("notice", "section"), pk=pk
    )
    dossier = dossier_of(measure, reader=request.user, on=on)
    context = {
        "measure": measure,
        "dossier": dossier,
        "contents": contents_of(dossier),
        "obstacles": obstacles_of(dossier),
        "may_keep": request.user.can(Perm.KEEP_NOTICE),
        "may_update": request.user.can(Perm.UPDATE_STATUS),
        "on": on,
    }
    return render(request, "measures/measure_page/page.html", context)
