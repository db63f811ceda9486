"""What a person was told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from agencies.documents import documents_of, thing_at
from agencies.inbox import actions
from agencies.models import Message
from lib.http import UserRequest

PER_PAGE = 20


@require_GET
def inbox(request: UserRequest) -> HttpResponse:
    """What a person was told; ?settled=1 what asked for an act that is done or void since."""
    is_settled, own = "settled" in request.GET, Message.objects.to(request.user)
    found = own.settled() if is_settled else own.in_inbox()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    things = {one.pk: thing for one in page if (thing := thing_at(one.url))}
    documents = documents_of(things.values())
    told = [(one, documents.get(things[one.pk], "") if one.pk in things else "") for one in page]
    context = {"page": page, "told": told, "is_settled": is_settled}
    return render(request, "agencies/inbox/page.html", context)


@require_POST
def message(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Message.objects.to(request.user), pk=pk)
    actions.read_message(found, by=request.user, at=now())
    return redirect(found.url or "agencies:inbox")


@require_POST
def inbox_read_all(request: UserRequest) -> HttpResponse:
    count = actions.read_all(by=request.user, at=now())
    messages.success(request, f"已将{count}条消息标为已读。")
    return redirect("agencies:inbox")
