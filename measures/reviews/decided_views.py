"""已审核: what was decided in a period, by whom, and how long it took."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.models import Notice, Period
from measures.reviews.decided import decisions_for
from measures.reviews.forms import DecidedFilter
from measures.rules.periods import current_period

PER_PAGE = 50


@require_GET
@allowed_to(Perm.REVIEW, Perm.APPROVE_IN_AGENCY)
def reviews_decided(request: UserRequest) -> HttpResponse:
    periods = list(Period.objects.visible_to(request.user).opened().newest_first())
    wanted, reviewer = DecidedFilter(request.GET).wanted
    period = next((one for one in periods if one.pk == wanted), None)
    if period is None and (notice := Notice.objects.first()):
        period = current_period(notice.main_kind, periods=periods, on=localdate())
    context: dict[str, object] = {"periods": periods, "period": period}
    if period is not None:
        decisions = decisions_for(request.user, period, reviewer=reviewer)
        page = Paginator(decisions.items, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"decisions": decisions, "page": page, "reviewer": reviewer}
    return render(request, "measures/reviews/decided.html", context)
