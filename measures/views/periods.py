"""填报期: made, opened, closed by the commission's coordinators."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST

from agencies.permissions import Perm
from measures.actions import periods as actions
from measures.forms.periods import PeriodForm
from measures.models import Notice, Period
from policy_tracker.lib.http import UserRequest


def periods(request: UserRequest) -> HttpResponse:
    """All periods with how far their filings are; a form for a new one."""
    _demand(request)
    if request.method != "POST":
        return _page(request, PeriodForm(on=localdate()))
    form = PeriodForm(request.POST, on=localdate())
    if not form.is_valid() or not _created(request, form):
        return _page(request, form, status=422)
    return redirect("measures:periods")


@require_POST
def period_open(request: UserRequest, pk: int) -> HttpResponse:
    """Open a period, or add what is missing to an open one."""
    period = _find(request, pk)
    made = actions.open_period(period, by=request.user, at=now())
    messages.success(request, f"{period}：新下达{made}项填报任务。")
    return redirect("measures:periods")


@require_POST
def period_close(request: UserRequest, pk: int) -> HttpResponse:
    """Close a period and keep its snapshot."""
    period = _find(request, pk)
    actions.close_period(period, by=request.user, at=now())
    messages.success(request, f"{period}已关闭，各项措施当日情况已留存。")
    return redirect("measures:periods")


def _demand(request: UserRequest) -> None:
    if not request.user.can(Perm.KEEP_PERIODS):
        raise PermissionDenied


def _find(request: UserRequest, pk: int) -> Period:
    _demand(request)
    return get_object_or_404(Period.objects.visible_to(request.user), pk=pk)


def _created(request: UserRequest, form: PeriodForm) -> bool:
    """Call the verb; a broken constraint comes back as its sentence on the form."""
    notice = get_object_or_404(Notice.objects.all()[:1])
    said = form.cleaned_data
    try:
        period = actions.create_period(
            notice, by=request.user, quarter=form.slice_, due_on=said["due_on"], at=now()
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, f"已新建{period}，{period.due_on:%Y-%m-%d}截止，尚未开始填报。")
    return True


def _page(request: UserRequest, form: PeriodForm, status: int = 200) -> HttpResponse:
    filed = Q(filings__first_submitted_at__isnull=False)
    found = Period.objects.visible_to(request.user).annotate(
        owed=Count("filings"),
        filed=Count("filings", filter=filed),
        accepted=Count("filings", filter=Q(filings__accepted_note__isnull=False)),
    )
    context = {"periods": found.newest_first(), "form": form, "on": localdate()}
    return render(request, "measures/periods.html", context, status=status)
