"""措施: all about one measure."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.measure_page.page import measure_page_of
from measures.measure_page.queries import measure_for


@require_safe
@allowed_to(Perm.READ)
def measure(request: UserRequest, pk: int) -> HttpResponse:
    on = localdate()
    measure = measure_for(pk, reader=request.user, on=on)
    context = {
        "measure": measure,
        "content": measure_page_of(measure, reader=request.user, on=on),
        "may_keep": request.user.can(Perm.KEEP_NOTICE),
        "may_update": request.user.can(Perm.UPDATE_STATUS),
    }
    return render(request, "measures/measure_page/page.html", context)
