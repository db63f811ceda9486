"""工作日历: days that differ from Monday to Friday, maintained by coordinators."""

from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate, now

from agencies.guards import POST, SAFE, allowed_to
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.models import Workday
from measures.periods import calendar as actions
from measures.periods.calendar_forms import DayForm, ListForm, YearForm


@allowed_to(Perm.KEEP_PERIODS, methods=SAFE)
def calendar(request: UserRequest) -> HttpResponse:
    return _page(request, _year(request))


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def calendar_set(request: UserRequest) -> HttpResponse:
    form = DayForm(request.POST)
    row = carry_out(request, form, actions.set_workday)
    if row is None:
        return _page(request, _year(request), day_form=form)
    return redirect_with(request, f"已设定{row}。", _place(row.date.year))


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def calendar_clear(request: UserRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Workday, pk=pk)
    actions.clear_workday(row, by=request.user, at=now())
    return redirect_with(request, f"{row.date}已恢复周一至周五。", _place(row.date.year))


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def calendar_published(request: UserRequest) -> HttpResponse:
    year = _year(request)
    changed = actions.import_published(year, by=request.user, at=now())
    return redirect_with(request, f"已导入{year}年放假安排，新增或变更{changed}天。", _place(year))


@allowed_to(Perm.KEEP_PERIODS, methods=POST)
def calendar_import(request: UserRequest) -> HttpResponse:
    year = _year(request)
    form = ListForm(request.POST, request.FILES, year=year)
    changed = carry_out(request, form, partial(actions.import_days, year=year))
    if changed is None:
        if name := form.keep_list():
            messages.info(request, f"“{name}”中的名单已放入“粘贴名单”，不必重新选择文件。")
        return _page(request, year, list_form=form)
    return redirect_with(request, f"已导入{year}年名单，新增或变更{changed}天。", _place(year))


def _year(request: UserRequest) -> int:
    form = YearForm(request.POST if "year" in request.POST else request.GET)
    return form.cleaned_data["year"] if form.is_valid() else localdate().year


def _place(year: int) -> str:
    return f"{reverse('measures:calendar')}?year={year}"


def _page(
    request: UserRequest,
    year: int,
    *,
    day_form: DayForm | None = None,
    list_form: ListForm | None = None,
) -> HttpResponse:
    days = list(Workday.objects.of_year(year))
    context = {
        "year": year,
        "days": days,
        "is_published": year in Workday.objects.published_years(),
        "day_form": day_form or _day_form(request, days),
        "list_form": list_form or ListForm(year=year),
    }
    return form_page(request, "measures/periods/calendar.html", context, day_form, list_form)


def _day_form(request: UserRequest, days: list[Workday]) -> Form:
    """Return the form, empty or filled with the day named in the URL."""
    row = next((d for d in days if f"{d.date}" == request.GET.get("day")), None)
    if row is None:
        return DayForm()
    said = {"date": row.date, "is_workday": f"{row.is_workday:d}", "name": row.name}
    return DayForm(initial=said | {"source": row.source})
