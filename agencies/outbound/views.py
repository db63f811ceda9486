"""外发记录: e-mails and 待办, delivered or not, for the system administrator."""

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from agencies.choices import OutboxChannel, OutboxState
from agencies.guards import GET, POST, allowed_to
from agencies.models import OutboxItem
from agencies.outbound import actions
from agencies.outbound.channels import channels_on
from agencies.permissions import Perm
from lib.forms import filter_field
from lib.http import UserRequest, redirect_with
from lib.numbers import row_numbers

PER_PAGE = 50


class OutboxFilter(forms.Form):
    state = filter_field("状态", OutboxState.choices)


@allowed_to(Perm.KEEP_OUTBOX, methods=GET)
def outbox(request: UserRequest) -> HttpResponse:
    form = OutboxFilter(request.GET)
    form.is_valid()
    state = form.cleaned_data.get("state", "")
    found = OutboxItem.objects.in_state(state).with_what_it_tells()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    numbers = dict(OutboxItem.objects.order_by().values_list("state").annotate(Count("pk")))
    waiting = OutboxItem.objects.unsent().aggregate(since=Min("created_at"))["since"]
    context = {
        "page": page,
        "form": form,
        "state": state,
        "counts": [(one, numbers.get(one, 0)) for one in OutboxState],
        "waiting_since": waiting,
        "channels": [(channel, channel in channels_on()) for channel in OutboxChannel],
        "may_resend": any(item.state == OutboxState.DEAD for item in page),
    }
    return render(request, "agencies/outbound/outbox.html", context)


@allowed_to(Perm.KEEP_OUTBOX, methods=POST)
def outbox_resend(request: UserRequest) -> HttpResponse:
    ids = row_numbers(request.POST.getlist("item"))
    if request.POST.get("all"):
        ids = list(OutboxItem.objects.dead().values_list("pk", flat=True))
    count = actions.resend(ids, by=request.user, at=now())
    return redirect_with(request, f"已将{count}件重新排队，工作时间内发送。", "agencies:outbox")
